//! The service that the Web Connector visits: it checks passwords, reads calls, and hands them to a
//! [`Desk`], which knows what is to be done. It keeps no session itself.

mod body;
mod config;
mod desk;
mod door;
mod event;
mod guard;
mod http;
mod limits;
mod media_type;
mod reception;
mod secret;
mod server;
mod ticket;
mod tls;
mod versions;

pub use config::{Security, ServiceConfig, Times};
pub use desk::{Answered, Desk, Hello, Opening, Trouble, Unreached};
pub use event::{Event, Journal};
pub use guard::{Check, Guard};
pub use http::sender;
pub use limits::{Limits, Rate};
pub use reception::Reception;
pub use secret::{SecretError, hash_password, new_password};
pub use server::{Pages, Service, ServiceError, serve};
pub use ticket::{TicketHash, new_ticket};
pub use versions::{ClientVersion, NotAClientVersion, Versions};
