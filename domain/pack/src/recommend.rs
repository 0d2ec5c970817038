//! What a manifest suggests, and the most it allows.

use tieline_model::{Error, Resources, Result, Seconds};

use crate::manifest::Manifest;
use crate::params::{Params, Value};

/// A suggestion; none where the manifest has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Recommendation {
    /// How many cores.
    pub cores: Option<u32>,
    /// How long.
    pub time: Option<Seconds>,
}

/// What to ask for with these parameters.
pub fn recommend(manifest: &Manifest, params: &Params) -> Recommendation {
    let plain = Recommendation { cores: manifest.recommend.cores, time: manifest.recommend.time };
    manifest.recommend.rules.iter().fold(plain, |so_far, rule| {
        let number = match params.get(rule.parameter.as_str()) {
            Some(Value::Integer(number)) => *number as f64,
            Some(Value::Number(number)) => *number,
            _ => return so_far,
        };
        if number < rule.at_least {
            return so_far;
        }
        Recommendation { cores: rule.cores.or(so_far.cores), time: rule.time.or(so_far.time) }
    })
}

/// Checks that a wish keeps within the app's own limits.
///
/// # Errors
/// `Invalid`, naming the field and the limit.
pub fn check_resources(manifest: &Manifest, wish: &Resources) -> Result<()> {
    let limits = &manifest.limits;
    for (field, wanted, most) in
        [("nodes", wish.nodes, limits.nodes), ("cores", wish.cores, limits.cores), ("gpus", wish.gpus, limits.gpus)]
    {
        if let Some(most) = most
            && wanted > most
        {
            return Err(Error::invalid(format!("{wanted} {field} are too many for {}, at most {most}", manifest.id)).field(field));
        }
    }
    match limits.time {
        Some(most) if wish.time > most => {
            Err(Error::invalid(format!("{} is too long for {}, at most {most}", wish.time, manifest.id)).field("time"))
        }
        _ => Ok(()),
    }
}
