//! Operations on files in a person's space. Somebody else's file is not there.

mod create_download_link;
mod delete_file;
mod download_file;
mod get_file;
mod list_files;
mod move_file;
mod my_quota;
mod shape;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_files::list_files))
        .routes(routes!(get_file::get_file, move_file::move_file, delete_file::delete_file))
        .routes(routes!(download_file::download_file))
        .routes(routes!(create_download_link::create_download_link))
        .routes(routes!(my_quota::my_quota))
}
