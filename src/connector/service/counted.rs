//! Attempts to sign in, counted for all servers that share a store.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::people::{Acquaintance, Attempt, AttemptStore, Counter};
use crate::secrets::{Limits, Rate, network, new_ticket};
use crate::sync::stored::{Moment, StoreError};

/// The name of the secret that picks counters.
const SECRET: &str = "counters of attempts";

/// Where attempts are counted for all servers, and by which clock.
#[derive(Clone)]
pub struct SharedCount {
    /// Keeps them.
    pub store: Arc<dyn AttemptStore>,
    /// Tells the time.
    pub clock: fn() -> Moment,
}

/// Who tries to come in where: each has counters of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// People, at the pages.
    Pages,
    /// A Web Connector, whose password was made here.
    Connector,
    /// A program, at the API, whose token was made here.
    Api,
}

/// Counts attempts in a store.
///
/// Names and addresses are counted in 65,536 boxes of each kind, picked by a hash with a secret key that the servers
/// share: no flood of new names takes more room than that, and nobody can aim at somebody else's box.
pub(super) struct Counted {
    count: SharedCount,
    limits: Limits,
    entrance: Entrance,
    key: OnceLock<String>,
}

impl Counted {
    pub(super) fn new(count: SharedCount, limits: Limits, entrance: Entrance) -> Counted {
        Counted { count, limits, entrance, key: OnceLock::new() }
    }

    /// Counts an attempt; gives what is known of the user, or nothing if it is one too many. A user who comes from where
    /// the password was right before is counted apart: those who guess elsewhere do not lock it out.
    pub(super) fn attempt(&self, user_name: &str, from: IpAddr) -> Result<Option<Acquaintance>, StoreError> {
        let (key, from) = (self.key()?, network(from).to_string());
        let of_user = |known: &Acquaintance| {
            let place = known.network.as_deref().filter(|known| **known == from).unwrap_or_default();
            let forgiven = known.forgiven.to_string();
            self.counter(key, "user", &[user_name, place, &forgiven], self.limits.user)
        };
        self.count.store.attempt(&Attempt {
            who: &self.who(user_name),
            from: self.counter(key, "address", &[&from], self.limits.address),
            of_user: &of_user,
            at: (self.count.clock)(),
        })
    }

    /// The password was right.
    pub(super) fn remember(
        &self,
        user_name: &str,
        from: IpAddr,
        known: &Acquaintance,
    ) -> Result<(), StoreError> {
        let from = network(from).to_string();
        if known.network.as_ref() == Some(&from) {
            return Ok(());
        }
        self.count.store.acquaint(&self.who(user_name), &from)
    }

    /// Counts the attempts of a user from the beginning.
    pub(super) fn forgive(&self, user_name: &str) -> Result<(), StoreError> {
        self.count.store.forgive(&self.who(user_name))
    }

    fn who(&self, user_name: &str) -> String {
        format!("{} {user_name}", self.entrance.name())
    }

    fn key(&self) -> Result<&str, StoreError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let fresh = new_ticket().map_err(|error| StoreError::Database(error.into()))?;
        let key = self.count.store.shared_secret(SECRET, &fresh)?;
        Ok(self.key.get_or_init(|| key))
    }

    fn counter(&self, key: &str, kind: &str, parts: &[&str], rate: Rate) -> Counter {
        let what = format!("{} {kind}", self.entrance.name());
        let box_of = |parts: &[&str]| {
            let mut hash = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
            for part in [&[what.as_str()], parts].concat() {
                hash.update(part.as_bytes());
                hash.update(&[0]);
            }
            let [high, low, ..]: [u8; 32] = hash.finalize().into_bytes().into();
            Some(u16::from_be_bytes([high, low]))
        };
        let name = format!("{what} {:04x}", box_of(parts).unwrap_or_default());
        Counter { name, at_once: rate.at_once.get(), every: rate.every() }
    }
}

impl Entrance {
    fn name(self) -> &'static str {
        match self {
            Entrance::Pages => "pages",
            Entrance::Connector => "connector",
            Entrance::Api => "api",
        }
    }
}
