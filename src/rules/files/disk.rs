//! The files of a rule set on disk, layer by layer.

use std::path::{Path, PathBuf};

use super::yaml::MAX_FILE;
use super::{project, shipped};

/// One file of a layer.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Its path within the layer, such as `shapes/invoice.yaml`.
    pub name: String,
    /// Its path as people gave it.
    pub path: String,
    /// Its text. Bytes that are no text are U+FFFD in it, which the checker tells. Of a file that is not read it is
    /// empty.
    pub text: String,
}

impl RuleFile {
    /// Whether a file of that name is read; of any other the checker tells that it is not.
    pub fn is_read(&self) -> bool {
        let (folder, file) = self.name.rsplit_once('/').unwrap_or(("", &self.name));
        FOLDERS.iter().any(|(within, ending)| *within == folder && ends_with(file, ending))
    }
}

/// The files of all layers, base first.
#[derive(Clone, Debug, Default)]
pub struct RuleFiles {
    /// Each layer's files, sorted by name.
    pub layers: Vec<Vec<RuleFile>>,
}

/// Why rule files could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The folder or a file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// What cannot be read.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is too large to be a rule file.
    #[error("`{}` has {size} bytes; a rule file has at most {MAX_FILE}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: u64,
    },
    /// A layer does not say what it is for.
    #[error("`{}` does not say what the layer is for: {source}", path.display())]
    Layer {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: serde_yaml::Error,
    },
    /// There is no rule file.
    #[error("`{}` has no rule files: a rule set has a ruleset.yaml and a file for every object", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

/// Folders of a layer that are read, besides the layer itself, with the endings of their files.
const FOLDERS: [(&str, &str); 5] =
    [("", "yaml"), ("shapes", "yaml"), ("scripts", "rhai"), ("tables", "csv"), ("tables", "yaml")];

impl RuleFiles {
    /// Reads layers from folders, base first. `base` is the rules that ship, unless there is a folder of that name.
    pub fn read<P: AsRef<Path>>(folders: &[P]) -> Result<Self, FilesError> {
        let layers = folders.iter().map(|folder| read_layer(folder.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { layers })
    }
}

/// The folder of layers that may be added: they are none of this layer's files.
pub(super) const OPTIONAL: &str = "optional";

/// Endings, whatever their case, that a file has which was meant to be read.
const MEANT: [&str; 13] = [
    "yaml", "yml", "rhai", "csv", "yaml.txt", "yml.txt", "rhai.txt", "csv.txt", "json", "js", "xlsx", "xls",
    "ods",
];

/// Whether there is such a layer: a folder, or one of the rules that ship.
pub fn is_layer(folder: &Path) -> bool {
    folder.is_dir() || !shipped::layer(folder).is_empty()
}

pub(super) fn read_layer(folder: &Path) -> Result<Vec<RuleFile>, FilesError> {
    if let Some(layer) = project::layer(folder) {
        return Ok(layer);
    }
    if !folder.is_dir() {
        let shipped = shipped::layer(folder);
        if !shipped.is_empty() {
            return Ok(shipped);
        }
    }
    let mut files = Vec::new();
    read_folder(folder, "", &mut files)?;
    for within in sub_folders(folder)? {
        read_folder(&folder.join(&within), &within, &mut files)?;
    }
    if !files.iter().any(RuleFile::is_read) {
        return Err(FilesError::Empty { path: folder.to_owned() });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// The folders in a layer in which people put rule files, right or wrong.
fn sub_folders(folder: &Path) -> Result<Vec<String>, FilesError> {
    let unreadable = |source| FilesError::Unreadable { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && name != OPTIONAL && !name.starts_with('.') {
            names.push(name);
        }
    }
    Ok(names)
}

/// The files of a folder that are read, and those that look as if they were meant to be.
fn read_folder(folder: &Path, within: &str, files: &mut Vec<RuleFile>) -> Result<(), FilesError> {
    let unreadable = |source| FilesError::Unreadable { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = if within.is_empty() { file.clone() } else { format!("{within}/{file}") };
        let mut found =
            RuleFile { name, path: path.to_string_lossy().replace('\\', "/"), text: String::new() };
        if found.is_read() {
            found.text = read_text(&path)?;
        } else if path.is_dir() || !MEANT.iter().any(|ending| ends_with(&file.to_lowercase(), ending)) {
            continue;
        }
        files.push(found);
    }
    Ok(())
}

fn ends_with(file: &str, ending: &str) -> bool {
    file.strip_suffix(ending).is_some_and(|stem| stem.len() > 1 && stem.ends_with('.'))
}

fn read_text(path: &Path) -> Result<String, FilesError> {
    let unreadable = |source| FilesError::Unreadable { path: path.to_owned(), source };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE as u64 {
        return Err(FilesError::TooLarge { path: path.to_owned(), size });
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
