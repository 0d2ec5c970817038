//! A job as a person reads it: its state and attempts, why it is where it is, and the machines that were weighed.

use tieline_wire_api::apps::{Advice, Candidate, Suggestion};
use tieline_wire_api::jobs::{Attempt, Explanation, JobDetail, Progress};

use crate::output::Look;

/// A job with all of its attempts, as lines.
pub fn lines(detail: &JobDetail, look: &Look) -> Vec<(&'static str, String)> {
    let job = &detail.job;
    let mut lines = vec![
        ("job", job.id.to_string()),
        ("name", job.name.clone()),
        ("app", format!("{} {}", job.app, detail.version)),
        ("state", job.state.to_string()),
        ("machine", job.machine_name.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)),
        ("made", look.time(job.created_at)),
        ("changed", look.time(job.changed_at)),
        ("ended", look.time_or_dash(job.ended_at)),
    ];
    if !job.remark.is_empty() {
        lines.push(("remark", job.remark.clone()));
    }
    if let Some(seen) = detail.last_seen_at {
        lines.push(("last seen", format!("{}: its center does not answer since", look.time(seen))));
    }
    for attempt in &detail.attempts {
        lines.push(("attempt", tried(attempt, look)));
    }
    lines
}

fn tried(attempt: &Attempt, look: &Look) -> String {
    let mut text = vec![format!("{} {}", attempt.number, attempt.state)];
    let mut add = |what: &str, value: &Option<String>| text.extend(value.as_ref().map(|value| format!("{what} {value}")));
    add("queue", &attempt.queue.as_ref().map(ToString::to_string));
    add("scheduler's number", &attempt.native);
    add("folder", &attempt.folder);
    add("began", &attempt.started_at.map(|moment| look.time(moment)));
    add("ended", &attempt.ended_at.map(|moment| look.time(moment)));
    add("progress", &attempt.progress.as_ref().map(|progress| advanced(progress, look)));
    add("because", &why(&attempt.detail));
    for step in &attempt.transitions {
        let inferred = if step.inferred { " (inferred)" } else { "" };
        text.push(format!("{}  {} -> {}{inferred}", look.time(step.at), step.from, step.to));
    }
    text.join("\n")
}

fn advanced(progress: &Progress, look: &Look) -> String {
    let percent = progress.percent.map(|percent| format!("{percent} % ")).unwrap_or_default();
    format!("{percent}{} ({}, {})", progress.message, progress.script, look.time(progress.at))
}

/// The reason an attempt's state carries, where it carries one.
pub fn why(detail: &serde_json::Value) -> Option<String> {
    detail.get("reason").and_then(|reason| reason.as_str()).map(str::to_owned)
}

/// Why a job is where it is, as lines.
pub fn reasons(explanation: &Explanation, look: &Look) -> Vec<(&'static str, String)> {
    let mut lines =
        vec![("job", explanation.job.to_string()), ("state", explanation.state.to_string()), ("why", explanation.sentence.clone())];
    if let Some(moment) = explanation.evaluated_at {
        lines.push(("evaluated", look.time(moment)));
    }
    lines.extend(explanation.candidates.iter().map(|candidate| ("machine", weighed(candidate))));
    lines
}

/// One machine of an evaluation in a line, and its reasons below.
pub fn weighed(candidate: &Candidate) -> String {
    let mark = match (candidate.chosen, candidate.eligible) {
        (true, _) => "chosen",
        (false, true) => "eligible",
        (false, false) => "not eligible",
    };
    let wait = candidate.expected_wait_s.map(|wait| match wait {
        0 => ", starts at once".to_owned(),
        seconds => format!(", starts in about {}", tieline_model::Seconds(seconds)),
    });
    let cost = candidate.cost.map(|cost| format!(", at most {cost}"));
    let queue = candidate.queue.as_ref().map(|queue| format!(" queue {queue}"));
    let head = format!("{}{}  {mark}{}{}", candidate.name, queue.unwrap_or_default(), wait.unwrap_or_default(), cost.unwrap_or_default());
    let told = candidate.reasons.iter().fold(head, |text, reason| format!("{text}\n  {} ({})", reason.message, reason.code));
    candidate.advice.iter().flat_map(advised).fold(told, |text, line| format!("{text}\n  {line}"))
}

/// What a package's own check advises, a line for each thing.
fn advised(advice: &Advice) -> Vec<String> {
    let suggested = |one: &Suggestion| {
        let time = one.time_s.map(|time| format!(" --time {}", tieline_model::Seconds(time)));
        let memory = one.memory_mib.map(|memory| format!(" --mem {memory}M"));
        let gpus = (one.gpus > 0).then(|| format!(" --gpus {}", one.gpus));
        let queue = one.queue.as_ref().map(|queue| format!(" --queue {queue}"));
        let asked = [memory, gpus, time, queue].into_iter().flatten().collect::<String>();
        format!("suggested: --nodes {} --cores {}{asked}  {}", one.nodes, one.cores, one.reason).trim_end().to_owned()
    };
    let size = advice.output_bytes.map(|bytes| format!("it will write about {}", crate::output::bytes(bytes)));
    let warnings = advice.warnings.iter().map(|warning| format!("warning: {}", warning.message));
    advice.suggestions.iter().map(suggested).chain(warnings).chain(size).collect()
}
