//! Every address of the API: what a token needs for it, and what answers.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts as _, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header::CONTENT_TYPE};
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;

use super::answers::{self, Answer, Call};
use super::enter::{admit, blocking, body};
use super::problem::Problem;
use super::room::Api;
use crate::connector::service::{Event, Pages, protect};
use crate::people::Scope;
use crate::sync::stored::CompanyFile;

/// The longest body with documents, in bytes.
const MOST_DOCUMENTS: usize = 32 << 20;
/// The longest other body, in bytes.
const MOST_BODY: usize = 1 << 20;

type OfCompany = fn(&Call<'_>, &CompanyFile) -> Answer;

/// What is served at an address.
#[derive(Clone, Copy)]
enum Target {
    /// Something of the domain.
    Domain(fn(&Call<'_>) -> Answer),
    /// Something of a company file.
    Company(OfCompany),
    /// Documents for a company file.
    Documents(OfCompany),
    /// Something that is done to a company file, as a JSON object says.
    Act(OfCompany),
}

const TABLE: &[(&str, Scope, Target)] = &[
    ("/api/v1/company-files", Scope::ReadStatus, Target::Domain(answers::company_files)),
    ("/api/v1/company-files/{id}/status", Scope::ReadStatus, Target::Company(answers::status)),
    ("/api/v1/company-files/{id}/errors", Scope::ReadErrors, Target::Company(answers::errors)),
    ("/api/v1/company-files/{id}/documents", Scope::WriteDocuments, Target::Documents(answers::load)),
    ("/api/v1/company-files/{id}/play", Scope::PlayDocuments, Target::Act(answers::play)),
];

/// The API beside pages.
pub fn beside(pages: Pages, api: &Arc<Api>) -> Pages {
    let mut routes = Router::new();
    for &(path, scope, target) in TABLE {
        let api = Arc::clone(api);
        routes = routes.route(path, any(move |request| serve(api, scope, target, request)));
    }
    for path in ["/api", "/api/", "/api/{*rest}"] {
        routes = routes.route(path, any(|| async { Problem::NotFound }));
    }
    let is_secure = api.is_secure;
    let routes = routes.layer(from_fn(move |request, next| protect(is_secure, request, next)));
    Pages { routes: pages.routes.merge(routes), ..pages }
}

async fn serve(api: Arc<Api>, scope: Scope, target: Target, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    match answer(&api, scope, target, request).await {
        Ok(body) => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
        Err(problem) => {
            if let Problem::Failed(why) = &problem {
                (api.journal)(&Event::PageFailed { path, why: why.clone() });
            }
            problem.into_response()
        }
    }
}

async fn answer(api: &Arc<Api>, scope: Scope, target: Target, request: Request) -> Answer {
    let (mut parts, content) = request.into_parts();
    target.check(&parts.method)?;
    let token = admit(api, &parts).await?;
    if !token.scopes.contains(&scope) {
        return Err(Problem::Scope(scope));
    }
    let id = id(&mut parts).await;
    let now = api.now();
    let content = match target {
        Target::Domain(_) | Target::Company(_) => Vec::new(),
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
        let call = Call { api, token: &token, now, body: content };
        match target {
            Target::Domain(answer) => answer(&call),
            Target::Company(answer) | Target::Documents(answer) | Target::Act(answer) => {
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

impl Target {
    fn check(self, method: &Method) -> Result<(), Problem> {
        let is_read = matches!(self, Self::Domain(_) | Self::Company(_));
        match (is_read, method) {
            (true, &Method::GET | &Method::HEAD) | (false, &Method::POST) => Ok(()),
            (true, _) => Err(Problem::Method("GET, HEAD")),
            (false, _) => Err(Problem::Method("POST")),
        }
    }
}
