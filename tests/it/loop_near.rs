//! Names that QuickBooks has already, written otherwise: no second record is made without a word.

use ferrule::document::Code;
use ferrule::store::SqliteStore;
use ferrule::sync::stored::{Apart, Connection, DocumentKey, JobState, RecordKey, Store as _};
use ferrule::sync::{NotConnected, connect, referred, set_apart};

use crate::commands_support::Desk;
use crate::loop_support::{Break, Shop};
use crate::simulator_requests::document;

/// A shop whose QuickBooks has a customer with two blanks in its name, and an item below another one.
fn shop() -> Shop {
    let mut shop = Shop::new();
    let account = "<AccountRef><FullName>Plating Income</FullName></AccountRef>";
    let answer = shop.in_quickbooks(&document(&format!(
        "<CustomerAddRq><CustomerAdd><Name>Nadir  Metals</Name></CustomerAdd></CustomerAddRq>\
         <ItemServiceAddRq><ItemServiceAdd><Name>Nadir Parts</Name><SalesOrPurchase>{account}</SalesOrPurchase></ItemServiceAdd></ItemServiceAddRq>\
         <ItemServiceAddRq><ItemServiceAdd><Name>ND-1</Name><ParentRef><FullName>Nadir Parts</FullName></ParentRef><SalesOrPurchase>{account}</SalesOrPurchase></ItemServiceAdd></ItemServiceAddRq>"
    )));
    assert_eq!(answer.matches("statusCode=\"0\"").count(), 3, "{answer}");
    set(&shop, "income_account", "Plating Income");
    shop
}

fn set(shop: &Shop, name: &str, value: &str) {
    let mut settings = shop.store.company_file(shop.company).unwrap().settings;
    settings.insert(name.to_owned(), value.into());
    shop.store.set_settings(shop.company, &settings).unwrap();
}

fn names(shop: &Shop, kind: &str) -> Vec<String> {
    let all = shop.file.records(kind).filter_map(|node| node.child("FullName")?.text().map(str::to_owned));
    all.filter(|name| name.contains("Nadir") || name.contains("ND-1")).collect()
}

fn record(shop: &Shop, kind: &str, name: &str) -> RecordKey {
    let node =
        shop.file.records(kind).find(|node| node.child("FullName").and_then(|it| it.text()) == Some(name));
    let id = node.unwrap().child("ListID").unwrap().text().unwrap().to_owned();
    RecordKey { record_type: format!("{kind}Ret"), id }
}

fn customer(shop: &Shop) -> DocumentKey {
    shop.load_json(
        "customer",
        "7001",
        r#"{"object":"customer","id":7001,"idInDomain":7001,"name":"Nadir Metals"}"#,
    )
}

fn invoice(shop: &Shop, id: u32, customer: &str, part: &str) -> DocumentKey {
    let json = format!(
        r#"{{"object":"invoice","id":{id},"idInDomain":{id},"invoicedAtAsDate":"2026-03-12","finalizedAt":"2026-03-12T15:04:05+00:00","customer":{customer},"lines":[{{"id":1,"partNumber":{part},"items":[{{"id":2,"description":"Zinc","quantity":2,"rate":3,"subtotal":6}}]}}]}}"#
    );
    shop.load_json("invoice", &id.to_string(), &json)
}

const CUSTOMER: &str = r#"{"id":7001,"name":"Nadir Metals"}"#;
const PART: &str = r#"{"id":8001,"name":"ND-1"}"#;

fn invoices(shop: &Shop, number: &str) -> usize {
    let all = shop.file.records("Invoice");
    all.filter(|node| node.child("RefNumber").and_then(|it| it.text()) == Some(number)).count()
}

fn connected(shop: &Shop, document: &DocumentKey) -> Option<Connection> {
    shop.store.connections(shop.company).unwrap().into_iter().find(|it| it.document == *document)
}

