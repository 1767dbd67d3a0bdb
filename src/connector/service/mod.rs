//! The service that the Web Connector visits: it checks passwords, reads calls, and hands them to a
//! [`Desk`], which knows what is to be done. It keeps no session itself.

mod desk;
mod event;
mod guard;
mod limits;
mod reception;
mod secret;
mod ticket;
mod versions;

pub use desk::{Answered, Desk, Hello, Opening, Trouble, Unreached};
pub use event::{Event, Journal};
pub use limits::{Limits, Rate};
pub use reception::Reception;
pub use secret::{SecretError, hash_password, new_password};
pub use ticket::TicketHash;
pub use versions::{ClientVersion, NotAVersion, Versions};
