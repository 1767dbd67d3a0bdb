//! Connections made by hand.

use std::collections::{BTreeSet, HashMap};

use crate::document::nearest;
use crate::language::{Spoken, say, t};
use crate::qbxml::Record;
use crate::rules::Program;
use crate::rules::program::Object;
use crate::sync::actions::referred::referred;
use crate::sync::company_file::{KeptError, is_of_record};
use crate::sync::imports::merging::agree_and_merge;
use crate::sync::plan::mark;
use crate::sync::stored::{CompanyFile, Connection, DocumentKey, Moment, RecordKey, Store, StoreError};

/// Why a document and a record are not connected.
#[derive(Debug, thiserror::Error)]
pub enum NotConnected {
    /// No rules are about the object.
    #[error("{}", say!("no object is called `{object}`{hint}", object, hint))]
    NoObject {
        /// What it was called.
        object: String,
        /// "did you mean", if a name is near.
        hint: String,
    },
    /// The object has nothing to do with such records.
    #[error("{}", say!("`{object}` is not connected to {record_type}; the rules connect it to {known}", object, record_type, known))]
    WrongType {
        /// The object.
        object: String,
        /// The type of the record.
        record_type: String,
        /// What it could be.
        known: String,
    },
    /// The document was not loaded, and no document refers to it.
    #[error("{}", say!("Ferrule does not know {document}: it was not loaded, and no loaded document refers to it", document = .0))]
    NoDocument(DocumentKey),
    /// It has a record already, so none is made.
    #[error("{}", say!("{document} is connected to {record_type} {id}, so no new record is made; archive the connection first", document, record_type, id))]
    IsConnected {
        /// The document.
        document: DocumentKey,
        /// The type of the record.
        record_type: String,
        /// Its id.
        id: String,
    },
    /// Documents of this kind get no name.
    #[error("{}", say!("the rules give {document} no name in QuickBooks, so no record can have nearly the same", document = .0))]
    NoName(DocumentKey),
    /// The record was not read.
    #[error("{}", say!("Ferrule has read no {record_type} with the id `{id}`{hint}", record_type, id, hint))]
    NoRecord {
        /// The type of the record.
        record_type: String,
        /// The id.
        id: String,
        /// What may help.
        hint: String,
    },
    /// The record is another document's counterpart.
    #[error("{}", say!("{record_type} {id} is the counterpart of {other} already; if that is wrong, archive the connection of {other} first", record_type, id, other))]
    Taken {
        /// The type of the record.
        record_type: String,
        /// Its id.
        id: String,
        /// Whose it is.
        other: DocumentKey,
    },
    /// There is nothing to archive.
    #[error("{}", say!("{document} is not connected", document = .0))]
    NotThere(DocumentKey),
    /// What is kept cannot be used.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Spoken for NotConnected {}

/// The type of a record that an object can be connected to; `Ret` at its end may be left out, and
/// small letters do as well.
///
/// # Errors
/// The rules know no such object, or connect it to no such record.
pub fn record_type_of(program: &Program, object: &str, named: &str) -> Result<String, NotConnected> {
    let Some(found) = program.object(object) else {
        return Err(no_object(program, object));
    };
    let known = types(found);
    let same = |record: &str| record.eq_ignore_ascii_case(named);
    let is_it = |record: &str| same(record) || record.strip_suffix("Ret").is_some_and(same);
    known.iter().find(|record| is_it(record)).map(|record| (*record).to_owned()).ok_or_else(|| {
        let known = known.iter().copied().collect::<Vec<_>>().join(", ");
        NotConnected::WrongType { object: object.to_owned(), record_type: named.to_owned(), known }
    })
}

/// The rules know no such object.
pub(in crate::sync) fn no_object(program: &Program, object: &str) -> NotConnected {
    let near = nearest(object, program.objects.iter().map(|object| object.name.as_str()));
    let hint = near.map(|near| say!("; did you mean `{near}`?", near)).unwrap_or_default();
    NotConnected::NoObject { object: object.to_owned(), hint }
}

/// The types of records that an object can be connected to; none if the rules know no such object.
pub fn record_types_of(program: &Program, object: &str) -> Vec<&'static str> {
    program.object(object).map(|found| types(found).into_iter().collect()).unwrap_or_default()
}

fn types(object: &Object) -> BTreeSet<&'static str> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    known.extend(object.export.iter().flat_map(|export| &export.variants).map(|variant| variant.record));
    known.extend(object.import.iter().flat_map(|import| import.from.iter().copied()));
    known
}

/// The record with that key, as it was last read.
///
/// # Errors
/// It was not read.
fn read_record(store: &dyn Store, file: &CompanyFile, key: &RecordKey) -> Result<Record, NotConnected> {
    if let Some(found) = store.record(file.id, key)? {
        return Ok(found.record()?);
    }
    let mut other = None;
    store.records(file.id, &mut |record| {
        if record.key.id == key.id {
            other = Some(record.key.record_type);
        }
    })?;
    let no_record = |hint: String| NotConnected::NoRecord {
        record_type: key.record_type.clone(),
        id: key.id.clone(),
        hint,
    };
    Err(no_record(match other {
        Some(other) => say!("; that is the id of {article} {other}", article = article(&other), other),
        None if file.last_read.is_none() => {
            t("; it has read nothing yet, the first visit does that").to_owned()
        }
        None => t("; if it is new there, the next read brings it").to_owned(),
    }))
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['A', 'E', 'I', 'O']) { t("an") } else { t("a") }
}

