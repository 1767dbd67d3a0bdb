//! Connections.

use super::company_files;
use super::merged;
use super::tx::{Row, Stored, Tx, params};
use crate::sync::stored::{CompanyId, Connection, DocumentKey};

pub(super) fn all(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Connection>> {
    let sql =
        "SELECT object, document, record_type, record_id, connected_at, is_archived, may_share, generation
               FROM connection WHERE company = ?1 ORDER BY object, document";
    tx.rows(sql, params![company], read)
}

pub(super) fn of_document(
    tx: &dyn Tx,
    company: CompanyId,
    document: &DocumentKey,
) -> Stored<Option<Connection>> {
    let sql =
        "SELECT object, document, record_type, record_id, connected_at, is_archived, may_share, generation
               FROM connection WHERE company = ?1 AND object = ?2 AND document = ?3";
    let values = params![company, document.object, document.id];
    tx.row(sql, values, read)
}

pub(super) fn connect(tx: &dyn Tx, company: CompanyId, connection: &Connection) -> Stored<()> {
    company_files::note_change(tx, company)?;
    merged::decided(tx, company, connection)?;
    if keep(tx, company, connection)? > 0 {
        company_files::revise(tx, company)?;
    }
    Ok(())
}

/// Makes or replaces a connection; gives how many changed by that.
pub(super) fn keep(tx: &dyn Tx, company: CompanyId, connection: &Connection) -> Stored<usize> {
    let sql = "INSERT INTO connection (company, object, document, record_type, record_id, connected_at,
                                       is_archived, may_share, generation)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
               ON CONFLICT (company, object, document) DO UPDATE
               SET record_type = excluded.record_type, record_id = excluded.record_id,
                   connected_at = excluded.connected_at, is_archived = excluded.is_archived,
                   may_share = excluded.may_share, generation = excluded.generation
               WHERE (connection.record_type, connection.record_id, connection.connected_at,
                      connection.is_archived, connection.may_share, connection.generation) IS DISTINCT FROM
                     (excluded.record_type, excluded.record_id, excluded.connected_at, excluded.is_archived,
                      excluded.may_share, excluded.generation)";
    let key = &connection.document;
    let values = params![
        company,
        key.object,
        key.id,
        connection.record_type,
        connection.record_id,
        connection.connected_at,
        connection.is_archived,
        connection.may_share,
        connection.generation,
    ];
    tx.execute(sql, values)
}

pub(super) fn read(row: &dyn Row) -> Stored<Connection> {
    Ok(Connection {
        document: DocumentKey { object: row.get(0)?, id: row.get(1)? },
        record_type: row.get(2)?,
        record_id: row.get(3)?,
        connected_at: row.get(4)?,
        is_archived: row.get(5)?,
        may_share: row.get(6)?,
        generation: row.get(7)?,
    })
}
