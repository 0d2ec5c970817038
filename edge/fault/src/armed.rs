//! What passing a point does in a test: whoever takes the file of that name away is the one process that dies there.

use std::path::PathBuf;
use std::sync::OnceLock;

use rustix::process::{Signal, getpid, kill_process};

/// Passes one side of a point. The file holds how often it is still to be passed before it kills; an empty one means now.
pub(super) fn pass(side: &str) {
    let Some(folder) = folder() else { return };
    let file = folder.join(side);
    let Ok(text) = std::fs::read_to_string(&file) else { return };
    let left = text.trim().parse::<u32>().unwrap_or(0);
    if left > 0 {
        // Where two pass at once, one of them may not be counted.
        let _ = std::fs::write(&file, (left - 1).to_string());
    } else if std::fs::remove_file(&file).is_ok() {
        die();
    }
}

fn folder() -> Option<&'static PathBuf> {
    static NAMED: OnceLock<Option<PathBuf>> = OnceLock::new();
    NAMED.get_or_init(|| std::env::var_os(crate::FOLDER).map(PathBuf::from)).as_ref()
}

/// As `kill -9` does it: nothing is flushed, dropped or said.
fn die() -> ! {
    loop {
        let _ = kill_process(getpid(), Signal::KILL);
    }
}
