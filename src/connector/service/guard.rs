//! Who may come in.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

use crate::connector::Password;
use crate::secrets::{Limiter, Limits, SecretError, hash_password, is_password};

/// Passwords that are checked at the same time; each takes a processor and 19 MiB.
const AT_ONCE: usize = 2;
/// Passwords that may wait for that. With more, everyone else would wait too.
const MOST_WAITING: usize = 16;

/// Checks passwords, not too many at once and not too often for one user or from one address.
pub struct Guard {
    limiter: Limiter,
    /// The hash of a password that nobody has: it is checked for users that do not exist, so that the
    /// time does not tell which do.
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
    /// A guard that allows so many attempts.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new(limits: Limits) -> Result<Guard, SecretError> {
        Ok(Guard {
            limiter: Limiter::new(limits),
            nobody: hash_password(&crate::secrets::new_password()?)?,
            checking: Default::default(),
            waiting: AtomicUsize::new(0),
            turn: AtomicUsize::new(0),
        })
    }

    /// Whether the password is that of the user. `stored` gives the hash that is kept, if there is such
    /// a user. Blocks for tens of milliseconds, for users that do not exist too.
    ///
    /// # Errors
    /// Those of `stored`.
    pub fn check<E>(
        &self,
        user_name: &str,
        password: &Password,
        from: IpAddr,
        stored: impl FnOnce() -> Result<Option<String>, E>,
    ) -> Result<Check, E> {
        if !self.limiter.allows(user_name, from) {
            return Ok(Check::Limited);
        }
        let stored = stored()?;
        let hash = stored.as_ref().unwrap_or(&self.nobody);
        let Some(is_right) = self.in_turn(|| is_password(password, hash)) else {
            return Ok(Check::Limited);
        };
        if !is_right || stored.is_none() {
            return Ok(Check::Wrong);
        }
        self.limiter.remember(user_name, from);
        Ok(Check::Right)
    }

    /// Counts the attempts of a user, who is known to exist, from the beginning.
    pub fn unlock(&self, user_name: &str) {
        self.limiter.forgive(user_name);
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
