//! Copies of the whole store.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::failure::database;
use super::open::owners_alone;
use crate::sync::stored::StoreError;

/// Writes a copy beside its place first, so that what has the name of a copy is a whole one: SQLite
/// does not bring it to the disk by itself.
pub(super) fn back_up(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Err(database(Error::new(ErrorKind::AlreadyExists, "the file already exists")));
    }
    let part = beside(path);
    let result = copy(connection, &part).and_then(|()| settle(&part, path).map_err(database));
    if result.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    result
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn copy(connection: &Connection, part: &Path) -> Result<(), StoreError> {
    owners_alone().create(true).write(true).truncate(true).open(part).map_err(database)?;
    let name = part
        .to_str()
        .ok_or_else(|| database(Error::new(ErrorKind::InvalidInput, "the file's name is not valid UTF-8")))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    Ok(())
}

fn settle(part: &Path, path: &Path) -> Result<(), Error> {
    File::options().write(true).open(part)?.sync_all()?;
    std::fs::rename(part, path)?;
    if cfg!(unix) {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
