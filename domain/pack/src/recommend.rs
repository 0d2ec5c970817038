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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::check_params;

    const APP: &str = r#"
id = "demo"
name = "Demo"
version = "1.0"
title = { en = "Demo", zh = "演示" }
description = { en = "A demo.", zh = "一个演示。" }
kind = "parallel"
deployment = "at-job-time"
[[parameter]]
id = "steps"
type = "integer"
label = { en = "Steps", zh = "步数" }
[run]
command = ["demo"]
[recommend]
cores = 2
time = "30m"
rule = [{ parameter = "steps", at_least = 100, cores = 8 }, { parameter = "steps", at_least = 1000, time = "4h" }]
[limits]
nodes = 1
time = "8h"
"#;

    #[test]
    fn the_last_rule_that_fits_wins_for_each_of_cores_and_time() {
        let manifest = Manifest::parse(APP).unwrap();
        let suggested = |given: serde_json::Value| {
            let params = check_params(&manifest, given.as_object().unwrap(), &Default::default()).unwrap();
            let Recommendation { cores, time } = recommend(&manifest, &params);
            (cores.unwrap(), time.unwrap())
        };
        assert_eq!(suggested(json!({})), (2, Seconds::minutes(30)));
        assert_eq!(suggested(json!({ "steps": 100 })), (8, Seconds::minutes(30)));
        assert_eq!(suggested(json!({ "steps": 5000 })), (8, Seconds::hours(4)));
    }

    #[test]
    fn more_than_the_app_allows_is_refused_by_field() {
        let manifest = Manifest::parse(APP).unwrap();
        let one = Resources::one_core(Seconds::hours(8));
        assert!(check_resources(&manifest, &one).is_ok());
        let field = |wish: Resources| check_resources(&manifest, &wish).unwrap_err().wrong_field().map(str::to_owned);
        assert_eq!(field(Resources { nodes: 2, cores: 2, ..one }).as_deref(), Some("nodes"));
        assert_eq!(field(Resources { time: Seconds::hours(9), ..one }).as_deref(), Some("time"));
    }
}
