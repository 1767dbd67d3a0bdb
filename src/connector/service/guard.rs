//! Who may come in.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

use super::counted::{Counted, Entrance, SharedCount};
use crate::connector::Password;
use crate::people::Acquaintance;
use crate::secrets::{
    Limiter, Limits, SecretError, hash_made_password, hash_password, is_password, is_slow, new_password,
};
use crate::sync::stored::StoreError;

/// Passwords that people chose and that are checked at the same time; each takes a processor and 19 MiB.
const AT_ONCE: usize = 2;
/// Passwords that may wait for that. With more, everyone else would wait too.
const MOST_WAITING: usize = 16;

/// Checks passwords, not too many at once and not too often for one user or from one address.
pub struct Guard {
    /// What this server has counted, which a flood does not get past.
    limiter: Limiter,
    /// What all servers have counted, if there may be others.
    counted: Option<Counted>,
    /// The hash of a password that nobody has: it is checked for users that do not exist, so that the
    /// time does not tell which do. Only a Web Connector whose hash is still of the slow kind is told from nobody by it,
    /// until it comes next.
    nobody: String,
    checking: [Mutex<()>; AT_ONCE],
    waiting: AtomicUsize,
    turn: AtomicUsize,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// There is such a user, with this password.
    Right,
    /// There is none, or with another password.
    Wrong,
    /// Not looked at: too many attempts.
    Limited,
}

impl Guard {
    /// A guard that allows so many attempts, and counts them for this server alone, until it ends.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new(limits: Limits, entrance: Entrance) -> Result<Guard, SecretError> {
        let nobody = new_password()?;
        let nobody = match entrance {
            Entrance::Pages => hash_password(&nobody)?,
            Entrance::Connector | Entrance::Api => hash_made_password(&nobody)?,
        };
        Ok(Guard {
            limiter: Limiter::new(limits),
            counted: None,
            nobody,
            checking: Default::default(),
            waiting: AtomicUsize::new(0),
            turn: AtomicUsize::new(0),
        })
    }

    /// A guard that counts attempts for all servers together.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn shared(limits: Limits, entrance: Entrance, count: SharedCount) -> Result<Guard, SecretError> {
        let counted = Some(Counted::new(count, limits, entrance));
        Ok(Guard { counted, ..Guard::new(limits, entrance)? })
    }

    /// Whether the password is that of the user. `stored` gives the hash that is kept, if there is such
    /// a user. Where people choose passwords it blocks for tens of milliseconds, for users that do not exist too.
    ///
    /// # Errors
    /// Those of `stored`, and those of the store that counts.
    pub fn check<E: From<StoreError>>(
        &self,
        user_name: &str,
        password: &Password,
        from: IpAddr,
        stored: impl FnOnce() -> Result<Option<String>, E>,
    ) -> Result<Check, E> {
        let Some(known) = self.count(user_name, from)? else {
            return Ok(Check::Limited);
        };
        let stored = stored()?;
        let hash = stored.as_ref().unwrap_or(&self.nobody);
        let is_right = || is_password(password, hash);
        let Some(is_right) = (if is_slow(hash) { self.in_turn(is_right) } else { Some(is_right()) }) else {
            return Ok(Check::Limited);
        };
        if !is_right || stored.is_none() {
            return Ok(Check::Wrong);
        }
        match &self.counted {
            Some(counted) => counted.remember(user_name, from, &known)?,
            None => self.limiter.remember(user_name, from),
        }
        Ok(Check::Right)
    }

    /// Counts the attempts of a user, who is known to exist, from the beginning.
    ///
    /// # Errors
    /// Those of the store that counts.
    pub fn unlock(&self, user_name: &str) -> Result<(), StoreError> {
        self.limiter.forgive(user_name);
        self.counted.as_ref().map_or(Ok(()), |counted| counted.forgive(user_name))
    }

    /// Counts an attempt; nothing, if it is one too many.
    fn count(&self, user_name: &str, from: IpAddr) -> Result<Option<Acquaintance>, StoreError> {
        match &self.counted {
            None => Ok(self.limiter.allows(user_name, from).then(Acquaintance::default)),
            Some(counted) if self.limiter.allows_from(from) => counted.attempt(user_name, from),
            Some(_) => Ok(None),
        }
    }

    /// Does it when there is room for it; nothing if too many wait for that already.
    fn in_turn<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= AT_ONCE + MOST_WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % AT_ONCE;
        let slot = self.checking.get(turn)?;
        let held = slot.lock();
        let result = work();
        drop(held);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(result)
    }
}
