//! Settling: documents count as done by hand, or no longer.

use std::collections::HashSet;

use crate::document::{Origin, nearest};
use crate::engine::{Context, Engine, Links};
use crate::language::{Spoken, say};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::rules::program::Export;
use crate::sync::actions::settled::{SettledBy, settled};
use crate::sync::company_file::settings::settings;
use crate::sync::company_file::{KeptError, is_of_record};
use crate::sync::stored::{
    CompanyFile, DocumentKey, JobState, Moment, Settled, Settlement, Store, StoreError,
};

/// Why nothing is settled.
#[derive(Debug, thiserror::Error)]
pub enum NotSettled {
    /// The rules send no such documents.
    #[error("{}", say!("`{object}` is not sent to QuickBooks, so there is nothing to settle; {hint}sent are {known}", object, hint, known))]
    NotSent {
        /// What it was called.
        object: String,
        /// "did you mean", if a name is near.
        hint: String,
        /// Those that are sent.
        known: String,
    },
    /// They have no date.
    #[error("{}", say!("the rules give `{object}` no date (`date` under `export`), so name the documents by their ids; these have one: {known}", object, known))]
    NoDate {
        /// The object.
        object: String,
        /// Those that have one.
        known: String,
    },
    /// It is of QuickBooks.
    #[error("{}", say!("{document} was imported from QuickBooks; there is nothing to settle", document = .0))]
    OfRecord(DocumentKey),
    /// What is kept cannot be used.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Spoken for NotSettled {}

/// What a person says.
#[derive(Clone, Copy, Debug)]
pub struct SaidBy<'s> {
    /// Who.
    pub by: &'s str,
    /// Why; may be empty.
    pub why: &'s str,
    /// When.
    pub at: Moment,
}

/// The documents dated before a day, as far as settling them makes a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Earlier {
    /// Neither in QuickBooks by Ferrule nor settled.
    pub open: Vec<DocumentKey>,
    /// Settled already, by a person or by the rules.
    pub settled: Vec<DocumentKey>,
    /// In QuickBooks: they are connected, or were sent.
    pub in_quickbooks: Vec<DocumentKey>,
    /// Of these no date is known: they have none, or cannot be read.
    pub undated: Vec<DocumentKey>,
}

/// What became of documents that were to be taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct TakenBack {
    /// They no longer count as done by hand.
    pub taken_back: Vec<DocumentKey>,
    /// They were not settled.
    pub not_settled: Vec<DocumentKey>,
}

/// Lets documents count as done by hand: nothing is sent for them from now on.
///
/// # Errors
/// The rules send no such documents, or the store failed.
pub fn settle(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    keys: &[DocumentKey],
    said: SaidBy<'_>,
) -> Result<Settled, NotSettled> {
    for key in keys {
        export(program, &key.object)?;
        if is_of_record(key) {
            return Err(NotSettled::OfRecord(key.clone()));
        }
    }
    let all: Vec<Settlement> = keys.iter().map(|key| said.of(key, true)).collect();
    Ok(store.settle(file.id, &all)?)
}

/// The documents dated before a day (`2026-07-01`): of these objects, or of all that have a date.
///
/// # Errors
/// An object has no date, or the store failed.
pub fn earlier(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    objects: &[String],
    before: &str,
) -> Result<Earlier, NotSettled> {
    let objects = dated(program, objects)?;
    let settled = settled(store, program, file)?;
    let in_quickbooks = in_quickbooks(store, file)?;
    let settings = settings(program, file).map_err(KeptError::from)?;
    let (company, links) = (Company::unknown(), Links::default());
    let context = Context { settings: &settings, company: &company, links: &links };
    let engine = Engine::new(program);
    let mut found = Earlier::default();
    for object in objects {
        for stored in store.all_documents(file.id, Some(object))? {
            let key = stored.document.key;
            if is_of_record(&key) {
                continue;
            }
            let read = program.decoder.decode(&stored.document.json, &Origin::default()).ok();
            let fate = match read.and_then(|read| engine.date(&read.root, context)) {
                Some(date) if date.as_str() >= before => continue,
                None if !settled.contains_key(&key) && !in_quickbooks.contains(&key) => &mut found.undated,
                None => continue,
                Some(_) if settled.contains_key(&key) => &mut found.settled,
                Some(_) if in_quickbooks.contains(&key) => &mut found.in_quickbooks,
                Some(_) => &mut found.open,
            };
            fate.push(key);
        }
    }
    Ok(found)
}

