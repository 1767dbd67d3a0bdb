//! Who is told, of what, and by which way.

use std::collections::BTreeSet;

use super::AlertKind;
use crate::people::PersonId;
use crate::secrets::Password;
use crate::sync::stored::CompanyId;

/// A recipient, as keys know one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecipientId(pub i64);

/// As many hours a recipient may let something wait: a week.
pub const MOST_HOURS: u32 = 168;

/// Who is to be told of a company file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecipient {
    /// The person whose choice this is; nobody for a webhook, which is the company file's.
    pub person: Option<PersonId>,
    /// By which way.
    pub channel: Channel,
    /// Of what.
    pub kinds: BTreeSet<AlertKind>,
    /// How many hours something has waited before it is told.
    pub hours: u32,
    /// The hour of the day, in the domain's time zone, from which on the day's summary is sent.
    pub digest_at: u32,
}

/// A recipient that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The key.
    pub id: RecipientId,
    /// The company file that it is told of.
    pub company: CompanyId,
    /// What was chosen.
    pub chosen: NewRecipient,
}

/// By which way somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By e-mail to this address.
    Email(String),
    /// By a call of this address.
    Webhook {
        /// The address.
        url: String,
        /// What each call is signed with, as people copy it.
        secret: Password,
    },
}

impl Channel {
    /// Its name, as it is stored.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Webhook { .. } => "webhook",
        }
    }

    /// Where a message goes, for people.
    pub fn target(&self) -> &str {
        match self {
            Self::Email(address) => address,
            Self::Webhook { url, .. } => url,
        }
    }

    /// What calls are signed with; empty for e-mail.
    pub fn secret(&self) -> &str {
        match self {
            Self::Email(_) => "",
            Self::Webhook { secret, .. } => secret.expose(),
        }
    }

    /// The way of that name; nothing if there is no such way.
    pub fn of(name: &str, target: String, secret: String) -> Option<Self> {
        match name {
            "email" => Some(Self::Email(target)),
            "webhook" => Some(Self::Webhook { url: target, secret: secret.into() }),
            _ => None,
        }
    }
}
