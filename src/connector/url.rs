//! Addresses as the Web Connector allows them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::{Host, ParseError, Url};

/// Where the service is on its host. A proxy may put a path before it, not behind it.
pub(crate) const SERVICE_PATH: &str = "/qbwc";

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
    /// Another page of the host than the service's.
    #[error("does not end in `{SERVICE_PATH}`, and nothing answers the Web Connector anywhere else")]
    NotTheService,
}

impl ServiceUrl {
    /// The address of the service itself: one whose path ends in `/qbwc`, with or without a `/` behind it.
    ///
    /// # Errors
    /// [`UrlProblem`]
    ///
    /// ```
    /// use ferrule::connector::{ServiceUrl, UrlProblem};
    ///
    /// assert!(ServiceUrl::of_service("https://example.com/books/qbwc").is_ok());
    /// assert_eq!(ServiceUrl::of_service("https://example.com/books"), Err(UrlProblem::NotTheService));
    /// ```
    pub fn of_service(text: &str) -> Result<ServiceUrl, UrlProblem> {
        let url: ServiceUrl = text.parse()?;
        url.before_service().ok_or(UrlProblem::NotTheService)?;
        Ok(url)
    }

    /// The address of the pages beside the service, without a `/` at its end.
    ///
    /// ```
    /// use ferrule::connector::ServiceUrl;
    ///
    /// let url = ServiceUrl::of_service("https://example.com/books/qbwc/").unwrap();
    /// assert_eq!(url.pages(), "https://example.com/books");
    /// ```
    pub fn pages(&self) -> &str {
        self.before_service().unwrap_or(&self.text).trim_end_matches('/')
    }

    /// What stands before the service's own path, if that is where the address leads.
    fn before_service(&self) -> Option<&str> {
        let path = self.text.split(['?', '#']).next()?;
        let before = path.strip_suffix('/').unwrap_or(path).strip_suffix(SERVICE_PATH)?;
        // Else it is a host of that name, or a path of two slashes, which is another one.
        (!before.ends_with('/')).then_some(before)
    }

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
        let url = Url::parse(text).map_err(|error| match error {
            ParseError::InvalidIpv4Address | ParseError::InvalidIpv6Address => UrlProblem::IpAddress,
            _ => UrlProblem::NotAUrl,
        })?;
        let host = match url.host() {
            Some(Host::Domain(host)) => host.to_owned(),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(UrlProblem::IpAddress),
            None => return Err(UrlProblem::NotAUrl),
        };
        if !is_name(&host) || !is_as_written(&url, &host, text) {
            return Err(UrlProblem::NotAUrl);
        }
        match url.scheme() {
            "https" => {}
            "http" if host == "localhost" => {}
            "http" => return Err(UrlProblem::NotHttps),
            _ => return Err(UrlProblem::NotAUrl),
        }
        Ok(ServiceUrl { text: text.to_owned(), host })
    }
}

/// `Url` mends what it reads: it trims, decodes, adds and leaves out. The Web Connector is given the text
/// itself, so nothing may need that.
fn is_as_written(url: &Url, host: &str, text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte);
    let start = format!("{}://{host}", url.scheme());
    let Some((begin, rest)) = text.split_at_checked(start.len()) else {
        return false;
    };
    let is_at_end = match rest.strip_prefix(':') {
        // Zero is no port to connect to.
        Some(port) => port.starts_with(|digit: char| digit.is_ascii_digit()) && url.port() != Some(0),
        None => rest.is_empty() || rest.starts_with(['/', '?', '#']),
    };
    is_at_end && begin.eq_ignore_ascii_case(&start) && text.bytes().all(is_plain)
}

fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}
