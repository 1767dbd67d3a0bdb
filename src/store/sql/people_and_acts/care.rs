//! Who looks after what waits.

use crate::people::{Care, CareKey};
use crate::store::sql::company_files;
use crate::store::sql::tx::{Row, Stored, Tx, params};
use crate::sync::stored::CompanyId;

const COLUMNS: &str = "cause, object, subject, seen, person, note, until, said_by, at";

pub(super) fn all(tx: &dyn Tx, company: CompanyId) -> Stored<Vec<Care>> {
    let sql = format!("SELECT {COLUMNS} FROM care WHERE company = ?1 ORDER BY cause, object, subject");
    tx.rows(&sql, params![company], read)
}

pub(super) fn keep(tx: &dyn Tx, company: CompanyId, all: &[Care]) -> Stored<()> {
    company_files::must_exist(tx, company)?;
    let sql = format!(
        "INSERT INTO care (company, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (company, cause, object, subject) DO UPDATE
         SET seen = excluded.seen, person = excluded.person, note = excluded.note, until = excluded.until,
             said_by = excluded.said_by, at = excluded.at"
    );
    for Care { about: CareKey { cause, object, id }, seen, person, note, until, by, at } in all {
        let values = params![company, cause, object, id, seen, person, note, until, by, *at];
        tx.execute(&sql, values)?;
    }
    company_files::note_change(tx, company)
}

fn read(row: &dyn Row) -> Stored<Care> {
    Ok(Care {
        about: CareKey { cause: row.get(0)?, object: row.get(1)?, id: row.get(2)? },
        seen: row.get(3)?,
        person: row.get(4)?,
        note: row.get(5)?,
        until: row.get(6)?,
        by: row.get(7)?,
        at: row.get(8)?,
    })
}
