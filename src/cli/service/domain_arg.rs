//! The domain that a command is about.

use anyhow::{Result, bail};

use crate::store::Database;

/// The domain that is named on the command line.
#[derive(Debug, clap::Args)]
pub struct DomainArg {
    /// The Steelhead domain; not needed if there is only one
    #[arg(long, value_name = "NAME")]
    domain: Option<String>,
}

impl DomainArg {
    /// The domain that is named, or the only one there is.
    ///
    /// # Errors
    /// There is no such domain, or several and none is named.
    pub fn of(&self, store: &dyn Database) -> Result<String> {
        let mut domains: Vec<String> =
            store.company_files()?.into_iter().map(|file| file.made.domain).collect();
        domains.sort();
        domains.dedup();
        match (self.domain.as_deref(), domains.as_slice()) {
            (Some(named), all) if all.iter().any(|domain| domain == named) => Ok(named.to_owned()),
            // The first one sets up the first company file, on the pages.
            (Some(named), []) if !named.trim().is_empty() => Ok(named.trim().to_owned()),
            (_, []) => bail!("there is no company file yet; say with --domain for which Steelhead domain"),
            (Some(named), all) => {
                bail!("no company file is of the domain `{named}`; there are {}", all.join(", "))
            }
            (None, [only]) => Ok(only.clone()),
            (None, all) => bail!("there are several domains; say which with --domain: {}", all.join(", ")),
        }
    }
}
