//! Three-way memory: only what Steelhead has changed since both sides agreed is sent.

use std::path::Path;
use std::sync::Arc;

use ferrule::document::{Origin, Value};
use ferrule::engine::{Choice, Decision, Fate, Links};
use ferrule::qbxml::Company;
use ferrule::sync::session::{Decided, Rulebook, SessionError};
use ferrule::sync::stored::{DocumentKey, JobState, Store as _};
use ferrule::sync::{Imports, PlanInputs, Planner, Source, adopt, connect};
use serde_json::json;

use crate::loop_support::{Break, Shop, rulebook, rules_with};
use crate::oracle;

/// A customer that QuickBooks does not have yet.
const NEW: u64 = 304;
/// One that it has, otherwise.
const KNOWN: u64 = 302;

fn customer(id: u64) -> DocumentKey {
    DocumentKey { object: "customer".to_owned(), id: id.to_string() }
}

fn shop_with(rules: Arc<Rulebook>) -> (Shop, String) {
    let mut shop = Shop::new();
    shop.rules = rules;
    shop.restart();
    shop.load(&["customers.json", "terms.ndjson"]);
    shop.play(&[customer(NEW)]);
    shop.visit(Break::Never);
    let id = shop.file.id_of("Customer", "Eastlake Stamping").unwrap().to_owned();
    (shop, id)
}

fn shop() -> (Shop, String) {
    shop_with(rulebook())
}

/// What a visit sends, once the customer is played.
fn sent(shop: &mut Shop, id: u64) -> String {
    shop.clock.advance(7200);
    shop.play(&[customer(id)]);
    let sent = shop.visit(Break::Never);
    sent.into_iter().filter(|it| it.contains("<CustomerMod>")).collect()
}

fn change(shop: &Shop, id: u64, field: &str, value: &str) {
    shop.change("customers.json", id, |it| it[field] = json!(value));
}

fn has(shop: &Shop, id: &str, path: &str) -> String {
    let record = shop.file.record(id).unwrap();
    record.descend(path).and_then(|it| it.text()).unwrap_or_default().to_owned()
}

fn conflict_of(rules: Arc<Rulebook>) -> (Shop, String, String) {
    let (mut shop, id) = shop_with(rules);
    assert!(shop.file.edit(&id, "Phone", "440-555-9999"));
    change(&shop, NEW, "phone", "440-555-1111");
    let sent = sent(&mut shop, NEW);
    (shop, id, sent)
}

#[test]
fn what_is_corrected_in_quickbooks_outlasts_every_export() {
    let (mut shop, id) = shop();
    assert!(shop.file.edit(&id, "Phone", "440-555-9999"));
    assert!(shop.file.edit(&id, "BillAddress/Addr3", "1 New St"));
    assert_eq!(sent(&mut shop, NEW), "");
    change(&shop, NEW, "email", "new@eastlake.test");
    let sent = sent(&mut shop, NEW);
    assert!(sent.contains("<Email>new@eastlake.test</Email>"), "{sent}");
    assert!(!sent.contains("<Phone>") && !sent.contains("Address"), "{sent}");
    assert_eq!(has(&shop, &id, "Phone"), "440-555-9999");
    assert_eq!(has(&shop, &id, "BillAddress/Addr3"), "1 New St");
    let (store, file) = (shop.store.clone(), shop.store.company_file(shop.company).unwrap());
    let imports = Imports::of(store.as_ref(), &shop.rules.program, &file).unwrap();
    let updates = imports.updates(store.as_ref(), &file, Some("customer")).unwrap();
    let fields: Vec<&str> = updates.iter().flat_map(|row| &row.fields).map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["billToAddress.address", "phone"], "and nothing that Steelhead has changed");
}

#[test]
fn where_both_have_changed_it_quickbooks_leads() {
    let (shop, id, sent) = conflict_of(rulebook());
    assert_eq!((sent.as_str(), has(&shop, &id, "Phone").as_str()), ("", "440-555-9999"));
    assert_eq!(shop.job(&customer(NEW)).state, JobState::Done);
}

