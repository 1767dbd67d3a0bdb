//! API tokens: what a program shows instead of a person's password. Each is of one domain, and may do what its scopes say.

use std::collections::BTreeSet;
use std::fmt;

use crate::people::{NewAuditEntry, Scope, TokenHash};
use crate::secrets::{Password, SecretError, hash_made_password, new_password, new_ticket};
use crate::sync::stored::{Moment, StoreError};

/// What every token begins with, so that whoever finds one knows what it is.
const PREFIX: &str = "ferrule_";
/// Letters of the part by which a token is found. It is no secret.
const PUBLIC: usize = 16;
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 100;

/// A token that is kept, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// The part by which it is found. It is no secret.
    pub public: String,
    /// The Steelhead domain; company files of others do not exist for it.
    pub domain: String,
    /// What people call it; unique in its domain, whatever its case.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub made_at: Moment,
    /// From when on it is good for nothing, if it ends by itself.
    pub expires_at: Option<Moment>,
    /// When it was last used, as it was noted: at most once a minute.
    pub used_at: Option<Moment>,
}

impl ApiToken {
    /// Whether it is good for anything.
    pub fn is_good(&self, now: Moment) -> bool {
        self.expires_at.is_none_or(|until| now < until)
    }

    /// Its name and what it may do, as the audit says that it was made.
    pub fn told(&self) -> String {
        let scopes: Vec<&str> = self.scopes.iter().map(|scope| scope.name()).collect();
        format!("{}: {}", self.name, scopes.join(", "))
    }
}

/// A token as its owner has it: a part by which it is found, and a secret.
#[derive(Clone)]
pub struct ApiSecret {
    public: String,
    secret: Password,
}

impl ApiSecret {
    /// A new one.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new() -> Result<Self, SecretError> {
        let ticket = new_ticket().map_err(|error| SecretError::Random(error.to_string()))?;
        let public = TokenHash::of(&ticket).as_str().chars().take(PUBLIC).collect();
        Ok(Self { public, secret: new_password()? })
    }

    /// What somebody gave as one; nothing, if it does not look like one.
    pub fn given(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (public, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let is_public = public.len() == PUBLIC && public.bytes().all(|it| it.is_ascii_hexdigit());
        is_public.then(|| Self { public: public.to_owned(), secret: secret.into() })
    }

    /// The part by which it is found.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The secret in it, to be checked.
    pub fn secret(&self) -> &Password {
        &self.secret
    }

    /// The whole of it, to be shown once.
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}_{}", self.public, self.secret.expose())
    }

    /// What is kept of the secret: a fast hash, since nobody chose it.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn hash(&self) -> Result<String, SecretError> {
        hash_made_password(&self.secret)
    }
}

impl fmt::Debug for ApiSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiSecret({})", self.public)
    }
}

/// Keeps API tokens. Each method is one transaction; what it returns stands on disk, and every server sees it.
pub trait ApiTokenStore: Send + Sync {
    /// Keeps a token with the hash of its secret.
    ///
    /// # Errors
    /// [`StoreError::TokenTaken`], if one of the domain has that name.
    fn add_api_token(&self, token: &ApiToken, hash: &str, entry: &NewAuditEntry) -> Result<(), StoreError>;
    /// The tokens of a domain, or of all, by domain and name.
    fn api_tokens(&self, domain: Option<&str>) -> Result<Vec<ApiToken>, StoreError>;
    /// The token that is found by that, with the hash of its secret.
    fn api_token(&self, public: &str) -> Result<Option<(ApiToken, String)>, StoreError>;
    /// Removes a token: it is good for nothing from then on. False if there is none of that name.
    fn remove_api_token(&self, domain: &str, name: &str, entry: &NewAuditEntry) -> Result<bool, StoreError>;
    /// Notes that a token is used.
    fn note_api_token_used(&self, public: &str, now: Moment) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_nothing_else_is_one() {
        let made = ApiSecret::new().unwrap();
        let text = made.expose();
        let read = ApiSecret::given(&text).unwrap();
        assert_eq!((read.public(), read.expose()), (made.public(), text.clone()));
        assert!(made.hash().unwrap().starts_with("$hmac-sha256$"));
        assert!(!format!("{made:?}").contains(made.secret().expose()));
        let long = format!("{text}{}", "a".repeat(100));
        for other in ["", "ferrule_", "ferrule_0123456789abcdef", &text[1..], "ferrule_xyz_a", &long] {
            assert!(ApiSecret::given(other).is_none(), "{other}");
        }
    }
}
