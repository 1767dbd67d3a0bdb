//! A company file from saved responses.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::envelope::response_in;
use super::{Company, ReadError};
use crate::xml::to_utf8;

/// Why saved responses could not be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no document of responses.
    #[error("cannot read `{}`", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: ReadError,
    },
}

impl Company {
    /// Collects the responses of files and folders, in this order.
    ///
    /// Of a folder, all files whose name ends in `.xml` (whatever its case) are read, sorted by
    /// name, without its subfolders. Only what the responses tell is known afterwards. A file may
    /// also be a recorded SOAP envelope of the Web Connector.
    ///
    /// # Errors
    /// If a file or folder cannot be read, or a file is no document of responses.
    pub fn load<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Self, LoadError> {
        let mut company = Self::unknown();
        for path in paths {
            for file in files(path.as_ref())? {
                let document =
                    fs::read(&file).map_err(|source| LoadError::File { path: file.clone(), source })?;
                company.add_file(&document).map_err(|source| LoadError::Document { path: file, source })?;
            }
        }
        Ok(company)
    }

    /// Takes over a document as it was saved: in any encoding that it declares, or as a SOAP envelope.
    fn add_file(&mut self, document: &[u8]) -> Result<(), ReadError> {
        let text = to_utf8(document).map_err(|unknown| ReadError::Encoding { name: unknown.0 })?;
        let inner = response_in(&text);
        self.add_document(inner.as_ref().map_or(&*text, |inner| inner.as_bytes()))
    }
}

fn files(path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries: io::Result<Vec<_>> = fs::read_dir(path).and_then(Iterator::collect);
    let entries = entries.map_err(|source| LoadError::File { path: path.to_owned(), source })?;
    let is_xml =
        |file: &PathBuf| file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).filter(is_xml).collect();
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}
