//! A period, in money, on both sides.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{Connection, DocumentKey, JobState, Settlement, Store};
use ferrule::sync::{
    Period, Reconciliation, Status, Transaction, TransactionState, connect, reconcile, reconcile_nightly,
};

use ferrule::people::Role;

use crate::commands_support::Desk;
use crate::loop_support::{BEGIN, Break, DOCUMENTS, Shop, empty_store};
use crate::web_support::open;

fn reconciled(shop: &Shop, from: &str, to: &str) -> Reconciliation {
    let file = shop.store.company_file(shop.company).unwrap();
    let period = Period::read(from, to).unwrap();
    reconcile(shop.store.as_ref(), &shop.rules.program, &file, period, shop.now()).unwrap()
}

fn find<'r>(all: &'r Reconciliation, label: &str) -> &'r Transaction {
    let found = all.transactions.iter().find(|it| it.label == label);
    found.unwrap_or_else(|| panic!("{label} is not in {:?}", all.transactions))
}

/// A shop that has played everything, after its visit.
fn visited(mut shop: Shop) -> Shop {
    shop.load(&DOCUMENTS);
    let all = shop.store.all_documents(shop.company, None).unwrap();
    let played = ["invoice", "bill"];
    let keys = all.into_iter().map(|it| it.document.key).filter(|key| played.contains(&key.object.as_str()));
    shop.play(&keys.collect::<Vec<_>>());
    shop.visit(Break::Never);
    shop
}

fn txn(shop: &Shop, kind: &str, number: &str) -> String {
    shop.file.ids_of_number(kind, number).remove(0).to_owned()
}

fn read_again(shop: &mut Shop) {
    shop.wait(TimeDelta::hours(1));
    shop.visit(Break::Never);
}

#[test]
fn each_transaction_stands_as_it_is_in_the_books() {
    let mut shop = visited(Shop::new());
    let all = reconciled(&shop, "", "");
    for (label, state) in [
        ("Invoice 1042", TransactionState::Agrees),
        ("Invoice 1043", TransactionState::NotInQuickbooks),
        ("Invoice SH:1043", TransactionState::NotInSteelhead),
        ("Invoice 1050", TransactionState::NotInQuickbooks),
        ("Bill 1802", TransactionState::Agrees),
        ("Bill 1804", TransactionState::NotInQuickbooks),
    ] {
        assert_eq!(find(&all, label).state, state, "{:?}", find(&all, label));
    }
    let reason = |label: &str| find(&all, label).reason.clone().unwrap();
    assert!(reason("Invoice 1050").contains("did you mean `Zinc Rack`?"));
    assert_eq!(
        reason("Invoice SH:1043"),
        "Invoice 1043 of Steelhead has the same number, and is not connected to it."
    );
    assert!(!all.agrees && all.differences().count() > 3);
    // An amount is changed in QuickBooks, and a bill is deleted there.
    let (invoice, bill) = (txn(&shop, "Invoice", "SH:1042"), txn(&shop, "Bill", "4471902-03"));
    shop.file.edit(&invoice, "Subtotal", "308.41");
    shop.file.delete(&bill);
    read_again(&mut shop);
    let all = reconciled(&shop, "", "");
    let changed = find(&all, "Invoice 1042");
    assert_eq!(changed.state, TransactionState::Differs);
    assert_eq!(changed.difference.unwrap().to_string(), "0.01");
    let gone = find(&all, "Bill 1802");
    assert_eq!(gone.state, TransactionState::NotInQuickbooks, "{gone:?}");
    assert!(all.transactions[0].state.is_difference(), "what differs comes first");
}

