//! `ferrule load` and `ferrule play`.

use ferrule::sync::stored::Store as _;

use crate::commands_support::{Desk, SHOP, shop};

#[test]
fn the_same_documents_twice_change_nothing() {
    let desk = Desk::connected();
    assert_eq!(desk.well(&["load", SHOP]), "73 new, 0 changed, 0 the same as before\n");
    assert_eq!(desk.well(&["load", SHOP]), "0 new, 0 changed, 73 the same as before\n");
}

#[test]
fn layout_order_and_nulls_change_nothing_but_a_value_does() {
    let desk = Desk::connected();
    let first = r#"{"object":"customer","id":1,"name":"A","phone":null,"idInDomain":20}"#;
    let again =
        "[\n  {\"idInDomain\": 20,\n   \"name\": \"\\u0041\", \"id\": 1, \"object\": \"customer\"}\n]";
    let other = r#"{"object":"customer","id":1,"name":"B","idInDomain":20}"#;
    let load = |text| desk.run_with(&["load", "-"], text).out;
    assert_eq!(load(first), "1 new, 0 changed, 0 the same as before\n");
    assert_eq!(load(again), "0 new, 0 changed, 1 the same as before\n");
    assert_eq!(load(other), "0 new, 1 changed, 0 the same as before\n");
}

#[test]
fn what_breaks_its_shape_is_told_with_its_place_and_the_others_are_kept() {
    let desk = Desk::connected();
    let file = desk.write(
        "mixed.ndjson",
        "{\"object\":\"customer\",\"id\":1,\"name\":\"A\"}\n\
         {\"object\":\"customer\",\"id\":\"x\",\"name\":\"B\"}\n\
         {\"object\":\"custmer\",\"id\":3,\"name\":\"C\"}\n\
         {\"object\":\"class\",\"id\":4}\n\
         17\n\
         {\"object\":\"account\",\"name\":\"without an id\"}\n\
         {\"object\":\"customer\",\"id\":5,\"name\":\"E\"}\n",
    );
    let said = desk.run(&["load", &file]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.starts_with("2 new, 0 changed, 0 the same as before; 5 documents not kept"), "{said:?}");
    for place in ["mixed.ndjson:2:", "mixed.ndjson:3:", "mixed.ndjson:5:", "mixed.ndjson:6:"] {
        assert!(said.err.contains(place), "{place}: {said:?}");
    }
    assert!(said.err.contains("did you mean `customer`?"), "{said:?}");
    let kept = desk.store().all_documents(desk.file().id, None).unwrap();
    assert_eq!(kept.iter().map(|it| it.document.key.id.as_str()).collect::<Vec<_>>(), ["1", "5"]);
}

#[test]
fn a_file_that_cannot_be_read_does_not_hold_up_the_others() {
    let desk = Desk::connected();
    std::fs::create_dir(desk.path("in")).unwrap();
    desk.write("in/a.json", "{\"object\":");
    desk.write("in/b.json", &shop("vendors.json"));
    desk.write("in/c.json", "");
    let said = desk.run(&["load", &desk.path("in")]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("a.json:1:") && said.err.contains("c.json: the file is empty"), "{said:?}");
    assert!(said.out.contains(" new, 0 changed"), "{said:?}");
    for path in ["no/such", &desk.path("in/c.json"), &desk.write("d.json", "[]")] {
        let said = desk.run(&["load", path]);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    }
    let report: serde_json::Value =
        serde_json::from_str(&desk.run(&["load", &desk.path("in"), "--json"]).out).unwrap();
    assert_eq!(report["problems"].as_array().unwrap().len(), 2);
    assert!(report["same"].as_u64().unwrap() > 0);
}

