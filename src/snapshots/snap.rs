//! `.snap` files, in the format of the snapshot library insta: a head of YAML between lines `---`,
//! then the text.

use std::path::{Path, PathBuf};

/// A snapshot as its file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The lines of the head, without the lines `---` around them.
    head: Vec<String>,
    /// The text, without the line breaks at its end.
    pub text: String,
}

/// Why a snapshot cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SnapError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no snapshot.
    #[error("`{}` is not a snapshot: it does not begin with a head between two lines `---`", path.display())]
    NoHead {
        /// The file.
        path: PathBuf,
    },
}

const RULE: &str = "---";
const DESCRIPTION: &str = "description:";

impl Snapshot {
    /// A snapshot of `text`; line breaks at its end do not count, and a CR LF is an LF.
    pub fn new(text: &str, description: &str) -> Self {
        let mut snapshot = Self { head: Vec::new(), text: normal(text) };
        snapshot.describe(description);
        snapshot
    }

    /// Reads a file; nothing if there is none.
    pub fn read(path: &Path) -> Result<Option<Self>, SnapError> {
        match std::fs::read_to_string(path) {
            Ok(file) => {
                Self::parse(&file).map(Some).ok_or_else(|| SnapError::NoHead { path: path.to_owned() })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SnapError::Unreadable { path: path.to_owned(), source }),
        }
    }

    /// The snapshot in a file's text; nothing if it has no head.
    pub fn parse(file: &str) -> Option<Self> {
        let mut lines = file.lines();
        if lines.next()?.trim_end() != RULE {
            return None;
        }
        let mut head = Vec::new();
        loop {
            let line = lines.next()?;
            if line.trim_end() == RULE {
                break;
            }
            head.push(line.to_owned());
        }
        let text = lines.collect::<Vec<_>>().join("\n");
        Some(Self { head, text: normal(&text) })
    }

    /// The same head with another text and description.
    #[must_use]
    pub fn replaced(mut self, text: &str, description: &str) -> Self {
        self.text = normal(text);
        self.describe(description);
        self
    }

    /// The file's text.
    pub fn to_file(&self) -> String {
        let head = self.head.iter().map(String::as_str);
        let lines: Vec<&str> = [RULE].into_iter().chain(head).chain([RULE, &self.text, ""]).collect();
        lines.join("\n")
    }

    /// Writes the file, at once or not at all, and takes away what insta has left beside it to be
    /// reviewed.
    pub fn write(&self, path: &Path) -> Result<(), SnapError> {
        let unwritable = |source| SnapError::Unwritable { path: path.to_owned(), source };
        let temporary = path.with_extension("snap.tmp");
        std::fs::write(&temporary, self.to_file()).map_err(unwritable)?;
        std::fs::rename(&temporary, path).map_err(unwritable)?;
        match std::fs::remove_file(path.with_extension("snap.new")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(error)),
            _ => Ok(()),
        }
    }

    fn describe(&mut self, description: &str) {
        let line = (!description.is_empty())
            .then(|| format!("{DESCRIPTION} {}", serde_json::Value::from(description)));
        let known = self.head.iter().position(|line| line.starts_with(DESCRIPTION));
        match (known, line) {
            (Some(known), Some(line)) => {
                self.head.splice(known..=known, [line]);
            }
            (Some(known), None) => drop(self.head.remove(known)),
            (None, Some(line)) => self.head.push(line),
            (None, None) => {}
        }
    }
}

fn normal(text: &str) -> String {
    text.trim_end().replace("\r\n", "\n")
}
