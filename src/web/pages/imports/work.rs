//! The work behind the buttons of the Imports page.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::language::{say, t};
use crate::people::AuditAction;
use crate::sync::stored::{CompanyFile, DocumentKey, RecordKey};
use crate::sync::{ImportError, ImportFate, Imports, id_of_record, import_rows, update_rows};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::imports::actions::Act;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyView, Deed, ImportRow, Verdict};
use crate::web::words::when::counted;

/// Up to this many records are read one by one; for more, everything is read at once.
const FEW: usize = 200;

/// Work on records of one object.
pub struct Work<'w> {
    /// Who does it.
    pub visit: &'w Visit,
    /// To which company file.
    pub file: &'w CompanyFile,
    /// The object.
    pub object: &'w str,
}

/// What was done.
#[derive(Debug, Default)]
pub struct WorkReport {
    /// Records that were imported.
    pub imported: usize,
    /// Documents that were updated.
    pub updated: usize,
    /// Records that something else was done with.
    pub other: usize,
    /// The names of the records that something was done with.
    pub names: Vec<String>,
    /// The documents that stand for them, where there are any.
    pub documents: Vec<DocumentKey>,
    /// Which they are.
    keys: HashSet<RecordKey>,
}

impl Act {
    /// What it is for the audit.
    pub fn action(self) -> AuditAction {
        match self {
            Self::Import => AuditAction::ImportRecords,
            Self::Update => AuditAction::UpdateDocuments,
            Self::Ignore => AuditAction::IgnoreRecords,
            Self::Restore => AuditAction::StopIgnoring,
            Self::Archive => AuditAction::ArchiveConnections,
            Self::Reconnect => AuditAction::RestoreConnections,
        }
    }

    /// Whether it can be done with records of that verdict.
    pub fn fits(self, verdict: Verdict) -> bool {
        match self {
            Self::Import => matches!(verdict, Verdict::Importable | Verdict::Update),
            Self::Update => verdict == Verdict::Update,
            Self::Ignore => verdict == Verdict::Importable,
            Self::Restore => verdict == Verdict::Ignored,
            Self::Archive => matches!(verdict, Verdict::Connected | Verdict::Update),
            Self::Reconnect => verdict == Verdict::Archived,
        }
    }

    /// Why it is done with none of several records.
    pub fn nothing(self) -> &'static str {
        match self {
            Self::Import => t("none of these records can be imported"),
            Self::Update => t("none of these records has newer data"),
            Self::Ignore => t("only importable records can be ignored"),
            Self::Restore => t("none of these records is ignored"),
            Self::Archive => t("none of these records is connected"),
            Self::Reconnect => t("none of these connections is archived"),
        }
    }
}

impl WorkReport {
    fn of(rows: &[&ImportRow]) -> Self {
        Self {
            other: rows.len(),
            names: rows.iter().map(|row| row.name.clone()).collect(),
            keys: rows.iter().map(|row| row.key.clone()).collect(),
            documents: rows.iter().filter_map(|row| row.document.clone()).collect(),
            ..Self::default()
        }
    }

    /// How many records something was done with.
    pub fn done(&self) -> usize {
        self.imported + self.updated + self.other
    }

    /// What was done, for people.
    pub fn words(&self, act: Act) -> String {
        let count = counted(self.other, "record");
        let it = if self.other == 1 { "it" } else { "them" };
        match act {
            Act::Import | Act::Update => {
                let (imported, updated) =
                    (counted(self.imported, "record"), counted(self.updated, "document"));
                let done = match (self.imported, self.updated) {
                    (_, 0) => say!("{imported} imported.", imported),
                    (0, _) => say!("{updated} updated.", updated),
                    _ => say!("{imported} imported, {updated} updated.", imported, updated),
                };
                done + t(" The file to load into Steelhead is under For Steelhead.")
            }
            Act::Ignore => say!("{count} ignored. You find {it} under Ignored.", count, it),
            Act::Restore => say!("{count} no longer ignored.", count),
            Act::Archive => say!("{count} archived.", count = counted(self.other, "connection")),
            Act::Reconnect => say!("{count} restored.", count = counted(self.other, "connection")),
        }
    }
}

