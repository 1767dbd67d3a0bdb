//! One case: documents, settings and what QuickBooks holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::document::{Code, DocumentProblem, Origin, Position};
use crate::qbxml::Company;
use crate::rules::decode::{Spanned, decode};
use crate::rules::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::file::{SettingValueFile, Text};
use crate::rules::source::{FileId, Sources, Span};
use crate::rules::yaml::{self, Node};
use crate::steelhead::{self, yaml_to_json};

use super::case_file::{CaseFile, Given};
use super::mirror;

/// A case, read and checked as far as that goes without a rule set.
#[derive(Debug)]
pub struct Case {
    /// Its file.
    pub path: PathBuf,
    /// What it shows; empty for a case that is nothing but documents.
    pub about: String,
    /// Further layers of rules, as paths below the folder of the rule set, base first.
    pub layers: Vec<String>,
    /// Its documents as JSON, each with its place; nothing if the case is about imports.
    pub documents: Option<Vec<(String, Origin)>>,
    /// What is known of QuickBooks.
    pub company: Company,
    /// Settings that differ from their defaults.
    pub(super) settings: Vec<(Text, Option<Text>)>,
    /// What must hold of the result, by its path.
    pub(super) expect: Vec<(Text, Option<Spanned<SettingValueFile>>)>,
    /// What is connected already.
    pub(super) connections: Vec<Connection>,
    sources: Sources,
}

/// A document that is connected to a record.
#[derive(Debug)]
pub(super) struct Connection {
    pub object: Text,
    pub id: String,
    pub record: String,
    pub agreed: Option<Vec<(String, String)>>,
    pub ours: Option<Vec<(String, String)>>,
}

/// Why a case cannot be read or run.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something in the file is wrong.
    #[error("{place}: {message}")]
    Wrong {
        /// `file:line:column`.
        place: String,
        /// What is wrong, and how to fix it if that is known.
        message: String,
    },
    /// A file of documents cannot be read.
    #[error("{0}")]
    Documents(Box<DocumentProblem>),
}

/// The documents of a case, as a part of its file.
#[derive(Deserialize)]
struct DocumentsOnly<'a> {
    #[serde(borrow, default)]
    documents: Option<Vec<&'a RawValue>>,
}

