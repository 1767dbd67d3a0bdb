//! Which files are cases.

use std::path::{Path, PathBuf};

/// Why cases could not be looked for.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no case.
    #[error("`{}` holds no case: a case is a .yaml or .json file, such as fixtures/invoice/draft.yaml", path.display())]
    None {
        /// The folder.
        path: PathBuf,
    },
    /// The file is no case.
    #[error("`{}` is not a case: a case is a .yaml or .json file, such as fixtures/invoice/draft.yaml", path.display())]
    NoCase {
        /// The file.
        path: PathBuf,
    },
}

/// The cases that these paths stand for: a file is itself (a snapshot stands for its case), a folder
/// its own cases and those of the folders directly in it. Sorted, each once.
pub fn find<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<PathBuf>, FindError> {
    let mut found = Vec::new();
    for path in paths {
        let path = path.as_ref();
        if is_folder(path)? {
            let before = found.len();
            folder(path, 1, &mut found)?;
            if found.len() == before {
                return Err(FindError::None { path: path.to_owned() });
            }
        } else {
            found.push(case_of(path)?);
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The snapshots in folders beside which no case stands, sorted.
///
/// # Errors
/// A folder cannot be read.
pub fn orphans<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<PathBuf>, FindError> {
    let mut found = Vec::new();
    for path in paths.iter().map(AsRef::as_ref).filter(|path| path.is_dir()) {
        orphans_in(path, 1, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn orphans_in(path: &Path, deeper: usize, found: &mut Vec<PathBuf>) -> Result<(), FindError> {
    let unreadable = |source| FindError::Unreadable { path: path.to_owned(), source };
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let inner = entry.map_err(unreadable)?.path();
        let has_case = || ["yaml", "json"].iter().any(|ending| inner.with_extension(ending).exists());
        if inner.is_dir() && deeper > 0 {
            orphans_in(&inner, deeper - 1, found)?;
        } else if inner.extension().is_some_and(|ending| ending == "snap") && !has_case() {
            found.push(inner);
        }
    }
    Ok(())
}

fn is_folder(path: &Path) -> Result<bool, FindError> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.is_dir()),
        Err(source) => Err(FindError::Unreadable { path: path.to_owned(), source }),
    }
}

fn case_of(path: &Path) -> Result<PathBuf, FindError> {
    let from_snapshot = ["yaml", "json"].map(|ending| path.with_extension(ending));
    let is_snapshot = path.extension().is_some_and(|ending| ending == "snap");
    if is_snapshot && let Some(case) = from_snapshot.into_iter().find(|case| case.exists()) {
        return Ok(case);
    }
    if is_case(path) {
        return Ok(path.to_owned());
    }
    Err(FindError::NoCase { path: path.to_owned() })
}

fn is_case(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "json")
}

fn folder(path: &Path, deeper: usize, found: &mut Vec<PathBuf>) -> Result<(), FindError> {
    let unreadable = |source| FindError::Unreadable { path: path.to_owned(), source };
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let inner = entry.map_err(unreadable)?.path();
        if !inner.is_dir() {
            if is_case(&inner) {
                found.push(inner);
            }
        } else if deeper > 0 {
            folder(&inner, deeper - 1, found)?;
        }
    }
    Ok(())
}
