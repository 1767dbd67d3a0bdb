//! `/sign-out`.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;

use crate::web::ground::trouble::Trouble;
use crate::web::pages::people::sign_in::MAX_FORM;
use crate::web::server::answer::go;
use crate::web::server::cookie::Cookie;
use crate::web::server::enter::{blocking, form, token};
use crate::web::server::serve::{add_cookie, refuse};
use crate::web::server::site::Site;

/// Signs somebody out.
pub async fn sign_out(site: Arc<Site>, request: Request) -> Response {
    match try_to_sign_out(&site, request).await {
        Ok(response) => response,
        Err(trouble) => refuse(&site, &trouble, None, false),
    }
}

async fn try_to_sign_out(site: &Arc<Site>, request: Request) -> Result<Response, Trouble> {
    let (parts, body) = request.into_parts();
    let mut response = go("/sign-in");
    let Some(token) = token(site, &parts.headers, Cookie::SignIn) else {
        return Ok(response);
    };
    form(site, &parts, body, &token, MAX_FORM).await?;
    blocking(site, move |site| Ok(site.people.sign_out(&token.hash())?)).await?;
    add_cookie(&mut response, Cookie::SignIn.set(None, site.origin.is_secure));
    Ok(response)
}
