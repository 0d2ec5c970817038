//! Operations about centers, their gateways and their machines.

mod convert;
mod create_center;
mod create_join_token;
mod enroll_gateway;
mod get_center;
mod get_machine;
mod list_centers;
mod list_gateways;
mod list_machines;
mod machine_access;
mod machine_history;
mod set_gateway_revoked;
mod set_machine_enabled;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_center::create_center, list_centers::list_centers))
        .routes(routes!(get_center::get_center))
        .routes(routes!(create_join_token::create_join_token))
        .routes(routes!(enroll_gateway::enroll_gateway))
        .routes(routes!(list_gateways::list_gateways))
        .routes(routes!(set_gateway_revoked::set_gateway_revoked))
        .routes(routes!(list_machines::list_machines))
        .routes(routes!(get_machine::get_machine))
        .routes(routes!(machine_access::machine_access))
        .routes(routes!(machine_history::machine_history))
        .routes(routes!(set_machine_enabled::set_machine_enabled))
}
