//! Small makers of what the store keeps.

use chrono::DateTime;
use ferrule::catalogue::{Outcome, Who};
use ferrule::sync::stored::{
    Commit, CompanyId, Connection, DocumentKey, ExchangeItem, ExchangeKind, JobChange, JobError, JobId,
    JobState, Moment, NewCompanyFile, NewDocument, NewExchange, RecordKey, SessionId, Store, StoredRecord,
};

/// The moment that many seconds into the story.
pub(crate) fn at(seconds: i64) -> Moment {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

pub(crate) fn new_company_file(name: &str) -> NewCompanyFile {
    NewCompanyFile {
        domain: "acme".to_owned(),
        name: name.to_owned(),
        user_name: format!("{name}-user"),
        password_hash: "$argon2id$x".to_owned(),
        owner_id: format!("{{{name}-owner}}"),
        file_id: format!("{{{name}-file}}"),
        path: Some(format!("C:\\Books\\{name}.qbw")),
    }
}

pub(crate) fn company_file(store: &dyn Store, name: &str) -> CompanyId {
    store.add_company_file(&new_company_file(name)).unwrap()
}

pub(crate) fn key(object: &str, id: &str) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_owned() }
}

pub(crate) fn document(object: &str, id: &str, version: &str) -> NewDocument {
    NewDocument {
        key: key(object, id),
        json: format!("{{\"id\":\"{id}\",\"version\":\"{version}\"}}"),
        version: version.to_owned(),
    }
}

pub(crate) fn record(record_type: &str, id: &str, edit_sequence: &str) -> StoredRecord {
    StoredRecord {
        key: record_key(record_type, id),
        edit_sequence: edit_sequence.to_owned(),
        xml: format!("<{record_type}><ListID>{id}</ListID></{record_type}>"),
    }
}

pub(crate) fn record_key(record_type: &str, id: &str) -> RecordKey {
    RecordKey { record_type: record_type.to_owned(), id: id.to_owned() }
}

pub(crate) fn connection(document: DocumentKey, record_id: &str, seconds: i64) -> Connection {
    Connection {
        document,
        record_type: "CustomerRet".to_owned(),
        record_id: record_id.to_owned(),
        connected_at: at(seconds),
        is_archived: false,
        may_share: true,
        generation: 0,
    }
}

pub(crate) fn item(request_id: &str, document: Option<DocumentKey>, jobs: &[JobId]) -> ExchangeItem {
    ExchangeItem {
        request_id: request_id.to_owned(),
        message: "CustomerAdd".to_owned(),
        document,
        status_code: None,
        status_message: None,
        jobs: jobs.to_vec(),
        follows: None,
    }
}

pub(crate) fn exchange(kind: ExchangeKind, items: Vec<ExchangeItem>) -> NewExchange {
    NewExchange { kind, set_id: Some("{set}".to_owned()), request: "<QBXML/>".to_owned(), items }
}

pub(crate) fn change(job: JobId, state: JobState) -> JobChange {
    JobChange { job, state, error: None, next_try: None, is_attempt: state == JobState::Sent }
}

pub(crate) fn error(code: &str) -> JobError {
    JobError {
        code: code.to_owned(),
        happened: "the name is in use".to_owned(),
        cause: String::new(),
        who: Who::Administrator,
        how: "rename it".to_owned(),
        retryable: false,
        outcome: Outcome::NotApplied,
        candidates: Vec::new(),
        setting: None,
        named_setting: None,
        command: None,
    }
}

pub(crate) fn step(session: SessionId, seconds: i64) -> Commit {
    Commit::new(session, at(seconds), format!("state at {seconds}"))
}

/// The mirror as its keys and edit sequences.
pub(crate) fn mirror(store: &dyn Store, company: CompanyId) -> Vec<(String, String)> {
    let mut records = Vec::new();
    store.records(company, &mut |record| records.push((record.key.id, record.edit_sequence))).unwrap();
    records
}
