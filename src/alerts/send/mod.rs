//! Sending messages: by e-mail, by webhook.

mod addresses;
mod carrier;
mod carriers;
mod mail;
mod queue;
mod webhook;

pub use addresses::is_public;
pub use carrier::{Carrier, CarryError};
pub use carriers::Carriers;
pub use mail::{MailError, MailServer, Mailer, is_address};
pub use queue::{send_due, wait_after};
pub use webhook::{Webhooks, new_secret, signature};