#[test]
fn the_totals_are_those_of_the_lines_and_the_period_is_of_both_sides() {
    let mut shop = visited(Shop::new());
    let invoice = txn(&shop, "Invoice", "SH:1042");
    let before = reconciled(&shop, "2026-03-04", "2026-03-04");
    let one = find(&before, "Invoice 1042").clone();
    assert!(before.agrees && before.count() == 1, "{before:?}");
    assert_eq!(before.totals[0].steelhead, one.steelhead.as_ref().unwrap().amount.unwrap());
    assert_eq!(before.totals[0].difference.to_string(), "0.00");
    // The bookkeeper dates it into the next month: neither month agrees from then on.
    shop.file.edit(&invoice, "TxnDate", "2026-04-02");
    read_again(&mut shop);
    for (from, to, who) in
        [("2026-03-04", "2026-03-04", "QuickBooks"), ("2026-04-02", "2026-04-02", "Steelhead")]
    {
        let all = reconciled(&shop, from, to);
        let moved = find(&all, "Invoice 1042");
        assert_eq!(moved.state, TransactionState::OtherPeriod);
        assert!(moved.reason.as_ref().unwrap().starts_with(&format!("{who} has it on ")), "{moved:?}");
        assert!(!all.agrees);
        let sign = if who == "QuickBooks" { "-308.40" } else { "308.40" };
        assert_eq!(all.totals[0].difference.to_string(), sign);
    }
    assert!(
        reconciled(&shop, "2026-03-01", "2026-04-30")
            .transactions
            .iter()
            .any(|it| { it.label == "Invoice 1042" && it.state == TransactionState::Agrees })
    );
    let all = reconciled(&shop, "", "");
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    let cents = |text: String| text.replace('.', "").parse::<i64>().unwrap();
    for line in all.transactions.iter().filter(|it| it.state.counts()) {
        let amount = line.steelhead.as_ref().and_then(|side| side.amount);
        *sums.entry(&line.object).or_default() += amount.map_or(0, |it| cents(it.to_string()));
    }
    for totals in &all.totals {
        assert_eq!(cents(totals.steelhead.to_string()), sums[totals.object.as_str()]);
        let parties = all.parties.iter().filter(|it| it.totals.object == totals.object);
        let of_parties: i64 = parties.map(|it| cents(it.totals.quickbooks.to_string())).sum();
        assert_eq!(of_parties, cents(totals.quickbooks.to_string()));
    }
}

#[test]
fn what_is_voided_on_one_side_only_differs_and_a_draft_bills_nothing() {
    let mut shop = visited(Shop::new());
    let voided = |value: &mut serde_json::Value| value["voidedAt"] = "2026-03-30T10:00:00+00:00".into();
    shop.change("invoices.json", 1_031_042, voided);
    let all = reconciled(&shop, "", "");
    let one = find(&all, "Invoice 1042");
    assert_eq!(one.state, TransactionState::Differs, "{one:?}");
    assert_eq!(one.steelhead.as_ref().unwrap().amount.unwrap().to_string(), "0.00");
    assert!(one.reason.as_ref().unwrap().contains("Void Invoice"), "{one:?}");
    let id = txn(&shop, "Invoice", "SH:1042");
    shop.in_quickbooks(&format!(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>{id}</TxnID></TxnVoidRq></QBXMLMsgsRq></QBXML>"
    ));
    read_again(&mut shop);
    let all = reconciled(&shop, "", "");
    assert_eq!(find(&all, "Invoice 1042").state, TransactionState::Agrees);
    // A draft that nobody has sent.
    let mut draft = crate::loop_support::sample("invoices.json", 1_031_042);
    for (field, value) in
        [("id", 99.into()), ("idInDomain", 99.into()), ("finalizedAt", serde_json::Value::Null)]
    {
        draft[field] = value;
    }
    shop.load_json("invoice", "99", &draft.to_string());
    let with_draft = reconciled(&shop, "", "");
    assert_eq!(find(&with_draft, "Invoice 99").state, TransactionState::NotBilled);
    assert_eq!((with_draft.totals, with_draft.agrees), (all.totals, all.agrees));
}

