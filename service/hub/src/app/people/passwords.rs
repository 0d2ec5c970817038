//! Passwords: the rules for new ones, and slow hashing (argon2id), a few at a time because each takes 19 MiB.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tieline_model::{Error, Result, UserName};
use tokio::sync::{Semaphore, oneshot};

/// How short a password may be, in characters.
pub const SHORTEST: usize = 10;
/// How long a password may be, in bytes.
pub const LONGEST: usize = 1000;

const AT_ONCE: usize = 2;
const WAITING: usize = 64;

/// Compared where the name is unknown, so that the answer takes as long. No password fits it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$dGllbGluZS1ub2JvZHkh$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The most common ones of at least ten characters, in lower case.
const COMMON: &[&str] = &[
    "0123456789",
    "0987654321",
    "1111111111",
    "1234567890",
    "12345678910",
    "123456789a",
    "1234554321",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "5201314520",
    "a123456789",
    "aa12345678",
    "aaaaaaaaaa",
    "abcd123456",
    "abcdefghij",
    "administrator",
    "basketball",
    "changeme123",
    "letmein123",
    "password01",
    "password12",
    "password123",
    "password1234",
    "q1w2e3r4t5",
    "qazwsxedcr",
    "qwer123456",
    "qwertyuiop",
    "qwerty123456",
    "welcome123",
    "woaini1314",
    "woaini520520",
    "zhang123456",
];

type Work = Box<dyn FnOnce() + Send>;

/// Hashes and compares passwords away from the threads that serve requests.
///
/// It has threads of its own, so that a crowd at the door takes the time and memory of so many and no more.
#[derive(Debug)]
pub struct Passwords {
    work: mpsc::Sender<Work>,
    waiting: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        let (work, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..AT_ONCE {
            let waiting = waiting.clone();
            std::thread::spawn(move || serve(&waiting));
        }
        Self { work, waiting: Semaphore::new(WAITING) }
    }
}

/// Does one piece of work after the other until nobody can bring any more.
fn serve(waiting: &Mutex<mpsc::Receiver<Work>>) {
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(work) = next() {
        // A panic costs the one who asked an answer, and nobody else.
        let _ = catch_unwind(AssertUnwindSafe(work));
    }
}

impl Passwords {
    /// The hash of a new password, as PHC text.
    ///
    /// # Errors
    /// `Unavailable` where too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || {
            let hash = Argon2::default().hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(format!("hashing a password: {error}")))
        })
        .await?
    }

    /// Whether a password fits a hash. `None` stands for a person who is unknown or has no password: as much work, never true.
    ///
    /// # Errors
    /// `Unavailable` where too many wait already.
    pub async fn fits(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let parsed = PasswordHash::new(&hash).map_err(|error| Error::internal(format!("a stored password hash: {error}")))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        let (answer, answered) = oneshot::channel();
        // Whoever asked may have left meanwhile.
        let work = move || drop(answer.send(work()));
        let ended = || Error::internal("a thread that hashes passwords has ended");
        self.work.send(Box::new(work)).map_err(|_| ended())?;
        answered.await.map_err(|_| ended())
    }
}

pub(super) fn busy() -> Error {
    Error::unavailable("too many people sign in at this moment").hint("try again in a few seconds")
}

/// Refuses a new password that is short, the name, or among the most common ones.
///
/// # Errors
/// `Invalid` with the rule it breaks.
pub fn check(field: &str, password: &str, name: &UserName) -> Result<()> {
    let refuse = |message: String| Err(Error::invalid(message).field(field));
    let length = password.chars().count();
    if length < SHORTEST {
        return refuse(format!("the password has {length} characters, it must have at least {SHORTEST}"));
    }
    if password.len() > LONGEST {
        return refuse(format!("the password has {} bytes, it may have at most {LONGEST}", password.len()));
    }
    let lower = password.to_lowercase();
    if lower == name.as_str() {
        return refuse("the password must not be the user's name".to_owned());
    }
    if COMMON.contains(&lower.as_str()) {
        return refuse("the password is among the most common ones; choose another".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_password_is_refused_with_the_rule_it_breaks() {
        let name = "elisabeth.w".parse().unwrap();
        let said = |password: &str| check("password", password, &name).unwrap_err().message().to_owned();
        assert_eq!(said("短密码"), "the password has 3 characters, it must have at least 10");
        assert_eq!(said("Elisabeth.W"), "the password must not be the user's name");
        assert_eq!(said("Password123"), "the password is among the most common ones; choose another");
        assert!(said(&"x".repeat(1001)).contains("at most 1000"));
        assert!(check("password", "correct horse", &name).is_ok());
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only_and_never_that_of_nobody() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.fits("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.fits("wrong horse".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.fits("correct horse".to_owned(), None).await.unwrap());
    }
}
