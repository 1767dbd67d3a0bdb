//! Numbers for Prometheus: of this server (requests, refused sign-ins), and of all company files (last contact, queue,
//! documents in trouble). They are served on an address of their own, never where pages are.

mod counting;
mod counts;
mod families;
mod listener;
mod meter;

pub use counting::{Counting, keep_counting};
pub use listener::{Listener, ListenerError};
pub use meter::{Bounds, Meter};
