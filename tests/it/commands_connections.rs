//! `ferrule connections`: what it writes, `diff` reads, and says the same as the database.

use std::fmt::Write as _;

use ferrule::engine::Choice;
use ferrule::people::{AuditAction, PeopleStore as _};
use ferrule::simulator::ManualClock;
use ferrule::sync::session::{Decided, Preview, SessionError, Standing};
use ferrule::sync::stored::{DocumentKey, Store as _};
use ferrule::sync::{PlanView, Shown};
use serde_json::Value;

use crate::commands_support::{Desk, SHOP};
use crate::loop_support::{BEGIN, Break, Shop, root, rulebook, sample};

/// The sample shop after a visit, with changes on either side since, one of them on both.
fn shop() -> (Desk, Shop) {
    let desk = Desk::empty();
    let mut shop = Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEGIN));
    desk.well(&["load", SHOP]);
    desk.well(&["play", "--all"]);
    shop.clock.advance(200_000_000);
    shop.visit(Break::Never);
    let id = shop.file.id_of("Customer", "Eastlake Stamping").unwrap().to_owned();
    assert!(shop.file.edit(&id, "Phone", "440-555-9999"));
    assert!(shop.file.edit(&id, "Email", "theirs@eastlake.test"));
    shop.clock.advance(7200);
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    shop.change("customers.json", 304, |it| {
        it["phone"] = "440-555-1111".into();
        it["invoiceTerms"] = Value::Null;
    });
    decided_before_they_are_connected(&desk, &mut shop);
    (desk, shop)
}

/// Two customers of whom QuickBooks has records, and of whom nothing was played: of one a person has decided on the
/// phone, of the other all of Steelhead's values are to go.
fn decided_before_they_are_connected(desk: &Desk, shop: &mut Shop) {
    for (id, name) in [("9301", "Harbor Anodizing"), ("9302", "Inland Plating")] {
        shop.in_quickbooks(&format!(
            "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq requestID=\"1\"><CustomerAdd><Name>{name}</Name><Phone>216-555-0100</Phone><Email>theirs@harbor.test</Email></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"
        ));
        let mut document = sample("customers.json", 304);
        for (field, value) in [("name", name), ("phone", "216-555-0199"), ("email", "ours@harbor.test")] {
            document[field] = value.into();
        }
        document["id"] = id.parse::<u64>().unwrap().into();
        shop.load_json("customer", id, &document.to_string());
    }
    shop.clock.advance(7200);
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    let phone = vec![("Phone".to_owned(), Choice::Send)];
    let decided =
        shop.sessions.decide(shop.company, &customer("9301"), shop.now(), |_| Ok::<_, SessionError>(phone));
    assert_eq!(decided.unwrap(), Decided::Noted { sent: 1, kept: 0 });
    desk.well(&["play", "customer", "9302", "--adopt", "--by", "Dana"]);
}

fn customer(id: &str) -> DocumentKey {
    DocumentKey { object: "customer".to_owned(), id: id.to_owned() }
}

/// What a plan says of each document, without what tells of places in files.
fn steps(plan: &Value) -> Vec<Value> {
    let here = format!("{}/", root().display());
    let plan: Value = serde_json::from_str(&plan.to_string().replace(&here, "")).unwrap();
    let without = |step: &Value| {
        let mut step = step.clone();
        let fields = step.as_object_mut().unwrap();
        fields.remove("place");
        fields.remove("warnings");
        step
    };
    plan["steps"].as_array().unwrap().iter().map(without).collect()
}

