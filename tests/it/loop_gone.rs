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
    let told = desk.errors(&["customer", "301"]);
    let (_, command) = told.split_once("ferrule connect ").unwrap();
    let mut words = vec!["connect"];
    words.extend(command.lines().next().unwrap().split(' '));
    assert_eq!(words, ["connect", "customer", "301", "CustomerRet", &same]);
    assert!(desk.well(&words).contains("is connected to"));
    let file = shop.store.company_file(shop.company).unwrap();
    ferrule::sync::adopt(shop.store.as_ref(), &shop.rules.program, &file, &[customer()]).unwrap();
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

/// An invoice or a bill that someone deleted and typed in anew: offered is what is like it, and why.
#[test]
fn candidates_for_a_transaction_are_compared_and_it_is_said_in_what_they_are_alike() {
    for (file, id, kind, number) in
        [("invoices.json", 1_031_042, "Invoice", "SH:1042"), ("bills.json", 46_802, "Bill", "4471902-03")]
    {
        let mut shop = Shop::new();
        let names =
            ["customers.json", "vendors.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson"];
        shop.load(&names);
        shop.load(&["invoices.json", "bills.json"]);
        let key = DocumentKey { object: kind.to_lowercase(), id: id.to_string() };
        shop.play(std::slice::from_ref(&key));
        shop.visit(Break::Never);
        assert_eq!(shop.job(&key).state, JobState::Done, "{:?}", shop.job(&key).error);
        let gone = shop.file.ids_of_number(kind, number).remove(0).to_owned();
        let made = shop.file.record(&gone).unwrap().to_xml();
        let copy = |shop: &mut Shop, number: &str, day: &str, each: &str| {
            let answer = shop.in_quickbooks(&add(kind, &made, number, day, each));
            assert!(answer.contains("statusCode=\"0\""), "{answer}");
            shop.file.ids_of_number(kind, number).remove(0).to_owned()
        };
        let day = |shift: i64| {
            let (_, rest) = made.split_once("<TxnDate>").unwrap();
            let date: chrono::NaiveDate = rest[..10].parse().unwrap();
            (date + TimeDelta::days(shift)).to_string()
        };
        let other_total = copy(&mut shop, "H-1", &day(0), "9.99");
        let later = copy(&mut shop, "H-2", &day(2), "");
        let earlier = copy(&mut shop, "H-3", &day(-9), "");
        copy(&mut shop, "H-4", &day(90), "9.99");
        shop.file.delete(&gone);
        shop.wait(TimeDelta::hours(1));
        shop.change(file, id, |it| it["customInputs"] = json!({ "Note": "again" }));
        shop.play(std::slice::from_ref(&key));
        shop.visit(Break::Never);
        let job = shop.job(&key);
        assert_eq!(job.state, JobState::Waiting);
        let offered = job.error.unwrap().candidates;
        let told: Vec<(&str, String)> =
            offered.iter().map(|it| (it.id.as_str(), it.why.join(", "))).collect();
        let party = if kind == "Invoice" { "customer" } else { "vendor" };
        let words = |rest: &str| format!("same {party}, {rest}");
        let expected = [
            (later.as_str(), words("same total, 2 days later")),
            (earlier.as_str(), words("same total, 9 days earlier")),
            (other_total.as_str(), words("same day")),
        ];
        assert_eq!(told, expected, "{kind}");
    }
}

/// The request that types a transaction in as another one is, with this number and date, and `each` as the
/// price of every line if that is given.
fn add(kind: &str, made: &str, number: &str, day: &str, each: &str) -> String {
    let find = |name: &str| {
        let (_, rest) = made.split_once(&format!("<{name}>")).unwrap();
        rest.split_once(&format!("</{name}>")).unwrap().0.to_owned()
    };
    let party = if kind == "Invoice" { "CustomerRef" } else { "VendorRef" };
    let price = |there: &str| if each.is_empty() { there.to_owned() } else { each.to_owned() };
    let mut lines = String::new();
    if kind == "Invoice" {
        for line in made.split("<InvoiceLineRet>").skip(1) {
            let (_, item) = line.split_once("<ItemRef>").unwrap();
            let item = item.split_once("</ItemRef>").unwrap().0;
            let (_, amount) = line.split_once("<Amount>").unwrap();
            let amount = price(amount.split_once('<').unwrap().0);
            lines += "<InvoiceLineAdd><ItemRef>";
            lines = lines + item + "</ItemRef><Amount>" + &amount + "</Amount></InvoiceLineAdd>";
        }
    } else {
        let (account, amount) = (find("AccountRef"), price(&find("Amount")));
        lines = format!(
            "<ExpenseLineAdd><AccountRef>{account}</AccountRef><Amount>{amount}</Amount></ExpenseLineAdd>"
        );
    }
    let body = format!(
        "<{party}>{}</{party}><TxnDate>{day}</TxnDate><RefNumber>{number}</RefNumber>{lines}",
        find(party)
    );
    format!(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><{kind}AddRq><{kind}Add>{body}</{kind}Add></{kind}AddRq></QBXMLMsgsRq></QBXML>"
    )
}

