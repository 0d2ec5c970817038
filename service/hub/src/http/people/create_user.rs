//! `POST /users`: adds a person.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use tieline_model::Role;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::people::{CreateUser, User};

use super::convert;
use crate::App;
use crate::app::people::users::{self, NewUser};
use crate::http::extract::Body;
use crate::http::{Caller, Fault};

/// Adds a person with a first password and an account of their own.
#[utoipa::path(post, path = "/users", operation_id = "create_user", tag = "users", request_body = CreateUser, responses(
    (status = 201, body = User),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
    (status = 409, body = ErrorBody, description = "the name is taken"),
    (status = 422, body = ErrorBody),
))]
pub(super) async fn create_user(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<CreateUser>,
) -> Result<(StatusCode, Json<User>), Fault> {
    caller.must_administer()?;
    let roles = convert::roles(&ask.roles)?;
    // A token that was stolen must not make an administrator that stays when it is revoked.
    if roles.iter().any(|role| role != Role::User) {
        caller.must_be_signed_in()?;
    }
    let new = NewUser { name: ask.name, display_name: ask.display_name, roles, password: ask.password };
    let user = users::create(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(convert::user(user))))
}
