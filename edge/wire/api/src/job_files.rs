//! Files of jobs on the wire: outputs that were brought back, and what lies in the job's folder on its machine.

use serde::{Deserialize, Serialize};
use tieline_model::{RelPath, Sha256, Timestamp};
use utoipa::{IntoParams, ToSchema};

/// The header that says at which byte of a job's output an answer with `follow` begins.
pub const LOG_OFFSET_HEADER: &str = "Tieline-Log-Offset";

/// What lies in a folder of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobFolder {
    /// The lines, by path.
    pub items: Vec<JobFile>,
    /// Always null: a folder is listed at once.
    pub next: Option<String>,
    /// Which attempt this is.
    pub attempt: u32,
    /// Whether the machine was asked just now; else only what the hub knows is listed.
    pub live: bool,
    /// When the folder will be removed from its machine; given once the attempt is over, until it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires: Option<Timestamp>,
    /// Why the list may not be complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobFile {
    /// Below the job's folder.
    #[schema(value_type = String, example = "log.lammps")]
    pub path: RelPath,
    /// Whether it is a folder.
    pub folder: bool,
    /// Bytes; zero for a folder.
    pub size: u64,
    /// When it was changed last, where the machine says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub modified: Option<Timestamp>,
    /// What it hashes to, once it was brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub sha256: Option<Sha256>,
    /// Whether the hub has it, so that it can be read when the machine cannot be reached.
    pub kept: bool,
    /// Whether it is gone from the machine.
    pub gone: bool,
}

/// Which folder of a job to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListJobFiles {
    /// Which attempt; the latest when not given.
    pub attempt: Option<u32>,
    /// The folder below the job's; the job's folder itself when not given.
    pub path: Option<String>,
}

/// What of a job's file to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReadJobFile {
    /// Which attempt; the latest when not given.
    pub attempt: Option<u32>,
    /// Only so many bytes at its end.
    pub tail: Option<u64>,
}

/// Lines of a job's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobFileLines {
    /// The number of the first one, 1 for the first of the file.
    pub first: u64,
    /// The lines without their ends. What is not UTF-8 shows as U+FFFD; a line of more than 64 KiB ends with an ellipsis.
    pub lines: Vec<String>,
    /// How many lines the file has, once its end was seen.
    pub total: Option<u64>,
    /// The line to ask for next; null at the end. The same line again, without any lines here, where it lies too far on to be
    /// reached by one request: asking again goes on.
    pub next: Option<u64>,
    /// The last line that was read on the way.
    pub reached: u64,
}

/// Which lines of a job's file to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReadJobFileLines {
    /// Which attempt; the latest when not given.
    pub attempt: Option<u32>,
    /// From this line on, 1 when not given.
    pub first: Option<u64>,
    /// At most this many, 1 to 5000; 500 when not given.
    pub count: Option<usize>,
}

/// Lines of a job's file that hold a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobFileHits {
    /// The lines.
    pub hits: Vec<LineHit>,
    /// The line to go on from; null once the end was reached.
    pub next: Option<u64>,
    /// The last line that was looked at.
    pub searched_to: u64,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineHit {
    /// Its number.
    pub line: u64,
    /// The line.
    pub text: String,
}

/// What to look for in a job's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchJobFile {
    /// Which attempt; the latest when not given.
    pub attempt: Option<u32>,
    /// The text, in letters of either case.
    pub text: String,
    /// From this line on, 1 when not given.
    pub from: Option<u64>,
    /// At most this many lines, 1 to 1000; 100 when not given.
    pub limit: Option<usize>,
}

/// What a program prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogStream {
    /// What it says.
    #[default]
    Stdout,
    /// What it complains about.
    Stderr,
}

/// Which output to read, and for how long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FollowJobLog {
    /// Which output; `stdout` when not given.
    #[param(inline)]
    pub stream: Option<LogStream>,
    /// Whether to go on until the job has ended.
    pub follow: Option<bool>,
    /// Which attempt; the latest when not given.
    pub attempt: Option<u32>,
    /// Begin so many bytes before the end; at the beginning when not given.
    pub tail: Option<u64>,
    /// With `follow` and without `tail`: begin at this byte, to go on where a connection broke.
    pub from: Option<u64>,
}
