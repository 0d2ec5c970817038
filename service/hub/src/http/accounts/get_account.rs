//! `GET /accounts/{account}`: one account with its members.

use axum::Json;
use axum::extract::State;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::accounts::AccountDetail;

use super::convert;
use crate::App;
use crate::app::people::accounts;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// One account, by id or name, with its members; for one of them or a platform administrator.
#[utoipa::path(get, path = "/accounts/{account}", operation_id = "get_account", tag = "accounts", params(("account" = String, Path)), responses(
    (status = 200, body = AccountDetail),
    (status = 401, body = ErrorBody),
    (status = 404, body = ErrorBody),
))]
pub(super) async fn get_account(State(app): State<App>, caller: Caller, Path(account): Path<String>) -> Result<Json<AccountDetail>, Fault> {
    Ok(Json(convert::detail(accounts::find(&app, &caller, &account).await?)))
}
