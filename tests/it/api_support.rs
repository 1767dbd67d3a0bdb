//! A server with the HTTP API, as a program sees it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use ferrule::api::{Api, beside};
use ferrule::connector::service::{Pages, Proxies, Service};
use ferrule::people::{ApiSecret, ApiToken, ApiTokenStore as _, AuditAction, PeopleStore as _, Scope};
use ferrule::secrets::{Limits, Rate};
use ferrule::store::AnyStore;
use ferrule::sync::stored::{CompanyId, NewCompanyFile, Store as _};
use serde_json::Value;

use crate::loop_support::{empty_store, rulebook};
use crate::service_desk::{FakeDesk, config};
use crate::service_wire::{Reply, Wire};

pub struct Served {
    pub store: Arc<AnyStore>,
    pub service: Service,
    pub acme: CompanyId,
    pub other: CompanyId,
    pub told: Arc<Mutex<Vec<String>>>,
}

/// A server whose calls are limited so, or not at all.
pub fn serve(limits: Option<Limits>) -> Served {
    serve_over(empty_store(), limits, Duration::from_secs(10))
}

/// One over that store, where a call waits so long for room in memory.
pub fn serve_over(store: Arc<AnyStore>, limits: Option<Limits>, room: Duration) -> Served {
    let known = |domain: &str| {
        let files = store.company_files().unwrap();
        files.iter().find(|file| file.made.domain == domain).map(|file| file.id)
    };
    let made = |domain: &str| {
        store.add_company_file(&NewCompanyFile {
            domain: domain.to_owned(),
            name: format!("{domain} books"),
            user_name: format!("{domain}-user"),
            password_hash: "none".to_owned(),
            owner_id: "{0f1b1c1d-0000-4000-8000-000000000001}".to_owned(),
            file_id: "{0f1b1c1d-0000-4000-8000-000000000002}".to_owned(),
            path: None,
        })
    };
    let company = |domain: &str| known(domain).unwrap_or_else(|| made(domain).unwrap());
    let (acme, other) = (company("acme"), company("other"));
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let journal = {
        let told = told.clone();
        Arc::new(move |event: &ferrule::connector::service::Event| {
            told.lock().unwrap().push(format!("{event} {event:?}"));
        })
    };
    let any = Rate::new(1_000_000, 60_000_000);
    let api = Api::new(store.clone(), rulebook(), (false, Proxies::None), Utc::now, journal).unwrap();
    let api = api.limited(limits.unwrap_or(Limits { user: any, address: any })).unwrap();
    let api = api.waiting(room);
    let pages = Pages { routes: axum::Router::new(), stop: Arc::new(|| {}) };
    let pages = beside(pages, &Arc::new(api));
    let service = Service::start_with(&config(), Arc::new(FakeDesk::default()), pages).unwrap();
    Served { store, service, acme, other, told }
}

impl Served {
    pub fn token(&self, domain: &str, name: &str, scopes: &[Scope], life: Option<TimeDelta>) -> String {
        let secret = ApiSecret::new().unwrap();
        let now = Utc::now();
        let token = ApiToken {
            public: secret.public().to_owned(),
            domain: domain.to_owned(),
            name: name.to_owned(),
            scopes: scopes.iter().copied().collect::<BTreeSet<_>>(),
            made_at: now,
            expires_at: life.map(|life| now + life),
            used_at: None,
        };
        let mut entry = crate::web_support::entry();
        entry.action = AuditAction::AddToken;
        self.store.add_api_token(&token, &secret.hash().unwrap(), &entry).unwrap();
        secret.expose()
    }

    pub fn all(&self) -> String {
        self.token("acme", "erp", &Scope::ALL, None)
    }

    pub fn send(&self, what: &str, headers: &str, body: &[u8]) -> Reply {
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head = format!("{what} HTTP/1.1\r\nHost: a\r\n{headers}{length}\r\n");
        Wire::to(self.service.address()).send([head.as_bytes(), body].concat()).reply().unwrap()
    }

    pub fn get(&self, token: &str, path: &str) -> Reply {
        self.send(&format!("GET /api/v1/{path}"), &bearer(token), b"")
    }

    pub fn load(&self, token: &str, company: CompanyId, body: &[u8]) -> Reply {
        let headers = bearer(token) + "Content-Type: application/x-ndjson\r\n";
        self.send(&format!("POST /api/v1/company-files/{}/documents", company.0), &headers, body)
    }

    pub fn play(&self, token: &str, body: &Value) -> Reply {
        let headers = bearer(token) + "Content-Type: application/json\r\n";
        let path = format!("POST /api/v1/company-files/{}/play", self.acme.0);
        self.send(&path, &headers, body.to_string().as_bytes())
    }

    pub fn acts(&self) -> Vec<String> {
        let entries = self.store.audit("acme", Some(self.acme), 100).unwrap();
        let told = |it: ferrule::people::AuditEntry| format!("{}: {}", it.said.person, it.said.action.name());
        entries.into_iter().rev().map(told).collect()
    }
}

pub fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

pub fn json_of(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

#[track_caller]
pub fn problem(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(reply.head.contains("content-type: application/problem+json"), "{reply:?}");
    assert!(!reply.head.contains("access-control") && !reply.head.contains("set-cookie"), "{reply:?}");
    let said = json_of(reply);
    assert_eq!(said["status"], status);
    assert!(
        said["title"].is_string() && said["detail"].as_str().is_some_and(|it| it.ends_with('.')),
        "{said}"
    );
}
