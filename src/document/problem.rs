//! What can be wrong with a document or a file of documents.

use std::fmt;
use std::sync::Arc;

use super::{Code, Position};

/// An error or a warning about a document or a file of documents.
///
/// Errors come as the `Err` of what reads documents, warnings beside what was read; both look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentProblem {
    /// The code.
    pub code: Code,
    /// The file, if there is one.
    pub file: Option<Arc<str>>,
    /// Where the offending value begins, in the file; none when the file as a whole is meant.
    pub at: Option<Position>,
    /// How many bytes long the offending value is; 0 where only a place is known.
    pub length: usize,
    /// The way to the value inside its document, such as `lines[2].items[0].quantity`; empty for
    /// the document itself.
    pub path: String,
    /// What is wrong, lower-case and without a final period.
    pub message: String,
}

impl DocumentProblem {
    /// A problem with a whole file or folder.
    pub fn file(code: Code, file: impl Into<Arc<str>>, message: impl Into<String>) -> Self {
        Self {
            code,
            file: Some(file.into()),
            at: None,
            length: 0,
            path: String::new(),
            message: message.into(),
        }
    }
}

impl fmt::Display for DocumentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        if let Some(at) = self.at {
            write!(f, "{}:{}:", at.line, at.column)?;
        }
        if self.file.is_some() || self.at.is_some() {
            f.write_str(" ")?;
        }
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        write!(f, "{} [{}]", self.message, self.code)
    }
}

impl std::error::Error for DocumentProblem {}