#[test]
fn documents_are_queued_once() {
    let desk = Desk::connected();
    desk.well(&["load", SHOP]);
    let id = {
        let invoices: serde_json::Value = serde_json::from_str(&shop("invoices.json")).unwrap();
        invoices[0]["id"].to_string()
    };
    assert_eq!(desk.well(&["play", "invoice", &id, &id]), format!("queued: invoice {id}\n"));
    assert_eq!(desk.well(&["play", "invoice", &id]), format!("already queued: invoice {id}\n"));
    let said = desk.run(&["play", "invoice", "1", &id, "--json"]);
    let played: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &played["unknown"][0]["id"]), (1, &"1".into()));
    assert_eq!(played["already_queued"][0]["id"], *id);
    let all = desk.json(&["play", "--all"]);
    assert_eq!(all["queued"].as_array().unwrap().len(), 33);
    assert_eq!(all["left_out"].as_array().unwrap().len(), 1, "one that was voided: {all}");
    assert_eq!(all["drafts"], 2, "{all}");
    assert_eq!(
        desk.well(&["play", "--all"]),
        "35 documents: 0 queued, 34 already queued, 0 already done, 1 left out by the rules\n2 drafts among them: finalized, and locked, when the rules let them out\n"
    );
}

#[test]
fn what_cannot_be_played_is_told() {
    let desk = Desk::connected();
    desk.refused(&["play", "invoce", "1"], "did you mean `invoice`?");
    desk.refused(&["play", "partNumber", "1"], "exported only with a document that refers to it");
    desk.refused(&["play", "account", "1"], "is not exported");
    desk.refused(&["play", "invoice"], "name the ids");
    desk.refused(&["play"], "required");
    desk.refused(&["play", "customer", "qb-80000001-1"], "was imported");
    let said = desk.run(&["play", "invoice", "1"]);
    assert!(said.code == 1 && said.err.contains("Ferrule does not know invoice 1"), "{said:?}");
}

/// Many customers, one on each line, the one at `broken` without its end.
fn customers(count: usize, broken: Option<usize>) -> String {
    let line = |id: usize| match broken {
        Some(broken) if broken == id => "{\"object\":\"customer\",\n".to_owned(),
        _ => format!("{{\"object\":\"customer\",\"id\":{id},\"name\":\"Customer {id}\",\"strange\":{id}}}\n"),
    };
    (1..=count).map(line).collect()
}

#[test]
fn a_file_longer_than_what_is_read_at_once_is_loaded_as_a_whole() {
    let desk = Desk::connected();
    let long = customers(30_000, None);
    assert!(long.len() > 2 << 20);
    let file = desk.write("long.ndjson", &long);
    let said = desk.run(&["load", &file]);
    assert_eq!(said.out, "30000 new, 0 changed, 0 the same as before\n");
    assert!(said.err.contains("(30000 times, first here)"), "{}", said.err);
    let list = format!("[\n{}]", long.trim_end().replace('\n', ",\n"));
    let said = desk.run_with(&["load", "-", "--json"], &list);
    let told: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&told["same"], &told["new"], &told["more_problems"]), (&30_000.into(), &0.into(), &0.into()));
}

#[test]
fn of_a_file_that_breaks_off_nothing_is_kept_and_of_a_pipe_what_came_before() {
    let desk = Desk::connected();
    let broken = customers(30_000, Some(25_000));
    let file = desk.write("broken.ndjson", &broken);
    let said = desk.run(&["load", &file]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    assert!(
        said.err.contains("broken.ndjson:25001:1: not JSON: key must be a string [R601]"),
        "{}",
        said.err
    );
    assert_eq!(desk.store().all_documents(desk.file().id, None).unwrap().len(), 0);
    let said = desk.run_with(&["load", "-"], &broken);
    assert_eq!(said.code, 1);
    let kept = desk.store().all_documents(desk.file().id, None).unwrap().len();
    assert!(kept > 10_000 && kept < 25_000, "{kept}");
    assert!(said.out.starts_with(&format!("{kept} new, ")), "{}", said.out);
    let place = "<standard input>:25001:1: not JSON: key must be a string; the ";
    assert!(said.err.contains(place) && said.err.contains("documents before it were loaded"), "{}", said.err);
}

#[test]
fn of_very_many_problems_the_first_are_told() {
    let desk = Desk::connected();
    let file = desk.write("bad.ndjson", &"{\"object\":\"customer\"}\n".repeat(1200));
    let said = desk.run(&["load", &file]);
    assert!(said.err.lines().count() == 1001 && said.err.ends_with("more\n"), "{}", said.err);
    assert_eq!(said.code, 1);
}
