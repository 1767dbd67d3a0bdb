//! The identifiers in a `.qwc` file.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

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
pub struct Guid(u128);

/// The digits of each group.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

impl Guid {
    /// One made of random bytes: version 4, variant 1.
    pub fn from_random_bytes(bytes: [u8; 16]) -> Guid {
        const VERSION: u128 = 0xF << 76;
        const VARIANT: u128 = 0b11 << 62;
        let random = u128::from_be_bytes(bytes) & !(VERSION | VARIANT);
        Guid(random | 4 << 76 | 0b10 << 62)
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032X}", self.0);
        let mut rest = digits.as_str();
        f.write_str("{")?;
        for (index, length) in GROUPS.into_iter().enumerate() {
            let (group, after) = rest.split_at(length);
            let dash = if index == 0 { "" } else { "-" };
            write!(f, "{dash}{group}")?;
            rest = after;
        }
        f.write_str("}")
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
        let groups: Vec<&str> = bare.split('-').collect();
        let is_formed = groups.iter().map(|group| group.len()).eq(GROUPS)
            && groups.iter().all(|group| group.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let number = u128::from_str_radix(&groups.concat(), 16).ok();
        match number.filter(|number| is_formed && *number != 0) {
            Some(number) => Ok(Guid(number)),
            None => Err(NotAGuid { text: text.to_owned() }),
        }
    }
}
