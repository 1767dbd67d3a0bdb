//! A browser of the pages in process: their router is asked, nothing goes over a wire.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono::Utc;
use ferrule::people::{AuditAction, NewAuditEntry, NewPerson, PeopleStore as _, Role, Token};
use ferrule::store::SqliteStore;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// An administrator's browser.
pub struct Browser {
    routes: Router,
    runtime: Runtime,
    cookie: String,
    token: String,
}

impl Browser {
    /// Signed in.
    pub fn of(routes: Router, store: &SqliteStore) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        Self { routes, runtime, cookie: format!("ferrule={}", signed_in(store)), token: String::new() }
    }

    /// A page, and how long the server took.
    pub fn get(&mut self, path: &str) -> (Duration, String) {
        self.send(Request::get(path), String::new())
    }

    /// An action, and how long the server took. The page asked for before must have had a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Duration {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("token", &self.token).extend_pairs(fields);
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, body.finish()).0
    }

    fn send(&mut self, request: axum::http::request::Builder, body: String) -> (Duration, String) {
        let request = request.header("host", "localhost").header("cookie", &self.cookie);
        let request = request.body(Body::from(body)).unwrap();
        let path = request.uri().clone();
        let routes = self.routes.clone();
        let began = Instant::now();
        let (took, head, page) = self.runtime.block_on(async {
            let (head, body) = routes.oneshot(request).await.unwrap().into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            (began.elapsed(), head, String::from_utf8(body.to_vec()).unwrap())
        });
        assert!(head.status.is_success() || head.status.is_redirection(), "{path}: {}\n{page}", head.status);
        for cookie in head.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().unwrap());
        }
        if page.contains("name=\"token\" value=\"") {
            between(&page, "name=\"token\" value=\"", "\"").clone_into(&mut self.token);
        }
        (took, page)
    }

    fn keep(&mut self, cookie: &str) {
        let (value, rest) = cookie.split_once(';').unwrap();
        let name = value.split('=').next().unwrap();
        let mut all: Vec<&str> = self.cookie.split("; ").filter(|it| !it.starts_with(name)).collect();
        if !rest.contains("Max-Age=0") {
            all.push(value);
        }
        self.cookie = all.join("; ");
    }
}

fn signed_in(store: &SqliteStore) -> String {
    let [domain, person] = ["acme", "bench"].map(str::to_owned);
    let action = AuditAction::AddPerson;
    let entry = NewAuditEntry {
        at: Utc::now(),
        domain,
        company: None,
        person,
        action,
        about: None,
        details: String::new(),
    };
    let (link, token) = (Token::new().unwrap(), Token::new().unwrap());
    // Each browser has a person of its own.
    let name = format!("kim {}", link.expose());
    let new = NewPerson { domain: "acme".to_owned(), name, role: Role::Administrator };
    let person = store.add_person(&new, &link.hash(), Utc::now(), &entry).unwrap();
    store.sign_in(person, &token.hash(), Utc::now()).unwrap();
    token.expose().to_owned()
}

/// What stands between two texts, the first time.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split_once(before).map_or("", |(_, rest)| rest).split(after).next().unwrap_or_default()
}
