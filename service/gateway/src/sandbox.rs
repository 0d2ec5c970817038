//! `tieline sandbox --spec FILE`: runs one script of a package, as the main program calls it.

/// Runs the script in a sandbox and gives the exit status of this process. Call it before any thread is started.
pub fn main(args: impl IntoIterator<Item = String>) -> i32 {
    crate::io::scripts::sandbox::main(args)
}
