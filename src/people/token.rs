//! Tokens: what a cookie or a link holds, and nobody else knows.

use chrono::TimeDelta;
use subtle::ConstantTimeEq as _;

use crate::secrets::{SecretError, TicketHash, new_ticket};

/// How long a sign-in lasts.
pub const LONGEST: TimeDelta = TimeDelta::hours(14);
/// How long it lasts while nothing is done.
pub const IDLE: TimeDelta = TimeDelta::hours(3);
/// How long a link is good for.
pub const LINK_LIFE: TimeDelta = TimeDelta::hours(24);

/// A secret of 256 random bits, in 64 hexadecimal digits.
#[derive(Clone)]
pub struct Token(String);

/// The SHA-256 of a token, in hexadecimal digits: what is stored.
pub type TokenHash = TicketHash;

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new() -> Result<Self, SecretError> {
        new_ticket().map(Self).map_err(|error| SecretError::Random(error.to_string()))
    }

    /// What somebody gave as one.
    pub fn given(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token itself, for the cookie or the link.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }

    /// The token that every form of this sign-in carries. Who sees a form cannot sign in with it.
    pub fn for_forms(&self) -> String {
        TokenHash::of(&format!("form:{}", self.0)).as_str().to_owned()
    }

    /// Whether a form carries the right token, in a time that does not tell how much of it was right.
    pub fn is_for_forms(&self, given: &str) -> bool {
        self.for_forms().as_bytes().ct_eq(given.as_bytes()).into()
    }
}
