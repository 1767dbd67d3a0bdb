//! A store whose server dies at a chosen commit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ferrule::store::AnyStore;
use ferrule::sync::stored::{
    Agreement, Apart, Called, Commit, Committed, CompanyFile, CompanyId, Connection, DocumentKey, Ending,
    Exchange, ExchangeId, Finalized, Held, Job, JobError, JobId, JobState, KeptFlaw, Layers, Loaded, Merged,
    Moment, NewCompanyFile, NewDocument, NewImport, NewMerge, NewVersion, Past, Played, Pull, Reconciled,
    RecordKey, RefusedSignIn, Settled, Settlement, Standing, Store, StoreError, StoredDocument, StoredRecord,
    StoredSession, Traversal, Trouble, TroubleChange, Unfinished,
};

/// When the server dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dies {
    /// Before the commit is written: nothing of it is there.
    Before,
    /// After it was written: nobody hears of it.
    After,
}

/// A store whose server dies at a chosen commit.
pub struct Mortal {
    inner: Arc<AnyStore>,
    /// How many commits there were, and at which one it dies.
    state: Mutex<(usize, Option<(usize, Dies)>)>,
}

impl Mortal {
    pub fn new(inner: Arc<AnyStore>, death: Option<(usize, Dies)>) -> Arc<Self> {
        Arc::new(Self { inner, state: Mutex::new((0, death)) })
    }

    /// How many commits there were.
    pub fn commits(&self) -> usize {
        self.state.lock().unwrap().0
    }

    fn turn(&self) -> Option<Dies> {
        let mut state = self.state.lock().unwrap();
        let turn = state.0;
        state.0 += 1;
        state.1.filter(|(at, _)| *at == turn).map(|(_, dies)| dies)
    }
}

fn dead() -> StoreError {
    StoreError::Database("the server died".into())
}