#[test]
fn of_several_records_the_likeliest_is_offered_and_none_that_is_anothers() {
    let mut shop = exported(Shop::new());
    let taken = id_of(&shop, "Dunmore Tool & Die").unwrap();
    // A second document of the same name: the record is the first one's, and never offered.
    let second = shop.change("customers.json", DUNMORE, |it| it["id"] = json!(999));
    let near = type_in(&mut shop, "Dunmore Tool & Dye");
    shop.play(std::slice::from_ref(&second));
    shop.visit(Break::Never);
    let job = shop.job(&second);
    let error = job.error.unwrap();
    assert_eq!(job.state, JobState::Rejected);
    assert!(error.happened.contains("is the counterpart of customer 301 already"), "{error:?}");
    let offered: Vec<_> = error.candidates.iter().map(|it| (it.id.as_str(), it.why.join(", "))).collect();
    assert_eq!(offered, [(near.as_str(), "a name like it".to_owned())]);
    assert!(!offered.iter().any(|(id, _)| *id == taken));
    assert!(error.how.starts_with("If the document belongs to one of these records"), "{error:?}");
}

/// An item that is known only from the invoices it stands on.
#[test]
fn an_item_that_is_gone_is_named_before_its_invoice_is_sent() {
    let mut shop = Shop::new();
    shop.load(&["customers.json", "terms.ndjson", "products.ndjson"]);
    let invoice = |shop: &Shop, id: u64| {
        shop.change("invoices.json", 1_031_042, |it| {
            it["id"] = json!(id);
            it["idInDomain"] = json!(id);
            it["lines"][0]["partNumber"] =
                json!({ "id": 99, "name": "HUB-7", "glAccount": { "name": "Plating Income" } });
        })
    };
    let first = invoice(&shop, 2001);
    shop.play(std::slice::from_ref(&first));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&first).state, JobState::Done, "{:?}", shop.job(&first).error);
    let item = shop.file.id_of("ItemService", "HUB-7").unwrap().to_owned();
    shop.file.delete(&item);
    shop.wait(TimeDelta::hours(1));
    let second = invoice(&shop, 2002);
    shop.play(std::slice::from_ref(&second));
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("InvoiceAddRq")), "nothing is sent in vain");
    let job = shop.job(&second);
    let error = job.error.unwrap();
    assert_eq!(job.state, JobState::Rejected);
    assert!(
        error.happened.contains("HUB-7") && error.happened.contains("no longer in QuickBooks"),
        "{error:?}"
    );
}

#[test]
fn a_vendor_that_is_archived_and_gone_keeps_its_bill_back() {
    let mut shop = Shop::new();
    shop.load(&["vendors.json", "terms.ndjson", "bills.json"]);
    let key = |object: &str, id: u64| DocumentKey { object: object.to_owned(), id: id.to_string() };
    shop.play(&[key("bill", 46_802)]);
    shop.visit(Break::Never);
    let all = shop.store.connections(shop.company).unwrap();
    let vendor = all.iter().find(|it| it.document == key("vendor", 402)).unwrap().record_id.clone();
    shop.file.delete(&vendor);
    shop.change("vendors.json", 402, |it| it["archivedAt"] = json!("2026-08-01T10:00:00+00:00"));
    let again = shop.change("bills.json", 46_802, |it| {
        it["id"] = json!(46_998);
        it["idInDomain"] = json!(1998);
        it["invoiceNumber"] = json!("N-1");
    });
    shop.wait(TimeDelta::hours(1));
    shop.play(std::slice::from_ref(&again));
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("BillAddRq")));
    let error = shop.job(&again).error.unwrap();
    assert!(error.happened.contains("Ohio Valley Gas") && error.happened.contains("no longer"), "{error:?}");
}
