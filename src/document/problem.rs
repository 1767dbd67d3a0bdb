//! What can be wrong with a document or a file of documents.

use std::fmt;
use std::sync::Arc;

use super::Position;

/// The codes of problems with documents (R6xx).
pub mod codes {
    /// The text is not JSON.
    pub const NOT_JSON: &str = "R601";
    /// The bytes are not UTF-8.
    pub const NOT_UTF8: &str = "R602";
    /// It does not say which object it is, or it names an object that no shape describes.
    pub const NO_OBJECT: &str = "R603";
    /// A field that is always there is missing or null.
    pub const MISSING_FIELD: &str = "R604";
    /// A value is not of the type that the shape gives the field.
    pub const WRONG_TYPE: &str = "R605";
    /// A key occurs twice in one structure.
    pub const DUPLICATE_KEY: &str = "R606";
    /// It is nested too deeply, or a number is larger than can be held.
    pub const TOO_LARGE: &str = "R607";
    /// A file or folder cannot be read.
    pub const UNREADABLE: &str = "R610";
    /// A file is empty.
    pub const EMPTY_FILE: &str = "R611";
    /// There is no document in the files that were given.
    pub const NO_DOCUMENTS: &str = "R612";
    /// The text ends in the middle of a document.
    pub const CUT_OFF: &str = "R613";
    /// The text is not YAML, or holds what JSON cannot.
    pub const NOT_YAML: &str = "R614";
    /// Warning: a number has more digits than can be held and was rounded.
    pub const ROUNDED: &str = "R620";
    /// Warning: a number stands where text belongs and was taken as text.
    pub const NUMBER_AS_TEXT: &str = "R621";
    /// Warning: the shape does not have this field.
    pub const UNKNOWN_FIELD: &str = "R622";
}

/// An error or a warning about a document or a file of documents.
///
/// Errors come as the `Err` of what reads documents, warnings beside what was read; both look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentProblem {
    /// The stable code; see [`codes`].
    pub code: &'static str,
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
    pub fn file(code: &'static str, file: impl Into<Arc<str>>, message: impl Into<String>) -> Self {
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
