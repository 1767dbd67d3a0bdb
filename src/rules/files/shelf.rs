//! The optional layers that ship with a rule set: what lies in its folder `optional`, and the rules with some of them.

use std::path::{Path, PathBuf};

use super::disk::{FilesError, OPTIONAL, RuleFile, RuleFiles, is_layer, read_layer};
use super::file::LayerFile;
use super::load::LAYER;
use super::project::PROJECT;
use super::shipped::optional_layers;
use super::yaml::parse;
use crate::rules::diagnostics::diagnostic::Diagnostics;
use crate::rules::diagnostics::source::FileId;
use crate::rules::diagnostics::suggest::did_you_mean;

/// The optional layers of a rule set, by name.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// The layers.
    pub layers: Vec<OptionalLayer>,
    /// Where among the layers of the rule set those that are switched on come: behind the base and the optional ones that
    /// were given with it, before what a shop changes.
    place: usize,
}

/// A layer that may be switched on.
#[derive(Clone, Debug)]
pub struct OptionalLayer {
    /// The name of its folder.
    pub name: String,
    /// What it is for.
    pub about: LayerFile,
    /// Its folder.
    pub folder: PathBuf,
    /// The objects that it brings, and the rules do not have without it.
    pub objects: Vec<String>,
    /// Whether it is among the layers that the rule set has anyway.
    pub is_given: bool,
    files: Vec<RuleFile>,
}

/// Layers that cannot be switched on together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShelfError {
    /// There is no such layer.
    #[error("there is no optional layer `{name}`{}", hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    Unknown {
        /// The name.
        name: String,
        /// Which one was probably meant.
        hint: Option<String>,
    },
    /// A layer builds on another one, which is off.
    #[error("{layer} needs {needs}")]
    Needs {
        /// What people call the layer.
        layer: String,
        /// What they call the one that it needs.
        needs: String,
    },
}

impl Shelf {
    /// The optional layers of a rule set in these folders, base first: those of the base. `rules` is what was read from
    /// the folders.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn read(folders: &[PathBuf], rules: &RuleFiles) -> Result<Self, FilesError> {
        let optional = folders.first().map(|base| base.join(OPTIONAL)).unwrap_or_default();
        let found = layers_below(&optional);
        let is = |given: &PathBuf, layer: &Path| given.components().eq(layer.components());
        let layer = |folder: &PathBuf| {
            Ok::<_, FilesError>(OptionalLayer {
                is_given: folders.iter().any(|it| is(it, folder)),
                ..OptionalLayer::read(folder, rules)?
            })
        };
        let layers = found.iter().map(layer).collect::<Result<_, _>>()?;
        // What `ferrule.yaml` says of the version belongs to the base.
        let with_base =
            |given: &&PathBuf| given.ends_with(PROJECT) || found.iter().any(|folder| is(given, folder));
        Ok(Self { layers, place: 1 + folders.iter().skip(1).take_while(with_base).count() })
    }

    /// The layer of that name.
    pub fn get(&self, name: &str) -> Option<&OptionalLayer> {
        self.layers.iter().find(|layer| layer.name == name)
    }

    /// The rules with these layers, each behind those that it needs; the order in which they are named does not matter.
    ///
    /// # Errors
    /// A layer is not there, or one that it needs is off.
    pub fn with(&self, rules: &RuleFiles, on: &[String]) -> Result<RuleFiles, ShelfError> {
        let mut rules = rules.clone();
        let place = self.place.min(rules.layers.len());
        let on = self.ordered(on)?.into_iter().map(|layer| layer.files.clone());
        rules.layers.splice(place..place, on);
        Ok(rules)
    }

    fn ordered(&self, on: &[String]) -> Result<Vec<&OptionalLayer>, ShelfError> {
        if let Some(name) = on.iter().find(|name| self.get(name).is_none()) {
            let hint = did_you_mean(name, self.layers.iter().map(|layer| layer.name.as_str()));
            return Err(ShelfError::Unknown { name: name.clone(), hint });
        }
        let mut rest: Vec<_> =
            self.layers.iter().filter(|layer| !layer.is_given && on.contains(&layer.name)).collect();
        let mut ordered: Vec<&OptionalLayer> = Vec::new();
        while let Some(first) = rest.first() {
            let is_there = |need: &String| {
                let given = self.layers.iter().filter(|layer| layer.is_given);
                ordered.iter().copied().chain(given).any(|layer| layer.name == *need)
            };
            let lacking = first.about.needs.iter().find(|need| !is_there(need));
            match rest.iter().position(|layer| layer.about.needs.iter().all(is_there)) {
                Some(place) => ordered.push(rest.remove(place)),
                None => return Err(first.lacks(lacking.and_then(|need| self.get(need)))),
            }
        }
        Ok(ordered)
    }
}

impl OptionalLayer {
    /// Its files.
    pub fn files(&self) -> &[RuleFile] {
        &self.files
    }

    fn read(folder: &Path, rules: &RuleFiles) -> Result<Self, FilesError> {
        let path = folder.join(LAYER);
        let files = read_layer(folder)?;
        let about = files.iter().find(|file| file.name == LAYER).map(|file| file.text.as_str());
        let about = serde_yaml::from_str(about.unwrap_or_default())
            .map_err(|source| FilesError::Layer { path, source })?;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_new = |file: &&RuleFile| !rules.layers.iter().flatten().any(|below| below.name == file.name);
        let objects = files.iter().filter(is_new).filter_map(object).collect();
        Ok(Self { name, about, folder: folder.to_owned(), objects, is_given: false, files })
    }

    fn lacks(&self, needed: Option<&Self>) -> ShelfError {
        let needs =
            needed.map_or_else(|| "a layer that is not there".to_owned(), |it| it.about.title.clone());
        ShelfError::Needs { layer: self.about.title.clone(), needs }
    }
}

/// The layers in a folder, or among the rules that ship. A folder without `layer.yaml` is none.
fn layers_below(optional: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = if let Ok(entries) = std::fs::read_dir(optional) {
        let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
        folders.filter(|folder| folder.join(LAYER).is_file()).collect()
    } else {
        let shipped = optional_layers().into_iter().map(|name| optional.join(name));
        shipped.filter(|layer| is_layer(layer)).collect()
    };
    found.sort();
    found
}

/// The object that a file is about.
fn object(file: &RuleFile) -> Option<String> {
    // What lies in folders of the layer is none.
    let is_above = file.is_read() && !file.name.contains('/');
    let node = is_above.then(|| parse(FileId(0), &file.text, &mut Diagnostics::default()))??;
    Some(node.get("object")?.scalar()?.to_owned())
}
