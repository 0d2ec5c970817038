//! Operations on files of jobs, wherever they lie.

mod follow_job_log;
mod list_job_files;
mod read_job_file;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_job_files::list_job_files))
        .routes(routes!(read_job_file::read_job_file))
        .routes(routes!(follow_job_log::follow_job_log))
}
