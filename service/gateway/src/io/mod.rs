//! Everything that touches the world: machines, schedulers, processes, sockets, the disk.

pub mod center;
pub mod clock;
pub mod disk;
pub mod driver;
pub mod files;
pub mod fork;
pub mod hands;
pub mod identity;
pub mod journal;
pub mod local;
pub mod output;
pub mod own_scripts;
pub mod own_states;
pub mod packages;
pub mod progress;
pub mod returned;
pub mod scripts;
pub mod site;
pub mod slurm;
pub mod ssh;
pub mod storage;
pub mod uplink;
