//! Which rules the documents of each domain go by: the file that `--domains` names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::shipped;
use crate::rules::diagnostics::suggest::did_you_mean;

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domains {
    /// The rule sets by name: their folders, base first.
    pub sets: BTreeMap<String, Vec<PathBuf>>,
    /// The name of the rule set of each domain that does not go by the rules of all others.
    #[serde(default)]
    pub domains: BTreeMap<String, String>,
}

/// Why such a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DomainsError {
    /// It cannot be read.
    #[error("cannot read `{file}`: {error}", file = .0.display(), error = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// It is not what it should be.
    #[error("`{file}` is wrong: {error}; it has `sets`, the folders of each, and `domains`, the set of each", file = .0.display(), error = .1)]
    Wrong(PathBuf, serde_yaml::Error),
    /// A set has no folder.
    #[error("{file}: the set `{set}` names no folder: write `{set}: [base, site]`", file = .0.display(), set = .1)]
    NoFolder(PathBuf, String),
    /// A domain has a set that is not there.
    #[error("{file}: the domain `{domain}` is to go by the set `{set}`, which is not there{hint}", file = .0.display(), domain = .1, set = .2, hint = .3)]
    NoSet(PathBuf, String, String, String),
}

impl Domains {
    /// Reads the file. Folders count from the one in which it lies; `base` is the rules that ship, unless there is a folder of
    /// that name.
    ///
    /// # Errors
    /// It cannot be read, or is wrong.
    pub fn read(file: &Path) -> Result<Self, DomainsError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| DomainsError::Unreadable(file.to_owned(), error))?;
        Self::parse(file, &text)
    }

    /// What the text of the file says.
    ///
    /// # Errors
    /// It is wrong.
    pub fn parse(file: &Path, text: &str) -> Result<Self, DomainsError> {
        let wrong = |error| DomainsError::Wrong(file.to_owned(), error);
        // By way of a value: that takes no key twice.
        let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(wrong)?;
        let mut domains: Self = serde_yaml::from_value(value).map_err(wrong)?;
        for (set, folders) in &mut domains.sets {
            if folders.is_empty() {
                return Err(DomainsError::NoFolder(file.to_owned(), set.clone()));
            }
            for folder in folders {
                *folder = placed(file, folder);
            }
        }
        for (domain, set) in &domains.domains {
            if !domains.sets.contains_key(set) {
                let hint = did_you_mean(set, domains.sets.keys().map(String::as_str));
                let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
                return Err(DomainsError::NoSet(file.to_owned(), domain.clone(), set.clone(), hint));
            }
        }
        Ok(domains)
    }

    /// The folders of the set of a domain; nothing if it has none of its own.
    pub fn folders_of(&self, domain: &str) -> Option<&Vec<PathBuf>> {
        self.sets.get(self.domains.get(domain)?)
    }
}

/// A folder that is named in a file.
fn placed(file: &Path, folder: &Path) -> PathBuf {
    let beside = file.parent().unwrap_or(Path::new("")).join(folder);
    if !beside.is_dir() && !shipped::layer(folder).is_empty() { folder.to_owned() } else { beside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Domains, String> {
        Domains::parse(Path::new("/etc/f/domains.yaml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn folders_count_from_the_file_and_base_ships() {
        let read = parse("sets: { zinc: [base, zinc] }\ndomains: { acme: zinc }").unwrap();
        let folders = [PathBuf::from("base"), PathBuf::from("/etc/f/zinc")];
        assert_eq!(read.folders_of("acme").unwrap(), &folders);
        assert_eq!(read.folders_of("other"), None);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let told = |text: &str| parse(text).unwrap_err();
        let no_set = told("sets: { zinc: [base] }\ndomains: { acme: zink }");
        assert!(
            no_set.contains("the domain `acme` is to go by the set `zink`, which is not there"),
            "{no_set}"
        );
        assert!(no_set.contains("did you mean `zinc`"), "{no_set}");
        assert!(told("sets: { zinc: [] }").contains("names no folder"));
        assert!(told("sets: {}\ndomain: {}").contains("unknown field `domain`"));
        let twice = told("sets: { a: [base] }\ndomains:\n  acme: a\n  acme: a\n");
        assert!(twice.contains("duplicate"), "{twice}");
    }
}
