//! What was answered over HTTP, for whoever counts it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};

use crate::connector::SERVICE_PATH;

/// What a request was for. Paths have ids in them, of which there is no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A call of the Web Connector.
    WebConnector,
    /// A program.
    Api,
    /// A file that pages are made of.
    Asset,
    /// News for a page, which go on for as long as it is open. The time is the one until they begin.
    Live,
    /// Whether the service is well.
    Health,
    /// A page or an action, for people.
    Page,
}

/// A request that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// What it was for.
    pub class: Class,
    /// The status of the answer.
    pub status: u16,
    /// How long it took until the answer began.
    pub took: Duration,
}

/// Takes note of answers; called from many threads, and not to block.
pub type Observer = Arc<dyn Fn(Served) + Send + Sync>;

impl Class {
    /// Its name, in small letters.
    pub fn name(self) -> &'static str {
        match self {
            Self::WebConnector => "web_connector",
            Self::Api => "api",
            Self::Asset => "asset",
            Self::Live => "live",
            Self::Health => "health",
            Self::Page => "page",
        }
    }

    /// That of a path.
    fn of(path: &str) -> Self {
        let is_below =
            |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match path {
            "/healthz" | "/readyz" => Self::Health,
            _ if is_below(SERVICE_PATH) => Self::WebConnector,
            _ if is_below("/api") => Self::Api,
            _ if is_below("/assets") => Self::Asset,
            _ if is_below("/live") => Self::Live,
            _ => Self::Page,
        }
    }
}

/// The same routes; each answer is told.
pub(super) fn observed(routes: Router, observer: Option<Observer>) -> Router {
    let Some(observer) = observer else { return routes };
    routes.layer(from_fn(move |request: Request, next: Next| {
        let observer = Arc::clone(&observer);
        let (class, began) = (Class::of(request.uri().path()), Instant::now());
        async move {
            let response = next.run(request).await;
            observer(Served { class, status: response.status().as_u16(), took: began.elapsed() });
            response
        }
    }))
}
