//! Files and folders of documents.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{RawDocument, split};
use crate::document::{Code, DocumentProblem};

/// What stands for standard input in place of a path.
pub(super) const STANDARD_INPUT: &str = "-";
/// What standard input is called in messages.
pub(super) const STANDARD_INPUT_NAME: &str = "<standard input>";

/// The files that `path` stands for: itself, or for a folder all `*.json`, `*.ndjson` and `*.jsonl`
/// files under it, sorted by path; `-` is standard input and stays `-`. Links to folders are not
/// followed.
///
/// # Errors
/// There is no such file or folder, a folder cannot be read, or it holds no such file.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, DocumentProblem> {
    if path == Path::new(STANDARD_INPUT) || !is_folder(path)? {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    collect(path, &mut found)?;
    if found.is_empty() {
        let message = "no documents in this folder: it holds no .json, .ndjson or .jsonl file";
        return Err(DocumentProblem::file(Code::NoDocuments, name(path), message));
    }
    found.sort();
    Ok(found)
}

/// The documents of one file, or of standard input (`-`), in their order.
///
/// The file is read whole; the documents are pieces of it, so it takes as much memory as the file
/// is long.
///
/// # Errors
/// The file cannot be read, or [`split()`] refuses it.
pub fn read_file(path: &Path) -> Result<Vec<RawDocument>, DocumentProblem> {
    if path == Path::new(STANDARD_INPUT) {
        let mut content = Vec::new();
        let name = STANDARD_INPUT_NAME;
        let read = io::stdin().lock().read_to_end(&mut content);
        read.map_err(|error| unreadable(Path::new(name), &error))?;
        return split(name, content);
    }
    let content = fs::read(path).map_err(|error| unreadable(path, &error))?;
    split(name(path), content)
}

/// All documents that `path` stands for: a file, a folder or `-`.
///
/// # Errors
/// What is wrong with any of the files, one problem per file; or that there is no document in them.
pub fn read(path: &Path) -> Result<Vec<RawDocument>, Vec<DocumentProblem>> {
    let mut documents = Vec::new();
    let mut problems = Vec::new();
    for file in files(path).map_err(|problem| vec![problem])? {
        match read_file(&file) {
            Ok(found) => documents.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if documents.is_empty() {
        return Err(vec![no_documents(name(path))]);
    }
    Ok(documents)
}

/// That files hold no document.
pub(super) fn no_documents(name: String) -> DocumentProblem {
    DocumentProblem::file(Code::NoDocuments, name, "no documents: there are only empty lists")
}

fn is_folder(path: &Path) -> Result<bool, DocumentProblem> {
    fs::metadata(path).map(|metadata| metadata.is_dir()).map_err(|error| unreadable(path, &error))
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), DocumentProblem> {
    let broken = |error: io::Error| unreadable(folder, &error);
    for entry in fs::read_dir(folder).map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let path = entry.path();
        if entry.file_type().map_err(broken)?.is_dir() {
            collect(&path, found)?;
        } else if holds_documents(&path) && !path.is_dir() {
            found.push(path);
        }
    }
    Ok(())
}

fn holds_documents(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        ["json", "ndjson", "jsonl"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> DocumentProblem {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    DocumentProblem::file(Code::Unreadable, name(path), message)
}

pub(super) fn name(path: &Path) -> String {
    path.display().to_string()
}