/// Documents no longer count as done by hand, whoever said so: they are planned and can be played again.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn take_back(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    keys: &[DocumentKey],
    said: SaidBy<'_>,
) -> Result<TakenBack, NotSettled> {
    for key in keys {
        export(program, &key.object)?;
    }
    let known = settled(store, program, file)?;
    store.unsettle(file.id, keys)?;
    // What the rules say, now that no person says anything, is taken back by saying the opposite.
    let by_rules = settled(store, program, file)?;
    let is_by_rules = |key: &&DocumentKey| matches!(by_rules.get(key), Some(SettledBy::Rules(_)));
    let against: Vec<Settlement> = keys.iter().filter(is_by_rules).map(|key| said.of(key, false)).collect();
    store.settle(file.id, &against)?;
    let (taken_back, not_settled) = keys.iter().cloned().partition(|key| known.contains_key(key));
    Ok(TakenBack { taken_back, not_settled })
}

/// Documents that are connected, or that were sent and are done.
fn in_quickbooks(store: &dyn Store, file: &CompanyFile) -> Result<HashSet<DocumentKey>, StoreError> {
    let connected = store.connections(file.id)?.into_iter().filter(|it| !it.is_archived);
    let mut there: HashSet<DocumentKey> = connected.map(|it| it.document).collect();
    for state in [JobState::Done, JobState::Sent] {
        there.extend(store.jobs(file.id, Some(state))?.into_iter().map(|job| job.document));
    }
    Ok(there)
}

/// Those of the objects whose documents have a date; all of them, if none is named.
fn dated<'p>(program: &'p Program, named: &[String]) -> Result<Vec<&'p str>, NotSettled> {
    let has_date = |export: &Export| export.date.is_some();
    let all = program.objects.iter().filter(|object| object.export.as_ref().is_some_and(has_date));
    let all: Vec<&str> = all.map(|object| object.name.as_str()).collect();
    let mut objects = Vec::new();
    for name in named {
        export(program, name)?;
        match all.iter().find(|known| *known == name) {
            Some(known) => objects.push(*known),
            None => return Err(NotSettled::NoDate { object: name.clone(), known: all.join(", ") }),
        }
    }
    Ok(if named.is_empty() { all } else { objects })
}

/// Whether the documents of an object have a date by which they can be settled.
pub fn has_date(program: &Program, object: &str) -> bool {
    dated(program, &[object.to_owned()]).is_ok()
}

/// Whether the documents of an object are sent at all.
///
/// # Errors
/// They are not.
fn export<'p>(program: &'p Program, object: &str) -> Result<&'p Export, NotSettled> {
    if let Some(export) = program.object(object).and_then(|object| object.export.as_ref()) {
        return Ok(export);
    }
    let sent = program.objects.iter().filter(|object| object.export.is_some());
    let known: Vec<&str> = sent.map(|object| object.name.as_str()).collect();
    let near = nearest(object, known.iter().copied());
    let hint = near.map(|near| say!("did you mean `{near}`? ", near)).unwrap_or_default();
    Err(NotSettled::NotSent { object: object.to_owned(), hint, known: known.join(", ") })
}

impl SaidBy<'_> {
    fn of(self, key: &DocumentKey, is_settled: bool) -> Settlement {
        let Self { by, why, at } = self;
        Settlement { document: key.clone(), is_settled, by: by.to_owned(), at, why: why.trim().to_owned() }
    }
}
