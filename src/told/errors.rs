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

/// Where an entry stands among the others, whatever else there is: of which kind it is, and which one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErrorPlace {
    kind: u8,
    number: i64,
    text: String,
}

impl ErrorEntry<'_> {
    /// Where it stands.
    pub fn place(&self) -> ErrorPlace {
        let (kind, number, text) = match self {
            Self::Job(job) => (0, job.id.0, String::new()),
            Self::Differs(it) => (1, 0, it.document.to_string()),
            Self::Flaw { record: it, .. } => {
                let id = it.flaw.id.as_deref().or(it.flaw.name.as_deref()).unwrap_or_default();
                let first = it.first_at.timestamp_micros();
                (2, 0, format!("{} {id} {first} {}", it.flaw.record_type, it.query))
            }
            Self::Trouble { trouble, .. } => (3, 0, trouble.subject.text()),
        };
        ErrorPlace { kind, number, text }
    }
}

impl std::fmt::Display for ErrorPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.kind, self.number, self.text)
    }
}

/// As it was written.
impl std::str::FromStr for ErrorPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(());
        let (kind, number, text) = (part()?, part()?, part()?);
        let (kind, number) = (kind.parse().map_err(|_| ())?, number.parse().map_err(|_| ())?);
        Ok(Self { kind, number, text: text.to_owned() })
    }
}

impl Errors {
    /// Everything that is not done, if it is known already which documents differ.
    ///
    /// # Errors
    /// The store failed.
    pub fn with(store: &dyn Store, file: &CompanyFile, differing: Vec<Differs>) -> Result<Self, StoreError> {
        let (flaws, troubles) = Self::of_quickbooks(store, file)?;
        // No job of a document is wrong without an error.
        Ok(Self { jobs: store.jobs_in_error(file.id)?, differing, flaws, troubles })
    }

    /// Documents that are meant and whose records hold something else than they must. Without rules nobody knows.
    ///
    /// # Errors
    /// The store failed, or what is kept cannot be used.
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
