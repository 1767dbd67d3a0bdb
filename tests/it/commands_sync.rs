//! `ferrule status`, `errors`, `history`, `read`, `pause` and `doctor`, after a visit.

use ferrule::secrets::hash_password;
use ferrule::simulator::ManualClock;
use ferrule::sync::Status;
use ferrule::sync::stored::Store as _;

use crate::commands_support::{Desk, SHOP};
use crate::loop_support::{BEGIN, Break, Shop, program};

/// The sample shop, all of it played, after a visit that ended so.
fn visited(stop: Break) -> (Desk, Shop) {
    let desk = Desk::empty();
    let mut plating = Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEGIN));
    desk.well(&["load", SHOP]);
    desk.well(&["play", "--all"]);
    // The visits of the tests have a clock of their own: what was played is due then.
    plating.clock.advance(200_000_000);
    plating.visit(stop);
    (desk, plating)
}

#[test]
fn after_a_visit_the_errors_say_who_can_do_what() {
    let (desk, _shop) = visited(Break::Never);
    let status = desk.run(&["status"]);
    assert_eq!(status.code, 1, "{status:?}");
    assert!(status.out.contains("waiting") && status.out.contains("for: "), "{status:?}");
    let errors: serde_json::Value = serde_json::from_str(&desk.errors(&["--json"])).unwrap();
    let errors = errors.as_array().unwrap();
    assert!(errors.len() > 3);
    let told = desk.errors(&[]);
    assert!(told.ends_with(&format!("\n{} errors\n", errors.len())), "{told}");
    for error in errors {
        let (object, id) =
            (error["document"]["object"].as_str().unwrap(), error["document"]["id"].as_str().unwrap());
        let one = desk.errors(&[object, id]);
        let happened = error["error"]["happened"].as_str().unwrap();
        for words in [happened.lines().next().unwrap(), error["error"]["who"].as_str().unwrap()] {
            assert!(one.contains(words), "{words}: {one}");
        }
        assert!(one.contains("next try"), "{one}");
    }
    assert!(desk.errors(&["bill"]).len() < told.len());
    desk.refused(
        &["errors", "invoice", "1"],
        "invoice 1 is not in the queue. Ferrule does not know it: nobody has loaded it.",
    );
}

#[test]
fn the_history_shows_what_was_sent_and_answered() {
    let (desk, shop) = visited(Break::Never);
    let done =
        shop.jobs().into_iter().find(|job| job.document.object == "invoice" && job.attempts > 0).unwrap();
    let id = done.document.id.as_str();
    let told = desk.well(&["history", "invoice", id]);
    assert!(told.contains(&format!("InvoiceAdd for invoice {id}: done")), "{told}");
    assert!(!told.contains("CustomerQuery") && !told.contains('<'), "{told}");
    let full = desk.well(&["history", "invoice", id, "--full"]);
    assert!(
        full.contains("      <InvoiceAddRq requestID=") || full.contains("<InvoiceAddRq requestID="),
        "{full}"
    );
    assert!(full.contains("<InvoiceAddRs requestID="), "{full}");
    let all = desk.json(&["history"]);
    assert!(all.as_array().unwrap().len() > 2);
    assert_eq!(desk.json(&["history", "--limit", "1"]).as_array().unwrap().len(), 1);
    desk.refused(&["history", "invoice", "1"], "Ferrule does not know invoice 1");
    desk.refused(&["history", "invoice"], "<ID>");
    desk.refused(&["history", "--limit", "0"], "0");
}

