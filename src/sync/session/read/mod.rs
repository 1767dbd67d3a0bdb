//! Reading: everything that the rules look at, as far as it changed since the last read.
//!
//! All queries are asked side by side, a page of each at a time. What a query gave is kept page by page,
//! but how far it has come only when it is at its end. A read that breaks off goes on in [`pieces`](super::pieces),
//! and reads nothing twice that would do harm.

mod pages;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use crate::qbxml::{Record, Response, ResponseSet};
use crate::sync::company_file::mirror;
use crate::sync::import_every;
use crate::sync::stored::{
    Closed, Commit, CompanyFile, Exchange, ExchangeItem, ExchangeKind, Moment, RecordKey, Store, Traversal,
    TroubleChange, TroubleSubject, Unfinished,
};

use super::answers::read_answers;
use super::call::{SessionCall, Settled, Turn};
use super::lost;
use super::pieces::{Piece, Reads, Resumed};
use super::queries::{self, OVERLAP, Query, WIDE_OVERLAP, Wanted};
use super::rule_set::Rulebook;
use super::state::{OpenRead, Phase};
use super::talk::SessionError;
use super::waiting;
use pages::{Pages, said, take_one};
use whole::{LONGEST_SILENCE, full_read, missing};

/// As many flawed records are asked for again with one read, those first that were met first.
const MOST_AGAIN: usize = 200;
/// As many of them with one set of requests.
const AGAIN_AT_ONCE: usize = 50;
/// Before the id of the request for one of them, and of one that stops an iterator.
const AGAIN: &str = "again-";
const STOP: &str = "stop-";

/// Whether everything is to be read: it never was, someone asked for it, a document was played
/// since, or the interval of the settings is over.
pub(super) fn is_due(
    store: &dyn Store,
    rules: &Rulebook,
    file: &CompanyFile,
    now: Moment,
) -> Result<bool, SessionError> {
    let Some(last) = file.last_read else {
        return Ok(true);
    };
    let is_over = now - last >= import_every(Some(&rules.program), file);
    let played = store.due_jobs(file.id, now, 1_000)?.iter().any(|job| job.played_at > last);
    Ok(is_over || played || file.is_read_asked)
}

/// The session reads.
pub(super) struct Reading<'c, 's> {
    /// The call.
    pub call: &'c mut SessionCall<'s>,
}

impl Reading<'_, '_> {
    /// Opens every query of the read.
    pub fn begin(mut self) -> Result<(), SessionError> {
        self.forget_unwanted()?;
        let is_first = self.watermarks()?.is_empty() && self.call.mirror.company.is_unread();
        let again = self.flawed();
        let is_full = !is_first && self.is_silent()?;
        let unfinished = self.call.store.unfinished(self.call.file.id)?;
        let began_at = full_read(&unfinished, self.call.now).filter(|_| is_full).unwrap_or(self.call.now);
        let mut reading = OpenRead { began_at, is_first, again, is_full, ..OpenRead::default() };
        reading.reads = Box::new(Reads::new(is_full.then_some(began_at)));
        let (deleted, since) = (self.readable(), self.watermarks()?);
        for query in &self.call.rules.queries {
            let name = query.request.name();
            let wanted =
                Wanted { id: name, since: None, until: None, page: 1, iterator: None, deleted: &deleted };
            if !(is_first && query.is_deleted) && query.is_useful(&wanted) {
                reading.open.push((name.to_owned(), None));
                self.resume(&mut reading, *query, &unfinished, since.get(name).copied());
            }
        }
        self.call.state.unread.clear();
        self.call.state.phase = Phase::Read(reading);
        Ok(())
    }

    /// Forgets the lists that the rules want to know nothing more of: a layer is off. What is deleted meanwhile is not asked
    /// for, so once they are wanted again they must be read from the beginning, and not go on from what they were.
    fn forget_unwanted(&mut self) -> Result<(), SessionError> {
        let known = self.call.store.traversals(self.call.file.id)?;
        let (mut commit, readable) = (self.call.change(), self.readable());
        for Traversal { query, .. } in known.into_iter().filter(|it| self.query(&it.query).is_none()) {
            for record in crate::catalogue::records_of(query.trim_end_matches("Rq")) {
                if !readable.contains(record.name()) {
                    let records = self.call.store.records_of(self.call.file.id, record.name())?;
                    commit.deleted.extend(records.into_iter().map(|it| it.key));
                }
            }
            commit.finished.push(query.clone());
            commit.dropped.push(query);
        }
        if !commit.dropped.is_empty() {
            self.call.commit(commit)?;
        }
        Ok(())
    }