#[test]
fn a_connection_that_is_archived_leaves_both_sides_alone() {
    let shop = visited(Shop::new());
    let file = shop.store.company_file(shop.company).unwrap();
    let key = DocumentKey { object: "invoice".to_owned(), id: "1031042".to_owned() };
    assert_eq!(shop.job(&key).state, JobState::Done);
    let connection = shop.store.connections(shop.company).unwrap().into_iter().find(|it| it.document == key);
    let connection = Connection { is_archived: true, ..connection.unwrap() };
    shop.store.connect(shop.company, &connection).unwrap();
    let all = reconciled(&shop, "2026-03-04", "2026-03-04");
    let told: Vec<(&str, &str)> =
        all.transactions.iter().map(|it| (it.label.as_str(), it.reason.as_deref().unwrap())).collect();
    let expected = [
        ("Invoice 1042", "Its connection is archived."),
        ("Invoice SH:1042", "Its connection to invoice 1031042 is archived."),
    ];
    assert_eq!(told, expected);
    let record = connection.record();
    connect(shop.store.as_ref(), &shop.rules.program, &file, &key, &record, shop.now()).unwrap();
    assert!(reconciled(&shop, "2026-03-04", "2026-03-04").agrees);
}

#[test]
fn why_it_was_not_sent_says_its_job() {
    let shop = Shop::new();
    shop.load(&DOCUMENTS);
    let key = DocumentKey { object: "invoice".to_owned(), id: "1031042".to_owned() };
    let reason = |shop: &Shop| find(&reconciled(shop, "", ""), "Invoice 1042").reason.clone().unwrap();
    assert_eq!(reason(&shop), "Never played.");
    shop.play(std::slice::from_ref(&key));
    assert_eq!(reason(&shop), "It waits for the next visit of the Web Connector.");
}

#[test]
fn the_command_says_it_by_its_exit_code_and_in_three_formats() {
    let desk = Desk::empty();
    let shop = visited(Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEGIN)));
    drop(shop);
    let said = desk.run(&["reconcile"]);
    assert_eq!((said.code, said.err.as_str()), (2, ""), "{said:?}");
    assert!(
        said.out
            .contains("! Invoice 1043, 2026-03-05, Dunmore Tool & Die: not in QuickBooks. Steelhead 460.00")
    );
    let well = desk.well(&["reconcile", "--from", "2026-03-04", "--to", "2026-03-04"]);
    assert!(well.ends_with("\n1 transaction: Steelhead and QuickBooks agree.\n"), "{well}");
    let csv = desk.run(&["reconcile", "--format", "csv"]);
    assert_eq!(csv.code, 2);
    assert!(csv.out.starts_with("object,id,document,number,party,currency,state,date,"), "{csv:?}");
    assert!(
        csv.out.contains("\r\ninvoice,1031043,Invoice 1043,SH:1043,Dunmore Tool & Die,,not-in-quickbooks,")
    );
    let json = desk.run(&["reconcile", "--json"]);
    assert_eq!(json, desk.run(&["reconcile", "--format", "json"]), "the same bytes each time");
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((&json["agrees"], &json["company"]), (&false.into(), &"Lakeside Plating".into()));
    let invoice = json["transactions"].as_array().unwrap().iter().find(|it| it["label"] == "Invoice 1042");
    assert_eq!(invoice.unwrap()["quickbooks"]["amount"], "308.40");
    desk.refused(&["reconcile", "--from", "June"], "`June` is not a day; write it like 2026-06-30");
    desk.refused(
        &["reconcile", "--from", "2026-06-02", "--to", "2026-06-01"],
        "the period ends on 2026-06-01, before it begins on 2026-06-02",
    );
}

#[test]
fn a_credit_memo_is_taken_off() {
    let layers = [
        crate::loop_support::root().join("rules"),
        crate::loop_support::root().join("rules/optional/credit_memo"),
    ];
    let files = ferrule::rules::RuleFiles::read(&layers).unwrap();
    let rules = ferrule::rules::compile(&files).program.unwrap();
    let mut shop = Shop::new();
    shop.rules = std::sync::Arc::new(ferrule::sync::session::Rulebook::new(rules));
    shop.restart();
    let shop = visited(shop);
    let all = reconciled(&shop, "", "");
    let credit = find(&all, "Invoice 1053");
    assert_eq!(credit.state, TransactionState::Agrees, "{credit:?}");
    assert_eq!(credit.quickbooks.as_ref().unwrap().amount.unwrap().to_string(), "-84.00");
}

