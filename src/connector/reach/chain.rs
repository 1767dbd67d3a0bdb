//! What the certificates of a server are worth.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, Error};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::name::Name;

use super::{Authorities, Finding, Part};
use crate::connector::service::{moment_of, name_problem, time_problem};
use crate::sync::stored::Moment;
use crate::text::counted::counted;
use crate::text::visible::visible;

/// What a Web Connector would say of the certificates of a server, the server's own first.
pub(super) fn judge(
    chain: &[CertificateDer<'static>],
    host: &str,
    authorities: &Authorities,
    now: Moment,
) -> Vec<Finding> {
    let wrong = |words: String| Finding::wrong(Part::Certificate, words);
    let read: Result<Vec<_>, _> = chain.iter().map(|one| Certificate::from_der(one)).collect();
    let all = match read {
        Ok(all) => all,
        Err(error) => {
            return vec![wrong(format!("a certificate that the server shows cannot be read: {error}"))];
        }
    };
    let (Some(own), Some(first)) = (all.first(), chain.first()) else { return Vec::new() };
    let mut problems: Vec<String> =
        all.iter().enumerate().filter_map(|(place, one)| time_problem(one, place, now)).collect();
    problems.extend(name_problem(first, host));
    problems.extend(trouble(chain, &all, host, authorities, now));
    if !problems.is_empty() {
        return problems.into_iter().map(wrong).collect();
    }
    let days = moment_of(own.tbs_certificate.validity.not_after).map_or(0, |end| (end - now).num_days());
    let days = counted(usize::try_from(days).unwrap_or_default(), "more day");
    let signer = called(&own.tbs_certificate.issuer);
    vec![Finding::well(
        Part::Certificate,
        format!("the certificate is for `{host}`, signed by `{signer}`, and good for {days}"),
    )]
}

/// Why nobody who is trusted vouches for it, if nobody does. Its time and its name are told elsewhere.
fn trouble(
    chain: &[CertificateDer<'static>],
    all: &[Certificate],
    host: &str,
    authorities: &Authorities,
    now: Moment,
) -> Option<String> {
    let (own, between) = chain.split_first()?;
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let provider = Arc::new(ring::default_provider());
    let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(authorities.roots()), provider).build();
    let webpki = webpki.map_err(|error| error.to_string());
    let verified = webpki.map(|it| it.verify_server_cert(own, between, &name, &[], when(all, now)));
    match verified {
        Ok(Ok(_)) => None,
        Ok(Err(Error::InvalidCertificate(error))) => match error {
            CertificateError::UnknownIssuer => Some(unknown(all)),
            CertificateError::NotValidForName
            | CertificateError::NotValidForNameContext { .. }
            | CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => None,
            other => Some(format!("the certificate will not do: {other}")),
        },
        Ok(Err(other)) => Some(format!("the certificate will not do: {other}")),
        Err(why) => Some(format!("the certificate cannot be judged: {why}")),
    }
}

/// Who signed the last one is not known. Either a step between is missing, or it is an authority of the shop's own.
fn unknown(all: &[Certificate]) -> String {
    let Some(last) = all.last().map(|last| &last.tbs_certificate) else { return String::new() };
    let issuer = called(&last.issuer);
    if last.issuer == last.subject {
        return format!(
            "no authority that is known here vouches for the certificate: it ends with `{issuer}`, which vouches for itself. If \
             that is your own authority, name it with `--authority FILE`, and see that the Windows of QuickBooks trusts it"
        );
    }
    format!(
        "the server shows {}, the last of them signed by `{issuer}`, which is not known here. If `{issuer}` is a step between, \
         the chain is not complete: put its certificate into the file behind the others. If it is your own authority, name it \
         with `--authority FILE`, and see that the Windows of QuickBooks trusts it",
        counted(all.len(), "certificate")
    )
}

/// A moment at which the server's own certificate counts, so that what vouches for it can be told of one that is over too.
fn when(all: &[Certificate], now: Moment) -> UnixTime {
    let span = all.first().and_then(|own| {
        let validity = own.tbs_certificate.validity;
        Some((moment_of(validity.not_before)?, moment_of(validity.not_after)?))
    });
    let at = match span {
        Some((from, to)) if now < from || now > to => from + (to - from) / 2,
        _ => now,
    };
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at.timestamp()).unwrap_or_default()))
}

/// What an authority is called: its common name, else all of its name.
fn called(name: &Name) -> String {
    let whole = name.to_string();
    let common = whole.split(',').find_map(|part| part.strip_prefix("CN="));
    visible(common.unwrap_or(&whole)).into_owned()
}
