//! What keeps it all: a trait whose methods are whole use-cases.

use std::collections::BTreeMap;

use super::{
    Agreement, Apart, Called, Commit, Committed, CompanyFile, CompanyId, Connection, DocumentKey, Ending,
    Exchange, ExchangeId, Finalized, Held, Job, JobError, JobId, JobState, KeptFlaw, Layers, Loaded, Merged,
    Moment, NewCompanyFile, NewDocument, NewImport, NewMerge, NewVersion, Past, Played, Pull, Reconciled,
    RecordKey, RefusedSignIn, Settled, Settlement, Standing, StoreError, StoredDocument, StoredRecord,
    StoredSession, Traversal, Trouble, TroubleChange, Unfinished,
};

/// Keeps everything. Each method is one transaction: it is done as a whole or not at all, whatever
/// dies, and what it returns stands on disk, but for what [`commit`](Store::commit) says.
pub trait Store: Send + Sync {
    /// Keeps a new company file.
    ///
    /// # Errors
    /// [`StoreError::Taken`], if its name or user name is not new.
    fn add_company_file(&self, new: &NewCompanyFile) -> Result<CompanyId, StoreError>;
    /// All company files, by name.
    fn company_files(&self) -> Result<Vec<CompanyFile>, StoreError>;
    /// The company file whose Web Connector has that user name.
    fn company_file_of_user(&self, user_name: &str) -> Result<Option<CompanyFile>, StoreError>;
    /// One company file.
    fn company_file(&self, company: CompanyId) -> Result<CompanyFile, StoreError>;
    /// Sends the Web Connector away from now on, or lets it in again.
    fn pause(&self, company: CompanyId, is_paused: bool) -> Result<(), StoreError>;
    /// Replaces the settings that differ from their defaults.
    fn set_settings(
        &self,
        company: CompanyId,
        settings: &BTreeMap<String, serde_json::Value>,
    ) -> Result<(), StoreError>;
    /// Replaces the optional layers that are on, and the settings with them. The next session reads everything that
    /// the rules want to know then.
    fn set_layers(&self, company: CompanyId, layers: &Layers) -> Result<(), StoreError>;
    /// Replaces the hash of the Web Connector's password.
    fn set_password_hash(&self, company: CompanyId, hash: &str) -> Result<(), StoreError>;
    /// Keeps another hash of the same password, unless the password was replaced meanwhile.
    fn renew_password_hash(&self, company: CompanyId, before: &str, hash: &str) -> Result<(), StoreError>;

    /// Keeps documents; what is known in this version stays as it is, and so does what was finalized here,
    /// unless the new version is finalized too.
    fn load(&self, company: CompanyId, documents: &[NewDocument], now: Moment) -> Result<Loaded, StoreError>;
    /// Finalizes documents: they are kept as given, and locked. One that is of another version by now than
    /// the draft it was made of stays as it is; the others are given.
    fn finalize(
        &self,
        company: CompanyId,
        finalized: &[Finalized],
        now: Moment,
    ) -> Result<Vec<DocumentKey>, StoreError>;
    /// Keeps newer versions of documents that are known in the version that each names still; leaves
    /// the others as they are. Gives those that were kept.
    fn renew(
        &self,
        company: CompanyId,
        versions: &[NewVersion],
        now: Moment,
    ) -> Result<Vec<DocumentKey>, StoreError>;
    /// Those of the documents that are known, in the order asked for.
    fn documents(&self, company: CompanyId, keys: &[DocumentKey]) -> Result<Vec<StoredDocument>, StoreError>;
    /// All documents of an object, by id (numbers by value); of every object, by object first, if
    /// none is named.
    fn all_documents(
        &self,
        company: CompanyId,
        object: Option<&str>,
    ) -> Result<Vec<StoredDocument>, StoreError>;

    /// A document with its newest job and its connection; nothing if it is not known.
    fn standing(&self, company: CompanyId, document: &DocumentKey) -> Result<Option<Standing>, StoreError>;

