//! Addresses as the Web Connector allows them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The address of a page or a service that the Web Connector will call: `https` with a host name, or
/// either scheme with `localhost`.
///
/// ```
/// use ferrule::connector::{ServiceUrl, UrlProblem};
///
/// let url: ServiceUrl = "https://books.example.com:8443/qbwc".parse().unwrap();
/// assert_eq!(url.host(), "books.example.com");
/// assert_eq!("https://192.0.2.7/".parse::<ServiceUrl>(), Err(UrlProblem::IpAddress));
/// assert_eq!("http://example.com/".parse::<ServiceUrl>(), Err(UrlProblem::NotHttps));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
    text: String,
    host: String,
}

/// Why the Web Connector would not take an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UrlProblem {
    /// Not of the form `https://host/path`.
    #[error("is not a URL of the form `https://host/path`, with a host name of letters, digits, `-` and `.`")]
    NotAUrl,
    /// A number instead of a name.
    #[error("is an IP address; the Web Connector wants a host name")]
    IpAddress,
    /// `http`, and not `localhost`.
    #[error("is not https; only localhost may do without")]
    NotHttps,
}

impl ServiceUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name of the host, in lower case, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// True if the service is on the QuickBooks computer itself.
    pub fn is_localhost(&self) -> bool {
        self.host == "localhost"
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for ServiceUrl {
    type Err = UrlProblem;

    fn from_str(text: &str) -> Result<ServiceUrl, UrlProblem> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte);
        if !text.bytes().all(is_plain) {
            return Err(UrlProblem::NotAUrl);
        }
        let (scheme, rest) = text.split_once("://").ok_or(UrlProblem::NotAUrl)?;
        let scheme = scheme.to_ascii_lowercase();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host_of(authority)?.to_ascii_lowercase();
        match scheme.as_str() {
            "https" => {}
            "http" if host == "localhost" => {}
            "http" => return Err(UrlProblem::NotHttps),
            _ => return Err(UrlProblem::NotAUrl),
        }
        let text = text.to_owned();
        Ok(ServiceUrl { text, host })
    }
}

fn host_of(authority: &str) -> Result<&str, UrlProblem> {
    if authority.starts_with('[') {
        return Err(UrlProblem::IpAddress);
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    // Zero is no port to connect to.
    if port
        .is_some_and(|port| !port.bytes().all(|b| b.is_ascii_digit()) || !matches!(port.parse(), Ok(1_u16..)))
    {
        return Err(UrlProblem::NotAUrl);
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.split('.').all(is_label) {
        return Err(UrlProblem::NotAUrl);
    }
    if host.rsplit('.').next().is_some_and(is_number) {
        return Err(UrlProblem::IpAddress);
    }
    Ok(host)
}

/// A host that ends in a number is an address, however short: `127.1`, `2130706433` and `0x7f.1` are all
/// the same one.
fn is_number(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    let hex = lower.strip_prefix("0x");
    lower.bytes().all(|digit| digit.is_ascii_digit())
        || hex.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
