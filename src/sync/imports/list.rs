//! Imports: which records of QuickBooks can become documents, and why others cannot.

use std::collections::HashSet;
use std::sync::Arc;

use crate::document::{Code, Value, id_of_record, nearest};
use crate::engine::{Context, Engine, ImportNote, ImportedValue, Links};
use crate::language::{Spoken, say, t};
use crate::qbxml::{Company, Record};
use crate::rules::Program;
use crate::rules::program::{Import, Object};
use crate::rules::settings::SettingError;
use crate::sync::company_file::document::{engine_key, version};
use crate::sync::company_file::mirror::Agreements;
use crate::sync::company_file::settings::{KeptError, settings};
use crate::sync::company_file::{Connections, Mirror};
use crate::sync::stored::{
    CompanyFile, Connection, DocumentKey, Moment, NewDocument, RecordKey, Store, StoreError,
};

/// Why nothing is imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The rules import no such object.
    #[error("{}", say!("no object with an import is called `{object}`; {hint}there are {known}", object, hint, known))]
    NoObject {
        /// What it was called.
        object: String,
        /// "did you mean", if a name is near.
        hint: String,
        /// Those that are imported.
        known: String,
    },
    /// No such record was read.
    #[error("{}", say!("Ferrule has read no record with the id `{id}` of a type that can be imported", id = .0))]
    NoRecord(String),
    /// It cannot be imported.
    #[error("{}", say!("{record} is not importable: {reason}", record, reason))]
    NotImportable {
        /// The record.
        record: String,
        /// Why.
        reason: String,
    },
    /// It could become documents of several objects.
    #[error("{}", say!("{record} can become {objects}; say which object is meant", record, objects))]
    Several {
        /// The record.
        record: String,
        /// What it could become.
        objects: String,
    },
    /// What is made of it cannot be written.
    #[error("{}", say!("the document cannot be written as JSON: {error}", error = .0))]
    Json(#[from] serde_json::Error),
    /// What is stored as the settings does not fit the rules.
    #[error("{}", say!("the settings of the company file: {error}", error = .0))]
    Settings(#[from] SettingError),
    /// What is kept cannot be used.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Spoken for ImportError {}

/// A record that an object's import names.
#[derive(Clone, Debug)]
pub struct FoundRecord {
    /// The object that it would become.
    pub object: String,
    /// Which record.
    pub key: RecordKey,
    /// What people call it.
    pub name: String,
    /// Whether it can be imported.
    pub fate: ImportFate,
}

/// Whether a record can be imported.
#[derive(Clone, Debug)]
pub enum ImportFate {
    /// It can, as this document, which has no id yet.
    Importable(ImportedValue),
    /// It is connected to that document already.
    Connected(DocumentKey),
    /// It was connected to that document, and the connection was archived.
    Archived(DocumentKey),
    /// A person ignores it.
    Ignored,
    /// The rules do not import it.
    Refused(Vec<ImportNote>),
}

/// A record that is imported: the document to keep, and its connection.
#[derive(Clone, Debug)]
pub struct TakenRecord {
    /// The document.
    pub document: NewDocument,
    /// Its connection.
    pub connection: Connection,
    /// What people call it.
    pub name: String,
}

/// Everything that imports of one company file depend on, as it was when this was made.
pub struct Imports<'p> {
    /// The rules.
    pub(in crate::sync) program: &'p Program,
    /// What was read.
    pub(in crate::sync) company: Company,
    /// The values of all settings.
    pub(in crate::sync) settings: Vec<Value>,
    /// What is connected.
    pub(in crate::sync) links: Links,
    /// What documents and their records agreed on last.
    pub(in crate::sync) agreed: Agreements,
    ignored: HashSet<RecordKey>,
    connections: Connections,
}

impl<'p> Imports<'p> {
    /// What is known of the company file.
    ///
    /// # Errors
    /// The store failed, or holds settings that the rules do not take.
    pub fn of(store: &dyn Store, program: &'p Program, file: &CompanyFile) -> Result<Self, ImportError> {
        Self::over(store, program, file, Mirror::load(store, file.id)?)
    }

    /// What was read.
    pub fn company(&self) -> &Company {
        &self.company
    }

    /// The same of a few records only, which takes no time whatever else there is. What rules look up
    /// in other records is taken on trust: this is for records that were found to be importable.
    ///
    /// # Errors
    /// The store failed, or holds settings that the rules do not take.
    pub fn of_records(
        store: &dyn Store,
        program: &'p Program,
        file: &CompanyFile,
        keys: &[RecordKey],
    ) -> Result<Self, ImportError> {
        Self::over(store, program, file, Mirror::of_records(store, file.id, keys)?)
    }

    fn over(
        store: &dyn Store,
        program: &'p Program,
        file: &CompanyFile,
        mirror: Mirror,
    ) -> Result<Self, ImportError> {
        let settings = settings(program, file)?;
        let Mirror { company, connections, agreed, .. } = mirror;
        let mut links = Links::default();
        for connection in connections.all().filter(|connection| !connection.is_archived) {
            if let Some(key) = engine_key(program, &connection.document) {
                links.connect(key, &connection.record_id, &company);
            }
        }
        let ignored = store.ignored(file.id)?.into_iter().collect();
        Ok(Self { program, company, settings, links, agreed, ignored, connections })
    }

    /// Every record that the import of an object names, by object in the order of the rule set, then
    /// in the order in which they were first read; of one object only, if one is named.
    ///
    /// # Errors
    /// The rules import no such object.
    pub fn rows(&self, object: Option<&str>) -> Result<Vec<FoundRecord>, ImportError> {
        let engine = Engine::new(self.program);
        let mut rows = Vec::new();
        for (object, import) in self.imported(object)? {
            let records = import.from.iter().flat_map(|from| self.company.records(from));
            rows.extend(records.filter_map(|record| self.row(&engine, object, import, record)));
        }
        Ok(rows)
    }

    /// The objects that the rules import, or the one that is named.
    pub(in crate::sync) fn imported(
        &self,
        named: Option<&str>,
    ) -> Result<Vec<(&Object, &Import)>, ImportError> {
        let all = self.program.objects.iter();
        let all: Vec<_> = all.filter_map(|object| Some((object, object.import.as_ref()?))).collect();
        let Some(named) = named else {
            return Ok(all);
        };
        if let Some(found) = all.iter().find(|(object, _)| object.name == named) {
            return Ok(vec![*found]);
        }
        let known: Vec<&str> = all.iter().map(|(object, _)| object.name.as_str()).collect();
        let near = nearest(named, known.iter().copied());
        let hint = near.map(|near| say!("did you mean `{near}`? ", near)).unwrap_or_default();
        Err(ImportError::NoObject { object: named.to_owned(), hint, known: known.join(", ") })
    }

    fn row(
        &self,
        engine: &Engine<'_>,
        object: &Object,
        import: &Import,
        record: &Arc<Record>,
    ) -> Option<FoundRecord> {
        let key = RecordKey::of(record)?;
        let name = record.called().unwrap_or_default().to_owned();
        let fate = match self.connection(&key) {
            Some(connection) if connection.is_archived => ImportFate::Archived(connection.document.clone()),
            Some(connection) => ImportFate::Connected(connection.document.clone()),
            None if self.ignored.contains(&key) => ImportFate::Ignored,
            None => self.importable(engine, object, import, (&key, record)),
        };
        Some(FoundRecord { object: object.name.clone(), key, name, fate })
    }

    /// What the rules say of a record that is neither connected nor ignored.
    fn importable(
        &self,
        engine: &Engine<'_>,
        object: &Object,
        import: &Import,
        (key, record): (&RecordKey, &Arc<Record>),
    ) -> ImportFate {
        if let Some(flaw) = self.company.flaw_of(&key.record_type, &key.id) {
            let message = say!("it cannot be read as it stands: {reason}", reason = flaw.reason);
            return ImportFate::Refused(vec![ImportNote { code: Code::SetAside.to_string(), message }]);
        }
        let result = engine.import(&object.name, import, record, self.context());
        result.document.map_or_else(|| ImportFate::Refused(result.reasons), ImportFate::Importable)
    }

    pub(in crate::sync) fn context(&self) -> Context<'_> {
        Context { settings: &self.settings, company: &self.company, links: &self.links }
    }

    /// The connection of a record that counts: one that is not archived, if there is one.
    pub(in crate::sync) fn connection(&self, key: &RecordKey) -> Option<&Connection> {
        self.connections.of_record(key).min_by(|a, b| order(a).cmp(&order(b)))
    }
}

