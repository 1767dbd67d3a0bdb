//! Cookies: the sign-in, the visitor before one, and the message for the next page.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The token of a sign-in.
    SignIn,
    /// The token of somebody who is not signed in, for the forms that lead there.
    Visitor,
    /// What to say on the next page.
    Message,
}

impl Cookie {
    /// Over HTTPS the name binds it to this host, and nothing else can set it.
    fn name(self, is_secure: bool) -> String {
        let name = match self {
            Self::SignIn => "ferrule",
            Self::Visitor => "ferrule-visitor",
            Self::Message => "ferrule-message",
        };
        if is_secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// Its value, if the browser sent it.
    pub fn find(self, headers: &HeaderMap, is_secure: bool) -> Option<&str> {
        let name = self.name(is_secure);
        let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The header that sets it, or that takes it away where there is no value. `value` is ASCII without
    /// blanks, commas and semicolons.
    pub fn set(self, value: Option<&str>, is_secure: bool) -> Option<HeaderValue> {
        let (name, text) = (self.name(is_secure), value.unwrap_or_default());
        let secure = if is_secure { "; Secure" } else { "" };
        let age = match (value, self) {
            (None, _) => "; Max-Age=0",
            (Some(_), Self::Message) => "; Max-Age=60",
            (Some(_), Self::SignIn | Self::Visitor) => "",
        };
        let header = format!("{name}={text}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        HeaderValue::from_str(&header).ok()
    }
}
