//! `GET /machines/{machine}/access`: whether the center lets the caller in, and what is left to do for it.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use tieline_model::{Error, ErrorKind};
use tieline_store_hub::{accounts, machines};
use tieline_wire_api::ErrorBody;
use tieline_wire_api::machines::Access;
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::{answer, question};

use crate::App;
use crate::http::extract::Path;
use crate::http::{Caller, Fault};

const LIMIT: Duration = Duration::from_secs(5);

/// Asks the center's user map about the caller with the personal account. Where the machine is reached by certificates,
/// the answer holds the line for the caller's own `authorized_keys` there.
#[utoipa::path(get, path = "/machines/{machine}/access", operation_id = "machine_access", tag = "machines",
    params(("machine" = String, Path)), responses(
    (status = 200, body = Access),
    (status = 404, body = ErrorBody),
    (status = 503, body = ErrorBody, description = "the center's gateway is not connected"),
))]
pub(super) async fn machine_access(State(app): State<App>, caller: Caller, Path(machine): Path<String>) -> Result<Json<Access>, Fault> {
    let machine = machines::find(app.store.read(), &machine).await?;
    let account = accounts::personal(app.store.read(), caller.user).await?;
    let person = v1::Person {
        user: caller.name.to_string(),
        account: account.map(|account| account.name.to_string()).unwrap_or_default(),
        roles: caller.roles.iter().map(|role| role.to_string()).collect(),
    };
    let asked = app.links.ask(machine.gateway, question::Body::Map(person), Some(&machine.name), LIMIT).await;
    let denied = |why: String| Access { allowed: false, local_user: None, rule: None, authorized_key: None, why: Some(why) };
    let some = |text: String| (!text.is_empty()).then_some(text);
    match asked {
        Ok(answer::Body::Mapped(mapped)) => Ok(Json(Access {
            allowed: true,
            local_user: some(mapped.local_user),
            rule: some(mapped.rule),
            authorized_key: some(mapped.authorized_key),
            why: None,
        })),
        Err(error) if error.kind() == ErrorKind::Forbidden => Ok(Json(denied(error.message().to_owned()))),
        Err(error) => Err(error.into()),
        Ok(other) => Err(Error::internal(format!("the gateway answered another question: {other:?}")).into()),
    }
}
