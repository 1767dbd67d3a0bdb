//! The store's trait, use-case by use-case.

use std::collections::BTreeMap;
use std::path::Path;

use super::decided::{apart, finalized, settled};
use super::tx::{About, Backend, Lasting, Stored};
use super::{
    agreed, commits, company_files, connections, documents, exchanges, flaws, health, history, imports, jobs,
    merged, past, pulls, records, refused, sessions, tallies,
};
use crate::store::Upkeep;
use crate::sync::stored::{
    Agreement, Apart, Called, Commit, Committed, CompanyFile, CompanyId, Connection, DocumentKey, Ending,
    Exchange, ExchangeId, Finalized, Followed, Held, HistoryStore, Job, JobError, JobId, JobState, KeptFlaw,
    Layers, Loaded, Looked, Merged, Moment, NewCompanyFile, NewDocument, NewImport, NewMerge, NewVersion,
    Old, Past, Played, Pull, Reconciled, RecordKey, RefusedSignIn, Settled, Settlement, Since, Standing,
    Store, StoredDocument, StoredRecord, StoredSession, Tally, Traversal, Trouble, TroubleChange, Unfinished,
};

impl<B: Backend> Store for B {
    fn add_company_file(&self, new: &NewCompanyFile) -> Stored<CompanyId> {
        self.write(About::People, Lasting::Now, |tx| company_files::add(tx, new))
    }

    fn company_files(&self) -> Stored<Vec<CompanyFile>> {
        self.read(company_files::all)
    }

    fn company_file_of_user(&self, user_name: &str) -> Stored<Option<CompanyFile>> {
        self.read(|tx| company_files::of_user(tx, user_name))
    }

    fn company_file(&self, company: CompanyId) -> Stored<CompanyFile> {
        self.read(|tx| company_files::one(tx, company))
    }

    fn pause(&self, company: CompanyId, is_paused: bool) -> Stored<()> {
        self.change(company, |tx| company_files::pause(tx, company, is_paused))
    }

    fn set_settings(&self, company: CompanyId, settings: &BTreeMap<String, serde_json::Value>) -> Stored<()> {
        self.change(company, |tx| company_files::set_settings(tx, company, settings))
    }

    fn set_layers(&self, company: CompanyId, layers: &Layers) -> Stored<()> {
        self.change(company, |tx| company_files::set_layers(tx, company, layers))
    }

    fn set_password_hash(&self, company: CompanyId, hash: &str) -> Stored<()> {
        self.change(company, |tx| company_files::set_password_hash(tx, company, hash))
    }

    fn renew_password_hash(&self, company: CompanyId, before: &str, hash: &str) -> Stored<()> {
        self.change(company, |tx| company_files::renew_password_hash(tx, company, before, hash))
    }

    fn load(&self, company: CompanyId, documents: &[NewDocument], now: Moment) -> Stored<Loaded> {
        self.change(company, |tx| documents::load(tx, company, documents, now))
    }

    fn renew(&self, company: CompanyId, versions: &[NewVersion], now: Moment) -> Stored<Vec<DocumentKey>> {
        self.change(company, |tx| documents::renew(tx, company, versions, now))
    }

    fn documents(&self, company: CompanyId, keys: &[DocumentKey]) -> Stored<Vec<StoredDocument>> {
        self.read(|tx| documents::some(tx, company, keys))
    }

    fn all_documents(&self, company: CompanyId, object: Option<&str>) -> Stored<Vec<StoredDocument>> {
        self.read(|tx| documents::all(tx, company, object))
    }

    fn standing(&self, company: CompanyId, document: &DocumentKey) -> Stored<Option<Standing>> {
        self.read(|tx| past::standing(tx, company, document))
    }

    fn play(&self, company: CompanyId, keys: &[DocumentKey], now: Moment) -> Stored<Played> {
        self.change(company, |tx| jobs::play(tx, company, keys, now))
    }