#[test]
fn a_write_whose_answer_is_lost_is_on_show_until_its_fate_is_known() {
    let (desk, mut shop) = visited(Break::Never);
    let key = shop.load_json("customer", "9001", r#"{"object":"customer","id":9001,"name":"Zeta Tooling"}"#);
    desk.well(&["play", "customer", "9001"]);
    let turns = {
        let mut twin = 0;
        while shop.store.unanswered(shop.company).unwrap().is_empty() && twin < 9 {
            desk.well(&["play", "customer", "9001"]);
            shop.visit(Break::AfterProcessing(twin));
            twin += 1;
        }
        twin
    };
    assert!(turns > 0);
    let told = desk.run(&["status"]).out;
    assert!(told.contains("open write") && told.contains(&key.to_string()), "{told}");
    shop.restart();
    shop.visit(Break::Never);
    let told = desk.run(&["status"]).out;
    assert!(!told.contains("open write"), "{told}");
}

#[test]
fn a_read_is_asked_for_and_a_pause_holds_until_it_is_ended() {
    let desk = Desk::connected();
    assert_eq!(desk.well(&["read"]), "Lakeside Plating: the next visit reads everything\n");
    assert!(desk.file().is_read_asked);
    assert_eq!(desk.well(&["pause"]), "Lakeside Plating is paused\n");
    assert_eq!(desk.well(&["pause"]), "Lakeside Plating is paused already\n");
    let said = desk.run(&["read"]);
    assert!(said.err.contains("nothing is read until `ferrule pause --off`"), "{said:?}");
    let told = desk.well(&["status"]);
    assert!(told.contains("paused") && told.contains("asked for"), "{told}");
    assert_eq!(desk.json(&["pause", "--off"])["is_paused"], false);
    assert!(!desk.file().is_paused);
    assert_eq!(desk.well(&["pause", "--off"]), "Lakeside Plating was not paused\n");
}

#[test]
fn a_visit_is_overdue_after_twice_its_interval() {
    let desk = Desk::connected();
    let (store, rules) = (desk.store(), program());
    let contact = chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let status = |minutes: i64| {
        let now = contact + chrono::TimeDelta::minutes(minutes);
        Status::of(&*store, Some(&rules), &desk.file(), now).unwrap()
    };
    assert!(!status(1_000).is_overdue, "it never called");
    store.note_contact(desk.file().id, contact).unwrap();
    assert!(!status(20).is_overdue);
    assert!(status(21).is_overdue && status(21).needs_someone());
    let every = std::collections::BTreeMap::from([("import_every".to_owned(), 60.into())]);
    store.set_settings(desk.file().id, &every).unwrap();
    assert!(!status(120).is_overdue);
    assert_eq!(status(121).expected_every_minutes, 60);
}

#[test]
fn the_doctor_finds_what_is_wrong_and_copies() {
    let desk = Desk::connected();
    desk.well(&["load", SHOP]);
    let copy = desk.path("copy.db");
    let told = desk.well(&["doctor", "--backup", &copy]);
    assert!(told.contains("is sound: 1 company file") && told.contains("copy.db"), "{told}");
    desk.refused(&["doctor", "--backup", &copy], "already exists");
    let copied = ferrule::store::SqliteStore::open(copy.as_ref()).unwrap();
    assert_eq!(copied.all_documents(desk.file().id, None).unwrap().len(), 73);
    desk.refused(&["doctor", "--url", "http://example.com"], "is not https");
    let broken = std::collections::BTreeMap::from([("import_evry".to_owned(), 60.into())]);
    desk.store().set_settings(desk.file().id, &broken).unwrap();
    desk.refused(&["doctor"], "Lakeside Plating: the settings do not fit the rules");
    desk.store().set_settings(desk.file().id, &std::collections::BTreeMap::default()).unwrap();
    desk.store().set_password_hash(desk.file().id, "secret").unwrap();
    desk.refused(&["doctor"], "--new-password");
}

#[test]
fn the_doctor_tells_the_last_failure_and_its_fix() {
    let (desk, mut shop) = visited(Break::Never);
    desk.store().set_password_hash(desk.file().id, &hash_password(&"old".into()).unwrap()).unwrap();
    assert!(!desk.well(&["doctor"]).contains("what to do"));
    crate::web_integrations::fail(&mut shop);
    let told = desk.well(&["doctor"]);
    for part in [
        "Lakeside Plating: a visit failed ",
        " ago: The Web Connector could not reach QuickBooks.",
        "what to do: Start QuickBooks as the same Windows user",
        "`ferrule explain 0x80040401` says more",
        "is sound: 1 company file",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let json: serde_json::Value = serde_json::from_str(&desk.well(&["doctor", "--json"])).unwrap();
    assert_eq!(json["failures"][0]["code"], "0x80040401", "{json}");
    shop.wait(chrono::TimeDelta::hours(1));
    shop.visit(Break::Never);
    assert!(desk.well(&["doctor"]).contains("and later ones went well"));
}
