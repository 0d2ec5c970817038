//! `GET /audit`: who changed what.

use axum::Json;
use axum::extract::State;
use tieline_store_hub::audit::{self, Entry, Filter};
use tieline_wire_api::audit::{AuditEntry, AuditQuery};
use tieline_wire_api::{ErrorBody, Page};

use crate::App;
use crate::http::extract::{Query, cursor, page};
use crate::http::{Caller, Fault};

/// The audit log, newest first.
#[utoipa::path(get, path = "/audit", operation_id = "list_audit", tag = "audit", params(AuditQuery), responses(
    (status = 200, body = Page<AuditEntry>),
    (status = 401, body = ErrorBody),
    (status = 403, body = ErrorBody),
))]
pub(super) async fn list_audit(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, Fault> {
    caller.must_administer()?;
    let limit = page(query.limit)?;
    let after = cursor(query.after.as_deref())?;
    let filter = Filter { actor: query.actor, action: query.action, subject: query.subject, since: query.since, until: query.until };
    let rows = audit::list(app.store.read(), &filter, after, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), entry)))
}

fn entry(row: Entry) -> AuditEntry {
    AuditEntry {
        id: row.id,
        at: row.at,
        actor_id: row.actor_id,
        actor: row.actor,
        address: row.address,
        request: row.request,
        action: row.action,
        subject: row.subject,
        detail: row.detail,
    }
}
