//! The HTTP API, as a program sees it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use chrono::{TimeDelta, Utc};
use ferrule::api::{Api, beside};
use ferrule::connector::service::{Pages, Proxies, Service};
use ferrule::people::{ApiSecret, ApiToken, ApiTokenStore as _, AuditAction, PeopleStore as _, Scope};
use ferrule::secrets::{Limits, Rate};
use ferrule::store::AnyStore;
use ferrule::sync::stored::{CompanyId, NewCompanyFile, Store as _};
use serde_json::{Value, json};

use crate::loop_support::{empty_store, rulebook, sample};
use crate::service_desk::{FakeDesk, config};
use crate::service_wire::{Reply, Wire};

const INVOICE: u64 = 1_031_042;

struct Served {
    store: Arc<AnyStore>,
    service: Service,
    acme: CompanyId,
    other: CompanyId,
    told: Arc<Mutex<Vec<String>>>,
}

fn serve(limits: Option<Limits>) -> Served {
    let store = empty_store();
    let company = |domain: &str| {
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
    let (acme, other) = (company("acme").unwrap(), company("other").unwrap());
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
    let pages = Pages { routes: axum::Router::new(), stop: Arc::new(|| {}) };
    let pages = beside(pages, &Arc::new(api));
    let service = Service::start_with(&config(), Arc::new(FakeDesk::default()), pages).unwrap();
    Served { store, service, acme, other, told }
}

impl Served {
    fn token(&self, domain: &str, name: &str, scopes: &[Scope], life: Option<TimeDelta>) -> String {
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

    fn all(&self) -> String {
        self.token("acme", "erp", &Scope::ALL, None)
    }

    fn send(&self, what: &str, headers: &str, body: &[u8]) -> Reply {
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head = format!("{what} HTTP/1.1\r\nHost: a\r\n{headers}{length}\r\n");
        Wire::to(self.service.address()).send([head.as_bytes(), body].concat()).reply().unwrap()
    }

    fn get(&self, token: &str, path: &str) -> Reply {
        self.send(&format!("GET /api/v1/{path}"), &bearer(token), b"")
    }

    fn load(&self, token: &str, company: CompanyId, body: &[u8]) -> Reply {
        let headers = bearer(token) + "Content-Type: application/x-ndjson\r\n";
        self.send(&format!("POST /api/v1/company-files/{}/documents", company.0), &headers, body)
    }

    fn play(&self, token: &str, body: &Value) -> Reply {
        let headers = bearer(token) + "Content-Type: application/json\r\n";
        let path = format!("POST /api/v1/company-files/{}/play", self.acme.0);
        self.send(&path, &headers, body.to_string().as_bytes())
    }

    fn acts(&self) -> Vec<String> {
        let entries = self.store.audit("acme", Some(self.acme), 100).unwrap();
        let told = |it: ferrule::people::AuditEntry| format!("{}: {}", it.said.person, it.said.action.name());
        entries.into_iter().rev().map(told).collect()
    }
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

#[track_caller]
fn problem(reply: &Reply, status: u16) {
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

#[test]
fn documents_come_in_once_are_played_and_stand_in_the_audit() {
    let served = serve(None);
    let token = served.all();
    let invoice = sample("invoices.json", INVOICE).to_string();
    let first = served.load(&token, served.acme, invoice.as_bytes());
    assert_eq!(first.status, 200, "{first:?}");
    let report = json_of(&first);
    assert_eq!((&report["new"], &report["same"], &report["not_kept"]), (&json!(1), &json!(0), &json!(0)));
    // In another layout, as a list, and after that nothing has changed.
    let pretty = serde_json::to_string_pretty(&json!([sample("invoices.json", INVOICE)])).unwrap();
    let again = json_of(&served.load(&token, served.acme, pretty.as_bytes()));
    assert_eq!((&again["new"], &again["changed"], &again["same"]), (&json!(0), &json!(0), &json!(1)));
    let id = INVOICE.to_string();
    let played = served.play(&token, &json!({"documents": [{"object": "invoice", "id": id}]}));
    assert_eq!(json_of(&played)["queued"], json!([{"object": "invoice", "id": id}]), "{played:?}");
    let status = json_of(&served.get(&token, &format!("company-files/{}/status", served.acme.0)));
    assert_eq!((&status["company"], &status["jobs"]["queued"]), (&json!("acme books"), &json!(1)));
    assert_eq!(served.acts(), ["token erp: load documents", "token erp: play"]);
    assert!(served.store.api_tokens(None).unwrap()[0].used_at.is_some());
    assert!(served.store.documents(served.other, &[]).unwrap().is_empty());
}

#[test]
fn shapes_are_those_of_the_commands() {
    let served = serve(None);
    let token = served.all();
    let mut invoice = sample("invoices.json", INVOICE);
    invoice["id"] = json!(null);
    let report = json_of(&served.load(&token, served.acme, format!("{invoice}\n{{}}\n").as_bytes()));
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(report["not_kept"], 2, "{report}");
    let played = json_of(&served.play(&token, &json!({"documents": [{"object": "invoice", "id": "1"}]})));
    let status = json_of(&served.get(&token, &format!("company-files/{}/status", served.acme.0)));
    let files = json_of(&served.get(&token, "company-files"));
    let errors = json_of(&served.get(&token, &format!("company-files/{}/errors", served.acme.0)));
    assert_eq!(errors, json!([]));
    let file = served.store.company_file(served.acme).unwrap();
    let program = &rulebook().program;
    let same = ferrule::told::status(served.store.as_ref(), Some(program), &file, Utc::now()).unwrap();
    assert_eq!(status, serde_json::to_value(same).unwrap());
    insta::assert_snapshot!(format!(
        "load: {}\nproblem: {}\nplay: {}\nstatus: {}\ncompany file: {}",
        keys(&report),
        keys(&report["problems"][0]),
        keys(&played),
        keys(&status),
        keys(&files[0])
    ), @r"
    load: changed held locked merged more_problems more_warnings new not_kept problems same warnings
    problem: code message path place
    play: already_done already_queued drafts left_out queued undecided unknown waiting
    status: company differs domain expected_every_minutes is_overdue is_paused is_read_asked jobs last_contact last_read last_sync open_session open_writes overtaken reconciled retried set_aside settled troubles unknown_characters user waiting window
    company file: company domain id user
    ");
}

#[test]
fn a_token_sees_its_domain_alone_and_does_what_its_scopes_say() {
    let served = serve(None);
    let token = served.all();
    let files = json_of(&served.get(&token, "company-files"));
    assert_eq!(files.as_array().unwrap().len(), 1);
    assert_eq!(files[0]["id"], served.acme.0);
    let (theirs, none) = (served.other.0, 99_999_999);
    for (what, body) in [("status", None), ("errors", None), ("documents", Some("{}")), ("play", Some("{}"))]
    {
        let ask = |id: i64| {
            let headers = bearer(&token) + "Content-Type: application/json\r\n";
            let method = if body.is_some() { "POST" } else { "GET" };
            served.send(
                &format!("{method} /api/v1/company-files/{id}/{what}"),
                &headers,
                body.unwrap_or_default().as_bytes(),
            )
        };
        problem(&ask(theirs), 404);
        // Nobody learns that there is one.
        assert_eq!(ask(theirs).body, ask(none).body);
    }
    let writer = served.token("acme", "writer", &[Scope::WriteDocuments], None);
    problem(&served.get(&writer, "company-files"), 403);
    problem(&served.play(&writer, &json!({"documents": []})), 403);
    let reader = served.token("acme", "reader", &[Scope::ReadStatus], None);
    problem(&served.load(&reader, served.acme, b"{}"), 403);
    problem(&served.get(&reader, &format!("company-files/{}/errors", served.acme.0)), 403);
}

#[test]
fn a_token_that_is_wrong_removed_or_expired_is_good_for_nothing_and_in_no_log() {
    let served = serve(None);
    let token = served.all();
    let expired = served.token("acme", "old", &Scope::ALL, Some(TimeDelta::seconds(-1)));
    let mut wrong = token.clone();
    let last = wrong.pop().unwrap();
    wrong.push(if last == 'a' { 'b' } else { 'a' });
    for other in [expired.as_str(), &wrong, "", "x", "ferrule_0123456789abcdef_a"] {
        let reply = served.get(other, "company-files");
        problem(&reply, 401);
        assert!(reply.head.contains("www-authenticate: Bearer"), "{reply:?}");
    }
    let get = |headers: &str| served.send("GET /api/v1/company-files", headers, b"").status;
    assert_eq!(get(""), 401);
    assert_eq!(get(&format!("Authorization: Basic {token}\r\n")), 401);
    assert_eq!(get(&bearer(&token).repeat(2)), 401);
    assert_eq!(get(&format!("Cookie: token={token}\r\n")), 401);
    assert_eq!(get(&bearer(&token).replace("Bearer", "bEARER")), 200);
    let mut entry = crate::web_support::entry();
    entry.action = AuditAction::RemoveToken;
    assert!(served.store.remove_api_token("acme", "ERP", &entry).unwrap());
    assert_eq!(get(&bearer(&token)), 401);
    let told = served.told.lock().unwrap().join("\n");
    assert!(told.contains("API token"), "{told}");
    for secret in [&token, &expired, &wrong] {
        assert!(!told.contains(secret.rsplit('_').next().unwrap()), "{told}");
    }
}

#[test]
fn calls_are_limited() {
    let served = serve(Some(Limits { user: Rate::new(3, 1), address: Rate::new(5, 1) }));
    let token = served.all();
    // The first call tells from where the token comes; those from there count apart.
    let codes: Vec<u16> = (0..5).map(|_| served.get(&token, "company-files").status).collect();
    assert_eq!(codes, [200, 200, 200, 200, 429]);
    problem(&served.get(&token, "company-files"), 429);
    problem(&served.get(&served.token("acme", "second", &Scope::ALL, None), "company-files"), 429);
}

#[test]
fn what_is_hostile_is_refused_and_keeps_nothing() {
    let served = serve(None);
    let token = served.all();
    let invoice = sample("invoices.json", INVOICE).to_string();
    let bodies: [&[u8]; 7] = [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"{\"a\": 1} nonsense",
        &[invoice.as_bytes(), b"\n{\"id\": "].concat(),
        &b"[".repeat(100_000),
    ];
    for body in bodies {
        let reply = served.load(&token, served.acme, body);
        problem(&reply, 400);
    }
    let path = format!("POST /api/v1/company-files/{}/documents", served.acme.0);
    let with = |headers: &str| served.send(&path, &(bearer(&token) + headers), invoice.as_bytes());
    for headers in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: application/json\r\nContent-Type: application/json\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
    ] {
        problem(&with(headers), 415);
    }
    let many = "{}\n".repeat(20_001);
    problem(&served.load(&token, served.acme, many.as_bytes()), 413);
    assert!(served.store.all_documents(served.acme, None).unwrap().is_empty());
    for id in ["0", "-1", "99999999999999999999999", "%00", "..%2f", "1e0"] {
        problem(&served.get(&token, &format!("company-files/{id}/status")), 404);
    }
    for play in [
        json!({}),
        json!([]),
        json!({"documents": []}),
        json!({"documents": [{"object": "invoice"}]}),
        json!({"documents": [{"object": "invoice", "id": 1e300}]}),
        json!({"documents": [{"object": "no such", "id": "1"}]}),
        json!({"documents": [{"object": "invoice", "id": "x".repeat(201)}]}),
    ] {
        problem(&served.play(&token, &play), 400);
    }
    for (what, status) in [
        ("GET /api", 404),
        ("GET /api/v1", 404),
        ("GET /api/v2/company-files", 404),
        ("GET /api/v1/company-files/", 404),
        ("OPTIONS /api/v1/company-files", 405),
        ("DELETE /api/v1/company-files", 405),
        (&*path.replace("POST", "GET"), 405),
    ] {
        let reply = served.send(what, &bearer(&token), b"");
        problem(&reply, status);
        assert_eq!(status == 405, reply.head.contains("allow: "), "{reply:?}");
    }
}
