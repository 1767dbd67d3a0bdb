//! All lists of one company file, as it was at one moment.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rust_decimal::Decimal;

use super::background::OfMoment;
use super::document_row::DocumentRow;
use super::import_row::ImportRow;
use super::record_row::RecordRow;
use crate::rules::Program;
use crate::rules::program::{ColumnKind, List};
use crate::sync::session::Rulebook;
use crate::sync::stored::{CompanyFile, Connection, DocumentKey, Job, RecordKey, Store, StoredDocument};
use crate::sync::{Heap, Imports, Noticed, OpenAmount, Payments, UpdateRow, fact_labels, heaps};
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Row as _;

/// All lists of one company file, as it was at one moment.
pub struct CompanyView {
    /// What [`CompanyFile::changes`] was then.
    pub changes: i64,
    /// Records that could become documents, in the order in which they were first read.
    pub imports: Arc<Vec<Arc<ImportRow>>>,
    /// Every record that was read, as a search finds it.
    pub records: Arc<Vec<RecordRow>>,
    /// What is told of documents beside what they are.
    told: Arc<Told>,
    /// What the imports were made from, and what is told.
    imports_from: u64,
    /// What waits for a person, the most urgent first.
    heaps: Arc<Vec<Arc<Heap>>>,
    /// Documents by object, newest number first where the list's first column is one.
    documents: HashMap<String, Arc<Vec<DocumentRow>>>,
    /// What [`CompanyFile::loads`] was then, and which layers were on.
    loads: (i64, Vec<String>),
}

impl OfMoment for CompanyView {
    fn changes(&self) -> i64 {
        self.changes
    }
}

impl CompanyView {
    /// Whether the file changed since, so that a newer view is being made.
    pub fn is_old(&self, file: &CompanyFile) -> bool {
        !self.is_of(file)
    }

    /// The documents of an object; none if it has no list.
    pub fn documents(&self, object: &str) -> &[DocumentRow] {
        self.documents.get(object).map_or(&[], |rows| rows.as_slice())
    }

    /// How many documents have a record that holds something else than it must.
    pub fn differs(&self) -> usize {
        self.told.noticed.differs.len()
    }

    /// What waits for a person, the most urgent first.
    pub fn heaps(&self) -> &[Arc<Heap>] {
        &self.heaps
    }

    /// What the party with that record has not paid yet.
    pub fn open(&self, record_id: &str) -> &[OpenAmount] {
        self.told.payments.open(record_id)
    }

    /// The records that could become documents of an object; they stand together.
    pub fn imports_of(&self, object: &str) -> &[Arc<ImportRow>] {
        let start = self.imports.iter().position(|row| row.object == object).unwrap_or_default();
        let rest = self.imports.get(start..).unwrap_or_default();
        rest.split(|row| row.object != object).next().unwrap_or_default()
    }

    /// One document.
    pub fn document(&self, object: &str, id: &str) -> Option<&DocumentRow> {
        self.documents(object).iter().find(|row| row.key.id == id)
    }

    /// The money that the documents of these objects are about. Whoever asks for many asks here: each list is gone
    /// through once, not once for each document.
    pub fn amounts<'o>(&self, objects: impl IntoIterator<Item = &'o str>) -> HashMap<&DocumentKey, Decimal> {
        let objects: BTreeSet<&str> = objects.into_iter().collect();
        let rows = objects.into_iter().flat_map(|object| self.documents(object));
        rows.filter_map(|row| Some((&row.key, row.amount()?))).collect()
    }

    /// The same with other rows in the place of these.
    pub(super) fn with(&self, rows: &HashMap<(&str, &RecordKey), &Arc<ImportRow>>) -> Self {
        let row = |row: &Arc<ImportRow>| {
            let other = rows.get(&(row.object.as_str(), &row.key)).copied();
            Arc::clone(other.unwrap_or(row))
        };
        Self {
            changes: self.changes,
            imports: Arc::new(self.imports.iter().map(row).collect()),
            records: self.records.clone(),
            told: self.told.clone(),
            heaps: self.heaps.clone(),
            imports_from: self.imports_from,
            documents: self.documents.clone(),
            loads: self.loads.clone(),
        }
    }

    /// The view of the file as it is now; it takes what did not change from the view before.
    pub(super) fn make(
        store: &dyn Store,
        book: &Rulebook,
        file: &CompanyFile,
        before: Option<&CompanyView>,
    ) -> Result<Self, Trouble> {
        let program = &book.program;
        let imports_from = Noticed::made_from(store, file)?;
        let known = before.filter(|before| before.imports_from == imports_from);
        let (imports, records, told) = if let Some(known) = known {
            (known.imports.clone(), known.records.clone(), known.told.clone())
        } else {
            let (imports, records, updates) = imports(store, program, file)?;
            (Arc::new(imports), Arc::new(records), Arc::new(Told::of(store, program, file, &updates)?))
        };
        let now = Now::of(store, program, file, told.clone())?;
        let loads = (file.loads, file.layers.clone());
        let known = before.filter(|before| before.loads == loads);
        let mut documents = HashMap::new();
        for list in program.lists() {
            let rows: Vec<DocumentRow> = match known {
                Some(known) => {
                    known.documents(&list.object).iter().map(|row| now.on(list, row.clone())).collect()
                }
                None => now.rows(list, &store.all_documents(file.id, Some(&list.object))?),
            };
            documents.insert(list.object.clone(), Arc::new(rows));
        }
        let heaps = Arc::new(heaps(store, program, file, &told.noticed)?);
        Ok(Self { changes: file.changes, imports, records, told, heaps, imports_from, documents, loads })
    }
}