#[test]
fn the_rules_say_who_leads() {
    fn lead(text: &str, lead: &str) -> String {
        text.replace(
            "invoice_contact(customer.contacts).phone\", ",
            &format!("invoice_contact(customer.contacts).phone\", lead: {lead}, "),
        )
    }
    let (shop, id, sent) = conflict_of(rules_with(&[("customer.yaml", |text| lead(text, "steelhead"))]));
    assert!(sent.contains("<Phone>440-555-1111</Phone>"), "{sent}");
    assert_eq!(has(&shop, &id, "Phone"), "440-555-1111");

    let (mut shop, id, sent) = conflict_of(rules_with(&[("customer.yaml", |text| lead(text, "ask"))]));
    assert_eq!(sent, "");
    let job = shop.job(&customer(NEW));
    let said = job.error.unwrap().happened;
    assert_eq!(job.state, JobState::Waiting);
    for value in ["440-555-9999", "440-555-1111", "both had 440-555-0155"] {
        assert!(said.contains(value), "{said}");
    }
    let file = shop.store.company_file(shop.company).unwrap();
    adopt(shop.store.as_ref(), &shop.rules.program, &file, &[customer(NEW)]).unwrap();
    let sent = self::sent(&mut shop, NEW);
    assert!(sent.contains("<Phone>440-555-1111</Phone>"), "{sent}");
    assert_eq!(
        (has(&shop, &id, "Phone").as_str(), shop.job(&customer(NEW)).state),
        ("440-555-1111", JobState::Done)
    );
    assert!(shop.file.edit(&id, "Phone", "440-555-0000"));
    assert_eq!(self::sent(&mut shop, NEW), "", "it was adopted once");
}

#[test]
fn a_first_connection_changes_nothing_and_what_steelhead_changes_then_goes() {
    let (mut shop, _) = shop();
    assert_eq!(sent(&mut shop, KNOWN), "");
    change(&shop, KNOWN, "email", "new@brightwater.test");
    let sent = sent(&mut shop, KNOWN);
    assert!(sent.contains("<Email>new@brightwater.test</Email>"), "{sent}");
    assert!(!sent.contains("<Phone>") && !sent.contains("Address"), "{sent}");
}

#[test]
fn a_connection_by_hand_agrees_on_what_is_there() {
    let (mut shop, _) = shop();
    let file = shop.store.company_file(shop.company).unwrap();
    let id = shop.file.id_of("Customer", "Brightwater Hydraulics").unwrap().to_owned();
    let record = ferrule::sync::stored::RecordKey { record_type: "CustomerRet".to_owned(), id };
    let store = shop.store.clone();
    connect(store.as_ref(), &shop.rules.program, &file, &customer(KNOWN), &record, shop.now()).unwrap();
    // Another version comes before anything is sent.
    change(&shop, KNOWN, "email", "new@brightwater.test");
    let sent = sent(&mut shop, KNOWN);
    assert!(sent.contains("<Email>new@brightwater.test</Email>"), "{sent}");
    assert!(!sent.contains("<Phone>"), "{sent}");
}

#[test]
fn what_was_sent_and_never_answered_is_known_all_the_same() {
    let mut shop = Shop::new();
    shop.load(&["customers.json", "terms.ndjson"]);
    shop.play(&[customer(NEW)]);
    shop.visit_by(&mut |_, _, request| {
        if request.contains("<CustomerAdd>") {
            crate::loop_support::Reply::Lose
        } else {
            crate::loop_support::Reply::Deliver
        }
    });
    shop.forget_answers();
    let id = shop.file.id_of("Customer", "Eastlake Stamping").unwrap().to_owned();
    assert!(shop.file.edit(&id, "Phone", "440-555-9999"));
    change(&shop, NEW, "email", "new@eastlake.test");
    let sent = sent(&mut shop, NEW);
    assert!(sent.contains("<Email>new@eastlake.test</Email>") && !sent.contains("<Phone>"), "{sent}");
}

/// What the rules fill where QuickBooks has nothing.
fn fills(text: &str) -> String {
    let phone = "invoice_contact(customer.contacts).phone\", ";
    text.replace(phone, &format!("{phone}when_empty: fill, "))
}

/// A customer that QuickBooks has without a phone, and otherwise in other things.
fn without_a_phone(rules: Arc<Rulebook>) -> (Shop, String) {
    let (mut shop, _) = shop_with(rules);
    let id = shop.file.id_of("Customer", "Brightwater Hydraulics").unwrap().to_owned();
    assert!(shop.file.edit(&id, "Phone", ""));
    (shop, id)
}

#[test]
fn a_first_connection_fills_what_the_rules_say_and_only_what_is_empty() {
    let (mut shop, id) = without_a_phone(rules_with(&[("customer.yaml", fills)]));
    let told = sent(&mut shop, KNOWN);
    let phone = crate::loop_support::sample("customers.json", KNOWN)["phone"].as_str().unwrap().to_owned();
    assert!(told.contains(&format!("<Phone>{phone}</Phone>")), "{told}");
    assert!(!told.contains("Address") && !told.contains("<Email>"), "{told}");
    assert_eq!(has(&shop, &id, "Phone"), phone);
    // Who empties it afterwards means it.
    assert!(shop.file.edit(&id, "Phone", ""));
    change(&shop, KNOWN, "email", "new@brightwater.test");
    let told = sent(&mut shop, KNOWN);
    assert!(told.contains("<Email>") && !told.contains("<Phone>"), "{told}");

    let (mut shop, id) = shop_with(rules_with(&[("customer.yaml", fills)]));
    let before = has(&shop, &id, "Phone");
    assert_eq!(sent(&mut shop, KNOWN), "", "what is there stays");
    assert_eq!(has(&shop, &id, "Phone"), before);
    let (mut shop, id) = without_a_phone(rulebook());
    assert_eq!((sent(&mut shop, KNOWN).as_str(), has(&shop, &id, "Phone").as_str()), ("", ""));
}

