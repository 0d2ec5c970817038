//! Money rules: what a price makes of usage, how every movement balances, whether an account can pay.
//!
//! Sums are integers of micro-units. A cost is computed in 128 bits and rounded half to even, once.

mod funds;
mod posting;
mod price;

pub use funds::can_pay;
pub use posting::{LedgerAccount, Parties, Posting, Postings};
pub use price::{Price, Rates, applicable, ceiling, cost, cost_of_runs};
