//! The long-running programs and what an operator does with them.

pub mod gateway;
pub mod hub;
