//! Alerts: what people and other programs are told without looking at a page.
//!
//! - `kind`, `recipient`: what there is to tell, and who wants it by which way.
//! - `found`: what is the matter in a company file at this moment; `digest`: a day in a few lines.
//! - `raise`: what is told now, and to whom. Each cause is told once to each recipient, until it is over.
//! - `message`: what a message says, as text and as JSON; `store`: what is kept, the queue among it.
//! - [`send`]: by e-mail, by webhook. `watch` does all of it, each minute.

mod digest;
mod found;
mod kind;
mod message;
mod raise;
mod recipient;
pub mod send;
mod store;
mod watch;

pub use found::Found;
pub use kind::AlertKind;
pub use message::{AlertItem, AlertMessage, MessageBody, MessageState};
pub use raise::{OpenCause, Raised};
pub use recipient::{Channel, MOST_HOURS, NewRecipient, Recipient, RecipientId};
pub use store::AlertStore;
pub use watch::Alerts;
