//! What a token of the API may do.

use std::sync::LazyLock;

use serde::Deserialize;

static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| read().unwrap_or_default());

/// The text is embedded and a test reads it, so a user never meets one that cannot be read.
fn read() -> Result<Vec<Words>, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/scopes.yaml"))
}

/// What is said of a scope.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    scope: String,
    label: String,
}

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Sees how company files are doing.
    ReadStatus,
    /// Sees what is not done, and why.
    ReadErrors,
    /// Sees what would be sent.
    ReadPlan,
    /// Sees what can be imported.
    ReadImports,
    /// Brings documents.
    WriteDocuments,
    /// Queues documents for the next visit.
    PlayDocuments,
}

impl Scope {
    /// Every scope, those that only read first.
    pub const ALL: [Self; 6] = [
        Self::ReadStatus,
        Self::ReadErrors,
        Self::ReadPlan,
        Self::ReadImports,
        Self::WriteDocuments,
        Self::PlayDocuments,
    ];

    /// Its name, as it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadStatus => "status:read",
            Self::ReadErrors => "errors:read",
            Self::ReadPlan => "plan:read",
            Self::ReadImports => "imports:read",
            Self::WriteDocuments => "documents:write",
            Self::PlayDocuments => "documents:play",
        }
    }

    /// The scope of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// What it allows, in words that stand beside a box; its name, if there are none.
    pub fn label(self) -> &'static str {
        let name = self.name();
        WORDS.iter().find(|words| words.scope == name).map_or(name, |words| words.label.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_a_name_of_its_own_and_its_words() {
        let all = read().unwrap();
        let names: Vec<&str> = all.iter().map(|words| words.scope.as_str()).collect();
        assert_eq!(names, Scope::ALL.map(Scope::name));
        for scope in Scope::ALL {
            assert_eq!(Scope::named(scope.name()), Some(scope));
            assert!(scope.label() != scope.name() && !scope.label().is_empty(), "{scope:?}");
        }
    }
}
