//! Whether a service can be reached at its address, looked at step by step as a Web Connector comes to it: the name, the
//! connection, the certificate, the answers, the clock. No secret is sent, nobody is followed elsewhere, and each step has
//! its time.

mod answers;
mod authorities;
mod chain;
mod handshake;
mod line;

use std::fmt;
use std::time::Duration;

use url::Url;

use super::ServiceUrl;
use crate::sync::stored::Moment;

pub use authorities::{Authorities, NoAuthority};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Whether the name stands for an address.
    Name,
    /// Whether somebody takes a connection there.
    Connection,
    /// Whether the certificate is one that a Web Connector takes.
    Certificate,
    /// Whether Ferrule itself answers.
    Health,
    /// Whether the clock of the server goes with the one of this machine.
    Clock,
    /// Whether the description of the service is at its path.
    Description,
}

impl Part {
    /// Its name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Connection => "connection",
            Self::Certificate => "certificate",
            Self::Health => "health",
            Self::Clock => "clock",
            Self::Description => "description",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What was found at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// At which.
    pub part: Part,
    /// What is well, or what is wrong and what to do about it, in words.
    pub told: Result<String, String>,
}

impl Finding {
    fn well(part: Part, words: impl Into<String>) -> Self {
        Self { part, told: Ok(words.into()) }
    }

    fn wrong(part: Part, words: impl Into<String>) -> Self {
        Self { part, told: Err(words.into()) }
    }
}

/// How it is looked at.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Who is trusted to vouch for a certificate.
    pub authorities: Authorities,
    /// How long each step may take.
    pub patience: Duration,
    /// The time.
    pub clock: fn() -> Moment,
}

impl Reach {
    /// How long a step may take, unless somebody says otherwise. Who waits longer than this for a server that is well has
    /// other troubles.
    pub const PATIENCE: Duration = Duration::from_secs(10);

    /// Comes to the service at that address, and tells of each step. What hangs on a step that failed is left out.
    pub fn look(&self, url: &ServiceUrl) -> Vec<Finding> {
        // What a `ServiceUrl` holds is a URL with a host.
        let Ok(parsed) = Url::parse(url.as_str()) else { return Vec::new() };
        let is_secure = parsed.scheme() == "https";
        let port = parsed.port_or_known_default().unwrap_or(443);
        let mut found = Vec::new();
        let Some(stream) = line::connect(url.host(), port, self.patience, &mut found) else { return found };
        if is_secure {
            match handshake::chain_of(stream, url.host(), self.patience) {
                Ok(chain) => {
                    found.extend(chain::judge(&chain, url.host(), &self.authorities, (self.clock)()));
                }
                Err(why) => {
                    found.push(Finding::wrong(Part::Certificate, why));
                    return found;
                }
            }
        } else {
            // What answers one visitor after the other would wait for this one.
            drop(stream);
        }
        answers::ask(url, self, &mut found);
        found
    }
}
