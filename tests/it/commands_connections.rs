//! `ferrule connections`: what it writes, `diff` reads, and says the same as the database.

use std::fmt::Write as _;

use ferrule::simulator::ManualClock;
use ferrule::sync::session::{Preview, Standing};
use ferrule::sync::stored::{DocumentKey, Store as _};
use ferrule::sync::{PlanView, Shown};
use serde_json::Value;

use crate::commands_support::{Desk, SHOP};
use crate::loop_support::{BEGIN, Break, Shop, root, rulebook};

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
    (desk, shop)
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
    assert!(all.as_array().unwrap().len() > 10, "{written}");
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
    let arguments = [
        "diff",
        "--steelhead",
        &documents,
        "--quickbooks",
        &responses,
        "--connections",
        &file,
        "--all",
        "--json",
    ];
    let said = assert_cmd::Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let of_files: Value = serde_json::from_slice(&said.stdout).unwrap();

    let rules = rulebook();
    let preview = Preview::load(shop.store.as_ref(), shop.company).unwrap();
    let planned = preview.plan(&rules.program, Standing::AsIs, &|_: &DocumentKey| true).unwrap();
    let shown = Shown { plan: &planned.plan, program: &rules.program, all: true };
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
    for fate in ["\"conflict\"", "\"quickbooks-changed\"", "\"left\""] {
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
