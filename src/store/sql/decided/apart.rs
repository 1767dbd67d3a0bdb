//! What people say of documents whose name a record nearly has.

use crate::store::sql::company_files;
use crate::store::sql::tx::{Row, Stored, Tx, params};
use crate::sync::stored::{Apart, CompanyId, DocumentKey};

pub(in crate::store::sql) fn all(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Apart>> {
    let sql =
        "SELECT object, document, name, person, at FROM apart WHERE company = ?1 ORDER BY object, document";
    tx.rows(sql, params![company], read)
}

pub(in crate::store::sql) fn keep(tx: &dyn Tx, company: CompanyId, said: &Apart) -> Stored<()> {
    let sql = "INSERT INTO apart (company, object, document, name, person, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (company, object, document) DO UPDATE
               SET name = excluded.name, person = excluded.person, at = excluded.at";
    let Apart { document, name, by, at } = said;
    let values = params![company, document.object, document.id, name, by, *at];
    tx.execute(sql, values)?;
    company_files::note_change(tx, company)?;
    company_files::revise(tx, company)?;
    Ok(())
}

fn read(row: &dyn Row) -> Stored<Apart> {
    Ok(Apart {
        document: DocumentKey { object: row.get(0)?, id: row.get(1)? },
        name: row.get(2)?,
        by: row.get(3)?,
        at: row.get(4)?,
    })
}
