//! What can be imported into each company file, as programs are told. It is made in the background, as lists of pages are.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::background::{Background, OfMoment};
use crate::sync::session::{Rulebook, Rulebooks};
use crate::sync::stored::{CompanyFile, Store};
use crate::sync::{Imports, Noticed};
use crate::told::ImportView;
use crate::web::ground::trouble::Trouble;

/// Company files whose lists are kept in memory.
const MOST: usize = 8;
/// Company files whose lists are made at the same time.
const AT_ONCE: usize = 1;

/// What can be imported into one company file, as it was at one moment.
pub struct CompanyImports {
    /// What [`CompanyFile::changes`] was then.
    changes: i64,
    /// Stands for everything that the list was made from.
    pub from: u64,
    /// Records that can be imported, by object in the order of the rule set.
    pub rows: Arc<Vec<ImportView>>,
}

impl OfMoment for CompanyImports {
    fn changes(&self) -> i64 {
        self.changes
    }
}

impl CompanyImports {
    /// Those of all company files that the store has, by these rules.
    pub fn of_all(store: Arc<dyn Store>, rules: Rulebooks) -> Background<Self> {
        Background::new(store, rules, (MOST, AT_ONCE), Self::make)
    }

    fn make(
        store: &dyn Store,
        book: &Rulebook,
        file: &CompanyFile,
        before: Option<&Self>,
    ) -> Result<Self, Trouble> {
        let from = of_both(Noticed::made_from(store, file)?, &book.fingerprint);
        let rows = if let Some(before) = before.filter(|before| before.from == from) {
            before.rows.clone()
        } else {
            let rows = Imports::of(store, &book.program, file).and_then(|imports| imports.rows(None));
            let rows = rows.map_err(Trouble::failed)?;
            let importable = rows.iter().filter(|row| row.is_importable());
            Arc::new(importable.map(ImportView::of).collect())
        };
        Ok(Self { changes: file.changes, from, rows })
    }
}

/// Stands for what is kept and the rules.
fn of_both(kept: u64, rules: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    (kept, rules).hash(&mut hash);
    hash.finish()
}
