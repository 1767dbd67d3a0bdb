//! One document: how it stands, and what was exchanged about it.

use super::company_files::note_change;
use super::decided::settled;
use super::tx::{Stored, Tx, params};
use super::{connections, documents, exchanges, jobs};
use crate::sync::stored::{CompanyId, DocumentKey, ExchangeId, Past, Standing};

pub(super) fn standing(tx: &dyn Tx, company: CompanyId, key: &DocumentKey) -> Stored<Option<Standing>> {
    let Some(document) = documents::some(tx, company, std::slice::from_ref(key))?.pop() else {
        return Ok(None);
    };
    let job = jobs::newest(tx, company, key)?;
    let connection = connections::of_document(tx, company, key)?;
    let said = settled::of_document(tx, company, key)?;
    Ok(Some(Standing { document, job, connection, said }))
}

pub(super) fn of_document(
    tx: &dyn Tx,
    company: CompanyId,
    key: &DocumentKey,
    archived: bool,
    before: Option<ExchangeId>,
    limit: usize,
) -> Stored<Vec<Past>> {
    let sql = "SELECT DISTINCT exchange FROM exchange_item
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND exchange < ?4 AND is_archived = ?5
               ORDER BY exchange DESC LIMIT ?6";
    let before = before.map_or(i64::MAX, |before| before.0);
    let values = params![company, key.object, key.id, before, archived, limit];
    let keys = tx.rows(sql, values, |row| row.get(0))?;
    let mut past = Vec::with_capacity(keys.len());
    for key in keys {
        let exchange = exchanges::one(tx, company, key)?;
        past.extend(exchange.map(|exchange| Past { exchange, is_archived: archived }));
    }
    Ok(past)
}

pub(super) fn archive(
    tx: &dyn Tx,
    company: CompanyId,
    key: &DocumentKey,
    exchange: ExchangeId,
    is_archived: bool,
) -> Stored<bool> {
    let sql = "UPDATE exchange_item SET is_archived = ?5
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND exchange = ?4 AND is_archived <> ?5";
    let values = params![company, key.object, key.id, exchange, is_archived];
    let changed = tx.execute(sql, values)? > 0;
    if changed {
        note_change(tx, company)?;
    }
    Ok(changed)
}
