//! Documents of each company file that are not as they must be in QuickBooks, as programs are told. A program asks again
//! and again how a company file is doing, so this is made in the background, as lists of pages are.

use std::sync::Arc;

use super::background::{Background, OfMoment};
use crate::sync::session::{Rulebook, Rulebooks};
use crate::sync::stored::{CompanyFile, Store};
use crate::sync::{Differs, Noticed, differs, settled};
use crate::web::ground::trouble::Trouble;

/// Company files of which it is kept in memory. It is little, wherever nearly all documents are right.
const MOST: usize = 100;
/// Company files whose documents are compared at the same time.
const AT_ONCE: usize = 1;

/// What differs in one company file, as it was at one moment.
pub struct CompanyDiffering {
    /// What [`CompanyFile::changes`] was then.
    changes: i64,
    /// Stands for everything that it was made from, the rules aside.
    from: u64,
    /// Documents whose records hold something else than they must.
    pub differing: Arc<Vec<Differs>>,
    /// How many documents count as done by hand.
    pub settled: usize,
}

impl OfMoment for CompanyDiffering {
    fn changes(&self) -> i64 {
        self.changes
    }
}

impl CompanyDiffering {
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
        let (changes, from) = (file.changes, Noticed::made_from(store, file)?);
        if let Some(before) = before.filter(|before| before.from == from) {
            return Ok(Self { changes, from, differing: before.differing.clone(), settled: before.settled });
        }
        let differing = differs(store, &book.program, file).map_err(Trouble::failed)?;
        let settled = settled(store, &book.program, file).map_err(Trouble::failed)?.len();
        Ok(Self { changes, from, differing: Arc::new(differing), settled })
    }
}
