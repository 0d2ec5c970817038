//! `PUT /accounts/{account}/members/{user}`: who may use an account, and how.

use axum::Json;
use axum::extract::State;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::accounts::{AccountDetail, SetMember};

use super::convert;
use crate::App;
use crate::app::people::{accounts, users};
use crate::http::extract::{Body, Path};
use crate::http::{Caller, Fault};

/// Makes a person a member or changes what they may do. Owners set any role, administrators of the account set members.
#[utoipa::path(put, path = "/accounts/{account}/members/{user}", operation_id = "set_member", tag = "accounts",
    params(("account" = String, Path), ("user" = String, Path)), request_body = SetMember, responses(
    (status = 200, body = AccountDetail),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody, description = "the last owner"),
))]
pub(super) async fn set_member(
    State(app): State<App>,
    caller: Caller,
    Path((account, user)): Path<(String, String)>,
    Body(ask): Body<SetMember>,
) -> Result<Json<AccountDetail>, Fault> {
    accounts::find(&app, &caller, &account).await?;
    let user = users::find(&app, &user).await?;
    accounts::set_member(&app, &caller, &account, user.id, ask.role).await?;
    Ok(Json(convert::detail(accounts::find(&app, &caller, &account).await?)))
}
