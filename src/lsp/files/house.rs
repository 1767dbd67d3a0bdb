//! Which layers a file belongs to, and their files with the editor's buffers laid over them.

use std::path::{Path, PathBuf};

use crate::rules::files::project::{self, FIXTURES, PROJECT, Project};
use crate::rules::files::{BASE, LAYER, RuleFile, is_layer};
use crate::rules::{FilesError, RuleFiles, Shelf};

use super::buffers::Buffers;

/// The folder of rules in a repository without a `ferrule.yaml`.
const RULES: &str = "rules";
/// The folder of optional layers.
const OPTIONAL: &str = "optional";
/// The file that a first layer has.
const RULESET: &str = "ruleset.yaml";

/// A rule set that an editor works on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum House {
    /// A shop's repository: its `ferrule.yaml` names the layers.
    Project(PathBuf),
    /// A folder of rules.
    Rules(PathBuf),
    /// A folder of rules with one of its optional layers, and those that this one needs.
    Optional(PathBuf, String),
    /// A layer alone, over the rules that ship.
    Layer(PathBuf),
}

/// Why a rule set cannot be read.
#[derive(Debug)]
pub struct Unread {
    /// The file to tell it in.
    pub path: PathBuf,
    /// What in that file is meant.
    pub word: String,
    /// Why.
    pub message: String,
}

impl House {
    /// The rule set of a folder that was opened.
    pub fn of_folder(folder: &Path, buffers: &Buffers) -> Option<Self> {
        let has = |name: &str| is_file(&folder.join(name), buffers);
        if has(PROJECT) {
            return Some(Self::Project(folder.to_owned()));
        }
        if has(RULESET) {
            return Some(Self::Rules(folder.to_owned()));
        }
        if is_file(&folder.join(RULES).join(RULESET), buffers) {
            return Some(Self::Rules(folder.join(RULES)));
        }
        if let Some(optional) = optional(folder, buffers) {
            return Some(optional);
        }
        let is_alone =
            has("settings.yaml") || folder.join("scripts").is_dir() || folder.join("shapes").is_dir();
        is_alone.then(|| Self::Layer(folder.to_owned()))
    }

    /// The rule set of a file that was opened: that of the nearest folder above it whose layers have the file.
    pub fn of_file(path: &Path, buffers: &Buffers) -> Option<Self> {
        let above = path.ancestors().skip(1);
        let mut found = above.filter_map(|folder| Self::of_folder(folder, buffers));
        // A layer of a repository may look like one that is alone.
        let found: Vec<Self> = found.by_ref().filter(|house| house.has(path, buffers)).collect();
        found.iter().find(|house| matches!(house, Self::Project(_))).or(found.first()).cloned()
    }

    /// Whether a file is one of its own.
    pub fn has(&self, path: &Path, buffers: &Buffers) -> bool {
        let is_project = matches!(self, Self::Project(folder) if path == folder.join(PROJECT));
        let folders = self.folders(buffers).unwrap_or_default();
        is_project || folders.iter().any(|folder| name_in(folder, path).is_some())
    }

    /// The folders of its layers, base first.
    pub fn folders(&self, buffers: &Buffers) -> Result<Vec<PathBuf>, Unread> {
        match self {
            Self::Project(root) => {
                Ok(project(root, buffers)?.folders().into_iter().map(|layer| below(root, layer)).collect())
            }
            Self::Rules(folder) => Ok(vec![folder.clone()]),
            Self::Optional(base, name) => Ok(vec![base.clone(), base.join(OPTIONAL).join(name)]),
            Self::Layer(folder) => Ok(vec![PathBuf::from(BASE), folder.clone()]),
        }
    }

    /// Its `ferrule.yaml`, if it has one.
    pub fn project_file(&self) -> Option<PathBuf> {
        if let Self::Project(root) = self { Some(root.join(PROJECT)) } else { None }
    }

    /// The folder of a layer that its `ferrule.yaml` names.
    pub fn folder_of(&self, layer: &str, buffers: &Buffers) -> Option<PathBuf> {
        let Self::Project(root) = self else { return None };
        let named =
            project(root, buffers).ok()?.layers.into_iter().find(|named| named == Path::new(layer))?;
        Some(below(root, named))
    }

    /// The folder of its cases.
    pub fn fixtures(&self, buffers: &Buffers) -> PathBuf {
        let (root, named) = match self {
            Self::Project(root) => {
                (root.clone(), project(root, buffers).ok().and_then(|project| project.fixtures))
            }
            Self::Rules(folder) | Self::Optional(folder, _) | Self::Layer(folder) => {
                (folder.parent().unwrap_or(folder).to_owned(), None)
            }
        };
        root.join(named.unwrap_or_else(|| PathBuf::from(FIXTURES)))
    }

