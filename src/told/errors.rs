//! What is not done, and why.

use serde::Serialize;

use crate::rules::Program;
use crate::sync::stored::{CompanyFile, DocumentKey, Job, JobState, KeptFlaw, Store, StoreError, Trouble};
use crate::sync::{Differs, KeptError, differs};

/// What is not done in a company file, of whatever kind.
pub struct Errors {
    /// Documents that were played and are not done.
    pub jobs: Vec<Job>,
    /// Documents whose records hold something else than they must.
    pub differing: Vec<Differs>,
    /// Records of QuickBooks that could not be read as they stand.
    pub flaws: Vec<KeptFlaw>,
    /// What fails again and again.
    pub troubles: Vec<Trouble>,
}

/// What `ferrule errors --json` lists: jobs, and documents whose records differ, which have `document`, `state` and
/// `error`; records that could not be read as they stand, which have `record`; and what fails again and again, which has
/// `trouble`.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum ErrorEntry<'e> {
    /// A document that was played.
    Job(&'e Job),
    /// A document whose record differs.
    Differs(&'e Differs),
    /// A record that could not be read as it stands.
    Flaw {
        /// The record.
        record: &'e KeptFlaw,
        /// Of which kind its flaw is.
        state: &'static str,
    },
    /// What fails again and again.
    Trouble {
        /// What.
        trouble: &'e Trouble,
        /// That it does.
        state: &'static str,
    },
}

/// Whether it is not done, and something is wrong.
pub fn is_wrong(job: &Job) -> bool {
    job.state != JobState::Done && (job.error.is_some() || job.state == JobState::OutcomeUnknown)
}

impl Errors {
    /// Everything that is not done. Without rules nobody knows which amounts differ.
    ///
    /// # Errors
    /// The store failed, or what is kept cannot be used.
    pub fn of(store: &dyn Store, program: Option<&Program>, file: &CompanyFile) -> Result<Self, KeptError> {
        let (flaws, troubles) = Self::of_quickbooks(store, file)?;
        Ok(Self {
            jobs: store.jobs(file.id, None)?.into_iter().filter(is_wrong).collect(),
            differing: Self::differing(store, program, file, &|_| true)?,
            flaws,
            troubles,
        })
    }

    /// Documents that are meant and whose records hold something else than they must.
    ///
    /// # Errors
    /// As of [`Errors::of`].
    pub fn differing(
        store: &dyn Store,
        program: Option<&Program>,
        file: &CompanyFile,
        is_meant: &dyn Fn(&DocumentKey) -> bool,
    ) -> Result<Vec<Differs>, KeptError> {
        let Some(program) = program else { return Ok(Vec::new()) };
        let mut all = differs(store, program, file)?;
        all.retain(|it| is_meant(&it.document));
        Ok(all)
    }

    /// Records of QuickBooks that could not be read as they stand, and what fails again and again.
    ///
    /// # Errors
    /// The store failed.
    pub fn of_quickbooks(
        store: &dyn Store,
        file: &CompanyFile,
    ) -> Result<(Vec<KeptFlaw>, Vec<Trouble>), StoreError> {
        let mut troubles = store.troubles(file.id)?;
        troubles.retain(Trouble::repeats);
        Ok((store.flaws(file.id)?, troubles))
    }

    /// All of it as one list.
    pub fn entries(&self) -> Vec<ErrorEntry<'_>> {
        let flaw = |record: &'_ KeptFlaw| record.flaw.kind.name();
        let jobs = self.jobs.iter().map(ErrorEntry::Job);
        let all = jobs.chain(self.differing.iter().map(ErrorEntry::Differs));
        let all = all.chain(self.flaws.iter().map(|record| ErrorEntry::Flaw { record, state: flaw(record) }));
        let repeated = |trouble| ErrorEntry::Trouble { trouble, state: "repeated" };
        all.chain(self.troubles.iter().map(repeated)).collect()
    }
}
