//! Steps of sessions.

use rusqlite::Transaction;

use super::{company_files, connections, exchanges, finalized, jobs, records, sessions};
use crate::sync::stored::{Commit, CompanyId, ExchangeId, StoreError};

pub(super) fn commit(
    tx: &Transaction<'_>,
    company: CompanyId,
    commit: &Commit,
) -> Result<Option<ExchangeId>, StoreError> {
    sessions::step(tx, company, commit)?;
    if let Some(closed) = &commit.closed {
        exchanges::close(tx, company, closed, commit.at)?;
    }
    for change in &commit.jobs {
        jobs::change(tx, company, change, commit.at)?;
    }
    finalized::finalize(tx, company, &commit.finalized, commit.at)?;
    mirror(tx, company, commit)?;
    note(tx, company, commit)?;
    let opened = commit.opened.as_ref();
    opened.map(|new| exchanges::open(tx, company, commit.session, new, commit.at)).transpose()
}

/// What was read, and what that changes about the company file.
fn mirror(tx: &Transaction<'_>, company: CompanyId, commit: &Commit) -> Result<(), StoreError> {
    let kept = records::keep(tx, company, &commit.records)?;
    let dropped = records::drop(tx, company, &commit.deleted)?;
    let mut connected = 0;
    for connection in &commit.connections {
        connected += connections::keep(tx, company, connection)?;
    }
    if kept + dropped + connected > 0 {
        company_files::revise(tx, company)?;
    }
    for traversal in &commit.traversals {
        records::note_traversal(tx, company, traversal)?;
    }
    Ok(())
}

fn note(tx: &Transaction<'_>, company: CompanyId, commit: &Commit) -> Result<(), StoreError> {
    company_files::note_contact(tx, company, commit.at)?;
    if let Some(identity) = &commit.identity {
        company_files::set_identity(tx, company, identity)?;
    }
    if commit.is_read {
        company_files::note_read(tx, company, commit.at)?;
    }
    if commit.is_synced {
        company_files::note_sync(tx, company, commit.at)?;
    }
    Ok(())
}
