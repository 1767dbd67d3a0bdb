//! By which ways a server tells people and other programs what is the matter.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use url::Url;

use crate::alerts::Alerts;
use crate::alerts::send::{Carriers, MailServer, Mailer, Webhooks};
use crate::connector::ServiceUrl;
use crate::secrets::Password;
use crate::store::Database;
use crate::sync::session::Rulebooks;

/// The environment variable with the password, unless a file holds it.
const PASSWORD: &str = "FERRULE_SMTP_PASSWORD";

/// Alerts.
#[derive(Debug, clap::Args)]
pub struct AlertArgs {
    /// Send alerts by e-mail through this server: `smtps://USER@HOST`, `smtp://USER@HOST?tls=required`, or
    /// `smtp://localhost:25`. The password is in `FERRULE_SMTP_PASSWORD` or in a file, never in the address
    #[arg(long, value_name = "URL", env = "FERRULE_SMTP", hide_env_values = true, requires = "mail_from")]
    smtp: Option<Url>,
    /// A file with the password of the user in that address
    #[arg(long, value_name = "FILE", requires = "smtp")]
    smtp_password_file: Option<PathBuf>,
    /// An authority besides the usual ones that the server's certificate may come from (PEM)
    #[arg(long, value_name = "FILE", requires = "smtp")]
    smtp_authority: Option<PathBuf>,
    /// The address that alerts come from: `Ferrule <ferrule@shop.example>`
    #[arg(long, value_name = "ADDRESS", env = "FERRULE_MAIL_FROM", hide_env_values = true)]
    mail_from: Option<String>,
    /// Let webhooks call this machine and private networks, also without HTTPS
    #[arg(long)]
    private_webhooks: bool,
}

impl AlertArgs {
    /// What tells, over a store. `url` is the address of the service for the Web Connector, if it was given.
    pub fn over(
        &self,
        store: &Arc<dyn Database>,
        rules: &Rulebooks,
        url: Option<&ServiceUrl>,
    ) -> Result<Alerts> {
        let carriers =
            Carriers { mail: self.mailer()?, webhooks: Webhooks { may_be_private: self.private_webhooks } };
        let address = url.map(|url| url.pages().to_owned());
        let stores = (store.clone() as _, store.clone() as _, store.clone() as _);
        Ok(Alerts::new(stores, rules.clone(), Arc::new(carriers), address))
    }

    /// The mail server that alerts go through, if one is named.
    pub fn mailer(&self) -> Result<Option<Mailer>> {
        let (Some(url), Some(from)) = (&self.smtp, &self.mail_from) else { return Ok(None) };
        let read =
            |path: &PathBuf| std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()));
        let authority = self.smtp_authority.as_ref().map(read).transpose()?;
        let server =
            MailServer { url: url.clone(), password: self.password()?, authority, from: from.clone() };
        Ok(Some(Mailer::new(&server)?))
    }

    fn password(&self) -> Result<Option<Password>> {
        let Some(path) = &self.smtp_password_file else {
            return Ok(std::env::var(PASSWORD).ok().filter(|password| !password.is_empty()).map(Into::into));
        };
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        Ok(Some(text.trim_end_matches(['\r', '\n']).into()))
    }
}
