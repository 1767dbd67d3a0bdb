//! Lists of the HTTP API, which come in parts: the plan, what can be imported, what is not done.

use ferrule::people::Scope;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, Store as _};
use serde_json::{Value, json};

use crate::api_support::{Served, json_of, problem, serve};
use crate::loop_support::{BEGIN, Break, Shop, sample};

const SHOP: &str = "shop";

/// A server with the sample shop after a read, and a token for it.
fn read() -> (Served, Shop, String) {
    let served = serve(None);
    let mut shop = Shop::over(served.store.clone(), SHOP, ManualClock::at(BEGIN));
    shop.visit(Break::Never);
    let token = served.token(SHOP, "erp", &Scope::ALL, None);
    (served, shop, token)
}

fn path(shop: &Shop, what: &str) -> String {
    format!("company-files/{}/{what}", shop.company.0)
}

/// The address of the next part, as the answer says it, below the version.
fn next(head: &str) -> Option<String> {
    let link = head.lines().find_map(|line| line.strip_prefix("link: </api/v1/"))?;
    Some(link.strip_suffix(">; rel=\"next\"").unwrap().to_owned())
}

/// Every part of a list, one after the other.
fn parts(served: &Served, token: &str, first: &str) -> Vec<Value> {
    let (mut path, mut parts) = (Some(first.to_owned()), Vec::new());
    while let Some(here) = path {
        let reply = served.get(token, &here);
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(!reply.head.contains("ferrule-is-old"), "{reply:?}");
        parts.push(json_of(&reply));
        path = next(&reply.head);
        assert!(parts.len() < 100);
    }
    parts
}

fn joined(parts: &[Value]) -> Vec<Value> {
    parts.iter().flat_map(|part| part.as_array().unwrap().clone()).collect()
}

#[test]
fn the_plan_comes_in_parts_and_a_place_of_another_plan_is_refused() {
    let (served, shop, token) = read();
    shop.load(&["customers.json", "invoices.json"]);
    shop.load_json("invoice", "7", &json!({"object": "invoice", "id": 7, "total": []}).to_string());
    let whole = json_of(&served.get(&token, &path(&shop, "plan?limit=1000")));
    let steps = whole["steps"].as_array().unwrap();
    assert!(steps.len() > 3 && whole["unreadable"].as_array().unwrap().len() == 1, "{whole}");
    assert!(steps.iter().any(|step| step["action"] == "create" && step["request"]["qbxml"].is_string()));
    let parts = parts(&served, &token, &path(&shop, "plan?limit=2"));
    assert_eq!(parts.len(), (steps.len() + 1).div_ceil(2));
    assert!(parts.iter().all(|part| part["counts"] == whole["counts"]));
    let again: Vec<&Value> = parts.iter().flat_map(|part| part["steps"].as_array().unwrap()).collect();
    assert_eq!(again, steps.iter().collect::<Vec<_>>());
    assert_eq!(parts.last().unwrap()["unreadable"], whole["unreadable"]);
    let first = served.get(&token, &path(&shop, "plan?limit=2"));
    shop.load_json("customer", "9", &json!({"object": "customer", "id": 9, "name": "Nine"}).to_string());
    problem(&served.get(&token, &next(&first.head).unwrap()), 409);
}

#[test]
fn what_can_be_imported_comes_in_parts_as_the_command_lists_it() {
    let (served, shop, token) = read();
    let whole = json_of(&served.get(&token, &path(&shop, "imports?limit=1000")));
    let rows = whole.as_array().unwrap();
    assert!(rows.len() > 3 && rows.iter().all(|row| row["importable"] == true), "{whole}");
    assert!(rows.iter().all(|row| row["document"]["object"].is_string()), "{whole}");
    let parts = parts(&served, &token, &path(&shop, "imports?limit=2"));
    assert_eq!((parts.len(), &joined(&parts)), (rows.len().div_ceil(2), rows));
    let reader = served.token(SHOP, "reader", &[Scope::ReadStatus], None);
    problem(&served.get(&reader, &path(&shop, "imports")), 403);
    problem(&served.get(&reader, &path(&shop, "plan")), 403);
    problem(&served.get(&served.all(), &path(&shop, "imports")), 404);
}

#[test]
fn settings_that_do_not_fit_the_rules_are_a_conflict_and_no_failure() {
    let (served, shop, token) = read();
    let gone = json!({ "no_such_setting": "x" });
    shop.store.set_settings(shop.company, &serde_json::from_value(gone).unwrap()).unwrap();
    for what in ["plan", "imports"] {
        let reply = served.get(&token, &path(&shop, what));
        problem(&reply, 409);
        assert!(reply.body.contains("no_such_setting"), "{reply:?}");
    }
}

#[test]
fn errors_come_in_parts_and_none_is_missed_when_another_is_gone() {
    let (served, mut shop, token) = read();
    let wrong = |id: u64| {
        let customer = json!({"object": "customer", "id": id, "name": format!("A:B{id}")});
        shop.load_json("customer", &id.to_string(), &customer.to_string())
    };
    let keys: Vec<DocumentKey> = (901..=905).map(wrong).collect();
    shop.play(&keys);
    shop.visit(Break::Never);
    let whole = json_of(&served.get(&token, &path(&shop, "errors?limit=1000")));
    assert_eq!(whole.as_array().unwrap().len(), 5, "{whole}");
    let first = served.get(&token, &path(&shop, "errors?limit=2"));
    assert_eq!(joined(&parts(&served, &token, &path(&shop, "errors?limit=2"))), *whole.as_array().unwrap());
    // What was told already is played anew, so it is an error no more.
    let good = json!({"object": "customer", "id": 902, "name": "Fine"});
    shop.load_json("customer", "902", &good.to_string());
    shop.play(&keys[1..2]);
    let rest = joined(&parts(&served, &token, &next(&first.head).unwrap()));
    assert_eq!(rest, whole.as_array().unwrap()[2..]);
}

#[test]
fn a_part_that_makes_no_sense_is_refused() {
    let (served, shop, token) = read();
    for what in ["plan", "imports", "errors"] {
        for (query, status) in [
            ("limit=0", 400),
            ("limit=1001", 400),
            ("limit=-1", 400),
            ("limit=x", 400),
            ("limit=1&limit=1", 400),
            ("page=2", 400),
            ("after=", 409),
            ("after=x", 409),
            ("after=0.0", 409),
            ("after=99.99999999999999999999.x", 409),
            ("after=ffffffffffffffff.18446744073709551615", 409),
            (&*format!("after=0.0.{}", "x".repeat(2_000)), 409),
        ] {
            problem(&served.get(&token, &path(&shop, &format!("{what}?{query}"))), status);
        }
    }
    let invoice = sample("invoices.json", 1_031_042).to_string();
    assert_eq!(served.load(&token, shop.company, invoice.as_bytes()).status, 200);
}
