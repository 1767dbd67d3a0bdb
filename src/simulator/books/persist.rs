//! Saving a company file and loading it again.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use thiserror::Error;

use super::books::Books;

/// A company file that cannot be saved or loaded.
#[derive(Debug, Error)]
pub enum PersistError {
    /// The file system refused.
    #[error("`{path}`: {source}")]
    Io {
        /// The file.
        path: String,
        /// What it said.
        source: io::Error,
    },
    /// The file is none that was saved here.
    #[error("`{path}` is not a saved company file: {source}")]
    Format {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Saves books to one file, which is replaced as a whole or not at all.
pub(crate) fn save(books: &Books, path: &Path) -> Result<(), PersistError> {
    let shown = path.display().to_string();
    let text =
        serde_json::to_vec(books).map_err(|source| PersistError::Format { path: shown.clone(), source })?;
    write(path, &text).map_err(|source| PersistError::Io { path: shown, source })
}

/// Loads books that were saved.
pub(crate) fn load(path: &Path) -> Result<Books, PersistError> {
    let shown = path.display().to_string();
    let text = fs::read(path).map_err(|source| PersistError::Io { path: shown.clone(), source })?;
    serde_json::from_slice(&text).map_err(|source| PersistError::Format { path: shown, source })
}

/// Writes beside the file, then puts it in the file's place.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = File::create(&beside)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
