//! One document: how it stands, and what was exchanged about it.

use rusqlite::{Transaction, params};

use super::company_files::note_change;
use super::decided::settled;
use super::{connections, documents, exchanges, jobs};
use crate::sync::stored::{CompanyId, DocumentKey, ExchangeId, Past, Standing, StoreError};

pub(super) fn standing(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
) -> Result<Option<Standing>, StoreError> {
    let Some(document) = documents::some(tx, company, std::slice::from_ref(key))?.pop() else {
        return Ok(None);
    };
    let job = jobs::newest(tx, company, key)?;
    let connection = connections::of_document(tx, company, key)?;
    let said = settled::of_document(tx, company, key)?;
    Ok(Some(Standing { document, job, connection, said }))
}

pub(super) fn of_document(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
    archived: bool,
    before: Option<ExchangeId>,
    limit: usize,
) -> Result<Vec<Past>, StoreError> {
    let sql = "SELECT DISTINCT exchange FROM exchange_item
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND exchange < ?4 AND is_archived = ?5
               ORDER BY exchange DESC LIMIT ?6";
    let before = before.map_or(i64::MAX, |before| before.0);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = params![company, key.object, key.id, before, archived, limit];
    let mut query = tx.prepare_cached(sql)?;
    let keys: Vec<ExchangeId> = query.query_map(values, |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut past = Vec::with_capacity(keys.len());
    for key in keys {
        let exchange = exchanges::one(tx, company, key)?;
        past.extend(exchange.map(|exchange| Past { exchange, is_archived: archived }));
    }
    Ok(past)
}

pub(super) fn archive(
    tx: &Transaction<'_>,
    company: CompanyId,
    key: &DocumentKey,
    exchange: ExchangeId,
    is_archived: bool,
) -> Result<bool, StoreError> {
    let sql = "UPDATE exchange_item SET is_archived = ?5
               WHERE company = ?1 AND object = ?2 AND document = ?3 AND exchange = ?4 AND is_archived <> ?5";
    let values = params![company, key.object, key.id, exchange, is_archived];
    let changed = tx.prepare_cached(sql)?.execute(values)? > 0;
    if changed {
        note_change(tx, company)?;
    }
    Ok(changed)
}
