//! What cannot be done, as RFC 9457 says: a title, a status, and words that a person can work with.

use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::people::Scope;

/// Why a call is not answered as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no token, or none that is good.
    NoToken,
    /// Too many calls.
    TooMany,
    /// The token may not do that.
    Scope(Scope),
    /// There is nothing at that address, or nothing of the token's domain.
    NotFound,
    /// The address takes another method.
    Method(&'static str),
    /// The body is of a kind that is not taken.
    MediaType(&'static str),
    /// The body is too long.
    TooLarge(String),
    /// The body did not come, or not in time.
    BrokenOff,
    /// What was sent is wrong.
    Wrong(String),
    /// Things do not stand as they would have to.
    Conflict(String),
    /// Too much is being done; later there is room.
    Busy,
    /// What is asked for is being worked out.
    WorkingOut,
    /// We failed. The words are for the log alone.
    Failed(String),
}

/// The media type of a problem.
pub const MEDIA: &str = "application/problem+json";

/// What cannot be done, as RFC 9457 says.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct Body {
    /// Of which kind it is.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What happened and what to do, for a person.
    detail: String,
}

impl Problem {
    /// A failure of ours.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// One of each kind, in the order of their statuses.
    pub fn kinds() -> Vec<Self> {
        let none = String::new;
        let mut all = vec![
            Self::NoToken,
            Self::TooMany,
            Self::Scope(Scope::ReadStatus),
            Self::NotFound,
            Self::Method("GET"),
            Self::MediaType(""),
            Self::TooLarge(none()),
            Self::BrokenOff,
            Self::Wrong(none()),
            Self::Conflict(none()),
            Self::Busy,
            Self::WorkingOut,
            Self::Failed(none()),
        ];
        all.sort_by_key(Self::status);
        all
    }

    /// What the description calls its kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoToken => "NoToken",
            Self::TooMany => "TooMany",
            Self::Scope(_) => "Scope",
            Self::NotFound => "NotFound",
            Self::Method(_) => "Method",
            Self::MediaType(_) => "MediaType",
            Self::TooLarge(_) => "TooLarge",
            Self::BrokenOff => "BrokenOff",
            Self::Wrong(_) => "Wrong",
            Self::Conflict(_) => "Conflict",
            Self::Busy => "Busy",
            Self::WorkingOut => "WorkingOut",
            Self::Failed(_) => "Failed",
        }
    }

    /// The status of its answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Scope(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenOff => StatusCode::REQUEST_TIMEOUT,
            Self::Wrong(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Busy | Self::WorkingOut => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Of which kind it is, for people.
    pub fn title(&self) -> &'static str {
        match self {
            Self::NoToken => "No good token",
            Self::TooMany => "Too many calls",
            Self::Scope(_) => "The token may not do that",
            Self::NotFound => "There is nothing here",
            Self::Method(_) => "Wrong method",
            Self::MediaType(_) => "Wrong kind of content",
            Self::TooLarge(_) => "Too much at once",
            Self::BrokenOff => "The content did not come",
            Self::Wrong(_) => "What you sent is wrong",
            Self::Conflict(_) => "That does not fit how things stand",
            Self::Busy => "Too busy",
            Self::WorkingOut => "It is being worked out",
            Self::Failed(_) => "Ferrule failed",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::NoToken => "Send the header `Authorization: Bearer` with a token, once. `ferrule token add` makes one. A token that was removed or has expired is good for nothing.".to_owned(),
            Self::TooMany => "There were too many calls with this token, or from this address. Wait a second and try again.".to_owned(),
            Self::Scope(scope) => format!("The token needs the scope `{}`. An administrator makes a token that has it.", scope.name()),
            Self::NotFound => "There is no such address, or no such company file of the token's domain.".to_owned(),
            Self::Method(allowed) => format!("This address takes {allowed}."),
            Self::MediaType(taken) => format!("Send {taken}, in UTF-8 and not compressed."),
            Self::BrokenOff => "The content broke off, or took too long to come. Nothing was kept.".to_owned(),
            Self::TooLarge(words) | Self::Wrong(words) | Self::Conflict(words) => words.clone(),
            Self::Busy => "Many calls are being answered. Nothing was kept. Wait a few seconds and try again.".to_owned(),
            Self::WorkingOut => "What you ask for is being worked out. Wait a few seconds and ask again.".to_owned(),
            Self::Failed(_) => "Something went wrong on our side. Whoever runs Ferrule finds it in the log.".to_owned(),
        }
    }

    /// The header that it brings.
    pub fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let value = HeaderValue::from_static;
        match self {
            Self::NoToken => Some((WWW_AUTHENTICATE, value("Bearer"))),
            Self::TooMany => Some((RETRY_AFTER, value("1"))),
            Self::Busy | Self::WorkingOut => Some((RETRY_AFTER, value("5"))),
            Self::Method(allowed) => Some((ALLOW, value(allowed))),
            _ => None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, title, detail) = (self.status(), self.title(), self.detail());
        let body = Body { title, status: status.as_u16(), detail };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let kind = HeaderValue::from_static(MEDIA);
        let mut response = (status, [(CONTENT_TYPE, kind)], body).into_response();
        if let Some((name, value)) = self.header() {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