#[test]
fn amounts_of_two_currencies_are_never_added_up() {
    let mut shop = visited(Shop::new());
    let id = txn(&shop, "Invoice", "SH:1042");
    shop.file.edit(&id, "CurrencyRef/FullName", "Canadian Dollar");
    read_again(&mut shop);
    let all = reconciled(&shop, "", "");
    let currencies: Vec<_> =
        all.totals.iter().filter(|it| it.object == "invoice").map(|it| it.currency.as_deref()).collect();
    assert_eq!(currencies, [None, Some("Canadian Dollar")]);
    assert_eq!(all.totals.iter().find(|it| it.currency.is_some()).unwrap().quickbooks.to_string(), "308.40");
}

#[test]
fn the_page_shows_totals_and_differences_first_and_gives_a_file() {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let _shop = visited(Shop::over(pages.store.clone(), "acme", ManualClock::at(soon)));
    let mut browser = pages.signed_in(Role::Viewer);
    let body = browser.get("/c/1/reconcile?from=2026-03-01&to=2026-03-31").body;
    // A first look may come before the plan is ready.
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    let body = if body.contains("adding it up") {
        browser.get("/c/1/reconcile?from=2026-03-01&to=2026-03-31").body
    } else {
        body
    };
    let place = |text: &str| body.find(text).unwrap_or_else(|| panic!("{text} is not in {body}"));
    assert!(place("differ.") < place("Totals of Invoicing"));
    assert!(
        place("Totals of Invoicing") < place(">Invoice 1043<")
            && place(">Invoice 1043<") < place(">Invoice 1042<")
    );
    let one = browser.get("/c/1/reconcile?from=2026-03-04&to=2026-03-04").body;
    assert!(one.contains("1 transaction: Steelhead and QuickBooks agree."), "{one}");
    let wrong = browser.get("/c/1/reconcile?from=2026-03-05&to=2026-03-04").body;
    assert!(wrong.contains("The period ends on 2026-03-04, before it begins on 2026-03-05"), "{wrong}");
    browser.headers.clear();
    let asked = [("from", "2026-03-04"), ("to", "2026-03-04")];
    let file = browser.post("/c/1/reconcile/download", &asked);
    assert!(
        file.body.starts_with("\u{feff}object,id,document,") && file.body.lines().count() == 2,
        "{file:?}"
    );
    assert!(file.body.contains(",Agrees,") && !file.body.contains(",agrees,"), "the page's words: {file:?}");
}

#[test]
fn of_very_many_names_those_that_differ_are_shown_and_the_rest_is_counted() {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let shop = visited(Shop::over(pages.store.clone(), "acme", ManualClock::at(soon)));
    for number in 5001..5131 {
        shop.change("invoices.json", 1_031_042, |invoice| {
            invoice["id"] = number.into();
            invoice["idInDomain"] = number.into();
            invoice["customer"] = serde_json::json!({ "id": number, "name": format!("Zeta {number}") });
        });
    }
    let mut browser = pages.signed_in(Role::Viewer);
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    let body = loop {
        let body = browser.get("/c/1/reconcile?from=2026-03-01&to=2026-03-31").body;
        if !body.contains("adding it up") && !body.contains("Something has changed") {
            break body;
        }
    };
    let invoicing = body.split("<section").find(|it| it.contains("Totals of Invoicing")).unwrap();
    let names: Vec<&str> = invoicing.split("class=\"wide\">").skip(1).collect();
    assert_eq!(names.len(), 100, "{invoicing}");
    // What was not sent differs, and comes before the customers of invoices that agree.
    assert!(names.iter().all(|it| it.contains("<strong>")), "{invoicing}");
    assert!(invoicing.contains("Names that differ come first. Not shown here: 3"), "{invoicing}");
}

/// The customer pays some of an invoice.
fn pay(shop: &mut Shop, invoice: &str, customer: &str, amount: &str) {
    let answer = shop.in_quickbooks(&format!(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>{customer}</FullName></CustomerRef><TxnDate>2026-03-30</TxnDate><TotalAmount>{amount}</TotalAmount><AppliedToTxnAdd><TxnID>{invoice}</TxnID><PaymentAmount>{amount}</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq></QBXMLMsgsRq></QBXML>"
    ));
    assert!(answer.contains("statusCode=\"0\""), "{answer}");
}