/// The connection of a document, if it has one, archived or not.
///
/// # Errors
/// The store failed.
pub fn connection_of(
    store: &dyn Store,
    file: &CompanyFile,
    document: &DocumentKey,
) -> Result<Option<Connection>, StoreError> {
    Ok(store.connections_of(file.id, std::slice::from_ref(document))?.pop())
}

/// Other documents that are connected to the same record.
///
/// # Errors
/// The store failed.
fn sharing(
    store: &dyn Store,
    file: &CompanyFile,
    connection: &Connection,
) -> Result<Vec<DocumentKey>, StoreError> {
    let is_same = |other: &Connection| {
        !other.is_archived
            && other.record_type == connection.record_type
            && other.record_id == connection.record_id
            && other.document != connection.document
    };
    let all = store.connections(file.id)?.into_iter().filter(is_same);
    Ok(all.map(|other| other.document).collect())
}

/// A connection that was made by hand.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The connection.
    pub connection: Connection,
    /// What people call the record.
    pub name: String,
    /// The record that the document was connected to before, if it was another one.
    pub instead: Option<RecordKey>,
    /// Other documents that are connected to the same record.
    pub sharing: Vec<DocumentKey>,
}

/// Connects a document to the record that is its counterpart in QuickBooks, whatever it was connected
/// to before. `record_type` may stand without `Ret` at its end.
///
/// # Errors
/// The rules connect the object to no such record, the document is not known, or the record was not
/// read.
pub fn connect(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    document: &DocumentKey,
    record: &RecordKey,
    now: Moment,
) -> Result<Connected, NotConnected> {
    let record_type = record_type_of(program, &document.object, &record.record_type)?;
    let is_loaded = !store.documents(file.id, std::slice::from_ref(document))?.is_empty();
    // A part number may be known only from an invoice.
    if !is_loaded && referred(store, program, file, document)?.is_none() {
        return Err(NotConnected::NoDocument(document.clone()));
    }
    let key = RecordKey { record_type, id: record.id.clone() };
    let record = read_record(store, file, &key)?;
    let before = connection_of(store, file, document)?;
    let connection = Connection {
        document: document.clone(),
        record_type: key.record_type.clone(),
        record_id: key.id.clone(),
        connected_at: now,
        is_archived: false,
        may_share: program.may_share(&document.object),
        generation: mark::newest(document, &record, before.as_ref().map_or(0, |it| it.generation)),
    };
    let sharing = sharing(store, file, &connection)?;
    not_taken(&connection, &sharing)?;
    store.connect(file.id, &connection)?;
    agree_and_merge(store, program, file, now)?;
    let name = record.called().unwrap_or_default().to_owned();
    let instead = before.map(|before| before.record()).filter(|before| *before != key);
    Ok(Connected { connection, name, instead, sharing })
}

/// A record is the counterpart of one document, unless the rules let documents share it. What was made of the
/// record stands for no document of Steelhead, and is in nobody's way.
fn not_taken(connection: &Connection, sharing: &[DocumentKey]) -> Result<(), NotConnected> {
    let other = sharing.iter().find(|other| !is_of_record(other)).filter(|_| !connection.may_share);
    match other.cloned() {
        Some(other) => {
            let RecordKey { record_type, id } = connection.record();
            Err(NotConnected::Taken { record_type, id, other })
        }
        None => Ok(()),
    }
}

/// Records that a document cannot be connected to, because they are other documents' counterparts, with whose each is.
///
/// # Errors
/// The store failed.
pub fn taken_records(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    document: &DocumentKey,
) -> Result<HashMap<RecordKey, DocumentKey>, StoreError> {
    if program.may_share(&document.object) {
        return Ok(HashMap::new());
    }
    let is_in_the_way =
        |it: &Connection| !it.is_archived && it.document != *document && !is_of_record(&it.document);
    let all = store.connections(file.id)?.into_iter().filter(is_in_the_way);
    Ok(all.map(|it| (it.record(), it.document)).collect())
}

/// Whether play ever changes the records of an object. Of those that are only created nothing is sent once they are there.
pub fn is_changed_by_play(program: &Program, object: &str) -> bool {
    let export = program.object(object).and_then(|object| object.export.as_ref());
    export.is_some_and(|export| export.variants.iter().any(|variant| variant.modify.is_some()))
}

/// Puts a document's connection aside, or takes it back. Gives the connection as it was before.
///
/// # Errors
/// The document is not connected, or its record has become another document's counterpart meanwhile.
pub fn archive(
    store: &dyn Store,
    file: &CompanyFile,
    document: &DocumentKey,
    is_archived: bool,
) -> Result<Connection, NotConnected> {
    let known = connection_of(store, file, document)?;
    let known = known.ok_or_else(|| NotConnected::NotThere(document.clone()))?;
    if known.is_archived != is_archived {
        let connection = Connection { is_archived, ..known.clone() };
        if !is_archived {
            not_taken(&connection, &sharing(store, file, &connection)?)?;
        }
        store.connect(file.id, &connection)?;
    }
    Ok(known)
}
