//! What is taken from a script before it starts: rights, numbers, and, once more by the kernel's landlock, paths and sockets.

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal, set_dumpable_behavior, set_parent_process_death_signal, setrlimit};
use rustix::thread::{
    CapabilitiesSecureBits, CapabilitySet, CapabilitySets, set_capabilities, set_capabilities_secure_bits, set_no_new_privs,
};

use super::spec::Spec;

/// Sets the limits, becomes the account without any right, and shuts the paths. There is no way back.
///
/// # Errors
/// The system's. The caller must not run the script then.
pub fn confine(spec: &Spec, own_account: Option<u32>) -> io::Result<()> {
    limit(spec)?;
    become_nobody(own_account)?;
    // Cleared by the change of account, so it comes after: whoever started us must not be outlived.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    shut(spec).map_err(|error| io::Error::other(format!("landlock: {error}")))
}

fn limit(spec: &Spec) -> io::Result<()> {
    let limits = &spec.limits;
    let all = [
        (Resource::Core, 0),
        (Resource::Nproc, limits.processes),
        (Resource::Fsize, limits.file_mib << 20),
        (Resource::As, limits.memory_mib << 20),
        (Resource::Nofile, limits.open_files),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
    ];
    for (resource, most) in all {
        let most = Some(rustix::process::getrlimit(resource).maximum.map_or(most, |hard| hard.min(most)));
        setrlimit(resource, Rlimit { current: most, maximum: most })?;
    }
    Ok(())
}

fn become_nobody(account: Option<u32>) -> io::Result<()> {
    // Even as the root of a user namespace no program shall get a right back by being started.
    let bits = CapabilitiesSecureBits::NO_ROOT | CapabilitiesSecureBits::NO_ROOT_LOCKED;
    set_capabilities_secure_bits(bits)?;
    if let Some(account) = account {
        let (user, group) = (rustix::process::Uid::from_raw(account), rustix::process::Gid::from_raw(account));
        rustix::thread::set_thread_groups(&[])?;
        rustix::thread::set_thread_res_gid(group, group, group)?;
        rustix::thread::set_thread_res_uid(user, user, user)?;
    }
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    set_no_new_privs(true)?;
    Ok(())
}

fn shut(spec: &Spec) -> Result<(), Box<dyn std::error::Error>> {
    let abi = ABI::V6;
    let read = AccessFs::from_read(abi);
    let all = AccessFs::from_all(abi);
    let rules = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?;
    let mut rules = rules.create()?;
    let readable = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/tieline", "/proc"].map(Path::new);
    let readable = readable.into_iter().chain([spec.package.as_path()]).chain(spec.read_only.iter().map(|path| path.as_path()));
    for path in readable.filter(|path| path.exists()) {
        rules = rules.add_rule(PathBeneath::new(PathFd::new(path)?, read))?;
    }
    for path in [spec.job.as_path(), Path::new("/tmp")] {
        rules = rules.add_rule(PathBeneath::new(PathFd::new(path)?, all))?;
    }
    let devices = AccessFs::ReadFile | AccessFs::WriteFile;
    rules = rules.add_rule(PathBeneath::new(PathFd::new("/dev")?, devices))?;
    let status = rules.restrict_self()?;
    if status.ruleset == RulesetStatus::NotEnforced {
        return Err("this kernel does not have it".into());
    }
    Ok(())
}