#[test]
fn what_is_to_be_filled_is_filled_though_the_visit_breaks_off_or_the_connection_was_made_by_hand() {
    let (mut shop, id) = without_a_phone(rules_with(&[("customer.yaml", fills)]));
    shop.clock.advance(7200);
    shop.play(&[customer(KNOWN)]);
    shop.visit_by(&mut |_, _, request| {
        if request.contains("<CustomerMod>") {
            crate::loop_support::Reply::Drop
        } else {
            crate::loop_support::Reply::Deliver
        }
    });
    assert_eq!(has(&shop, &id, "Phone"), "");
    shop.clock.advance(7200);
    shop.visit(Break::Never);
    shop.clock.advance(7200);
    shop.visit(Break::Never);
    assert_ne!(has(&shop, &id, "Phone"), "");

    let (mut shop, id) = without_a_phone(rules_with(&[("customer.yaml", fills)]));
    shop.clock.advance(7200);
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    let file = shop.store.company_file(shop.company).unwrap();
    let record = ferrule::sync::stored::RecordKey { record_type: "CustomerRet".to_owned(), id: id.clone() };
    let store = shop.store.clone();
    connect(store.as_ref(), &shop.rules.program, &file, &customer(KNOWN), &record, shop.now()).unwrap();
    assert!(sent(&mut shop, KNOWN).contains("<Phone>"));
    assert_ne!(has(&shop, &id, "Phone"), "");
}

/// Decides on elements of a customer, as its page does.
fn decide(shop: &Shop, id: u64, choices: &[(&str, Choice)]) -> Decided {
    let decided = shop.sessions.decide(shop.company, &customer(id), shop.now(), |_| {
        Ok::<_, SessionError>(choices.iter().map(|(path, choice)| ((*path).to_owned(), *choice)).collect())
    });
    decided.unwrap()
}

/// The differences that a customer's plan tells of, with what becomes of each.
fn fates(shop: &Shop, id: u64) -> Vec<(String, Fate)> {
    let plan = shop.sessions.preview(shop.company, &customer(id), shop.now()).unwrap().plan;
    let own =
        |step: &&ferrule::sync::Step| step.outcome.key.as_ref().is_some_and(|key| *key.id == *id.to_string());
    let (Decision::Keep(counterpart) | Decision::Connect(counterpart)) =
        &plan.steps.iter().find(own).unwrap().outcome.decision
    else {
        panic!("no counterpart");
    };
    counterpart.changes.iter().map(|it| (it.path.clone(), it.fate)).collect()
}

/// Steelhead has this phone, and an email of its own.
fn ours(shop: &Shop, phone: &str) {
    shop.change("customers.json", NEW, |it| {
        it["phone"] = json!(phone);
        it["email"] = json!("ours@eastlake.test");
    });
}

/// Both sides have changed the phone and the email of a customer.
fn doubly_contested() -> (Shop, String) {
    let (mut shop, id) = shop();
    assert!(shop.file.edit(&id, "Phone", "440-555-9999"));
    assert!(shop.file.edit(&id, "Email", "theirs@eastlake.test"));
    ours(&shop, "440-555-1111");
    assert_eq!(sent(&mut shop, NEW), "");
    let conflict = |path: &str| (path.to_owned(), Fate::Conflict);
    assert_eq!(fates(&shop, NEW), [conflict("Phone"), conflict("Email")]);
    (shop, id)
}

#[test]
fn a_conflict_is_decided_element_by_element() {
    let (mut shop, id) = doubly_contested();
    let done = decide(&shop, NEW, &[("Phone", Choice::Keep), ("Email", Choice::Send)]);
    assert_eq!(done, Decided::Noted { sent: 1, kept: 1 });
    assert_eq!(fates(&shop, NEW), [("Phone".to_owned(), Fate::Left), ("Email".to_owned(), Fate::Sent)]);
    let told = sent(&mut shop, NEW);
    assert!(told.contains("<Email>ours@eastlake.test</Email>") && !told.contains("<Phone>"), "{told}");
    assert_eq!(has(&shop, &id, "Phone"), "440-555-9999");
    assert_eq!(fates(&shop, NEW), [("Phone".to_owned(), Fate::Left)]);
    assert_eq!(sent(&mut shop, NEW), "", "it is decided once");
    // What was decided is agreed on: what Steelhead changes after that goes, and what QuickBooks changes stays.
    ours(&shop, "440-555-2222");
    assert!(sent(&mut shop, NEW).contains("<Phone>440-555-2222</Phone>"));
    assert!(shop.file.edit(&id, "Email", "later@eastlake.test"));
    assert_eq!(sent(&mut shop, NEW), "");
    assert_eq!(has(&shop, &id, "Email"), "later@eastlake.test");
}

