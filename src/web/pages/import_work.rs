//! The work behind the buttons of the Imports page.

use std::collections::{HashMap, HashSet};

use super::import_actions::Act;
use crate::sync::stored::{CompanyFile, RecordKey};
use crate::sync::{ImportError, Imports, import_rows, update_rows};
use crate::web::trouble::Trouble;
use crate::web::views::{ImportRow, Verdict};
use crate::web::visit::Visit;
use crate::web::when::counted;

/// Up to so many records are read one by one; for more, everything is read at once.
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
pub struct Report {
    /// Records that were imported.
    pub imported: usize,
    /// Documents that were updated.
    pub updated: usize,
    /// Records that something else was done with.
    pub other: usize,
    /// What the records are called, those that something was done with.
    pub names: Vec<String>,
}

impl Act {
    /// What the audit calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Import => "import records",
            Self::Update => "update documents",
            Self::Ignore => "ignore records",
            Self::Restore => "ignore records no longer",
            Self::Archive => "archive connections",
            Self::Reconnect => "restore connections",
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
            Self::Import => "none of these records can be imported",
            Self::Update => "none of these records has newer data",
            Self::Ignore => "only what is importable can be ignored",
            Self::Restore => "none of these records is ignored",
            Self::Archive => "none of these records is connected",
            Self::Reconnect => "none of these connections is archived",
        }
    }
}

impl Report {
    /// How many records something was done with.
    pub fn done(&self) -> usize {
        self.imported + self.updated + self.other
    }

    /// What was done, for people.
    pub fn words(&self, act: Act) -> String {
        let count = counted(self.other, "record");
        let it = if self.other == 1 { "it stands" } else { "they stand" };
        match act {
            Act::Import | Act::Update => {
                let (imported, updated) =
                    (counted(self.imported, "record"), counted(self.updated, "document"));
                let done = match (self.imported, self.updated) {
                    (_, 0) => format!("{imported} imported."),
                    (0, _) => format!("{updated} updated."),
                    _ => format!("{imported} imported, {updated} updated."),
                };
                done + " The file for it is under For Steelhead."
            }
            Act::Ignore => format!("{count} ignored: {it} under Ignored from now on."),
            Act::Restore => format!("{count} no longer ignored."),
            Act::Archive => format!("{} archived.", counted(self.other, "connection")),
            Act::Reconnect => format!("{} restored.", counted(self.other, "connection")),
        }
    }
}

impl Work<'_> {
    /// Does it with rows that it fits.
    pub fn do_it(&self, act: Act, rows: &[&ImportRow]) -> Result<Report, Trouble> {
        match act {
            Act::Import | Act::Update => {
                let of = |verdict: Verdict| -> Vec<&ImportRow> {
                    rows.iter().filter(|row| row.verdict == verdict).copied().collect()
                };
                let mut report = Report::default();
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

    fn import(&self, rows: &[&ImportRow], report: &mut Report) -> Result<(), Trouble> {
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
        let found = imports.and_then(|imports| imports.rows(Some(self.object))).map_err(failed)?;
        let wanted: HashSet<RecordKey> = keys.into_iter().collect();
        let fit: Vec<_> =
            found.iter().filter(|row| row.is_importable() && wanted.contains(&row.key)).collect();
        // The documents are in the store then, and can be downloaded from there.
        let done =
            import_rows(store, file, &fit, self.visit.now, |_| Ok::<(), ImportError>(())).map_err(failed)?;
        report.imported += done.len();
        report.names.extend(done.into_iter().map(|it| it.name));
        Ok(())
    }

    /// Updates only what is still as the page showed it.
    fn update(&self, rows: &[&ImportRow], report: &mut Report) -> Result<(), Trouble> {
        if rows.is_empty() {
            return Ok(());
        }
        let (store, file) = (&*self.visit.site.store, self.file);
        let shown: HashMap<&RecordKey, &ImportRow> = rows.iter().map(|row| (&row.key, *row)).collect();
        let imports = Imports::of(store, self.visit.program(), file).map_err(failed)?;
        let is_wanted = |key: &RecordKey| shown.contains_key(key);
        let found = imports.updates_where(store, file, Some(self.object), &is_wanted).map_err(failed)?;
        let is_as_shown = |row: &&crate::sync::UpdateRow| {
            shown.get(&row.record).is_some_and(|shown| shown.updates == row.fields)
        };
        let fit: Vec<_> = found.iter().filter(is_as_shown).collect();
        let done =
            update_rows(store, file, &fit, self.visit.now, |_| Ok::<(), ImportError>(())).map_err(failed)?;
        report.updated += done.len();
        report.names.extend(done.into_iter().map(|it| it.name.clone()));
        Ok(())
    }

    fn ignore(&self, rows: &[&ImportRow], is_ignored: bool) -> Result<Report, Trouble> {
        let keys: Vec<RecordKey> = rows.iter().map(|row| row.key.clone()).collect();
        self.visit.site.store.ignore(self.file.id, &keys, is_ignored)?;
        Ok(Report { other: keys.len(), names: names(rows), ..Report::default() })
    }

    fn archive(&self, rows: &[&ImportRow], is_archived: bool) -> Result<Report, Trouble> {
        for document in rows.iter().filter_map(|row| row.document.as_ref()) {
            crate::sync::archive(&*self.visit.site.store, self.file, document, is_archived)
                .map_err(Trouble::failed)?;
        }
        Ok(Report { other: rows.len(), names: names(rows), ..Report::default() })
    }
}

fn names(rows: &[&ImportRow]) -> Vec<String> {
    rows.iter().map(|row| row.name.clone()).collect()
}

fn failed(error: ImportError) -> Trouble {
    match error {
        ImportError::Store(error) => error.into(),
        other => Trouble::failed(other),
    }
}
