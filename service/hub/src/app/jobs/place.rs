//! Placing: which machine runs a job. The evaluation that decides is kept with the attempt.

use std::collections::{BTreeMap, HashMap};

use tieline_fault::around;
use tieline_ledger::{Price, applicable, can_pay, ceiling};
use tieline_model::job::{JobFact, Script, StateName};
use tieline_model::{AccountId, Error, ErrorKind, MachineId, Money, QueueName, Result, Roles, Seconds, UserName};
use tieline_pack::Deployment;
use tieline_pack::contract::PreSubmitted;
use tieline_plan::placement::{Candidate, Cost, Eligible, Evaluation, Grant, Moment, PreSubmit, Wish, evaluate as decide};
use tieline_store_hub::attempts::Attempt;
use tieline_store_hub::facts::Origin;
use tieline_store_hub::jobs::Job;
use tieline_store_hub::machines::Machine;
use tieline_store_hub::{attempts, centers, jobs, machines, prices, users};
use tieline_wire_gateway::v1;
use tieline_wire_gateway::v1::intent::Body;

use super::announce;
use super::intents::want;
use super::questions::{grants, inputs, package, person, pre_submit};
use super::record::record;
use super::wanted::Wanted;
use crate::App;
use crate::app::apps::{Edition, pinned};
use crate::app::money::{funds, hold};
use crate::app::signals::ring;
use crate::points;

/// Readings older than this say nothing of a machine's load.
const STALE_AFTER: Seconds = Seconds(120);

/// What packages' own checks said, machine by machine.
pub type Said = HashMap<MachineId, PreSubmitted>;

/// Finds out for every machine whether and how it could run a wish, which one is best, and what the package says of each.
///
/// # Errors
/// Where the database fails. That no machine fits is an evaluation, not an error.
pub async fn evaluate(
    app: &App,
    name: &UserName,
    roles: &Roles,
    account: AccountId,
    edition: &Edition,
    wanted: &Wanted,
) -> Result<(Evaluation, Said)> {
    let known = Known::gather(app, name, roles, account, wanted).await?;
    let needs_app = edition.manifest.deployment == Deployment::PreDeployed;
    let wish = Wish {
        resources: wanted.wish,
        app: needs_app.then(|| edition.row.app.clone()),
        hosts: edition.manifest.hosts.clone(),
        queue: wanted.queue.clone(),
        machine: wanted.machine,
    };
    let moment = Moment { now: app.clock.now(), stale_after: STALE_AFTER };
    let first = decide(&wish, &known.candidates(&HashMap::new()), moment);
    if !edition.row.scripts.contains(&Script::PreSubmit) {
        return Ok((first, Said::new()));
    }
    let asked = first.eligible().filter_map(|(id, eligible)| Some((known.machine(id)?, eligible)));
    let asked = asked.map(async |(machine, eligible): (&Machine, &Eligible)| {
        let verdict = pre_submit(app, &known.person, machine, eligible.queue.as_str(), edition, wanted).await;
        (machine.id, verdict)
    });
    let (mut verdicts, mut said) = (HashMap::new(), Said::new());
    for (machine, (verdict, answer)) in futures::future::join_all(asked).await {
        verdicts.insert(machine, verdict);
        said.extend(answer.map(|answer| (machine, answer)));
    }
    Ok((decide(&wish, &known.candidates(&verdicts), moment), said))
}

/// Everything the hub knows that bears on a placement.
struct Known {
    person: v1::Person,
    machines: Vec<Machine>,
    labels: Vec<String>,
    grants: Vec<Grant>,
    connected: Vec<bool>,
    costs: Vec<BTreeMap<QueueName, Cost>>,
}

