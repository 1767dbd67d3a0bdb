//! Documents that were imported become one with Steelhead's own.

use ferrule::people::{PeopleStore as _, Role};
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{Connection, DocumentKey, JobState, Store as _};
use ferrule::sync::{Action, ImportError, Imports, import_rows, is_of_record, merge_imports};

use crate::commands_support::Desk;
use crate::loop_support::{BEGIN, Break, Shop};
use crate::web_support::{location, open};

const ADD: &str = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>Walk-in</Name><Phone>937-555-0001</Phone></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>";

fn key(object: &str, id: &str) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_owned() }
}

fn read(shop: &mut Shop) {
    shop.clock.advance(7200);
    shop.visit(Break::Never);
}

/// A shop that has read a customer who was typed into QuickBooks.
fn with_walk_in(mut shop: Shop) -> Shop {
    shop.visit(Break::Never);
    shop.in_quickbooks(ADD);
    read(&mut shop);
    shop
}

/// Imports that customer; gives the record's id.
fn import(shop: &Shop) -> String {
    let file = shop.store.company_file(shop.company).unwrap();
    let imports = Imports::of(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
    let rows = imports.rows(Some("customer")).unwrap();
    let row = rows.iter().find(|row| row.name == "Walk-in").unwrap();
    import_rows::<ImportError>(shop.store.as_ref(), &shop.rules.program, &file, &[row], shop.now(), |_| {
        Ok(())
    })
    .unwrap();
    row.key.id.clone()
}

fn walk_in(id: u32, more: &str) -> String {
    format!(r#"{{"object":"customer","id":{id},"name":"Walk-in"{more}}}"#)
}

/// Loads documents as the command does.
fn load(shop: &Shop, all: &[(u32, String)]) -> ferrule::sync::Merging {
    for (id, json) in all {
        shop.load_json("customer", &id.to_string(), json);
    }
    let file = shop.store.company_file(shop.company).unwrap();
    merge_imports(shop.store.as_ref(), &shop.rules.program, &file, shop.now()).unwrap()
}

fn customers_of(shop: &Shop, record: &str) -> Vec<Connection> {
    let all = shop.store.connections(shop.company).unwrap();
    all.into_iter().filter(|it| it.record_id == record).collect()
}

fn action(shop: &Shop, id: &str) -> Action {
    let plan = shop.sessions.plan(shop.company).unwrap();
    let is_it = |step: &&ferrule::sync::Step| step.outcome.key.as_ref().is_some_and(|key| *key.id == *id);
    plan.steps.iter().find(is_it).unwrap().action()
}

#[test]
fn an_imported_document_is_read_and_never_rejected() {
    let shop = with_walk_in(Shop::new());
    let id = import(&shop);
    let plan = shop.sessions.plan(shop.company).unwrap();
    assert_eq!(plan.counts().rejected, 0);
    assert!(
        plan.steps.iter().all(|step| step.outcome.key.as_ref().is_none_or(|key| !key.id.starts_with("qb-")))
    );
    let imported = key("customer", &format!("qb-{id}"));
    let stored = shop.store.documents(shop.company, std::slice::from_ref(&imported)).unwrap().remove(0);
    let desk = Desk::empty();
    let file = desk.write("imported.json", &stored.document.json);
    let map = assert_cmd::Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(["map", "customer", &file])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(map.stdout).unwrap(), "", "there is nothing to send");
    assert_eq!(String::from_utf8(map.stderr).unwrap(), "no document needs a request\n");
}

#[test]
fn steelheads_own_document_takes_the_place_of_the_imported_one() {
    let mut shop = with_walk_in(Shop::new());
    let record = import(&shop);
    let imported = key("customer", &format!("qb-{record}"));
    let own = key("customer", "501");
    let merging = load(&shop, &[(501, walk_in(501, r#","phone":"937-555-0999""#))]);
    assert_eq!(merging.merged.len(), 1);
    assert_eq!((&merging.merged[0].imported, &merging.merged[0].document), (&imported, &own));
    let connections = customers_of(&shop, &record);
    assert_eq!(connections.iter().map(|it| &it.document).collect::<Vec<_>>(), [&own], "one connection");
    assert!(
        shop.store.documents(shop.company, std::slice::from_ref(&imported)).unwrap().is_empty(),
        "one row"
    );
    assert_eq!(shop.store.merged_into(shop.company, &imported).unwrap(), Some(own.clone()));
    let audit = shop.store.audit_of(shop.company, &own, 9).unwrap();
    assert_eq!(audit[0].said.details, format!("{imported} is {own} now"));
    assert_eq!(shop.store.examine().unwrap(), Vec::<String>::new());

    // That they are one changes nothing: what differs stays as it is.
    assert_eq!(action(&shop, "501"), Action::Unchanged);
    let requests = {
        shop.play(std::slice::from_ref(&own));
        shop.visit(Break::Never)
    };
    assert!(
        requests.iter().all(|it| !it.contains("CustomerMod") && !it.contains("CustomerAdd")),
        "{requests:?}"
    );
    assert_eq!(shop.job(&own).state, JobState::Done);
    // What Steelhead changes from then on goes.
    load(&shop, &[(501, walk_in(501, r#","phone":"937-555-0999","email":"ap@walk.test""#))]);
    assert_eq!(action(&shop, "501"), Action::Change);
    // Loaded once more, nothing happens.
    assert!(load(&shop, &[]).merged.is_empty());
}

#[test]
fn what_quickbooks_has_changed_since_the_import_is_told_of_the_document_that_took_its_place() {
    let mut shop = with_walk_in(Shop::new());
    let record = import(&shop);
    shop.file.edit(&record, "Phone", "937-555-0777");
    read(&mut shop);
    let merging = load(&shop, &[(501, walk_in(501, r#","phone":"937-555-0001""#))]);
    assert_eq!(merging.merged.len(), 1);
    let file = shop.store.company_file(shop.company).unwrap();
    let imports = Imports::of(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
    let updates = imports.updates(shop.store.as_ref(), &file, Some("customer")).unwrap();
    let told: Vec<_> =
        updates.iter().flat_map(|row| &row.fields).map(|it| (it.field.as_str(), it.new.as_str())).collect();
    assert!(told.contains(&("phone", "937-555-0777")), "{told:?}");
    let plan = shop.sessions.plan(shop.company).unwrap();
    let news = plan.steps.iter().filter(|step| step.has_news()).count();
    assert_eq!(news, 1, "and nothing of it is undone");
    assert_eq!(action(&shop, "501"), Action::Unchanged);
}

#[test]
fn it_is_the_same_when_the_document_was_there_before_the_import() {
    let shop = with_walk_in(Shop::new());
    load(&shop, &[(501, walk_in(501, ""))]);
    let record = import(&shop);
    let all = customers_of(&shop, &record);
    assert_eq!(all.iter().map(|it| it.document.id.as_str()).collect::<Vec<_>>(), ["501"]);
}

#[test]
fn of_two_that_may_be_it_none_is_taken_until_a_person_says_which() {
    let mut shop = with_walk_in(Shop::new());
    let record = import(&shop);
    let merging = load(&shop, &[(501, walk_in(501, "")), (502, walk_in(502, ""))]);
    assert!(merging.merged.is_empty());
    let held: Vec<_> = merging.held.iter().map(|it| it.document.id.as_str()).collect();
    assert_eq!(held, ["501", "502"]);
    let said = &merging.held[0].reason;
    assert!(said.contains(&format!("It may be customer qb-{record} (\"Walk-in\"), which was imported from QuickBooks, and so may customer 502.")), "{said}");
    assert_eq!((action(&shop, "501"), action(&shop, "502")), (Action::Reject, Action::Reject));
    shop.play(&[key("customer", "501")]);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("customer", "501")).state, JobState::Rejected);
    assert_eq!(customers_of(&shop, &record).len(), 1, "nothing was connected");

    let file = shop.store.company_file(shop.company).unwrap();
    let key_of =
        ferrule::sync::stored::RecordKey { record_type: "CustomerRet".to_owned(), id: record.clone() };
    ferrule::sync::connect(
        shop.store.as_ref(),
        &shop.rules.program,
        &file,
        &key("customer", "502"),
        &key_of,
        shop.now(),
    )
    .unwrap();
    let all = customers_of(&shop, &record);
    assert_eq!(
        all.iter().map(|it| it.document.id.as_str()).collect::<Vec<_>>(),
        ["502"],
        "it took the place"
    );
    assert!(shop.store.held(shop.company).unwrap().is_empty());
}

#[test]
fn a_record_that_was_renamed_since_is_not_taken_for_the_document_of_its_old_name() {
    for archives in [false, true] {
        let mut shop = with_walk_in(Shop::new());
        let record = import(&shop);
        shop.file.edit(&record, "Name", "Walk-in Customers");
        shop.file.edit(&record, "FullName", "Walk-in Customers");
        read(&mut shop);
        let merging = load(&shop, &[(501, walk_in(501, ""))]);
        assert!(merging.merged.is_empty());
        let said = &merging.held[0].reason;
        assert!(
            said.contains(
                "imported from QuickBooks as \"Walk-in\" and is called \"Walk-in Customers\" there by now"
            ),
            "{said}"
        );
        assert_eq!(action(&shop, "501"), Action::Reject, "it is not made a second time");
        if archives {
            let file = shop.store.company_file(shop.company).unwrap();
            let imported = key("customer", &format!("qb-{record}"));
            ferrule::sync::archive(shop.store.as_ref(), &file, &imported, true).unwrap();
            assert_eq!(action(&shop, "501"), Action::Create, "a person says that it is another one");
        }
    }
}

#[test]
fn the_old_page_leads_to_the_new_one() {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let shop = with_walk_in(Shop::over(pages.store.clone(), "acme", ManualClock::at(soon)));
    let record = import(&shop);
    let mut browser = pages.signed_in(Role::Viewer);
    let old = format!("/c/1/customers/qb-{record}");
    assert_eq!(browser.get(&old).status, 200);
    let plan = browser.get(&format!("/c/1/plan?object=customer&id=qb-{record}")).body;
    assert!(!plan.contains("cannot be read") && !plan.contains("whole number"), "{plan}");
    load(&shop, &[(501, walk_in(501, ""))]);
    let reply = browser.get(&old);
    assert_eq!((reply.status, location(&reply)), (303, "/c/1/customers/501"));
    assert!(browser.get("/c/1/customers/501").body.contains("Connected"));
    assert_eq!(browser.get("/c/1/customers/qb-1").status, 404);
    assert!(!browser.get("/c/1/customers").body.contains("qb-"));
}

#[test]
fn a_document_of_quickbooks_is_not_loaded_as_one_of_steelhead() {
    let desk = Desk::empty();
    Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEGIN));
    let file = desk.write("taken.json", r#"{"object":"customer","id":"qb-8-1","name":"Walk-in"}"#);
    let said = desk.run(&["load", &file]);
    assert!(
        said.code == 1 && said.err.contains("was imported from QuickBooks and has no id of Steelhead"),
        "{said:?}"
    );
    assert!(
        desk.store()
            .all_documents(desk.file().id, None)
            .unwrap()
            .iter()
            .all(|it| !is_of_record(&it.document.key))
    );
}

#[test]
fn an_update_takes_what_quickbooks_changed_and_no_phone_of_a_contact() {
    let mut shop = with_walk_in(Shop::new());
    let record = import(&shop);
    shop.file.edit(&record, "Contact", "Lee Park");
    read(&mut shop);
    let own = r#","phone":"937-555-0001","email":"ap@walk.test","contacts":[{"name":"Lee Park","phone":"937-555-0444"},{"name":"Ana"}]"#;
    load(&shop, &[(501, walk_in(501, own))]);
    shop.file.edit(&record, "Phone", "937-555-0777");
    read(&mut shop);
    let file = shop.store.company_file(shop.company).unwrap();
    let imports = Imports::of(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
    let rows = imports.updates(shop.store.as_ref(), &file, Some("customer")).unwrap();
    let rows: Vec<_> = rows.iter().filter(|row| row.document.id == "501").collect();
    let done =
        ferrule::sync::update_rows::<ImportError>(shop.store.as_ref(), &file, &rows, shop.now(), |_| Ok(()))
            .unwrap();
    assert_eq!(done.len(), 1);
    let stored = shop.store.documents(shop.company, &[key("customer", "501")]).unwrap().remove(0);
    let json: serde_json::Value = serde_json::from_str(&stored.document.json).unwrap();
    assert_eq!(json["phone"], "937-555-0777");
    assert_eq!(json["email"], "ap@walk.test", "QuickBooks has no e-mail, and takes none away");
    assert_eq!(
        json["contacts"],
        serde_json::json!([{ "name": "Lee Park", "phone": "937-555-0444" }, { "name": "Ana" }])
    );
}

#[test]
fn a_contact_who_has_the_companys_phone_keeps_it_when_the_company_gets_another() {
    let mut shop = with_walk_in(Shop::new());
    let record = import(&shop);
    shop.file.edit(&record, "Contact", "Lee Park");
    read(&mut shop);
    let contacts = serde_json::json!([{ "name": "Lee Park", "phone": "937-555-0001" }]);
    let own = format!(r#","phone":"937-555-0001","contacts":{contacts}"#);
    load(&shop, &[(501, walk_in(501, &own))]);
    // The record, and what both agreed on, have the contact with that phone by now.
    let file = || shop.store.company_file(shop.company).unwrap();
    ferrule::sync::agree_on_connected(shop.store.as_ref(), &shop.rules.program, &file()).unwrap();
    shop.file.edit(&record, "Phone", "937-555-0777");
    read(&mut shop);
    let file = shop.store.company_file(shop.company).unwrap();
    let imports = Imports::of(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
    let rows = imports.updates(shop.store.as_ref(), &file, Some("customer")).unwrap();
    let row = rows.iter().find(|row| row.document.id == "501").unwrap();
    let fields: Vec<&str> = row.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["phone"]);
    let json: serde_json::Value = serde_json::from_str(&row.updated.document.json).unwrap();
    assert_eq!((&json["phone"], &json["contacts"]), (&serde_json::json!("937-555-0777"), &contacts));
}