#[test]
fn what_is_paid_is_read_back_and_shown() {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let mut shop = visited(Shop::over(pages.store.clone(), "acme", ManualClock::at(soon)));
    let invoice = txn(&shop, "Invoice", "SH:1042");
    pay(&mut shop, &invoice, "Kestrel Motion", "100.00");
    read_again(&mut shop);
    let open = |shop: &Shop| find(&reconciled(shop, "", ""), "Invoice 1042").open.unwrap().to_string();
    assert_eq!(open(&shop), "208.40");
    let told = find(&reconciled(&shop, "", ""), "Invoice 1042").told.clone();
    assert_eq!((told["Paid"].as_str(), told["Open"].as_str()), ("false", "208.40"));
    let mut browser = pages.signed_in(Role::Viewer);
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    let mut holds = |path: &str, words: &[&str]| {
        let body = browser.get(path).body;
        for words in words {
            assert!(body.contains(words), "{words} is not at {path}: {body}");
        }
    };
    let cells = ["data-label=\"Paid\">no<", "data-label=\"Open\" class=\"number money\">208.40<"];
    holds("/c/1/invoicing?q=1042", &cells);
    holds(
        "/c/1/invoicing/1031042",
        &["<dt>Paid</dt><dd>no</dd>", "<dt>Open</dt><dd class=\"figure\">208.40</dd>"],
    );
    let customer = ["<dt>Invoices, not paid yet</dt><dd class=\"figure\">", "transaction"];
    holds("/c/1/customers/303", &customer);
    pay(&mut shop, &invoice, "Kestrel Motion", "208.40");
    read_again(&mut shop);
    assert_eq!(open(&shop), "0.00");
    holds("/c/1/invoicing/1031042", &["<dt>Paid</dt><dd>yes</dd>"]);
}

/// 2026-04-10 at 05:46:40 UTC, which is 01:46:40 in New York.
const BEFORE_TWO: i64 = 1_775_800_000;

fn set(shop: &Shop, settings: &[(&str, serde_json::Value)]) {
    let all = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    shop.store.set_settings(shop.company, &all).unwrap();
}

fn night(shop: &Shop, now: &str) -> Vec<(String, String, String)> {
    let now = now.parse().unwrap();
    let done = reconcile_nightly(shop.store.as_ref(), shop.rules.clone(), now).unwrap();
    done.into_iter().map(|(_, found)| (found.night.to_rfc3339(), found.from, found.to)).collect()
}

#[test]
fn a_night_comes_once_by_the_clock_of_the_domain() {
    let shop = visited(Shop::over(empty_store(), "acme", ManualClock::at(BEFORE_TWO)));
    assert_eq!(night(&shop, "2026-04-10T05:50:00Z"), [], "no hour is set");
    set(&shop, &[("reconcile_at", 2.into()), ("time_zone", "America/New_York".into())]);
    let one = |at: &str, from: &str, to: &str| vec![(at.to_owned(), from.to_owned(), to.to_owned())];
    let first = one("2026-04-09T06:00:00+00:00", "2026-03-01", "2026-04-08");
    assert_eq!(night(&shop, "2026-04-10T05:50:00Z"), first);
    assert_eq!(night(&shop, "2026-04-10T05:59:59Z"), [], "it was done");
    let second = one("2026-04-10T06:00:00+00:00", "2026-03-01", "2026-04-09");
    assert_eq!(night(&shop, "2026-04-10T06:00:00Z"), second);
    assert_eq!(night(&shop, "2026-04-11T05:59:59Z"), []);
    // Nobody was there for months; the last night is made up for, and its month is another.
    let much_later = one("2026-07-01T06:00:00+00:00", "2026-05-01", "2026-06-30");
    assert_eq!(night(&shop, "2026-07-01T20:00:00Z"), much_later);
    // On that day there is no two o'clock: the clocks go from two to three.
    assert_eq!(night(&shop, "2027-03-13T20:00:00Z").len(), 1);
    assert_eq!(night(&shop, "2027-03-14T06:59:59Z"), []);
    let spring = one("2027-03-14T07:00:00+00:00", "2027-02-01", "2027-03-13");
    assert_eq!(night(&shop, "2027-03-14T07:00:00Z"), spring);
}

