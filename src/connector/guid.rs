//! The identifiers in a `.qwc` file.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// A GUID, written `{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}`. Never all zeros: QuickBooks takes that for
/// nobody's.
///
/// ```
/// use ferrule::connector::Guid;
///
/// let guid: Guid = "90a44fb7-33d9-4815-ac85-ac86a7e7d1eb".parse()?;
/// assert_eq!(guid.to_string(), "{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}");
/// # Ok::<(), ferrule::connector::NotAGuid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(Uuid);

impl Guid {
    /// One made of random bytes: version 4, variant 1.
    pub fn from_random_bytes(bytes: [u8; 16]) -> Guid {
        Guid(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}", self.0.braced())
    }
}

/// A text that is no GUID, or all zeros.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a GUID such as `{{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}}`")]
pub struct NotAGuid {
    text: String,
}

impl FromStr for Guid {
    type Err = NotAGuid;

    /// With braces or without, in any case.
    fn from_str(text: &str) -> Result<Guid, NotAGuid> {
        let bare = text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(text);
        match bare.parse::<Hyphenated>().map(Uuid::from) {
            Ok(uuid) if !uuid.is_nil() => Ok(Guid(uuid)),
            _ => Err(NotAGuid { text: text.to_owned() }),
        }
    }
}
