//! The gateway against real parts: OpenSSH's server, Slurm with and without accounting, and packages that mean harm.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod parts;
mod scripts;
mod slurm;
mod ssh;
