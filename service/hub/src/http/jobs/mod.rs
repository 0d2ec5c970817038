//! Operations about jobs.

mod cancel_job;
mod check_job;
mod create_job;
mod delete_job;
mod explain_job;
mod get_job;
mod job_scripts;
mod list_jobs;
mod restore_job;
mod retry_job;
mod update_job;
pub(super) mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_job::create_job, list_jobs::list_jobs))
        .routes(routes!(check_job::check_job))
        .routes(routes!(get_job::get_job, update_job::update_job, delete_job::delete_job))
        .routes(routes!(cancel_job::cancel_job))
        .routes(routes!(retry_job::retry_job))
        .routes(routes!(restore_job::restore_job))
        .routes(routes!(explain_job::explain_job))
        .routes(routes!(job_scripts::job_scripts))
}
