//! Operations about money.

mod get_balance;
mod list_charges;
mod list_holds;
mod list_prices;
mod set_price;
mod top_up;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_prices::list_prices, set_price::set_price))
        .routes(routes!(get_balance::get_balance))
        .routes(routes!(list_holds::list_holds))
        .routes(routes!(list_charges::list_charges))
        .routes(routes!(top_up::top_up))
}
