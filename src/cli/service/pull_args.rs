//! Whose documents a server takes over from Steelhead's API.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use chrono::TimeDelta;
use tracing::warn;

use crate::cli::company::opened::entry;
use crate::cli::steelhead::AccessArgs;
use crate::people::AuditAction;
use crate::steelhead::graphql::{Access, AccessFile, Api, is_address};
use crate::store::Database;
use crate::sync::Pulls;
use crate::sync::session::Rulebooks;
use crate::sync::stored::CompanyFile;
use crate::text::counted::counted;
use crate::text::visible::visible;

/// How often each of them looks whether it is time.
const MINUTE: Duration = Duration::from_mins(1);
/// Who takes documents over, where it is told who did something.
const PERSON: &str = "Ferrule";
/// Minutes between two looks at what has changed, unless the file says otherwise.
const EVERY: u32 = 10;
/// Hours between two comparisons of everything, unless the file says otherwise.
const COMPARE: u32 = 24;

/// Documents from Steelhead's API.
#[derive(Debug, clap::Args)]
pub struct PullArgs {
    /// Take documents over from Steelhead's API: its address (https://…), if there is one company file; or a file that
    /// says for each company file its address and what opens it
    #[arg(long, value_name = "URL|FILE")]
    steelhead: Option<String>,
    #[command(flatten)]
    access: AccessArgs,
}

/// Where the documents of which company file come from.
pub struct Source {
    /// Its name, or its Web Connector's user name; nothing: the only one.
    company: Option<String>,
    pulls: Pulls,
}

impl PullArgs {
    /// All of them.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let Some(named) = &self.steelhead else { return Ok(Vec::new()) };
        if is_address(named) {
            let file = self.access.file()?;
            return Ok(vec![Source { company: None, pulls: pulls(named, file)? }]);
        }
        let all: BTreeMap<String, AccessFile> = AccessFile::read_all(Path::new(named))?;
        if all.is_empty() {
            bail!("`{named}` names no company file");
        }
        all.into_iter()
            .map(|(company, file)| match file.url.clone() {
                Some(url) => Ok(Source { company: Some(company), pulls: pulls(&url, file)? }),
                None => bail!("`{named}`: `{company}` has no `url`"),
            })
            .collect()
    }
}

fn pulls(address: &str, file: AccessFile) -> Result<Pulls> {
    let every = TimeDelta::minutes(file.every.unwrap_or(EVERY).max(1).into());
    let full_every = TimeDelta::hours(file.compare.unwrap_or(COMPARE).max(1).into());
    Ok(Pulls { api: Api::new(Access::new(address, file)?), every, full_every })
}

impl Source {
    /// The company file that is meant.
    fn file(&self, files: &[CompanyFile]) -> Result<CompanyFile> {
        let of = |name: &str| files.iter().find(|it| it.made.name == name || it.made.user_name == name);
        match (&self.company, files) {
            (Some(name), _) => match of(name) {
                Some(file) => Ok(file.clone()),
                None => bail!("there is no company file `{name}`, for which Steelhead is to be asked"),
            },
            (None, [file]) => Ok(file.clone()),
            (None, _) => bail!(
                "there are {}; `--steelhead` wants a file that says which of them Steelhead is asked for",
                counted(files.len(), "company file")
            ),
        }
    }

    fn tick(&self, store: &dyn Database, rules: &Rulebooks) -> Result<()> {
        let file = self.file(&store.company_files()?)?;
        let Some(report) = self.pulls.tick(store, rules, &file, &chrono::Utc::now)? else { return Ok(()) };
        let (new, changed) = (report.loaded.new, report.loaded.changed);
        if new + changed > 0 {
            let details = format!("{new} new, {changed} changed");
            store.note(&entry(&file, PERSON, AuditAction::LoadDocuments, details))?;
        }
        Ok(())
    }
}

/// Takes documents over, each company file's in a thread of its own: one that is slow or fails holds up no other. The
/// threads end with the program: what they keep, they keep whole.
pub fn keep_pulling(sources: Vec<Source>, store: &Arc<dyn Database>, rules: &Rulebooks) {
    for source in sources {
        let (store, rules) = (store.clone(), rules.clone());
        std::thread::spawn(move || {
            loop {
                if let Err(error) = source.tick(store.as_ref(), &rules) {
                    let of = source.company.as_deref().unwrap_or("Steelhead");
                    let (company, cause) = (visible(of), visible(&error.to_string()).into_owned());
                    warn!(%company, cause, "{company}: {cause}");
                }
                std::thread::sleep(MINUTE);
            }
        });
    }
}
