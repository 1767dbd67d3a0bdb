//! Why a page is not there, or an action was not done.

use axum::http::StatusCode;

use crate::language::{say, t, told};
use crate::people::Role;
use crate::sync::ImportError;
use crate::sync::session::RulebookError;
use crate::sync::stored::StoreError;
use crate::text::quotes::quoted;

/// Why a page is not there, or an action was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// There is no such page, or it is another domain's.
    #[error("there is no such page, or it is not yours to see")]
    NotFound,
    /// It is at another path of ours now.
    #[error("this is somewhere else now")]
    Moved(String),
    /// A form that makes no sense, as these words for people say.
    #[error("{0}")]
    Wrong(String),
    /// Somebody else was faster, or what the page showed is no longer so.
    #[error("{0}")]
    Conflict(String),
    /// The role does not allow it.
    #[error("you need the role {} for this", .0.name())]
    Role(Role),
    /// No one is signed in; `back` is where to go on afterwards.
    #[error("please sign in")]
    NotSignedIn {
        /// A path of ours.
        back: Option<String>,
    },
    /// The form was not sent by one of our pages, or the sign-in has changed in the meantime.
    #[error("this form has expired: it was open too long, or another page sent it")]
    Forged,
    /// A page cannot be sent to, or an action cannot be looked at.
    #[error("you cannot use this address that way")]
    Method,
    /// A form is too large.
    #[error("you sent more than fits: a form may have 1 MB, a file 32 MB")]
    TooLarge,
    /// A form came too slowly, or broke off.
    #[error("what you sent did not arrive in full")]
    BrokenOff,
    /// Too many attempts.
    #[error("too many attempts; please wait a minute and try again")]
    Limited,
    /// It is being made for the first time since the server was started. The browser asks again by itself.
    #[error(
        "this is a large company file, and Ferrule was started a moment ago: it is putting the lists together"
    )]
    NotYet,
    /// The layers that are on for the company file do not fit the rules of the server.
    #[error("{0}")]
    Rules(String),
    /// We failed; the cause is for the journal only.
    #[error("something went wrong on our side")]
    Failed(String),
}

impl Trouble {
    /// A failure of ours.
    pub fn failed(cause: impl std::fmt::Display) -> Self {
        Self::Failed(cause.to_string())
    }

    /// The status that says it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Moved(_) => StatusCode::SEE_OTHER,
            Self::Wrong(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Role(_) | Self::Forged => StatusCode::FORBIDDEN,
            Self::NotSignedIn { .. } => StatusCode::UNAUTHORIZED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenOff => StatusCode::REQUEST_TIMEOUT,
            Self::Limited => StatusCode::TOO_MANY_REQUESTS,
            // Nothing went wrong, and browsers tell of anything from 400 on as if it had.
            Self::NotYet => StatusCode::ACCEPTED,
            Self::Rules(_) | Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What it is, in a few words.
    pub fn title(&self) -> &'static str {
        match self {
            Self::NotFound => t("Not found"),
            Self::Moved(_) => t("Somewhere else now"),
            Self::Wrong(_) | Self::BrokenOff => t("That could not be understood"),
            Self::Conflict(_) => t("Something changed in the meantime"),
            Self::Role(_) => t("Not allowed"),
            Self::NotSignedIn { .. } => t("Please sign in"),
            Self::Forged => t("Please try again"),
            Self::Method => t("Not possible"),
            Self::TooLarge => t("Too large"),
            Self::Limited => t("Too many attempts"),
            Self::NotYet => t("Just a moment"),
            Self::Rules(_) => t("The rules do not fit together"),
            Self::Failed(_) => t("Something went wrong"),
        }
    }

    /// What happened, in a sentence.
    pub fn sentence(&self) -> String {
        let said = match self {
            Self::Role(role) => say!("you need the role {role} for this", role = t(role.name())),
            other => t(&other.to_string()).to_owned(),
        };
        let said = quoted(&said);
        let mut letters = said.chars();
        let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
        let end = if said.ends_with(['.', '?', '!']) { "" } else { "." };
        format!("{first}{}{end}", letters.as_str())
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NotFound => t("Check the address, or go to the start page."),
            Self::Moved(_) => t("Follow the link."),
            Self::Wrong(_) | Self::TooLarge | Self::BrokenOff => {
                t("Go back, check what you entered, and send it again.")
            }
            Self::Conflict(_) => t("Go back and reload the page to see how it is now."),
            Self::Role(_) => t("Ask an administrator of your domain to do it, or to give you that role."),
            Self::NotSignedIn { .. } => t("Sign in to go on."),
            Self::Forged => t("Go back, reload the page, and send the form again. Nothing was changed."),
            Self::Method => t("Go back and use the button on the page."),
            Self::Limited => t("Attempts are counted for each name and each address."),
            Self::NotYet => t("The page appears here by itself as soon as they are ready."),
            Self::Rules(_) => t(
                "The rules on this server have changed since the optional layers were switched on. Ask whoever runs Ferrule to switch one off, or to bring back the rules that belong to them.",
            ),
            Self::Failed(_) => t(
                "Nothing was changed. Try again. If it keeps happening, ask whoever runs Ferrule to look in its log.",
            ),
        }
    }
}

impl From<RulebookError> for Trouble {
    fn from(error: RulebookError) -> Self {
        Self::Rules(told(&error))
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoCompanyFile(_) => Self::NotFound,
            other => Self::failed(other),
        }
    }
}

impl From<ImportError> for Trouble {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            asked @ (ImportError::NoObject { .. }
            | ImportError::NoRecord(_)
            | ImportError::NotImportable { .. }
            | ImportError::Several { .. }) => Self::Wrong(told(&asked)),
            ours @ (ImportError::Json(_) | ImportError::Settings(_) | ImportError::Kept(_)) => {
                Self::failed(ours)
            }
        }
    }
}
