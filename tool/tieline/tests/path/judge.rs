//! Who says what happened: a file outside Tieline into which every job writes itself, against what the platform tells of
//! jobs and money.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;
use tieline_model::job::{Base, StateName};
use tieline_wire_api::jobs::Job;

use crate::center::GIFT;

/// What a job is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ends well.
    Good,
    /// Ends with status 3.
    Bad,
    /// Goes on until it is cancelled.
    Endless,
}

/// A job as the test asked for it.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its name, which no other has.
    pub name: String,
    /// What it is to do.
    pub kind: Kind,
    /// Whether somebody asked to end it.
    pub cancelled: bool,
    /// Whether its supervisor may have been killed: then it may fail as where a node is lost.
    pub lost: bool,
}

/// The most that a second of any job costs, in millionths.
const SECOND: i64 = 10_000;

/// The file, and the script that writes into it.
pub struct Judge {
    file: PathBuf,
    since: Instant,
}

impl Judge {
    /// An empty file that every user may append to.
    pub fn new(folder: &Path) -> Self {
        let file = folder.join("judge");
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
        Self { file, since: Instant::now() }
    }

    /// A script for all kinds: its arguments are the name, the kind and how many seconds to take.
    pub fn script(&self) -> String {
        let file = self.file.display();
        format!(
            "echo \"$1 began\" >>{file}\nsleep \"$3\"\n[ \"$2\" = Endless ] && sleep 100000\n\
             echo \"$1 ended\" >>{file}\n[ \"$2\" = Bad ] && exit 3\nexit 0"
        )
    }

    /// Compares what was asked for, what the platform tells, and what the file says. Gives every contradiction in a line.
    pub fn verdict(&self, wishes: &[Wish], jobs: &[Job], account: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        let mut written: BTreeMap<String, usize> = BTreeMap::new();
        for line in std::fs::read_to_string(&self.file).unwrap().lines() {
            *written.entry(line.to_owned()).or_default() += 1;
        }
        let count = |name: &str, what: &str| written.get(&format!("{name} {what}")).copied().unwrap_or(0);
        let known: BTreeSet<&str> = wishes.iter().map(|wish| &*wish.name).collect();
        faults.extend(
            written.keys().filter(|line| !known.contains(line.split(' ').next().unwrap_or(""))).map(|line| format!("who wrote '{line}'?")),
        );
        if jobs.len() != wishes.len() {
            faults.push(format!("{} jobs were asked for, {} are there", wishes.len(), jobs.len()));
        }
        for wish in wishes {
            let Some(job) = jobs.iter().find(|job| job.name == wish.name) else {
                faults.push(format!("{} is gone", wish.name));
                continue;
            };
            let (began, ended) = (count(&wish.name, "began"), count(&wish.name, "ended"));
            let fits = match job.state {
                StateName::Failed if wish.lost => began <= 1 && ended <= began,
                StateName::Completed => wish.kind == Kind::Good && (began, ended) == (1, 1),
                StateName::Failed => wish.kind == Kind::Bad && (began, ended) == (1, 1),
                // It may have ended by itself while the word was on its way, but never runs twice.
                StateName::Canceled => wish.cancelled && began <= 1 && ended <= began,
                _ => false,
            };
            if !fits || job.attempt != 1 {
                let id = job.id;
                faults.push(format!(
                    "{wish:?} is {} in attempt {}, began {began} times and ended {ended} times ({id})",
                    job.state, job.attempt
                ));
            }
        }
        // Nobody can have run for longer than the judge has looked on, whatever a clock says that was set meanwhile.
        let dearest = SECOND * (i64::try_from(self.since.elapsed().as_secs()).unwrap() + 5);
        let lost = |job: &Job| wishes.iter().any(|wish| wish.lost && wish.name == job.name);
        faults.extend(money(jobs, account, dearest, lost, |job| count(&job.name, "began")));
        faults
    }
}

