//! `--database` and `--company`: where everything is kept, and which company file is meant.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use chrono::Utc;

use crate::document::nearest;
use crate::store::{Database, Place};
use crate::sync::stored::{CompanyFile, Moment};

/// The store and the company file in it.
#[derive(Clone, Debug, clap::Args)]
pub struct StoreArgs {
    /// The database, in which everything is kept: a file, or the address of a PostgreSQL database
    #[arg(long, value_name = "FILE|URL", default_value = "ferrule.db")]
    pub database: Place,
    /// The company file, by its name or its Web Connector's user name; not needed if there is only one
    #[arg(long, value_name = "NAME")]
    pub company: Option<String>,
}

impl StoreArgs {
    /// Opens the store.
    ///
    /// # Errors
    /// There is none, or it is damaged.
    pub fn open(&self) -> Result<Arc<dyn Database>> {
        if !self.database.exists() {
            bail!("there is no database `{}`; `ferrule qwc` makes one", self.database);
        }
        self.open_or_make()
    }

    /// Opens the store; makes it, if it is not there.
    pub fn open_or_make(&self) -> Result<Arc<dyn Database>> {
        crate::store::open(&self.database).with_context(|| format!("cannot open `{}`", self.database))
    }

    /// The store, and the company file that is meant.
    pub fn open_company(&self) -> Result<(Arc<dyn Database>, CompanyFile)> {
        let store = self.open()?;
        let file = self.company_file(store.as_ref())?;
        Ok((store, file))
    }

    /// The company file that is meant: the one with that name, or the only one.
    pub fn company_file(&self, store: &dyn Database) -> Result<CompanyFile> {
        let mut all = self.company_files(store)?;
        match (all.pop(), all.is_empty()) {
            (Some(file), true) => Ok(file),
            (None, _) => {
                bail!("there is no company file in `{}`; `ferrule qwc` makes one", self.database)
            }
            (Some(last), false) => {
                all.push(last);
                bail!("there are several company files; say which with --company: {}", names(&all))
            }
        }
    }

    /// The company file with that name; all of them, if none is named.
    pub fn company_files(&self, store: &dyn Database) -> Result<Vec<CompanyFile>> {
        let all = store.company_files()?;
        let Some(wanted) = &self.company else {
            return Ok(all);
        };
        let is_it = |name: &str| name.to_lowercase() == wanted.to_lowercase();
        let found = all.iter().find(|file| is_it(&file.made.name) || is_it(&file.made.user_name));
        match found {
            Some(file) => Ok(vec![file.clone()]),
            None if all.is_empty() => {
                bail!("there is no company file in `{}`; `ferrule qwc` makes one", self.database)
            }
            None => {
                let near = nearest(wanted, all.iter().map(|file| file.made.name.as_str()));
                let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                bail!("no company file is called `{wanted}`; {hint}there are {}", names(&all))
            }
        }
    }
}

fn names(files: &[CompanyFile]) -> String {
    let names: Vec<String> = files.iter().map(|file| format!("`{}`", file.made.name)).collect();
    names.join(", ")
}

/// The time, for the rooms that have no clock.
pub fn now() -> Moment {
    Utc::now()
}
