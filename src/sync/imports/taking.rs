//! Imports and updates that are done, as commands and pages do them.

use std::collections::HashMap;

use crate::rules::Program;
use crate::sync::imports::list::{FoundRecord, ImportError, TakenRecord};
use crate::sync::imports::merging::agree_and_merge;
use crate::sync::imports::updates::UpdateRow;
use crate::sync::stored::{
    Agreement, CompanyFile, Moment, NewDocument, NewImport, NewVersion, RecordKey, Store,
};

/// Imports those of the rows that can be: keeps a document of each, connected to its record. `deliver`
/// gets the documents first: if it fails, nothing is imported. Gives what was imported; a record that
/// somebody else imported, connected or ignored meanwhile is left out.
///
/// # Errors
/// A document cannot be written, it was not delivered, or the store failed.
pub fn import_rows<E: From<ImportError>>(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    rows: &[&FoundRecord],
    now: Moment,
    deliver: impl FnOnce(&[NewDocument]) -> Result<(), E>,
) -> Result<Vec<TakenRecord>, E> {
    let taken = rows.iter().map(|row| row.take(now));
    let taken: Vec<TakenRecord> = taken.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    let documents: Vec<NewDocument> = taken.iter().map(|it| it.document.clone()).collect();
    deliver(&documents)?;
    let new =
        |it: &TakenRecord| NewImport { document: it.document.clone(), connection: it.connection.clone() };
    let imports: Vec<NewImport> = taken.iter().map(new).collect();
    let done = store.import(file.id, &imports, now).map_err(ImportError::from)?;
    // Steelhead may have sent it already.
    agree_and_merge(store, program, file, now).map_err(ImportError::from)?;
    // What was done stands in the order in which it was asked for.
    let mut done = done.into_iter().peekable();
    let is_done = |it: &TakenRecord| done.next_if(|key| *key == it.connection.record()).is_some();
    Ok(taken.into_iter().filter(is_done).collect())
}

/// Takes the records' values over into the documents of these rows. `deliver` gets the documents
/// first: if it fails, nothing is taken over. Gives the rows that were; a document that came in another
/// version meanwhile stays as it is.
///
/// # Errors
/// It was not delivered, or the store failed.
pub fn update_rows<'r, E: From<ImportError>>(
    store: &dyn Store,
    file: &CompanyFile,
    rows: &[&'r UpdateRow],
    now: Moment,
    deliver: impl FnOnce(&[NewDocument]) -> Result<(), E>,
) -> Result<Vec<&'r UpdateRow>, E> {
    let documents: Vec<NewDocument> = rows.iter().map(|row| row.updated.document.clone()).collect();
    deliver(&documents)?;
    let versions: Vec<NewVersion> = rows.iter().map(|row| row.updated.clone()).collect();
    let done = store.renew(file.id, &versions, now).map_err(ImportError::from)?;
    let mut done = done.into_iter().peekable();
    let is_done = |row: &&&UpdateRow| done.next_if(|key| *key == row.document).is_some();
    let done: Vec<&UpdateRow> = rows.iter().filter(is_done).copied().collect();
    let agreed =
        done.iter().map(|row| Agreement { document: row.document.clone(), agreed: row.agreed.clone() });
    let agreed: Vec<Agreement> = agreed.collect();
    store.agree(file.id, &agreed).map_err(ImportError::from)?;
    Ok(done)
}

/// The rows that can be imported, those of records that can become one object only, and those that a
/// person has to choose an object for.
pub fn importable(rows: &[FoundRecord]) -> (Vec<&FoundRecord>, Vec<&FoundRecord>) {
    let importable: Vec<&FoundRecord> = rows.iter().filter(|row| row.is_importable()).collect();
    let mut counts: HashMap<&RecordKey, usize> = HashMap::new();
    for row in &importable {
        *counts.entry(&row.key).or_default() += 1;
    }
    importable.into_iter().partition(|row| counts.get(&row.key) == Some(&1))
}
