//! Reading: everything that the rules look at, as far as it changed since the last read.
//!
//! All queries are asked side by side, a page of each at a time. What a query gave is kept page by page,
//! but how far it has come only when it is at its end: a read that breaks off begins anew, and reads
//! nothing twice that would do harm.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::qbxml::{Record, Response, ResponseSet};
use crate::sync::company_file::mirror;
use crate::sync::import_every;
use crate::sync::stored::{
    Closed, Commit, CompanyFile, Exchange, ExchangeItem, ExchangeKind, Moment, RecordKey, Store, Traversal,
};

use super::answers::unasked;
use super::call::{SessionCall, Settled, Turn};
use super::lost;
use super::queries::{OVERLAP, Query, WIDE_OVERLAP, Wanted};
use super::rulebook::Rulebook;
use super::state::{OpenRead, Phase};
use super::talk::SessionError;
use super::waiting;

/// The feature is not switched on in the company file.
const FEATURE_OFF: i32 = 3250;
/// Nothing was found: by a query for a list, and for one record.
const NOT_FOUND: [i32; 2] = [1, 500];
/// Codes from here on are errors of the query.
const FIRST_ERROR: i32 = 1000;

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
    pub fn begin(self) -> Result<(), SessionError> {
        let is_first = self.watermarks()?.is_empty() && self.call.mirror.company.is_empty();
        let mut reading = OpenRead { began_at: self.call.now, open: Vec::new(), is_first };
        let deleted = self.readable();
        for query in &self.call.rules.queries {
            let name = query.request.name();
            let wanted = Wanted { id: name, since: None, page: 1, iterator: None, deleted: &deleted };
            if !(is_first && query.is_deleted) && query.is_useful(&wanted) {
                reading.open.push((name.to_owned(), None));
            }
        }
        self.call.state.unread.clear();
        self.call.state.phase = Phase::Read(reading);
        Ok(())
    }

    /// Asks for the next pages of all queries that are not at their end; goes on if there is none.
    pub fn go_on(self, may_send: bool) -> Result<Turn, SessionError> {
        let Phase::Read(reading) = &self.call.state.phase else {
            return Ok(Turn::GoOn);
        };
        if reading.open.is_empty() {
            self.end()?;
            return Ok(Turn::GoOn);
        }
        if !may_send {
            return Ok(Turn::WouldSend);
        }
        let (open, since, deleted) = (reading.open.clone(), self.watermarks()?, self.readable());
        let mut requests = Vec::new();
        let mut items = Vec::new();
        for (name, iterator) in &open {
            let Some(query) = self.query(name) else { continue };
            let wanted = Wanted {
                id: name,
                since: since.get(name.as_str()).copied(),
                page: self.call.limits.page,
                iterator: iterator.as_deref(),
                deleted: &deleted,
            };
            requests.extend(query.write(&wanted));
            items.push(item(name));
        }
        let (commit, set) = (self.call.change(), self.call.message_set());
        self.call.open(commit, ExchangeKind::Read, &set, &requests, items)
    }

    fn end(self) -> Result<(), SessionError> {
        let call = self.call;
        let Phase::Read(OpenRead { began_at, is_first, .. }) = call.state.phase else {
            return Ok(());
        };
        call.state.phase = Phase::Write;
        call.state.must_read = false;
        let mut commit = call.change();
        // What was refused is asked for again by the next visit.
        commit.is_read = call.state.unread.is_empty();
        // What was deleted before the first read was never in the mirror: it counts as read.
        let deleted = call.rules.queries.iter().filter(|query| is_first && query.is_deleted);
        commit.traversals =
            deleted.map(|query| Traversal { query: query.request.name().to_owned(), began_at }).collect();
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
        let overlap = if self.call.state.must_read { WIDE_OVERLAP } else { OVERLAP };
        Ok(known.map(|it| (it.query, it.began_at - overlap)).collect())
    }

    /// The types of records that are read.
    fn readable(&self) -> BTreeSet<&'static str> {
        let reads = self.call.rules.queries.iter().filter(|query| !query.is_deleted);
        let names = reads.filter_map(|query| query.request.name().strip_suffix("Rq"));
        names.flat_map(crate::catalogue::records_of).map(crate::catalogue::Element::name).collect()
    }

    /// Takes over pages of a read, or single records that were read again.
    pub fn settle(mut self, exchange: &Exchange, set: &ResponseSet) -> Result<Settled, SessionError> {
        if let Some(wrong) = unasked(exchange, &set.responses) {
            return self.call.nonsense(exchange, wrong);
        }
        let mut items = exchange.items.clone();
        for (response, item) in set.responses.iter().zip(&mut items) {
            item.status_code = Some(response.status_code);
            item.status_message = Some(response.message.clone());
        }
        let mut commit = self.call.change();
        let records = match self.call.state.phase {
            Phase::Read(_) => self.pages(&set.responses, &items, &mut commit),
            _ => self.refreshed(&set.responses, &mut commit),
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
    fn refreshed(&mut self, responses: &[Response], commit: &mut Commit) -> Vec<Arc<Record>> {
        let mut records = Vec::new();
        let keys = std::mem::take(&mut self.call.state.refresh);
        for (key, response) in keys.into_iter().zip(responses) {
            if response.records.is_empty() && NOT_FOUND.contains(&response.status_code) {
                commit.deleted.push(key);
            }
            records.extend(response.records.iter().cloned());
        }
        records
    }

    /// The records of the next pages. Queries that are at their end are closed; one that was refused is
    /// remembered, since nothing may be created that it might have found.
    fn pages(
        &mut self,
        responses: &[Response],
        items: &[ExchangeItem],
        commit: &mut Commit,
    ) -> Vec<Arc<Record>> {
        let mut records: Vec<Arc<Record>> = Vec::new();
        let call = &mut *self.call;
        let Phase::Read(reading) = &mut call.state.phase else {
            return records;
        };
        for (response, item) in responses.iter().zip(items) {
            let query = &item.request_id;
            let open = reading.open.iter().position(|(name, _)| name == query);
            let iterator = open.and_then(|open| reading.open.remove(open).1);
            match response.status_code {
                // There are no such records.
                FEATURE_OFF => {}
                // The iterator is gone: from the start again.
                FIRST_ERROR.. if iterator.is_some() => {
                    reading.open.push((query.clone(), None));
                    continue;
                }
                FIRST_ERROR.. => {
                    call.state.unread.push((query.clone(), response.message.clone()));
                    continue;
                }
                _ => {}
            }
            for record in &response.records {
                match deleted(record) {
                    Some(key) => commit.deleted.push(key),
                    None => records.push(record.clone()),
                }
            }
            if let Some(iterator) = continued(response) {
                reading.open.push((query.clone(), Some(iterator)));
            } else {
                call.mirror.company.note_read(query.trim_end_matches("Rq"));
                commit.traversals.push(Traversal { query: query.clone(), began_at: reading.began_at });
            }
        }
        records
    }
}

fn item(name: &str) -> ExchangeItem {
    let message = name.strip_suffix("Rq").unwrap_or(name);
    ExchangeItem::new(name.to_owned(), message.to_owned(), None, Vec::new())
}

/// The iterator to go on with; nothing at the end.
fn continued(response: &Response) -> Option<String> {
    let left: u64 = response.attribute("iteratorRemainingCount")?.parse().ok()?;
    let iterator = response.attribute("iteratorID")?;
    (left > 0).then(|| iterator.to_owned())
}

/// What a record of a query for deletions says is gone.
fn deleted(record: &Record) -> Option<RecordKey> {
    let (kind, id) = match record.name() {
        "ListDeletedRet" => ("ListDelType", "ListID"),
        "TxnDeletedRet" => ("TxnDelType", "TxnID"),
        _ => return None,
    };
    Some(RecordKey { record_type: format!("{}Ret", record.get(kind)?), id: record.get(id)?.to_owned() })
}
