//! What people say of documents whose name a record nearly has.

use rusqlite::{Row, Transaction, params};

use crate::store::sqlite::company_files;
use crate::store::sqlite::value::Millis;
use crate::sync::stored::{Apart, CompanyId, DocumentKey, StoreError};

pub(in crate::store::sqlite) fn all(
    tx: &Transaction<'_>,
    company: CompanyId,
) -> Result<Vec<Apart>, StoreError> {
    let sql =
        "SELECT object, document, name, person, at FROM apart WHERE company = ?1 ORDER BY object, document";
    let mut query = tx.prepare_cached(sql)?;
    let all = query.query_map([company], read)?;
    Ok(all.collect::<Result<_, _>>()?)
}

pub(in crate::store::sqlite) fn keep(
    tx: &Transaction<'_>,
    company: CompanyId,
    said: &Apart,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO apart (company, object, document, name, person, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Apart { document, name, by, at } = said;
    let values = params![company, document.object, document.id, name, by, Millis(*at)];
    tx.prepare_cached(sql)?.execute(values)?;
    company_files::note_change(tx, company)?;
    company_files::revise(tx, company)?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Apart> {
    Ok(Apart {
        document: DocumentKey { object: row.get(0)?, id: row.get(1)? },
        name: row.get(2)?,
        by: row.get(3)?,
        at: row.get::<_, Millis>(4)?.0,
    })
}