/// Of several connections of a record, the least counts.
fn order(connection: &Connection) -> (bool, &DocumentKey) {
    (connection.is_archived, &connection.document)
}

impl FoundRecord {
    /// Whether it can be imported.
    pub fn is_importable(&self) -> bool {
        matches!(self.fate, ImportFate::Importable(_))
    }

    /// Why it cannot be imported: a code and words each; nothing if it can.
    pub fn reasons(&self) -> Vec<(&str, String)> {
        match &self.fate {
            ImportFate::Importable(_) => Vec::new(),
            ImportFate::Connected(document) => {
                vec![("connected", say!("it is connected to {document}", document))]
            }
            ImportFate::Archived(document) => {
                vec![("archived", say!("its connection to {document} is archived", document))]
            }
            ImportFate::Ignored => vec![("ignored", t("it is ignored").to_owned())],
            ImportFate::Refused(notes) => {
                notes.iter().map(|note| (note.code.as_str(), note.message.clone())).collect()
            }
        }
    }

    /// What is kept when it is imported; nothing if it cannot be.
    ///
    /// # Errors
    /// The document cannot be written.
    pub fn take(&self, now: Moment) -> Result<Option<TakenRecord>, ImportError> {
        let ImportFate::Importable(ImportedValue::Fields(fields)) = &self.fate else {
            return Ok(None);
        };
        let id = id_of_record(&self.key.id);
        let mut fields = fields.clone();
        fields.insert(1.min(fields.len()), ("id".to_owned(), ImportedValue::Text(id.clone())));
        let json = serde_json::to_string(&ImportedValue::Fields(fields))?;
        let key = DocumentKey { object: self.object.clone(), id };
        let connection = Connection {
            document: key.clone(),
            record_type: self.key.record_type.clone(),
            record_id: self.key.id.clone(),
            connected_at: now,
            is_archived: false,
            may_share: true,
            generation: 0,
        };
        let document = NewDocument { key, version: version(&json), json };
        Ok(Some(TakenRecord { document, connection, name: self.name.clone() }))
    }

