//! Where imported documents go: files of a folder, or standard output.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::value::RawValue;

use crate::cli::terminal::Terminal;
use crate::sync::stored::NewDocument;

/// Where imported documents go.
#[derive(Debug)]
pub struct Out {
    folder: Option<PathBuf>,
    as_json: bool,
}

/// A document and its file.
#[derive(serde::Serialize)]
struct Written<'w> {
    object: &'w str,
    id: &'w str,
    file: String,
}

impl Out {
    /// A folder, or standard output if there is none; `as_json` for the names of files.
    pub fn new(folder: Option<PathBuf>, as_json: bool) -> Self {
        Self { folder, as_json }
    }

    /// Writes the documents: a list on standard output, or a file each, whose name is told.
    pub fn write(&self, documents: &[NewDocument], terminal: Terminal) -> Result<()> {
        let Some(folder) = &self.folder else {
            let all = documents.iter().map(|document| RawValue::from_string(document.json.clone()));
            let all = all.collect::<Result<Vec<_>, _>>()?;
            return terminal.print_json(&all);
        };
        fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        let mut written = Vec::new();
        for document in documents {
            let path = folder.join(file_name(document));
            let shown = path.display().to_string();
            fs::write(&path, format!("{}\n", document.json))
                .with_context(|| format!("cannot write `{shown}`"))?;
            written.push(Written { object: &document.key.object, id: &document.key.id, file: shown });
        }
        if self.as_json {
            return terminal.print_json(&written);
        }
        let names: Vec<String> = written.iter().map(|it| format!("{}\n", it.file)).collect();
        terminal.print(&names.concat())
    }
}

/// Ids of records hold digits and dashes; whatever else is kept away from the file system.
fn file_name(document: &NewDocument) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let id: String = document.key.id.chars().map(plain).collect();
    format!("{}-{id}.json", document.key.object)
}
