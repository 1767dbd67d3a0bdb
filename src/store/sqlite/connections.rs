//! Connections.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::company_files;
use super::merged;
use super::value::Millis;
use crate::sync::stored::{CompanyId, Connection, DocumentKey, StoreError};

pub(super) fn all(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<Connection>, StoreError> {
    let sql =
        "SELECT object, document, record_type, record_id, connected_at, is_archived, may_share, generation
               FROM connection WHERE company = ?1 ORDER BY object, document";
    let mut query = tx.prepare_cached(sql)?;
    let connections = query.query_map([company], read)?;
    Ok(connections.collect::<Result<_, _>>()?)
}

pub(super) fn of_document(
    tx: &Transaction<'_>,
    company: CompanyId,
    document: &DocumentKey,
) -> Result<Option<Connection>, StoreError> {
    let sql =
        "SELECT object, document, record_type, record_id, connected_at, is_archived, may_share, generation
               FROM connection WHERE company = ?1 AND object = ?2 AND document = ?3";
    let values = params![company, document.object, document.id];
    Ok(tx.prepare_cached(sql)?.query_one(values, read).optional()?)
}

pub(super) fn connect(
    tx: &Transaction<'_>,
    company: CompanyId,
    connection: &Connection,
) -> Result<(), StoreError> {
    company_files::note_change(tx, company)?;
    merged::decided(tx, company, connection)?;
    if keep(tx, company, connection)? > 0 {
        company_files::revise(tx, company)?;
    }
    Ok(())
}

/// Makes or replaces a connection; gives how many changed by that.
pub(super) fn keep(
    tx: &Transaction<'_>,
    company: CompanyId,
    connection: &Connection,
) -> Result<usize, StoreError> {
    let sql = "INSERT INTO connection (company, object, document, record_type, record_id, connected_at,
                                       is_archived, may_share, generation)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
               ON CONFLICT (company, object, document) DO UPDATE
               SET record_type = excluded.record_type, record_id = excluded.record_id,
                   connected_at = excluded.connected_at, is_archived = excluded.is_archived,
                   may_share = excluded.may_share, generation = excluded.generation
               WHERE (record_type, record_id, connected_at, is_archived, may_share, generation) IS NOT
                     (excluded.record_type, excluded.record_id, excluded.connected_at, excluded.is_archived,
                      excluded.may_share, excluded.generation)";
    let key = &connection.document;
    let values = params![
        company,
        key.object,
        key.id,
        connection.record_type,
        connection.record_id,
        Millis(connection.connected_at),
        connection.is_archived,
        connection.may_share,
        connection.generation,
    ];
    Ok(tx.prepare_cached(sql)?.execute(values)?)
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        document: DocumentKey { object: row.get(0)?, id: row.get(1)? },
        record_type: row.get(2)?,
        record_id: row.get(3)?,
        connected_at: row.get::<_, Millis>(4)?.0,
        is_archived: row.get(5)?,
        may_share: row.get(6)?,
        generation: row.get(7)?,
    })
}
