//! `GET /machines`: what there is to compute on, and how it is now.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::machines;
use tieline_wire_api::machines::{Machine, Reading};
use tieline_wire_api::{ErrorBody, Page, PageQuery};

use super::convert;
use crate::App;
use crate::http::extract::{Query, page};
use crate::http::{Fault, MaybeCaller};

/// All machines with their latest readings. Open to everybody; who is signed in sees more of each.
#[utoipa::path(get, path = "/machines", operation_id = "list_machines", tag = "machines", params(PageQuery), responses(
    (status = 200, body = Page<Machine>),
    (status = 422, body = ErrorBody),
))]
pub(super) async fn list_machines(
    State(app): State<App>,
    MaybeCaller(caller): MaybeCaller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Machine>>, Fault> {
    let limit = page(query.limit)?;
    let mut rows = machines::list(app.store.read(), convert::after(query.after.as_deref())?, limit + 1).await?;
    let next = convert::next(&mut rows, limit, |machine| machine.id);
    let names = convert::center_names(app.store.read()).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let sees = convert::sees(caller.as_ref(), row.center);
        items.push(convert::machine(&app, row, &names, sees, Reading::brief)?);
    }
    Ok(Json(Page { items, next }))
}
