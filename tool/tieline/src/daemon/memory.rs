//! What a long-running program gives back of the memory it does not use.

/// From how many bytes on a piece of memory is the system's own and goes back to it at once when it is freed.
///
/// glibc begins with 128 KiB, but raises this to the largest piece that was ever freed, up to 32 MiB. After the first password
/// (19 MiB of argon2id) all later ones would lie among the small pieces, and each thread's share of them would keep what it once had.
#[cfg(target_env = "gnu")]
const LARGE: i32 = 1024 * 1024;

/// Lets large pieces of memory go back to the system as soon as they are freed.
#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "glibc's tunable has no safe wrapper; the call takes two numbers")]
pub fn give_back() {
    // SAFETY: `mallopt` takes plain numbers and may be called at any time.
    let taken = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    if taken == 0 {
        tracing::warn!(bytes = LARGE, "the allocator keeps large pieces of memory that are not used");
    }
}

/// Other C libraries give large pieces back by themselves.
#[cfg(not(target_env = "gnu"))]
pub fn give_back() {}
