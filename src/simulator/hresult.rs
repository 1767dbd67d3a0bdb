//! What `ProcessRequest` and `BeginSession` fail with.

use std::fmt;

use crate::catalogue;

/// The HRESULT of a call that failed as a whole; the Web Connector hands it on to its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HResult(pub u32);

impl HResult {
    /// The request cannot be parsed: not well-formed, or not what the schema allows. Nothing is done.
    pub const NOT_PARSED: HResult = HResult(0x8004_0400);
    /// Another company file is open than the one that is wanted.
    pub const OTHER_FILE: HResult = HResult(0x8004_040A);
    /// There is no session.
    pub const NO_SESSION: HResult = HResult(0x8004_040C);
    /// There is a session already.
    pub const SESSION_OPEN: HResult = HResult(0x8004_0411);
    /// QuickBooks Desktop rolls nothing back.
    pub const NO_ROLLBACK: HResult = HResult(0x8004_0413);
    /// A modal dialog is open in QuickBooks.
    pub const MODAL_DIALOG: HResult = HResult(0x8004_0414);
    /// The version of qbXML is too high or unknown.
    pub const UNKNOWN_VERSION: HResult = HResult(0x8004_0423);
    /// QuickBooks broke down, or could not be reached, during the call.
    pub const SERVER_FAULT: HResult = HResult(0x8001_0105);
}

impl fmt::Display for HResult {
    /// As the Web Connector writes it: `0x80040400`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.0)
    }
}

impl HResult {
    /// What happened, in our words.
    pub fn happened(self) -> Option<&'static str> {
        catalogue::hresult(self.0).map(|entry| entry.happened.as_str())
    }
}

impl std::error::Error for HResult {}
