//! Leaves the gateway's namespaces: the one system call of the sandbox that has no safe wrapper.

use std::io;

use rustix::process::{getegid, geteuid};
use rustix::thread::{UnshareFlags, unshare_unsafe};

/// Gives this process own mounts, network, process numbers (for its children), message queues and host name. Without root it first
/// becomes the root of a user namespace in which only its own account exists.
///
/// # Errors
/// The system's, where it does not allow this to an ordinary user. The caller must not run the script then.
pub fn leave() -> io::Result<()> {
    let (user, group) = (geteuid(), getegid());
    let mut flags = UnshareFlags::NEWNS | UnshareFlags::NEWPID | UnshareFlags::NEWNET | UnshareFlags::NEWIPC | UnshareFlags::NEWUTS;
    if !user.is_root() {
        flags |= UnshareFlags::NEWUSER;
    }
    #[expect(unsafe_code, reason = "it is unsafe only with UnshareFlags::FILES, which is not among the flags")]
    // SAFETY: the table of file descriptors stays shared, so no thread can see another one.
    unsafe { unshare_unsafe(flags) }?;
    if !user.is_root() {
        std::fs::write("/proc/self/setgroups", "deny")?;
        std::fs::write("/proc/self/uid_map", format!("0 {} 1", user.as_raw()))?;
        std::fs::write("/proc/self/gid_map", format!("0 {} 1", group.as_raw()))?;
    }
    Ok(())
}