impl Store for Mortal {
    fn not_seen(
        &self,
        company: CompanyId,
        record_type: &str,
        read: Moment,
    ) -> Result<Vec<RecordKey>, StoreError> {
        self.inner.not_seen(company, record_type, read)
    }
    fn ending(&self, ticket: &str) -> Result<Option<Ending>, StoreError> {
        self.inner.ending(ticket)
    }
    fn end_idle_sessions(&self, since: Moment, now: Moment) -> Result<(), StoreError> {
        self.inner.end_idle_sessions(since, now)
    }
    fn unfinished(&self, company: CompanyId) -> Result<Vec<Unfinished>, StoreError> {
        self.inner.unfinished(company)
    }
    fn flaws(&self, company: CompanyId) -> Result<Vec<KeptFlaw>, StoreError> {
        self.inner.flaws(company)
    }
    fn troubles(&self, company: CompanyId) -> Result<Vec<Trouble>, StoreError> {
        self.inner.troubles(company)
    }
    fn add_company_file(&self, new: &NewCompanyFile) -> Result<CompanyId, StoreError> {
        self.inner.add_company_file(new)
    }
    fn finalize(
        &self,
        company: CompanyId,
        all: &[Finalized],
        now: Moment,
    ) -> Result<Vec<DocumentKey>, StoreError> {
        self.inner.finalize(company, all, now)
    }
    fn merge(
        &self,
        company: CompanyId,
        merges: &[NewMerge],
        held: &[Held],
        now: Moment,
    ) -> Result<Vec<Merged>, StoreError> {
        self.inner.merge(company, merges, held, now)
    }
    fn held(&self, company: CompanyId) -> Result<Vec<Held>, StoreError> {
        self.inner.held(company)
    }
    fn merged_into(
        &self,
        company: CompanyId,
        imported: &DocumentKey,
    ) -> Result<Option<DocumentKey>, StoreError> {
        self.inner.merged_into(company, imported)
    }
    fn apart(&self, company: CompanyId) -> Result<Vec<Apart>, StoreError> {
        self.inner.apart(company)
    }
    fn set_apart(&self, company: CompanyId, said: &Apart) -> Result<(), StoreError> {
        self.inner.set_apart(company, said)
    }
    fn settlements(&self, company: CompanyId) -> Result<Vec<Settlement>, StoreError> {
        self.inner.settlements(company)
    }
    fn settle(&self, company: CompanyId, all: &[Settlement]) -> Result<Settled, StoreError> {
        self.inner.settle(company, all)
    }
    fn unsettle(&self, company: CompanyId, keys: &[DocumentKey]) -> Result<Vec<DocumentKey>, StoreError> {
        self.inner.unsettle(company, keys)
    }
    fn jobs_in_error(&self, company: CompanyId) -> Result<Vec<Job>, StoreError> {
        self.inner.jobs_in_error(company)
    }
    fn jobs_named(&self, company: CompanyId, jobs: &[JobId]) -> Result<Vec<Job>, StoreError> {
        self.inner.jobs_named(company, jobs)
    }
    fn company_files(&self) -> Result<Vec<CompanyFile>, StoreError> {
        self.inner.company_files()
    }
    fn company_file_of_user(&self, user_name: &str) -> Result<Option<CompanyFile>, StoreError> {
        self.inner.company_file_of_user(user_name)
    }
    fn company_file(&self, company: CompanyId) -> Result<CompanyFile, StoreError> {
        self.inner.company_file(company)
    }
    fn pause(&self, company: CompanyId, is_paused: bool) -> Result<(), StoreError> {
        self.inner.pause(company, is_paused)
    }
    fn set_settings(
        &self,
        company: CompanyId,
        settings: &BTreeMap<String, serde_json::Value>,
    ) -> Result<(), StoreError> {
        self.inner.set_settings(company, settings)
    }
    fn set_layers(&self, company: CompanyId, layers: &Layers) -> Result<(), StoreError> {
        self.inner.set_layers(company, layers)
    }
    fn set_password_hash(&self, company: CompanyId, hash: &str) -> Result<(), StoreError> {
        self.inner.set_password_hash(company, hash)
    }
    fn renew_password_hash(&self, company: CompanyId, before: &str, hash: &str) -> Result<(), StoreError> {
        self.inner.renew_password_hash(company, before, hash)
    }
    fn load(&self, company: CompanyId, documents: &[NewDocument], now: Moment) -> Result<Loaded, StoreError> {
        self.inner.load(company, documents, now)
    }
    fn documents(&self, company: CompanyId, keys: &[DocumentKey]) -> Result<Vec<StoredDocument>, StoreError> {
        self.inner.documents(company, keys)
    }
    fn all_documents(
        &self,
        company: CompanyId,
        object: Option<&str>,
    ) -> Result<Vec<StoredDocument>, StoreError> {
        self.inner.all_documents(company, object)
    }
    fn standing(&self, company: CompanyId, document: &DocumentKey) -> Result<Option<Standing>, StoreError> {
        self.inner.standing(company, document)
    }
    fn past(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        archived: bool,
        before: Option<ExchangeId>,
        limit: usize,
    ) -> Result<Vec<Past>, StoreError> {
        self.inner.past(company, document, archived, before, limit)
    }
    fn archive_past(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        exchange: ExchangeId,
        is_archived: bool,
    ) -> Result<bool, StoreError> {
        self.inner.archive_past(company, document, exchange, is_archived)
    }
    fn play(&self, company: CompanyId, keys: &[DocumentKey], now: Moment) -> Result<Played, StoreError> {
        self.inner.play(company, keys, now)
    }
    fn note_checked(
        &self,
        company: CompanyId,
        checked: &[(DocumentKey, Option<JobError>)],
    ) -> Result<(), StoreError> {
        self.inner.note_checked(company, checked)
    }
    fn unplay(&self, company: CompanyId, keys: &[DocumentKey]) -> Result<Vec<DocumentKey>, StoreError> {
        self.inner.unplay(company, keys)
    }
    fn note_refused(
        &self,
        company: CompanyId,
        address: &str,
        is_limited: bool,
        now: Moment,
    ) -> Result<(), StoreError> {
        self.inner.note_refused(company, address, is_limited, now)
    }
    fn refused_sign_ins(&self, company: CompanyId) -> Result<Vec<RefusedSignIn>, StoreError> {
        self.inner.refused_sign_ins(company)
    }
    fn note_qwc(&self, company: CompanyId, minutes: i64) -> Result<(), StoreError> {
        self.inner.note_qwc(company, minutes)
    }
    fn qwc_minutes(&self, company: CompanyId) -> Result<Option<i64>, StoreError> {
        self.inner.qwc_minutes(company)
    }
    fn due_jobs(&self, company: CompanyId, now: Moment, limit: usize) -> Result<Vec<Job>, StoreError> {
        self.inner.due_jobs(company, now, limit)
    }
    fn job_counts(&self, company: CompanyId) -> Result<BTreeMap<JobState, usize>, StoreError> {
        self.inner.job_counts(company)
    }
    fn jobs(&self, company: CompanyId, state: Option<JobState>) -> Result<Vec<Job>, StoreError> {
        self.inner.jobs(company, state)
    }
    fn due_count(&self, company: CompanyId, now: Moment) -> Result<usize, StoreError> {
        self.inner.due_count(company, now)
    }
    fn begin_session(
        &self,
        company: CompanyId,
        ticket: &str,
        now: Moment,
    ) -> Result<StoredSession, StoreError> {
        self.inner.begin_session(company, ticket, now)
    }
    fn session(&self, ticket: &str) -> Result<Option<StoredSession>, StoreError> {
        self.inner.session(ticket)
    }
    fn called(&self, ticket: &str) -> Result<Option<Called>, StoreError> {
        self.inner.called(ticket)
    }
    fn sessions(&self, company: CompanyId, limit: usize) -> Result<Vec<StoredSession>, StoreError> {
        self.inner.sessions(company, limit)
    }
    fn commit(&self, company: CompanyId, commit: &Commit) -> Result<Committed, StoreError> {
        match self.turn() {
            Some(Dies::Before) => Err(dead()),
            Some(Dies::After) => {
                self.inner.commit(company, commit)?;
                Err(dead())
            }
            None => self.inner.commit(company, commit),
        }
    }
    fn note_contact(&self, company: CompanyId, now: Moment) -> Result<(), StoreError> {
        self.inner.note_contact(company, now)
    }
    fn exchange(&self, company: CompanyId, exchange: ExchangeId) -> Result<Option<Exchange>, StoreError> {
        self.inner.exchange(company, exchange)
    }
    fn unanswered(&self, company: CompanyId) -> Result<Vec<Exchange>, StoreError> {
        self.inner.unanswered(company)
    }
    fn history(
        &self,
        company: CompanyId,
        document: Option<&DocumentKey>,
        limit: usize,
    ) -> Result<Vec<Exchange>, StoreError> {
        self.inner.history(company, document, limit)
    }
    fn connections(&self, company: CompanyId) -> Result<Vec<Connection>, StoreError> {
        self.inner.connections(company)
    }
    fn connect(&self, company: CompanyId, connection: &Connection) -> Result<(), StoreError> {
        self.inner.connect(company, connection)
    }
    fn agreements(&self, company: CompanyId) -> Result<Vec<Agreement>, StoreError> {
        self.inner.agreements(company)
    }
    fn agreement(&self, company: CompanyId, document: &DocumentKey) -> Result<Option<Agreement>, StoreError> {
        self.inner.agreement(company, document)
    }
    fn connections_of(
        &self,
        company: CompanyId,
        keys: &[DocumentKey],
    ) -> Result<Vec<Connection>, StoreError> {
        self.inner.connections_of(company, keys)
    }
    fn connected_without_agreement(
        &self,
        company: CompanyId,
        objects: &[&str],
    ) -> Result<Vec<Connection>, StoreError> {
        self.inner.connected_without_agreement(company, objects)
    }
    fn agree(&self, company: CompanyId, all: &[Agreement]) -> Result<(), StoreError> {
        self.inner.agree(company, all)
    }
    fn import(
        &self,
        company: CompanyId,
        records: &[NewImport],
        now: Moment,
    ) -> Result<Vec<RecordKey>, StoreError> {
        self.inner.import(company, records, now)
    }
    fn record(&self, company: CompanyId, key: &RecordKey) -> Result<Option<StoredRecord>, StoreError> {
        self.inner.record(company, key)
    }
    fn renew(
        &self,
        company: CompanyId,
        versions: &[NewVersion],
        now: Moment,
    ) -> Result<Vec<DocumentKey>, StoreError> {
        self.inner.renew(company, versions, now)
    }
    fn records(&self, company: CompanyId, each: &mut dyn FnMut(StoredRecord)) -> Result<(), StoreError> {
        self.inner.records(company, each)
    }
    fn records_of(&self, company: CompanyId, record_type: &str) -> Result<Vec<StoredRecord>, StoreError> {
        self.inner.records_of(company, record_type)
    }
    fn traversals(&self, company: CompanyId) -> Result<Vec<Traversal>, StoreError> {
        self.inner.traversals(company)
    }
    fn ignored(&self, company: CompanyId) -> Result<Vec<RecordKey>, StoreError> {
        self.inner.ignored(company)
    }
    fn ignore(&self, company: CompanyId, records: &[RecordKey], is_ignored: bool) -> Result<(), StoreError> {
        self.inner.ignore(company, records, is_ignored)
    }
    fn ask_for_read(&self, company: CompanyId) -> Result<(), StoreError> {
        self.inner.ask_for_read(company)
    }
    fn keep_reconciled(&self, company: CompanyId, found: &Reconciled) -> Result<(), StoreError> {
        self.inner.keep_reconciled(company, found)
    }
    fn last_reconciled(&self, company: CompanyId) -> Result<Option<Reconciled>, StoreError> {
        self.inner.last_reconciled(company)
    }
    fn pull(&self, company: CompanyId) -> Result<Option<Pull>, StoreError> {
        self.inner.pull(company)
    }
    fn begin_pull(&self, company: CompanyId, before: Moment, now: Moment) -> Result<bool, StoreError> {
        self.inner.begin_pull(company, before, now)
    }
    fn keep_pull(
        &self,
        company: CompanyId,
        pull: &Pull,
        change: Option<&TroubleChange>,
    ) -> Result<(), StoreError> {
        self.inner.keep_pull(company, pull, change)
    }
    fn examine(&self) -> Result<Vec<String>, StoreError> {
        self.inner.examine()
    }
    fn back_up(&self, path: &std::path::Path) -> Result<(), StoreError> {
        self.inner.back_up(path)
    }
}