    fn note_checked(&self, company: CompanyId, all: &[(DocumentKey, Option<JobError>)]) -> Stored<()> {
        self.change(company, |tx| jobs::note_checked(tx, company, all))
    }

    fn unplay(&self, company: CompanyId, keys: &[DocumentKey]) -> Stored<Vec<DocumentKey>> {
        self.change(company, |tx| jobs::unplay(tx, company, keys))
    }

    fn finalize(&self, company: CompanyId, all: &[Finalized], now: Moment) -> Stored<Vec<DocumentKey>> {
        self.change(company, |tx| finalized::finalize(tx, company, all, now))
    }

    fn due_jobs(&self, company: CompanyId, now: Moment, limit: usize) -> Stored<Vec<Job>> {
        self.read(|tx| jobs::due(tx, company, now, limit))
    }

    fn job_counts(&self, company: CompanyId) -> Stored<BTreeMap<JobState, usize>> {
        self.read(|tx| jobs::counts(tx, company))
    }

    fn jobs(&self, company: CompanyId, state: Option<JobState>) -> Stored<Vec<Job>> {
        self.read(|tx| jobs::all(tx, company, state))
    }

    fn jobs_in_error(&self, company: CompanyId) -> Stored<Vec<Job>> {
        self.read(|tx| jobs::in_error(tx, company))
    }

    fn jobs_named(&self, company: CompanyId, jobs: &[JobId]) -> Stored<Vec<Job>> {
        self.read(|tx| jobs::named(tx, company, jobs))
    }

    fn due_count(&self, company: CompanyId, now: Moment) -> Stored<usize> {
        self.read(|tx| jobs::due_count(tx, company, now))
    }

    fn begin_session(&self, company: CompanyId, ticket: &str, now: Moment) -> Stored<StoredSession> {
        self.change(company, |tx| sessions::begin(tx, company, ticket, now))
    }

    fn ending(&self, ticket: &str) -> Stored<Option<Ending>> {
        self.read(|tx| sessions::ending_of(tx, ticket))
    }

    fn end_idle_sessions(&self, since: Moment, now: Moment) -> Stored<()> {
        for company in self.read(|tx| sessions::idle(tx, since))? {
            self.change(company, |tx| sessions::end_idle(tx, company, since, now))?;
        }
        Ok(())
    }

    fn session(&self, ticket: &str) -> Stored<Option<StoredSession>> {
        self.read(|tx| sessions::of_ticket(tx, ticket))
    }

    fn called(&self, ticket: &str) -> Stored<Option<Called>> {
        self.read(|tx| sessions::called(tx, ticket))
    }

    fn sessions(&self, company: CompanyId, limit: usize) -> Stored<Vec<StoredSession>> {
        self.read(|tx| sessions::last(tx, company, limit))
    }

    fn commit(&self, company: CompanyId, commit: &Commit) -> Stored<Committed> {
        let lasting = if commit.must_stand() { Lasting::Now } else { Lasting::Soon };
        self.write(About::File(company), lasting, |tx| commits::commit(tx, company, commit))
    }

    fn note_contact(&self, company: CompanyId, now: Moment) -> Stored<()> {
        self.change(company, |tx| company_files::note_contact(tx, company, now))
    }

    fn exchange(&self, company: CompanyId, exchange: ExchangeId) -> Stored<Option<Exchange>> {
        self.read(|tx| exchanges::one(tx, company, exchange))
    }

    fn unanswered(&self, company: CompanyId) -> Stored<Vec<Exchange>> {
        self.read(|tx| exchanges::unanswered(tx, company))
    }

    fn history(
        &self,
        company: CompanyId,
        document: Option<&DocumentKey>,
        limit: usize,
    ) -> Stored<Vec<Exchange>> {
        self.read(|tx| exchanges::history(tx, company, document, limit))
    }

    fn past(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        archived: bool,
        before: Option<ExchangeId>,
        limit: usize,
    ) -> Stored<Vec<Past>> {
        self.read(|tx| past::of_document(tx, company, document, archived, before, limit))
    }

