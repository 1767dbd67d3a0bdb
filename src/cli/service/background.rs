//! What a service does besides answering: each in a thread of its own, which ends with the program. What they keep, they
//! keep whole.

use std::sync::Arc;
use std::time::Duration;

use tracing::{info, warn};

use crate::alerts::Alerts;
use crate::cli::service::prune_args::PruneArgs;
use crate::cli::terminal::chain;
use crate::store::Database;
use crate::sync::session::{Rulebooks, end_abandoned};
use crate::sync::stored::{CompanyFile, Reconciled};
use crate::sync::{Pruned, reconcile_nightly};
use crate::text::counted::counted;
use crate::text::visible::visible;

/// How often it looks whether a night has come.
const MINUTE: Duration = Duration::from_mins(1);

/// Looks once in a minute whether a night has come, and whether a session was left open. Of several servers, one does what
/// is to be done in the night of a company file: it reconciles, and lets go of old exchanges.
pub fn keep_reconciling(store: Arc<dyn Database>, rules: Rulebooks, pruning: PruneArgs) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(MINUTE);
            if let Err(error) = end_abandoned(store.as_ref(), chrono::Utc::now()) {
                warn!(cause = %error, "a session that was left open could not be ended: {error}");
            }
            match reconcile_nightly(store.as_ref(), rules.clone(), chrono::Utc::now()) {
                Ok(done) => {
                    for (file, found) in &done {
                        tell_differing(file, found);
                        prune_old(store.as_ref(), file, &pruning);
                    }
                }
                Err(error) => warn!(cause = %error, "the nightly reconciliation failed: {error}"),
            }
        }
    });
}

fn tell_differing(file: &CompanyFile, found: &Reconciled) {
    if found.differing > 0 {
        let (company, differing) = (visible(&file.made.name), found.differing);
        warn!(%company, differing, "{company}: {}", found.words);
    }
}

fn prune_old(store: &dyn Database, file: &CompanyFile, pruning: &PruneArgs) {
    let company = visible(&file.made.name);
    match pruning.prune(store, file, chrono::Utc::now()) {
        Ok(None | Some(Pruned { exchanges: 0, .. })) => {}
        Ok(Some(Pruned { exchanges, bytes })) => {
            let what = counted(exchanges, "old request");
            info!(%company, exchanges, bytes, "{company}: {what} removed");
        }
        Err(error) => {
            let cause = chain(&error);
            warn!(%company, cause, "{company}: old requests could not be removed: {cause}");
        }
    }
}

/// Looks once in a minute what there is to tell, and tells it: a mail server may take its time.
pub fn keep_telling(alerts: Arc<Alerts>) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(MINUTE);
            match alerts.tick(chrono::Utc::now()) {
                Ok(wrong) => wrong.iter().for_each(|wrong| warn!("{}", visible(wrong))),
                Err(error) => warn!(cause = %error, "alerts could not be sent: {error}"),
            }
        }
    });
}
