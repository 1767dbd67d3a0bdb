//! Passwords of the Web Connector: made here, shown once, and kept as their hashes.

use std::fmt;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use thiserror::Error;

use super::Password;

/// What people do not take for one another. There are 32, so that a byte gives each as often.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of a password: 120 bits.
const LENGTH: usize = 24;
/// Letters between two dashes.
const GROUP: usize = 6;

/// Why a password could not be made or hashed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SecretError {
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes: {0}")]
    Random(String),
    /// The password cannot be hashed.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

impl SecretError {
    pub(crate) fn random(error: impl fmt::Display) -> SecretError {
        SecretError::Random(error.to_string())
    }
}

/// A new password of 120 random bits, such as `k3mzap-9trw4x-hj2b7c-qe8yuv`: to be shown once, typed into
/// the Web Connector, and kept as its [`hash_password`] only.
///
/// # Errors
/// [`SecretError::Random`].
pub fn new_password() -> Result<Password, SecretError> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(SecretError::random)?;
    let letters = bytes.map(|byte| LETTERS.get(usize::from(byte % 32)).copied().map_or('a', char::from));
    let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-").into())
}

/// The hash of a password: Argon2id with OWASP's parameters (19 MiB, 2 passes) and a salt of its own,
/// in PHC string format.
///
/// # Errors
/// If the operating system gives no random bytes.
///
/// ```
/// use ferrule::secrets::{hash_password, new_password};
///
/// let hash = hash_password(&new_password()?)?;
/// assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
/// # Ok::<(), ferrule::secrets::SecretError>(())
/// ```
pub fn hash_password(password: &Password) -> Result<String, SecretError> {
    let hash = Argon2::default().hash_password(password.expose().as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| SecretError::Hash(error.to_string()))
}

/// Whether the hash is that of the password. It takes as long as the parameters in the hash say, tens
/// of milliseconds and 19 MiB by [`hash_password`]'s, and is false if the hash is none.
pub(crate) fn is_password(password: &Password, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
}
