//! `/invite/{token}`: a link that sets a password, once.

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::language::t;
use crate::people::{Person, Token};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::people::chosen::chosen;
use crate::web::pages::people::sign_in::{MAX_FORM, for_visitor, welcome};
use crate::web::server::answer::page;
use crate::web::server::cookie::Cookie;
use crate::web::server::enter::{blocking, form, token};
use crate::web::server::serve::refuse;
use crate::web::server::shell::Shell;
use crate::web::server::site::Site;
use crate::web::words::filters;

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
        Self { shell: Shell::bare(t("Set your password")), token: visitor.for_forms(), person, problem }
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
        match chosen(&fields, &person)? {
            Ok(hash) => set(site, &link, &hash, &visitor),
            Err(problem) => InvitePage::of(&visitor, Some(person), Some(problem)).answer(),
        }
    })
    .await
}

fn set(site: &Site, link: &Token, hash: &str, visitor: &Token) -> Result<Response, Trouble> {
    let Some(person) = site.people.use_link(&link.hash(), hash, site.now())? else {
        return InvitePage::of(visitor, None, None).answer();
    };
    let token = Token::new().map_err(Trouble::failed)?;
    site.people.sign_in(person.id, &token.hash(), site.now())?;
    Ok(welcome(site, &token, "/"))
}

fn link(path: &str) -> Token {
    Token::given(path.rsplit('/').next().unwrap_or_default())
}
