//! Operations about accounts and their members.

mod convert;
mod create_account;
mod get_account;
mod list_accounts;
mod remove_member;
mod set_member;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_account::create_account))
        .routes(routes!(list_accounts::list_accounts))
        .routes(routes!(get_account::get_account))
        .routes(routes!(set_member::set_member))
        .routes(routes!(remove_member::remove_member))
}
