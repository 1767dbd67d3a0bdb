//! From an address to its answer.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts as _, RawPathParams, Request};
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;

use super::answers::{Answer, Call, Said};
use super::enter::{admit, blocking, body};
use super::part::Part;
use super::problem::Problem;
use super::room::Api;
use super::table::{Address, Needs, TABLE, Target};
use crate::connector::service::{Event, Pages, protect};

/// The longest body with documents, in bytes.
const MOST_DOCUMENTS: usize = 32 << 20;
/// The longest other body, in bytes.
const MOST_BODY: usize = 1 << 20;

/// Says that something has changed since what is answered was made, and that a newer one is being made.
pub const OLD: HeaderName = HeaderName::from_static("ferrule-is-old");

/// The API beside pages.
pub fn beside(pages: Pages, api: &Arc<Api>) -> Pages {
    let mut routes = Router::new();
    for &address in TABLE {
        let api = Arc::clone(api);
        routes = routes.route(address.path, any(move |request| serve(api, address, request)));
    }
    for path in ["/api", "/api/", "/api/{*rest}"] {
        routes = routes.route(path, any(|| async { Problem::NotFound }));
    }
    let is_secure = api.is_secure;
    let routes = routes.layer(from_fn(move |request, next| protect(is_secure, request, next)));
    Pages { routes: pages.routes.merge(routes), ..pages }
}

async fn serve(api: Arc<Api>, address: Address, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    match answer(&api, address, request).await {
        Ok(said) => told(&path, said),
        Err(problem) => {
            if let Problem::Failed(why) = &problem {
                (api.journal)(&Event::PageFailed { path, why: why.clone() });
            }
            problem.into_response()
        }
    }
}

fn told(path: &str, said: Said) -> Response {
    let json = HeaderValue::from_static("application/json");
    let mut response = ([(CONTENT_TYPE, json)], said.body).into_response();
    let link = said.next.map(|query| format!("<{path}?{query}>; rel=\"next\""));
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(LINK, link);
    }
    if said.is_old {
        response.headers_mut().insert(OLD, HeaderValue::from_static("true"));
    }
    response
}

async fn answer(api: &Arc<Api>, Address { needs, target, .. }: Address, request: Request) -> Answer {
    let (mut parts, content) = request.into_parts();
    target.check(&parts.method)?;
    if let Target::Everybody(answer) = target {
        return answer();
    }
    let token = admit(api, &parts).await?;
    if let Needs::Scope(scope) = needs
        && !token.scopes.contains(&scope)
    {
        return Err(Problem::Scope(scope));
    }
    let id = id(&mut parts).await;
    let now = api.now();
    let part = match target {
        Target::Part(_) => Part::of(parts.uri.query().unwrap_or_default())?,
        _ => Part::of("")?,
    };
    let content = match target {
        Target::Everybody(_) | Target::Domain(_) | Target::Company(_) | Target::Part(_) => Vec::new(),
        Target::Documents(_) => {
            let types = ["application/x-ndjson", "application/json"];
            let both = "`application/x-ndjson` or `application/json`";
            body(api, &parts, content, &types, both, MOST_DOCUMENTS).await?
        }
        Target::Act(_) => {
            body(api, &parts, content, &["application/json"], "`application/json`", MOST_BODY).await?
        }
    };
    blocking(api, move |api| {
        let call = Call { api, token: &token, now, part, body: content };
        match target {
            Target::Everybody(answer) => answer(),
            Target::Domain(answer) => answer(&call),
            Target::Company(answer)
            | Target::Part(answer)
            | Target::Documents(answer)
            | Target::Act(answer) => {
                let file = call.file(&id)?;
                answer(&call, &file)
            }
        }
    })
    .await
}

async fn id(parts: &mut Parts) -> String {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    params.ok().and_then(|all| all.iter().next().map(|(_, value)| value.to_owned())).unwrap_or_default()
}
