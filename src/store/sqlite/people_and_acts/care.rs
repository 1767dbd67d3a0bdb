//! Who looks after what waits.

use rusqlite::{Row, Transaction, params};

use crate::people::{Care, CareKey};
use crate::store::sqlite::company_files;
use crate::store::sqlite::value::Millis;
use crate::sync::stored::{CompanyId, StoreError};

const COLUMNS: &str = "cause, object, subject, seen, person, note, until, said_by, at";

pub(super) fn all(tx: &Transaction<'_>, company: CompanyId) -> Result<Vec<Care>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM care WHERE company = ?1 ORDER BY cause, object, subject");
    let mut query = tx.prepare_cached(&sql)?;
    let all = query.query_map([company], read)?;
    Ok(all.collect::<Result<_, _>>()?)
}

pub(super) fn keep(tx: &Transaction<'_>, company: CompanyId, all: &[Care]) -> Result<(), StoreError> {
    company_files::must_exist(tx, company)?;
    let sql = format!(
        "INSERT OR REPLACE INTO care (company, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    );
    for Care { about: CareKey { cause, object, id }, seen, person, note, until, by, at } in all {
        let until = until.map(Millis);
        let values = params![company, cause, object, id, seen, person, note, until, by, Millis(*at)];
        tx.prepare_cached(&sql)?.execute(values)?;
    }
    company_files::note_change(tx, company)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Care> {
    Ok(Care {
        about: CareKey { cause: row.get(0)?, object: row.get(1)?, id: row.get(2)? },
        seen: row.get(3)?,
        person: row.get(4)?,
        note: row.get(5)?,
        until: row.get::<_, Option<Millis>>(6)?.map(|until| until.0),
        by: row.get(7)?,
        at: row.get::<_, Millis>(8)?.0,
    })
}
