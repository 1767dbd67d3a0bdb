//! `ferrule.yaml`: what the commands work with in a shop's repository.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::disk::RuleFile;

/// The file's name. It counts where it lies in the current folder.
pub const PROJECT: &str = "ferrule.yaml";

/// The folder of cases, unless the file names another.
pub const FIXTURES: &str = "fixtures";

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// The layers of rules in their order; `base` is the rules that ship.
    pub layers: Vec<PathBuf>,
    /// The folder of cases.
    #[serde(default)]
    pub fixtures: Option<PathBuf>,
    /// The version of qbXML that requests are written in, instead of the one that the first layer names.
    #[serde(default)]
    pub qbxml: Option<String>,
}

/// Why a `ferrule.yaml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// It cannot be read.
    #[error("cannot read `{PROJECT}`: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It is not what it should be.
    #[error("`{PROJECT}` is wrong: {0}; it has `layers`, and may have `fixtures` and `qbxml`")]
    Wrong(#[from] serde_yaml::Error),
    /// It names no layer.
    #[error("`{PROJECT}` names no layers: write `layers: [base, site]`")]
    NoLayers,
}

impl Project {
    /// The one of the current folder; nothing if there is none.
    ///
    /// # Errors
    /// It cannot be read, or is wrong.
    pub fn here() -> Result<Option<Self>, ProjectError> {
        let text = match std::fs::read_to_string(PROJECT) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        Self::parse(&text).map(Some)
    }

    /// What the text of one says.
    ///
    /// # Errors
    /// It is wrong.
    pub fn parse(text: &str) -> Result<Self, ProjectError> {
        let project: Self = serde_yaml::from_str(text)?;
        if project.layers.is_empty() { Err(ProjectError::NoLayers) } else { Ok(project) }
    }

    /// What a rule set is read from, base first. The version of qbXML stands just above the first layer.
    pub fn folders(&self) -> Vec<PathBuf> {
        let mut folders = self.layers.clone();
        if self.qbxml.is_some() {
            folders.insert(1, PathBuf::from(PROJECT));
        }
        folders
    }
}

/// The layer that a `ferrule.yaml` is by itself: the version of qbXML, in its line.
pub(super) fn layer(path: &Path) -> Option<Vec<RuleFile>> {
    if !path.ends_with(PROJECT) {
        return None;
    }
    Some(vec![as_layer(path, &std::fs::read_to_string(path).ok()?)])
}

/// The file of that layer, by the whole text of the `ferrule.yaml`.
pub fn as_layer(path: &Path, text: &str) -> RuleFile {
    let only = |line: &str| if line.starts_with("qbxml:") { line.to_owned() } else { String::new() };
    let text = text.lines().map(only).collect::<Vec<_>>().join("\n");
    RuleFile { name: "ruleset.yaml".to_owned(), path: path.display().to_string(), text }
}