impl Work<'_> {
    /// Does it with rows that it fits.
    pub fn do_it(&self, act: Act, rows: &[&ImportRow]) -> Result<WorkReport, Trouble> {
        match act {
            Act::Import | Act::Update => {
                let of = |verdict: Verdict| -> Vec<&ImportRow> {
                    rows.iter().filter(|row| row.verdict == verdict).copied().collect()
                };
                let mut report = WorkReport::default();
                self.import(&of(Verdict::Importable), &mut report)?;
                self.update(&of(Verdict::Update), &mut report)?;
                Ok(report)
            }
            Act::Ignore => self.ignore(rows, true),
            Act::Restore => self.ignore(rows, false),
            Act::Archive => self.archive(rows, true),
            Act::Reconnect => self.archive(rows, false),
        }
    }

    /// Tells the pages what was done, so that nobody waits until the lists are made again.
    pub fn note(&self, act: Act, report: &WorkReport, view: &CompanyView) -> Result<(), Trouble> {
        let restored = if act == Act::Restore { self.restored(report)? } else { HashMap::new() };
        let mut rows = HashMap::new();
        for row in view.imports.iter().filter(|row| report.keys.contains(&row.key)) {
            let key = (row.object.clone(), row.key.clone());
            let fate = match act {
                Act::Restore => restored.get(&key).cloned(),
                _ => self.fate(act, row),
            };
            if let Some(fate) = fate {
                rows.insert(key, Arc::new(row.with(fate)));
            }
        }
        let after = self.visit.site.store.company_file(self.file.id)?.changes;
        // Without the rows the deed would count as known, but no page would show it.
        if act != Act::Restore || !restored.is_empty() {
            self.visit.site.views.note(self.file.id, Deed { before: self.file.changes, after, rows });
        }
        Ok(())
    }

    /// What the row of a record becomes by this act; `None` if it stays as it is.
    fn fate(&self, act: Act, row: &ImportRow) -> Option<ImportFate> {
        match act {
            Act::Import | Act::Update => {
                let made = || DocumentKey { object: self.object.to_owned(), id: id_of_record(&row.key.id) };
                Some(ImportFate::Connected(row.document.clone().unwrap_or_else(made)))
            }
            Act::Ignore => row.document.is_none().then_some(ImportFate::Ignored),
            Act::Archive => row.document.clone().map(ImportFate::Archived),
            Act::Reconnect => row.document.clone().map(ImportFate::Connected),
            Act::Restore => None,
        }
    }

    /// What becomes of records that are no longer ignored. For very many, the next lists find that out.
    fn restored(&self, report: &WorkReport) -> Result<HashMap<(String, RecordKey), ImportFate>, Trouble> {
        if report.keys.len() > FEW {
            return Ok(HashMap::new());
        }
        let keys: Vec<RecordKey> = report.keys.iter().cloned().collect();
        let (store, program) = (&*self.visit.site.store, self.visit.program());
        let imports = Imports::of_records(store, program, self.file, &keys)?;
        let rows = imports.rows(None)?;
        Ok(rows.into_iter().map(|row| ((row.object, row.key), row.fate)).collect())
    }

    fn import(&self, rows: &[&ImportRow], report: &mut WorkReport) -> Result<(), Trouble> {
        if rows.is_empty() {
            return Ok(());
        }
        let (store, program, file) = (&*self.visit.site.store, self.visit.program(), self.file);
        let keys: Vec<RecordKey> = rows.iter().map(|row| row.key.clone()).collect();
        let imports = if keys.len() <= FEW {
            Imports::of_records(store, program, file, &keys)
        } else {
            Imports::of(store, program, file)
        };
        let found = imports.and_then(|imports| imports.rows(Some(self.object)))?;
        let wanted: HashSet<RecordKey> = keys.into_iter().collect();
        let fit: Vec<_> =
            found.iter().filter(|row| row.is_importable() && wanted.contains(&row.key)).collect();
        // The documents are in the store then, and can be downloaded from there.
        let done = import_rows(store, program, file, &fit, self.visit.now, |_| Ok::<(), ImportError>(()))?;
        report.imported += done.len();
        report.keys.extend(done.iter().map(|it| it.connection.record()));
        for it in done {
            report.names.push(it.name);
            report.documents.push(it.connection.document);
        }
        Ok(())
    }

    /// Updates only what is still as the page showed it.
    fn update(&self, rows: &[&ImportRow], report: &mut WorkReport) -> Result<(), Trouble> {
        if rows.is_empty() {
            return Ok(());
        }
        let (store, file) = (&*self.visit.site.store, self.file);
        let shown: HashMap<&RecordKey, &ImportRow> = rows.iter().map(|row| (&row.key, *row)).collect();
        let imports = Imports::of(store, self.visit.program(), file)?;
        let is_wanted = |key: &RecordKey| shown.contains_key(key);
        let found = imports.updates_where(store, file, Some(self.object), &is_wanted)?;
        let is_as_shown = |row: &&crate::sync::UpdateRow| {
            shown.get(&row.record).is_some_and(|shown| shown.updates == row.fields)
        };
        let fit: Vec<_> = found.iter().filter(is_as_shown).collect();
        let done = update_rows(store, file, &fit, self.visit.now, |_| Ok::<(), ImportError>(()))?;
        report.updated += done.len();
        report.keys.extend(done.iter().map(|row| row.record.clone()));
        for row in done {
            report.names.push(row.name.clone());
            report.documents.push(row.document.clone());
        }
        Ok(())
    }

    fn ignore(&self, rows: &[&ImportRow], is_ignored: bool) -> Result<WorkReport, Trouble> {
        let keys: Vec<RecordKey> = rows.iter().map(|row| row.key.clone()).collect();
        self.visit.site.store.ignore(self.file.id, &keys, is_ignored)?;
        Ok(WorkReport::of(rows))
    }

    fn archive(&self, rows: &[&ImportRow], is_archived: bool) -> Result<WorkReport, Trouble> {
        for document in rows.iter().filter_map(|row| row.document.as_ref()) {
            crate::sync::archive(&*self.visit.site.store, self.file, document, is_archived)
                .map_err(Trouble::failed)?;
        }
        Ok(WorkReport::of(rows))
    }
}
