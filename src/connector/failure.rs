//! What to do when QuickBooks could not be reached, or did not take a request.

use crate::catalogue::{self, Outcome, StatusCode};

use super::{CompanyFile, CompanyPath};

/// Another company file is open than the one that was asked for.
const OTHER_FILE_OPEN: &str = "0x8004040A";
/// No company file is open, and none was asked for: while QuickBooks is closed, and while it runs.
const NO_FILE: [&str; 2] = ["0x80040416", "0x80040417"];

/// A failure that the Web Connector reports with an HRESULT, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What to do.
    pub next: NextStep,
    /// Whether QuickBooks did what it was asked; while `Unknown`, look before sending it again.
    pub outcome: Outcome,
    /// For the person who can do something about it: what happened, what to click, what QuickBooks said.
    pub message: String,
    /// What the catalogue says of the code, if it knows it: who can do something, and why it happened.
    pub known: Option<&'static StatusCode>,
}

/// What to do about a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// The same may succeed by itself, now or at the next visit.
    Retry,
    /// The same may succeed with this company file.
    OtherPath(CompanyFile),
    /// Somebody has to do something first: see [`Failure::message`].
    Stop,
}

impl Failure {
    /// Reads what `connectionError` reports. Nothing was sent to QuickBooks yet. `tried` is the company
    /// file that the session was begun with, `stored` the path that we know for the connection.
    ///
    /// ```
    /// use ferrule::connector::{CompanyFile, Failure, NextStep};
    ///
    /// let failure = Failure::of_connection("0x80040414", "A modal dialog box is ...", &CompanyFile::Current, None);
    /// assert_eq!(failure.next, NextStep::Retry);
    /// assert!(failure.message.contains("close the dialog"));
    /// ```
    pub fn of_connection(
        hresult: &str,
        message: &str,
        tried: &CompanyFile,
        stored: Option<&CompanyPath>,
    ) -> Failure {
        let failure = Failure::of_code(hresult, message);
        Failure {
            next: other_path(failure.known, tried, stored)
                .map_or_else(|| failure.next.clone(), NextStep::OtherPath),
            outcome: Outcome::NotApplied,
            ..failure
        }
    }

    /// Reads what `receiveResponseXML` reports beside its response; `None` if it reports no failure.
    pub fn of_request(hresult: &str, message: &str) -> Option<Failure> {
        let is_success = hresult.trim().is_empty() || number(hresult).is_some_and(|code| code < 0x8000_0000);
        (!is_success).then(|| Failure::of_code(hresult, message))
    }

    fn of_code(hresult: &str, message: &str) -> Failure {
        let known = catalogue::hresult(hresult.trim());
        let next = match known {
            Some(entry) if entry.retryable => NextStep::Retry,
            _ => NextStep::Stop,
        };
        Failure {
            next,
            outcome: known.map_or(Outcome::Unknown, |entry| entry.outcome),
            message: explain(known, hresult.trim(), message.trim()),
            known,
        }
    }
}

fn other_path(
    known: Option<&StatusCode>,
    tried: &CompanyFile,
    stored: Option<&CompanyPath>,
) -> Option<CompanyFile> {
    let code = known?.code.as_str();
    match tried {
        // The same file may be open by another path, as with a mapped drive; which file it is, is seen
        // from its identity.
        CompanyFile::Path(_) if code == OTHER_FILE_OPEN => Some(CompanyFile::Current),
        CompanyFile::Current if NO_FILE.contains(&code) => stored.cloned().map(CompanyFile::Path),
        _ => None,
    }
}

fn explain(known: Option<&StatusCode>, hresult: &str, message: &str) -> String {
    let code = if hresult.is_empty() { "no code" } else { hresult };
    let said = if message.is_empty() {
        format!("QuickBooks gave {code} and no text.")
    } else {
        format!("QuickBooks said ({code}): {message}")
    };
    match known {
        Some(entry) => format!("{} {} {said}", entry.happened, entry.how),
        None => {
            format!(
                "{said} Ferrule does not know this code. Do what the text says on the QuickBooks computer."
            )
        }
    }
}

fn number(hresult: &str) -> Option<u32> {
    let text = hresult.trim();
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    u32::from_str_radix(digits, 16).ok()
}
