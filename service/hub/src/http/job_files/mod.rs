//! Operations on files of jobs, wherever they lie.

mod follow_job_log;
mod list_job_files;
mod read_job_file;
mod read_job_file_lines;
mod search_job_file;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use tieline_model::{Error, Result};

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_job_files::list_job_files))
        .routes(routes!(read_job_file::read_job_file))
        .routes(routes!(read_job_file_lines::read_job_file_lines))
        .routes(routes!(search_job_file::search_job_file))
        .routes(routes!(follow_job_log::follow_job_log))
}

/// The value, if it lies between these two.
fn within<N: PartialOrd + std::fmt::Display>(field: &'static str, value: N, least: N, most: N) -> Result<N> {
    if value < least || value > most {
        return Err(Error::invalid(format!("is {value}, it must be from {least} to {most}")).field(field));
    }
    Ok(value)
}
