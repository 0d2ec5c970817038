//! The file system a script sees: programs and libraries read-only, its package read-only, its job folder, and a small `/tmp`.
//! Of the gateway there is nothing, so no path leads to its identity, its journal or another job's broker.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::StatVfsMountFlags;
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive, mount_change, mount_remount, unmount,
};

use super::spec::{BROKER, PROGRAM, Spec, TOOLS};

/// Folders of programs and libraries. On a merged system most are links, which are repeated as links.
const SYSTEM: [&str; 6] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"];
/// What programs read from `/etc`. No password file of the center is among it.
const ETC: [&str; 9] = [
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/mime.types",
    "/etc/bash.bashrc",
    "/etc/python3",
];
const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// Builds the file system and makes it the root. Call it as process 1 of new namespaces.
///
/// # Errors
/// The system's, with the path.
pub fn enter(spec: &Spec, user: u32) -> io::Result<()> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    // What is to be shown may itself lie below /tmp, which is about to be covered: it is opened before.
    let held = hold(spec)?;
    let staging = Path::new("/tmp");
    tmpfs(staging, "size=4m,mode=755")?;
    for folder in SYSTEM {
        system(staging, Path::new(folder))?;
    }
    for path in ETC.iter().map(Path::new).filter(|path| path.exists()) {
        show(path, &below(staging, path), path.is_dir(), true)?;
    }
    fs::write(below(staging, Path::new("/etc/passwd")), format!("script:x:{user}:{user}::{}:/bin/sh\n", spec.job.display()))?;
    fs::write(below(staging, Path::new("/etc/group")), format!("script:x:{user}:\n"))?;
    for device in DEVICES.map(Path::new) {
        show(device, &below(staging, device), false, false)?;
    }
    for (name, number) in [("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")] {
        symlink(format!("/proc/self/fd{number}"), below(staging, &Path::new("/dev").join(name)))?;
    }
    let tmp = below(staging, Path::new("/tmp"));
    fs::create_dir_all(&tmp)?;
    tmpfs(&tmp, &format!("size={}m,mode=1777", spec.limits.tmp_mib))?;
    tools(staging)?;
    for (source, target, folder, read_only) in held {
        show(&source.path(), &below(staging, &target), folder, read_only)?;
    }
    let proc = below(staging, Path::new("/proc"));
    fs::create_dir_all(&proc)?;
    // Where the gateway itself runs in a container this may be refused; then the script has no /proc.
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    if let Err(error) = mount("proc", &proc, "proc", flags, None) {
        eprintln!("tieline: there is no /proc in the sandbox: {error}");
    }
    rustix::process::chdir(staging)?;
    rustix::process::pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    rustix::process::chdir("/")?;
    mount_remount("/", MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV, &empty()?)?;
    Ok(())
}

/// A place that stays reachable through its descriptor after the path to it was covered.
struct Held(fs::File);

impl Held {
    fn path(&self) -> PathBuf {
        use std::os::fd::AsRawFd;
        PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()))
    }
}

fn hold(spec: &Spec) -> io::Result<Vec<(Held, PathBuf, bool, bool)>> {
    let mut held = Vec::new();
    let mut add = |from: &Path, to: &Path, folder, read_only| {
        let flags = rustix::fs::OFlags::PATH | rustix::fs::OFlags::CLOEXEC;
        let file = rustix::fs::open(from, flags, rustix::fs::Mode::empty()).map_err(|error| named(from, error.into()))?;
        held.push((Held(file.into()), to.to_owned(), folder, read_only));
        Ok::<_, io::Error>(())
    };
    for folder in &spec.read_only {
        add(folder, folder, true, true)?;
    }
    add(&spec.package, &spec.package, true, true)?;
    add(&spec.job, &spec.job, true, false)?;
    add(&spec.helper, Path::new(PROGRAM), false, true)?;
    add(&spec.broker, Path::new(BROKER), false, false)?;
    Ok(held)
}

fn system(root: &Path, folder: &Path) -> io::Result<()> {
    let Ok(about) = fs::symlink_metadata(folder) else { return Ok(()) };
    if about.is_symlink() {
        return symlink(fs::read_link(folder)?, below(root, folder));
    }
    show(folder, &below(root, folder), true, true)
}

/// Makes `source` visible as `target`; programs there gain no rights.
fn show(source: &Path, target: &Path, folder: bool, read_only: bool) -> io::Result<()> {
    if folder {
        fs::create_dir_all(target).map_err(|error| named(target, error))?;
    } else {
        fs::create_dir_all(target.parent().unwrap_or(Path::new("/"))).map_err(|error| named(target, error))?;
        fs::write(target, "").map_err(|error| named(target, error))?;
    }
    let bound = if folder && source.starts_with("/usr") { mount_bind_recursive(source, target) } else { mount_bind(source, target) };
    bound.map_err(|error| named(target, error.into()))?;
    // What the center's administrator forbade of a file system cannot be allowed again by one who is not root.
    let about = rustix::fs::statvfs(target)?.f_flag;
    let mut flags = MountFlags::BIND | MountFlags::NOSUID;
    for (given, kept) in [
        (StatVfsMountFlags::RDONLY, MountFlags::RDONLY),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOATIME, MountFlags::NOATIME),
        (StatVfsMountFlags::NODIRATIME, MountFlags::NODIRATIME),
        (StatVfsMountFlags::RELATIME, MountFlags::RELATIME),
    ] {
        if about.contains(given) {
            flags |= kept;
        }
    }
    if read_only {
        flags |= MountFlags::RDONLY;
    }
    if !source.starts_with("/dev") {
        flags |= MountFlags::NODEV;
    }
    mount_remount(target, flags, &empty()?).map_err(|error| named(target, error.into()))
}

/// The small programs a script calls; each asks the broker.
fn tools(root: &Path) -> io::Result<()> {
    let folder = below(root, Path::new(TOOLS));
    fs::create_dir_all(&folder)?;
    for (name, mode) in [("tieline-ssh", "ssh"), ("tieline-put", "put"), ("tieline-get", "get"), ("tieline-json", "json")] {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\nexec {PROGRAM} broker {mode} \"$@\"\n"))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn tmpfs(at: &Path, options: &str) -> io::Result<()> {
    let options = CString::new(options)?;
    mount("tmpfs", at, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, options.as_c_str()).map_err(|error| named(at, error.into()))
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

fn empty() -> io::Result<CString> {
    Ok(CString::new("")?)
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
