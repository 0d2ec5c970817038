//! What the hub asks gateways before it places a job: may this person run there, and does the app's own check agree.

use std::time::Duration;

use futures::future::join_all;
use tieline_model::{AccountId, ErrorKind, Result, Roles, UserName};
use tieline_pack::contract::PreSubmitted;
use tieline_plan::placement::{Grant, PreSubmit};
use tieline_store_hub::accounts;
use tieline_store_hub::machines::Machine;
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::{answer, question};

use super::wanted::Wanted;
use crate::App;
use crate::app::apps::Edition;

/// How long a gateway may take to look into its user map.
const MAP_LIMIT: Duration = Duration::from_secs(2);
/// How long a package's check may take on one machine.
const PRE_SUBMIT_LIMIT: Duration = Duration::from_secs(5);

/// Who asks, as far as a center's user map may look.
pub(super) async fn person(app: &App, name: &UserName, roles: &Roles, account: AccountId) -> Result<v1::Person> {
    let account = accounts::by_id(app.store.read(), account).await?.map(|account| account.name.to_string()).unwrap_or_default();
    Ok(v1::Person { user: name.to_string(), account, roles: roles.iter().map(|role| role.to_string()).collect() })
}

/// Whether each of these machines lets the person in; all are asked at once.
pub(super) async fn grants(app: &App, person: &v1::Person, machines: &[Machine]) -> Vec<Grant> {
    join_all(machines.iter().map(|machine| grant(app, person, machine))).await
}

async fn grant(app: &App, person: &v1::Person, machine: &Machine) -> Grant {
    if !app.links.is_connected(machine.gateway) {
        return Grant::Unknown;
    }
    let question = question::Body::Map(person.clone());
    match app.links.ask(machine.gateway, question, Some(&machine.name), MAP_LIMIT).await {
        Ok(answer::Body::Mapped(_)) => Grant::Allowed,
        Err(error) if error.kind() == ErrorKind::Forbidden => Grant::Refused(error.message().to_owned()),
        Ok(other) => {
            tracing::error!(machine = %machine.name, ?other, "a gateway answered another question than it was asked");
            Grant::Unknown
        }
        Err(error) => {
            tracing::info!(machine = %machine.name, %error, "a gateway did not say whether a person may run");
            Grant::Unknown
        }
    }
}

/// What the package's own check says of one machine, and what it said in full.
pub(super) async fn pre_submit(
    app: &App,
    person: &v1::Person,
    machine: &Machine,
    queue: &str,
    edition: &Edition,
    wanted: &Wanted,
) -> (PreSubmit, Option<PreSubmitted>) {
    let question = question::Body::PreSubmit(v1::PreSubmit {
        machine: machine.name.to_string(),
        person: Some(person.clone()),
        package: Some(package(edition)),
        params: serde_json::Value::Object(wanted.params.clone()).to_string(),
        inputs: inputs(wanted),
        wish: Some(wanted.wish.into()),
        queue: queue.to_owned(),
    });
    heard(app.links.ask(machine.gateway, question, None, PRE_SUBMIT_LIMIT).await)
}

/// What an answer, or its lack, says of a request.
fn heard(answer: Result<answer::Body>) -> (PreSubmit, Option<PreSubmitted>) {
    match answer {
        // A gateway hands on only what it could read as the contract's answer.
        Ok(answer::Body::PreSubmitted(said)) => match serde_json::from_str::<PreSubmitted>(&said.body) {
            Ok(said) => (verdict(&said), Some(said)),
            Err(_) => (PreSubmit::Silent, None),
        },
        // That nobody could be asked, or that the gateway itself failed, says nothing of the request.
        Err(error) if !error.may_pass() => (PreSubmit::Refused(error.message().to_owned()), None),
        Ok(_) | Err(_) => (PreSubmit::Silent, None),
    }
}

fn verdict(said: &PreSubmitted) -> PreSubmit {
    if said.ok {
        return PreSubmit::Fits;
    }
    let told: Vec<_> = said.errors.iter().map(|error| error.msg.as_str()).collect();
    PreSubmit::Refused(if told.is_empty() { "the app's own check refused it".to_owned() } else { told.join("; ") })
}

/// The package as a gateway finds it.
pub(super) fn package(edition: &Edition) -> v1::PackageRef {
    v1::PackageRef {
        app: edition.row.app.to_string(),
        version: edition.row.version.clone(),
        sha256: edition.row.sha256.0.to_vec(),
        size: edition.row.size,
    }
}

/// The inputs as a gateway fetches them.
pub(super) fn inputs(wanted: &Wanted) -> Vec<v1::Input> {
    let input =
        |input: &super::wanted::Input| v1::Input { path: input.path.to_string(), sha256: input.sha256.0.to_vec(), size: input.size };
    wanted.inputs.iter().map(input).collect()
}

#[cfg(test)]
mod tests {
    use tieline_model::Error;

    use super::*;

    #[test]
    fn only_a_no_of_the_package_or_the_center_is_a_refusal() {
        for passing in [Error::unavailable("away"), Error::internal("no room"), Error::new(ErrorKind::Throttled, "busy")] {
            assert_eq!(heard(Err(passing)).0, PreSubmit::Silent);
        }
        for kind in [ErrorKind::Invalid, ErrorKind::Forbidden, ErrorKind::NotFound, ErrorKind::TooLarge] {
            assert_eq!(heard(Err(Error::new(kind, "no"))).0, PreSubmit::Refused("no".to_owned()));
        }
        let said = |body: &str| heard(Ok(answer::Body::PreSubmitted(v1::PreSubmitted { body: body.to_owned() }))).0;
        assert_eq!(said(r#"{"ok":true}"#), PreSubmit::Fits);
        assert_eq!(
            said(r#"{"ok":false,"errors":[{"code":"atoms","msg":"too many atoms"}]}"#),
            PreSubmit::Refused("too many atoms".to_owned())
        );
        assert_eq!(said("nonsense"), PreSubmit::Silent);
    }
}
