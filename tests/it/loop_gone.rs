//! Records that QuickBooks has no more: a person says which one took their place, or that a new one is made.

use chrono::TimeDelta;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{Connection, DocumentKey, JobState, Store};
use serde_json::json;

use crate::commands_support::Desk;
use crate::loop_support::{BEGIN, Break, Reply, Shop};

const DUNMORE: u64 = 301;

fn customer() -> DocumentKey {
    DocumentKey { object: "customer".to_owned(), id: DUNMORE.to_string() }
}

/// A shop whose customers are exported.
fn exported(mut shop: Shop) -> Shop {
    let keys = shop.load(&["customers.json", "terms.ndjson"]);
    let customers: Vec<_> = keys.into_iter().filter(|key| key.object == "customer").collect();
    shop.play(&customers);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer()).state, JobState::Done);
    shop.wait(TimeDelta::hours(1));
    shop
}

fn id_of(shop: &Shop, name: &str) -> Option<String> {
    shop.file.id_of("Customer", name).map(str::to_owned)
}

fn type_in(shop: &mut Shop, name: &str) -> String {
    let name = name.replace('&', "&amp;");
    shop.in_quickbooks(&format!("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"));
    id_of(shop, &name.replace("&amp;", "&")).unwrap()
}

fn change_phone(shop: &Shop) {
    let key = shop.change("customers.json", DUNMORE, |it| it["phone"] = json!("937-555-0001"));
    shop.play(std::slice::from_ref(&key));
}

#[test]
fn what_may_have_taken_its_place_is_offered_the_likeliest_first() {
    let mut shop = exported(Shop::new());
    let gone = id_of(&shop, "Dunmore Tool & Die").unwrap();
    shop.file.delete(&gone);
    let near = type_in(&mut shop, "Dunmore Tool & Dye");
    let same = type_in(&mut shop, "Dunmore Tool & Die");
    change_phone(&shop);
    shop.visit(Break::Never);
    let job = shop.job(&customer());
    assert_eq!(job.state, JobState::Waiting);
    let offered = job.error.unwrap().candidates;
    let ids: Vec<&str> = offered.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, [same.as_str(), near.as_str()]);
    assert_eq!(offered[0].name, "Dunmore Tool & Die");
    assert!(offered[0].changed_at.starts_with("20") && offered[0].record_type == "CustomerRet");
}

#[test]
fn what_is_gone_between_read_and_write_has_its_candidates_too() {
    let mut shop = exported(Shop::new());
    let gone = id_of(&shop, "Dunmore Tool & Die").unwrap();
    let near = type_in(&mut shop, "Dunmore Tool & Dye");
    change_phone(&shop);
    shop.visit_by(&mut |file, _, request| {
        if request.contains("CustomerModRq") {
            file.delete(&gone);
        }
        Reply::Deliver
    });
    let job = shop.job(&customer());
    assert_eq!(job.state, JobState::Waiting);
    let offered = job.error.unwrap().candidates;
    assert_eq!(offered.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), [near.as_str()]);
}

#[test]
fn the_command_that_is_offered_connects_the_document() {
    let desk = Desk::empty();
    let shop = Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEGIN));
    let mut shop = exported(shop);
    let gone = id_of(&shop, "Dunmore Tool & Die").unwrap();
    shop.file.delete(&gone);
    let same = type_in(&mut shop, "Dunmore Tool & Die");
    change_phone(&shop);
    shop.visit(Break::Never);
    let told = desk.well(&["errors", "customer", "301"]);
    let (_, command) = told.split_once("ferrule connect ").unwrap();
    let mut words = vec!["connect"];
    words.extend(command.lines().next().unwrap().split(' '));
    assert_eq!(words, ["connect", "customer", "301", "CustomerRet", &same]);
    assert!(desk.well(&words).contains("is connected to"));
    shop.play(&[customer()]);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer()).state, JobState::Done);
    let record = shop.file.record(&same).unwrap();
    assert_eq!(record.descend("Phone").and_then(|it| it.text()), Some("937-555-0001"));
}

#[test]
fn an_archived_connection_to_what_is_gone_lets_a_new_one_be_made() {
    let mut shop = exported(Shop::new());
    let gone = id_of(&shop, "Dunmore Tool & Die").unwrap();
    shop.file.delete(&gone);
    change_phone(&shop);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer()).state, JobState::Waiting);
    let connections = shop.store.connections(shop.company).unwrap();
    let own = connections.into_iter().find(|it| it.document == customer()).unwrap();
    shop.store.connect(shop.company, &Connection { is_archived: true, ..own }).unwrap();
    assert_eq!(id_of(&shop, "Dunmore Tool & Die"), None);
    let plan = shop.sessions.plan(shop.company).unwrap();
    assert!(plan.steps.iter().any(|step| step.request_id() == "customer-301" && step.sent_xml().is_some()));
    shop.play(&[customer()]);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer()).state, JobState::Done, "{:?}", shop.job(&customer()).error);
    let anew = id_of(&shop, "Dunmore Tool & Die").unwrap();
    assert_ne!(anew, gone);
    let connections = shop.store.connections(shop.company).unwrap();
    let own = connections.into_iter().find(|it| it.document == customer()).unwrap();
    assert_eq!((own.record_id, own.is_archived), (anew, false));
}

#[test]
fn the_plan_of_everything_sends_nothing_for_an_archived_document() {
    let shop = exported(Shop::new());
    let connections = shop.store.connections(shop.company).unwrap();
    let own = connections.into_iter().find(|it| it.document == customer()).unwrap();
    shop.store.connect(shop.company, &Connection { is_archived: true, ..own }).unwrap();
    let plan = shop.sessions.plan(shop.company).unwrap();
    assert!(!plan.steps.iter().any(|step| step.request_id() == "customer-301"));
}
