//! Messages by e-mail, through the SMTP server that the operator names.

use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, Message, SmtpTransport, Transport as _};
use url::Url;

use super::carrier::CarryError;
use crate::alerts::AlertMessage;
use crate::language::say;
use crate::secrets::Password;

/// How long a step of the talk with the server may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The SMTP server, as the operator names it.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// `smtps://user@host`, `smtp://user@host?tls=required`, or `smtp://localhost:25`.
    pub url: Url,
    /// The password of that user.
    pub password: Option<Password>,
    /// A certificate (PEM) of an authority besides the usual ones.
    pub authority: Option<Vec<u8>>,
    /// The address that e-mails come from, with or without a name: `Ferrule <ferrule@shop.example>`.
    pub from: String,
}

/// Why no e-mail can be sent by what the operator says.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address of the server.
    #[error("the SMTP server: {0}")]
    Server(#[from] SmtpError),
    /// The address in the head of each e-mail.
    #[error("the address that e-mails come from: {0}")]
    From(#[from] AddressError),
    /// There is a password, and everybody on the way could read it.
    #[error("the SMTP server: a password needs TLS; write smtps://…, or smtp://…?tls=required")]
    Readable,
    /// There is a password and nobody whose it is, or the other way around.
    #[error("the SMTP server: a user in its address and a password belong together")]
    Half,
    /// The password stands where every user of the machine can read it.
    #[error(
        "the SMTP server: its password does not belong into the address; name a file, or set FERRULE_SMTP_PASSWORD"
    )]
    Shown,
}

/// Sends e-mails.
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

/// Whether it is an e-mail address.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

impl Mailer {
    /// One that sends through that server. Nothing is connected yet.
    ///
    /// # Errors
    /// [`MailError`]
    pub fn new(server: &MailServer) -> Result<Self, MailError> {
        let mut url = server.url.clone();
        if url.password().is_some() {
            return Err(MailError::Shown);
        }
        if url.username().is_empty() != server.password.is_none() {
            return Err(MailError::Half);
        }
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let is_safe = url.scheme() == "smtps" || tls.as_deref() == Some("required") || is_here(&url);
        if let Some(password) = &server.password {
            if !is_safe {
                return Err(MailError::Readable);
            }
            let expose = password.expose();
            url.set_password(Some(expose)).map_err(|()| MailError::Half)?;
        }
        let mut transport = SmtpTransport::from_url(url.as_str())?.timeout(Some(PATIENCE));
        if let (Some(pem), Some(host)) = (&server.authority, url.host_str()) {
            let authority = Certificate::from_pem(pem)?;
            let parameters =
                TlsParameters::builder(host.to_owned()).add_root_certificate(authority).build_rustls()?;
            transport = transport.tls(match (url.scheme(), tls.as_deref()) {
                ("smtps", _) => Tls::Wrapper(parameters),
                (_, Some("required")) => Tls::Required(parameters),
                (_, Some(_)) => Tls::Opportunistic(parameters),
                (_, None) => Tls::None,
            });
        }
        Ok(Self { transport: transport.build(), from: server.from.parse()? })
    }

    /// Sends a message. Its id is that of the e-mail too.
    ///
    /// # Errors
    /// [`CarryError`]
    pub fn send(&self, message: &AlertMessage, to: &str) -> Result<(), CarryError> {
        let to: Address = to.parse().map_err(|error: AddressError| CarryError::never(&error))?;
        let email = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(message.body.subject())
            .date(message.at.into())
            .message_id(Some(format!("<{}@{}>", message.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(message.body.text())
            .map_err(|error| CarryError::never(&error))?;
        match self.transport.send(&email) {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(CarryError::never(&told(&error))),
            Err(error) => Err(CarryError::later(&told(&error))),
        }
    }
}

fn told(error: &SmtpError) -> String {
    let mut text = say!("the mail server: {error}", error);
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if !text.contains(&error.to_string()) {
            text = format!("{text}: {error}");
        }
        cause = error.source();
    }
    text
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        // A scheme that the web does not know keeps an address as it was written.
        Some(url::Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|it: std::net::IpAddr| it.is_loopback())
        }
        None => false,
    }
}
