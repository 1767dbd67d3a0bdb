//! Which company file QuickBooks is to use.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::language::{Spoken, say};

/// Windows opens no longer path without a special prefix.
const MAX_LENGTH: usize = 259;

/// The company file for a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CompanyFile {
    /// The one that is open in QuickBooks, whichever that is.
    #[default]
    Current,
    /// The one with this path.
    Path(CompanyPath),
}

impl CompanyFile {
    /// As the Web Connector takes it: the empty text is the file that is open.
    pub(super) fn as_text(&self) -> &str {
        match self {
            CompanyFile::Current => "",
            CompanyFile::Path(path) => path.as_str(),
        }
    }
}

/// A full path on the QuickBooks computer: `C:\books\shop.qbw` or `\\server\books\shop.qbw`.
///
/// The Web Connector takes every text that is not one of its words (`none`, `nvu`, `busy`, `done`)
/// for a path; that a path is full keeps the two apart.
///
/// ```
/// use ferrule::connector::CompanyPath;
///
/// assert!(r"C:\books\shop.qbw".parse::<CompanyPath>().is_ok());
/// assert!("none".parse::<CompanyPath>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CompanyPath(String);

impl CompanyPath {
    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CompanyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no full path of Windows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", say!("`{text}` is not a full path on the QuickBooks computer, such as `C:\\books\\shop.qbw`", text))]
pub struct NotACompanyPath {
    text: String,
}

impl Spoken for NotACompanyPath {}

impl FromStr for CompanyPath {
    type Err = NotACompanyPath;

    fn from_str(text: &str) -> Result<CompanyPath, NotACompanyPath> {
        let trimmed = text.trim();
        let has_strange = trimmed.contains(|c: char| c.is_control() || "<>\"|?*".contains(c));
        if is_full(trimmed) && !has_strange && trimmed.chars().count() <= MAX_LENGTH {
            return Ok(CompanyPath(trimmed.to_owned()));
        }
        let text = text.to_owned();
        Err(NotACompanyPath { text })
    }
}

fn is_full(path: &str) -> bool {
    let mut characters = path.chars();
    let start = (characters.next(), characters.next(), characters.next());
    match start {
        (Some('\\'), Some('\\'), Some(host)) => host != '\\',
        (Some(drive), Some(':'), Some('\\' | '/')) => drive.is_ascii_alphabetic() && path.len() > 3,
        _ => false,
    }
}
