//! The plans of all company files, made in the background: what Ferrule would send.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use super::background::{Background, OfMoment};
use super::patience::Patience;
use super::plan_rows::PlanRows;
use super::reconciled::ReconciledPeriods;
use crate::rules::Program;
use crate::sync::session::{Preview, Rulebook, Rulebooks, Standing};
use crate::sync::stored::{CompanyFile, CompanyId, DocumentKey, JobState, Moment, Store};
use crate::sync::{Action, Ledger, Period, Reconciliation};
use crate::web::ground::trouble::Trouble;

/// Company files whose plans are kept in memory.
const MOST: usize = 8;
/// Company files whose plans are made at the same time.
const AT_ONCE: usize = 1;

/// Plans that are remembered as they were shown.
const REMEMBERED: usize = 8;

/// What somebody was shown of a plan: what is done to which document, and a hash of how.
pub type ShownSteps = BTreeMap<DocumentKey, (Action, u64)>;

/// The plans of all company files.
pub struct Plans {
    made: Background<CompanyPlans>,
    rules: Rulebooks,
    /// The plans that were shown last, by company file and hash: so it can be told what has changed since.
    shown: Mutex<VecDeque<(CompanyId, String, ShownSteps)>>,
}

/// The plans of one company file, as it was at one moment.
pub struct CompanyPlans {
    /// What [`CompanyFile::changes`] was then.
    pub changes: i64,
    /// The fingerprint of the rules by which they were made.
    rules: String,
    /// What plans of single documents are made from.
    pub preview: Arc<Preview>,
    /// What double play of everything would do.
    pub all: Arc<PlanRows>,
    /// What the next visit would do: the documents that are queued.
    pub queue: Arc<PlanRows>,
    /// What those were made from.
    of: (u64, u64),
    /// Every transaction of both sides, once somebody has asked for them.
    ledger: Arc<OnceLock<Ledger>>,
    /// The periods of it that were looked at last.
    periods: ReconciledPeriods,
}

impl Plans {
    /// Plans of what that store has, by these rules.
    pub fn new(store: Arc<dyn Store>, rules: impl Into<Rulebooks>) -> Self {
        let rules = rules.into();
        let made = Background::new(store, rules.clone(), (MOST, AT_ONCE), CompanyPlans::make);
        Self { made, rules, shown: Mutex::default() }
    }

    /// Remembers what somebody was shown.
    pub fn remember(&self, company: CompanyId, seen: &str, steps: ShownSteps) {
        let mut all = self.shown.lock();
        all.retain(|(of, known, _)| (*of, known.as_str()) != (company, seen));
        all.push_back((company, seen.to_owned(), steps));
        if all.len() > REMEMBERED {
            all.pop_front();
        }
    }

    /// What was shown under that hash; nothing if that was too long ago.
    pub fn remembered(&self, company: CompanyId, seen: &str) -> Option<ShownSteps> {
        let all = self.shown.lock();
        let found = all.iter().find(|(of, known, _)| (*of, known.as_str()) == (company, seen))?;
        Some(found.2.clone())
    }

    /// The plans of a company file: as it is, or, if that takes longer than whoever asks would wait, as
    /// it was before. Nothing while the first ones are being made, and the first ones by other rules.
    ///
    /// # Errors
    /// [`Trouble::Failed`], if there are none and none can be made.
    pub fn get(&self, file: &CompanyFile, patience: Patience) -> Result<Option<Arc<CompanyPlans>>, Trouble> {
        let plans = self.made.within(file, patience)?;
        let book = self.rules.of(file);
        Ok(plans.filter(|plans| book.is_ok_and(|book| plans.rules == book.fingerprint)))
    }
}

impl OfMoment for CompanyPlans {
    fn changes(&self) -> i64 {
        self.changes
    }
}

impl CompanyPlans {
    /// Stands for everything that the plan of everything was made from.
    pub fn mark(&self) -> u64 {
        self.of.0
    }

    /// Every transaction of both sides.
    ///
    /// # Errors
    /// [`Trouble::Failed`], if the settings that are kept do not fit the rules.
    pub fn ledger(&self, program: &Program) -> Result<&Ledger, Trouble> {
        if let Some(ledger) = self.ledger.get() {
            return Ok(ledger);
        }
        let made = Ledger::of_kept(program, &self.preview, &self.all.plan).map_err(Trouble::failed)?;
        Ok(self.ledger.get_or_init(|| made))
    }

    /// A period of both sides, with why a document was not sent.
    ///
    /// # Errors
    /// [`Trouble::Failed`], if the settings that are kept do not fit the rules, or the store failed.
    pub fn reconciled(
        &self,
        program: &Program,
        store: &dyn Store,
        (file, period): (&CompanyFile, Period),
        now: Moment,
    ) -> Result<Arc<Reconciliation>, Trouble> {
        Ok(self.periods.get(self.ledger(program)?, store, (file, period), now)?)
    }

    /// What did not change is taken from the ones before.
    fn make(
        store: &dyn Store,
        book: &Rulebook,
        file: &CompanyFile,
        before: Option<&Self>,
    ) -> Result<Self, Trouble> {
        let program = &book.program;
        let queued = store.jobs(file.id, Some(JobState::Queued))?.into_iter().map(|job| job.document);
        let queued: BTreeSet<DocumentKey> = queued.collect();
        let all_of =
            hash(&(file.revision, file.loads, settings_of(file), file.closed_until(), &book.fingerprint));
        let of = (all_of, hash(&(all_of, &queued)));
        let (preview, all, ledger) = if let Some(before) = before.filter(|before| before.of.0 == of.0) {
            (before.preview.clone(), before.all.clone(), before.ledger.clone())
        } else {
            let preview = Preview::load(store, file.id)?;
            let all = preview.plan(program, Standing::AsIs, &|_| true).map_err(Trouble::failed)?;
            (Arc::new(preview), Arc::new(PlanRows::of(all)), Arc::default())
        };
        let queue = match before.filter(|before| before.of == of) {
            Some(before) => before.queue.clone(),
            None if queued.is_empty() => Arc::default(),
            None => {
                let planned = preview
                    .plan(program, Standing::AsIs, &|key| queued.contains(key))
                    .map_err(Trouble::failed)?;
                Arc::new(PlanRows::of(planned))
            }
        };
        Ok(Self {
            changes: file.changes,
            rules: book.fingerprint.clone(),
            preview,
            all,
            queue,
            of,
            ledger,
            periods: ReconciledPeriods::default(),
        })
    }
}

fn settings_of(file: &CompanyFile) -> String {
    serde_json::to_string(&file.settings).unwrap_or_default()
}

fn hash(what: &impl std::hash::Hash) -> u64 {
    let mut hash = DefaultHasher::new();
    what.hash(&mut hash);
    hash.finish()
}
