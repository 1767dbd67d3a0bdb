//! What `clientVersion` answers.

use super::last_error::one_line;

/// Whether the Web Connector is new enough. Any other form than these is `QBWC1046` there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionCheck {
    /// Go on.
    Accepted,
    /// Go on if the user agrees, who is shown this.
    Warning(String),
    /// Stop; the user must upgrade and is shown this.
    Refused(String),
    /// Stop; the user is told that this version is needed: the numbers before and after the point.
    Needed(u16, u16),
}

impl VersionCheck {
    pub(super) fn text(&self) -> String {
        match self {
            VersionCheck::Accepted => String::new(),
            VersionCheck::Warning(text) => format!("W:{}", one_line(text)),
            VersionCheck::Refused(text) => format!("E:{}", one_line(text)),
            // The letter O.
            VersionCheck::Needed(major, minor) => format!("O:{major}.{minor}"),
        }
    }
}
