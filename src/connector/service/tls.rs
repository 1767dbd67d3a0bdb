//! HTTPS.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::{Error, PeerIncompatible, ServerConfig};

use super::certificate::chain;
use super::{Event, Journal, ServiceError};

/// TLS 1.2 and 1.3 with this certificate.
pub(super) fn tls(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, ServiceError> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |error: pem::Error| ServiceError::Certificate { path, why: error.to_string() }
    };
    let chain = chain(certificate)?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(unreadable(key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|error| ServiceError::Tls(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Takes the certificate anew whenever its files have changed, for as long as the service runs: who renews it need not
/// restart anything. If the new one cannot be used, the old one stays, and that is told once.
pub(super) async fn renew(
    config: RustlsConfig,
    certificate: PathBuf,
    key: PathBuf,
    often: Duration,
    journal: Journal,
) {
    let mut known = state(&certificate, &key);
    loop {
        tokio::time::sleep(often).await;
        let found = state(&certificate, &key);
        if found == known {
            continue;
        }
        known = found;
        match tls(&certificate, &key) {
            Ok(new) => config.reload_from_config(new),
            Err(error) => journal(&Event::CertificateKept { why: error.to_string() }),
        }
    }
}

/// When the two files were last written, and how long they are.
fn state(certificate: &Path, key: &Path) -> [Option<(SystemTime, u64)>; 2] {
    [certificate, key].map(|path| {
        let found = std::fs::metadata(path).ok()?;
        Some((found.modified().ok()?, found.len()))
    })
}

/// Why a connection did not come about, in words that say what to do where TLS itself is the reason.
pub(super) fn why_not_connected(error: &io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        // Windows 8.1 and older have modern ciphers for certificates with an ECDSA key only.
        Some(Error::PeerIncompatible(
            PeerIncompatible::NoCipherSuitesInCommon | PeerIncompatible::NoKxGroupsInCommon,
        )) => "it offers only old ciphers (CBC or RSA key exchange), as Windows 8.1 and older do with an RSA \
               certificate. Use a certificate with an ECDSA key, a newer Windows, or a proxy with HTTPS in front"
            .to_owned(),
        // Older versions have no list of signatures, and rustls asks for that first.
        Some(Error::PeerIncompatible(
            PeerIncompatible::SignatureAlgorithmsExtensionRequired
            | PeerIncompatible::Tls12NotOffered | PeerIncompatible::Tls12NotOfferedOrEnabled,
        )) => "it speaks no TLS newer than 1.1. Switch on TLS 1.2 there".to_owned(),
        _ => error.to_string(),
    }
}
