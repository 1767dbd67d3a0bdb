//! Steps of sessions.

use super::decided::{finalized, settled};
use super::tx::{Stored, Tx};
use super::{agreed, company_files, connections, exchanges, flaws, found, jobs, records, sessions};
use crate::sync::stored::{Commit, Committed, CompanyId, ExchangeKind, StoreError};

pub(super) fn commit(tx: &dyn Tx, company: CompanyId, commit: &Commit) -> Stored<Committed> {
    sessions::step(tx, company, commit)?;
    nothing_settled(tx, company, commit)?;
    if let Some(closed) = &commit.closed {
        exchanges::close(tx, company, closed, commit.at)?;
    }
    for change in &commit.jobs {
        jobs::change(tx, company, change, commit.at)?;
    }
    finalized::finalize(tx, company, &commit.finalized, commit.at)?;
    let is_revised = mirror(tx, company, commit)?;
    let revision = note(tx, company, commit, is_revised)?;
    let opened = commit.opened.as_ref();
    let exchange = opened.map(|new| exchanges::open(tx, company, commit.session, new, commit.at));
    Ok(Committed { exchange: exchange.transpose()?, revision })
}

/// Nothing leaves for a document that a person has settled, or taken out of the queue, since the step was planned.
fn nothing_settled(tx: &dyn Tx, company: CompanyId, commit: &Commit) -> Stored<()> {
    let writes = commit.opened.iter().filter(|new| new.kind == ExchangeKind::Write);
    for key in writes.flat_map(|new| &new.items).filter_map(|item| item.document.as_ref()) {
        if settled::is_settled(tx, company, key)? {
            return Err(StoreError::SettledMeanwhile(key.clone()));
        }
    }
    for change in commit.jobs.iter().filter(|change| change.is_attempt) {
        if let Some(key) = jobs::superseded(tx, company, change.job)? {
            return Err(StoreError::SettledMeanwhile(key));
        }
    }
    Ok(())
}

/// What was read. Says whether that changed anything.
fn mirror(tx: &dyn Tx, company: CompanyId, commit: &Commit) -> Stored<bool> {
    found::note(tx, company, commit)?;
    let kept = records::keep(tx, company, &commit.records)?;
    if let Some(seen) = commit.seen {
        records::note_seen(tx, company, &commit.records, seen)?;
    }
    let dropped = records::drop(tx, company, &commit.deleted)?;
    let mut connected = 0;
    for connection in &commit.connections {
        connected += connections::keep(tx, company, connection)?;
    }
    connected += agreed::keep(tx, company, &commit.agreed)?;
    for traversal in &commit.traversals {
        records::note_traversal(tx, company, traversal)?;
    }
    for query in &commit.dropped {
        records::drop_traversal(tx, company, query)?;
    }
    records::note_unfinished(tx, company, commit)?;
    let flawed = flaws::step(tx, company, commit)?;
    Ok(kept + dropped + connected + flawed > 0)
}

/// What the step changes about the company file. Gives its count of revisions.
fn note(tx: &dyn Tx, company: CompanyId, commit: &Commit, is_revised: bool) -> Stored<i64> {
    if let Some(identity) = &commit.identity {
        company_files::set_identity(tx, company, identity)?;
    }
    for change in &commit.troubles {
        flaws::note_trouble(tx, company, change, commit.at)?;
    }
    if commit.is_read {
        company_files::note_read(tx, company, commit.at)?;
    }
    if commit.is_synced {
        company_files::note_sync(tx, company, commit.at)?;
    }
    company_files::note_step(tx, company, commit.at, is_revised)
}
