//! Calls over HTTP, as the Web Connector's .NET library makes them.

use std::time::Duration;

use thiserror::Error;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::transport::{Answered, Transport, Unreachable};
use crate::wire::client::Request;

/// How long .NET waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(100);

/// The longest answer that is read, in bytes.
const MAX_BODY: u64 = 512 << 20;

const USER_AGENT: &str =
    "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)";

/// Calls over HTTP or HTTPS, on one connection that is kept open. Redirections are not followed, and
/// `Expect: 100-continue` is sent, as .NET does.
#[derive(Clone, Debug)]
pub struct Http {
    agent: Agent,
}

/// A text without a certificate in PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("there is no certificate in PEM")]
pub struct NotACertificate;

impl Default for Http {
    fn default() -> Http {
        Http::with(RootCerts::WebPki)
    }
}

impl Http {
    /// One that trusts this certificate, in PEM, and no other: that of the authority that signed the
    /// server's, or the server's own, which then must not be one for an authority.
    ///
    /// # Errors
    /// If it is none.
    pub fn trusting(pem: &[u8]) -> Result<Http, NotACertificate> {
        let certificate = Certificate::from_pem(pem).map_err(|_| NotACertificate)?;
        Ok(Http::with(RootCerts::from(vec![certificate])))
    }

    fn with(roots: RootCerts) -> Http {
        let tls = TlsConfig::builder().root_certs(roots).build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIMEOUT))
            .user_agent(USER_AGENT)
            .accept("")
            .accept_encoding("")
            .tls_config(tls)
            .build();
        Http { agent: config.new_agent() }
    }
}

impl Transport for Http {
    fn post(&mut self, url: &str, request: &Request) -> Result<Answered, Unreachable> {
        let unreachable = |error: ureq::Error| Unreachable(format!("cannot call `{url}`: {error}"));
        let response = self
            .agent
            .post(url)
            .header("Content-Type", "text/xml; charset=utf-8")
            .header("SOAPAction", &request.soap_action)
            .header("Expect", "100-continue")
            .send(&request.body[..])
            .map_err(unreachable)?;
        let status = response.status().as_u16();
        let content_type = response.headers().get("content-type");
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let mut body = response.into_body();
        let body = body.with_config().limit(MAX_BODY).read_to_vec();
        Ok(Answered { status, content_type, body: body.map_err(unreachable)? })
    }
}