impl Case {
    /// Reads a case: YAML as the handbook describes it, or a `.json` file that is one document or a
    /// list of them.
    pub fn read(path: &Path) -> Result<Self, CaseError> {
        if path.extension().is_some_and(|ending| ending == "json") {
            return Self::documents_only(path);
        }
        let text = std::fs::read_to_string(path)
            .map_err(|source| CaseError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    fn documents_only(path: &Path) -> Result<Self, CaseError> {
        let raw = steelhead::read_file(path).map_err(|problem| CaseError::Documents(Box::new(problem)))?;
        let documents = raw.iter().map(|document| (document.json().to_owned(), document.origin())).collect();
        Ok(Self {
            path: path.to_owned(),
            about: String::new(),
            layers: Vec::new(),
            documents: Some(documents),
            company: Company::unknown(),
            settings: Vec::new(),
            expect: Vec::new(),
            connections: Vec::new(),
            sources: Sources::default(),
        })
    }

    /// The same from text that has been read.
    pub fn parse(path: &Path, text: &str) -> Result<Self, CaseError> {
        let mut sources = Sources::default();
        let file = sources.add(path.to_string_lossy().replace('\\', "/"), text);
        let wrong = |diagnostic: Diagnostic| wrong(&sources, &diagnostic);
        let node = node(file, text).map_err(wrong)?;
        let read: CaseFile = decode(&node).map_err(|diagnostic| wrong(*diagnostic))?;
        let mut company = mirror::company(node.get("quickbooks")).map_err(|diagnostic| wrong(*diagnostic))?;
        mirror::note_country(&mut company);
        let documents = documents(text, &node, sources.path(file)).map_err(wrong)?;
        if documents.is_none() && node.get("quickbooks").is_none() {
            let nothing = Diagnostic::error(
                Code::MissingKey,
                node.span,
                "a case has `documents`, `quickbooks` or both",
            );
            return Err(wrong(nothing));
        }
        Ok(Self {
            path: path.to_owned(),
            about: read.about.value,
            layers: read.rules.into_iter().map(|layer| layer.value).collect(),
            documents,
            company,
            settings: read.settings.0.into_iter().map(given).collect(),
            expect: read.expect.0,
            connections: read.connections.into_iter().map(connection).collect(),
            sources,
        })
    }

    /// The file with the case's snapshot: beside it, with the ending `snap`.
    pub fn snapshot_path(&self) -> PathBuf {
        self.path.with_extension("snap")
    }

    /// The values of the settings that the case gives.
    pub(super) fn given_settings(&self) -> BTreeMap<String, Option<String>> {
        let all = self.settings.iter();
        all.map(|(name, value)| (name.value.clone(), value.as_ref().map(|value| value.value.clone())))
            .collect()
    }

    /// `file:line:column` of a place of the file.
    pub(super) fn place(&self, span: Span) -> String {
        self.sources.place(span)
    }

    /// Something is wrong at a place of the file.
    pub(super) fn wrong(&self, span: Span, message: impl Into<String>) -> CaseError {
        wrong(&self.sources, &Diagnostic::error(Code::WrongKind, span, message))
    }
}

/// A setting that the case gives, as a text that the setting reads.
fn given((name, value): (Text, Option<Spanned<SettingValueFile>>)) -> (Text, Option<Text>) {
    (name, value.map(|Spanned { span, value }| Spanned { span, value: value.into_text() }))
}

fn connection(file: Spanned<super::case_file::ConnectionFile>) -> Connection {
    Connection {
        object: file.value.object,
        id: file.value.id.value,
        record: file.value.id_in_quickbooks.value,
        agreed: file.value.agreed.map(elements),
        ours: file.value.ours.map(elements),
    }
}

fn elements(Given(elements): Given) -> Vec<(String, String)> {
    let value = |text: Option<Text>| text.map(|text| text.value).unwrap_or_default();
    elements.into_iter().map(|(path, text)| (path.value, value(text))).collect()
}

fn node(file: FileId, text: &str) -> Result<Node, Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    let node = yaml::parse(file, text, &mut diagnostics);
    match (diagnostics.sorted().into_iter().next(), node) {
        (None, Some(node)) => Ok(node),
        (Some(diagnostic), _) => Err(diagnostic),
        (None, None) => {
            let start = Span { file, start: 0, end: 0 };
            Err(Diagnostic::error(Code::FileNotYaml, start, "this is not YAML"))
        }
    }
}

/// The documents as JSON, each on the lines that it has in the YAML.
fn documents(text: &str, node: &Node, name: &str) -> Result<Option<Vec<(String, Origin)>>, Diagnostic> {
    let Some(at) = node.get("documents") else {
        return Ok(None);
    };
    let not_documents = |message: String| Diagnostic::error(Code::WrongKind, at.span, message);
    let json = yaml_to_json(text).map_err(|problem| not_documents(problem.message))?;
    let read: DocumentsOnly<'_> =
        serde_json::from_str(&json).map_err(|_| not_documents("expected a list of documents".to_owned()))?;
    let documents = read.documents.unwrap_or_default().into_iter();
    let placed = documents.map(|raw| {
        let offset = raw.get().as_ptr() as usize - json.as_ptr() as usize;
        let origin = Origin {
            file: Some(name.into()),
            start: Position::START.advance(json.get(..offset).unwrap_or("")),
        };
        (raw.get().to_owned(), origin)
    });
    Ok(Some(placed.collect()))
}

fn wrong(sources: &Sources, diagnostic: &Diagnostic) -> CaseError {
    let mut message = diagnostic.message.clone();
    for more in [Some(&diagnostic.label), diagnostic.help.as_ref()].into_iter().flatten() {
        if !more.is_empty() {
            message.push_str("; ");
            message.push_str(more);
        }
    }
    CaseError::Wrong { place: sources.place(diagnostic.span), message }
}
