//! From a visit to an answer: pages, actions, and what went wrong.

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::header::{REFRESH, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::{IntoResponse as _, Response};

use crate::connector::service::Event;
use crate::people::{NewAuditEntry, Role};
use crate::sync::stored::CompanyFile;
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::{Done, NotedAct, Page, Then, go, page};
use crate::web::server::cookie::Cookie;
use crate::web::server::enter::{self, MAX_FORM, admit, blocking};
use crate::web::server::live;
use crate::web::server::shell::Shell;
use crate::web::server::site::Site;
use crate::web::server::visit::Visit;
use crate::web::words::filters;

/// A page of no company file.
pub type PageFunction = fn(&Visit) -> Result<Page, Trouble>;
/// A page of a company file.
pub type CompanyPageFunction = fn(&Visit, &CompanyFile) -> Result<Page, Trouble>;
/// Something that is done to a company file.
pub type ActionFunction = fn(&Visit, &CompanyFile) -> Result<Done, Trouble>;

/// Something that is done to the person's domain.
pub type DomainActionFunction = fn(&Visit) -> Result<Done, Trouble>;

/// What is served at a path.
#[derive(Clone, Copy)]
pub enum Target {
    /// A page of no company file.
    Page(PageFunction),
    /// A page of the company file that the path names.
    Company(CompanyPageFunction),
    /// A form that does something to the company file that the path names.
    Action(ActionFunction),
    /// A form that brings a file to the company file that the path names.
    Upload(ActionFunction),
    /// A form that does something to the person's domain, or to the person.
    Domain(DomainActionFunction),
    /// News of the company file that the path names.
    Live,
}

/// The page that says what went wrong.
#[derive(Template)]
#[template(path = "trouble.html", config = "src/web/askama.toml")]
struct TroublePage<'t> {
    shell: Shell,
    trouble: &'t Trouble,
}

/// Answers a request for what only people with that role may see or do.
pub async fn serve(site: Arc<Site>, role: Role, what: Target, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = match admit(&site, &mut parts).await {
        Ok(visit) => visit,
        Err(trouble) => return refuse(&site, &trouble, None, is_fragment(&parts)),
    };
    if visit.person.role < role {
        return refuse(&site, &Trouble::Role(role), Some(&visit), false);
    }
    if matches!(what, Target::Live) {
        return news(&site, &visit, &parts);
    }
    let mut visit = visit;
    let _place = if matches!(what, Target::Upload(_)) { site.uploads.acquire().await.ok() } else { None };
    if parts.method == Method::POST {
        let read = match (enter::token(&site, &parts.headers, Cookie::SignIn), what) {
            (None, _) => Err(Trouble::Forged),
            (Some(token), Target::Upload(_)) => enter::upload(&site, &parts, body, &token).await,
            (Some(token), _) => {
                enter::form(&site, &parts, body, &token, MAX_FORM).await.map(|form| (form, None))
            }
        };
        match read {
            Ok((form, upload)) => (visit.form, visit.upload) = (form, upload),
            Err(trouble) => return refuse(&site, &trouble, Some(&visit), false),
        }
    }
    let answer = blocking(&site, move |site| Ok(answer(site, &visit, what))).await;
    answer.unwrap_or_else(|trouble| refuse(&site, &trouble, None, false))
}

fn answer(site: &Arc<Site>, visit: &Visit, what: Target) -> Response {
    let answered = match what {
        Target::Page(view) => view(visit).map(|page| shown(site, visit, page)),
        Target::Company(view) => {
            file(visit).and_then(|file| view(visit, file)).map(|page| shown(site, visit, page))
        }
        Target::Action(action) | Target::Upload(action) => file(visit).and_then(|file| {
            let done = action(visit, file)?;
            Ok(finish(site, visit, Some(file), done))
        }),
        Target::Domain(action) => action(visit).map(|done| finish(site, visit, None, done)),
        Target::Live => Err(Trouble::NotFound),
    };
    answered.unwrap_or_else(|trouble| refuse(site, &trouble, Some(visit), false))
}

