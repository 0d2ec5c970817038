//! What the gateway decides: plain data and functions. Time and random numbers are arguments; nothing waits, nothing is sent.

pub mod attempt;
pub mod backoff;
pub mod order;
pub mod quote;
pub mod slots;
pub mod tries;
pub mod wrapper;

pub use attempt::{Action, Attempt, Next, Outcome, Own, SentinelEnd, Step, Trouble};
pub use backoff::{Backoff, Jitter};
pub use order::{Input, Order, PackageRef, Person, Rules};
pub use tries::Tries;
