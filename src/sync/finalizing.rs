//! Finalizing: a draft becomes a document that is locked.

use std::collections::BTreeMap;

use serde_json::value::{RawValue, to_raw_value};

use super::loading::version;
use super::session::SessionError;
use super::settings;
use super::stored::{CompanyFile, DocumentKey, Finalized, Moment, NewDocument, Store};
use crate::document::{Origin, Structure, Value};
use crate::engine::{Context, Decision, Engine, Links, Note, Options};
use crate::qbxml::Company;
use crate::rules::Program;

/// A document as it is once it is finalized; nothing if it is already, or its rules know no such thing.
pub(super) fn finalized(program: &Program, draft: &NewDocument, now: Moment) -> Option<Finalized> {
    let field = program.object(&draft.key.object)?.export.as_ref()?.finalize.as_ref()?;
    // The other fields stay as they came, to the digit.
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&draft.json).ok()?;
    if fields.get(field).is_some_and(|value| value.get() != "null") {
        return None;
    }
    fields.insert(field.clone(), to_raw_value(&written(now)).ok()?);
    let json = serde_json::to_string(&fields).ok()?;
    let document = NewDocument { key: draft.key.clone(), version: version(&json), json };
    Some(Finalized { document, draft: draft.version.clone(), field: field.clone() })
}

/// A document as it is exported when it is played: a draft, once it is finalized at `at`. Anything else
/// as it is.
pub(super) fn as_played(program: &Program, document: Structure, at: Moment) -> Structure {
    let Some(slot) = open_slot(program, &document) else {
        return document;
    };
    let mut slots = document.slots.to_vec();
    slots.get_mut(slot).into_iter().for_each(|value| *value = Value::text(written(at)));
    Structure { slots: slots.into(), ..document }
}

/// Whether playing a document finalizes it.
pub(super) fn is_draft(program: &Program, document: &Structure) -> bool {
    open_slot(program, document).is_some()
}

/// What is told of a draft that is sent.
pub(super) fn finalizes() -> Note {
    let message = "It is a draft: playing it finalizes it, and it is locked from then on.".to_owned();
    Note { code: "finalizes".to_owned(), message, element: None, span: None }
}

/// The slot that says when a document was finalized, if it was not. A field that no rule reads has none, and
/// decides nothing.
fn open_slot(program: &Program, document: &Structure) -> Option<usize> {
    let field = program.object_of(document.shape)?.export.as_ref()?.finalize.as_ref()?;
    let slot = program.shapes.get(document.shape).slot(field)?;
    document.slots.get(slot).filter(|value| value.is_absent()).map(|_| slot)
}

/// A point in time, as documents have it.
fn written(at: Moment) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// What became of documents that were to be finalized.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Finalizing {
    /// Finalized now, and locked.
    pub finalized: Vec<DocumentKey>,
    /// Finalized before, here or in Steelhead; or the rules know no drafts of them.
    pub already: Vec<DocumentKey>,
    /// Left as drafts, with what is wrong with them.
    pub refused: Vec<(DocumentKey, Vec<String>)>,
    /// Not known.
    pub unknown: Vec<DocumentKey>,
}

/// Finalizes documents, unless the rules would reject them then: a document that is locked can be
/// corrected no more.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn finalize(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    keys: &[DocumentKey],
    now: Moment,
) -> Result<Finalizing, SessionError> {
    let (settings, company, links) = (settings(program, file)?, Company::unknown(), Links::default());
    let context = Context { settings: &settings, company: &company, links: &links };
    let decoder = &program.decoder;
    let engine = Engine::new(program);
    let mut done = Finalizing::default();
    let mut ready = Vec::new();
    let known = store.documents(file.id, keys)?;
    let is_known = |key: &&DocumentKey| known.iter().any(|it| it.document.key == **key);
    done.unknown.extend(keys.iter().filter(|key| !is_known(key)).cloned());
    for stored in known {
        let Some(finalized) = finalized(program, &stored.document, now) else {
            done.already.push(stored.document.key);
            continue;
        };
        let key = &finalized.document.key;
        let wrong: Vec<String> =
            match decoder.decode(&finalized.document.json, &Origin::file(key.to_string())) {
                Err(problems) => problems.iter().map(ToString::to_string).collect(),
                Ok(read) => match engine.export(&read.root, context, Options::default()).decision {
                    Decision::Reject(notes) => notes.into_iter().map(|note| note.message).collect(),
                    _ => Vec::new(),
                },
            };
        if wrong.is_empty() {
            ready.push(finalized);
        } else {
            done.refused.push((key.clone(), wrong));
        }
    }
    done.finalized = store.finalize(file.id, &ready, now)?;
    Ok(done)
}