    /// Where the read of a query goes on that has broken off.
    fn resume(&self, reading: &mut OpenRead, query: Query, unfinished: &[Unfinished], since: Option<Moment>) {
        let (name, now, is_full) = (query.request.name(), self.call.now, reading.is_full);
        let known = unfinished.iter().find(|known| known.query == name);
        // A clock that was put back says nothing of what was read before.
        let is_of_it = |known: &&Unfinished| known.full == is_full.then_some(reading.began_at);
        let come_to = known.filter(is_of_it).and_then(|known| known.come_to).filter(|at| *at <= now);
        let resumed = Resumed {
            since: since.filter(|_| !is_full),
            come_to,
            overlap: self.overlap(),
            can_be_pieced: query.can_be_pieced(),
        };
        reading.reads.open(name, known.map_or(0, |known| known.times), resumed, now);
    }

    /// Asks for the next pages of all queries that are not at their end; goes on if there is none.
    pub fn go_on(mut self, may_send: bool) -> Result<Turn, SessionError> {
        let Phase::Read(reading) = &self.call.state.phase else {
            return Ok(Turn::GoOn);
        };
        if reading.open.is_empty() && reading.again.is_empty() && reading.abandoned.is_empty() {
            self.end()?;
            return Ok(Turn::GoOn);
        }
        if !may_send {
            return Ok(Turn::WouldSend);
        }
        let (open, is_full, reads) = (reading.open.clone(), reading.is_full, reading.reads.clone());
        let (since, deleted) = (self.watermarks()?, self.readable());
        let (mut requests, mut items) = self.aside();
        for (name, iterator) in &open {
            let Some(query) = self.query(name) else { continue };
            let whole = since.get(name.as_str()).copied().filter(|_| query.is_deleted || !is_full);
            let piece = reads.piece(name).unwrap_or(Piece { from: whole, to: None });
            let wanted = Wanted {
                id: name,
                since: piece.from,
                until: piece.to,
                page: reads.page(name, self.call.limits.page),
                iterator: iterator.as_deref(),
                deleted: &deleted,
            };
            requests.extend(query.write(&wanted));
            items.push(item(name));
        }
        let (mut commit, set) = (self.call.change(), self.call.message_set());
        if let Phase::Read(reading) = &mut self.call.state.phase {
            (commit.unfinished, commit.troubles) = reading.reads.noted();
        }
        if !commit.troubles.is_empty() {
            // Where visits fail for a reason that is known, that is told.
            let told = self.call.store.troubles(self.call.file.id)?;
            commit.troubles.retain(|_| told.iter().all(|it| it.subject != TroubleSubject::Visit));
        }
        self.call.open(commit, ExchangeKind::Read, &set, &requests, items)
    }

    /// The requests that are no pages: they stop iterators, and ask for single records again.
    fn aside(&mut self) -> (Vec<u8>, Vec<ExchangeItem>) {
        let (mut requests, mut items) = (Vec::new(), Vec::new());
        let (queries, added_fields) = (&self.call.rules.queries, self.call.rules.added_fields);
        let Phase::Read(reading) = &mut self.call.state.phase else { return (requests, items) };
        for (index, (name, iterator)) in std::mem::take(&mut reading.abandoned).iter().enumerate() {
            let id = format!("{STOP}{index}");
            if let Some(query) = queries.iter().find(|query| query.request.name() == name) {
                requests.extend(query.stop(&id, iterator));
                items.push(named_item(id, name));
            }
        }
        let rest = reading.again.split_off(reading.again.len().min(AGAIN_AT_ONCE));
        reading.asked_again = std::mem::replace(&mut reading.again, rest);
        for (index, key) in reading.asked_again.iter().enumerate() {
            let id = format!("{AGAIN}{index}");
            if let Some(request) = queries::of_record(key, &id, added_fields) {
                requests.extend(request);
                items.push(named_item(id, &format!("{}Query", key.record_type.trim_end_matches("Ret"))));
            }
        }
        (requests, items)
    }

    /// The records that could not be read as they stand, and can be asked for.
    fn flawed(&self) -> Vec<RecordKey> {
        let flaws = self.call.mirror.company.flaws().iter();
        let keys = flaws.filter_map(|flaw| {
            Some(RecordKey { record_type: flaw.record_type.clone(), id: flaw.id.clone()? })
        });
        keys.filter(|key| queries::of_record(key, "", false).is_some()).take(MOST_AGAIN).collect()
    }

