//! What only a look at all records tells.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::rules::Program;
use crate::sync::actions::{SettledBy, settled};
use crate::sync::differs::{Differs, Undone, differs_and_undone};
use crate::sync::imports::{ImportError, Imports, UpdateRow};
use crate::sync::stored::{CompanyFile, DocumentKey, KeptFlaw, Store, StoreError};

/// What only a look at all records tells.
#[derive(Debug, Default)]
pub struct Noticed {
    /// Documents whose records hold something else than they must.
    pub differs: HashMap<DocumentKey, Differs>,
    /// Documents for which something is left to do in QuickBooks.
    pub undone: HashMap<DocumentKey, Undone>,
    /// Documents that count as done by hand.
    pub settled: BTreeMap<DocumentKey, SettledBy>,
    /// Documents that QuickBooks has newer data for.
    pub newer: Vec<Newer>,
    /// Records that cannot be read.
    pub flaws: Vec<KeptFlaw>,
}

/// A document that QuickBooks has newer data for.
#[derive(Clone, Debug)]
pub struct Newer {
    /// The document.
    pub document: DocumentKey,
    /// What people call the record.
    pub name: String,
    /// The fields that are newer.
    pub fields: Vec<String>,
    /// Which edit of the record that is.
    pub edit: String,
}

impl Noticed {
    /// All of it.
    ///
    /// # Errors
    /// The store failed, or holds settings that the rules do not take.
    pub fn of(store: &dyn Store, program: &Program, file: &CompanyFile) -> Result<Self, ImportError> {
        let updates = Imports::of(store, program, file)?.updates(store, file, None)?;
        Self::with(store, program, file, &updates)
    }

    /// The same, if it is known already what QuickBooks has newer.
    ///
    /// # Errors
    /// The store failed, or holds settings that the rules do not take.
    pub fn with(
        store: &dyn Store,
        program: &Program,
        file: &CompanyFile,
        updates: &[UpdateRow],
    ) -> Result<Self, ImportError> {
        let (differs, undone) = differs_and_undone(store, program, file)?;
        Ok(Self {
            differs: differs.into_iter().map(|it| (it.document.clone(), it)).collect(),
            undone: undone.into_iter().map(|it| (it.document.clone(), it)).collect(),
            settled: settled(store, program, file)?,
            newer: updates.iter().map(Newer::of).collect(),
            flaws: store.flaws(file.id)?,
        })
    }

    /// Stands for everything that it depends on: while that is the same, it is the same.
    ///
    /// # Errors
    /// The store failed.
    pub fn made_from(store: &dyn Store, file: &CompanyFile) -> Result<u64, StoreError> {
        let mut hash = DefaultHasher::new();
        (file.revision, file.loads, &file.layers).hash(&mut hash);
        serde_json::to_string(&file.settings).unwrap_or_default().hash(&mut hash);
        store.ignored(file.id)?.hash(&mut hash);
        Ok(hash.finish())
    }
}

impl Newer {
    fn of(row: &UpdateRow) -> Self {
        Self {
            document: row.document.clone(),
            name: row.name.clone(),
            fields: row.fields.iter().map(|update| update.field.clone()).collect(),
            edit: row.edit.clone(),
        }
    }
}
