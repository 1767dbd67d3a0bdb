//! Versions of qbXML.

use std::fmt;
use std::str::FromStr;

/// A version of qbXML, such as 13.0; newer versions are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The number before the point.
    pub major: u8,
    /// The number after the point.
    pub minor: u8,
}

impl Version {
    /// The first version, which the source leaves unsaid.
    pub const FIRST: Version = Version { major: 1, minor: 0 };
    /// The version the catalogue describes; QuickBooks 2014 and later take it.
    pub const NEWEST: Version = Version { major: 13, minor: 0 };
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A text that is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a qbXML version: write two numbers with a point between them, such as `13.0`")]
pub struct NotAVersion(String);

impl FromStr for Version {
    type Err = NotAVersion;

    /// Reads `major.minor`, both up to 255.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits =
            |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten();
        text.split_once('.')
            .and_then(|(major, minor)| Some(Version { major: digits(major)?, minor: digits(minor)? }))
            .ok_or_else(|| NotAVersion(text.to_owned()))
    }
}
