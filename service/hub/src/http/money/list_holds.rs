//! `GET /accounts/{account}/holds`: money set aside.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::holds;
use tieline_wire_api::money::Hold;
use tieline_wire_api::{ErrorBody, Page};

use super::view;
use crate::App;
use crate::app::people::accounts::find;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

/// The open holds of an account, oldest first.
#[utoipa::path(get, path = "/accounts/{account}/holds", operation_id = "list_holds", tag = "money", params(("account" = String, Path)),
    responses((status = 200, body = Page<Hold>), (status = 404, body = ErrorBody)))]
pub(super) async fn list_holds(State(app): State<App>, caller: Caller, Path(account): Path<String>) -> Result<Json<Page<Hold>>, Fault> {
    let (account, _) = find(&app, &caller, &account).await?;
    let items = holds::open(app.store.read(), account.id).await?.into_iter().map(view::hold).collect();
    Ok(Json(Page { items, next: None }))
}
