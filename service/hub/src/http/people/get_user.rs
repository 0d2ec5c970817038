//! `GET /users/{user}`: one person.

use axum::Json;
use axum::extract::State;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::User;

use super::convert;
use crate::App;
use crate::app::people::users;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// One person, by id or name.
#[utoipa::path(get, path = "/users/{user}", operation_id = "get_user", tag = "users", params(("user" = String, Path)), responses(
    (status = 200, body = User),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody),
))]
pub(super) async fn get_user(State(app): State<App>, caller: Caller, Path(user): Path<String>) -> Result<Json<User>, Fault> {
    caller.must_administer()?;
    Ok(Json(convert::user(users::find(&app, &user).await?)))
}