    /// Queues one job for each document in its present version. If the document's newest job is of
    /// this version and under way or done, it stays as it is. Else it counts no more, whether it failed, was rejected,
    /// its outcome is unknown, it waits for a person, or it is of another version,
    /// and a new one is queued: an older job is never sent from then on. If the outcome of the older one
    /// is unknown, that of the new one is too, and only a second play queues it.
    fn play(&self, company: CompanyId, keys: &[DocumentKey], now: Moment) -> Result<Played, StoreError>;
    /// Notes what is wrong with documents that are queued, or that nothing is, as things stand before the visit. They stay
    /// queued: the visit looks again, with what it has read by then.
    fn note_checked(
        &self,
        company: CompanyId,
        checked: &[(DocumentKey, Option<JobError>)],
    ) -> Result<(), StoreError>;
    /// Takes documents out of the queue that were not sent yet: what was before they were played counts again. Gives
    /// those that were in it.
    fn unplay(&self, company: CompanyId, keys: &[DocumentKey]) -> Result<Vec<DocumentKey>, StoreError>;
    /// The first jobs that are queued and may be tried now, oldest first. Only the newest job of each
    /// document counts.
    fn due_jobs(&self, company: CompanyId, now: Moment, limit: usize) -> Result<Vec<Job>, StoreError>;
    /// How many jobs are in which state. Only the newest job of each document counts.
    fn job_counts(&self, company: CompanyId) -> Result<BTreeMap<JobState, usize>, StoreError>;
    /// The newest job of each document, those in one state if one is named, oldest first.
    fn jobs(&self, company: CompanyId, state: Option<JobState>) -> Result<Vec<Job>, StoreError>;
    /// The newest job of each document, if it is not done and has an error, oldest first.
    fn jobs_in_error(&self, company: CompanyId) -> Result<Vec<Job>, StoreError>;
    /// Those of the jobs that are known, in the order asked for, also those that count no more.
    fn jobs_named(&self, company: CompanyId, jobs: &[JobId]) -> Result<Vec<Job>, StoreError>;
    /// How many jobs [`due_jobs`](Store::due_jobs) would give without a limit.
    fn due_count(&self, company: CompanyId, now: Moment) -> Result<usize, StoreError>;

    /// Begins a session and ends every other one of the company file, which is
    /// [overtaken](super::Ending::Overtaken); notes that the Web Connector called. `ticket` is a hash, and new.
    fn begin_session(
        &self,
        company: CompanyId,
        ticket: &str,
        now: Moment,
    ) -> Result<StoredSession, StoreError>;
    /// The session with that ticket that has not ended.
    fn session(&self, ticket: &str) -> Result<Option<StoredSession>, StoreError>;
    /// How the session with that ticket ended; nothing if it has not, or never was.
    fn ending(&self, ticket: &str) -> Result<Option<Ending>, StoreError>;
    /// Ends all sessions that did nothing since that moment: they are [abandoned](super::Ending::Abandoned).
    fn end_idle_sessions(&self, since: Moment, now: Moment) -> Result<(), StoreError>;
    /// All that a call with that ticket begins with; nothing if its session has ended, or never was.
    fn called(&self, ticket: &str) -> Result<Option<Called>, StoreError>;
    /// The last sessions, newest first.
    fn sessions(&self, company: CompanyId, limit: usize) -> Result<Vec<StoredSession>, StoreError>;
    /// Writes down one step of a session, and that the Web Connector called.
    ///
    /// A step that opens no exchange and ends nothing stands on disk with the next one that does, or
    /// soon after: it may be lost with the power, and all after it. What is lost then is an answer, and
    /// what became of requests without one is found out.
    ///
    /// # Errors
    /// [`StoreError::SessionEnded`], if it has, or is another company file's;
    /// [`StoreError::Missing`], if a job or request is not there, or the exchange to close has been
    /// closed before; [`StoreError::SettledMeanwhile`]. Nothing is written then.
    fn commit(&self, company: CompanyId, commit: &Commit) -> Result<Committed, StoreError>;
    /// Notes that the Web Connector called.
    fn note_contact(&self, company: CompanyId, now: Moment) -> Result<(), StoreError>;

