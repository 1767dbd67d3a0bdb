//! Passwords as their hashes. Those of the Web Connector are made here, and shown once.
//!
//! A password that a person has chosen can be guessed, so that its hash is made to be slow. One that was made here has 120
//! random bits: nobody guesses it, however fast its hash is. And it must be fast: with many company files each of
//! their Web Connectors comes every few minutes, and after a restart all of them do.

use std::fmt;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use thiserror::Error;

use super::Password;

/// What people do not take for one another. There are 32, so that a byte gives each as often.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of a password: 120 bits.
const LENGTH: usize = 24;
/// What a fast hash begins with.
const FAST: &str = "$hmac-sha256$";
/// Bytes of its key, and of the hash.
const KEY: usize = 32;
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

/// The hash of a password that was made here: HMAC-SHA-256 with a key of its own, which stands beside it. A password that was
/// not made here gets that of [`hash_password`].
///
/// # Errors
/// If the operating system gives no random bytes.
///
/// ```
/// use ferrule::secrets::{hash_made_password, new_password};
///
/// assert!(hash_made_password(&new_password()?)?.starts_with("$hmac-sha256$"));
/// assert!(hash_made_password(&"chosen by somebody".into())?.starts_with("$argon2id$"));
/// # Ok::<(), ferrule::secrets::SecretError>(())
/// ```
pub fn hash_made_password(password: &Password) -> Result<String, SecretError> {
    if !is_made(password) {
        return hash_password(password);
    }
    let mut key = [0; KEY];
    getrandom::fill(&mut key).map_err(SecretError::random)?;
    let hash = keyed(&key, password)?.finalize().into_bytes();
    Ok(format!("{FAST}{}${}", STANDARD_NO_PAD.encode(key), STANDARD_NO_PAD.encode(hash)))
}

/// The fast hash of a password that was made here and is kept by the slow one; nothing, if there is no need for it.
pub(crate) fn faster(password: &Password, kept: &str) -> Option<String> {
    let is_slow = is_slow(kept) && is_made(password);
    is_slow.then(|| hash_made_password(password).ok()).flatten()
}

/// Whether it takes long to check a password against that hash.
pub(crate) fn is_slow(hash: &str) -> bool {
    !hash.starts_with(FAST)
}

/// Whether that is a hash of a password, and no password.
pub(crate) fn is_hash(hash: &str) -> bool {
    of_fast(hash).is_some() || hash.starts_with("$argon2id$") && PasswordHash::new(hash).is_ok()
}

/// Whether a password is as [`new_password`] makes them: 120 bits that nobody has chosen.
fn is_made(password: &Password) -> bool {
    let groups: Vec<&str> = password.expose().split('-').collect();
    let is_group = |group: &&str| group.len() == GROUP && group.bytes().all(|it| LETTERS.contains(&it));
    groups.len() == LENGTH / GROUP && groups.iter().all(is_group)
}

fn keyed(key: &[u8], password: &Password) -> Result<Hmac<Sha256>, SecretError> {
    let mut hmac =
        Hmac::<Sha256>::new_from_slice(key).map_err(|error| SecretError::Hash(error.to_string()))?;
    hmac.update(password.expose().as_bytes());
    Ok(hmac)
}

/// The key and the hash that stand in a fast one.
fn of_fast(hash: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let (key, hash) = hash.strip_prefix(FAST)?.split_once('$')?;
    let both = (STANDARD_NO_PAD.decode(key).ok()?, STANDARD_NO_PAD.decode(hash).ok()?);
    Some(both).filter(|(key, hash)| key.len() == KEY && hash.len() == KEY)
}

/// Whether the hash is that of the password; false if the hash is none. A slow one takes as long as the parameters in it
/// say, tens of milliseconds and 19 MiB by [`hash_password`]'s.
pub(crate) fn is_password(password: &Password, hash: &str) -> bool {
    if let Some((key, hash)) = of_fast(hash) {
        // In the same time, however much of it is right.
        return keyed(&key, password).is_ok_and(|hmac| hmac.verify_slice(&hash).is_ok());
    }
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_password_is_known_by_either_hash_and_no_other_is() {
        let password = new_password().unwrap();
        let (fast, slow) = (hash_made_password(&password).unwrap(), hash_password(&password).unwrap());
        assert_ne!(fast, hash_made_password(&password).unwrap());
        for hash in [&fast, &slow] {
            assert!(is_password(&password, hash) && is_hash(hash));
            assert!(!is_password(&new_password().unwrap(), hash));
        }
        assert!(faster(&password, &slow).is_some_and(|hash| is_password(&password, &hash)));
        assert_eq!(faster(&password, &fast), None);
        for broken in ["", "$hmac-sha256$", "$hmac-sha256$AAAA$AAAA", &fast[..fast.len() - 4], &fast[1..]] {
            assert!(!is_password(&password, broken) && !is_hash(broken), "{broken}");
        }
    }

    #[test]
    fn what_somebody_chose_is_never_hashed_fast() {
        let chosen = [
            "",
            "a",
            "hunter2",
            "k3mzap-9trw4x-hj2b7c-qe8yu",
            "k3mzap-9trw4x-hj2b7c-qe8yu1",
            "K3mzap-9trw4x-hj2b7c-qe8yuv",
        ];
        for password in chosen {
            let slow = hash_made_password(&password.into()).unwrap();
            assert!(is_slow(&slow) && faster(&password.into(), &slow).is_none(), "{password}");
        }
    }
}
