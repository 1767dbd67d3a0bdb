//! Exchanges and the requests in them.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::value::{Json, Millis};
use crate::sync::stored::{
    Closed, CompanyId, DocumentKey, Exchange, ExchangeId, ExchangeItem, Moment, NewExchange, SessionId,
    StoreError,
};

const COLUMNS: &str = "id, session, kind, set_id, sent_at, request, answered_at, response, failure";

pub(super) fn open(
    tx: &Transaction<'_>,
    company: CompanyId,
    session: SessionId,
    new: &NewExchange,
    at: Moment,
) -> Result<ExchangeId, StoreError> {
    let sql = "INSERT INTO exchange (company, session, kind, set_id, sent_at, request)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![company, session, new.kind, new.set_id, Millis(at), new.request];
    tx.prepare_cached(sql)?.execute(values)?;
    let exchange = ExchangeId(tx.last_insert_rowid());
    for (position, item) in new.items.iter().enumerate() {
        add_item(tx, company, exchange, position, item)?;
    }
    Ok(exchange)
}

fn add_item(
    tx: &Transaction<'_>,
    company: CompanyId,
    exchange: ExchangeId,
    position: usize,
    item: &ExchangeItem,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO exchange_item (company, exchange, position, request_id, message, object, document,
                                          status_code, status_message, jobs, follows)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let key = item.document.as_ref();
    tx.prepare_cached(sql)?.execute(params![
        company,
        exchange,
        position,
        item.request_id,
        item.message,
        key.map(|it| &it.object),
        key.map(|it| &it.id),
        item.status_code,
        item.status_message,
        Json(&item.jobs),
        item.follows,
    ])?;
    Ok(())
}

/// An exchange is closed once: an answer that comes twice must not be taken for another one.
pub(super) fn close(
    tx: &Transaction<'_>,
    company: CompanyId,
    closed: &Closed,
    at: Moment,
) -> Result<(), StoreError> {
    let sql = "UPDATE exchange SET answered_at = ?3, response = ?4, failure = ?5
               WHERE company = ?1 AND id = ?2 AND answered_at IS NULL";
    let values = params![company, closed.exchange, Millis(at), closed.response, closed.failure];
    if tx.prepare_cached(sql)?.execute(values)? != 1 {
        let key = closed.exchange.0.to_string();
        return Err(StoreError::Missing { what: "unanswered exchange", key });
    }
    closed.items.iter().try_for_each(|item| close_item(tx, company, closed.exchange, item))
}

fn close_item(
    tx: &Transaction<'_>,
    company: CompanyId,
    exchange: ExchangeId,
    item: &ExchangeItem,
) -> Result<(), StoreError> {
    let sql = "UPDATE exchange_item SET status_code = ?4, status_message = ?5
               WHERE company = ?1 AND exchange = ?2 AND request_id = ?3";
    let values = params![company, exchange, item.request_id, item.status_code, item.status_message];
    match tx.prepare_cached(sql)?.execute(values)? {
        0 => Err(StoreError::Missing { what: "request", key: item.request_id.clone() }),
        _ => Ok(()),
    }
}

pub(super) fn one(
    tx: &Transaction<'_>,
    company: CompanyId,
    exchange: ExchangeId,
) -> Result<Option<Exchange>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM exchange WHERE company = ?1 AND id = ?2");
    let found = tx.prepare_cached(&sql)?.query_one(params![company, exchange], read).optional()?;
    found.map(|exchange| with_items(tx, company, exchange)).transpose()
}

/// The last exchange of the company file, if it is of that session and its answer is due.
pub(super) fn in_flight(
    tx: &Transaction<'_>,
    company: CompanyId,
    session: SessionId,
) -> Result<Option<Exchange>, StoreError> {
    let sql = "SELECT id, session = ?2 AND answered_at IS NULL FROM exchange
               WHERE company = ?1 ORDER BY id DESC LIMIT 1";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    match tx.prepare_cached(sql)?.query_one(params![company, session], read).optional()? {
        Some((last, true)) => one(tx, company, last),
        _ => Ok(None),
    }
}

pub(super) fn unanswered(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<Exchange>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM exchange
         WHERE company = ?1 AND answered_at IS NULL AND kind = 'write' ORDER BY id"
    );
    let mut query = tx.prepare_cached(&sql)?;
    let found = query.query_map([company], read)?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(|exchange| with_items(tx, company, exchange)).collect()
}

pub(super) fn history(
    tx: &Transaction<'_>,
    company: CompanyId,
    document: Option<&DocumentKey>,
    limit: usize,
) -> Result<Vec<Exchange>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let keys = match document {
        Some(key) => keys_of_document(tx, company, key, limit)?,
        None => last_keys(tx, company, limit)?,
    };
    let found = keys.into_iter().map(|key| one(tx, company, key));
    Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn last_keys(tx: &Transaction<'_>, company: CompanyId, limit: i64) -> Result<Vec<ExchangeId>, StoreError> {
    let sql = "SELECT id FROM exchange WHERE company = ?1 ORDER BY id DESC LIMIT ?2";
    let mut query = tx.prepare_cached(sql)?;
    let keys = query.query_map(params![company, limit], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

fn keys_of_document(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
    limit: i64,
) -> Result<Vec<ExchangeId>, StoreError> {
    let sql = "SELECT DISTINCT exchange FROM exchange_item
               WHERE company = ?1 AND object = ?2 AND document = ?3 ORDER BY exchange DESC LIMIT ?4";
    let mut query = tx.prepare_cached(sql)?;
    let keys = query.query_map(params![company, key.object, key.id, limit], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

fn with_items(
    tx: &Transaction<'_>,
    company: CompanyId,
    mut exchange: Exchange,
) -> Result<Exchange, StoreError> {
    let sql = "SELECT request_id, message, object, document, status_code, status_message, jobs, follows
               FROM exchange_item WHERE company = ?1 AND exchange = ?2 ORDER BY position";
    let mut query = tx.prepare_cached(sql)?;
    exchange.items = query.query_map(params![company, exchange.id], read_item)?.collect::<Result<_, _>>()?;
    Ok(exchange)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Exchange> {
    Ok(Exchange {
        id: row.get(0)?,
        session: row.get(1)?,
        kind: row.get(2)?,
        set_id: row.get(3)?,
        sent_at: row.get::<_, Millis>(4)?.0,
        request: row.get(5)?,
        answered_at: row.get::<_, Option<Millis>>(6)?.map(|it| it.0),
        response: row.get(7)?,
        failure: row.get(8)?,
        items: Vec::new(),
    })
}

fn read_item(row: &Row<'_>) -> rusqlite::Result<ExchangeItem> {
    let object: Option<String> = row.get(2)?;
    let document: Option<String> = row.get(3)?;
    Ok(ExchangeItem {
        request_id: row.get(0)?,
        message: row.get(1)?,
        document: object.zip(document).map(|(object, id)| DocumentKey { object, id }),
        status_code: row.get(4)?,
        status_message: row.get(5)?,
        jobs: row.get::<_, Json<_>>(6)?.0,
        follows: row.get(7)?,
    })
}
