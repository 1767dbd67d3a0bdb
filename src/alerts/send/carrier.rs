//! What brings messages to where they belong.

use std::fmt::Display;

use crate::alerts::{AlertMessage, Channel};
use crate::language::Spoken;
use crate::sync::stored::Moment;

/// Brings messages to where they belong.
pub trait Carrier: Send + Sync {
    /// Whether there is such a way on this server at all; the error says why not.
    fn offers(&self, to: &Channel) -> Result<(), CarryError>;
    /// Brings a message there. It has arrived once this returns; if it fails, it may have arrived as well.
    fn carry(&self, message: &AlertMessage, to: &Channel, now: Moment) -> Result<(), CarryError>;
}

/// Why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct CarryError {
    /// Why, for people, in the language that is spoken. No secret is in it.
    pub why: String,
    /// It will never arrive: nobody tries again.
    pub is_final: bool,
}

impl Spoken for CarryError {}

impl CarryError {
    /// It may go well later.
    pub fn later(why: &(impl Display + ?Sized)) -> Self {
        Self { why: why.to_string(), is_final: false }
    }

    /// It never will.
    pub fn never(why: &(impl Display + ?Sized)) -> Self {
        Self { why: why.to_string(), is_final: true }
    }
}