    fn archive_past(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        exchange: ExchangeId,
        is_archived: bool,
    ) -> Stored<bool> {
        self.change(company, |tx| past::archive(tx, company, document, exchange, is_archived))
    }

    fn connections(&self, company: CompanyId) -> Stored<Vec<Connection>> {
        self.read(|tx| connections::all(tx, company))
    }

    fn connect(&self, company: CompanyId, connection: &Connection) -> Stored<()> {
        self.change(company, |tx| connections::connect(tx, company, connection))
    }

    fn agreements(&self, company: CompanyId) -> Stored<Vec<Agreement>> {
        self.read(|tx| agreed::all(tx, company))
    }

    fn agreement(&self, company: CompanyId, document: &DocumentKey) -> Stored<Option<Agreement>> {
        self.read(|tx| agreed::one(tx, company, document))
    }

    fn connections_of(&self, company: CompanyId, keys: &[DocumentKey]) -> Stored<Vec<Connection>> {
        self.read(|tx| {
            let all = keys.iter().map(|key| connections::of_document(tx, company, key));
            Ok(all.collect::<Stored<Vec<_>>>()?.into_iter().flatten().collect())
        })
    }

    fn connected_without_agreement(&self, company: CompanyId, objects: &[&str]) -> Stored<Vec<Connection>> {
        self.read(|tx| agreed::unknown(tx, company, objects))
    }

    fn agree(&self, company: CompanyId, all: &[Agreement]) -> Stored<()> {
        self.change(company, |tx| agreed::agree(tx, company, all))
    }

    fn import(&self, company: CompanyId, records: &[NewImport], now: Moment) -> Stored<Vec<RecordKey>> {
        self.change(company, |tx| imports::import(tx, company, records, now))
    }

    fn apart(&self, company: CompanyId) -> Stored<Vec<Apart>> {
        self.read(|tx| apart::all(tx, company))
    }

    fn set_apart(&self, company: CompanyId, said: &Apart) -> Stored<()> {
        self.change(company, |tx| apart::keep(tx, company, said))
    }

    fn settlements(&self, company: CompanyId) -> Stored<Vec<Settlement>> {
        self.read(|tx| settled::all(tx, company))
    }

    fn settle(&self, company: CompanyId, all: &[Settlement]) -> Stored<Settled> {
        self.change(company, |tx| settled::settle(tx, company, all))
    }

    fn unsettle(&self, company: CompanyId, keys: &[DocumentKey]) -> Stored<Vec<DocumentKey>> {
        self.change(company, |tx| settled::forget(tx, company, keys))
    }

    fn merge(
        &self,
        company: CompanyId,
        merges: &[NewMerge],
        held: &[Held],
        now: Moment,
    ) -> Stored<Vec<Merged>> {
        self.change(company, |tx| merged::merge(tx, company, merges, held, now))
    }

    fn held(&self, company: CompanyId) -> Stored<Vec<Held>> {
        self.read(|tx| merged::held(tx, company))
    }

    fn merged_into(&self, company: CompanyId, imported: &DocumentKey) -> Stored<Option<DocumentKey>> {
        self.read(|tx| merged::merged_into(tx, company, imported))
    }

    fn record(&self, company: CompanyId, key: &RecordKey) -> Stored<Option<StoredRecord>> {
        self.read(|tx| records::one(tx, company, key))
    }

    fn records(&self, company: CompanyId, each: &mut dyn FnMut(StoredRecord)) -> Stored<()> {
        self.read(|tx| records::each(tx, company, each))
    }

    fn records_of(&self, company: CompanyId, record_type: &str) -> Stored<Vec<StoredRecord>> {
        self.read(|tx| records::of_type(tx, company, record_type))
    }

    fn not_seen(&self, company: CompanyId, record_type: &str, read: Moment) -> Stored<Vec<RecordKey>> {
        self.read(|tx| records::not_seen(tx, company, record_type, read))
    }

