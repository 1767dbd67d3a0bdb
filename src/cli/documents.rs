//! Documents from files: read, decoded, and told what is wrong with them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};
use rayon::prelude::*;

use super::rule_set::counted;
use super::terminal::Terminal;
use crate::document::{Decoder, Document, DocumentProblem, unknown_fields};
use crate::rules::Program;
use crate::steelhead::{self, RawDocument};
use crate::sync::Source;

/// The documents of files.
#[derive(Debug, Default)]
pub struct Documents {
    /// Those that can be read, in their order.
    pub sources: Vec<Source>,
    /// How many cannot.
    pub unreadable: usize,
    /// What is wrong with those.
    pub problems: Vec<DocumentProblem>,
    /// What is worth knowing about the others.
    pub warnings: Vec<DocumentProblem>,
}

/// Reads the documents that `path` stands for: a file, a folder or `-`.
///
/// # Errors
/// A file cannot be read or is not JSON; all such files are told. A document that breaks its shape
/// is no error here: see [`Documents::problems`].
pub fn read(path: &Path, program: &Program, terminal: Terminal) -> Result<Documents> {
    let raw = steelhead::read(path).map_err(|problems| {
        let (last, others) = problems
            .split_last()
            .map_or((None, &[][..]), |(last, others)| (Some(last), others));
        others
            .iter()
            .for_each(|problem| terminal.error(&problem.to_string()));
        anyhow::Error::msg(last.map(ToString::to_string).unwrap_or_default())
    })?;
    Ok(decode(&raw, program))
}

/// Decodes documents on all cores.
pub fn decode(raw: &[RawDocument], program: &Program) -> Documents {
    let decoder = Decoder::new(&program.shapes, |shape| program.need(shape));
    let decoded: Vec<_> = raw
        .par_iter()
        .map(|document| {
            let origin = document.origin();
            let strange = unknown_fields(document.json(), &program.shapes, &origin);
            (decoder.decode(document.json(), &origin), origin, strange)
        })
        .collect();
    let mut documents = Documents::default();
    let mut strange: BTreeMap<String, (DocumentProblem, usize)> = BTreeMap::new();
    for (result, origin, unknown) in decoded {
        match result {
            Ok(Document { root, warnings, .. }) => {
                documents.sources.push(Source {
                    origin,
                    document: root,
                });
                documents.warnings.extend(warnings);
            }
            Err(problems) => {
                documents.unreadable += 1;
                documents.problems.extend(problems);
            }
        }
        for problem in unknown {
            let (_, count) = strange.entry(problem.message.clone()).or_insert((problem, 0));
            *count += 1;
        }
    }
    documents
        .warnings
        .extend(strange.into_values().map(|(first, count)| summed(first, count)));
    documents
}

/// One warning for a field that many documents have and no shape does.
fn summed(mut first: DocumentProblem, count: usize) -> DocumentProblem {
    if count > 1 {
        first.message = format!("{} ({count} times, first here)", first.message);
    }
    first
}

impl Documents {
    /// Tells what is wrong with documents and what is worth knowing about them.
    pub fn tell(&self, terminal: Terminal) {
        self.problems
            .iter()
            .for_each(|problem| terminal.error(&problem.to_string()));
        self.warnings
            .iter()
            .for_each(|problem| terminal.warning(&problem.to_string()));
    }

    /// Refuses documents of which not one can be used, because there is none.
    pub fn refuse_none(&self, of: &str) -> Result<()> {
        if self.sources.is_empty() && self.unreadable == 0 {
            bail!("there are no documents in `{of}`");
        }
        Ok(())
    }

    /// How many of them there are, readable or not.
    pub fn counted(&self) -> String {
        counted(self.sources.len() + self.unreadable, "document")
    }
}
