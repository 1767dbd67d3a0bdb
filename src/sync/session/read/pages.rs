//! What the pages of a read bring: records, what cannot be read, and how far each query has come.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::call::SessionCall;
use super::super::queries::{self, OVERLAP};
use super::super::state::{OpenRead, Phase};
use super::{AGAIN, STOP};
use crate::catalogue::status;
use crate::qbxml::{Flaw, Record, Response};
use crate::sync::stored::{
    Commit, ExchangeItem, MetFlaw, Moment, RecordKey, Traversal, TroubleChange, TroubleSubject,
};

/// The feature is not switched on in the company file.
const FEATURE_OFF: i32 = 3250;
/// Nothing was found: by a query for a list, and for one record.
const NOT_FOUND: [i32; 2] = [1, 500];
/// How often a query begins anew in one read, because its iterator broke.
const MOST_RESTARTS: u32 = 3;
/// Where a read begins anew that has never come past a record without an id: before that is nothing, and what is
/// earlier by an overlap can still be written.
const BEGINNING: i64 = 3 * 86_400;

/// What the next pages of a read bring.
pub(super) struct Pages<'p> {
    /// How far each query has come in earlier reads.
    known: &'p [Traversal],
    pub(super) records: Vec<Arc<Record>>,
    commit: &'p mut Commit,
}

impl<'p> Pages<'p> {
    /// Nothing was taken yet.
    pub(super) fn new(known: &'p [Traversal], commit: &'p mut Commit) -> Pages<'p> {
        Pages { known, records: Vec::new(), commit }
    }

    /// Takes the answers over. Queries that are at their end are closed; one that was refused is remembered, since
    /// nothing may be created that it might have found.
    pub(super) fn take(
        &mut self,
        call: &mut SessionCall<'_>,
        answers: &[Option<&Response>],
        items: &[ExchangeItem],
    ) {
        let Phase::Read(mut reading) = std::mem::take(&mut call.state.phase) else { return };
        let mut asked_again: BTreeMap<String, RecordKey> = BTreeMap::new();
        for (index, key) in std::mem::take(&mut reading.asked_again).into_iter().enumerate() {
            asked_again.insert(format!("{AGAIN}{index}"), key);
        }
        for (response, item) in answers.iter().zip(items) {
            if let Some(key) = asked_again.remove(&item.request_id) {
                if let Some(response) = response {
                    take_one(key, response, self.commit, &mut self.records);
                }
            } else if !item.request_id.starts_with(STOP) {
                self.page(call, &mut reading, &item.request_id, *response);
            }
        }
        call.state.phase = Phase::Read(reading);
    }

    fn page(
        &mut self,
        call: &mut SessionCall<'_>,
        reading: &mut OpenRead,
        query: &str,
        response: Option<&Response>,
    ) {
        let open = reading.open.iter().position(|(name, _)| name == query);
        let iterator = open.and_then(|open| reading.open.remove(open).1);
        let is_off = response.is_some_and(|response| response.status_code == FEATURE_OFF);
        let Some(response) = response.filter(|response| response.is_success() || is_off) else {
            // The iterator is gone, or nobody knows how far it is: from the start again.
            let restarts = reading.restarts.entry(query.to_owned()).or_default();
            *restarts += u32::from(iterator.is_some());
            if iterator.is_some() && *restarts <= MOST_RESTARTS {
                reading.open.push((query.to_owned(), None));
            } else {
                // One that was refused was answered; one whose iterator broke again and again goes on in pieces.
                if iterator.is_none() {
                    self.commit.finished.push(query.to_owned());
                }
                call.state.unread.push((query.to_owned(), refusal(response)));
            }
            reading.abandoned.extend(iterator.map(|iterator| (query.to_owned(), iterator)));
            return;
        };
        for flaw in &response.flaws {
            self.flaw(reading, query, flaw);
        }
        for record in &response.records {
            if let Some(flaw) = Flaw::without_id(record) {
                self.flaw(reading, query, &flaw);
                continue;
            }
            match deleted(record) {
                Some(key) => self.commit.deleted.push(key),
                None => self.records.push(record.clone()),
            }
        }
        if let Some(iterator) = continued(response) {
            reading.open.push((query.to_owned(), Some(iterator)));
            return;
        }
        let is_sound = !reading.not_past.contains(query);
        if let Some(unfinished) = reading.reads.next(query, is_sound, OVERLAP, call.now) {
            self.commit.unfinished.push(unfinished);
            reading.open.push((query.to_owned(), None));
        } else {
            self.end(call, reading, query, is_off);
        }
    }

    /// A record that could not be read as it stands. If it cannot be asked for by its id, the read does not come
    /// past it.
    fn flaw(&mut self, reading: &mut OpenRead, query: &str, flaw: &Flaw) {
        let mut flaw = flaw.clone();
        let key = flaw.id.clone().map(|id| RecordKey { record_type: flaw.record_type.clone(), id });
        if key.is_none_or(|key| queries::of_record(&key, "", false).is_none()) {
            // What says that a record is gone is taken over, and never comes again.
            if !flaw.kind.is_set_aside() {
                return;
            }
            flaw.id = None;
            reading.not_past.insert(query.to_owned());
        }
        self.commit.flaws.push(MetFlaw { query: query.to_owned(), flaw });
    }

    /// A query has come to its end; or what it asks for is switched off, which says nothing of what there was.
    fn end(&mut self, call: &mut SessionCall<'_>, reading: &mut OpenRead, query: &str, is_off: bool) {
        call.mirror.company.note_read(query.trim_end_matches("Rq"));
        let read = Traversal { query: query.to_owned(), began_at: reading.began_at };
        let is_deleted = call.rules.queries.iter().any(|it| it.is_deleted && it.request.name() == query);
        // Deletions that were forgotten are known only once everything was compared.
        let waits = reading.is_full && is_deleted;
        let past = if waits || reading.not_past.contains(query) {
            let known = self.known.iter().find(|known| known.query == query);
            let began_at = known.map_or_else(beginning, |known| known.began_at);
            Traversal { began_at, ..read.clone() }
        } else {
            read.clone()
        };
        if reading.is_full && !is_deleted && !is_off && !reading.not_past.contains(query) {
            reading.compared.insert(query.to_owned());
        }
        self.commit.finished.push(query.to_owned());
        self.commit.traversals.push(past);
        self.commit.read_through.push(read);
        self.commit.troubles.push(TroubleChange::is_over(TroubleSubject::Query(query.to_owned())));
    }
}

