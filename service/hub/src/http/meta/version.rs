//! `GET /version`: which hub answers. Open to everybody; also says that it is up.

use axum::Json;
use axum::extract::State;
use tieline_wire_api::meta::Version;

use crate::App;

/// Which hub answers, and its clock.
#[utoipa::path(get, path = "/version", operation_id = "version", tag = "meta", responses((status = 200, body = Version)))]
pub(super) async fn version(State(app): State<App>) -> Json<Version> {
    Json(Version { version: env!("CARGO_PKG_VERSION").to_owned(), now: app.clock.now() })
}