#[test]
fn a_night_waits_for_the_visit_that_goes_on() {
    let mut shop = visited(Shop::over(empty_store(), "acme", ManualClock::at(BEFORE_TWO)));
    set(&shop, &[("reconcile_at", 2.into())]);
    shop.begin();
    let soon = shop.now() + TimeDelta::minutes(1);
    let at = |now| reconcile_nightly(shop.store.as_ref(), shop.rules.clone(), now).unwrap().len();
    assert_eq!(at(soon), 0);
    assert_eq!(at(soon + TimeDelta::minutes(20)), 1, "nobody has heard of it for long");
}

#[test]
fn what_a_night_found_is_said_everywhere() {
    let pages = open();
    let shop = visited(Shop::over(pages.store.clone(), "acme", ManualClock::at(BEFORE_TWO)));
    set(&shop, &[("reconcile_at", 2.into())]);
    assert_eq!(night(&shop, "2026-04-10T05:50:00Z").len(), 1);
    let file = shop.store.company_file(shop.company).unwrap();
    let status = Status::of(shop.store.as_ref(), None, &file, shop.now()).unwrap();
    let found = status.reconciled.clone().unwrap();
    assert!(found.differing > 3 && status.needs_someone());
    assert!(found.words.contains(&format!(": {} differ. ", found.differing)), "{found:?}");
    assert!(
        found.words.ends_with(" 1 more does not count: it is not billed, or was settled by hand."),
        "{found:?}"
    );
    let mut browser = pages.signed_in(Role::Viewer);
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    let link = format!("/c/1/reconcile?from={}&#38;to={}", found.from, found.to);
    for page in ["/c/1/integrations", "/c/1/activity?kind=night", "/c/1/reconcile"] {
        let body = browser.get(page).body;
        assert!(body.contains(&found.words) && body.contains(&link), "{page}: {body}");
    }
}

#[test]
fn commands_tell_of_the_night() {
    let desk = Desk::empty();
    let shop = visited(Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEFORE_TWO)));
    set(&shop, &[("reconcile_at", 2.into())]);
    let found = night(&shop, "2026-04-10T05:50:00Z").remove(0);
    drop(shop);
    let command = format!("`ferrule reconcile --from {} --to {}` shows them.", found.1, found.2);
    for said in [desk.run(&["status"]), desk.run(&["errors"])] {
        assert!(said.code == 1 && said.out.contains(&command), "{said:?}");
    }
}

#[test]
fn what_is_settled_by_hand_is_compared_with_the_record_of_its_number() {
    let shop = Shop::new();
    shop.load(&DOCUMENTS);
    let file = shop.store.company_file(shop.company).unwrap();
    let said = |ids: [&str; 2]| {
        let all = ids.map(|id| Settlement {
            document: DocumentKey { object: "invoice".to_owned(), id: id.to_owned() },
            is_settled: true,
            by: "Kim".to_owned(),
            at: shop.now(),
            why: String::new(),
        });
        shop.store.settle(file.id, &all).unwrap();
    };
    said(["1031042", "1031043"]);
    let mut shop = shop;
    shop.visit(Break::Never);
    let all = reconciled(&shop, "", "");
    // Invoice 1042 is nowhere in QuickBooks; SH:1043 is there over another amount.
    let (none, other) = (find(&all, "Invoice 1042"), find(&all, "Invoice 1043"));
    assert_eq!(none.state, TransactionState::Settled, "{none:?}");
    assert!(none.reason.is_some());
    assert_eq!(other.state, TransactionState::Differs, "{other:?}");
    assert_eq!(other.difference.unwrap().to_string(), "-11.50");
    assert!(all.transactions.iter().all(|it| it.label != "Invoice SH:1043"), "it is there once");
    let before = reconciled(&shop, "2026-03-04", "2026-03-04");
    assert!(before.agrees && before.count() == 0, "{before:?}");
}
