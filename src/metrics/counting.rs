//! How many documents differ: that takes a look at all documents of a company file, so it is done beside everything else,
//! and only where something has changed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde_json::Value;

use crate::store::Database;
use crate::sync::session::Rulebooks;
use crate::sync::stored::{CompanyFile, CompanyId, StoreError};
use crate::sync::{KeptError, differs};

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(30);
/// It rests so many times as long as it worked: it takes a twentieth of a core at most.
const REST: u32 = 19;

/// What the number hangs on: records and connections, documents, settings, layers.
type Stamp = (i64, i64, BTreeMap<String, Value>, Vec<String>);

/// How many documents of each company file differ, as they were last counted.
#[derive(Debug, Default)]
pub struct Counting {
    counted: Mutex<BTreeMap<CompanyId, (Stamp, usize)>>,
}

impl Counting {
    /// Counts those of the company files where something has changed since. Calls `rest` after each with how long it took.
    ///
    /// # Errors
    /// The store failed. What cannot be counted because its rules or settings do not fit is left out: `ferrule doctor`
    /// tells that.
    pub fn round(
        &self,
        store: &dyn Database,
        rules: &Rulebooks,
        rest: &mut dyn FnMut(Duration),
    ) -> Result<(), StoreError> {
        let files = store.company_files()?;
        self.counted.lock().retain(|company, _| files.iter().any(|file| file.id == *company));
        for file in files {
            let stamp = stamp(&file);
            if self.counted.lock().get(&file.id).is_some_and(|(before, _)| *before == stamp) {
                continue;
            }
            let Ok(book) = rules.of(&file) else { continue };
            let began = Instant::now();
            match differs(store, &book.program, &file) {
                Ok(found) => drop(self.counted.lock().insert(file.id, (stamp, found.len()))),
                Err(KeptError::Store(error)) => return Err(error),
                Err(_) => drop(self.counted.lock().remove(&file.id)),
            }
            rest(began.elapsed());
        }
        Ok(())
    }

    /// How many differ, of those that were counted.
    pub(super) fn found(&self) -> BTreeMap<CompanyId, usize> {
        self.counted.lock().iter().map(|(company, (_, count))| (*company, *count)).collect()
    }
}

fn stamp(file: &CompanyFile) -> Stamp {
    (file.revision, file.loads, file.settings.clone(), file.layers.clone())
}

/// Counts again and again, in a thread of its own, which ends with the program.
pub fn keep_counting(counting: Arc<Counting>, store: Arc<dyn Database>, rules: Rulebooks) {
    std::thread::spawn(move || {
        loop {
            let mut rest = |took: Duration| std::thread::sleep(took * REST);
            if let Err(error) = counting.round(store.as_ref(), &rules, &mut rest) {
                tracing::warn!(cause = %error, "documents that differ could not be counted: {error}");
            }
            std::thread::sleep(ROUND);
        }
    });
}
