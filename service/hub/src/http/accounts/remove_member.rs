//! `DELETE /accounts/{account}/members/{user}`: takes a person out of an account.

use axum::extract::State;
use http::StatusCode;
use tieline_wire_api::ErrorBody;

use crate::App;
use crate::app::people::{accounts, users};
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// Takes a person out of an account; everybody may leave by themselves. The last owner stays.
#[utoipa::path(delete, path = "/accounts/{account}/members/{user}", operation_id = "remove_member", tag = "accounts",
    params(("account" = String, Path), ("user" = String, Path)), responses(
    (status = 204),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody, description = "the last owner"),
))]
pub(super) async fn remove_member(
    State(app): State<App>,
    caller: Caller,
    Path((account, user)): Path<(String, String)>,
) -> Result<StatusCode, Fault> {
    accounts::find(&app, &caller, &account).await?;
    let user = users::find(&app, &user).await?;
    accounts::remove_member(&app, &caller, &account, user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