/// Every attempt that ran is charged once, for no more than it can have taken, and no other is; the balance is the sum of the
/// statement; nothing stays set aside.
fn money(jobs: &[Job], account: &Value, dearest: i64, lost: impl Fn(&Job) -> bool, began: impl Fn(&Job) -> usize) -> Vec<String> {
    let mut faults = Vec::new();
    let mut charged: BTreeMap<String, i64> = BTreeMap::new();
    let mut sum = 0;
    for charge in account["charges"].as_array().unwrap() {
        let micros = charge["sum"]["micros"].as_i64().unwrap();
        sum += micros;
        match charge["kind"].as_str().unwrap() {
            "charge" => {
                let job = charge["attempt"]["job"].as_str().unwrap().to_owned();
                if charged.insert(job.clone(), micros).is_some() {
                    faults.push(format!("{job} is charged twice"));
                }
            }
            "top_up" if micros == GIFT => {}
            _ => faults.push(format!("what is this charge? {charge}")),
        }
    }
    if charged.values().all(|paid| *paid == 0) {
        faults.push("nothing costs anything".to_owned());
    }
    for job in jobs {
        let paid = charged.remove(&job.id.to_string());
        // A scheduler that counts whole seconds says of a short job that it took none.
        let right = match job.base {
            // It may have been ended on the way to its first line.
            Base::Canceled if began(job) == 0 => paid.is_none_or(|paid| (-SECOND..=0).contains(&paid)),
            Base::Canceled => paid.is_none_or(|paid| paid <= 0),
            Base::Failed if lost(job) => paid.is_none_or(|paid| paid <= 0),
            Base::Finished | Base::Failed => paid.is_some_and(|paid| paid <= 0),
            Base::Pending | Base::Running => false,
        };
        if !right || paid.is_some_and(|paid| paid < -dearest) {
            faults.push(format!("{} is {} and costs {paid:?}", job.name, job.state));
        }
    }
    faults.extend(charged.keys().map(|job| format!("{job} is charged and not there")));
    if account["balances"][0]["balance"]["micros"] != sum {
        faults.push(format!("the statement adds up to {sum}, the balance is {}", account["balances"][0]["balance"]));
    }
    if account["balances"][0]["held"]["micros"] != 0 || account["holds"].as_array().is_none_or(|holds| !holds.is_empty()) {
        faults.push(format!("set aside for nobody: {}", account["holds"]));
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tieline_model::JobId;

    use super::*;

    const JOB: &str = "job_01jd3k0000000000000000000a";

    fn job(state: &str, base: &str) -> Job {
        let moment = "2026-01-01T00:00:00Z";
        let (user, account) = (JOB.replace("job_", "usr_"), JOB.replace("job_", "acc_"));
        let value = json!({
            "id": JOB.parse::<JobId>().unwrap(), "user": user, "account": account, "app": "shell", "name": "n0", "remark": "",
            "state": state, "base": base, "attempt": 1, "machine": null, "machine_name": null, "created_at": moment,
            "changed_at": moment, "ended_at": moment, "deleted": false,
        });
        serde_json::from_value(value).unwrap()
    }

    /// What the judge finds where the file holds these lines and the statement has so many charges for the job.
    fn found(lines: &str, wish: (Kind, bool), job: Job, charges: usize) -> Vec<String> {
        found_at(lines, wish, job, charges, 5)
    }

    /// The same, where each charge is of so many millionths.
    fn found_at(lines: &str, wish: (Kind, bool), job: Job, charges: usize, dear: i64) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let judge = Judge::new(folder.path());
        std::fs::write(&judge.file, lines).unwrap();
        let mut entries = vec![json!({ "kind": "top_up", "sum": { "micros": GIFT } })];
        entries.extend((0..charges).map(|_| json!({ "kind": "charge", "sum": { "micros": -dear }, "attempt": { "job": JOB } })));
        let balance = GIFT - dear * i64::try_from(charges).unwrap();
        let account =
            json!({ "charges": entries, "holds": [], "balances": [{ "balance": { "micros": balance }, "held": { "micros": 0 } }] });
        let wish = Wish { name: "n0".to_owned(), kind: wish.0, cancelled: wish.1, lost: false };
        judge.verdict(&[wish], &[job], &account)
    }

    #[test]
    fn the_judge_is_content_with_what_happened_once_and_finds_everything_else() {
        let once = "n0 began\nn0 ended\n";
        assert_eq!(found(once, (Kind::Good, false), job("completed", "finished"), 1), [] as [String; 0]);
        assert_eq!(found(once, (Kind::Bad, false), job("failed", "failed"), 1), [] as [String; 0]);
        assert_eq!(found("n0 began\n", (Kind::Endless, true), job("canceled", "canceled"), 1), [] as [String; 0]);
        let hour = found_at(once, (Kind::Good, false), job("completed", "finished"), 1, 3600 * SECOND);
        assert!(!hour.is_empty(), "nobody pays for an hour that only a clock took");
        let wrong = [
            ("", (Kind::Good, false), job("completed", "finished"), 1),
            ("n0 began\nn0 began\nn0 ended\n", (Kind::Good, false), job("completed", "finished"), 1),
            (once, (Kind::Good, false), job("completed", "finished"), 2),
            (once, (Kind::Good, false), job("completed", "finished"), 0),
            (once, (Kind::Good, false), job("failed", "failed"), 1),
            (once, (Kind::Bad, false), job("completed", "finished"), 1),
            (once, (Kind::Good, false), job("running", "running"), 1),
            (once, (Kind::Good, false), job("canceled", "canceled"), 1),
            ("n0 began\nn0 ended\nn1 began\n", (Kind::Good, false), job("completed", "finished"), 1),
        ];
        let unseen = |dear| found_at("", (Kind::Endless, true), job("canceled", "canceled"), 1, dear);
        assert_eq!(unseen(SECOND / 2), [] as [String; 0]);
        assert!(!unseen(2 * SECOND).is_empty(), "who never came to a first line pays no more than the way to it");
        for (lines, wish, job, charges) in wrong {
            let told = format!("{lines:?} {wish:?} {} {charges}", job.state);
            assert!(!found(lines, wish, job, charges).is_empty(), "{told}");
        }
    }
}
