//! Messages by webhook: a `CloudEvent` in JSON, signed as Standard Webhooks says.
//!
//! A call goes to the open internet only, unless the operator allows other addresses: every address that the name stands
//! for is looked at, at the moment of the call. Nobody is followed elsewhere, and no proxy is asked.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, config::Config};
use url::Url;

use super::addresses::is_public;
use super::carrier::CarryError;
use crate::alerts::AlertMessage;
use crate::calls::calling;
use crate::language::{marked, say};
use crate::secrets::{Password, SecretError};
use crate::sync::stored::Moment;

/// How long a call may take in all.
const PATIENCE: Duration = Duration::from_secs(10);
/// What stands before a secret, as Standard Webhooks says.
const SECRET: &str = "whsec_";
/// Bytes of a secret.
const SECRET_BYTES: usize = 24;
/// The receiver wants nothing more: it is gone.
const GONE: u16 = 410;
/// What is said of an address that is not of the open internet.
const CLOSED: &str = marked("its address is not of the open internet");

/// Calls webhooks.
#[derive(Default)]
pub struct Webhooks {
    /// Also those of this machine and of private networks, and without TLS.
    pub may_be_private: bool,
}

impl Webhooks {
    /// Whether such an address may be called at all.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn takes(&self, url: &str) -> Result<(), CarryError> {
        let wrong = |why: &str| Err(CarryError::never(why));
        let Ok(url) = Url::parse(url) else { return wrong(marked("that is no address")) };
        match url.scheme() {
            "https" => {}
            "http" if self.may_be_private => {}
            _ => return wrong(marked("the address must begin with https://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong(marked("a user or a password in the address would be kept for all to see"));
        }
        let address = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(address.into()),
            Some(url::Host::Ipv6(address)) => Some(address.into()),
            Some(url::Host::Domain(_)) | None => None,
        };
        if address.is_some_and(|address| !self.may_be_private && !is_public(address)) {
            return wrong(CLOSED);
        }
        Ok(())
    }

    /// Calls a webhook with a message.
    ///
    /// # Errors
    /// [`CarryError`]
    pub fn call(
        &self,
        message: &AlertMessage,
        url: &str,
        secret: &Password,
        now: Moment,
    ) -> Result<(), CarryError> {
        let body = message.event().to_string();
        let at = now.timestamp();
        let signature = signature(secret, &message.id, at, &body).map_err(CarryError::never)?;
        let resolver = Guarded { may_be_private: self.may_be_private, resolver: DefaultResolver::default() };
        let agent = Agent::with_parts(calling(PATIENCE).build(), DefaultConnector::default(), resolver);
        let called = agent
            .post(url)
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signature)
            .send(&body);
        match called.map(|answer| answer.status().as_u16()) {
            Ok(200..=299) => Ok(()),
            Ok(GONE) => Err(CarryError::never(marked("the receiver answers 410: it wants nothing more"))),
            Ok(status) => Err(CarryError::later(&say!("the receiver answers {status}", status))),
            Err(ureq::Error::Other(error)) if error.is::<NotPublic>() => Err(CarryError::never(&error)),
            Err(error) => Err(CarryError::later(&error)),
        }
    }
}

/// A new secret, as people copy it.
///
/// # Errors
/// If the operating system gives no random bytes.
pub fn new_secret() -> Result<Password, SecretError> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(SecretError::random)?;
    Ok(format!("{SECRET}{}", STANDARD.encode(bytes)).into())
}

/// The signature of a call, as Standard Webhooks says: of its id, its time and its body.
///
/// # Errors
/// If the secret is none.
pub fn signature(secret: &Password, id: &str, at: i64, body: &str) -> Result<String, &'static str> {
    let key = secret.expose().strip_prefix(SECRET).and_then(|text| STANDARD.decode(text).ok());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.ok_or(NO_SECRET)?).map_err(|_| NO_SECRET)?;
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// What is said of a secret that nothing can be signed with.
const NO_SECRET: &str = marked("the secret is none: remove the webhook, and add it anew");

/// Looks names up, and refuses addresses that are not of the open internet.
#[derive(Debug)]
struct Guarded {
    may_be_private: bool,
    resolver: DefaultResolver,
}

/// An address may not be called.
#[derive(Debug, thiserror::Error)]
#[error("{CLOSED}")]
struct NotPublic;

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolver.resolve(uri, config, timeout)?;
        let is_closed = |address: &SocketAddr| !is_public(address.ip());
        if !self.may_be_private && found.iter().any(is_closed) {
            return Err(ureq::Error::Other(Box::new(NotPublic)));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = signature(&secret, id, 1_614_265_330, r#"{"test": 2432232314}"#).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(signature(&"secret".into(), id, 0, "").is_err());
    }

    #[test]
    fn only_addresses_of_the_open_internet_are_taken() {
        let strict = Webhooks::default();
        let open = Webhooks { may_be_private: true };
        for url in ["https://hooks.example/x?y=z", "https://1.1.1.1/"] {
            assert!(strict.takes(url).is_ok() && open.takes(url).is_ok(), "{url}");
        }
        for url in [
            "http://hooks.example/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://0x7f.1/",
            "http://10.0.0.1/",
        ] {
            assert!(strict.takes(url).is_err() && open.takes(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "hooks.example",
            "ftp://hooks.example/",
            "https://user:x@hooks.example/",
            "file:///etc/passwd",
        ] {
            assert!(strict.takes(url).is_err() && open.takes(url).is_err(), "{url}");
        }
    }
}
