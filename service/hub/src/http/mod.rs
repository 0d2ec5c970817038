//! The HTTP API: one file per operation, grouped by noun. Only this folder knows status codes.
//!
//! To add an operation: its types in `edge/wire/api`, its file here, its line in the noun's `routes()`, its row in the
//! table of roles. The OpenAPI document is generated from the same registration.

mod accounts;
mod apps;
mod audit;
mod bytes;
mod caller;
mod centers;
mod desk;
mod door;
mod error;
mod events;
pub mod extract;
mod files;
mod job_files;
mod jobs;
mod layers;
mod meta;
mod money;
mod pages;
mod people;
mod uploads;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use caller::{Caller, MaybeCaller, Origin, REQUEST_ID, Reader};
pub use door::Door;
pub use error::Fault;

use crate::App;

/// Where all operations live.
pub const BASE: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(info(
    title = "Tieline",
    description = "Computing centers as one service: sign in once, run an application on whichever machine can run it soonest.",
    license(name = "Apache-2.0")
))]
struct Document;

/// The whole API as a router.
pub fn router(app: App) -> Router {
    let operations = api().split_for_parts().0;
    layers::around(operations.merge(meta::docs::routes()).with_state(app.clone()), app)
}

/// The OpenAPI document of the same registration.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = api().split_for_parts().1;
    // The router marks what may hold slashes with a star; in the document it is a parameter like any other.
    document.paths.paths = document.paths.paths.into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
    document
}

fn api() -> OpenApiRouter<App> {
    let operations = OpenApiRouter::new()
        .merge(meta::routes())
        .merge(apps::routes())
        .merge(jobs::routes())
        .merge(money::routes())
        .merge(events::routes())
        .merge(people::routes())
        .merge(desk::routes())
        .merge(accounts::routes())
        .merge(audit::routes())
        .merge(centers::routes())
        .merge(files::routes())
        .merge(uploads::routes())
        .merge(job_files::routes());
    OpenApiRouter::with_openapi(Document::openapi()).nest(BASE, operations)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_can_be_made() {
        let text = super::openapi().to_pretty_json().unwrap();
        assert!(text.contains("\"3.1.0\"") && text.contains("/api/v1/version"), "{text}");
    }
}
