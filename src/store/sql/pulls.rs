//! How far documents are taken over from Steelhead's API.

use super::flaws;
use super::tx::{Row, Stored, Tx, params};
use crate::sync::stored::{CompanyId, Moment, Place, Pull, TroubleChange};

const COLUMNS: &str = "at, done_at, full_at, began_at, object, place, documents, changed";

pub(super) fn one(tx: &dyn Tx, company: CompanyId) -> Stored<Option<Pull>> {
    let sql = format!("SELECT {COLUMNS} FROM pull WHERE company = ?1");
    tx.row(&sql, params![company], read)
}

fn read(row: &dyn Row) -> Stored<Pull> {
    let (began_at, object): (Option<Moment>, Option<String>) = (row.get(3)?, row.get(4)?);
    let cursor = row.get(5)?;
    Ok(Pull {
        at: row.get(0)?,
        done_at: row.get(1)?,
        full_at: row.get(2)?,
        unfinished: began_at.zip(object).map(|(began_at, object)| Place { began_at, object, cursor }),
        documents: row.get(6)?,
        changed: row.get(7)?,
    })
}

/// Takes the next one for whoever asks first: nothing was heard of it since `before`.
pub(super) fn begin(tx: &dyn Tx, company: CompanyId, before: Moment, now: Moment) -> Stored<bool> {
    match one(tx, company)? {
        Some(last) if last.at > before => Ok(false),
        Some(last) => keep(tx, company, &Pull { at: now, ..last }, None).map(|()| true),
        None => keep(tx, company, &Pull::new(now), None).map(|()| true),
    }
}

pub(super) fn keep(
    tx: &dyn Tx,
    company: CompanyId,
    pull: &Pull,
    change: Option<&TroubleChange>,
) -> Stored<()> {
    let Pull { at, done_at, full_at, unfinished, documents, changed } = pull;
    let place = unfinished.as_ref();
    let began_at = place.map(|place| place.began_at);
    let object = place.map(|place| place.object.as_str());
    let cursor = place.and_then(|place| place.cursor.as_deref());
    let sql = format!(
        "INSERT INTO pull (company, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (company) DO UPDATE
         SET at = excluded.at, done_at = excluded.done_at, full_at = excluded.full_at, began_at = excluded.began_at,
             object = excluded.object, place = excluded.place, documents = excluded.documents, changed = excluded.changed"
    );
    tx.execute(&sql, params![company, at, done_at, full_at, began_at, object, cursor, documents, changed])?;
    change.map_or(Ok(()), |change| flaws::note_trouble(tx, company, change, *at))
}