impl Known {
    async fn gather(app: &App, name: &UserName, roles: &Roles, account: AccountId, wanted: &Wanted) -> Result<Self> {
        let db = app.store.read();
        let person = person(app, name, roles, account).await?;
        let machines = machines::all(db).await?;
        let prices = prices::all(db, None).await?;
        let mut labels = Vec::new();
        let mut costs = Vec::new();
        for machine in &machines {
            let center = centers::by_id(db, machine.center).await?.map(|center| center.name.to_string()).unwrap_or_default();
            labels.push(format!("{center}/{}", machine.name));
            costs.push(queue_costs(app, &prices, machine, account, wanted).await?);
        }
        let connected = machines.iter().map(|machine| app.links.is_connected(machine.gateway)).collect();
        let grants = grants(app, &person, &machines).await;
        Ok(Self { person, machines, labels, grants, connected, costs })
    }

    fn machine(&self, id: MachineId) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.id == id)
    }

    fn candidates<'a>(&'a self, verdicts: &HashMap<MachineId, PreSubmit>) -> Vec<Candidate<'a>> {
        let one = |(index, machine): (usize, &'a Machine)| Candidate {
            machine: machine.id,
            label: &self.labels[index],
            disabled: !machine.enabled,
            connected: self.connected[index],
            description: Some(&machine.description),
            reading: machine.reading.as_ref().map(|reading| (reading, machine.last_seen)),
            grant: self.grants[index].clone(),
            costs: self.costs[index].clone(),
            pre_submit: verdicts.get(&machine.id).cloned().unwrap_or(PreSubmit::NotAsked),
        };
        self.machines.iter().enumerate().map(one).collect()
    }
}

async fn queue_costs(
    app: &App,
    prices: &[Price],
    machine: &Machine,
    account: AccountId,
    wanted: &Wanted,
) -> Result<BTreeMap<QueueName, Cost>> {
    let mut costs = BTreeMap::new();
    for queue in &machine.description.queues {
        let Some(price) = applicable(prices, machine.id, Some(&queue.name), account) else { continue };
        let sum = ceiling(price, &wanted.wish)?;
        let funds = funds(app.store.read(), account, price.currency).await?;
        let cost = match can_pay(funds.balance, funds.held, Money::zero(price.currency), sum) {
            Ok(()) => Cost::Payable(sum),
            Err(error) => Cost::Unpaid(sum, error.message().to_owned()),
        };
        costs.insert(queue.name.clone(), cost);
    }
    Ok(costs)
}

/// Tries to place every attempt that waits for a place. One that no machine can run now waits on, with the reason kept;
/// one that none ever can, fails.
///
/// # Errors
/// Where the database fails.
pub async fn place_all(app: &App) -> Result<()> {
    // One after the other, the oldest first: where money or cores are short, who came first has them.
    for attempt in attempts::in_states(app.store.read(), &[StateName::Created, StateName::Checking]).await? {
        let key = attempt.key;
        if let Err(error) = place(app, attempt).await {
            tracing::error!(attempt = %key, %error, detail = error.operator_detail(), "could not be placed this time");
        }
    }
    Ok(())
}