/// Takes over one record that was asked for by its id. Says whether it was told how the record stands, or that it is gone.
pub(super) fn take_one(
    key: RecordKey,
    response: &Response,
    commit: &mut Commit,
    records: &mut Vec<Arc<Record>>,
) -> bool {
    let query = response.name.replace("QueryRs", "QueryRq");
    let met = |flaw: &Flaw| {
        let id = Some(key.id.clone());
        MetFlaw { query: query.clone(), flaw: Flaw { id, ..flaw.clone() } }
    };
    commit.flaws.extend(response.flaws.iter().map(met));
    let is_empty = response.records.is_empty() && response.flaws.is_empty();
    let is_gone = is_empty && NOT_FOUND.contains(&response.status_code);
    if is_gone {
        commit.deleted.push(key);
    }
    records.extend(response.records.iter().cloned());
    is_gone || !response.records.is_empty()
}

/// What QuickBooks said to a query.
pub(super) fn said(response: Option<&Response>) -> &str {
    response.map_or("The answer to it cannot be read.", |response| &response.message)
}

/// The same, with what to do about it as far as the code is known.
fn refusal(response: Option<&Response>) -> String {
    let known = response.and_then(|response| status(u32::try_from(response.status_code).ok()?));
    let how = known.map_or("", |known| &known.how);
    format!("{} {how}", said(response).trim()).trim_end().to_owned()
}

fn beginning() -> Moment {
    Moment::from_timestamp(BEGINNING, 0).unwrap_or_default()
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
