//! The evaluation itself: first what holds for a machine whatever the queue, then queue by queue, then the choice.

use tieline_model::machine::{Description, QueueLimits, QueueLoad, Reading, ServingState};
use tieline_model::{MachineId, QueueName, Resources, Seconds};

use super::{Candidate, Cost, Eligible, Evaluated, Evaluation, Grant, Moment, PreSubmit, Reason, Refusal, Term, Verdict, Wish};

/// Evaluates every candidate and takes the eligible one with the shortest expected wait; of equal ones the cheapest, then
/// the first by label. The order of candidates does not matter.
pub fn evaluate(wish: &Wish, candidates: &[Candidate<'_>], moment: Moment) -> Evaluation {
    let mut machines: Vec<_> = candidates
        .iter()
        .map(|candidate| Evaluated {
            machine: candidate.machine,
            label: candidate.label.to_owned(),
            verdict: match one(wish, candidate, moment) {
                Ok(eligible) => Verdict::Eligible(eligible),
                Err(refusal) => Verdict::NotEligible(refusal),
            },
        })
        .collect();
    machines.sort_by(|one, other| (&one.label, one.machine).cmp(&(&other.label, other.machine)));
    let chosen = choose(&machines);
    Evaluation { at: moment.now, wish: wish.clone(), machines, chosen }
}

fn choose(machines: &[Evaluated]) -> Option<MachineId> {
    let eligible = machines.iter().filter_map(|evaluated| match &evaluated.verdict {
        Verdict::Eligible(eligible) => Some((evaluated, eligible)),
        Verdict::NotEligible(_) => None,
    });
    let best = eligible.min_by_key(|(evaluated, eligible)| {
        let wait = eligible.wait.map_or(u64::MAX, |wait| wait.0);
        (wait, eligible.cost.currency, eligible.cost.micros, &evaluated.label, evaluated.machine)
    });
    best.map(|(evaluated, _)| evaluated.machine)
}

/// What never passes by itself is told before what does, so that nobody waits for a machine that can never run the job.
fn one(wish: &Wish, candidate: &Candidate<'_>, moment: Moment) -> Result<Eligible, Refusal> {
    allowed(wish, candidate)?;
    let reading = candidate.reading.map(|(reading, _)| reading);
    let found = candidate.description.map(|description| queue(wish, candidate, description, reading));
    if let Some(Err(refusal)) = &found
        && refusal.reason.is_final()
    {
        return Err(refusal.clone());
    }
    ready(wish, candidate, moment)?;
    let eligible = found.unwrap_or_else(|| Err(not_described()))?;
    match &candidate.pre_submit {
        PreSubmit::NotAsked | PreSubmit::Fits => Ok(eligible),
        PreSubmit::Refused(why) => Err(Refusal::new(Reason::PreSubmitRefused, why).with("why", why.as_str())),
        PreSubmit::Silent => Err(Refusal::new(Reason::PreSubmitSilent, "the app's own check did not answer in time")),
    }
}

/// Whether this machine is meant at all, and lets this person in.
fn allowed(wish: &Wish, candidate: &Candidate<'_>) -> Result<(), Refusal> {
    if wish.machine.is_some_and(|wanted| wanted != candidate.machine) {
        return Err(Refusal::new(Reason::NotChosenByUser, "another machine was named"));
    }
    if !wish.hosts.is_empty() && !wish.hosts.iter().any(|host| is_named(candidate.label, host)) {
        let hosts = wish.hosts.join(", ");
        return Err(Refusal::new(Reason::HostNotSuited, format!("the app is made for {hosts} only")).with("hosts", hosts.as_str()));
    }
    match &candidate.grant {
        Grant::Refused(why) => Err(Refusal::new(Reason::NoGrant, why).with("why", why.as_str())),
        Grant::Allowed | Grant::Unknown => Ok(()),
    }
}

/// Whether `center/machine` is meant by `center/machine` or by `machine`.
fn is_named(label: &str, host: &str) -> bool {
    label == host || label.split_once('/').is_some_and(|(_, machine)| machine == host)
}

/// Whether the machine is there and known well enough at the moment.
fn ready(wish: &Wish, candidate: &Candidate<'_>, moment: Moment) -> Result<(), Refusal> {
    let refuse = |reason, sentence: &str| Err(Refusal::new(reason, sentence));
    if candidate.disabled {
        return refuse(Reason::MachineDisabled, "it is out of service");
    }
    if !candidate.connected {
        return refuse(Reason::GatewayOffline, "its gateway is not connected");
    }
    let description = candidate.description.ok_or_else(not_described)?;
    let (_, arrived) = candidate.reading.ok_or_else(not_read)?;
    let age = moment.now.since(arrived);
    if age > moment.stale_after {
        let most = moment.stale_after;
        let sentence = format!("its load was last told {age} ago, at most {most} are trusted");
        return Err(Refusal::new(Reason::ReadingStale, sentence).with("age_s", age).with("most_s", most));
    }
    if candidate.grant == Grant::Unknown {
        return refuse(Reason::GrantUnknown, "the center has not said whether you may run there");
    }
    deployed(wish, description)
}

fn not_described() -> Refusal {
    Refusal::new(Reason::NotDescribed, "its gateway has not told yet what it is")
}

fn not_read() -> Refusal {
    Refusal::new(Reason::ReadingMissing, "nothing is known of its load yet")
}

fn deployed(wish: &Wish, description: &Description) -> Result<(), Refusal> {
    let Some(app) = &wish.app else { return Ok(()) };
    match description.deployments.iter().find(|deployment| deployment.app == *app) {
        Some(deployment) if deployment.ready => Ok(()),
        Some(deployment) => {
            let refusal = Refusal::new(Reason::AppNotReady, format!("{app} is not ready there: {}", deployment.note));
            Err(refusal.with("app", app.as_str()).with("why", deployment.note.as_str()))
        }
        None => Err(Refusal::new(Reason::AppNotDeployed, format!("{app} is not deployed there")).with("app", app.as_str())),
    }
}

/// The queue that was named; or else the default one, or else the first other one by name that can run it. Where none can,
/// the reason is the first one's that may pass, or else the first one's.
fn queue(wish: &Wish, candidate: &Candidate<'_>, description: &Description, reading: Option<&Reading>) -> Result<Eligible, Refusal> {
    let mut queues: Vec<_> =
        description.queues.iter().filter(|queue| wish.queue.as_ref().is_none_or(|wanted| *wanted == queue.name)).collect();
    queues.sort_by(|one, other| (!one.default, &one.name).cmp(&(!other.default, &other.name)));
    let mut refusals = Vec::new();
    for limits in queues {
        match in_queue(wish, candidate, description, limits, reading) {
            Ok(eligible) => return Ok(eligible),
            Err(refusal) => refusals.push(refusal),
        }
    }
    // The sort keeps the order among those that may pass, and among the others.
    refusals.sort_by_key(|refusal: &Refusal| refusal.reason.is_final());
    Err(refusals.into_iter().next().unwrap_or_else(|| match &wish.queue {
        Some(queue) => Refusal::new(Reason::QueueUnknown, format!("it has no queue '{queue}'")).with("queue", queue.as_str()),
        None => Refusal::new(Reason::QueuesMissing, "it has no queues at the moment"),
    }))
}

fn in_queue(
    wish: &Wish,
    candidate: &Candidate<'_>,
    description: &Description,
    limits: &QueueLimits,
    reading: Option<&Reading>,
) -> Result<Eligible, Refusal> {
    within(&wish.resources, description, limits)?;
    let name = &limits.name;
    let of_queue = |reason, sentence: String| Refusal::new(reason, sentence).with("queue", name.as_str());
    let cost = candidate.costs.get(name);
    if let Some(Cost::Unpaid(sum, sentence)) = cost {
        return Err(Refusal::new(Reason::NoBalance, sentence).with("sum", sum.to_string().as_str()));
    }
    let told = reading.and_then(|reading| Some((reading, reading.queues.iter().find(|load| load.name == *name)?)));
    let (reading, load) = told.ok_or_else(not_read)?;
    if matches!(load.state, ServingState::Draining | ServingState::Closed) {
        return Err(of_queue(Reason::QueueClosed, format!("queue '{name}' takes no jobs at the moment")));
    }
    let Some(Cost::Payable(cost)) = cost else {
        return Err(of_queue(Reason::NoPrice, format!("queue '{name}' has no price")));
    };
    let (wait, terms, sentence) = expected(&wish.resources, limits, load, reading);
    Ok(Eligible { queue: name.clone(), wait, cost: *cost, terms, sentence })
}

/// Whether the queue ever lets a job have so much.
fn within(wanted: &Resources, description: &Description, limits: &QueueLimits) -> Result<(), Refusal> {
    let queue = &limits.name;
    let classes = &description.node_classes;
    let over = |reason, wanted: u32, most: u32, sentence: String| Refusal::new(reason, sentence).with("wanted", wanted).with("most", most);
    let in_queue = |refusal: Refusal| Err(refusal.with("queue", queue.as_str()));
    let most = limits.max_nodes.unwrap_or(u32::MAX).min(limits.nodes);
    if wanted.nodes > most {
        let sentence = format!("{} nodes are asked for, queue '{queue}' gives a job at most {most}", wanted.nodes);
        return in_queue(over(Reason::NodesOverLimit, wanted.nodes, most, sentence));
    }
    let most = most_in(limits);
    if wanted.cores > most {
        let sentence = format!("{} cores are asked for, queue '{queue}' gives a job at most {most}", wanted.cores);
        return in_queue(over(Reason::CoresOverLimit, wanted.cores, most, sentence));
    }
    let (each, largest) = (wanted.cores_per_node(), classes.iter().map(|class| class.cores).max());
    if let Some(most) = largest.filter(|largest| each > *largest) {
        let sentence = format!("{each} cores on one node are asked for, the largest node has {most}");
        return Err(over(Reason::CoresOverNode, each, most, sentence));
    }
    let largest = classes.iter().map(|class| class.memory_mib).max();
    let most = [limits.max_memory_mib, largest].into_iter().flatten().min();
    if let (Some(wanted), Some(most)) = (wanted.memory_mib, most)
        && wanted > most
    {
        let sentence = format!("{wanted} MiB on a node are asked for, queue '{queue}' gives at most {most}");
        return in_queue(Refusal::new(Reason::MemoryOverLimit, sentence).with("wanted_mib", wanted).with("most_mib", most));
    }
    if wanted.gpus > limits.gpus {
        let sentence = format!("{} GPUs are asked for, queue '{queue}' has {}", wanted.gpus, limits.gpus);
        return in_queue(over(Reason::GpusMissing, wanted.gpus, limits.gpus, sentence));
    }
    let (each, largest) = (wanted.gpus_per_node(), classes.iter().map(|class| class.gpus).max());
    if let Some(most) = largest.filter(|largest| each > *largest) {
        let sentence = format!("{each} GPUs on one node are asked for, a node has at most {most}");
        return Err(over(Reason::GpusOverNode, each, most, sentence));
    }
    if let Some(most) = limits.max_time.filter(|most| wanted.time > *most) {
        let sentence = format!("a time of {} is asked for, queue '{queue}' gives at most {most}", wanted.time);
        return in_queue(Refusal::new(Reason::TimeOverLimit, sentence).with("wanted_s", wanted.time).with("most_s", most));
    }
    Ok(())
}

/// The most cores that one job on so many nodes may have on a machine, in the queue that was named or in the largest one.
pub fn most_cores(description: &Description, queue: Option<&QueueName>, nodes: u32) -> u32 {
    let on_nodes = description.node_classes.iter().map(|class| class.cores).max().map_or(u32::MAX, |each| each.saturating_mul(nodes));
    let queues = description.queues.iter().filter(|limits| queue.is_none_or(|named| *named == limits.name));
    queues.map(most_in).max().unwrap_or(0).min(on_nodes)
}

fn most_in(limits: &QueueLimits) -> u32 {
    limits.max_cores.unwrap_or(u32::MAX).min(limits.cores)
}

/// How long it would wait: not at all where enough is free, or else until all queued work is done, as if it could be spread over all cores.
fn expected(wanted: &Resources, limits: &QueueLimits, load: &QueueLoad, reading: &Reading) -> (Option<Seconds>, Vec<Term>, String) {
    let idle_gpus = reading.gpus.total.saturating_sub(reading.gpus.allocated);
    let term = |name: &str, value: u64| Term { name: name.to_owned(), value };
    let mut terms = vec![
        term("idle_cores", load.idle_cores.into()),
        term("waiting_core_seconds", load.waiting_core_seconds),
        term("running_core_seconds", load.running_core_seconds),
        term("queue_cores", limits.cores.into()),
    ];
    if wanted.gpus > 0 {
        terms.push(term("idle_gpus", idle_gpus.into()));
    }
    if load.state == ServingState::Queueing {
        return (None, terms, "the queue takes jobs but starts none at the moment".to_owned());
    }
    if load.idle_cores >= wanted.cores && idle_gpus >= wanted.gpus {
        return (Some(Seconds(0)), terms, format!("{} cores are free, it can start now", load.idle_cores));
    }
    let work = load.waiting_core_seconds.saturating_add(load.running_core_seconds);
    let wait = Seconds((work / u64::from(limits.cores.max(1))).max(1));
    (Some(wait), terms, format!("{} cores are free, it should start in about {wait}", load.idle_cores))
}