#[test]
fn what_is_written_gives_the_plan_of_the_database() {
    let (desk, shop) = shop();
    let written = desk.well(&["connections"]);
    let file = desk.write("connections.json", &written);
    let all: Value = serde_json::from_str(&written).unwrap();
    let all = all.as_array().unwrap();
    assert!(all.len() > 10, "{written}");
    let unconnected: Vec<&Value> = all.iter().filter(|it| it["connected"] == false).collect();
    let said: Vec<_> = unconnected.iter().map(|it| (&it["id"], &it["decided"], &it["adopt"])).collect();
    let (yes, no) = (Value::Bool(true), Value::Null);
    assert_eq!(said, [(&"9301".into(), &yes, &no), (&"9302".into(), &no, &yes)]);
    // The documents and records of the database, as files.
    let documents: Vec<Value> = shop
        .store
        .all_documents(shop.company, None)
        .unwrap()
        .iter()
        .map(|it| serde_json::from_str(&it.document.json).unwrap())
        .collect();
    let documents = desk.write("documents.json", &serde_json::to_string(&documents).unwrap());
    let responses = desk.write("responses.xml", &responses(&shop));
    let arguments =
        ["--steelhead", &documents, "--quickbooks", &responses, "--connections", &file, "--all", "--json"];
    let said = diff(&arguments);
    let of_files: Value = serde_json::from_slice(&said.stdout).unwrap();

    let rules = rulebook();
    let preview = Preview::load(shop.store.as_ref(), shop.company).unwrap();
    let planned = preview.plan(&rules.program, Standing::AsIs, &|_: &DocumentKey| true).unwrap();
    let shown = Shown::whole(&planned.plan, &rules.program, true);
    let view = PlanView {
        counts: planned.plan.counts(),
        steps: shown,
        unreadable: Vec::new(),
        warnings: Vec::new(),
    };
    let of_store = serde_json::to_value(&view).unwrap();
    let (of_files_too, of_store) = (steps(&of_files), steps(&of_store));
    assert_eq!(of_files_too.len(), of_store.len());
    for (file, store) in of_files_too.iter().zip(&of_store) {
        assert_eq!(file, store);
    }
    let fates = of_files.to_string();
    for fate in ["\"conflict\"", "\"quickbooks-changed\"", "\"left\"", "216-555-0199"] {
        assert!(fates.contains(fate), "{fate}");
    }
}

/// All records of the database as one response of QuickBooks for each type.
fn responses(shop: &Shop) -> String {
    let mut all: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    shop.store
        .records(shop.company, &mut |record| {
            all.entry(record.key.record_type.clone()).or_default().push_str(&record.xml);
        })
        .unwrap();
    let mut text = String::from("<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs>");
    for (kind, records) in all {
        let query = format!("{}QueryRs", kind.trim_end_matches("Ret"));
        write!(
            text,
            "<{query} requestID=\"1\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">{records}</{query}>"
        )
        .unwrap();
    }
    text + "</QBXMLMsgsRs></QBXML>"
}

#[test]
fn it_is_noted_who_gave_up_the_values_of_quickbooks() {
    let (desk, shop) = shop();
    let known = shop.store.agreements(shop.company).unwrap().len();
    let said = desk.run(&["play", "customer", "304", "777", "--adopt", "--by", "Dana"]);
    assert_eq!(said.code, 1, "{said:?}");
    let noted = |id: &str| {
        let all = shop.store.audit_of(shop.company, &customer(id), 10).unwrap();
        all.into_iter().map(|it| (it.said.person, it.said.action)).collect::<Vec<_>>()
    };
    assert_eq!(noted("304"), [("Dana".to_owned(), AuditAction::Adopt)]);
    assert_eq!(noted("9302"), [("Dana".to_owned(), AuditAction::Adopt)]);
    // Of a document that is not there nothing is kept: it would count when it comes.
    assert_eq!(noted("777"), []);
    assert_eq!(shop.store.agreements(shop.company).unwrap().len(), known);
}

#[test]
fn an_entry_without_a_record_says_so() {
    let desk = Desk::empty();
    let file = desk.write("connections.yaml", "- { object: customer, id: 301 }\n");
    let arguments = ["--steelhead", SHOP, "--quickbooks", "fixtures/shop/quickbooks", "--connections", &file];
    let said = diff(&arguments);
    let told = String::from_utf8(said.stderr).unwrap();
    assert!(told.contains("connection 1: `id_in_quickbooks` is missing"), "{told}");
    assert_eq!(said.status.code(), Some(1));
}

/// `ferrule diff`, which reads no database.
fn diff(arguments: &[&str]) -> std::process::Output {
    assert_cmd::Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .arg("diff")
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}
