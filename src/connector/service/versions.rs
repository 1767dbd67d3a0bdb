//! Which versions of the Web Connector are welcome.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::connector::VersionCheck;

/// A version of the Web Connector: up to four numbers, such as `2.3.0.207`.
///
/// ```
/// use ferrule::connector::service::ClientVersion;
///
/// let version: ClientVersion = "2.3.0.207".parse().unwrap();
/// assert!(version > "2.3".parse().unwrap());
/// assert_eq!(version.to_string(), "2.3.0.207");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientVersion([u32; 4]);

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a version such as `2.3.0.207`")]
pub struct NotAClientVersion(String);

impl FromStr for ClientVersion {
    type Err = NotAClientVersion;

    fn from_str(text: &str) -> Result<ClientVersion, NotAClientVersion> {
        let shown = || NotAClientVersion(text.chars().take(40).collect());
        let mut numbers = [0; 4];
        let mut places = numbers.iter_mut();
        for part in text.trim().split('.') {
            let is_number = !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
            let number = part.parse().ok().filter(|_| is_number).ok_or_else(shown)?;
            *places.next().ok_or_else(shown)? = number;
        }
        Ok(ClientVersion(numbers))
    }
}

impl fmt::Display for ClientVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, build, revision] = self.0;
        write!(f, "{major}.{minor}.{build}.{revision}")
    }
}

/// Which versions are welcome. By default, all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// The user of an older one is warned, and may go on.
    pub warn_below: Option<ClientVersion>,
    /// The user of an older one is turned away.
    pub refuse_below: Option<ClientVersion>,
}

impl Versions {
    /// What the Web Connector of this version is told. A text that is no version is warned of, if
    /// anything is asked of versions.
    pub(super) fn check(&self, text: &str) -> VersionCheck {
        let below = |needed: Option<ClientVersion>| match text.parse::<ClientVersion>() {
            Ok(version) => needed.filter(|needed| version < *needed),
            Err(_) => None,
        };
        let old = |needed| {
            format!(
                "this Web Connector is too old: install version {needed} or newer, which Intuit gives away"
            )
        };
        if let Some(needed) = below(self.refuse_below) {
            return VersionCheck::Refused(old(needed));
        }
        if let Some(needed) = below(self.warn_below) {
            return VersionCheck::Warning(old(needed));
        }
        match text.parse::<ClientVersion>() {
            Err(error) if *self != Versions::default() => VersionCheck::Warning(error.to_string()),
            _ => VersionCheck::Accepted,
        }
    }
}
