//! The hub towards gateways, tried over real TLS by a gateway made of the generated client: enrolment, the control
//! connection, what machines tell, and bytes in both directions.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of a test may fail it")]

mod bulk;
mod control;
mod enrolment;
mod gateway;
mod hub;
mod machines;
