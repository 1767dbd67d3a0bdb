//! Documents as text, decoded on all cores, with what there is to say of them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::document::{Document, DocumentProblem, Origin, unknown_fields};
use crate::rules::Program;
use crate::steelhead::RawDocument;
use crate::sync::{Source, Unreadable};

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
}
