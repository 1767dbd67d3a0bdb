//! The ways that this server offers.

use super::carrier::{Carrier, CarryError};
use super::mail::{Mailer, is_address};
use super::webhook::Webhooks;
use crate::alerts::{AlertMessage, Channel};
use crate::language::marked;
use crate::sync::stored::Moment;

/// Both ways, as this server offers them.
#[derive(Default)]
pub struct Carriers {
    /// E-mail, if the operator has named a server for it.
    pub mail: Option<Mailer>,
    /// Webhooks.
    pub webhooks: Webhooks,
}

impl Carrier for Carriers {
    fn offers(&self, to: &Channel) -> Result<(), CarryError> {
        match to {
            Channel::Email(address) if !is_address(address) => {
                Err(CarryError::never(marked("that is no e-mail address")))
            }
            Channel::Email(_) if self.mail.is_none() => Err(CarryError::later(NO_MAIL)),
            Channel::Email(_) => Ok(()),
            Channel::Webhook { url, .. } => self.webhooks.takes(url),
        }
    }

    fn carry(&self, message: &AlertMessage, to: &Channel, now: Moment) -> Result<(), CarryError> {
        self.offers(to)?;
        match (to, &self.mail) {
            (Channel::Email(address), Some(mail)) => mail.send(message, address),
            (Channel::Email(_), None) => Err(CarryError::later(NO_MAIL)),
            (Channel::Webhook { url, secret }, _) => self.webhooks.call(message, url, secret, now),
        }
    }
}

/// What is said where no e-mail can be sent.
const NO_MAIL: &str = marked("this server knows no mail server; who runs it names one with --smtp");
