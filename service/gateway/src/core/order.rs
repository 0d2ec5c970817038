//! What the hub ordered for one attempt, checked once when it arrived, and the rules the gateway follows in carrying it out.

use serde::{Deserialize, Serialize};
use tieline_model::{AppName, MachineName, QueueName, RelPath, Resources, Result, Seconds, Sha256, Timestamp, UserName};
use tieline_wire_gateway::{convert, v1};

use super::Backoff;

/// Who asks, as far as the center's user map may look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name the person signs in with.
    pub user: UserName,
    /// The account that pays.
    pub account: String,
    /// Roles, as [`tieline_model::Role`] writes them.
    pub roles: Vec<String>,
}

/// Which package to run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PackageRef {
    /// Which app.
    pub app: AppName,
    /// Which version of it, for people.
    pub version: String,
    /// What the package's archive hashes to.
    pub sha256: Sha256,
    /// Bytes of the archive.
    pub size: u64,
}

/// A file that must lie in the job's folder before the program starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Below the job's folder.
    pub path: RelPath,
    /// What it hashes to.
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
}

/// Everything the hub said about an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// On which machine.
    pub machine: MachineName,
    /// In which queue; none for the machine's default.
    pub queue: Option<QueueName>,
    /// For whom.
    pub person: Person,
    /// What to run.
    pub package: PackageRef,
    /// The parameters, a JSON object.
    pub params: String,
    /// What it reads.
    pub inputs: Vec<Input>,
    /// What it asks for.
    pub wish: Resources,
    /// The job's name, for people.
    pub name: String,
    /// Bytes of declared outputs that are brought back by themselves.
    pub output_cap: u64,
    /// When the hub placed it, by the hub's clock.
    pub placed: Timestamp,
}

/// The patience and the pace of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Between tries of the same step.
    pub backoff: Backoff,
    /// How long after a submission whose answer was lost the scheduler may still take it. A search before that proves nothing.
    pub settle: Seconds,
    /// Absent for longer than this: the job has vanished.
    pub grace: Seconds,
    /// Vanished for longer than this: the attempt is lost. A step that does not succeed for this long has failed.
    pub lost: Seconds,
    /// A job that is still there this long after it was canceled is canceled once more.
    pub cancel_again: Seconds,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            backoff: Backoff::default(),
            settle: Seconds(60),
            grace: Seconds::minutes(5),
            lost: Seconds::hours(24),
            cancel_again: Seconds::minutes(1),
        }
    }
}

impl Rules {
    /// No wait between two tries is longer.
    pub fn longest_wait(&self) -> Seconds {
        let backoff = Seconds(self.backoff.longest_ms.div_ceil(1_000));
        [backoff, self.settle, self.grace, self.cancel_again].into_iter().max().unwrap_or_default()
    }
}

impl TryFrom<&v1::Person> for Person {
    type Error = tieline_model::Error;
    fn try_from(person: &v1::Person) -> Result<Self> {
        Ok(Self { user: person.user.parse()?, account: person.account.clone(), roles: person.roles.clone() })
    }
}

impl TryFrom<&v1::PackageRef> for PackageRef {
    type Error = tieline_model::Error;
    fn try_from(package: &v1::PackageRef) -> Result<Self> {
        Ok(Self {
            app: package.app.parse()?,
            version: package.version.clone(),
            sha256: convert::sha256(&package.sha256)?,
            size: package.size,
        })
    }
}

impl TryFrom<&v1::Input> for Input {
    type Error = tieline_model::Error;
    fn try_from(input: &v1::Input) -> Result<Self> {
        Ok(Self { path: input.path.parse()?, sha256: convert::sha256(&input.sha256)?, size: input.size })
    }
}

impl TryFrom<&v1::RunAttempt> for Order {
    type Error = tieline_model::Error;
    fn try_from(run: &v1::RunAttempt) -> Result<Self> {
        let missing = |what: &str| tieline_model::Error::invalid(format!("the intent has no {what}"));
        let inputs = run.inputs.iter().map(Input::try_from).collect::<Result<_>>()?;
        Ok(Self {
            machine: run.machine.parse()?,
            queue: optional(&run.queue)?,
            person: run.person.as_ref().ok_or_else(|| missing("person"))?.try_into()?,
            package: run.package.as_ref().ok_or_else(|| missing("package"))?.try_into()?,
            params: run.params.clone(),
            inputs,
            wish: run.wish.as_ref().ok_or_else(|| missing("wish"))?.try_into()?,
            name: run.name.clone(),
            output_cap: run.output_cap,
            placed: Timestamp::from_micros(run.placed_micros),
        })
    }
}

/// A queue's name where the message carries one.
///
/// # Errors
/// Where it carries something that is not such a name.
pub fn optional(queue: &str) -> Result<Option<QueueName>> {
    if queue.is_empty() { Ok(None) } else { queue.parse().map(Some) }
}
