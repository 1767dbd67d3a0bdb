//! What goes wrong in QuickBooks: the status codes of responses, the HRESULTs of the connection and
//! the codes of the Web Connector, each with what happened, why, and who can do what about it.
//!
//! The words are ours; what is known of each code, and how well, is in `data/*.yaml`. They are read
//! apart from the vocabulary, when the first code is explained.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

static STATUS_CODES: LazyLock<Vec<StatusCode>> =
    LazyLock::new(|| read(include_str!("data/status_codes.yaml")));
static HRESULTS: LazyLock<Vec<StatusCode>> = LazyLock::new(|| read(include_str!("data/hresults.yaml")));
static WEB_CONNECTOR: LazyLock<Vec<StatusCode>> =
    LazyLock::new(|| read(include_str!("data/web_connector_codes.yaml")));

/// The texts are embedded and tests read them, so a user never meets one that cannot be read.
fn read(text: &str) -> Vec<StatusCode> {
    serde_yaml::from_str(text).unwrap_or_default()
}

/// What a code means and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusCode {
    /// The code as it is written: `3100`, `2000-2040`, `3262,3263`, `0x80040400`, `QBWC1039`.
    pub code: String,
    /// How grave it is. QuickBooks has sent failures as `Info`: go by the code.
    pub severity: Severity,
    /// What happened, in a sentence.
    pub happened: String,
    /// Why.
    pub cause: String,
    /// Who can do something about it.
    pub who: Who,
    /// What to do, with the menu path where there is one.
    pub how: String,
    /// What helps in a terminal, in words that name the command. Pages have buttons instead.
    #[serde(default)]
    pub command: Option<String>,
    /// Whether the same request may succeed later without being changed.
    pub retryable: bool,
    /// Whether QuickBooks did what was asked.
    pub outcome: Outcome,
    /// How well all this is known.
    pub evidence: Evidence,
}

/// How grave a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// All is well.
    Info,
    /// Done, but not all of it.
    Warn,
    /// Failed.
    Error,
}

/// Who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// Who invoices, in Steelhead.
    Clerk,
    /// Who keeps the rules and runs the server.
    Administrator,
    /// Who sits at the QuickBooks computer, if need be as its administrator.
    #[serde(rename = "QuickBooks user")]
    QuickbooksUser,
    /// We ourselves.
    #[serde(rename = "Ferrule")]
    Ferrule,
    /// Nothing is to be done.
    Nobody,
}

/// Whether QuickBooks did what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It did not.
    #[serde(rename = "not applied")]
    NotApplied,
    /// It did.
    Applied,
    /// The code does not tell: look before sending anything again.
    Unknown,
}

/// How well the meaning of a code is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Seen in a recorded message.
    Recorded,
    /// Intuit's own text.
    Intuit,
    /// A third party's copy of Intuit's table.
    Copied,
    /// Someone's report.
    SecondHand,
    /// From memory, unconfirmed.
    Recalled,
    /// Only the number is known.
    Unknown,
}

impl Who {
    /// The name, as it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Administrator => "administrator",
            Self::QuickbooksUser => "QuickBooks user",
            Self::Ferrule => "Ferrule",
            Self::Nobody => "nobody",
        }
    }

    /// What people call who that is.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Clerk => "the clerk",
            Self::Administrator => "the administrator of the integration",
            Self::QuickbooksUser => "who sits at the QuickBooks computer",
            Self::Ferrule => "Ferrule itself",
            Self::Nobody => "nobody",
        }
    }
}

/// Every status code, in order.
pub fn status_codes() -> &'static [StatusCode] {
    &STATUS_CODES
}

/// Every HRESULT.
pub fn hresults() -> &'static [StatusCode] {
    &HRESULTS
}

/// Every code of the Web Connector, in order.
pub fn web_connector_codes() -> &'static [StatusCode] {
    &WEB_CONNECTOR
}

/// What the `statusCode` of a response, or the `messageSetStatusCode`, means.
pub fn status(code: u32) -> Option<&'static StatusCode> {
    STATUS_CODES.iter().find(|entry| covers(&entry.code, code))
}

/// Whether `codes` (`3100`, `2000-2040` or `3262,3263`) has `code`.
fn covers(codes: &str, code: u32) -> bool {
    codes.split(',').any(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let bounds = first.parse::<u32>().ok().zip(last.parse().ok());
        bounds.is_some_and(|(first, last)| (first..=last).contains(&code))
    })
}

/// What an HRESULT of the connection means. Take it as it comes: a number, or a text with or
/// without `0x`, in any case.
pub fn hresult(code: impl Into<Hresult>) -> Option<&'static StatusCode> {
    let Hresult(code) = code.into();
    let code = code?;
    HRESULTS.iter().find(|entry| Hresult::from(entry.code.as_str()).0 == Some(code))
}

/// What a code of the Web Connector (`QBWC1039`, or `1039`) means.
pub fn web_connector_code(code: &str) -> Option<&'static StatusCode> {
    let number = code.trim().trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    WEB_CONNECTOR.iter().find(|entry| entry.code.strip_prefix("QBWC") == Some(number))
}

/// What is known of the first HRESULT or code of the Web Connector that stands in a text.
pub fn mentioned(text: &str) -> Option<&'static StatusCode> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.into_iter().find_map(|word| {
        if word.starts_with("QBWC") {
            web_connector_code(word)
        } else {
            hresult(word).filter(|_| word.starts_with("0x") || word.starts_with("0X"))
        }
    })
}

/// An HRESULT to look up; a text that is none is found nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hresult(Option<u32>);

impl From<u32> for Hresult {
    fn from(code: u32) -> Hresult {
        Hresult(Some(code))
    }
}

impl From<&str> for Hresult {
    fn from(code: &str) -> Hresult {
        let code = code.trim();
        let digits = code.strip_prefix("0x").or(code.strip_prefix("0X")).unwrap_or(code);
        Hresult(u32::from_str_radix(digits, 16).ok())
    }
}
