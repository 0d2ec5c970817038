//! The path of a researcher through a real platform: hub, gateway and jobs are processes of their own, and what is
//! asked is asked through the program's own commands.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod apps;
mod away;
mod center;
mod commands;
mod fault;
mod faults;
mod judge;
mod path;
mod platform;
mod points;
mod processes;
mod scripted;
mod setting_up;
mod slurm;
mod storm;
mod world;