/// What is told of documents, beside what they are.
struct Told {
    /// What only a look at all records tells.
    noticed: Noticed,
    /// What records tell of documents and of parties.
    payments: Payments,
}

impl Told {
    fn of(
        store: &dyn Store,
        program: &Program,
        file: &CompanyFile,
        updates: &[UpdateRow],
    ) -> Result<Self, Trouble> {
        let noticed = Noticed::with(store, program, file, updates).map_err(Trouble::failed)?;
        Ok(Self { noticed, payments: Payments::of(store, program, file)? })
    }
}

/// Jobs, connections, and what is told, by document.
struct Now<'p> {
    program: &'p Program,
    jobs: HashMap<DocumentKey, Job>,
    connections: HashMap<DocumentKey, Connection>,
    told: Arc<Told>,
}

impl<'p> Now<'p> {
    fn of(
        store: &dyn Store,
        program: &'p Program,
        file: &CompanyFile,
        told: Arc<Told>,
    ) -> Result<Self, Trouble> {
        let jobs = store.jobs(file.id, None)?.into_iter().map(|job| (job.document.clone(), job));
        let connections = store.connections(file.id)?.into_iter().map(|it| (it.document.clone(), it));
        Ok(Self { program, jobs: jobs.collect(), connections: connections.collect(), told })
    }

    fn rows(&self, list: &List, stored: &[StoredDocument]) -> Vec<DocumentRow> {
        let finalize = finalize_field(self.program, list);
        let rows = stored.iter().rev().map(|stored| self.on(list, DocumentRow::of(list, finalize, stored)));
        let mut rows: Vec<DocumentRow> = rows.collect();
        // The id says nothing to people: the newest number is the first.
        if list.columns.first().is_some_and(|column| column.kind == ColumnKind::Number) {
            rows.sort_by(|a, b| b.in_order(a, 0));
        }
        rows
    }

    fn on(&self, list: &List, row: DocumentRow) -> DocumentRow {
        let (job, connection) = (self.jobs.get(&row.key), self.connections.get(&row.key));
        let facts = self.told.payments.facts(&row.key).to_vec();
        let noticed = &self.told.noticed;
        let heads = fact_labels(self.program, &list.object);
        let (differs, settled) = (noticed.differs.get(&row.key), noticed.settled.get(&row.key));
        let undone = noticed.undone.get(&row.key);
        let number = self.told.payments.number(&row.key);
        let row = row.with(job, connection).differing(differs).undone(undone).settled(settled);
        row.telling(&heads, &facts, number)
    }
}

/// The field that says when a document of a list was finalized, if its rules name one.
pub fn finalize_field<'p>(program: &'p Program, list: &List) -> Option<&'p str> {
    program.object(&list.object)?.export.as_ref()?.finalize.as_deref()
}

/// The rows of the Imports page, every record, and what is newer than its document.
type Read = (Vec<Arc<ImportRow>>, Vec<RecordRow>, Vec<UpdateRow>);

fn imports(store: &dyn Store, program: &Program, file: &CompanyFile) -> Result<Read, Trouble> {
    let imports = Imports::of(store, program, file).map_err(Trouble::failed)?;
    let newer = imports.updates(store, file, None).map_err(Trouble::failed)?;
    let of = |row: &UpdateRow| ((row.document.object.clone(), row.record.clone()), row.fields.clone());
    let mut updates: HashMap<(String, RecordKey), _> = newer.iter().map(of).collect();
    let rows = imports.rows(None).map_err(Trouble::failed)?;
    let row = |found: &crate::sync::FoundRecord| {
        let updates = updates.remove(&(found.object.clone(), found.key.clone()));
        Arc::new(ImportRow::of(found, updates.unwrap_or_default()))
    };
    let company = imports.company();
    let records = company.record_types().flat_map(|name| company.records(name));
    let records = records.filter_map(|record| RecordRow::of(record)).collect();
    Ok((rows.iter().map(row).collect(), records, newer))
}
