//! All lists of one company file, as it was at one moment.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::document_row::DocumentRow;
use super::import_row::ImportRow;
use super::list::{List, lists};
use crate::rules::Program;
use crate::sync::stored::{CompanyFile, Connection, DocumentKey, Job, RecordKey, Store, StoredDocument};
use crate::sync::{Differs, Imports, SettledBy, differs, settled};
use crate::web::ground::trouble::Trouble;

/// All lists of one company file, as it was at one moment.
pub struct CompanyView {
    /// What [`CompanyFile::changes`] was then.
    pub changes: i64,
    /// Records that could become documents, in the order in which they were first read.
    pub imports: Arc<Vec<Arc<ImportRow>>>,
    /// Documents whose records hold something else than they must.
    differs: Arc<HashMap<DocumentKey, Differs>>,
    /// Documents that count as done by hand.
    settled: Arc<BTreeMap<DocumentKey, SettledBy>>,
    /// What the imports were made from, the differences, and what is settled.
    imports_from: u64,
    /// Documents by object, newest number first where the list's first column is one.
    documents: HashMap<&'static str, Arc<Vec<DocumentRow>>>,
    /// What [`CompanyFile::loads`] was then.
    loads: i64,
}

impl CompanyView {
    /// Whether the file changed since, so that a newer view is being made.
    pub fn is_old(&self, file: &CompanyFile) -> bool {
        self.changes < file.changes
    }

    /// The documents of an object; none if it has no list.
    pub fn documents(&self, object: &str) -> &[DocumentRow] {
        self.documents.get(object).map_or(&[], |rows| rows.as_slice())
    }

    /// How many documents have a record that holds something else than it must.
    pub fn differs(&self) -> usize {
        self.differs.len()
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

    /// The same with other rows in the place of these.
    pub(super) fn with(&self, rows: &HashMap<(&str, &RecordKey), &Arc<ImportRow>>) -> Self {
        let row = |row: &Arc<ImportRow>| {
            let other = rows.get(&(row.object.as_str(), &row.key)).copied();
            Arc::clone(other.unwrap_or(row))
        };
        Self {
            changes: self.changes,
            imports: Arc::new(self.imports.iter().map(row).collect()),
            differs: self.differs.clone(),
            settled: self.settled.clone(),
            imports_from: self.imports_from,
            documents: self.documents.clone(),
            loads: self.loads,
        }
    }

    /// The view of the file as it is now; it takes what did not change from the view before.
    pub(super) fn make(
        store: &dyn Store,
        program: &Program,
        file: &CompanyFile,
        before: Option<&CompanyView>,
    ) -> Result<Self, Trouble> {
        let imports_from = imports_from(store, file)?;
        let (imports, differs, settled) = match before.filter(|it| it.imports_from == imports_from) {
            Some(before) => (before.imports.clone(), before.differs.clone(), before.settled.clone()),
            None => (
                Arc::new(imports(store, program, file)?),
                Arc::new(differing(store, program, file)?),
                Arc::new(settled(store, program, file).map_err(Trouble::failed)?),
            ),
        };
        let now = Now::of(store, file, &differs, &settled)?;
        let known = before.filter(|before| before.loads == file.loads);
        let mut documents = HashMap::new();
        for list in lists() {
            let rows: Vec<DocumentRow> = match known {
                Some(known) => known.documents(&list.object).iter().map(|row| now.on(row.clone())).collect(),
                None => now.rows(list, &store.all_documents(file.id, Some(&list.object))?),
            };
            documents.insert(list.object.as_str(), Arc::new(rows));
        }
        let (changes, loads) = (file.changes, file.loads);
        Ok(Self { changes, imports, differs, settled, imports_from, documents, loads })
    }
}

/// Jobs, connections, differences and what is settled, by document.
struct Now {
    jobs: HashMap<DocumentKey, Job>,
    connections: HashMap<DocumentKey, Connection>,
    differs: Arc<HashMap<DocumentKey, Differs>>,
    settled: Arc<BTreeMap<DocumentKey, SettledBy>>,
}

impl Now {
    fn of(
        store: &dyn Store,
        file: &CompanyFile,
        differs: &Arc<HashMap<DocumentKey, Differs>>,
        settled: &Arc<BTreeMap<DocumentKey, SettledBy>>,
    ) -> Result<Self, Trouble> {
        let jobs = store.jobs(file.id, None)?.into_iter().map(|job| (job.document.clone(), job));
        let connections = store.connections(file.id)?.into_iter().map(|it| (it.document.clone(), it));
        Ok(Self {
            jobs: jobs.collect(),
            connections: connections.collect(),
            differs: differs.clone(),
            settled: settled.clone(),
        })
    }

    fn rows(&self, list: &List, stored: &[StoredDocument]) -> Vec<DocumentRow> {
        stored.iter().rev().map(|stored| self.on(DocumentRow::of(list, stored))).collect()
    }

    fn on(&self, row: DocumentRow) -> DocumentRow {
        let (job, connection) = (self.jobs.get(&row.key), self.connections.get(&row.key));
        let (differs, settled) = (self.differs.get(&row.key), self.settled.get(&row.key));
        row.with(job, connection).differing(differs).settled(settled)
    }
}

/// Stands for everything that imports depend on.
fn imports_from(store: &dyn Store, file: &CompanyFile) -> Result<u64, Trouble> {
    let mut hash = DefaultHasher::new();
    (file.revision, file.loads).hash(&mut hash);
    serde_json::to_string(&file.settings).unwrap_or_default().hash(&mut hash);
    store.ignored(file.id)?.hash(&mut hash);
    Ok(hash.finish())
}

fn differing(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
) -> Result<HashMap<DocumentKey, Differs>, Trouble> {
    let all = differs(store, program, file).map_err(Trouble::failed)?;
    Ok(all.into_iter().map(|it| (it.document.clone(), it)).collect())
}

fn imports(store: &dyn Store, program: &Program, file: &CompanyFile) -> Result<Vec<Arc<ImportRow>>, Trouble> {
    let imports = Imports::of(store, program, file).map_err(Trouble::failed)?;
    let updates = imports.updates(store, file, None).map_err(Trouble::failed)?;
    let mut updates: HashMap<(String, RecordKey), _> =
        updates.into_iter().map(|row| ((row.document.object, row.record), row.fields)).collect();
    let rows = imports.rows(None).map_err(Trouble::failed)?;
    let row = |found: &crate::sync::FoundRecord| {
        let updates = updates.remove(&(found.object.clone(), found.key.clone()));
        Arc::new(ImportRow::of(found, updates.unwrap_or_default()))
    };
    Ok(rows.iter().map(row).collect())
}
