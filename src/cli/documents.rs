//! Documents from files: read, decoded, and told what is wrong with them.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use anyhow::{Error, Result, bail};
use rayon::prelude::*;

use crate::cli::terminal::Terminal;
use crate::document::{Document, DocumentProblem, Origin, ShapeId, unknown_fields};
use crate::rules::Program;
use crate::steelhead::{self, DocumentFiles, RawDocument};
use crate::sync::{Source, Unreadable};
use crate::text::counted::counted;

/// Of more fields that no shape has than these none is told.
const MAX_STRANGE: usize = 1000;

/// The documents of files.
#[derive(Debug, Default)]
pub struct Documents {
    /// Those that can be read, in their order.
    pub sources: Vec<Source>,
    /// Those that cannot.
    pub unreadable: Vec<Unreadable>,
    /// What is worth knowing about those that can.
    pub warnings: Vec<DocumentProblem>,
}

/// Reads the documents that `path` stands for: a file, a folder or `-`.
///
/// # Errors
/// A file cannot be read or is not JSON; all such files are told. A document that breaks its shape
/// is no error here: see [`Documents::unreadable`].
pub fn read(path: &Path, program: &Program, terminal: Terminal) -> Result<Documents> {
    let raw = raw(path, terminal)?;
    let mut strange = Strange::default();
    let mut documents = decode_raw(&raw, program, &mut strange);
    documents.warnings.extend(strange.summed());
    Ok(documents)
}

/// The documents that `path` stands for, as text.
pub fn raw(path: &Path, terminal: Terminal) -> Result<Vec<RawDocument>> {
    steelhead::read(path).map_err(|problems| unsound(&problems, terminal))
}

/// The files that `path` stands for, seen to be sound, and the objects of the documents in them.
///
/// # Errors
/// As of [`read`].
pub fn check(
    path: &Path,
    program: &Program,
    terminal: Terminal,
) -> Result<(DocumentFiles, HashSet<ShapeId>)> {
    let files = DocumentFiles::open(path).map_err(|problem| unsound(&[problem], terminal))?;
    let mut shapes = HashSet::new();
    let checked = files.check(|documents| {
        shapes.extend(documents.iter().filter_map(|document| program.decoder.shape(document.json())));
    });
    checked.map_err(|problems| unsound(&problems, terminal))?;
    Ok((files, shapes))
}

/// Tells what is wrong with files, all but the last, which is the error that the command ends with.
fn unsound(problems: &[DocumentProblem], terminal: Terminal) -> Error {
    match problems.split_last() {
        Some((last, others)) => {
            for problem in others {
                terminal.error(&problem.to_string());
            }
            Error::msg(last.to_string())
        }
        None => Error::msg("the documents cannot be read"),
    }
}

/// Decodes documents on all cores.
pub fn decode(raw: &[(&str, Origin)], program: &Program) -> Documents {
    let mut strange = Strange::default();
    let mut documents = decode_some(raw, program, &mut strange);
    documents.warnings.extend(strange.summed());
    documents
}

/// Decodes some documents of many; fields that no shape has go to `strange`.
pub fn decode_raw(raw: &[RawDocument], program: &Program, strange: &mut Strange) -> Documents {
    let all: Vec<_> = raw.iter().map(|document| (document.json(), document.origin())).collect();
    decode_some(&all, program, strange)
}

fn decode_some(raw: &[(&str, Origin)], program: &Program, strange: &mut Strange) -> Documents {
    let results: Vec<_> =
        raw.par_iter().map(|(json, origin)| decode_one(json, origin.clone(), program)).collect();
    let mut documents = Documents::default();
    for (source, said) in results {
        documents.sources.extend(source);
        documents.unreadable.extend(said.unreadable);
        documents.warnings.extend(said.warnings);
        said.unknown.into_iter().for_each(|problem| strange.add(problem));
    }
    documents
}

/// What there is to say of one document.
pub struct Said {
    /// Why it cannot be read.
    pub unreadable: Option<Unreadable>,
    /// What is worth knowing.
    pub warnings: Vec<DocumentProblem>,
    /// Its fields that no shape has.
    pub unknown: Vec<DocumentProblem>,
}

/// Decodes one document.
pub fn decode_one(json: &str, origin: Origin, program: &Program) -> (Option<Source>, Said) {
    let decoded = program.decoder.decode(json, &origin);
    let unknown = match &decoded {
        Ok(document) if !document.has_unknown => Vec::new(),
        _ => unknown_fields(json, &program.shapes, &origin),
    };
    match decoded {
        Ok(Document { root: document, warnings, .. }) => {
            (Some(Source { origin, document }), Said { unreadable: None, warnings, unknown })
        }
        Err(problems) => {
            let unreadable = Some(Unreadable { origin, problems });
            (None, Said { unreadable, warnings: Vec::new(), unknown })
        }
    }
}

/// Fields that no shape has: each told once, however many documents have it.
#[derive(Default)]
pub struct Strange(BTreeMap<String, (DocumentProblem, usize)>);

impl Strange {
    /// Adds one.
    pub fn add(&mut self, problem: DocumentProblem) {
        if self.0.len() >= MAX_STRANGE && !self.0.contains_key(&problem.message) {
            return;
        }
        let (_, count) = self.0.entry(problem.message.clone()).or_insert((problem, 0));
        *count += 1;
    }

    /// One warning for each field.
    pub fn summed(self) -> impl Iterator<Item = DocumentProblem> {
        self.0.into_values().map(|(mut first, count)| {
            if count > 1 {
                first.message = format!("{} ({count} times, first here)", first.message);
            }
            first
        })
    }
}

impl Documents {
    /// What is wrong with those that cannot be read.
    pub fn problems(&self) -> impl Iterator<Item = &DocumentProblem> {
        self.unreadable.iter().flat_map(|document| &document.problems)
    }

    /// Tells what is wrong with documents and what is worth knowing about them.
    pub fn tell(&self, terminal: Terminal) {
        for problem in self.problems() {
            terminal.error(&problem.to_string());
        }
        for problem in &self.warnings {
            terminal.warning(&problem.to_string());
        }
    }

    /// Refuses documents of which not one can be used, because there is none.
    pub fn refuse_none(&self, of: &Path) -> Result<()> {
        if self.sources.is_empty() && self.unreadable.is_empty() {
            bail!("there are no documents in `{}`", of.display());
        }
        Ok(())
    }

    /// How many of them there are, readable or not.
    pub fn counted(&self) -> String {
        counted(self.sources.len() + self.unreadable.len(), "document")
    }
}
