//! Uploads by tus 1.0 (core, creation, checksum, expiration, termination): files of any size, in pieces, resumable.

mod create_upload;
mod delete_upload;
mod metadata;
mod patch_upload;
mod show_upload;
mod tus;
mod upload_options;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    let operations = OpenApiRouter::new().routes(routes!(create_upload::create_upload)).routes(routes!(
        show_upload::show_upload,
        patch_upload::patch_upload,
        delete_upload::delete_upload
    ));
    // Asked for what it speaks, the hub answers everybody, whatever version they speak.
    let open = OpenApiRouter::new().routes(routes!(upload_options::upload_options));
    operations.layer(axum::middleware::from_fn(tus::speak)).merge(open)
}
