//! `POST /accounts`: a shared account.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::accounts::{AccountDetail, CreateAccount};

use super::convert;
use crate::App;
use crate::app::people::{accounts, users};
use crate::http::extract::Body;
use crate::http::{Caller, Fault};

/// Adds a shared account with its first owner.
#[utoipa::path(post, path = "/accounts", operation_id = "create_account", tag = "accounts", request_body = CreateAccount, responses(
    (status = 201, body = AccountDetail),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
    (status = 409, body = ErrorBody, description = "the name is taken"),
    (status = 422, body = ErrorBody),
))]
pub(super) async fn create_account(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<CreateAccount>,
) -> Result<(StatusCode, Json<AccountDetail>), Fault> {
    caller.must_administer()?;
    let owner = match ask.owner {
        Some(owner) => Some(users::find(&app, &owner).await.map_err(|error| error.field("owner"))?.id),
        None => None,
    };
    let account = accounts::create(&app, &caller, ask.name, owner).await?;
    let whole = accounts::find(&app, &caller, &account.id.to_string()).await?;
    Ok((StatusCode::CREATED, Json(convert::detail(whole))))
}
