//! Drafts: what playing one makes of it.

use std::collections::BTreeMap;

use serde_json::value::{RawValue, to_raw_value};

use crate::document::{Structure, Value};
use crate::engine::Note;
use crate::rules::Program;
use crate::sync::company_file::document::version;
use crate::sync::stored::{Finalized, Moment, NewDocument};

/// A document as it is once it is finalized; nothing if it is already, or its rules know no such thing.
pub(in crate::sync) fn finalized(program: &Program, draft: &NewDocument, now: Moment) -> Option<Finalized> {
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
pub(in crate::sync) fn as_played(program: &Program, document: Structure, at: Moment) -> Structure {
    let Some(slot) = open_slot(program, &document) else {
        return document;
    };
    let mut slots = document.slots.to_vec();
    slots.get_mut(slot).into_iter().for_each(|value| *value = Value::text(written(at)));
    Structure { slots: slots.into(), ..document }
}

/// Whether playing a document finalizes it.
pub(in crate::sync) fn is_draft(program: &Program, document: &Structure) -> bool {
    open_slot(program, document).is_some()
}

/// What is told of a draft that is sent.
pub(in crate::sync) fn finalizes() -> Note {
    let message = "It is a draft: playing it finalizes it, and it is locked from then on.".to_owned();
    Note { code: "finalizes".to_owned(), message, ..Note::default() }
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
