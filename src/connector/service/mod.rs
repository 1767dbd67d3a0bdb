//! The service that the Web Connector visits: it checks passwords, reads calls, and hands them to a
//! [`Desk`], which knows what is to be done. It keeps no session itself.

mod desk;
mod ticket;

pub use desk::{Answered, Desk, Hello, Opening, Trouble, Unreached};
pub use ticket::TicketHash;
