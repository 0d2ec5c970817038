//! `POST /apps/{app}/check`: what would happen with this request, before anything is made.

use axum::Json;
use axum::extract::State;
use tieline_model::Error;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::apps::{CheckAnswer, Recommended};
use tieline_wire_api::jobs::CreateJob;

use super::view::{Machines, asked};
use crate::App;
use crate::app::jobs::create::check;
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
    let (prepared, evaluation, wrong) = match check(&app, &caller, asked(request)).await {
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
    let candidates = Machines::read(&app).await?.candidates(&evaluation);
    Ok(Json(CheckAnswer { errors: wrong.as_ref().map(told).unwrap_or_default(), candidates, recommended }))
}

fn told(error: &Error) -> Vec<ErrorBody> {
    let all = if error.others().is_empty() { std::slice::from_ref(error) } else { error.others() };
    all.iter().map(ErrorBody::from).collect()
}
