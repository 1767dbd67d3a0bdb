//! Records that do not hold what their documents say: what `confirm` in the rules asks for.
//!
//! Nothing of it is kept. It is seen in the records as they were last answered or read, and in the documents
//! as they are now: so it shows wherever it comes from, and is over as soon as the two agree.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use crate::document::{Origin, Structure};
use crate::engine::{Confirmed, Context, Decision, Engine, Key, Links, Options, Unconfirmed};
use crate::qbxml::{Company, RecordReader};
use crate::rules::Program;
use crate::sync::company_file::document::{document_key, engine_key};
use crate::sync::stored::{
    CompanyFile, Connection, DocumentKey, JobError, JobReason, RecordKey, Store, StoreError, StoredDocument,
};
use crate::sync::{KeptError, settings};

/// A connected document with what its record must hold.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The document.
    pub document: DocumentKey,
    /// What people call it.
    pub label: String,
    /// Its record.
    pub record: RecordKey,
    /// What the record must hold, and what it holds, if it shows that.
    pub values: Vec<(Confirmed, Option<String>)>,
    /// Where it holds something else.
    pub differences: Vec<Unconfirmed>,
    /// Which edit of the record this is.
    pub edit: String,
}

/// A document whose record does not hold what it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Differs {
    /// The document.
    pub document: DocumentKey,
    /// Its record.
    pub record: RecordKey,
    /// Always `differs`.
    pub state: &'static str,
    /// Each element that differs, with both values.
    pub differences: Vec<Unconfirmed>,
    /// The same in words, with what to do.
    pub error: JobError,
    /// Which edit of the record this is.
    #[serde(skip)]
    pub edit: String,
}

/// A document for which something is left to do that only a person can do in QuickBooks: it was voided after it was
/// sent, say, and its record is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The document.
    pub document: DocumentKey,
    /// What the rules say of it.
    pub message: String,
    /// Which edit of its record this is.
    pub edit: String,
}

/// All documents whose records do not hold what they must.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn differs(store: &dyn Store, program: &Program, file: &CompanyFile) -> Result<Vec<Differs>, KeptError> {
    let all = confirmations(store, program, file, None)?;
    Ok(all.into_iter().filter_map(Differs::of).collect())
}

/// The same, and all documents for which something is left to do in QuickBooks.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn differs_and_undone(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
) -> Result<(Vec<Differs>, Vec<Undone>), KeptError> {
    let (confirmations, undone) = seen(store, program, file, None)?;
    Ok((confirmations.into_iter().filter_map(Differs::of).collect(), undone))
}

/// The same of one document.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn differs_of(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    document: &DocumentKey,
) -> Result<Option<Differs>, KeptError> {
    let found = confirmations(store, program, file, Some(document))?;
    Ok(found.into_iter().find_map(Differs::of))
}

/// What is left to do in QuickBooks for one document.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn undone_of(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    document: &DocumentKey,
) -> Result<Option<Undone>, KeptError> {
    Ok(seen(store, program, file, Some(document))?.1.into_iter().next())
}

impl Differs {
    fn of(confirmation: Confirmation) -> Option<Self> {
        let Confirmation { document, label, record, differences, edit, .. } = confirmation;
        let told: Vec<String> = differences.iter().map(ToString::to_string).collect();
        let error = JobReason::Differs.error(&[("document", &label), ("differences", &told.join(" "))]);
        let state = JobReason::Differs.name();
        (!differences.is_empty()).then_some(Self { document, record, state, differences, error, edit })
    }
}

/// What connected documents and their records say of what the rules confirm; of all documents, or of one.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn confirmations(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    only: Option<&DocumentKey>,
) -> Result<Vec<Confirmation>, KeptError> {
    Ok(seen(store, program, file, only)?.0)
}

/// What was seen of connected documents and their records.
enum Seen {
    Confirmed(Confirmation),
    Undone(Undone),
}

