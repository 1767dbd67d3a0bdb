//! Two sides of a document, its line of time, what a read found, and what may be connected.

use chrono::TimeDelta;
use ferrule::activity::{ActivityStore as _, FoundAs};
use ferrule::people::{AuditAction, NewAuditEntry, PeopleStore as _, Role};
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{Commit, DocumentKey, Ending, RecordKey, Store as _};

use crate::loop_support::{Break, DOCUMENTS, Shop};
use crate::web_support::{Browser, Pages, entry, open};

const INVOICE: &str = "/c/1/invoicing/1031042";

fn shop() -> (Pages, Shop) {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(soon));
    shop.load(&DOCUMENTS);
    (pages, shop)
}

/// The same with an invoice that was sent; gives the id of its record.
fn sent() -> (Pages, Shop, String) {
    let (pages, mut shop) = shop();
    shop.play(&[invoice("1031042")]);
    shop.visit(Break::Never);
    let txn = shop.file.ids_of_number("Invoice", "SH:1042").remove(0).to_owned();
    (pages, shop, txn)
}

fn invoice(id: &str) -> DocumentKey {
    DocumentKey { object: "invoice".to_owned(), id: id.to_owned() }
}

fn visit(shop: &mut Shop) {
    shop.wait(TimeDelta::hours(1));
    shop.visit(Break::Never);
}

/// Somebody changes the rate of the first line in QuickBooks.
fn by_hand(shop: &mut Shop, txn: &str) {
    let record = RecordKey { record_type: "InvoiceRet".to_owned(), id: txn.to_owned() };
    let stored = shop.store.record(shop.company, &record).unwrap().unwrap();
    let ids = stored.xml.split("<TxnLineID>").skip(1).map(|it| it.split('<').next().unwrap());
    let line = |(nth, id): (usize, &str)| {
        let rate = if nth == 0 { "<Rate>0.85</Rate>" } else { "" };
        format!("<InvoiceLineMod><TxnLineID>{id}</TxnLineID>{rate}</InvoiceLineMod>")
    };
    let lines = ids.enumerate().map(line).collect::<Vec<_>>().concat();
    shop.clock.advance(60);
    let answer = shop.in_quickbooks(&format!(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><InvoiceModRq>\
         <InvoiceMod><TxnID>{txn}</TxnID><EditSequence>{}</EditSequence>{lines}</InvoiceMod>\
         </InvoiceModRq></QBXMLMsgsRq></QBXML>",
        stored.edit_sequence
    ));
    assert!(answer.contains("statusCode=\"0\""), "{answer}");
}

/// The row of the two sides with this label: its cells.
fn row(page: &str, label: &str) -> Vec<String> {
    let rows = page.split("<th scope=\"row\"").skip(1);
    let mut found = rows.filter(|row| {
        row.split('>')
            .nth(1)
            .is_some_and(|it| it.starts_with(&format!("{label}<")) || it.starts_with(&format!("{label} <")))
    });
    let row = found.next().unwrap_or_else(|| panic!("no {label}: {page}"));
    let cells = row.split("</tr>").next().unwrap().split("<td").skip(1);
    let text = |cell: &str| cell.split_once('>').unwrap().1.split("</td>").next().unwrap().to_owned();
    cells.map(text).collect()
}

