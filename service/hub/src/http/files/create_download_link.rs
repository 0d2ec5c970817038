//! `POST /download-links`: an address from which a browser downloads a file by itself.

use axum::Json;
use axum::extract::State;
use http::{StatusCode, Uri};
use tieline_model::{Error, Result};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::files::{CreateDownloadLink, DownloadLink};

use crate::App;
use crate::app::people::access;
use crate::http::extract::Body;
use crate::http::{BASE, Caller, Fault};

/// An address of a file that is good for a minute without any header: a browser then downloads it by itself, of any size. Who
/// has the address reads the file as the one who made it, until that minute or that session is over.
#[utoipa::path(post, path = "/download-links", operation_id = "create_download_link", tag = "files",
    request_body = CreateDownloadLink,
    responses((status = 201, body = DownloadLink), (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn create_download_link(
    State(app): State<App>,
    caller: Caller,
    Body(wanted): Body<CreateDownloadLink>,
) -> Result<(StatusCode, Json<DownloadLink>), Fault> {
    let uri = address(&wanted.path)?;
    let (ticket, expires_at) = access::ticket(&app, &caller, uri.path())?;
    let url = match uri.query() {
        Some(query) => format!("{}?{query}&ticket={ticket}", uri.path()),
        None => format!("{}?ticket={ticket}", uri.path()),
    };
    Ok((StatusCode::CREATED, Json(DownloadLink { url, expires_at })))
}

/// The address of a file's content at this hub, as it would be asked for.
fn address(path: &str) -> Result<Uri> {
    let wrong = || Error::invalid("is not the address of a file's content at this hub").field("path");
    let uri: Uri = path.parse().map_err(|error| wrong().because(error))?;
    let own = uri.path().strip_prefix(BASE).filter(|_| uri.host().is_none()).ok_or_else(wrong)?;
    let parts: Vec<&str> = own.split('/').collect();
    match parts[..] {
        ["", "files", _, "content"] | ["", "jobs", _, "files", _, ..] => Ok(uri),
        _ => Err(wrong()),
    }
}
