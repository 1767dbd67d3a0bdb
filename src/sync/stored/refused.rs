//! Calls of the Web Connector that were refused.

use serde::Serialize;

use super::Moment;

/// Sign-ins of one address that were refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedSignIn {
    /// Where they came from.
    pub address: String,
    /// Whether nobody looked at the password, because there had been too many wrong ones.
    pub is_limited: bool,
    /// When there was one first.
    pub first_at: Moment,
    /// When there was one last.
    pub last_at: Moment,
    /// How many there were.
    pub times: u32,
}
