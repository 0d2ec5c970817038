//! `POST /apps/{app}/check`: what would happen with this request, before anything is made.

use axum::Json;
use axum::extract::State;
use tieline_model::Error;
use tieline_pack::contract::{self, PreSubmitted};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::apps::{Advice, CheckAnswer, Recommended, Remark, Suggestion};
use tieline_wire_api::jobs::CreateJob;

use super::view::{Machines, asked};
use crate::App;
use crate::app::jobs::create::{Checked, check};
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Every machine with its expected start and cost or the reason why not, and everything that is wrong with the request. Machines
/// are compared also where parameters are wrong or missing, and are not where something else is.
#[utoipa::path(post, path = "/apps/{app}/check", operation_id = "check_job", tag = "jobs", request_body = CreateJob,
    params(("app" = String, Path, description = "The app's short name.")),
    responses((status = 200, body = CheckAnswer), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn check_job(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Body(request): Body<CreateJob>,
) -> Result<Json<CheckAnswer>, Fault> {
    if !request.app.is_empty() && request.app != name {
        return Err(Error::invalid(format!("'{}' is not the app of the address", request.app)).field("app").into());
    }
    let request = CreateJob { app: name, ..request };
    let Checked { prepared, evaluation, said, wrong } = match check(&app, &caller, asked(request)).await {
        Ok(found) => found,
        Err(error) if error.is_of_request() => {
            return Ok(Json(CheckAnswer { errors: told(&error), candidates: Vec::new(), recommended: None }));
        }
        Err(error) => return Err(error.into()),
    };
    let advice = prepared.advice;
    let recommended = (advice.cores.is_some() || advice.time.is_some()).then(|| Recommended {
        nodes: prepared.wanted.wish.nodes,
        cores: advice.cores.unwrap_or(prepared.wanted.wish.cores),
        time_s: advice.time.unwrap_or(prepared.wanted.wish.time).0,
        reason: format!("what {} suggests for these parameters", prepared.edition.manifest.name),
    });
    let mut candidates = Machines::read(&app).await?.candidates(&evaluation);
    for candidate in &mut candidates {
        candidate.advice = said.get(&candidate.machine).and_then(advised);
    }
    Ok(Json(CheckAnswer { errors: wrong.as_ref().map(told).unwrap_or_default(), candidates, recommended }))
}

/// What a package said, if that is more than yes or no.
fn advised(said: &PreSubmitted) -> Option<Advice> {
    let suggestion = |one: &contract::Suggestion| Suggestion {
        queue: one.queue.clone(),
        nodes: one.nodes,
        cores: one.nodes.saturating_mul(one.ppn).saturating_mul(one.threads),
        gpus: one.gpus,
        memory_mib: one.mem_mb,
        time_s: one.walltime_s.map(|time| time.0),
        reason: one.basis.clone(),
    };
    let remark = |one: &contract::Remark| Remark { code: one.code.clone(), field: one.field.clone(), message: one.msg.clone() };
    let advice = Advice {
        suggestions: said.recommend.iter().map(suggestion).collect(),
        warnings: said.warnings.iter().map(remark).collect(),
        output_bytes: said.est_output_bytes,
    };
    (advice != Advice::default()).then_some(advice)
}

fn told(error: &Error) -> Vec<ErrorBody> {
    let all = if error.others().is_empty() { std::slice::from_ref(error) } else { error.others() };
    all.iter().map(ErrorBody::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_advises_is_handed_on_and_a_bare_yes_is_no_advice() {
        let said: PreSubmitted = serde_json::from_value(serde_json::json!({
            "ok": true,
            "recommend": [{"queue": "long", "nodes": 2, "ppn": 4, "threads": 3, "walltime_s": 600, "basis": "a million atoms"}],
            "warnings": [{"code": "old", "field": "input", "msg": "an old format"}],
            "est_output_bytes": 7
        }))
        .unwrap();
        let advice = advised(&said).unwrap();
        let [one] = advice.suggestions.as_slice() else { panic!("{advice:?}") };
        assert_eq!((one.nodes, one.cores, one.time_s, one.reason.as_str()), (2, 24, Some(600), "a million atoms"));
        assert_eq!(one.queue.as_ref().map(ToString::to_string).as_deref(), Some("long"));
        assert_eq!((advice.warnings[0].message.as_str(), advice.output_bytes), ("an old format", Some(7)));
        assert_eq!(advised(&PreSubmitted { ok: true, ..PreSubmitted::default() }), None);
    }
}
