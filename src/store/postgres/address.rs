//! The address of a PostgreSQL database: `postgres://USER@HOST:5432/DATABASE`.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::failure::Failure;
use super::password;

/// How long to wait for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the database is, and how to get there. Its `Debug` never shows the password.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// What the driver is told.
    pub config: Config,
    /// Certificates of authorities that are trusted, instead of those that everybody trusts (PEM).
    pub authorities: Option<PathBuf>,
    /// The address as people are told it: without the password.
    pub shown: String,
}

/// An address as people may be told it. One that cannot be read may have a password anywhere, so nothing of it is
/// shown.
pub fn shown(address: &str) -> String {
    Address::of(address).map_or_else(|_| "postgres://...".to_owned(), |address| address.shown)
}

impl Address {
    /// Reads an address. Its password is the one in it; else that of `PGPASSWORD`, or of the password file.
    ///
    /// # Errors
    /// [`Failure::Address`], which says nothing of what was written: it may be a piece of the password.
    pub(super) fn of(text: &str) -> Result<Self, Failure> {
        let (place, options) = text.split_once('?').unwrap_or((text, ""));
        let (mut others, mut mode, mut authorities) =
            (form_urlencoded::Serializer::new(String::new()), None, None);
        for (name, value) in form_urlencoded::parse(options.as_bytes()) {
            match name.as_ref() {
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" => authorities = Some(PathBuf::from(value.as_ref())),
                _ => drop(others.append_pair(&name, &value)),
            }
        }
        // A plus sign stands for itself here.
        let others = others.finish().replace('+', "%20");
        let mut config: Config = format!("{place}?{others}").parse().map_err(|_| Failure::Address)?;
        if config.get_hosts().is_empty() || config.get_user().is_none() {
            return Err(Failure::Address);
        }
        config.ssl_mode(match mode.as_deref() {
            Some("disable") => SslMode::Disable,
            None if is_this_machine(&config) => SslMode::Disable,
            None | Some("require" | "verify-ca" | "verify-full") => SslMode::Require,
            Some(_) => return Err(Failure::Mode),
        });
        settle(&mut config);
        let shown = without_password(&config);
        Ok(Self { config, authorities, shown })
    }
}

fn is_this_machine(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

/// A server that is gone is noticed, and one that comes back is found.
fn settle(config: &mut Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(PATIENCE);
    }
    config.keepalives_idle(PATIENCE);
    if config.get_application_name().is_none() {
        config.application_name("ferrule");
    }
    if config.get_password().is_none()
        && let Some(password) = password::of(config)
    {
        config.password(password);
    }
}

fn without_password(config: &Config) -> String {
    let ports = config.get_ports();
    let hosts = config.get_hosts().iter().enumerate().map(|(place, host)| {
        let port = ports.get(place).or(ports.first()).map(|port| format!(":{port}")).unwrap_or_default();
        match host {
            Host::Tcp(name) => format!("{name}{port}"),
            #[cfg(unix)]
            Host::Unix(path) => format!("{}{port}", path.display()),
        }
    });
    let hosts = hosts.collect::<Vec<_>>().join(",");
    let user = config.get_user().unwrap_or_default();
    format!("postgres://{user}@{hosts}/{}", config.get_dbname().unwrap_or(user))
}
