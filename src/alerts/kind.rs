//! What there is to tell.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::sync::Cause;

static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| read().unwrap_or_default());

/// The text is embedded and a test reads it, so a user never meets one that cannot be read.
fn read() -> Result<Vec<Words>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/kinds.yaml"))
}

/// What there is to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertKind {
    /// The Web Connector does not call.
    Silent,
    /// Its password is refused.
    Refused,
    /// Something has waited for a person for some hours.
    Waiting,
    /// QuickBooks holds another amount than Steelhead.
    Differs,
    /// The summary of a day.
    Digest,
}

/// What is said of a kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    kind: AlertKind,
    /// What stands beside its box.
    pub label: String,
    /// What that means.
    pub help: String,
    /// What a message of it is called.
    pub title: String,
}

/// What is said where no words are found; a test sees to it that there always are some.
static NONE: Words =
    Words { kind: AlertKind::Digest, label: String::new(), help: String::new(), title: String::new() };

impl AlertKind {
    /// Every kind, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Silent, Self::Refused, Self::Waiting, Self::Differs, Self::Digest];

    /// Its name, as it is stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Refused => "refused",
            Self::Waiting => "waiting",
            Self::Differs => "differs",
            Self::Digest => "digest",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind that tells of this cause as soon as it is seen, if there is one.
    pub fn of_cause(cause: Cause) -> Option<Self> {
        match cause {
            Cause::Silent => Some(Self::Silent),
            Cause::SignInRefused => Some(Self::Refused),
            Cause::Differs => Some(Self::Differs),
            _ => None,
        }
    }

    /// What is said of it.
    pub fn words(self) -> &'static Words {
        WORDS.iter().find(|words| words.kind == self).unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_name_and_its_words() {
        let all = read().unwrap();
        assert_eq!(all.iter().map(|words| words.kind).collect::<Vec<_>>(), AlertKind::ALL);
        for words in &all {
            assert_eq!(AlertKind::named(words.kind.name()), Some(words.kind));
            assert_eq!(serde_yaml::to_string(&words.kind).unwrap().trim(), words.kind.name());
            assert!(![&words.label, &words.help, &words.title].iter().any(|it| it.is_empty()), "{words:?}");
        }
    }
}
