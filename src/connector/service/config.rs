//! How the service runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Journal, Look, Observer, Proxies, ProxyAddress, SharedCount, Versions};
use crate::connector::ServiceUrl;
use crate::secrets::Limits;

/// How the service runs. [`ServiceConfig::default`] is plain HTTP on this machine only.
#[derive(Clone)]
pub struct ServiceConfig {
    /// Where it listens; port 0 is any that is free.
    pub listen: SocketAddr,
    /// How what is said is kept from others.
    pub security: Security,
    /// The proxies in front of it, besides those on this machine.
    pub proxies: Vec<ProxyAddress>,
    /// The address by which the Web Connector knows it, for the WSDL; by default that of this machine,
    /// as it calls itself.
    pub url: Option<ServiceUrl>,
    /// The longest request, in bytes: the longest answer of QuickBooks, escaped.
    pub max_body: usize,
    /// The most connections at the same time.
    pub max_connections: usize,
    /// The most of them from one address; not counted behind a proxy.
    pub max_connections_per_address: usize,
    /// How long it waits.
    pub times: Times,
    /// How often somebody may try a password.
    pub limits: Limits,
    /// Is told of each answer, if somebody counts them.
    pub observer: Option<Observer>,
    /// Where the attempts are counted for all servers together; without it, each counts its own.
    pub count: Option<SharedCount>,
    /// Which versions of the Web Connector are welcome.
    pub versions: Versions,
    /// Who takes note of events.
    pub journal: Journal,
    /// Whether what is kept can be read, for `/readyz`.
    pub look: Look,
}

/// How what is said is kept from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// HTTPS.
    Tls {
        /// The certificate and those that lead to its authority, in PEM.
        certificate: PathBuf,
        /// Its private key, in PEM.
        key: PathBuf,
    },
    /// HTTP, for proxies that speak HTTPS to the outside and set `X-Forwarded-For`. Nobody else should be able to connect;
    /// who does is not believed to be one.
    BehindProxy,
    /// HTTP, on a loopback address only.
    Loopback,
}

/// How long the service waits for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// For the first request of a connection.
    pub first_request: Duration,
    /// For the next one. .NET gives up an idle connection after 100 seconds; longer than that, the two
    /// do not give it up at the same moment.
    pub idle: Duration,
    /// For the next piece of a request.
    pub stall: Duration,
    /// For the whole of a request.
    pub request: Duration,
    /// For whoever sends visitors to notice that the service is going to end: until then it is not ready, but answers.
    pub notice: Duration,
    /// For calls under way, when the service takes no further ones.
    pub grace: Duration,
    /// Until it looks again whether the files of the certificate have changed.
    pub certificate: Duration,
}

impl Default for Times {
    fn default() -> Times {
        Times {
            first_request: Duration::from_secs(30),
            idle: Duration::from_mins(2),
            stall: Duration::from_secs(30),
            request: Duration::from_mins(10),
            notice: Duration::ZERO,
            // With all that an end takes it is over within 10 seconds, which is what those wait who kill it then.
            grace: Duration::from_secs(8),
            certificate: Duration::from_mins(1),
        }
    }
}

impl Default for ServiceConfig {
    fn default() -> ServiceConfig {
        ServiceConfig {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            security: Security::Loopback,
            proxies: Vec::new(),
            url: None,
            max_body: 64 << 20,
            max_connections: 512,
            max_connections_per_address: 64,
            times: Times::default(),
            limits: Limits::default(),
            observer: None,
            count: None,
            versions: Versions::default(),
            journal: Arc::new(|_| {}),
            look: Arc::new(|| Ok(())),
        }
    }
}

impl ServiceConfig {
    pub(super) fn is_tls(&self) -> bool {
        matches!(self.security, Security::Tls { .. })
    }

    /// Who is believed when it says for whom it speaks.
    pub fn believed(&self) -> Proxies {
        match self.security {
            Security::BehindProxy => Proxies::AtHomeAnd(self.proxies.clone()),
            Security::Tls { .. } | Security::Loopback => Proxies::None,
        }
    }

    /// The most connections from one address; a proxy makes all of them.
    pub(super) fn per_address(&self) -> usize {
        match self.security {
            Security::BehindProxy => self.max_connections,
            Security::Tls { .. } | Security::Loopback => self.max_connections_per_address,
        }
    }
}
