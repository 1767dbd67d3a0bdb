//! What is wrong with the SQLite file, if anything is.

use rusqlite::{Connection, Row};

use crate::sync::stored::StoreError;

/// What SQLite finds.
pub(super) fn damage(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let integrity = said(connection, "PRAGMA integrity_check", |row| {
        let said: String = row.get(0)?;
        Ok((said != "ok").then(|| format!("the database file is damaged: {said}")))
    })?;
    let foreign_keys = said(connection, "PRAGMA foreign_key_check", |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(Some(format!("a row of `{table}` belongs to a row of `{parent}` that is not there")))
    })?;
    Ok([integrity, foreign_keys].concat())
}

fn said(
    connection: &Connection,
    pragma: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<Option<String>>,
) -> Result<Vec<String>, StoreError> {
    let mut query = connection.prepare(pragma)?;
    let said = query.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(said.into_iter().flatten().collect())
}