async fn place(app: &App, attempt: Attempt) -> Result<()> {
    let Some(job) = jobs::by_id(app.store.read(), attempt.key.job).await? else { return Ok(()) };
    let wanted = Wanted::of(&job)?;
    let user = users::by_id(app.store.read(), job.user).await?.ok_or_else(|| Error::internal(format!("{} is gone", job.user)))?;
    let edition = pinned(app, job.app_version).await?;
    loop {
        let (evaluation, _) = evaluate(app, &user.name, &user.roles, job.account, &edition, &wanted).await?;
        let Some((machine, eligible)) = evaluation.taken() else { return wait_or_fail(app, attempt, &evaluation).await };
        let place = (machine.machine, eligible);
        match give(app, &job, &attempt, &user.name, &user.roles, &edition, &wanted, place, &evaluation).await {
            // Another job of the account took the money meanwhile: the next evaluation knows.
            Err(error) if error.kind() == ErrorKind::Unpaid => {}
            done => return done,
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "everything a placement is made of, once")]
async fn give(
    app: &App,
    job: &Job,
    attempt: &Attempt,
    name: &UserName,
    roles: &Roles,
    edition: &Edition,
    wanted: &Wanted,
    (machine, eligible): (MachineId, &Eligible),
    evaluation: &Evaluation,
) -> Result<()> {
    let machine = machines::by_id(app.store.read(), machine).await?.ok_or_else(|| Error::internal(format!("{machine} is gone")))?;
    let person = person(app, name, roles, job.account).await?;
    let prices = prices::all(app.store.read(), Some(machine.id)).await?;
    let tx = app.store.begin().await?;
    // It may have been canceled, or placed by another hub, while the machines were asked.
    let Some(mut attempt) = attempts::by_key(&tx, attempt.key).await? else { return Ok(()) };
    if !matches!(attempt.state.name(), StateName::Created | StateName::Checking) {
        return Ok(());
    }
    let price = applicable(&prices, machine.id, Some(&eligible.queue), job.account);
    let price = price.ok_or_else(|| Error::unavailable("the price went away while the job was placed"))?;
    hold(&tx, &app.clock, job.account, attempt.key, machine.center, price, &wanted.wish).await?;
    attempt.gateway = Some(machine.gateway);
    attempt.evaluation = Some(text(evaluation)?);
    attempts::save(&tx, &attempt).await?;
    let placed =
        JobFact::Placed { machine: machine.id, queue: Some(eligible.queue.clone()), reason: evaluation.reason().unwrap_or_default() };
    let newest = record(&tx, &app.clock, Origin::Hub, attempt.key, app.clock.now(), placed).await?;
    let run = v1::RunAttempt {
        machine: machine.name.to_string(),
        queue: eligible.queue.to_string(),
        person: Some(person),
        package: Some(package(edition)),
        params: serde_json::Value::Object(wanted.params.clone()).to_string(),
        inputs: inputs(wanted),
        wish: Some(wanted.wish.into()),
        name: job.name.clone(),
        output_cap: app.config.limits.output_bytes,
        placed_micros: app.clock.now().micros(),
    };
    want(app, &tx, machine.gateway, attempt.key, Body::Run(run)).await?;
    around(points::PLACE_COMMIT, tx.commit()).await?;
    announce(app, newest);
    ring(&app.signals.intents);
    Ok(())
}

async fn wait_or_fail(app: &App, attempt: Attempt, evaluation: &Evaluation) -> Result<()> {
    let refusal = evaluation.refusal().unwrap_or_else(|| Error::internal("nothing was taken and nothing refused"));
    let before = attempt.evaluation.as_deref().and_then(|text| serde_json::from_str::<Evaluation>(text).ok());
    let news = before.is_none_or(|before| before.machines != evaluation.machines);
    if attempt.state.name() == StateName::Checking && refusal.kind() == ErrorKind::Unavailable && !news {
        return Ok(());
    }
    let tx = app.store.begin().await?;
    let Some(mut attempt) = attempts::by_key(&tx, attempt.key).await? else { return Ok(()) };
    if !matches!(attempt.state.name(), StateName::Created | StateName::Checking) {
        return Ok(());
    }
    attempt.evaluation = Some(text(evaluation)?);
    attempts::save(&tx, &attempt).await?;
    let now = app.clock.now();
    let mut newest = 0;
    if attempt.state.name() == StateName::Created {
        newest = record(&tx, &app.clock, Origin::Hub, attempt.key, now, JobFact::CheckStarted).await?;
    }
    if refusal.kind() != ErrorKind::Unavailable {
        let failed = JobFact::Failed {
            phase: tieline_model::job::Phase::Place,
            reason: refusal.message().to_owned(),
            hint: refusal.advice().map(str::to_owned),
        };
        newest = record(&tx, &app.clock, Origin::Hub, attempt.key, now, failed).await?;
    }
    around(points::WAIT_COMMIT, tx.commit()).await?;
    announce(app, newest);
    Ok(())
}

fn text(evaluation: &Evaluation) -> Result<String> {
    serde_json::to_string(evaluation).map_err(|error| Error::internal(error.to_string()))
}