    /// One exchange.
    fn exchange(&self, company: CompanyId, exchange: ExchangeId) -> Result<Option<Exchange>, StoreError>;
    /// The writes whose answer never came, oldest first.
    fn unanswered(&self, company: CompanyId) -> Result<Vec<Exchange>, StoreError>;
    /// The last exchanges, newest first: those with a request for the document, if one is named.
    fn history(
        &self,
        company: CompanyId,
        document: Option<&DocumentKey>,
        limit: usize,
    ) -> Result<Vec<Exchange>, StoreError>;

    /// The last exchanges with a request for the document, newest first: of those before `before`, if one
    /// is named. Those that are archived only if `archived`, the others only if not.
    fn past(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        archived: bool,
        before: Option<ExchangeId>,
        limit: usize,
    ) -> Result<Vec<Past>, StoreError>;
    /// Puts aside what an exchange says of a document, or takes it back; nothing is lost. False if it
    /// says nothing of it, or is so already.
    fn archive_past(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        exchange: ExchangeId,
        is_archived: bool,
    ) -> Result<bool, StoreError>;

    /// All connections, by document.
    fn connections(&self, company: CompanyId) -> Result<Vec<Connection>, StoreError>;
    /// The connections of these documents, of those that have one.
    fn connections_of(&self, company: CompanyId, keys: &[DocumentKey])
    -> Result<Vec<Connection>, StoreError>;
    /// Makes or replaces a connection, as a person wants it.
    fn connect(&self, company: CompanyId, connection: &Connection) -> Result<(), StoreError>;
    /// What documents and their records agreed on last, by document.
    fn agreements(&self, company: CompanyId) -> Result<Vec<Agreement>, StoreError>;
    /// What one document and its record agreed on last.
    fn agreement(&self, company: CompanyId, document: &DocumentKey) -> Result<Option<Agreement>, StoreError>;
    /// Connections of documents of these objects, archived ones aside, of which it is not known what they
    /// agreed on, by document.
    fn connected_without_agreement(
        &self,
        company: CompanyId,
        objects: &[&str],
    ) -> Result<Vec<Connection>, StoreError>;
    /// Keeps what documents and their records agree on from now on.
    fn agree(&self, company: CompanyId, all: &[Agreement]) -> Result<(), StoreError>;
    /// Keeps documents that were made of records, with their connections. Left out is a record that is
    /// not there by now, is connected (archived or not), or is ignored; and all but the first of those
    /// of one record. Gives the records that were imported.
    fn import(
        &self,
        company: CompanyId,
        records: &[NewImport],
        now: Moment,
    ) -> Result<Vec<RecordKey>, StoreError>;
    /// Documents of which a person has said that they are none of the records of nearly their name, by document.
    fn apart(&self, company: CompanyId) -> Result<Vec<Apart>, StoreError>;
    /// Keeps that a person has said so, in the place of what was said of the document before.
    fn set_apart(&self, company: CompanyId, said: &Apart) -> Result<(), StoreError>;
    /// What people have said of documents being done by hand, by document.
    fn settlements(&self, company: CompanyId) -> Result<Vec<Settlement>, StoreError>;
    /// Keeps what a person says of documents. What is settled leaves the queue, and goes nowhere from then on;
    /// what is on its way to QuickBooks at this moment is not settled.
    fn settle(&self, company: CompanyId, all: &[Settlement]) -> Result<Settled, StoreError>;
    /// Forgets that a person has settled these documents. Gives those of which one had.
    fn unsettle(&self, company: CompanyId, keys: &[DocumentKey]) -> Result<Vec<DocumentKey>, StoreError>;
    /// Puts documents of Steelhead in the place of those that were imported of the same record, with their
    /// connections and their history; holds the documents that are named, and no others. Gives what was merged: a
    /// document that was connected otherwise meanwhile is left out.
    fn merge(
        &self,
        company: CompanyId,
        merges: &[NewMerge],
        held: &[Held],
        now: Moment,
    ) -> Result<Vec<Merged>, StoreError>;
    /// Documents that are held, because a person has to say whether they are one that was imported.
    fn held(&self, company: CompanyId) -> Result<Vec<Held>, StoreError>;
    /// The document that an imported one has become; nothing if it is as it was, or never was.
    fn merged_into(
        &self,
        company: CompanyId,
        imported: &DocumentKey,
    ) -> Result<Option<DocumentKey>, StoreError>;
    /// One record of the mirror.
    fn record(&self, company: CompanyId, key: &RecordKey) -> Result<Option<StoredRecord>, StoreError>;
    /// Calls `each` with every record of the mirror, in the order in which they were first read.
    /// `each` must not call the store.
    fn records(&self, company: CompanyId, each: &mut dyn FnMut(StoredRecord)) -> Result<(), StoreError>;
    /// The records of the mirror of one type, by id.
    fn records_of(&self, company: CompanyId, record_type: &str) -> Result<Vec<StoredRecord>, StoreError>;
    /// The records of the mirror of one type that a read of everything, which began then, has not met.
    fn not_seen(
        &self,
        company: CompanyId,
        record_type: &str,
        read: Moment,
    ) -> Result<Vec<RecordKey>, StoreError>;
    /// The queries that came to their end, with when they began.
    fn traversals(&self, company: CompanyId) -> Result<Vec<Traversal>, StoreError>;
    /// Reads of queries that began and have not come to their end.
    fn unfinished(&self, company: CompanyId) -> Result<Vec<Unfinished>, StoreError>;
    /// The records that could not be read as they stand, those met first before the others.
    fn flaws(&self, company: CompanyId) -> Result<Vec<KeptFlaw>, StoreError>;
    /// What went wrong and has not gone well since.
    fn troubles(&self, company: CompanyId) -> Result<Vec<Trouble>, StoreError>;
    /// Notes that a call of the Web Connector was refused.
    fn note_refused(
        &self,
        company: CompanyId,
        address: &str,
        is_limited: bool,
        now: Moment,
    ) -> Result<(), StoreError>;
    /// The calls of the Web Connector that were refused last, the newest first.
    fn refused_sign_ins(&self, company: CompanyId) -> Result<Vec<RefusedSignIn>, StoreError>;
    /// Notes how often the Web Connector comes by the `.qwc` file that was written now, in minutes.
    fn note_qwc(&self, company: CompanyId, minutes: i64) -> Result<(), StoreError>;
    /// How often it comes by the file that was written last; nothing if that is not known.
    fn qwc_minutes(&self, company: CompanyId) -> Result<Option<i64>, StoreError>;
    /// Never to be imported, by a person's choice.
    fn ignored(&self, company: CompanyId) -> Result<Vec<RecordKey>, StoreError>;
    /// Ignores records, or no longer.
    fn ignore(&self, company: CompanyId, records: &[RecordKey], is_ignored: bool) -> Result<(), StoreError>;
    /// Asks for a read in the next session, whether one is due or not.
    fn ask_for_read(&self, company: CompanyId) -> Result<(), StoreError>;

