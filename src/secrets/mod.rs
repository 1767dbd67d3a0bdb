//! Secrets: passwords on their way, their hashes, tickets, and how often somebody may try.
//!
//! Nothing here is ever logged: what must not be seen has no `Display`, and a `Debug` that hides it.

mod hash;
mod limits;
mod password;
mod strength;
mod ticket;

pub use hash::{SecretError, hash_made_password, hash_password, new_password};
pub(crate) use hash::{faster, is_hash, is_password, is_slow};
pub(crate) use limits::{Limiter, network};
pub use limits::{Limits, Rate};
pub use password::Password;
pub use strength::is_guessable;
pub use ticket::{TicketHash, new_ticket};
