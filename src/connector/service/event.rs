//! What the service tells the person who runs it.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::connector::Operation;

/// Something that the person who runs the service may want to know. No password, ticket or content of
/// a company file is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody came with a wrong user name or password.
    WrongPassword {
        /// The user name that was given.
        user_name: String,
        /// From where.
        from: IpAddr,
    },
    /// Somebody tried too often and was not listened to.
    Limited {
        /// The user name that was given.
        user_name: String,
        /// From where.
        from: IpAddr,
    },
    /// A Web Connector was turned away, or warned, for its version.
    OldClient {
        /// The version that it gave.
        version: String,
        /// From where.
        from: IpAddr,
    },
    /// A request was not understood.
    Refused {
        /// From where.
        from: IpAddr,
        /// What was wrong with it.
        why: String,
    },
    /// We failed.
    Failed {
        /// The operation that was called.
        operation: Operation,
        /// Why.
        why: String,
    },
    /// A page failed.
    PageFailed {
        /// Its path.
        path: String,
        /// Why.
        why: String,
    },
    /// The certificate's files have changed, and cannot be used; the certificate of before stays.
    CertificateKept {
        /// Why.
        why: String,
    },
    /// A connection was not accepted, for example because its TLS handshake failed.
    NotConnected {
        /// From where, if that is known.
        from: Option<IpAddr>,
        /// Why.
        why: String,
        /// How many others there were for the same reason that were not told.
        others: usize,
    },
}

impl Event {
    /// All kinds there are.
    pub const KINDS: [&str; 8] = [
        "wrong_password",
        "limited",
        "old_client",
        "refused",
        "failed",
        "page_failed",
        "certificate_kept",
        "not_connected",
    ];

    /// Its kind, in small letters: one of [`Event::KINDS`].
    pub fn kind(&self) -> &'static str {
        match self {
            Event::WrongPassword { .. } => "wrong_password",
            Event::Limited { .. } => "limited",
            Event::OldClient { .. } => "old_client",
            Event::Refused { .. } => "refused",
            Event::Failed { .. } => "failed",
            Event::PageFailed { .. } => "page_failed",
            Event::CertificateKept { .. } => "certificate_kept",
            Event::NotConnected { .. } => "not_connected",
        }
    }
}

/// Takes note of events; called from many threads, and not to block for long.
pub type Journal = Arc<dyn Fn(&Event) + Send + Sync>;

/// What others have written, made harmless for a log.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::WrongPassword { user_name, from } => {
                write!(f, "wrong user name or password for `{}` from {from}", shown(user_name))
            }
            Event::Limited { user_name, from } => {
                write!(f, "too many attempts for `{}` from {from}", shown(user_name))
            }
            Event::OldClient { version, from } => {
                write!(f, "the Web Connector at {from} has version `{}`", shown(version))
            }
            Event::Refused { from, why } => write!(f, "request from {from} refused: {why}"),
            Event::Failed { operation, why } => write!(f, "{} failed: {why}", operation.name()),
            Event::PageFailed { path, why } => write!(f, "the page `{}` failed: {why}", shown(path)),
            Event::CertificateKept { why } => {
                write!(f, "the new certificate cannot be used, the one of before stays: {why}")
            }
            Event::NotConnected { from, why, others } => {
                match from {
                    Some(from) => write!(f, "connection from {from} refused: {why}")?,
                    None => write!(f, "connection refused: {why}")?,
                }
                match others {
                    0 => Ok(()),
                    others => write!(f, " ({others} more for this reason since it was told last)"),
                }
            }
        }
    }
}
