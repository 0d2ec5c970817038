//! The words of Tieline: ids, time, money, people, machines, files, jobs and their states, and the one error type.
//!
//! Nothing here waits, reads a clock, draws a random number or knows a transport: time and randomness are arguments.

pub mod error;
pub mod file;
pub mod id;
pub mod job;
pub mod machine;
pub mod money;
pub mod name;
pub mod people;
pub mod resource;
pub mod text;
pub mod time;

pub use error::{Error, ErrorKind, Result};
pub use file::{RelPath, Sha256};
pub use id::*;
pub use money::{Currency, Money};
pub use name::{AccountName, AppName, CenterName, LocalUser, MachineName, QueueName, UserName};
pub use people::{MemberRole, Role, Roles};
pub use resource::Resources;
pub use time::{Seconds, Timestamp};
