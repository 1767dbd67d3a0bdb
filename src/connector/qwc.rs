//! The `.qwc` file: what the user opens in the Web Connector to add the service there.

use std::num::NonZeroU32;

use chrono::TimeDelta;
use thiserror::Error;

use crate::catalogue::{self, StatusCode};
use crate::sync::stored::NewCompanyFile;
use crate::xml::escape_into;

use super::{Guid, NotAGuid, ServiceUrl, UrlProblem};

/// The most characters of `AppDescription`; the Web Connector shows no more.
pub const MAX_DESCRIPTION: usize = 80;

/// What a `.qwc` file says. It holds no password: the user types that into the Web Connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qwc {
    /// `AppName`: what the user reads in the Web Connector, and in QuickBooks when it asks whether to let
    /// the application in.
    pub app_name: String,
    /// `AppID`; may be empty.
    pub app_id: String,
    /// `AppURL`: the address of the service.
    pub app_url: String,
    /// `AppDescription`, at most [`MAX_DESCRIPTION`] characters.
    pub app_description: String,
    /// `AppSupport`: the address of a page with help, on the same host as the service. It must answer
    /// when the file is added to the Web Connector, or that says `QBWC1003`.
    pub app_support: String,
    /// `UserName`: by which the service knows the connection.
    pub user_name: String,
    /// `OwnerID`: the same for ever; the name under which QuickBooks keeps `FileID`.
    pub owner_id: Guid,
    /// `FileID`: one for each connection, the same for ever; QuickBooks keeps it in the company file.
    pub file_id: Guid,
    /// `Scheduler`: how often the Web Connector comes by itself, in minutes; without it, only when asked.
    pub run_every_minutes: Option<NonZeroU32>,
}

/// What is wrong with a `.qwc` file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QwcError {
    /// Nothing where something is needed.
    #[error("{element} is empty")]
    Empty {
        /// The element.
        element: &'static str,
    },
    /// Line breaks, tabs or other characters that nobody can see.
    #[error("{element} has control characters in it")]
    Unprintable {
        /// The element.
        element: &'static str,
    },
    /// Longer than the Web Connector shows.
    #[error("{element} has {length} characters, and may have at most {limit}")]
    TooLong {
        /// The element.
        element: &'static str,
        /// Its characters.
        length: usize,
        /// How many there may be.
        limit: usize,
    },
    /// An address that the Web Connector does not take.
    #[error("{element} `{url}` {problem}{}", code_of(element, *problem).map_or(String::new(), |code| format!(" ({code})")))]
    Url {
        /// The element.
        element: &'static str,
        /// The address.
        url: String,
        /// Why not.
        problem: UrlProblem,
    },
    /// Two hosts where the Web Connector wants one.
    #[error("AppURL is on `{service}`, but AppSupport on `{support}` (QBWC1000)")]
    HostsDiffer {
        /// The host of the service.
        service: String,
        /// The host of the support page.
        support: String,
    },
}

const APP_URL: &str = "AppURL";
const APP_SUPPORT: &str = "AppSupport";

/// What the Web Connector says of an address.
fn code_of(element: &str, problem: UrlProblem) -> Option<&'static str> {
    match (element, problem) {
        (APP_URL, UrlProblem::IpAddress) => Some("QBWC1001"),
        (APP_SUPPORT, UrlProblem::IpAddress) => Some("QBWC1002"),
        (APP_URL, UrlProblem::NotHttps) => Some("QBWC1010"),
        _ => None,
    }
}

impl QwcError {
    /// What the Web Connector would show if it were given the file: `QBWC1001`, if it has a code for it.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            QwcError::Url { element, problem, .. } => code_of(element, *problem),
            QwcError::HostsDiffer { .. } => Some("QBWC1000"),
            QwcError::Empty { .. } | QwcError::Unprintable { .. } | QwcError::TooLong { .. } => None,
        }
    }

    /// What the catalogue says of that code.
    pub fn explanation(&self) -> Option<&'static StatusCode> {
        self.code().and_then(catalogue::web_connector_code)
    }
}

