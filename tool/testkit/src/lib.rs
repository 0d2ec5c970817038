//! Real parts for tests: Slurm, OpenSSH, PostgreSQL, local users, started on free ports and in folders of their own.
//!
//! Whatever is started here lives in a [`capsule`], which ends with the test process, however that ends. A part that is not
//! installed makes the test fail with the name of the package that holds it; nothing is ever skipped.

mod capsule;
pub mod clock;
pub mod disk;
pub mod link;
mod part;
pub mod points;
pub mod port;
pub mod postgres;
pub mod skew;
pub mod slurm;
pub mod sql;
pub mod sshd;
pub mod users;
mod wait;

pub use part::need;
pub use wait::wait_until;
