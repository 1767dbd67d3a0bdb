//! How often somebody may try a password.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;

/// How many attempts are allowed at once, and how many more as time goes by. Every attempt counts,
/// those with the right password too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// After a pause, so many at once.
    pub at_once: NonZeroU32,
    /// From then on, so many per minute.
    pub per_minute: NonZeroU32,
}

/// How often somebody may try a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For each user name, whether it exists or not.
    pub user: Rate,
    /// From each address; an IPv6 address counts with its whole /64.
    pub address: Rate,
}

impl Default for Limits {
    /// Each user 20 and then one per second, each address 60 and then five per second: the Web Connector
    /// comes once a minute.
    fn default() -> Limits {
        Limits { user: Rate::new(20, 60), address: Rate::new(60, 300) }
    }
}

impl Rate {
    /// A rate; 0 counts as 1.
    pub fn new(at_once: u32, per_minute: u32) -> Rate {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Rate { at_once: at_least_one(at_once), per_minute: at_least_one(per_minute) }
    }

    /// The milliseconds after which there may be one more attempt. What is faster than one each millisecond has no limit.
    pub(crate) fn every(self) -> i64 {
        60_000 / i64::from(self.per_minute.get())
    }

    fn limiter(self) -> DefaultKeyedRateLimiter<u16> {
        RateLimiter::keyed(Quota::per_minute(self.per_minute).allow_burst(self.at_once))
    }
}

/// Counts attempts.
///
/// Names and addresses are counted in 65,536 boxes, picked by a hash with a secret key: no flood of
/// new names takes more memory than that, and nobody can aim at somebody else's box.
pub(crate) struct Limiter {
    users: DefaultKeyedRateLimiter<u16>,
    addresses: DefaultKeyedRateLimiter<u16>,
    boxes: RandomState,
    /// From where each user last came with the right password. Its names are those of real users.
    known: Mutex<HashMap<String, IpAddr>>,
    /// How often each user was forgiven: from then on it is counted in another box. Real users too.
    forgiven: Mutex<HashMap<String, u32>>,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Limiter {
        Limiter {
            users: limits.user.limiter(),
            addresses: limits.address.limiter(),
            boxes: RandomState::new(),
            known: Mutex::default(),
            forgiven: Mutex::default(),
        }
    }

    /// Counts an attempt; false if it is one too many. A user who comes from where the password was
    /// right before is counted apart: those who guess elsewhere do not lock it out.
    pub(crate) fn allows(&self, user_name: &str, from: IpAddr) -> bool {
        let from = network(from);
        let known = self.known.lock();
        let known_from = known.get(user_name).filter(|known| **known == from).copied();
        drop(known);
        let forgiven = self.forgiven.lock();
        let times = forgiven.get(user_name).copied().unwrap_or_default();
        drop(forgiven);
        self.addresses.check_key(&self.pick(from)).is_ok()
            && self.users.check_key(&self.pick((user_name, known_from, times))).is_ok()
    }

    /// Counts an attempt from there alone; false if it is one too many.
    pub(crate) fn allows_from(&self, from: IpAddr) -> bool {
        self.addresses.check_key(&self.pick(network(from))).is_ok()
    }

    /// Counts the attempts of a user from the beginning.
    pub(crate) fn forgive(&self, user_name: &str) {
        let mut forgiven = self.forgiven.lock();
        let times = forgiven.entry(user_name.to_owned()).or_default();
        *times = times.wrapping_add(1);
    }

    /// The password was right.
    pub(crate) fn remember(&self, user_name: &str, from: IpAddr) {
        let mut known = self.known.lock();
        known.insert(user_name.to_owned(), network(from));
    }

    fn pick(&self, key: impl Hash) -> u16 {
        let [low, high, ..] = self.boxes.hash_one(key).to_le_bytes();
        u16::from_le_bytes([low, high])
    }
}

/// An address, or of IPv6, where one customer has as many as it likes, the network.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & (u128::MAX << 64)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter() -> Limiter {
        Limiter::new(Limits { user: Rate::new(3, 1), address: Rate::new(10, 1) })
    }

    fn at(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    fn allowed(limiter: &Limiter, user_name: &str, from: IpAddr) -> usize {
        (0..100).take_while(|_| limiter.allows(user_name, from)).count()
    }

    #[test]
    fn each_user_and_each_address_has_a_limit() {
        let limiter = limiter();
        assert_eq!(allowed(&limiter, "shop", at("192.0.2.1")), 3);
        assert_eq!(allowed(&limiter, "shop", at("192.0.2.2")), 0);
        let tried = (0..100).take_while(|user| limiter.allows(&format!("user {user}"), at("192.0.2.3")));
        assert_eq!(tried.count(), 10);
    }

    #[test]
    fn a_guesser_does_not_lock_out_the_one_who_knows() {
        let limiter = limiter();
        assert!(limiter.allows("shop", at("192.0.2.1")));
        limiter.remember("shop", at("192.0.2.1"));
        allowed(&limiter, "shop", at("192.0.2.2"));
        assert_eq!(allowed(&limiter, "shop", at("192.0.2.2")), 0);
        assert_eq!(allowed(&limiter, "shop", at("192.0.2.1")), 3);
    }

    #[test]
    fn who_is_forgiven_begins_again_and_no_one_else() {
        let limiter = limiter();
        assert_eq!(allowed(&limiter, "pat", at("192.0.2.1")), 3);
        assert_eq!(allowed(&limiter, "kim", at("192.0.2.2")), 3);
        limiter.forgive("pat");
        assert_eq!(allowed(&limiter, "pat", at("192.0.2.3")), 3);
        assert_eq!(allowed(&limiter, "kim", at("192.0.2.4")), 0);
    }

    #[test]
    fn an_ipv6_network_counts_as_one_and_names_take_no_memory() {
        let limiter = Limiter::new(Limits { user: Rate::new(1, 1), address: Rate::new(2, 1) });
        let tried = (0..100_000_u32).filter(|user| {
            let from = format!("2001:db8::{:x}:{:x}", user >> 16, user & 0xFFFF);
            limiter.allows(&user.to_string(), at(&from))
        });
        assert!((1..=2).contains(&tried.count()));
        for user in 0..200_000_u32 {
            let from = IpAddr::V4((0x0A00_0000 + user).into());
            limiter.allows(&user.to_string(), from);
        }
        assert!(limiter.users.len() <= 1 << 16 && limiter.addresses.len() <= 1 << 16);
    }
}
