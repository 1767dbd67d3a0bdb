//! `/invite/{token}`: a link that sets a password, once.

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::connector::Password;
use crate::people::{Person, Token};
use crate::secrets::hash_password;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::people::sign_in::{MAX_FORM, for_visitor, welcome};
use crate::web::server::answer::page;
use crate::web::server::cookie::Cookie;
use crate::web::server::enter::{blocking, form, token};
use crate::web::server::serve::refuse;
use crate::web::server::shell::Shell;
use crate::web::server::site::Site;

/// The fewest characters of a password.
const SHORTEST: usize = 10;
/// The most.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "invite.html", config = "src/web/askama.toml")]
struct InvitePage {
    shell: Shell,
    token: String,
    person: Option<Person>,
    problem: Option<String>,
}

impl InvitePage {
    fn of(visitor: &Token, person: Option<Person>, problem: Option<String>) -> Self {
        Self { shell: Shell::bare("Set your password"), token: visitor.for_forms(), person, problem }
    }

    fn answer(&self) -> Result<Response, Trouble> {
        let status = match (&self.person, &self.problem) {
            (None, _) => StatusCode::GONE,
            (Some(_), Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            (Some(_), None) => StatusCode::OK,
        };
        Ok(page(self)?.with(status).into_response())
    }
}

/// The form. To look at it does not use the link up.
pub async fn show(site: Arc<Site>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let link = link(parts.uri.path());
    let invited = blocking(&site, move |site| Ok(site.people.invited(&link.hash(), site.now())?)).await;
    match invited {
        Ok(person) => for_visitor(&site, &parts, |token| InvitePage::of(token, person, None).answer()),
        Err(trouble) => refuse(&site, &trouble, None, false),
    }
}

/// Sets the password and signs in.
pub async fn accept(site: Arc<Site>, request: Request) -> Response {
    match try_to_accept(&site, request).await {
        Ok(response) => response,
        Err(trouble) => refuse(&site, &trouble, None, false),
    }
}

async fn try_to_accept(site: &Arc<Site>, request: Request) -> Result<Response, Trouble> {
    let (parts, body) = request.into_parts();
    let visitor = token(site, &parts.headers, Cookie::Visitor).ok_or(Trouble::Forged)?;
    let fields = form(site, &parts, body, &visitor, MAX_FORM).await?;
    let link = link(parts.uri.path());
    blocking(site, move |site| {
        let Some(person) = site.people.invited(&link.hash(), site.now())? else {
            return InvitePage::of(&visitor, None, None).answer();
        };
        if let Some(problem) = problem(&fields, &person) {
            return InvitePage::of(&visitor, Some(person), Some(problem)).answer();
        }
        set(site, &link, fields.raw("password").unwrap_or_default(), &visitor)
    })
    .await
}

fn set(site: &Site, link: &Token, password: &str, visitor: &Token) -> Result<Response, Trouble> {
    let hash = hash_password(&Password::from(password)).map_err(Trouble::failed)?;
    let Some(person) = site.people.use_link(&link.hash(), &hash, site.now())? else {
        return InvitePage::of(visitor, None, None).answer();
    };
    let token = Token::new().map_err(Trouble::failed)?;
    site.people.sign_in(person.id, &token.hash(), site.now())?;
    Ok(welcome(site, &token, "/"))
}

/// What is wrong with a password, if anything is.
fn problem(fields: &Fields, person: &Person) -> Option<String> {
    let password = fields.raw("password").unwrap_or_default();
    let length = password.chars().count();
    if length < SHORTEST {
        Some(format!("Please choose at least {SHORTEST} characters; this has {length}."))
    } else if length > LONGEST {
        Some(format!("Please choose at most {LONGEST} characters."))
    } else if password.to_lowercase().contains(&person.name.to_lowercase()) {
        Some("Please choose a password that does not contain your name.".to_owned())
    } else if fields.raw("again").unwrap_or_default() != password {
        Some("The two passwords differ.".to_owned())
    } else {
        None
    }
}

fn link(path: &str) -> Token {
    Token::given(path.rsplit('/').next().unwrap_or_default())
}
