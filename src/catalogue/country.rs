//! The editions of QuickBooks Desktop, by the country that they are sold in.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

/// The country of an edition. Each has a vocabulary of its own; ours is that of the United States, which says of its elements
/// which others lack them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, JsonSchema)]
pub enum Country {
    /// The United States.
    US,
    /// Canada.
    CA,
    /// The United Kingdom.
    UK,
    /// Australia.
    AU,
}

impl Country {
    /// The country of this code, as QuickBooks writes it; nothing for any other text.
    pub fn of(code: &str) -> Option<Self> {
        match code.trim().to_ascii_uppercase().as_str() {
            "US" => Some(Self::US),
            "CA" => Some(Self::CA),
            "UK" => Some(Self::UK),
            "AU" => Some(Self::AU),
            _ => None,
        }
    }

    /// What people call its edition.
    pub fn edition(self) -> &'static str {
        match self {
            Self::US => "the United States edition",
            Self::CA => "the Canadian edition",
            Self::UK => "the British edition",
            Self::AU => "the Australian edition",
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Some countries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Countries(u8);

impl Countries {
    pub(super) const NONE: Self = Self(0);

    /// Those that a line of the vocabulary names: `CA,UK`; nothing if one of them is none.
    pub(super) fn parse(names: &str) -> Option<Self> {
        names.split(',').try_fold(Self(0), |all, name| Some(Self(all.0 | bit(Country::of(name)?))))
    }

    pub(super) fn has(self, country: Country) -> bool {
        self.0 & bit(country) != 0
    }
}

fn bit(country: Country) -> u8 {
    1 << country as u8
}