/// The company file that the path names, if it is one of the person's domain.
fn file(visit: &Visit) -> Result<&CompanyFile, Trouble> {
    let id: Option<i64> = visit.name("company").parse().ok();
    visit.files.iter().find(|file| Some(file.id.0) == id).ok_or(Trouble::NotFound)
}

/// A page; what the last action said was told with it.
fn shown(site: &Site, visit: &Visit, page: Page) -> Response {
    let mut response = page.into_response();
    if visit.message.is_some() && !visit.is_fragment {
        add_cookie(&mut response, Cookie::Message.set(None, site.origin.is_secure));
    }
    response
}

/// Takes note of what was done, and sends the browser on.
fn finish(site: &Site, visit: &Visit, file: Option<&CompanyFile>, done: Done) -> Response {
    if let Some(NotedAct { action, about, details }) = done.act {
        let entry = NewAuditEntry { about, ..visit.entry(file, action, details) };
        if let Err(error) = site.people.note(&entry) {
            (site.journal)(&Event::PageFailed { path: visit.path.clone(), why: error.to_string() });
        }
        site.news.tell();
    }
    let words = match &done.then {
        Then::Go(_, message) if !message.words.is_empty() => message.written(),
        Then::Go(..) | Then::Show(_) | Then::Save { .. } => String::new(),
    };
    let mut response = done.then.into_response();
    if !words.is_empty() {
        add_cookie(&mut response, Cookie::Message.set(Some(&words), site.origin.is_secure));
    }
    response
}

fn news(site: &Arc<Site>, visit: &Visit, parts: &Parts) -> Response {
    let token = enter::token(site, &parts.headers, Cookie::SignIn);
    match (file(visit), token) {
        (Ok(file), Some(token)) => live::stream(site, token, file, visit.query.get("seen").parse().ok()),
        _ => refuse(site, &Trouble::NotFound, Some(visit), false),
    }
}

/// The answer to what cannot be done. A browser without a sign-in is led to it.
pub fn refuse(site: &Site, trouble: &Trouble, visit: Option<&Visit>, is_fragment: bool) -> Response {
    if let Trouble::Failed(why) = trouble {
        let path = visit.map(|visit| visit.path.clone()).unwrap_or_default();
        (site.journal)(&Event::PageFailed { path, why: why.clone() });
    }
    if let Trouble::NotSignedIn { back: Some(back) } = trouble {
        let to = if back == "/" { "/sign-in".to_owned() } else { format!("/sign-in?back={}", encoded(back)) };
        if is_fragment {
            let to = HeaderValue::from_str(&to).unwrap_or(HeaderValue::from_static("/sign-in"));
            return ([(HeaderName::from_static("hx-redirect"), to)], "").into_response();
        }
        return go(&to);
    }
    if let Trouble::Moved(to) = trouble {
        return go(to);
    }
    let shell = match visit {
        Some(visit) => visit.shell(trouble.title(), file(visit).ok()),
        None => Shell::bare(trouble.title()),
    };
    match page(&TroublePage { shell, trouble }) {
        Ok(page) => asked_again(trouble, page.with(trouble.status()).into_response()),
        Err(_) => (trouble.status(), trouble.title()).into_response(),
    }
}

/// The answer; the browser asks once more, a second later, for a page that is being made.
fn asked_again(trouble: &Trouble, mut answer: Response) -> Response {
    if matches!(trouble, Trouble::NotYet) {
        answer.headers_mut().insert(REFRESH, HeaderValue::from_static("1"));
    }
    answer
}

/// Says that there is nothing, with the way around for somebody who is signed in.
pub async fn nothing(site: Arc<Site>, trouble: Trouble, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let visit = admit(&site, &mut parts).await.ok();
    refuse(&site, &trouble, visit.as_ref(), false)
}

/// Adds a cookie to an answer.
pub fn add_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn is_fragment(parts: &Parts) -> bool {
    parts.headers.contains_key("hx-request")
}
