//! Why the service does not run.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;

use crate::secrets::SecretError;

/// Why the service does not run.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// Others could listen in.
    #[error(
        "plain HTTP at `{0}` would show passwords and books to the network: name a certificate and its key, listen on a loopback address, or say that a proxy with HTTPS is in front"
    )]
    Exposed(SocketAddr),
    /// A file with a certificate or a key cannot be read.
    #[error("`{path}`: {why}")]
    Certificate {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The certificate and its key cannot be used.
    #[error("the certificate and its key cannot be used: {0}")]
    Tls(String),
    /// It cannot listen.
    #[error("cannot listen at `{address}`: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// No random bytes.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The operating system refused something else.
    #[error("the service broke down: {0}")]
    System(#[from] io::Error),
}
