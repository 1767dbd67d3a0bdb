//! Arguments of `ferrule serve` that say how long exchanges are kept.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;

use crate::cli::company::history_file::HistoryFile;
use crate::store::Database;
use crate::sync::stored::{CompanyFile, Moment};
use crate::sync::{Pruned, prune};

/// How long requests to QuickBooks and their answers are kept.
#[derive(Clone, Debug, clap::Args)]
pub struct PruneArgs {
    /// Each night remove requests to QuickBooks and their answers that are older than so many days, as `ferrule prune`
    /// does. Without it all are kept
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    keep_exchanges: Option<u16>,
    /// Write what is removed into compressed files in this folder first, one for each company file and month
    #[arg(long, value_name = "DIR", requires = "keep_exchanges")]
    history: Option<PathBuf>,
}

impl PruneArgs {
    /// Whether the folder can be used.
    pub fn look(&self) -> Result<String> {
        let Some(days) = self.keep_exchanges else {
            return Ok("requests to QuickBooks are kept for ever".to_owned());
        };
        if let Some(folder) = &self.history {
            let shown = folder.display();
            let found = std::fs::metadata(folder).with_context(|| format!("cannot use `{shown}`"))?;
            anyhow::ensure!(found.is_dir(), "`{shown}` is no folder");
        }
        Ok(format!("requests to QuickBooks are kept for {days} days"))
    }

    /// Removes what is old by now of a company file, if that was asked for.
    ///
    /// # Errors
    /// The store failed, or the history could not be written: then what it would have held stays.
    pub fn prune(&self, store: &dyn Database, file: &CompanyFile, now: Moment) -> Result<Option<Pruned>> {
        let Some(days) = self.keep_exchanges else { return Ok(None) };
        let before = now - TimeDelta::days(days.into());
        let mut history: Option<HistoryFile> = None;
        let mut keep = |old: &[_]| {
            let Some(folder) = &self.history else { return Ok(()) };
            let name = format!("{}-{}.ndjson.gz", file.id.0, now.format("%Y-%m"));
            let history = match &mut history {
                Some(history) => history,
                none => none.insert(HistoryFile::open(&folder.join(name))?),
            };
            history.add(file, old)
        };
        Ok(Some(prune(store, file, before, &mut keep)?))
    }
}
