//! Secrets: passwords on their way, their hashes, tickets, and how often somebody may try.
//!
//! Nothing here is ever logged: what must not be seen has no `Display`, and a `Debug` that hides it.

mod hash;
mod limits;
mod password;
mod strength;
mod ticket;

pub(crate) use hash::is_password;
pub use hash::{SecretError, hash_password, new_password};
pub(crate) use limits::Limiter;
pub use limits::{Limits, Rate};
pub use password::Password;
pub use strength::is_guessable;
pub use ticket::{TicketHash, new_ticket};
