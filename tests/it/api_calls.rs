//! The HTTP API, as a program sees it: documents, tokens, limits, what is hostile.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use ferrule::people::{ApiTokenStore as _, AuditAction, Scope};
use ferrule::secrets::{Limits, Rate};
use ferrule::sync::stored::{Layers, Store as _};
use serde_json::{Value, json};

use crate::api_support::{bearer, json_of, problem, serve, serve_over};
use crate::loop_support::{rulebook, sample};
use crate::service_wire::Wire;

const INVOICE: u64 = 1_031_042;

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

#[test]
fn two_servers_over_one_database_count_calls_together() {
    let limits = || Some(Limits { user: Rate::new(4, 1), address: Rate::new(6, 1) });
    let first = serve(limits());
    let second = serve_over(first.store.clone(), limits(), Duration::from_secs(10));
    let token = first.all();
    let codes: Vec<u16> =
        (0..12).map(|call| [&first, &second][call % 2].get(&token, "company-files").status).collect();
    // With one server it is five: those of the address that is known, beside those of the token.
    assert!(codes.iter().filter(|code| **code == 200).count() <= 6, "{codes:?}");
    problem(&first.get(&token, "company-files"), 429);
    problem(&second.get(&token, "company-files"), 429);
}

#[test]
fn content_that_breaks_off_keeps_nothing() {
    let served = serve(None);
    let token = served.all();
    let head = format!(
        "POST /api/v1/company-files/{}/documents HTTP/1.1\r\nHost: a\r\n{}Content-Type: application/json\r\n",
        served.acme.0,
        bearer(&token)
    );
    let broken = format!("{head}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\nnonsense\r\n");
    problem(&Wire::to(served.service.address()).send(broken).reply().unwrap(), 408);
    assert!(served.store.all_documents(served.acme, None).unwrap().is_empty());
}

#[test]
fn whoever_finds_no_room_is_told_when_to_come_back() {
    let served = serve_over(crate::loop_support::empty_store(), None, Duration::from_millis(50));
    let token = served.all();
    let head = format!(
        "POST /api/v1/company-files/{}/documents HTTP/1.1\r\nHost: a\r\n{}Content-Type: application/json\r\n\
         Content-Length: 2\r\nExpect: 100-continue\r\n\r\n",
        served.acme.0,
        bearer(&token)
    );
    // Each of them is asked for its content only when there is room for it.
    let mut slow: Vec<Wire> = (0..4)
        .map(|_| {
            let mut wire = Wire::to(served.service.address());
            assert_eq!(wire.send(&head).reply().unwrap().status, 100);
            wire
        })
        .collect();
    let late = served.load(&token, served.acme, b"{}");
    problem(&late, 503);
    assert!(late.head.contains("retry-after: 5"), "{late:?}");
    assert_eq!(slow[0].send("{}").reply().unwrap().status, 200);
    assert_eq!(served.load(&token, served.acme, b"{}").status, 200);
}

#[test]
fn head_answers_as_get_does_without_the_content() {
    let served = serve(None);
    let token = served.all();
    for (path, status) in
        [("company-files", "200"), ("company-files/0/status", "404"), ("openapi.json", "200")]
    {
        let mut stream = TcpStream::connect(served.service.address()).unwrap();
        let headers = bearer(&token);
        write!(stream, "HEAD /api/v1/{path} HTTP/1.1\r\nHost: a\r\n{headers}Connection: close\r\n\r\n")
            .unwrap();
        let mut all = String::new();
        stream.read_to_string(&mut all).unwrap();
        assert_eq!(all.split(' ').nth(1), Some(status), "{all}");
        assert!(all.ends_with("\r\n\r\n"), "{all}");
    }
}

#[test]
fn layers_that_do_not_fit_the_rules_are_a_conflict_and_no_failure() {
    let served = serve(None);
    let token = served.all();
    let gone = Layers { on: vec!["paiment".to_owned()], ..Layers::default() };
    served.store.set_layers(served.acme, &gone).unwrap();
    let id = served.acme.0;
    let play = json!({"documents": [{"object": "invoice", "id": "1"}]});
    let refused = [
        served.load(&token, served.acme, b"{}"),
        served.play(&token, &play),
        served.get(&token, &format!("company-files/{id}/plan")),
        served.get(&token, &format!("company-files/{id}/imports")),
    ];
    for reply in refused {
        problem(&reply, 409);
        assert!(reply.body.contains("paiment") && reply.body.contains("ferrule layers --off"), "{reply:?}");
    }
    // How it is doing can be seen all the same.
    for what in ["status", "errors"] {
        assert_eq!(served.get(&token, &format!("company-files/{id}/{what}")).status, 200);
    }
}
