//! `GET /files`: what lies in a folder of the caller's space.

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tieline_model::{Error, RelPath, Result};
use tieline_store_hub::{PAGE, PAGE_MAX};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::files::{FolderEntry, ListFiles};
use tieline_wire_api::page::Page;

use super::shape;
use crate::App;
use crate::app::files::spaces;
use crate::http::extract::Query;
use crate::http::{Caller, Fault};

/// What lies in a folder of the caller's space, by name.
#[utoipa::path(get, path = "/files", operation_id = "list_files", tag = "files", params(ListFiles),
    responses((status = 200, body = Page<FolderEntry>), (status = 422, body = ErrorBody)))]
pub(super) async fn list_files(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListFiles>,
) -> Result<Json<Page<FolderEntry>>, Fault> {
    let folder = match query.path.as_deref().map(|path| path.trim_end_matches('/')) {
        None | Some("") => None,
        Some(path) => Some(path.parse::<RelPath>()?),
    };
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Error::invalid(format!("a page has 1 to {PAGE_MAX} lines, not {limit}")).field("limit").into());
    }
    let from = query.after.as_deref().map(read_cursor).transpose()?;
    let mut entries = spaces::list(&app, caller.user, folder.as_ref(), query.deep.unwrap_or(false), from, limit + 1).await?;
    let more = entries.len() as u64 > limit;
    entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = entries.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(last.behind()));
    Ok(Json(Page { items: entries.into_iter().map(shape::entry).collect(), next }))
}

fn read_cursor(text: &str) -> Result<String> {
    let wrong = || Error::invalid("'after' is not what a page before gave as 'next'").field("after");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    String::from_utf8(bytes).ok().filter(|from| !from.contains('\0')).ok_or_else(wrong)
}
