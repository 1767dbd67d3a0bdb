//! Documents from files: read, decoded, and told what is wrong with them.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Error, Result, bail};

use crate::cli::steelhead::AccessArgs;
use crate::cli::terminal::Terminal;
use crate::document::{DocumentProblem, Origin, Position, ShapeId};
use crate::rules::Program;
use crate::steelhead::{self, DocumentFiles, RawDocument};
use crate::sync::{Documents, Strange, Unreadable, decode_raw};
use crate::text::counted::counted;

/// Reads the documents that `path` stands for: a file, a folder or `-`.
///
/// # Errors
/// A file cannot be read or is not JSON; all such files are told. A document that breaks its shape
/// is no error here: see [`Documents::unreadable`].
pub fn read(path: &Path, program: &Program, terminal: Terminal) -> Result<Documents> {
    Ok(decoded(&raw(path, terminal)?, program))
}

/// As [`read`], also from Steelhead's API, if `path` is an address on the web.
pub fn read_or_ask(
    path: &Path,
    access: &AccessArgs,
    program: &Program,
    terminal: Terminal,
) -> Result<Documents> {
    let Some(given) = access.given(path, program, terminal)? else { return read(path, program, terminal) };
    let mut documents = decoded(&given.raw()?, program);
    documents.unreadable.extend(given.not_whole().map(|problem| {
        let origin = Origin { file: problem.file.clone(), start: Position::START };
        Unreadable { origin, problems: vec![problem] }
    }));
    Ok(documents)
}

fn decoded(raw: &[RawDocument], program: &Program) -> Documents {
    let mut strange = Strange::default();
    let mut documents = decode_raw(raw, program, &mut strange);
    documents.warnings.extend(strange.summed());
    documents
}

/// The documents that `path` stands for, as text.
pub fn raw(path: &Path, terminal: Terminal) -> Result<Vec<RawDocument>> {
    steelhead::read(path).map_err(|problems| unsound(&problems, terminal))
}

/// The files that `path` stands for, or what Steelhead's API gives at that address, seen to be sound, and the objects of the documents in them.
///
/// # Errors
/// As of [`read`].
pub fn check(
    path: &Path,
    access: &AccessArgs,
    program: &Program,
    terminal: Terminal,
) -> Result<(DocumentFiles, HashSet<ShapeId>)> {
    let files = match access.given(path, program, terminal)? {
        Some(given) => {
            given.not_whole().for_each(|problem| terminal.error(&problem.to_string()));
            given.files()
        }
        None => DocumentFiles::open(path).map_err(|problem| unsound(&[problem], terminal))?,
    };
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

impl Documents {
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