    fn end(self) -> Result<(), SessionError> {
        let call = self.call;
        let Phase::Read(reading) = std::mem::take(&mut call.state.phase) else {
            return Ok(());
        };
        let OpenRead { began_at, is_first, .. } = reading;
        call.state.phase = Phase::Write;
        call.state.must_read = false;
        let mut commit = call.change();
        // What was refused is asked for again by the next visit.
        // Layers that were switched meanwhile want to know something else: then the next session reads again.
        let is_of_now = call.state.layers.as_ref() == Some(&call.file.layers);
        commit.is_read = call.state.unread.is_empty() && is_of_now;
        let refused = call.state.unread.iter();
        commit.troubles = refused
            .map(|(query, said)| TroubleChange::happened(TroubleSubject::Query(query.clone()), said))
            .collect();
        // What was deleted before the first read was never in the mirror: it counts as read.
        let deleted = call.rules.queries.iter().filter(|query| is_first && query.is_deleted);
        commit.traversals =
            deleted.map(|query| Traversal { query: query.request.name().to_owned(), began_at }).collect();
        if reading.is_full {
            let missing = missing(call, &reading)?;
            commit.deleted = missing.keys;
            commit.traversals.extend(missing.read);
        }
        call.commit(commit)?;
        lost::settle_claimed(call)?;
        waiting::settle(call)
    }

    fn query(&self, name: &str) -> Option<Query> {
        self.call.rules.queries.iter().copied().find(|query| query.request.name() == name)
    }

    /// From when on each query asks for changes: from when it last began, and an overlap before that.
    fn watermarks(&self) -> Result<BTreeMap<String, Moment>, SessionError> {
        let all = self.call.store.traversals(self.call.file.id)?;
        // A clock that was put back says nothing of what was read before.
        let known = all.into_iter().filter(|it| it.began_at <= self.call.now);
        let overlap = self.overlap();
        Ok(known.map(|it| (it.query, it.began_at - overlap)).collect())
    }

    /// How long before what was read last a read begins.
    fn overlap(&self) -> TimeDelta {
        if self.call.state.must_read { WIDE_OVERLAP } else { OVERLAP }
    }

    /// Whether it is so long ago that deletions were read that QuickBooks may have forgotten some.
    fn is_silent(&self) -> Result<bool, SessionError> {
        let all = self.call.store.traversals(self.call.file.id)?;
        let now = self.call.now;
        let is_of_deletions =
            |read: &&Traversal| self.query(&read.query).is_some_and(|query| query.is_deleted);
        Ok(all.iter().filter(is_of_deletions).any(|read| now - read.began_at > LONGEST_SILENCE))
    }

    /// The types of records that are read.
    fn readable(&self) -> BTreeSet<&'static str> {
        let reads = self.call.rules.queries.iter().filter(|query| !query.is_deleted);
        let names = reads.filter_map(|query| query.request.name().strip_suffix("Rq"));
        names.flat_map(crate::catalogue::records_of).map(crate::catalogue::Element::name).collect()
    }

    /// Takes over pages of a read, or single records that were read again.
    pub fn settle(mut self, exchange: &Exchange, set: &ResponseSet) -> Result<Settled, SessionError> {
        let answers = match read_answers(exchange, &set.responses) {
            Ok(answers) => answers,
            Err(wrong) => return self.call.nonsense(exchange, wrong),
        };
        let mut items = exchange.items.clone();
        for (response, item) in answers.iter().zip(&mut items) {
            item.status_code = response.map(|response| response.status_code);
            item.status_message = Some(said(*response).to_owned());
        }
        let mut commit = self.call.change();
        let records = match self.call.state.phase {
            Phase::Read(_) => {
                let known = self.call.store.traversals(self.call.file.id)?;
                let mut pages = Pages::new(&known, &mut commit);
                pages.take(self.call, &answers, &items);
                let records = pages.records;
                if let Phase::Read(reading) = &self.call.state.phase {
                    commit.seen = Some(reading.began_at).filter(|_| reading.is_full);
                }
                records
            }
            _ => self.refreshed(&answers, &mut commit),
        };
        for record in &records {
            self.call.mirror.company.add_record(record);
        }
        commit.records = records.iter().filter_map(|record| mirror::stored(record)).collect();
        commit.closed = Some(Closed::of(exchange, None, None, items));
        self.call.commit(commit)?;
        Ok(Settled::Well)
    }

    /// The records that were read again before a batch, in the order in which they were asked for.
    fn refreshed(&mut self, answers: &[Option<&Response>], commit: &mut Commit) -> Vec<Arc<Record>> {
        let mut records = Vec::new();
        let keys = std::mem::take(&mut self.call.state.refresh);
        for (key, response) in keys.into_iter().zip(answers) {
            let is_shown =
                response.is_some_and(|response| take_one(key.clone(), response, commit, &mut records));
            self.call.state.unshown.retain(|(it, _)| *it != key);
            if !is_shown {
                let whole = response.filter(|response| response.flaws.is_empty());
                self.call.state.unshown.push((key, said(whole).trim().to_owned()));
            }
        }
        records
    }
}

fn named_item(id: String, name: &str) -> ExchangeItem {
    ExchangeItem::new(id, name.trim_end_matches("Rq").to_owned(), None, Vec::new())
}

fn item(name: &str) -> ExchangeItem {
    named_item(name.to_owned(), name)
}
