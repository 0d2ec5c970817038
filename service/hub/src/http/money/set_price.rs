//! `POST /prices`: a new edition of a price, by the center's operator or an administrator.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use tieline_fault::around;
use tieline_ledger::Rates;
use tieline_model::Error;
use tieline_store_hub::machines;
use tieline_wire_api::ErrorBody;
use tieline_wire_api::money::{Price, SetPrice};

use super::view;
use crate::App;
use crate::app::money;
use crate::app::people::accounts::find;
use crate::http::extract::Body;
use crate::http::{Caller, Fault};
use crate::points;

/// A price from now on; jobs that are placed already keep theirs.
#[utoipa::path(post, path = "/prices", operation_id = "set_price", tag = "money", request_body = SetPrice,
    responses((status = 201, body = Price), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn set_price(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<SetPrice>,
) -> Result<(StatusCode, Json<Price>), Fault> {
    let machine = machines::find(app.store.read(), &request.machine).await.map_err(|error| error.field("machine"))?;
    if !caller.roles.operates(machine.center) {
        return Err(Error::forbidden("only an operator of the machine's center or an administrator may set its prices").into());
    }
    let queue = request.queue.as_deref().map(str::parse).transpose().map_err(|error: Error| error.field("queue"))?;
    let account = match request.account {
        Some(text) => Some(find(&app, &caller, &text).await.map_err(|error| error.field("account"))?.0.id),
        None => None,
    };
    let rates = Rates { core_hour: request.core_hour, node_hour: request.node_hour, gpu_hour: request.gpu_hour };
    let tx = app.store.begin().await?;
    let price = money::set_price(&app, &tx, machine.id, queue, account, request.currency, rates).await?;
    app.audit(&tx, &caller, "price.set", price.id, json!(price)).await?;
    around(points::PRICE_COMMIT, tx.commit()).await?;
    Ok((StatusCode::CREATED, Json(view::price(price, &[machine]))))
}