    /// Its files, layer by layer, with what is open laid over what is on disk.
    pub fn read(&self, buffers: &Buffers) -> Result<RuleFiles, Unread> {
        let folders = self.folders(buffers)?;
        let mut layers = Vec::new();
        for folder in &folders {
            let mut files = match RuleFiles::read(std::slice::from_ref(folder)) {
                Ok(read) => read.layers.concat(),
                // All of its files may be new, and not saved yet.
                Err(FilesError::Empty { .. }) if has_new(folder, buffers) => Vec::new(),
                Err(error) => return Err(self.unread(folder, &error)),
            };
            lay_over(&mut files, folder, buffers);
            layers.push(files);
        }
        let rules = RuleFiles { layers };
        let Self::Optional(base, name) = self else { return Ok(rules) };
        Ok(with_needed(base, name, &rules, buffers).unwrap_or(rules))
    }

    fn unread(&self, folder: &Path, error: &FilesError) -> Unread {
        let message = error.to_string();
        let of_file = match error {
            FilesError::TooLarge { path, .. } => Some(path),
            FilesError::Unreadable { path, .. } if path.is_file() => Some(path),
            _ => None,
        };
        if let Some(path) = of_file {
            return Unread { path: path.clone(), word: String::new(), message };
        }
        match self {
            Self::Project(root) => {
                let word = folder.strip_prefix(root).unwrap_or(folder).to_string_lossy().into_owned();
                Unread { path: root.join(PROJECT), word, message }
            }
            _ => Unread { path: folder.join(RULESET), word: String::new(), message },
        }
    }
}

/// What the `ferrule.yaml` of a repository says.
fn project(root: &Path, buffers: &Buffers) -> Result<Project, Unread> {
    let path = root.join(PROJECT);
    let read = buffers.read(&path).map_err(project::ProjectError::from);
    read.and_then(|text| Project::parse(&text)).map_err(|error| Unread {
        path,
        word: "layers".to_owned(),
        message: error.to_string(),
    })
}

/// A layer that a `ferrule.yaml` names: a folder beside it, or one of the rules that ship.
fn below(root: &Path, layer: PathBuf) -> PathBuf {
    let folder = root.join(&layer);
    if !folder.exists() && layer.starts_with(BASE) && is_layer(&layer) { layer } else { folder }
}

/// A folder that is an optional layer of a folder of rules.
fn optional(folder: &Path, buffers: &Buffers) -> Option<House> {
    let (name, shelf) = (folder.file_name()?, folder.parent()?);
    let base = shelf.parent()?;
    let is_one = shelf.ends_with(OPTIONAL)
        && is_file(&folder.join(LAYER), buffers)
        && is_file(&base.join(RULESET), buffers);
    is_one.then(|| House::Optional(base.to_owned(), name.to_string_lossy().into_owned()))
}

/// The rules with an optional layer and those that it needs; nothing if they cannot be put together.
fn with_needed(base: &Path, name: &str, rules: &RuleFiles, buffers: &Buffers) -> Option<RuleFiles> {
    let only_base = RuleFiles { layers: rules.layers.first().cloned().into_iter().collect() };
    let shelf = Shelf::read(&[base.to_owned()], &only_base).ok()?;
    let mut needed = vec![name.to_owned()];
    let mut at = 0;
    while let Some(layer) = needed.get(at).and_then(|name| shelf.get(name)) {
        let more: Vec<String> = layer.about.needs.iter().filter(|it| !needed.contains(it)).cloned().collect();
        needed.extend(more);
        at += 1;
    }
    let mut all = shelf.with(&only_base, &needed).ok()?;
    for files in all.layers.iter_mut().skip(1) {
        let folder = files.first().and_then(|file| file.path.strip_suffix(file.name.as_str()));
        let folder = folder.map(PathBuf::from)?;
        lay_over(files, &folder, buffers);
    }
    Some(all)
}

fn is_file(path: &Path, buffers: &Buffers) -> bool {
    buffers.get(path).is_some() || path.is_file()
}

/// The name of a file within a layer; nothing if it is none of the layer's files.
fn name_in(folder: &Path, path: &Path) -> Option<String> {
    let name = path.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/");
    let file = RuleFile { name, path: String::new(), text: String::new() };
    file.is_read().then_some(file.name)
}

fn has_new(folder: &Path, buffers: &Buffers) -> bool {
    buffers.iter().any(|(path, _)| name_in(folder, path).is_some())
}

/// Puts what is open in the place of what is on disk; what is new joins it.
fn lay_over(files: &mut Vec<RuleFile>, folder: &Path, buffers: &Buffers) {
    if folder.ends_with(PROJECT) {
        if let Some(buffer) = buffers.get(folder) {
            *files = vec![project::as_layer(folder, &buffer.text)];
        }
        return;
    }
    for (path, buffer) in buffers.iter() {
        let Some(name) = name_in(folder, path) else { continue };
        let text = buffer.text.to_string();
        match files.iter_mut().find(|file| file.name == name) {
            Some(file) => file.text = text,
            None => files.push(RuleFile { name, path: path.to_string_lossy().replace('\\', "/"), text }),
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
}
