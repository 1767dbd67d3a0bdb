//! What pages and actions answer.

use askama::Template;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::people::{AuditAction, AuditSubject};
use crate::text::visible::visible_html;
use crate::web::ground::trouble::Trouble;
use crate::web::server::message::{Click, Message};
use crate::web::words::when::grouped;

/// A page, or the inside of one.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    html: String,
    to: Option<String>,
}

/// What an action did, and what the browser does next.
#[derive(Debug)]
pub struct Done {
    /// What, for the audit. Nothing, if nothing was done.
    pub act: Option<NotedAct>,
    /// What the browser does next.
    pub then: Then,
}

/// What was done, for the audit.
#[derive(Debug)]
pub struct NotedAct {
    /// What.
    pub action: AuditAction,
    /// To what, where that is to be found again.
    pub about: Option<AuditSubject>,
    /// With what; without secrets.
    pub details: String,
}

/// What the browser does after an action.
#[derive(Debug)]
pub enum Then {
    /// It goes to a path of ours, which shows this message.
    Go(String, Message),
    /// It shows a page: one with a mistake in a form, or with something that is shown once.
    Show(Page),
    /// It saves a file.
    Save {
        /// The file's name.
        name: String,
        /// Its type.
        media_type: &'static str,
        /// What is in it.
        bytes: Vec<u8>,
    },
}

/// Fills a template. Characters that nobody sees are shown.
///
/// # Errors
/// [`Trouble::Failed`], if that fails.
pub fn page(template: &impl Template) -> Result<Page, Trouble> {
    let html = template.render().map_err(Trouble::failed)?;
    Ok(Page { status: StatusCode::OK, html: visible_html(html), to: None })
}

impl Page {
    /// The page, with this status.
    #[must_use]
    pub fn with(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The inside of a page, with how much waits for a person: that stands outside of it.
    #[must_use]
    pub fn with_waits(mut self, waits: usize) -> Self {
        let shown = if waits == 0 { String::new() } else { grouped(waits) };
        self.html.push_str("<span id=\"waits\" class=\"count\" hx-swap-oob=\"true\">");
        self.html.push_str(&shown);
        self.html.push_str("</span>");
        self
    }

    /// A page that is at another path of ours.
    pub fn elsewhere(to: String) -> Self {
        Self { status: StatusCode::SEE_OTHER, html: String::new(), to: Some(to) }
    }

    /// A form with mistakes: nothing was done, and the browser shows the form again.
    pub fn again(self) -> Done {
        Done { act: None, then: Then::Show(self.with(StatusCode::UNPROCESSABLE_ENTITY)) }
    }
}

impl NotedAct {
    /// It was done with these details.
    pub fn new(action: AuditAction, details: impl Into<String>) -> Self {
        Self { action, about: None, details: details.into() }
    }
}

impl Done {
    /// It was done; the browser goes to that path, which says so in these words.
    pub fn go(act: AuditAction, details: impl Into<String>, to: String, words: impl Into<String>) -> Self {
        Self { act: Some(NotedAct::new(act, details)), then: Then::Go(to, Message::from(words.into())) }
    }

    /// It is this click that did it, which the next page offers to take back.
    #[must_use]
    pub fn by(mut self, click: Click) -> Self {
        if let Then::Go(_, message) = &mut self.then {
            message.click = Some(click);
        }
        self
    }

    /// The next page says this too.
    #[must_use]
    pub fn saying(mut self, words: &str) -> Self {
        if let Then::Go(_, message) = &mut self.then {
            message.words.push_str(words);
        }
        self
    }

    /// It was done to this.
    #[must_use]
    pub fn to(mut self, subject: AuditSubject) -> Self {
        if let Some(act) = &mut self.act {
            act.about = Some(subject);
        }
        self
    }

    /// The browser saves a table for spreadsheets, which they take for UTF-8 by its first character.
    pub fn table(name: String, text: &str) -> Self {
        let bytes = format!("\u{feff}{text}").into_bytes();
        Self { act: None, then: Then::Save { name, media_type: "text/csv; charset=utf-8", bytes } }
    }

    /// There was nothing to do; these words say why.
    pub fn nothing(to: String, words: impl Into<String>) -> Self {
        let message = Message { did_nothing: true, ..Message::from(words.into()) };
        Self { act: None, then: Then::Go(to, message) }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        match self.to {
            Some(to) => go(&to),
            None => (self.status, Html(self.html)).into_response(),
        }
    }
}

impl IntoResponse for Then {
    fn into_response(self) -> Response {
        match self {
            Self::Go(to, _) => go(&to),
            Self::Show(page) => page.into_response(),
            Self::Save { name, media_type, bytes } => {
                let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
                let name: String = name.chars().map(plain).collect();
                let disposition = format!("attachment; filename=\"{name}\"");
                let headers = [(CONTENT_TYPE, media_type), (CONTENT_DISPOSITION, &disposition)];
                (headers, Body::from(bytes)).into_response()
            }
        }
    }
}

/// Sends the browser to a path of ours.
pub fn go(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}
