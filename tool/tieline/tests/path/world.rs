//! What surrounds the processes of a platform, so that a test can break it: where they die, what time it is, how full the
//! gateway's disk is.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tieline_testkit::disk::SmallDisk;
use tieline_testkit::points::Points;
use tieline_testkit::skew::Skew;

/// MiB of the gateway's disk, and of the ballast on it.
const DISK: u32 = 48;
const BALLAST: u32 = 4;

/// How far a clock is set forwards or backwards, in seconds.
pub const STEP: i64 = 3600;

/// The surroundings.
pub struct World {
    /// Where a process kills itself.
    pub points: Points,
    /// The clocks of hub and gateway, where they can be set.
    pub clocks: Option<[Skew; 2]>,
    /// The disk with the gateway's state, where it is one that can be filled.
    pub disk: Option<SmallDisk>,
    /// Days that jobs' folders stay.
    pub folder_days: Option<u32>,
    folder: TempDir,
}

impl World {
    /// One in which nothing breaks but at points.
    pub fn calm() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let points = Points::at(&folder.path().join("points")).unwrap();
        Self { points, clocks: None, disk: None, folder_days: None, folder }
    }

    /// One whose clocks can be set. They begin late, so that a price from the beginning is one whenever they are set.
    pub fn with_clocks(self) -> Self {
        let clock = |name: &str| {
            let clock = Skew::kept_in(&self.folder.path().join(name)).unwrap();
            clock.set(-STEP).unwrap();
            clock
        };
        Self { clocks: Some([clock("clock-hub"), clock("clock-gateway")]), ..self }
    }

    /// One whose gateway may find its disk full. `state` is the gateway's folder.
    pub fn mount(&mut self, state: &Path) {
        std::fs::create_dir_all(state).unwrap();
        self.disk = Some(SmallDisk::mount(state, DISK).unwrap());
    }

    /// A process (`hub`, `gateway`) that is to run in it.
    pub fn surround(&self, name: &str, command: &mut Command) {
        command.env(tieline_fault::FOLDER, self.points.folder());
        command.env("TIELINE_GATEWAY__LIMITS__BALLAST_MIB", BALLAST.to_string());
        if let Some(days) = self.folder_days {
            command.env("TIELINE_HUB__LIMITS__FOLDER_DAYS", days.to_string());
        }
        if let Some([hub, gateway]) = &self.clocks {
            let clock = if name == "hub" { hub } else { gateway };
            command.envs(clock.surroundings());
        }
    }

    /// Sets all clocks right.
    pub fn right_time(&self) {
        self.clocks.iter().flatten().for_each(|clock| clock.set(0).unwrap());
    }
}
