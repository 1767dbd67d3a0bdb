//! Whether a certificate will do: what a Web Connector would say of it, and when it is over.

use std::path::Path;

use rustls::client::verify_server_name;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::time::Time;

use super::ServiceError;
use crate::sync::stored::Moment;

/// So long before its end a certificate that renews itself has been renewed.
const DAYS_LEFT: i64 = 14;

/// What is wrong with the certificates in a file, in words; nothing if all is well. With the host of the address by which
/// the Web Connector knows the service, also whether the first one is for that. Whether Windows trusts the authority cannot
/// be seen here.
///
/// # Errors
/// The file cannot be read, or has no certificate.
pub fn certificate_problems(
    path: &Path,
    host: Option<&str>,
    now: Moment,
) -> Result<Vec<String>, ServiceError> {
    let shown = path.display().to_string();
    let wrong = |why: String| ServiceError::Certificate { path: shown.clone(), why };
    let chain = chain(path)?;
    let mut all = Vec::new();
    for der in &chain {
        all.push(Certificate::from_der(der).map_err(|error| wrong(error.to_string()))?);
    }
    let mut problems = Vec::new();
    for (place, one) in all.iter().enumerate() {
        problems.extend(time_problem(one, place, now));
    }
    for (place, pair) in all.windows(2).enumerate() {
        if let [one, next] = pair
            && one.tbs_certificate.issuer != next.tbs_certificate.subject
        {
            let (place, next) = (place + 1, place + 2);
            problems.push(format!(
                "certificate {next} in it is not that of the authority that made certificate {place}: put each behind the one that it vouches for"
            ));
        }
    }
    problems.extend(host.and_then(|host| name_problem(chain.first()?, host)));
    Ok(problems.into_iter().map(|problem| format!("`{shown}`: {problem}")).collect())
}

/// The certificates of a file, in their order.
///
/// # Errors
/// The file cannot be read, or has none.
pub(super) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, ServiceError> {
    let wrong = |error: pem::Error| ServiceError::Certificate {
        path: path.display().to_string(),
        why: error.to_string(),
    };
    let chain = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(wrong)?;
    if chain.is_empty() { Err(wrong(pem::Error::NoItemsFound)) } else { Ok(chain) }
}

/// What is wrong with the time of a certificate at that place of a chain, in words; the first is the server's own.
pub(in crate::connector) fn time_problem(
    certificate: &Certificate,
    place: usize,
    now: Moment,
) -> Option<String> {
    let validity = certificate.tbs_certificate.validity;
    let (from, to) = (moment_of(validity.not_before)?, moment_of(validity.not_after)?);
    let name = match place {
        0 => "the certificate".to_owned(),
        place => format!("certificate {}", place + 1),
    };
    let day = |moment: Moment| moment.format("%Y-%m-%d");
    let left = (to - now).num_days();
    if now > to {
        Some(format!("{name} is over since {}: the Web Connector refuses it", day(to)))
    } else if now < from {
        Some(format!("{name} counts from {} on only: is the clock of this machine right?", day(from)))
    } else if left <= DAYS_LEFT {
        Some(format!("{name} is over on {}: renew it", day(to)))
    } else {
        None
    }
}

/// A time of a certificate as a moment.
pub(in crate::connector) fn moment_of(time: Time) -> Option<Moment> {
    Moment::from_timestamp(i64::try_from(time.to_unix_duration().as_secs()).ok()?, 0)
}

/// Whether a certificate is for another name than that of the service, in words.
pub(in crate::connector) fn name_problem(certificate: &CertificateDer<'_>, host: &str) -> Option<String> {
    let name = ServerName::try_from(host.trim_matches(['[', ']'])).ok()?;
    let parsed = ParsedCertificate::try_from(certificate);
    let checked = parsed.and_then(|parsed| verify_server_name(&parsed, &name));
    checked
        .err()
        .map(|_| format!("the certificate is not for `{host}`, the name in the address of the service"))
}