#[test]
fn what_waits_for_a_decision_is_done_once_it_is_decided() {
    fn asks(text: &str) -> String {
        let phone = "invoice_contact(customer.contacts).phone\", ";
        text.replace(phone, &format!("{phone}lead: ask, "))
    }
    for (choice, phone) in [(Choice::Keep, "440-555-9999"), (Choice::Send, "440-555-1111")] {
        let (mut shop, id, told) = conflict_of(rules_with(&[("customer.yaml", asks)]));
        assert_eq!((told.as_str(), shop.job(&customer(NEW)).state), ("", JobState::Waiting));
        assert_eq!(fates(&shop, NEW), [("Phone".to_owned(), Fate::Asked)]);
        decide(&shop, NEW, &[("Phone", choice)]);
        sent(&mut shop, NEW);
        assert_eq!(
            (has(&shop, &id, "Phone").as_str(), shop.job(&customer(NEW)).state),
            (phone, JobState::Done)
        );
    }
}

#[test]
fn what_quickbooks_changes_after_a_decision_is_not_overwritten() {
    let (mut shop, id) = doubly_contested();
    decide(&shop, NEW, &[("Phone", Choice::Send)]);
    assert!(shop.file.edit(&id, "Phone", "440-555-3333"));
    assert_eq!(sent(&mut shop, NEW), "");
    assert_eq!(has(&shop, &id, "Phone"), "440-555-3333");
    assert!(fates(&shop, NEW).contains(&("Phone".to_owned(), Fate::Conflict)));
}

#[test]
fn what_differed_from_the_first_is_sent_once_somebody_says_so() {
    for is_connected in [false, true] {
        let (mut shop, _) = shop();
        if is_connected {
            assert_eq!(sent(&mut shop, KNOWN), "");
        }
        let left = fates(&shop, KNOWN);
        assert!(left.len() > 1 && left.iter().all(|(_, fate)| *fate == Fate::Left), "{left:?}");
        let choices: Vec<(&str, Choice)> =
            left.iter().map(|(path, _)| (path.as_str(), Choice::Send)).collect();
        assert_eq!(decide(&shop, KNOWN, &choices), Decided::Noted { sent: left.len(), kept: 0 });
        let told = sent(&mut shop, KNOWN);
        for (path, _) in &left {
            assert!(told.contains(&format!("<{path}>")), "{path}: {told}");
        }
        assert_eq!(fates(&shop, KNOWN), []);
    }
}

/// Steelhead gives each document its id, and names those that it refers to by theirs.
fn with_ids(json: &mut serde_json::Value, id: u64) {
    let Some(fields) = json.as_object_mut() else { return };
    fields.insert("id".to_owned(), json!(id));
    for value in fields.values_mut() {
        with_ids(value, id);
    }
}

/// Every record of a folder of responses that the rules import, exported as it is: nothing is changed.
fn import_and_export(folder: &Path) {
    let rules = rulebook();
    let program = &rules.program;
    let company = Company::load([folder]).unwrap();
    let settings: Vec<Value> = program.settings.values(&std::collections::BTreeMap::new()).unwrap();
    let context =
        ferrule::engine::Context { settings: &settings, company: &company, links: &Links::default() };
    let engine = ferrule::engine::Engine::new(program);
    let (mut sources, mut count) = (Vec::new(), 0_u64);
    for object in &program.objects {
        let Some(import) = &object.import else { continue };
        for record in import.from.iter().flat_map(|from| company.records(from)) {
            let Some(document) = engine.import(&object.name, import, record, context).document else {
                continue;
            };
            count += 1;
            let mut json = serde_json::to_value(&document).unwrap();
            with_ids(&mut json, count);
            let read = program.decoder.decode(&json.to_string(), &Origin::default()).unwrap();
            sources.push(Source { origin: Origin::default(), document: read.root });
        }
    }
    let plan = Planner::new(PlanInputs::new(program, &settings, &company), Links::default())
        .plan(sources, &|_, _| true);
    let counts = plan.counts();
    assert_eq!((counts.create, counts.change, counts.rejected), (0, 0, 0), "{counts}");
    assert!(counts.connect > 0, "{counts}");
    assert!(plan.steps.iter().all(|step| step.outcome.request().is_none()));
}

#[test]
fn import_and_export_change_nothing_in_the_sample_shop() {
    import_and_export(&crate::loop_support::root().join("fixtures/shop/quickbooks"));
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn import_and_export_change_nothing_in_intuits_samples() {
    import_and_export(&oracle::path("samples"));
}
