//! What the editor has open: its text counts, saved or not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, Url};

use super::positions::{Encoding, Lines};

/// One open file.
#[derive(Clone, Debug)]
pub struct Buffer {
    /// Its address, as the editor writes it.
    pub url: Url,
    /// Its version, as the editor counts.
    pub version: i32,
    /// Its text.
    pub text: Arc<str>,
}

/// All open files, by their paths.
#[derive(Clone, Debug, Default)]
pub struct Buffers(BTreeMap<PathBuf, Buffer>);

impl Buffers {
    /// A file is open from now on. What is no file on disk is left alone.
    pub fn open(&mut self, url: Url, version: i32, text: &str) -> Option<PathBuf> {
        let path = path_of(&url)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.0.insert(path.clone(), Buffer { url, version, text: text.into() });
        Some(path)
    }

    /// Something was typed.
    pub fn change(
        &mut self,
        url: &Url,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Option<PathBuf> {
        let path = path_of(url)?;
        let buffer = self.0.get_mut(&path)?;
        let mut text = buffer.text.to_string();
        for change in changes {
            let Some(range) = change.range else {
                text = change.text;
                continue;
            };
            let lines = Lines::new(&text, encoding);
            let (start, end) = (lines.offset(range.start), lines.offset(range.end));
            text.replace_range(start..end.max(start), &change.text);
        }
        buffer.text = text.into();
        buffer.version = version;
        Some(path)
    }

    /// A file is open no more.
    pub fn close(&mut self, url: &Url) -> Option<PathBuf> {
        let path = path_of(url)?;
        self.0.remove(&path).map(|_| path)
    }

    /// The open file of that path.
    pub fn get(&self, path: &Path) -> Option<&Buffer> {
        self.0.get(path)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Buffer)> {
        self.0.iter().map(|(path, buffer)| (path.as_path(), buffer))
    }

    /// The text of a file: what is open, or what is on disk.
    pub fn read(&self, path: &Path) -> std::io::Result<Arc<str>> {
        match self.get(path) {
            Some(buffer) => Ok(buffer.text.clone()),
            None => std::fs::read_to_string(path).map(Arc::from),
        }
    }

    /// The address of a file, as the editor writes it if it is open.
    pub fn url(&self, path: &Path) -> Option<Url> {
        self.get(path).map(|buffer| buffer.url.clone()).or_else(|| Url::from_file_path(path).ok())
    }
}

/// The path of an address, if it is a file's.
pub fn path_of(url: &Url) -> Option<PathBuf> {
    (url.scheme() == "file").then(|| url.to_file_path().ok())?
}