    fn traversals(&self, company: CompanyId) -> Stored<Vec<Traversal>> {
        self.read(|tx| records::traversals(tx, company))
    }

    fn unfinished(&self, company: CompanyId) -> Stored<Vec<Unfinished>> {
        self.read(|tx| records::unfinished(tx, company))
    }

    fn flaws(&self, company: CompanyId) -> Stored<Vec<KeptFlaw>> {
        self.read(|tx| flaws::all(tx, company))
    }

    fn troubles(&self, company: CompanyId) -> Stored<Vec<Trouble>> {
        self.read(|tx| flaws::troubles(tx, company))
    }

    fn note_refused(&self, company: CompanyId, address: &str, is_limited: bool, now: Moment) -> Stored<()> {
        self.change(company, |tx| refused::note(tx, company, address, is_limited, now))
    }

    fn refused_sign_ins(&self, company: CompanyId) -> Stored<Vec<RefusedSignIn>> {
        self.read(|tx| refused::all(tx, company))
    }

    fn note_qwc(&self, company: CompanyId, minutes: i64) -> Stored<()> {
        self.change(company, |tx| refused::note_qwc(tx, company, minutes))
    }

    fn qwc_minutes(&self, company: CompanyId) -> Stored<Option<i64>> {
        self.read(|tx| refused::qwc_minutes(tx, company))
    }

    fn ignored(&self, company: CompanyId) -> Stored<Vec<RecordKey>> {
        self.read(|tx| records::ignored(tx, company))
    }

    fn ignore(&self, company: CompanyId, records: &[RecordKey], is_ignored: bool) -> Stored<()> {
        self.change(company, |tx| records::ignore(tx, company, records, is_ignored))
    }

    fn ask_for_read(&self, company: CompanyId) -> Stored<()> {
        self.change(company, |tx| company_files::ask_for_read(tx, company))
    }

    fn keep_reconciled(&self, company: CompanyId, found: &Reconciled) -> Stored<()> {
        self.change(company, |tx| company_files::keep_night(tx, company, found))
    }

    fn last_reconciled(&self, company: CompanyId) -> Stored<Option<Reconciled>> {
        self.read(|tx| company_files::last_night(tx, company))
    }

    fn pull(&self, company: CompanyId) -> Stored<Option<Pull>> {
        self.read(|tx| pulls::one(tx, company))
    }

    fn begin_pull(&self, company: CompanyId, before: Moment, now: Moment) -> Stored<bool> {
        self.change(company, |tx| pulls::begin(tx, company, before, now))
    }

    fn keep_pull(&self, company: CompanyId, pull: &Pull, change: Option<&TroubleChange>) -> Stored<()> {
        self.change(company, |tx| pulls::keep(tx, company, pull, change))
    }

    fn examine(&self) -> Stored<Vec<String>> {
        let mut found = self.damage()?;
        found.extend(self.read(health::examine)?);
        Ok(found)
    }

    fn back_up(&self, path: &Path) -> Stored<()> {
        Backend::back_up(self, path)
    }
}

impl<B: Backend> Upkeep for B {
    fn has_tables(&self) -> Stored<bool> {
        Ok(self.read(health::version)? >= self.known_version())
    }

    fn tallies(&self) -> Stored<Vec<Tally>> {
        self.read(tallies::all)
    }

    fn follow(&self) -> Stored<Followed> {
        self.read(tallies::follow)
    }

    fn since(&self, followed: &Followed) -> Stored<Since> {
        self.read(|tx| tallies::since(tx, followed))
    }
}

impl<B: Backend> HistoryStore for B {
    fn old_exchanges(
        &self,
        company: CompanyId,
        before: Moment,
        from: Option<Looked>,
        most: usize,
    ) -> Stored<Old> {
        self.read(|tx| history::old(tx, company, before, from, most))
    }

    fn remove_exchanges(&self, company: CompanyId, exchanges: &[ExchangeId]) -> Stored<usize> {
        self.change(company, |tx| history::remove(tx, company, exchanges))
    }
}