    /// Keeps what a night's reconciliation found, unless that night is kept already.
    fn keep_reconciled(&self, company: CompanyId, found: &Reconciled) -> Result<(), StoreError>;
    /// What the last night's reconciliation found.
    fn last_reconciled(&self, company: CompanyId) -> Result<Option<Reconciled>, StoreError>;

    /// How far documents are taken over from Steelhead's API, if they are.
    fn pull(&self, company: CompanyId) -> Result<Option<Pull>, StoreError>;
    /// Begins to take documents over, if nothing was heard of that since `before`; else somebody else does it.
    fn begin_pull(&self, company: CompanyId, before: Moment, now: Moment) -> Result<bool, StoreError>;
    /// Keeps how far it is, and what went wrong or is over.
    fn keep_pull(
        &self,
        company: CompanyId,
        pull: &Pull,
        change: Option<&TroubleChange>,
    ) -> Result<(), StoreError>;

    /// What is wrong with the store, for people; nothing if all is well.
    fn examine(&self) -> Result<Vec<String>, StoreError>;
    /// Writes a copy of everything into a new file.
    ///
    /// # Errors
    /// [`StoreError::Database`], if the file is there already or cannot be written.
    fn back_up(&self, path: &std::path::Path) -> Result<(), StoreError>;
}