fn seen(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    only: Option<&DocumentKey>,
) -> Result<(Vec<Confirmation>, Vec<Undone>), KeptError> {
    let types = types(program);
    let connections = match only {
        Some(only) => store.standing(file.id, only)?.and_then(|it| it.connection).into_iter().collect(),
        None => store.connections(file.id)?,
    };
    let is_wanted = |connection: &&Connection| {
        !connection.is_archived
            && types.contains(&(connection.document.object.as_str(), connection.record_type.as_str()))
    };
    let wanted = connections.iter().filter(is_wanted);
    let records: HashMap<DocumentKey, RecordKey> =
        wanted.map(|it| (it.document.clone(), it.record())).collect();
    if records.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut links = Links::default();
    let company = company(store, file, &types, only.and_then(|only| records.get(only)))?;
    for connection in connections.iter().filter(|connection| !connection.is_archived) {
        if let Some(key) = engine_key(program, &connection.document) {
            links.connect(key, &connection.record_id, &company);
        }
    }
    let settings = settings(program, file)?;
    let context = Context { settings: &settings, company: &company, links: &links };
    let keys: Vec<DocumentKey> = records.keys().cloned().collect();
    let documents = store.documents(file.id, &keys)?;
    let each = |engine: &mut Engine<'_>, stored: &StoredDocument| {
        let read = engine.program.decoder.decode(&stored.document.json, &Origin::file(String::new())).ok()?;
        let found = confirmation(engine, context, &read.root, &records).map(Seen::Confirmed);
        let key = &stored.document.key;
        found.or_else(|| undone(engine, context, &read.root, (key, records.get(key)?)).map(Seen::Undone))
    };
    let found = documents.par_iter().map_init(|| Engine::new(program), each);
    let (mut confirmations, mut undone) = (Vec::new(), Vec::new());
    for seen in found.flatten().collect::<Vec<Seen>>() {
        match seen {
            Seen::Confirmed(it) => confirmations.push(it),
            Seen::Undone(it) => undone.push(it),
        }
    }
    confirmations.sort_by(|a, b| (&a.document.object, &a.label).cmp(&(&b.document.object, &b.label)));
    Ok((confirmations, undone))
}

/// What is left to do in QuickBooks for a document that is not sent.
fn undone(
    engine: &Engine<'_>,
    context: Context<'_>,
    document: &Structure,
    (key, record): (&DocumentKey, &RecordKey),
) -> Option<Undone> {
    let outcome = engine.export(document, context, Options::default());
    match outcome.decision {
        Decision::Skip(Some(note)) if outcome.waits => {
            let edit = edit_of(context, record).unwrap_or_default();
            Some(Undone { document: key.clone(), message: note.message, edit })
        }
        _ => None,
    }
}

/// The records that are looked at: one, or all of the types of which something is confirmed.
fn company(
    store: &dyn Store,
    file: &CompanyFile,
    types: &BTreeSet<(&str, &'static str)>,
    only: Option<&RecordKey>,
) -> Result<Company, StoreError> {
    let mut records = Vec::new();
    match only {
        Some(key) => records.extend(store.record(file.id, key)?),
        None => {
            for kind in types.iter().map(|(_, kind)| *kind).collect::<BTreeSet<_>>() {
                records.extend(store.records_of(file.id, kind)?);
            }
        }
    }
    let (mut company, mut reader) = (Company::unknown(), RecordReader::default());
    for stored in records {
        company.add_record(&Arc::new(stored.read_by(&mut reader)?));
    }
    Ok(company)
}

/// Which objects confirm something of which types of records, or ask whether something was done to them.
fn types(program: &Program) -> BTreeSet<(&str, &'static str)> {
    let objects = program.objects.iter().filter_map(|object| Some((object, object.export.as_ref()?)));
    let of = objects.flat_map(|(object, export)| {
        let asks = export.skip.iter().any(|condition| condition.until.is_some());
        let confirms = export.variants.iter().filter(move |variant| asks || !variant.confirm.is_empty());
        confirms.map(|variant| (object.name.as_str(), variant.record))
    });
    of.collect()
}

/// A document that cannot be read, or is not sent, says nothing.
fn confirmation(
    engine: &Engine<'_>,
    context: Context<'_>,
    document: &Structure,
    records: &HashMap<DocumentKey, RecordKey>,
) -> Option<Confirmation> {
    let expected = engine.expected(document, context)?;
    let key = Key::of(engine.program, document)?;
    let object = engine.program.object_of(key.shape)?;
    let document = document_key(&object.name, &key);
    let held = context.company.by_id(&records.get(&document)?.id)?;
    let edit = edit_of(context, records.get(&document)?).unwrap_or_default();
    let differences = expected.confirmed.iter().filter_map(|it| it.difference(&held)).collect();
    let value = |it: Confirmed| {
        let held = held.get(&it.path).map(str::to_owned);
        (it, held)
    };
    Some(Confirmation {
        record: records.get(&document)?.clone(),
        document,
        label: expected.label,
        values: expected.confirmed.into_iter().map(value).collect(),
        differences,
        edit,
    })
}

/// Which edit of a record is known: QuickBooks gives it a new number with each.
fn edit_of(context: Context<'_>, record: &RecordKey) -> Option<String> {
    Some(context.company.by_id(&record.id)?.get("EditSequence")?.to_owned())
}