    fn called(&self) -> String {
        format!("{} {} \"{}\"", self.key.record_type, self.key.id, self.name)
    }
}

/// The rows of the records with these ids, all of them importable.
///
/// # Errors
/// One was not read, cannot be imported, or can become several things.
pub fn chosen<'r>(rows: &'r [FoundRecord], ids: &[String]) -> Result<Vec<&'r FoundRecord>, ImportError> {
    let mut chosen: Vec<&FoundRecord> = Vec::new();
    for id in ids {
        let all: Vec<&FoundRecord> = rows.iter().filter(|row| row.key.id == *id).collect();
        let importable: Vec<&FoundRecord> =
            all.iter().copied().filter(|row| row.reasons().is_empty()).collect();
        match (importable.as_slice(), all.first()) {
            ([row], _) if chosen.iter().any(|it| it.key == row.key) => {}
            ([row], _) => chosen.push(row),
            ([row, ..], _) => {
                let objects: Vec<&str> = importable.iter().map(|row| row.object.as_str()).collect();
                return Err(ImportError::Several { record: row.called(), objects: objects.join(" or ") });
            }
            ([], Some(row)) => {
                let reasons: Vec<String> = row.reasons().into_iter().map(|(_, words)| words).collect();
                return Err(ImportError::NotImportable { record: row.called(), reason: reasons.join(" ") });
            }
            ([], None) => return Err(ImportError::NoRecord(id.clone())),
        }
    }
    Ok(chosen)
}
