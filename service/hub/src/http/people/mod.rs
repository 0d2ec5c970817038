//! Operations about people: signing in and out, sessions, tokens, and what administrators do with people.

mod convert;
mod cookie;
mod me;
mod refresh_session;
mod sign_in;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in::sign_in)).routes(routes!(refresh_session::refresh_session)).routes(routes!(me::me))
}
