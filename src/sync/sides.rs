//! A document and its record, side by side: what the rules make of it, what both agreed on, what QuickBooks holds.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::catalogue;
use crate::document::Origin;
use crate::engine::{Agreed, Confirmed, Context, Engine, Links};
use crate::qbxml::{Company, Record, read_responses};
use crate::rules::Program;
use crate::sync::company_file::document::{document_key, engine_key};
use crate::sync::stored::{
    CompanyFile, CompanyId, Connection, DocumentKey, ExchangeKind, RecordKey, Standing, Store, StoreError,
};
use crate::sync::{KeptError, settings};

/// So many of a document's exchanges are looked through for the last one that wrote its record.
const LOOKED_THROUGH: usize = 20;

/// The two sides of a document.
#[derive(Clone, Debug)]
pub struct Sides {
    /// What the rules make of the document; nothing if it is not sent as such a record.
    pub steelhead: Option<Record>,
    /// Elements of that which the record has otherwise, such as `InvoiceLineAdd[2]/Rate`.
    pub differing: Vec<String>,
    /// What the record must hold besides.
    pub confirmed: Vec<Confirmed>,
    /// What the record held when the two last agreed, if that is known.
    pub agreed: Option<Record>,
    /// Elements in which the two were apart even then.
    pub apart: Vec<String>,
    /// What it holds now.
    pub quickbooks: Arc<Record>,
}

/// The two sides of a document; nothing if it has no record, or the record was not read.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn sides_of(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    standing: &Standing,
) -> Result<Option<Sides>, KeptError> {
    let Some(connection) = &standing.connection else { return Ok(None) };
    let Some(stored) = store.record(file.id, &connection.record())? else { return Ok(None) };
    let record = Arc::new(stored.record()?);
    let known = store.agreement(file.id, &connection.document)?.map(|it| it.agreed);
    let known = known.filter(|known| known.record == connection.record_id);
    let agreed = match known.as_ref().and_then(Agreed::theirs) {
        Some(theirs) => Some(theirs.as_ref().clone()),
        None => last_written(store, file, connection)?,
    };
    let (steelhead, differing, confirmed) = (None, Vec::new(), Vec::new());
    let apart = known.as_ref().map(Agreed::apart).unwrap_or_default();
    let mut sides = Sides { steelhead, differing, confirmed, agreed, apart, quickbooks: record.clone() };
    let read = program.decoder.decode(&standing.document.document.json, &Origin::default());
    let Ok(document) = read else { return Ok(Some(sides)) };
    let (settings, engine) = (settings(program, file)?, Engine::new(program));
    let mut beside = Beside { company: Company::unknown(), links: Links::default() };
    beside.company.add_record(&record);
    beside.connect(store, program, file, std::slice::from_ref(connection))?;
    let wanted = |beside: &Beside| {
        let context = Context { settings: &settings, company: &beside.company, links: &beside.links };
        let wanted = engine.wanted(&document.root, &record, known.as_ref(), context);
        (wanted, engine.expected(&document.root, context))
    };
    // First it is seen what it refers to, then that is told by its name.
    let named = |beside: &mut Beside| -> Result<(), StoreError> {
        let met = wanted(beside).0.map(|it| it.dependencies).unwrap_or_default();
        let key = |shape| program.object_of(shape).map(|object| object.name.clone());
        let keys = met.iter().filter_map(|it| Some(document_key(&key(it.key.shape)?, &it.key)));
        let keys: Vec<DocumentKey> = keys.collect();
        beside.connect(store, program, file, &store.connections_of(file.id, &keys)?)
    };
    named(&mut beside)?;
    let (wanted, expected) = wanted(&beside);
    sides.confirmed = expected.map(|it| it.confirmed).unwrap_or_default();
    if let Some(wanted) = wanted {
        (sides.steelhead, sides.differing) = (Some(wanted.body), wanted.differing);
    }
    Ok(Some(sides))
}

/// Records beside a document's own, and which document has which.
struct Beside {
    company: Company,
    links: Links,
}

impl Beside {
    fn connect(
        &mut self,
        store: &dyn Store,
        program: &Program,
        file: &CompanyFile,
        all: &[Connection],
    ) -> Result<(), StoreError> {
        for connection in all.iter().filter(|it| !it.is_archived) {
            if let Some(stored) = store.record(file.id, &connection.record())? {
                self.company.add_record(&Arc::new(stored.record()?));
            }
            if let Some(key) = engine_key(program, &connection.document) {
                self.links.connect(key, &connection.record_id, &self.company);
            }
        }
        Ok(())
    }
}

/// The record as QuickBooks answered with it when the document was last written: of documents that are never changed
/// afterwards nothing else is kept of what was agreed.
fn last_written(
    store: &dyn Store,
    file: &CompanyFile,
    connection: &Connection,
) -> Result<Option<Record>, StoreError> {
    let past = store.past(file.id, &connection.document, false, None, LOOKED_THROUGH)?;
    let writes = past.iter().filter(|it| it.exchange.kind == ExchangeKind::Write);
    let answers = writes.filter_map(|it| it.exchange.response.as_deref());
    let records = answers.flat_map(|answer| read_responses(answer.as_bytes()).unwrap_or_default());
    let mut records = records.flat_map(|response| response.records);
    let is_it = |record: &Arc<Record>| {
        record.name() == connection.record_type && record.id() == Some(connection.record_id.as_str())
    };
    Ok(records.find(is_it).map(|record| record.as_ref().clone()))
}

/// The accounts of what lines refer to, each looked up once.
pub struct LineAccounts<'s> {
    store: &'s dyn Store,
    company: CompanyId,
    known: RefCell<HashMap<String, Option<String>>>,
}

impl<'s> LineAccounts<'s> {
    /// Of a company file.
    pub fn new(store: &'s dyn Store, company: CompanyId) -> Self {
        Self { store, company, known: RefCell::default() }
    }

    /// The account that is booked by a line of this kind; `reference` is the line's element that refers to what has it.
    /// Nothing if that is not known.
    pub fn of(&self, line: &str, reference: &str, id: &str) -> Option<String> {
        let ways = catalogue::accounts_of(line);
        let look = || {
            let kinds = catalogue::referred(reference).iter().filter(|_| !ways.is_empty());
            let keys = kinds.map(|kind| RecordKey { record_type: (*kind).to_owned(), id: id.to_owned() });
            let mut found = keys.filter_map(|key| self.store.record(self.company, &key).ok()??.record().ok());
            let record = found.next()?;
            let accounts = ways.iter().filter_map(|way| record.get(&format!("{way}/FullName")));
            accounts.map(str::to_owned).next()
        };
        self.known.borrow_mut().entry(id.to_owned()).or_insert_with(look).clone()
    }
}
