//! Files through the whole API: the router, the use cases, the store and the disk.

mod contents;
mod desk;
mod downloads;
mod jobs;
mod spaces;
mod stage;
mod uploads;

pub use stage::{stage_job, stage_job_with};
