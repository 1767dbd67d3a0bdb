//! Files that ship in the program, as files that an editor can open.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::rules::source::Source;

/// Where `ferrule init` puts a copy of the base.
const COPY: &str = ".ferrule";

/// Copies of files that ship, made when they are asked for. They are gone when the editor leaves.
#[derive(Debug, Default)]
pub struct Shown(Option<TempDir>);

impl Shown {
    /// The path of a file: its own, that of the copy in the shop's repository, or that of a new copy.
    pub fn path(&mut self, source: &Source, roots: &[PathBuf]) -> Option<PathBuf> {
        let own = Path::new(source.path.as_str());
        if own.is_absolute() {
            return Some(own.to_owned());
        }
        let copies = roots.iter().map(|root| root.join(COPY).join(own));
        let is_same = |copy: &PathBuf| std::fs::read_to_string(copy).is_ok_and(|text| *text == *source.text);
        if let Some(copy) = copies.into_iter().find(is_same) {
            return Some(copy);
        }
        if self.0.is_none() {
            self.0 = tempfile::Builder::new().prefix("ferrule-").tempdir().ok();
        }
        let path = self.0.as_ref()?.path().join(own);
        if !path.is_file() {
            std::fs::create_dir_all(path.parent()?).ok()?;
            std::fs::write(&path, source.text.as_bytes()).ok()?;
        }
        Some(path)
    }
}