#[test]
fn a_customer_of_nearly_that_name_is_held_until_it_is_connected() {
    let mut shop = shop();
    let (customer, part) = (customer(&shop), r#"{"id":8002,"name":"Nadir Clamp"}"#);
    let invoice = invoice(&shop, 9001, CUSTOMER, part);
    shop.play(&[customer.clone(), invoice.clone()]);
    shop.visit(Break::Never);
    assert_eq!(names(&shop, "Customer"), ["Nadir  Metals"], "no second customer");
    assert_eq!(invoices(&shop, "SH:9001"), 0, "the invoice waits for its customer");
    let job = shop.job(&customer);
    assert_eq!(job.state, JobState::Rejected);
    let error = job.error.unwrap();
    assert_eq!(error.code, Code::NearTwin.as_str());
    assert!(
        error.happened.contains("two blanks")
            && error.command.as_ref().unwrap().contains("connect customer 7001 --new"),
        "{error:?}"
    );
    let twin = record(&shop, "Customer", "Nadir  Metals");
    let first = error.candidates.first().map(|it| (it.record_type.clone(), it.id.clone()));
    assert_eq!(first, Some((twin.record_type.clone(), twin.id.clone())), "the first one that is offered");
    assert!(shop.job(&invoice).error.unwrap().happened.contains("two blanks"));

    let file = shop.store.company_file(shop.company).unwrap();
    connect(shop.store.as_ref(), &shop.rules.program, &file, &customer, &twin, shop.now()).unwrap();
    shop.play(&[customer.clone(), invoice.clone()]);
    shop.visit(Break::Never);
    assert_eq!(names(&shop, "Customer"), ["Nadir  Metals"]);
    assert_eq!((shop.job(&customer).state, shop.job(&invoice).state), (JobState::Done, JobState::Done));
    assert_eq!(invoices(&shop, "SH:9001"), 1);
}

#[test]
fn a_person_may_have_a_new_record_made_all_the_same() {
    let mut shop = shop();
    let customer = customer(&shop);
    shop.play(std::slice::from_ref(&customer));
    shop.visit(Break::Never);
    let file = shop.store.company_file(shop.company).unwrap();
    let say = |shop: &Shop, document: &DocumentKey| {
        set_apart(shop.store.as_ref(), &shop.rules.program, &file, document, "Kim", shop.now())
    };
    let said = say(&shop, &customer).unwrap();
    let expected = Apart {
        document: customer.clone(),
        name: "Nadir Metals".to_owned(),
        by: "Kim".to_owned(),
        at: shop.now(),
    };
    assert_eq!(
        (&said, shop.store.apart(shop.company).unwrap().as_slice()),
        (&expected, &[expected.clone()][..])
    );

    // Of another name nothing was said.
    let renamed = r#"{"object":"customer","id":7001,"idInDomain":7001,"name":"Nadir Métals"}"#;
    shop.load_json("customer", "7001", renamed);
    shop.play(std::slice::from_ref(&customer));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer).error.unwrap().code, Code::NearTwin.as_str(), "an accent is another name");
    shop.load_json("customer", "7001", &renamed.replace('é', "e"));
    shop.play(std::slice::from_ref(&customer));
    shop.visit(Break::Never);
    assert_eq!(names(&shop, "Customer"), ["Nadir  Metals", "Nadir Metals"]);
    assert!(matches!(say(&shop, &customer), Err(NotConnected::IsConnected { .. })));
    let unknown = DocumentKey { object: "customer".to_owned(), id: "1".to_owned() };
    assert!(matches!(say(&shop, &unknown), Err(NotConnected::NoDocument(_))));
}

#[test]
fn a_part_number_that_only_an_invoice_knows_is_connected_by_its_id() {
    let mut shop = shop();
    let invoice = invoice(&shop, 9002, r#"{"id":7003,"name":"Another Customer"}"#, PART);
    let part = DocumentKey { object: "partNumber".to_owned(), id: "8001".to_owned() };
    let file = shop.store.company_file(shop.company).unwrap();
    let (store, rules) = (shop.store.clone(), shop.rules.clone());
    let program = &rules.program;
    assert!(referred(store.as_ref(), program, &file, &part).unwrap().is_some());
    let other = DocumentKey { id: "8009".to_owned(), ..part.clone() };
    assert_eq!(referred(store.as_ref(), program, &file, &other).unwrap(), None);
    // The records must have been read.
    shop.visit(Break::Never);
    let item = record(&shop, "ItemService", "Nadir Parts:ND-1");
    let refused = connect(store.as_ref(), program, &file, &other, &item, shop.now());
    assert!(matches!(refused, Err(NotConnected::NoDocument(_))));
    connect(store.as_ref(), program, &file, &part, &item, shop.now()).unwrap();
    assert_eq!(connected(&shop, &part).map(|it| it.record()), Some(item));
    shop.play(std::slice::from_ref(&invoice));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&invoice).state, JobState::Done, "{:?}", shop.job(&invoice).error);
    assert_eq!(names(&shop, "ItemService"), ["Nadir Parts", "Nadir Parts:ND-1"], "no second item");
}

#[test]
fn a_sub_item_of_that_name_is_told_of_and_found_where_the_setting_says_so() {
    let mut shop = shop();
    let first = invoice(&shop, 9003, r#"{"id":7003,"name":"Another Customer"}"#, PART);
    shop.visit(Break::Never);
    let warnings = |shop: &Shop| {
        let plan = shop.sessions.plan(shop.company).unwrap();
        let step = plan.steps.iter().find(|step| step.object == "partNumber").unwrap();
        let notes = step.outcome.warnings.iter().filter(|note| note.code == Code::NearlyThere);
        notes.map(|note| note.message.clone()).collect::<Vec<_>>()
    };
    let told = warnings(&shop);
    assert!(told.len() == 1 && told[0].contains("it stands below `Nadir Parts`"), "{told:?}");
    set(&shop, "part_number_parents", "Other; Nadir Parts");
    assert_eq!(warnings(&shop), [""; 0]);
    shop.play(std::slice::from_ref(&first));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&first).state, JobState::Done, "{:?}", shop.job(&first).error);
    assert_eq!(names(&shop, "ItemService"), ["Nadir Parts", "Nadir Parts:ND-1"], "no second item");
}

#[test]
fn what_a_person_said_stays_when_the_store_is_opened_again() {
    let desk = Desk::connected();
    let file = desk.file();
    let said = Apart {
        document: DocumentKey { object: "customer".to_owned(), id: "1".to_owned() },
        name: "Acme".to_owned(),
        by: "Kim".to_owned(),
        at: ferrule::sync::stored::Moment::default(),
    };
    let before = desk.store().company_file(file.id).unwrap().revision;
    desk.store().set_apart(file.id, &said).unwrap();
    let again = Apart { name: "Acme Ltd".to_owned(), ..said };
    desk.store().set_apart(file.id, &again).unwrap();
    let store = SqliteStore::open(&desk.database()).unwrap();
    assert_eq!(store.apart(file.id).unwrap(), [again], "what was said last counts");
    assert!(store.company_file(file.id).unwrap().revision > before, "plans are made anew");
}
