//! Coming to the service at its address, as a Web Connector does.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::service::serve;
use crate::connector::ServiceUrl;
use crate::connector::reach::{Authorities, Finding, Reach};

/// Where the service is called, and whom to trust.
#[derive(Debug, clap::Args)]
pub struct CallArgs {
    /// Also whether the Web Connector would take this address of the service, and whether the service is reached there:
    /// name, connection, certificate, answers, clock
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Trust this authority too, if the certificate is signed by one of your own (PEM)
    #[arg(long, value_name = "FILE", env = "SSL_CERT_FILE", hide_env_values = true)]
    authority: Option<PathBuf>,
    /// Call no address: look only at what is on this machine
    #[arg(long)]
    no_call: bool,
}

/// What was found at one step of a call.
#[derive(serde::Serialize)]
pub(super) struct Call {
    url: String,
    part: &'static str,
    well: bool,
    told: String,
}

impl CallArgs {
    /// What is wrong with the address that was given, if one was: a Web Connector would not take it.
    pub(super) fn wrong(&self) -> Option<String> {
        let url = self.url.as_deref()?;
        ServiceUrl::of_service(url).err().map(|problem| format!("the address `{url}` {problem}"))
    }

    /// That nobody is called, though the options of a service in this file were given, with what to do about it: they
    /// name no address, and behind a proxy, say, none can be told from them. Nothing if somebody is called, or should not
    /// be.
    pub(super) fn calls_nobody(&self, file: &Path, service: &serve::Args) -> Option<String> {
        if self.no_call || self.url.is_some() || self.address(Some(service)).is_some() {
            return None;
        }
        let file = file.display();
        Some(format!(
            "no address was called, because `{file}` names no `url`: add `url: https://...` with the address in the .qwc \
            file, or give it with --url"
        ))
    }

    fn address(&self, service: Option<&serve::Args>) -> Option<ServiceUrl> {
        match &self.url {
            Some(url) => ServiceUrl::of_service(url).ok(),
            None => service.and_then(serve::Args::reached_at),
        }
    }

    /// Comes to the address that was given, else to that of a service with these options; tells of each step.
    pub(super) fn call(&self, service: Option<&serve::Args>) -> Result<Vec<Call>> {
        if self.no_call {
            return Ok(Vec::new());
        }
        let Some(url) = self.address(service) else { return Ok(Vec::new()) };
        let authorities = self.authority.as_deref().map(Authorities::with_file).transpose()?;
        let authorities = authorities.unwrap_or_default();
        let reach = Reach { authorities, patience: Reach::PATIENCE, clock: chrono::Utc::now };
        Ok(reach.look(&url).into_iter().map(|found| Call::of(&url, found)).collect())
    }
}

impl Call {
    fn of(url: &ServiceUrl, found: Finding) -> Self {
        let well = found.told.is_ok();
        let told = found.told.unwrap_or_else(|why| why);
        Self { url: url.to_string(), part: found.part.name(), well, told }
    }

    /// What is well, in words.
    pub(super) fn good(&self) -> Option<&str> {
        self.well.then_some(self.told.as_str())
    }

    /// What is wrong, in words.
    pub(super) fn problem(&self) -> Option<String> {
        (!self.well).then(|| format!("{}: {}", self.url, self.told))
    }
}
