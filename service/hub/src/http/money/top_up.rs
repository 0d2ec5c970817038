//! `POST /accounts/{account}/topups`: money comes in.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use tieline_fault::around;
use tieline_model::name;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::money::{Charge, TopUp};

use super::view;
use crate::App;
use crate::app::money;
use crate::app::people::accounts::find;
use crate::app::signals::ring;
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};
use crate::points;

/// Adds money to an account; for platform administrators.
#[utoipa::path(post, path = "/accounts/{account}/topups", operation_id = "top_up", tag = "money", params(("account" = String, Path)),
    request_body = TopUp,
    responses((status = 201, body = Charge), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn top_up(
    State(app): State<App>,
    caller: Caller,
    Path(account): Path<String>,
    Body(request): Body<TopUp>,
) -> Result<(StatusCode, Json<Charge>), Fault> {
    caller.must_administer()?;
    let (account, _) = find(&app, &caller, &account).await?;
    let reason = if request.reason.is_empty() { "top-up".to_owned() } else { name::line("reason", &request.reason, 256)? };
    let tx = app.store.begin().await?;
    let entry = money::top_up(&app, &tx, account.id, request.sum.into(), caller.user, reason).await?;
    app.audit(&tx, &caller, "account.top_up", account.id, json!({ "sum": entry.sum.to_string(), "reason": entry.reason })).await?;
    around(points::TOP_UP_COMMIT, tx.commit()).await?;
    ring(&app.signals.placing);
    Ok((StatusCode::CREATED, Json(view::charge(entry))))
}