/// What stands in the page without its tags.
fn words(page: &str) -> String {
    let pieces = page.split('<').map(|piece| piece.split_once('>').map_or("", |it| it.1));
    pieces.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn both_sides_of_an_invoice_stand_beside_each_other() {
    let (pages, mut shop, txn) = sent();
    let mut browser = pages.signed_in(Role::Clerk);
    let page = browser.get(INVOICE).body;
    assert!(page.contains("Steelhead and QuickBooks") && page.contains(">Agree<"), "{page}");
    for label in ["Customer", "Class", "Date", "Number", "Terms"] {
        let cells = row(&page, label);
        assert!(cells.len() == 3 && cells[0] == cells[2] && !cells[0].is_empty(), "{label}: {cells:?}");
    }
    // What only QuickBooks knows: tax, payment, balance.
    assert_eq!(row(&page, "Balance remaining"), ["", "308.40", "308.40"]);
    assert_eq!(row(&page, "Paid"), ["", "No", "No"]);
    assert_eq!(row(&page, "A/R account")[2], "Accounts Receivable");
    // A line tells its item, class, tax code and account; rates have no tails.
    let lines = words(page.split("rows of-sides").nth(1).unwrap());
    assert!(lines.contains("Zinc Rack") && lines.contains("Plating Income"), "{lines}");
    assert!(lines.contains("0.95") && lines.contains("4.05") && lines.contains("114.00"), "{lines}");
    // No ids, and no element names but in what is behind the pointer.
    let told = words(
        page.split("Steelhead and QuickBooks").nth(1).unwrap().split("What play would do").next().unwrap(),
    );
    for raw in ["TxnID", "EditSequence", "ListID", "InvoiceLineRet", "80000"] {
        assert!(!told.contains(raw), "{raw}: {told}");
    }
    // Somebody changes the rate of a line by hand.
    by_hand(&mut shop, &txn);
    visit(&mut shop);
    let page = browser.get(INVOICE).body;
    assert!(page.contains(">Differ<") && !page.contains(">Agree<"), "{page}");
    assert_eq!(row(&page, "Subtotal"), ["308.40", "308.40", "296.40"]);
    let lines = words(page.split("rows of-sides").nth(1).unwrap());
    assert!(lines.contains("Steelhead BRKT-01"), "{lines}");
    let sides: Vec<&str> = lines.split("Steelhead ").nth(1).unwrap().split(" QuickBooks ").collect();
    assert!(sides[0].contains("0.95") && sides[1].contains("0.85"), "{sides:?}");
    assert_eq!(page.matches("class=\"number differs\"").count(), 3, "the rate on each of three sides");
    // The list is amber too, with the amount.
    newest(&mut browser, "/c/1/invoicing");
    let list = words(&browser.get("/c/1/invoicing?q=1042").body);
    assert!(list.contains("Differs") && list.contains("QuickBooks holds 296.40"), "{list}");
    assert!(!list.contains("Synced Steelhead"), "{list}");
}

#[test]
fn a_record_is_told_in_a_bookkeepers_words() {
    let (pages, _shop, txn) = sent();
    let mut browser = pages.signed_in(Role::Viewer);
    let page = browser.get(&format!("/c/1/records/InvoiceRet/{txn}")).body;
    let (told, technical) = page.split_once("<summary>Technical</summary>").unwrap();
    let told = words(told);
    for part in ["Kestrel Motion", "Balance remaining 308.40", "Invoice lines", "Plating Income"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("TxnID") && !told.contains("EditSequence") && !told.contains(&txn), "{told}");
    assert!(page.contains("<a href=\"/c/1/invoicing/1031042\">Invoice 1042</a>"), "its document: {page}");
    assert!(technical.contains("EditSequence") && technical.contains(&txn), "{technical}");
}

#[test]
fn the_lines_of_an_item_group_are_shown() {
    let (pages, shop, txn) = sent();
    let key = RecordKey { record_type: "InvoiceRet".to_owned(), id: txn.clone() };
    let mut stored = shop.store.record(shop.company, &key).unwrap().unwrap();
    let group = "<InvoiceLineGroupRet><TxnLineID>G1</TxnLineID><ItemGroupRef><FullName>Rack kit</FullName></ItemGroupRef>\
        <IsPrintItemsInGroup>false</IsPrintItemsInGroup><TotalAmount>12.00</TotalAmount><InvoiceLineRet>\
        <TxnLineID>L1</TxnLineID><Desc>Hook of the kit</Desc><Quantity>3</Quantity><Amount>12.00</Amount></InvoiceLineRet>\
        </InvoiceLineGroupRet></InvoiceRet>";
    stored.xml = stored.xml.replace("</InvoiceRet>", group);
    let session = shop.store.begin_session(shop.company, "by hand", shop.now()).unwrap();
    let mut commit = Commit::new(session.id, shop.now(), String::new());
    commit.ending = Some(Ending::Stopped);
    commit.records = vec![stored];
    shop.store.commit(shop.company, &commit).unwrap();
    let mut browser = pages.signed_in(Role::Viewer);
    for page in [format!("/c/1/records/InvoiceRet/{txn}"), INVOICE.to_owned()] {
        let page = words(&browser.get(&page).body);
        for part in ["Rack kit", "Hook of the kit", "Invoice lines of invoice line groups"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}

#[test]
fn the_history_is_one_line_of_time() {
    let (pages, mut shop, txn) = sent();
    let mut browser = pages.signed_in(Role::Clerk);
    shop.file.edit(&txn, "Memo", "by hand");
    visit(&mut shop);
    let settings = NewAuditEntry {
        at: shop.now() + TimeDelta::minutes(1),
        company: Some(shop.company),
        action: AuditAction::ChangeSettings,
        person: "Ann".to_owned(),
        details: "Import Every: 10 to 5".to_owned(),
        ..entry()
    };
    pages.store.note(&settings).unwrap();
    let page = words(browser.get(&format!("{INVOICE}/history")).body.split("<ol").nth(1).unwrap());
    let parts = [
        "Ann changed settings Import Every: 10 to 5",
        "A read found its record changed in QuickBooks",
        "Created in QuickBooks as SH:1042",
        "It was played",
    ];
    let places: Vec<usize> =
        parts.iter().map(|part| page.find(part).unwrap_or_else(|| panic!("{part}: {page}"))).collect();
    assert!(places.is_sorted(), "newest first: {places:?} {page}");
    assert!(page.contains("It was connected to Invoice SH:1042"), "{page}");
    // Settings that changed before there was anything of it say nothing of it.
    let early =
        NewAuditEntry { at: shop.now() - TimeDelta::days(9), details: "early".to_owned(), ..settings };
    pages.store.note(&early).unwrap();
    assert!(!browser.get(&format!("{INVOICE}/history")).body.contains("early"));
}

#[test]
fn a_visit_says_what_it_did_and_what_it_found() {
    let (pages, mut shop, txn) = sent();
    let first = shop.store.sessions(shop.company, 1).unwrap().remove(0).id;
    let mut browser = pages.signed_in(Role::Clerk);
    let page = browser.get(&format!("/c/1/integrations/visits/{}", first.0)).body;
    let told = words(&page);
    assert!(told.contains("lists; found ") && told.contains("created 1 invoice"), "{told}");
    assert!(page.contains("<a href=\"/c/1/invoicing/1031042\">Invoice 1042</a>"), "{page}");
    assert!(told.contains("Invoice 1042 : Created in QuickBooks as SH:1042"), "{told}");
    let counts = pages.store.found_counts(shop.company, first).unwrap();
    assert!(counts.iter().all(|it| it.0 == FoundAs::New), "the first read knows nothing yet: {counts:?}");
    // Of what we wrote ourselves a read finds nothing.
    let record = RecordKey { record_type: "InvoiceRet".to_owned(), id: txn.clone() };
    assert!(pages.store.found_of(shop.company, &record, 9).unwrap().is_empty());
    shop.file.edit(&txn, "Memo", "by hand");
    visit(&mut shop);
    shop.file.delete(&txn);
    visit(&mut shop);
    let found = pages.store.found_of(shop.company, &record, 9).unwrap();
    let what: Vec<FoundAs> = found.iter().map(|it| it.what).collect();
    assert_eq!(what, [FoundAs::Gone, FoundAs::Changed]);
    let last = browser.get(&format!("/c/1/integrations/visits/{}/found", found[0].visit.0)).body;
    assert!(words(&last).contains("1 gone record in QuickBooks"), "{last}");
    assert!(browser.get("/c/1/integrations").body.contains("What visit"), "the clock icon");
    assert_eq!(browser.get("/c/1/integrations/visits/999/found").status, 404);
}

#[test]
fn what_a_read_found_is_imported_or_ignored_beside_it() {
    let (pages, mut shop) = shop();
    shop.visit(Break::Never);
    let read = shop.store.sessions(shop.company, 1).unwrap().remove(0).id.0;
    let here = format!("/c/1/integrations/visits/{read}/found");
    let mut browser = pages.signed_in(Role::Clerk);
    newest(&mut browser, &here);
    let page = browser.get(&format!("{here}?is=Importable")).body;
    let value = |page: &str| {
        page.split("name=\"only\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let list = page.split("name=\"list\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (first, visit) = (value(&page), read.to_string());
    let fields = [("only", first.as_str()), ("list", list.as_str()), ("visit", visit.as_str())];
    let reply = browser.post("/c/1/imports/ignore", &fields);
    assert_eq!((reply.status, crate::web_support::location(&reply)), (303, here.as_str()), "{}", reply.body);
    assert_eq!(shop.store.ignored(shop.company).unwrap().len(), 1);
    newest(&mut browser, &here);
    let page = browser.get(&format!("{here}?is=Ignored")).body;
    assert!(page.contains("Un-ignore"), "{page}");
    let mut viewer = pages.signed_in(Role::Viewer);
    let seen = viewer.get(&here).body;
    assert!(seen.contains("Importable") && !seen.contains("name=\"only\""), "{seen}");
}

/// The page made of what is there now.
fn newest(browser: &mut Browser, page: &str) {
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    browser.get(page);
    browser.headers.clear();
}

#[test]
fn connect_offers_what_is_free_and_says_what_happens() {
    let (pages, _shop, txn) = sent();
    let mut browser = pages.signed_in(Role::Clerk);
    let page = browser.get("/c/1/invoicing/1031043/connect?q=1042").body;
    assert!(!page.contains(&format!("value=\"{txn}\"")), "another document has it: {page}");
    let told = words(&page);
    assert!(told.contains("SH:1042 belongs to Invoice 1042"), "{told}");
    assert!(told.contains("No free record matches"), "{told}");
    assert!(told.contains("play creates no record for it, and changes nothing in that one"), "{told}");
    let own = browser.get(&format!("{INVOICE}/connect?q=1042")).body;
    assert!(own.contains(">Connected<") && !own.contains("belongs to"), "{own}");
    let customer = words(&browser.get("/c/1/customers/303/connect").body);
    assert!(customer.contains("play sends what Steelhead changes into that record"), "{customer}");
}

#[test]
fn an_archived_connection_says_when_that_was() {
    let (pages, shop, _) = sent();
    let mut browser = pages.signed_in(Role::Clerk);
    browser.get(INVOICE);
    assert_eq!(browser.post(&format!("{INVOICE}/archive"), &[]).status, 303);
    let long_ago = ferrule::sync::stored::Connection {
        connected_at: shop.now() - TimeDelta::days(40),
        is_archived: true,
        ..shop.store.connections_of(shop.company, &[invoice("1031042")]).unwrap().remove(0)
    };
    shop.store.connect(shop.company, &long_ago).unwrap();
    let told = words(&browser.get(INVOICE).body);
    assert!(
        told.contains("Archived just now by clerk of acme, connected 3") && told.contains("days ago"),
        "{told}"
    );
}

#[test]
fn activity_tells_in_words_with_links() {
    let (pages, shop, _) = sent();
    let mut browser = pages.signed_in(Role::Clerk);
    browser.get("/c/1/invoicing");
    browser.post("/c/1/invoicing/play", &[("id", "1031055"), ("id", "1031056")]);
    let page = browser.get("/c/1/activity?per=200").body;
    let told = words(page.split("aria-label=\"What happened\"").nth(1).unwrap());
    assert!(told.contains("Invoice 1042 created in QuickBooks as SH:1042"), "{told}");
    assert!(page.contains("<a href=\"/c/1/invoicing/1031042\">Invoice 1042</a> created"), "{page}");
    assert!(told.contains("clerk of acme played 2 invoices Invoice 1055, Invoice 1056"), "{told}");
    assert!(told.contains("Read ") && told.contains(" lists"), "{told}");
    for raw in ["1031042", "1031055", "QueryRq", "Query ×", "InvoiceAdd", "CustomerQuery", "partNumber"] {
        assert!(!told.contains(raw), "{raw}: {told}");
    }
    drop(shop);
}

#[test]
fn the_building_icon_says_each_thing_once() {
    let (pages, mut shop) = shop();
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Clerk);
    let customer = DocumentKey { object: "customer".to_owned(), id: "303".to_owned() };
    let file = shop.store.company_file(shop.company).unwrap();
    let name = RecordKey { record_type: "CustomerRet".to_owned(), id: "80000034-1767225652".to_owned() };
    ferrule::sync::connect(shop.store.as_ref(), &shop.rules.program, &file, &customer, &name, shop.now())
        .unwrap();
    newest(&mut browser, "/c/1/customers");
    let page = browser.get("/c/1/customers").body;
    let tips: Vec<&str> =
        page.split("class=\"tip\">").skip(1).map(|it| it.split('<').next().unwrap()).collect();
    assert!(tips.iter().any(|tip| tip.starts_with("Connected; last update ")), "{tips:?}");
    assert!(!page.contains("Connected. Connected"), "{page}");
}
