//! Who is trusted to vouch for a certificate.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use thiserror::Error;

/// Who is trusted to vouch for a certificate: those whom browsers trust, and one's own.
#[derive(Clone, Debug, Default)]
pub struct Authorities {
    own: Vec<CertificateDer<'static>>,
}

/// A file that names no authority.
#[derive(Debug, Error)]
#[error("`{path}` names no authority: {why}")]
pub struct NoAuthority {
    path: String,
    why: String,
}

impl Authorities {
    /// Those of a file in PEM as well.
    ///
    /// # Errors
    /// It cannot be read, or has no certificate.
    pub fn with_file(path: &Path) -> Result<Self, NoAuthority> {
        let wrong = |why: String| NoAuthority { path: path.display().to_string(), why };
        let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let own = read.map_err(|error| wrong(error.to_string()))?;
        if own.is_empty() {
            return Err(wrong("no certificate is in it".to_owned()));
        }
        Ok(Self { own })
    }

    /// All of them.
    pub(super) fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        // A file of a system may hold some that nobody can read any more: all others count.
        roots.add_parsable_certificates(self.own.iter().cloned());
        roots
    }
}
