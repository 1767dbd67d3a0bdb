//! `/sign-in`: name and password.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use crate::connector::Password;
use crate::connector::service::{Check, Event};
use crate::language::t;
use crate::people::Token;
use crate::web::ground::fields::{Fields, ours};
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::{go, page};
use crate::web::server::cookie::Cookie;
use crate::web::server::enter::{blocking, form, sender, token};
use crate::web::server::serve::{add_cookie, refuse};
use crate::web::server::shell::Shell;
use crate::web::server::site::Site;
use crate::web::words::filters;

/// The largest form of somebody who is not signed in, in bytes.
pub const MAX_FORM: usize = 8 << 10;

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/web/askama.toml")]
struct SignInPage {
    shell: Shell,
    token: String,
    name: String,
    back: String,
    problem: Option<String>,
}

/// The form.
pub async fn show(site: Arc<Site>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let blank = |token: &Token| SignInPage {
        shell: Shell::bare(t("Sign in")),
        token: token.for_forms(),
        name: String::new(),
        back: query.get("back").to_owned(),
        problem: None,
    };
    for_visitor(&site, &parts, |token| page(&blank(token)).map(axum::response::IntoResponse::into_response))
}

/// Answers somebody who is not signed in, and who has a token for forms from then on.
pub fn for_visitor(
    site: &Site,
    parts: &Parts,
    answer: impl FnOnce(&Token) -> Result<Response, Trouble>,
) -> Response {
    let known = token(site, &parts.headers, Cookie::Visitor);
    let is_known = known.is_some();
    let token = match known.map_or_else(Token::new, Ok) {
        Ok(token) => token,
        Err(error) => return refuse(site, &Trouble::failed(error), None, false),
    };
    let mut response = answer(&token).unwrap_or_else(|trouble| refuse(site, &trouble, None, false));
    if !is_known {
        add_cookie(&mut response, Cookie::Visitor.set(Some(token.expose()), site.origin.is_secure));
    }
    response
}

/// Signs somebody in.
pub async fn sign_in(site: Arc<Site>, request: Request) -> Response {
    match try_to_sign_in(&site, request).await {
        Ok(response) => response,
        Err(trouble) => refuse(&site, &trouble, None, false),
    }
}

async fn try_to_sign_in(site: &Arc<Site>, request: Request) -> Result<Response, Trouble> {
    let (parts, body) = request.into_parts();
    let visitor = token(site, &parts.headers, Cookie::Visitor).ok_or(Trouble::Forged)?;
    let fields = form(site, &parts, body, &visitor, MAX_FORM).await?;
    let from = sender(site, &parts);
    blocking(site, move |site| {
        let (name, back) = (fields.get("name"), fields.get("back"));
        let problem = match check(site, name, fields.raw("password").unwrap_or_default(), from)? {
            SignInCheck::Right(token) => return Ok(welcome(site, &token, back)),
            SignInCheck::Wrong => t("The name or the password is not right."),
            SignInCheck::Limited => t("Too many attempts. Please wait a minute and try again."),
        };
        let again = SignInPage {
            shell: Shell::bare(t("Sign in")),
            token: visitor.for_forms(),
            name: name.to_owned(),
            back: back.to_owned(),
            problem: Some(problem.to_owned()),
        };
        Ok(page(&again)?.with(StatusCode::UNPROCESSABLE_ENTITY).into_response())
    })
    .await
}

enum SignInCheck {
    Right(Token),
    Wrong,
    Limited,
}

fn check(site: &Site, name: &str, password: &str, from: IpAddr) -> Result<SignInCheck, Trouble> {
    let mut found = None;
    let stored = || {
        let Some((person, hash)) = site.people.person(name)? else {
            return Ok(None);
        };
        found = Some(person);
        Ok::<_, Trouble>(hash)
    };
    let user_name = name.to_lowercase();
    let checked = site.guard.check(&user_name, &Password::from(password), from, stored)?;
    match (checked, found) {
        (Check::Right, Some(person)) => {
            let token = Token::new().map_err(Trouble::failed)?;
            site.people.sign_in(person.id, &token.hash(), site.now())?;
            Ok(SignInCheck::Right(token))
        }
        (Check::Limited, _) => {
            if let Some((person, _)) = site.people.person(name)? {
                site.people.note_refused_person(person.id, Some(site.now()))?;
            }
            (site.journal)(&Event::Limited { user_name, from });
            Ok(SignInCheck::Limited)
        }
        _ => {
            (site.journal)(&Event::WrongPassword { user_name, from });
            Ok(SignInCheck::Wrong)
        }
    }
}

/// Sends the browser on, with a new sign-in, to a path of ours.
pub fn welcome(site: &Site, token: &Token, back: &str) -> Response {
    let mut response = go(&ours(back).unwrap_or_else(|| "/".to_owned()));
    let is_secure = site.origin.is_secure;
    add_cookie(&mut response, Cookie::SignIn.set(Some(token.expose()), is_secure));
    add_cookie(&mut response, Cookie::Visitor.set(None, is_secure));
    response
}
