//! Operations about people: signing in and out, sessions, tokens, and what administrators do with people.

mod change_password;
mod convert;
mod cookie;
mod create_token;
mod create_user;
mod get_user;
mod list_sessions;
mod list_tokens;
mod list_users;
mod me;
mod refresh_session;
mod reset_password;
mod revoke_session;
mod revoke_token;
mod set_blocked;
mod set_roles;
mod sign_in;
mod sign_out;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(refresh_session::refresh_session))
        .routes(routes!(list_sessions::list_sessions))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(revoke_session::revoke_session))
        .routes(routes!(me::me))
        .routes(routes!(change_password::change_password))
        .routes(routes!(create_token::create_token))
        .routes(routes!(list_tokens::list_tokens))
        .routes(routes!(revoke_token::revoke_token))
        .routes(routes!(create_user::create_user))
        .routes(routes!(list_users::list_users))
        .routes(routes!(get_user::get_user))
        .routes(routes!(set_roles::set_roles))
        .routes(routes!(reset_password::reset_password))
        .routes(routes!(set_blocked::set_blocked))
}
