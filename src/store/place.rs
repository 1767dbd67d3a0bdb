//! Where a database is.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::postgres;
use crate::sync::stored::StoreError;

/// Where a database is: in a file, or on a PostgreSQL server. Neither `Display` nor `Debug` shows a password.
#[derive(Clone)]
pub enum Place {
    /// A SQLite file.
    File(PathBuf),
    /// The address of a PostgreSQL database.
    Postgres(String),
}

impl Place {
    /// Whether a database may be there. For a server that is seen only when it is opened.
    pub fn exists(&self) -> bool {
        match self {
            Self::File(path) => path.exists(),
            Self::Postgres(_) => true,
        }
    }
}

/// How the tables of a database are, before anything opens it for work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// There are none yet: who opens it makes them.
    None,
    /// An older version made them: who opens it brings them up to date.
    Older,
    /// They are as this version has them.
    Current,
}

impl Tables {
    /// What two versions of the tables mean; 0 is none.
    ///
    /// # Errors
    /// [`StoreError::Newer`], if a newer version made them.
    pub(super) fn of(found: i64, known: i64) -> Result<Self, StoreError> {
        match found {
            0 => Ok(Self::None),
            older if older < known => Ok(Self::Older),
            newer if newer > known => Err(StoreError::Newer { found, known }),
            _ => Ok(Self::Current),
        }
    }
}

/// An address that is none is told when it is opened: then its password is not repeated.
impl FromStr for Place {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_address = ["postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme));
        Ok(if is_address { Self::Postgres(text.to_owned()) } else { Self::File(text.into()) })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(out),
            Self::Postgres(address) => postgres::shown(address).fmt(out),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}