impl Qwc {
    /// The file of a connection whose service is at `url`, with help at the root of its host.
    ///
    /// # Errors
    /// If the connection's GUIDs are none.
    pub fn of(made: &NewCompanyFile, url: &str, every: Option<TimeDelta>) -> Result<Qwc, NotAGuid> {
        Ok(Qwc {
            app_name: format!("Ferrule: {}", made.name),
            app_id: String::new(),
            app_url: url.to_owned(),
            app_description: "Joins Steelhead to QuickBooks.".to_owned(),
            app_support: root_of(url),
            user_name: made.user_name.clone(),
            owner_id: made.owner_id.parse()?,
            file_id: made.file_id.parse()?,
            run_every_minutes: every
                .and_then(|every| NonZeroU32::new(u32::try_from(every.num_minutes()).ok()?)),
        })
    }

    /// Everything that is wrong with it; nothing if the Web Connector will take it.
    pub fn problems(&self) -> Vec<QwcError> {
        let mut problems = Vec::new();
        let texts = [
            ("AppName", &self.app_name, true),
            ("AppID", &self.app_id, false),
            ("AppDescription", &self.app_description, true),
            ("UserName", &self.user_name, true),
        ];
        for (element, text, is_needed) in texts {
            if is_needed && text.trim().is_empty() {
                problems.push(QwcError::Empty { element });
            }
            if text.contains(|c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}')) {
                problems.push(QwcError::Unprintable { element });
            }
        }
        let length = self.app_description.chars().count();
        if length > MAX_DESCRIPTION {
            let (element, limit) = ("AppDescription", MAX_DESCRIPTION);
            problems.push(QwcError::TooLong { element, length, limit });
        }
        self.check_urls(&mut problems);
        problems
    }

    fn check_urls(&self, problems: &mut Vec<QwcError>) {
        let mut told = |element, url: &str, problem| {
            let url = url.to_owned();
            problems.push(QwcError::Url { element, url, problem });
        };
        let service = ServiceUrl::of_service(&self.app_url)
            .map_err(|problem| told(APP_URL, &self.app_url, problem))
            .ok();
        let support: Option<ServiceUrl> =
            self.app_support.parse().map_err(|problem| told(APP_SUPPORT, &self.app_support, problem)).ok();
        if let (Some(service), Some(support)) = (service, support)
            && service.host() != support.host()
        {
            problems.push(QwcError::HostsDiffer {
                service: service.host().to_owned(),
                support: support.host().to_owned(),
            });
        }
    }

    /// The file, in ASCII, its elements in the order of Intuit's guide.
    ///
    /// # Errors
    /// With everything that is wrong.
    pub fn to_xml(&self) -> Result<Vec<u8>, Vec<QwcError>> {
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut out = b"<?xml version=\"1.0\"?>\n<QBWCXML>\n".to_vec();
        element(&mut out, "AppName", &self.app_name);
        element(&mut out, "AppID", &self.app_id);
        element(&mut out, APP_URL, &self.app_url);
        element(&mut out, "AppDescription", &self.app_description);
        element(&mut out, APP_SUPPORT, &self.app_support);
        element(&mut out, "UserName", &self.user_name);
        element(&mut out, "OwnerID", &self.owner_id.to_string());
        element(&mut out, "FileID", &self.file_id.to_string());
        element(&mut out, "QBType", "QBFS");
        if let Some(minutes) = self.run_every_minutes {
            let schedule = format!(
                "  <Scheduler>\n    <RunEveryNMinutes>{minutes}</RunEveryNMinutes>\n  </Scheduler>\n"
            );
            out.extend_from_slice(schedule.as_bytes());
        }
        // False is what lets us write, whatever the guide says of it.
        element(&mut out, "IsReadOnly", "false");
        out.extend_from_slice(b"</QBWCXML>\n");
        Ok(out)
    }
}

/// The root of the host: a page there must answer when the file is added to the Web Connector.
fn root_of(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    format!("{scheme}://{}/", rest.split(['/', '?', '#']).next().unwrap_or_default())
}

fn element(out: &mut Vec<u8>, name: &str, text: &str) {
    out.extend_from_slice(format!("  <{name}>").as_bytes());
    escape_into(out, text);
    out.extend_from_slice(format!("</{name}>\n").as_bytes());
}
