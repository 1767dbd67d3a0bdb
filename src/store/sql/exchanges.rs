//! Exchanges and the requests in them.

use super::tx::{Row, Stored, Tx, params};
use super::value::Json;
use crate::sync::stored::{
    Closed, CompanyId, DocumentKey, Exchange, ExchangeId, ExchangeItem, Moment, NewExchange, SessionId,
    StoreError,
};

const COLUMNS: &str = "id, session, kind, set_id, sent_at, request, answered_at, response, failure";

pub(super) fn open(
    tx: &dyn Tx,
    company: CompanyId,
    session: SessionId,
    new: &NewExchange,
    at: Moment,
) -> Stored<ExchangeId> {
    let sql = "INSERT INTO exchange (company, session, kind, set_id, sent_at, request)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
    let values = params![company, session, new.kind, new.set_id, at, new.request];
    let exchange = tx.add(sql, values)?;
    add_items(tx, company, exchange, &new.items)?;
    Ok(exchange)
}

fn add_items(tx: &dyn Tx, company: CompanyId, exchange: ExchangeId, items: &[ExchangeItem]) -> Stored<()> {
    let sql = "INSERT INTO exchange_item (company, exchange, position, request_id, message, object, document,
                                          status_code, status_message, jobs, follows)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    tx.for_all(sql, items.iter().enumerate(), |(position, item), run| {
        let key = item.document.as_ref();
        run(params![
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
        ])
    })?;
    Ok(())
}

/// An exchange is closed once: an answer that comes twice must not be taken for another one.
pub(super) fn close(tx: &dyn Tx, company: CompanyId, closed: &Closed, at: Moment) -> Stored<()> {
    let sql = "UPDATE exchange SET answered_at = ?3, response = ?4, failure = ?5
               WHERE company = ?1 AND id = ?2 AND answered_at IS NULL";
    let values = params![company, closed.exchange, at, closed.response, closed.failure];
    if tx.execute(sql, values)? != 1 {
        let key = closed.exchange.0.to_string();
        return Err(StoreError::Missing { what: "unanswered exchange", key });
    }
    closed.items.iter().try_for_each(|item| close_item(tx, company, closed.exchange, item))
}

fn close_item(tx: &dyn Tx, company: CompanyId, exchange: ExchangeId, item: &ExchangeItem) -> Stored<()> {
    let sql = "UPDATE exchange_item SET status_code = ?4, status_message = ?5
               WHERE company = ?1 AND exchange = ?2 AND request_id = ?3";
    let values = params![company, exchange, item.request_id, item.status_code, item.status_message];
    match tx.execute(sql, values)? {
        0 => Err(StoreError::Missing { what: "request", key: item.request_id.clone() }),
        _ => Ok(()),
    }
}

pub(super) fn one(tx: &dyn Tx, company: CompanyId, exchange: ExchangeId) -> Stored<Option<Exchange>> {
    let sql = format!("SELECT {COLUMNS} FROM exchange WHERE company = ?1 AND id = ?2");
    let found = tx.row(&sql, params![company, exchange], read)?;
    found.map(|exchange| with_items(tx, company, exchange)).transpose()
}

/// The last exchange of the company file, if it is of that session and its answer is due.
pub(super) fn in_flight(tx: &dyn Tx, company: CompanyId, session: SessionId) -> Stored<Option<Exchange>> {
    let sql = "SELECT id, session = ?2 AND answered_at IS NULL FROM exchange
               WHERE company = ?1 ORDER BY id DESC LIMIT 1";
    let read = |row: &dyn Row| Ok((row.get(0)?, row.get(1)?));
    match tx.row(sql, params![company, session], read)? {
        Some((last, true)) => one(tx, company, last),
        _ => Ok(None),
    }
}

pub(super) fn unanswered(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Exchange>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM exchange
         WHERE company = ?1 AND answered_at IS NULL AND kind = 'write' ORDER BY id"
    );
    let found = tx.rows(&sql, params![company], read)?;
    found.into_iter().map(|exchange| with_items(tx, company, exchange)).collect()
}

pub(super) fn history(
    tx: &dyn Tx,
    company: CompanyId,
    document: Option<&DocumentKey>,
    limit: usize,
) -> Stored<Vec<Exchange>> {
    let keys = match document {
        Some(key) => keys_of_document(tx, company, key, limit)?,
        None => last_keys(tx, company, limit)?,
    };
    let found = keys.into_iter().map(|key| one(tx, company, key));
    Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn last_keys(tx: &dyn Tx, company: CompanyId, limit: usize) -> Stored<Vec<ExchangeId>> {
    let sql = "SELECT id FROM exchange WHERE company = ?1 ORDER BY id DESC LIMIT ?2";
    tx.rows(sql, params![company, limit], |row| row.get(0))
}

fn keys_of_document(
    tx: &dyn Tx,
    company: CompanyId,
    key: &DocumentKey,
    limit: usize,
) -> Stored<Vec<ExchangeId>> {
    let sql = "SELECT DISTINCT exchange FROM exchange_item
               WHERE company = ?1 AND object = ?2 AND document = ?3 ORDER BY exchange DESC LIMIT ?4";
    tx.rows(sql, params![company, key.object, key.id, limit], |row| row.get(0))
}

fn with_items(tx: &dyn Tx, company: CompanyId, mut exchange: Exchange) -> Stored<Exchange> {
    let sql = "SELECT request_id, message, object, document, status_code, status_message, jobs, follows
               FROM exchange_item WHERE company = ?1 AND exchange = ?2 ORDER BY position";
    exchange.items = tx.rows(sql, params![company, exchange.id], read_item)?;
    Ok(exchange)
}

fn read(row: &dyn Row) -> Stored<Exchange> {
    Ok(Exchange {
        id: row.get(0)?,
        session: row.get(1)?,
        kind: row.get(2)?,
        set_id: row.get(3)?,
        sent_at: row.get(4)?,
        request: row.get(5)?,
        answered_at: row.get(6)?,
        response: row.get(7)?,
        failure: row.get(8)?,
        items: Vec::new(),
    })
}

fn read_item(row: &dyn Row) -> Stored<ExchangeItem> {
    let object: Option<String> = row.get(2)?;
    let document: Option<String> = row.get(3)?;
    Ok(ExchangeItem {
        request_id: row.get(0)?,
        message: row.get(1)?,
        document: object.zip(document).map(|(object, id)| DocumentKey { object, id }),
        status_code: row.get(4)?,
        status_message: row.get(5)?,
        jobs: row.get::<Json<_>>(6)?.0,
        follows: row.get(7)?,
    })
}
