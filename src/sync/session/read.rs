//! The read: everything that the rules look at, as far as it changed since the last one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::qbxml::{Record, Response, ResponseSet};
use crate::sync::import_every;
use crate::sync::stored::{
    CompanyFile, Exchange, ExchangeItem, ExchangeKind, Moment, RecordKey, Store, Traversal,
};

use super::queries::{OVERLAP, Query, WIDE_OVERLAP, Wanted};
use super::recover::closed;
use super::rulebook::Rulebook;
use super::sessions::SessionError;
use super::state::{Phase, Reading};
use super::step::Step;
use crate::sync::company_file::mirror;

/// The feature is not switched on in the company file.
const FEATURE_OFF: i32 = 3250;

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

impl Step<'_> {
    /// Opens every query of the read.
    pub(super) fn plan_reading(&mut self) -> Result<(), SessionError> {
        let is_first = self.watermarks()?.is_empty() && self.mirror.company.is_empty();
        let mut reading = Reading { began_at: self.now, open: Vec::new(), is_first };
        let deleted = self.readable();
        for query in &self.rules.queries {
            let name = query.request.name();
            let wanted = Wanted { id: name, since: None, page: 1, iterator: None, deleted: &deleted };
            if !(is_first && query.is_deleted) && query.is_useful(&wanted) {
                reading.open.push((name.to_owned(), None));
            }
        }
        self.state.unread.clear();
        self.state.phase = Phase::Read(reading);
        Ok(())
    }

    /// Asks for the next pages of all queries that are not at their end; goes on if there is none.
    pub(super) fn read(&mut self, may_send: bool) -> Result<Option<String>, SessionError> {
        let Phase::Read(reading) = &self.state.phase else {
            return Ok(None);
        };
        if reading.open.is_empty() {
            self.end_reading()?;
            return Ok(None);
        }
        if !may_send {
            return Ok(Some(String::new()));
        }
        let (open, since, deleted) = (reading.open.clone(), self.watermarks()?, self.readable());
        let mut requests = Vec::new();
        let mut items = Vec::new();
        for (name, iterator) in &open {
            let Some(query) = self.query(name) else { continue };
            let wanted = Wanted {
                id: name,
                since: since.get(name.as_str()).copied(),
                page: self.limits.page,
                iterator: iterator.as_deref(),
                deleted: &deleted,
            };
            requests.extend(query.write(&wanted));
            items.push(item(name));
        }
        let (commit, set) = (self.change(), self.message_set());
        self.open(commit, ExchangeKind::Read, &set, &requests, items).map(Some)
    }

    fn end_reading(&mut self) -> Result<(), SessionError> {
        let Phase::Read(reading) = &self.state.phase else {
            return Ok(());
        };
        let (began_at, is_first) = (reading.began_at, reading.is_first);
        self.state.phase = Phase::Write;
        self.state.must_read = false;
        let mut commit = self.change();
        // What was refused is asked for again by the next visit.
        commit.is_read = self.state.unread.is_empty();
        let deleted = self.rules.queries.iter().filter(|query| is_first && query.is_deleted);
        commit.traversals =
            deleted.map(|query| Traversal { query: query.request.name().to_owned(), began_at }).collect();
        self.commit(commit)?;
        self.settle_waiting()
    }

    fn query(&self, name: &str) -> Option<Query> {
        self.rules.queries.iter().copied().find(|query| query.request.name() == name)
    }

    fn watermarks(&self) -> Result<BTreeMap<String, Moment>, SessionError> {
        let all = self.store.traversals(self.file.id)?;
        // A clock that was put back says nothing of what was read before.
        let known = all.into_iter().filter(|it| it.began_at <= self.now);
        let overlap = if self.state.must_read { WIDE_OVERLAP } else { OVERLAP };
        Ok(known.map(|it| (it.query, it.began_at - overlap)).collect())
    }

    /// The types of records that are read.
    fn readable(&self) -> BTreeSet<&'static str> {
        let reads = self.rules.queries.iter().filter(|query| !query.is_deleted);
        let names = reads.filter_map(|query| query.request.name().strip_suffix("Rq"));
        names.flat_map(crate::catalogue::records_of).map(crate::catalogue::Element::name).collect()
    }

    /// Takes over a page of a read.
    pub(super) fn settle_read(
        &mut self,
        exchange: &Exchange,
        set: &ResponseSet,
    ) -> Result<bool, SessionError> {
        if let Some(wrong) = unasked(exchange, &set.responses) {
            return self.nonsense(exchange, wrong);
        }
        let mut commit = self.change();
        let mut items = exchange.items.clone();
        let mut records: Vec<Arc<Record>> = Vec::new();
        let mut ended = Vec::new();
        for (response, item) in set.responses.iter().zip(&mut items) {
            item.status_code = Some(response.status_code);
            item.status_message = Some(response.message.clone());
        }
        let Phase::Read(reading) = &mut self.state.phase else {
            for (key, response) in std::mem::take(&mut self.state.refresh).into_iter().zip(&set.responses) {
                if response.records.is_empty() && matches!(response.status_code, 1 | 500) {
                    commit.deleted.push(key);
                }
                records.extend(response.records.iter().cloned());
            }
            return self.keep(commit, exchange, items, &records);
        };
        for (response, item) in set.responses.iter().zip(&items) {
            let open = reading.open.iter().position(|(name, _)| *name == item.request_id);
            let iterator = open.and_then(|open| reading.open.remove(open).1);
            match response.status_code {
                // There are no such records.
                FEATURE_OFF => {}
                // The iterator is gone: from the start again.
                1000.. if iterator.is_some() => {
                    reading.open.push((item.request_id.clone(), None));
                    continue;
                }
                1000.. => {
                    self.state.unread.push((item.request_id.clone(), response.message.clone()));
                    continue;
                }
                _ => {}
            }
            commit.deleted.extend(response.records.iter().filter_map(|record| deleted(record)));
            records.extend(response.records.iter().filter(|record| deleted(record).is_none()).cloned());
            match continued(response) {
                Some(iterator) => reading.open.push((item.request_id.clone(), Some(iterator))),
                None => ended.push(item.request_id.clone()),
            }
        }
        let began_at = reading.began_at;
        for query in ended {
            self.mirror.note_read(&query);
            commit.traversals.push(Traversal { query, began_at });
        }
        self.keep(commit, exchange, items, &records)
    }

    fn keep(
        &mut self,
        mut commit: crate::sync::stored::Commit,
        exchange: &Exchange,
        items: Vec<ExchangeItem>,
        records: &[Arc<Record>],
    ) -> Result<bool, SessionError> {
        self.mirror.take(records);
        commit.records = records.iter().filter_map(|record| mirror::stored(record)).collect();
        commit.closed = Some(closed(exchange, None, None, items));
        self.commit(commit)?;
        Ok(true)
    }
}

/// What is wrong with answers that are not those to what was asked.
fn unasked(exchange: &Exchange, responses: &[Response]) -> Option<String> {
    let asked: Vec<&str> = exchange.items.iter().map(|item| item.request_id.as_str()).collect();
    let answered: Vec<&str> =
        responses.iter().map(|response| response.request_id.as_deref().unwrap_or_default()).collect();
    (asked != answered)
        .then(|| format!("The answer is not to what was asked: asked {asked:?}, answered {answered:?}."))
}

fn item(name: &str) -> ExchangeItem {
    ExchangeItem {
        request_id: name.to_owned(),
        message: name.strip_suffix("Rq").unwrap_or(name).to_owned(),
        document: None,
        status_code: None,
        status_message: None,
        jobs: Vec::new(),
    }
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
