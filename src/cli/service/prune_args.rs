//! Arguments of `ferrule serve` that say how long exchanges are kept.

use std::path::{Path, PathBuf};

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
            let above = folder.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
            // The folder is made when there is something to write.
            let folder = if folder.exists() { folder } else { above };
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
                none => {
                    std::fs::create_dir_all(folder)?;
                    none.insert(HistoryFile::open(&folder.join(name))?)
                }
            };
            history.add(file, old)
        };
        Ok(Some(prune(store, file, before, &mut keep)?))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::store::SqliteStore;
    use crate::sync::stored::{
        Closed, Commit, CompanyId, DocumentKey, Ending, ExchangeItem, ExchangeKind, NewCompanyFile,
        NewExchange, Store as _,
    };

    fn company_file(store: &SqliteStore) -> CompanyId {
        let [domain, name, user_name, password_hash, owner_id, file_id] =
            ["d", "n", "u", "p", "o", "f"].map(str::to_owned);
        let new = NewCompanyFile { domain, name, user_name, password_hash, owner_id, file_id, path: None };
        store.add_company_file(&new).unwrap()
    }

    /// A visit with one request for the same document each time.
    fn visit(store: &SqliteStore, company: CompanyId, at: Moment) {
        let session = store.begin_session(company, &at.to_string(), at).unwrap().id;
        let document = Some(DocumentKey { object: "invoice".to_owned(), id: "1".to_owned() });
        let item = ExchangeItem::new("1".to_owned(), "InvoiceAdd".to_owned(), document, Vec::new());
        let items = vec![ExchangeItem { status_code: Some(0), ..item }];
        let mut commit = Commit::new(session, at, String::new());
        let request = "<QBXML/>".to_owned();
        commit.opened =
            Some(NewExchange { kind: ExchangeKind::Write, set_id: None, request, items: items.clone() });
        let exchange = store.commit(company, &commit).unwrap().exchange.unwrap();
        let mut commit = Commit::new(session, at, String::new());
        commit.closed = Some(Closed { exchange, response: None, failure: None, items });
        commit.ending = Some(Ending::Finished);
        store.commit(company, &commit).unwrap();
    }

    #[test]
    fn a_night_removes_what_is_older_than_was_asked_for_and_writes_it_first() {
        let store = SqliteStore::in_memory().unwrap();
        let company = company_file(&store);
        let day = |day: i64| DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::days(day);
        for number in 0..6 {
            visit(&store, company, day(number));
        }
        let file = store.company_file(company).unwrap();
        let left = || store.history(company, None, 99).unwrap().len();
        let folder = tempfile::tempdir().unwrap();
        let history = Some(folder.path().join("history"));
        let never = PruneArgs { keep_exchanges: None, history: None };
        assert_eq!(never.prune(&store, &file, day(99)).unwrap(), None);
        let args = PruneArgs { keep_exchanges: Some(7), history };
        assert_eq!(args.prune(&store, &file, day(7)).unwrap().unwrap().exchanges, 0);
        assert!(!folder.path().join("history").exists());
        assert_eq!(args.prune(&store, &file, day(9)).unwrap().unwrap().exchanges, 2);
        assert_eq!(left(), 4);
        assert_eq!(args.prune(&store, &file, day(99)).unwrap().unwrap().exchanges, 3);
        assert_eq!(left(), 1, "the last of the document stays");
        let mut names: Vec<_> = std::fs::read_dir(folder.path().join("history")).unwrap().collect();
        names.sort_by_key(|it| it.as_ref().unwrap().file_name());
        let names: Vec<_> = names.into_iter().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(names, ["1-2026-09.ndjson.gz", "1-2026-12.ndjson.gz"]);
        // A folder that cannot be: everything stays.
        let folder = folder.path().join("history/1-2026-09.ndjson.gz");
        visit(&store, company, day(100));
        let args = PruneArgs { history: Some(folder), ..args };
        assert!(args.prune(&store, &file, day(200)).is_err() && args.look().is_err());
        assert_eq!(left(), 2);
    }
}
