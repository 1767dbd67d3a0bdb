//! The setting that a note is about.

use std::sync::Arc;

/// The setting that a note is about, by its name in the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AboutSetting {
    /// It has to be filled in: nobody has done that.
    Missing(Arc<str>),
    /// It has a value, and the rules name it: another value would help.
    Named(Arc<str>),
}

impl AboutSetting {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Missing(name) | Self::Named(name) => name,
        }
    }

    /// Its name, if nobody has filled it in.
    pub fn missing(&self) -> Option<&str> {
        match self {
            Self::Missing(name) => Some(name),
            Self::Named(_) => None,
        }
    }

    /// Its name, if it has a value.
    pub fn named(&self) -> Option<&str> {
        match self {
            Self::Missing(_) => None,
            Self::Named(name) => Some(name),
        }
    }
}
