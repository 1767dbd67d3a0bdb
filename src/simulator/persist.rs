//! Saving a company file and loading it again.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use thiserror::Error;

use super::books::Books;
use super::{Clock, CompanyFile};

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
    #[error("`{path}` is no saved company file: {source}")]
    Format {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl CompanyFile {
    /// Saves the company file to one file, which is replaced as a whole or not at all. Sessions,
    /// iterators and conditions are not saved.
    ///
    /// # Errors
    /// What the file system says.
    pub fn save(&self, path: &Path) -> Result<(), PersistError> {
        let shown = path.display().to_string();
        let text = serde_json::to_vec(&self.books)
            .map_err(|source| PersistError::Format { path: shown.clone(), source })?;
        write(path, &text).map_err(|source| PersistError::Io { path: shown, source })
    }

    /// Loads a company file that was saved.
    ///
    /// # Errors
    /// If the file cannot be read or is none.
    pub fn load(path: &Path, clock: impl Clock + 'static) -> Result<CompanyFile, PersistError> {
        let shown = path.display().to_string();
        let text = fs::read(path).map_err(|source| PersistError::Io { path: shown.clone(), source })?;
        let books: Books =
            serde_json::from_slice(&text).map_err(|source| PersistError::Format { path: shown, source })?;
        Ok(CompanyFile::of(books, clock))
    }
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
