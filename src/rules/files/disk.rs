//! The files of a rule set on disk, layer by layer.

use std::path::{Path, PathBuf};

use super::yaml::MAX_FILE;

/// One file of a layer.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Its path within the layer, such as `shapes/invoice.yaml`.
    pub name: String,
    /// Its path as people gave it.
    pub path: String,
    /// Its text.
    pub text: String,
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
    /// A file is not UTF-8.
    #[error("`{}` is not UTF-8: the byte at offset {offset} is not text", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The first byte that is not text.
        offset: usize,
    },
    /// A file is too large to be a rule file.
    #[error("`{}` has {size} bytes; a rule file has at most {MAX_FILE}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: u64,
    },
    /// There is no rule file.
    #[error("`{}` has no rule files: a rule set has a ruleset.yaml and a file for every object", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

/// Folders of a layer that are read, besides the layer itself, with the endings of their files.
const FOLDERS: [(&str, &str); 4] = [("", "yaml"), ("shapes", "yaml"), ("scripts", "rhai"), ("tables", "csv")];

impl RuleFiles {
    /// Reads layers from folders, base first.
    pub fn read<P: AsRef<Path>>(folders: &[P]) -> Result<Self, FilesError> {
        let layers = folders.iter().map(|folder| read_layer(folder.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { layers })
    }
}

fn read_layer(folder: &Path) -> Result<Vec<RuleFile>, FilesError> {
    std::fs::read_dir(folder).map_err(|source| FilesError::Unreadable { path: folder.to_owned(), source })?;
    let mut files = Vec::new();
    for (within, ending) in FOLDERS {
        read_folder(&folder.join(within), within, ending, &mut files)?;
    }
    if files.is_empty() {
        return Err(FilesError::Empty { path: folder.to_owned() });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn read_folder(
    folder: &Path,
    within: &str,
    ending: &str,
    files: &mut Vec<RuleFile>,
) -> Result<(), FilesError> {
    let unreadable = |source| FilesError::Unreadable { path: folder.to_owned(), source };
    if !within.is_empty() && !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|found| found == ending) {
            files.push(read_file(&path, within)?);
        }
    }
    Ok(())
}

fn read_file(path: &Path, within: &str) -> Result<RuleFile, FilesError> {
    let unreadable = |source| FilesError::Unreadable { path: path.to_owned(), source };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE as u64 {
        return Err(FilesError::TooLarge { path: path.to_owned(), size });
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|error| FilesError::NotText {
        path: path.to_owned(),
        offset: error.utf8_error().valid_up_to(),
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = if within.is_empty() { file } else { format!("{within}/{file}") };
    Ok(RuleFile { name, path: path.to_string_lossy().replace('\\', "/"), text })
}
