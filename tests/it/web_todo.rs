//! To do: what waits for a person, by cause, with its money; who looks after it, and until when it is put off.

use ferrule::people::{PeopleStore as _, Role};
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, JobState, Store as _};
use serde_json::json;

use crate::loop_support::{Break, Shop};
use crate::web_support::{Browser, Pages, location, open};

const DOCUMENTS: [&str; 6] =
    ["customers.json", "terms.ndjson", "part_numbers.ndjson", "invoices.json", "bills.json", "vendors.json"];
const TODO: &str = "/c/1/todo";

fn invoice(id: u64) -> DocumentKey {
    DocumentKey { object: "invoice".to_owned(), id: id.to_string() }
}

/// A shop whose pages are open, and whose Web Connector has been there.
fn shop(keys: &[DocumentKey]) -> (Pages, Shop) {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(soon));
    shop.load(&DOCUMENTS);
    shop.play(keys);
    shop.visit(Break::Never);
    (pages, shop)
}

/// The whole page, made of what is there now.
pub fn newest(browser: &mut Browser, page: &str) -> String {
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    browser.get(page);
    browser.headers.clear();
    browser.get(page).body
}

/// The section of a cause; empty if nothing waits for it.
pub fn section<'b>(body: &'b str, cause: &str) -> &'b str {
    let rest =
        body.split_once(&format!("<section class=\"card stack todo\" id=\"{cause}\"")).map_or("", |it| it.1);
    rest.split("</section>").next().unwrap_or_default()
}

/// The fields of the first form that goes there in a piece of a page.
fn hidden<'b>(body: &'b str, name: &str) -> &'b str {
    body.split_once(&format!("name=\"{name}\" value=\"")).map_or("", |it| it.1).split('"').next().unwrap()
}

#[test]
fn what_waits_lies_together_by_cause_with_its_money_and_is_counted() {
    // Two with a quantity of 0, one with a class that is not quite one.
    let (pages, mut shop) = shop(&[invoice(1_031_050), invoice(1_031_051), invoice(1_031_042)]);
    assert_eq!(shop.job(&invoice(1_031_050)).state, JobState::Rejected);
    let mut clerk = pages.signed_in(Role::Clerk);
    assert_eq!(location(&clerk.get("/")), TODO, "it is the start page");
    let body = newest(&mut clerk, TODO);
    let rejected = section(&body, "rejected");
    for part in
        ["Invoice 1050", "did you mean “Zinc Rack”?", "Invoice 1051", "must be greater than 0", "Play again"]
    {
        assert!(rejected.contains(part), "{part}: {body}");
    }
    assert!(body.contains("<title>(2) To do · Ferrule</title>"), "{body}");
    assert!(body.contains("<span id=\"waits\" class=\"count\">2</span>"), "{body}");
    assert!(body.contains("2 things wait for somebody, ") && body.contains("href=\"#rejected\""), "{body}");
    assert!(newest(&mut clerk, "/c/1/plan").contains("<title>(2) Plan"), "every page counts");
    // A page that is brought up to date says so too.
    "HX-Request: true\r\n".clone_into(&mut clerk.headers);
    let inside = clerk.get("/c/1/invoicing").body;
    clerk.headers.clear();
    assert!(inside.contains("<span id=\"waits\" class=\"count\" hx-swap-oob=\"true\">2</span>"), "{inside}");
    // What is mended is gone.
    let ids: Vec<DocumentKey> = [1_031_050].into_iter().map(invoice).collect();
    shop.change("invoices.json", 1_031_050, |it| {
        *it = serde_json::from_str(&it.to_string().replace("Zinc rack", "Zinc Rack")).unwrap();
    });
    shop.play(&ids);
    shop.visit(Break::Never);
    let body = newest(&mut clerk, TODO);
    assert!(!body.contains("Invoice 1050") && body.contains("<title>(1) To do"), "{body}");
}

#[test]
fn a_setting_that_is_missing_is_chosen_by_its_button() {
    let (pages, _shop) = shop(&[invoice(1_031_056)]);
    let mut clerk = pages.signed_in(Role::Clerk);
    let body = newest(&mut clerk, TODO);
    let setting = section(&body, "setting");
    assert!(setting.contains("has no income account") && setting.contains("Choose it here"), "{body}");
    assert!(setting.contains("href=\"/c/1/integrations/settings#income_account\""), "{setting}");
    assert!(clerk.get("/c/1/integrations/settings").body.contains("id=\"income_account\""));
}

#[test]
fn what_is_voided_here_and_alive_there_waits() {
    let (pages, mut shop) = shop(&[invoice(1_031_042)]);
    assert_eq!(shop.job(&invoice(1_031_042)).state, JobState::Done);
    let mut clerk = pages.signed_in(Role::Clerk);
    assert!(newest(&mut clerk, TODO).contains("Nothing waits"));
    shop.change("invoices.json", 1_031_042, |it| it["voidedAt"] = json!("2026-08-01T10:00:00+00:00"));
    let body = newest(&mut clerk, TODO);
    let undone = section(&body, "to-be-done");
    assert!(undone.contains("Invoice 1042") && undone.contains("Edit &#62; Void Invoice"), "{body}");
    let row = newest(&mut clerk, "/c/1/invoicing?q=1042");
    assert!(row.contains("pill warn\">Voided") && row.contains("does not void it in QuickBooks"), "{row}");
    // Somebody voids it in QuickBooks.
    let txn = shop.file.ids_of_number("Invoice", "SH:1042").remove(0).to_owned();
    let answer = shop.in_quickbooks(&format!("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>{txn}</TxnID></TxnVoidRq></QBXMLMsgsRq></QBXML>"));
    assert!(answer.contains("statusCode=\"0\""), "{answer}");
    shop.wait(chrono::TimeDelta::hours(1));
    shop.visit(Break::Never);
    assert!(newest(&mut clerk, TODO).contains("Nothing waits"));
}

#[test]
fn somebody_looks_after_it_and_what_is_put_off_comes_back_when_it_happens_again() {
    let (pages, mut shop) = shop(&[invoice(1_031_051)]);
    let mut clerk = pages.signed_in(Role::Clerk);
    let body = newest(&mut clerk, TODO);
    let form = section(&body, "rejected").to_owned();
    let told = hidden(&form, "told").replace("&#34;", "\"");
    let care = |fields: &[(&'static str, &'static str)]| -> Vec<(String, String)> {
        let mut all = vec![("cause", "rejected"), ("object", "invoice"), ("told", told.as_str())];
        all.extend(fields);
        all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let post = |browser: &mut Browser, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        browser.post("/c/1/todo/care", &fields)
    };
    // Who may not, may not; what is not there, or nobody, is told.
    let mut viewer = pages.signed_in(Role::Viewer);
    assert!(!newest(&mut viewer, TODO).contains("/todo/care"));
    assert_eq!(post(&mut viewer, care(&[("note", "x")])).status, 403);
    newest(&mut clerk, TODO);
    assert_eq!(post(&mut clerk, care(&[("person", "nobody here")])).status, 400);
    assert_eq!(clerk.post("/c/1/todo/care", &[("cause", "rejected"), ("told", "else")]).status, 409);
    assert_eq!(clerk.post("/c/1/todo/care", &[]).status, 409);
    // It is the clerk's now, with a note.
    let done = post(&mut clerk, care(&[("person", "clerk of acme"), ("note", "<b>asked the shop</b>")]));
    assert_eq!((done.status, location(&done)), (303, TODO), "{}", done.body);
    let body = newest(&mut clerk, TODO);
    let rejected = section(&body, "rejected");
    assert!(
        rejected.contains("pill busy\">clerk of acme") && rejected.contains("asked the shop"),
        "{rejected}"
    );
    assert!(!rejected.contains("<b>asked"), "{rejected}");
    assert!(newest(&mut clerk, "/c/1/todo?of=me").contains("Invoice 1051"));
    assert!(newest(&mut viewer, "/c/1/todo?of=me").contains("Nothing waits for you"));
    assert!(
        pages.audit().last().unwrap().contains("look after what waits rejected invoice"),
        "{:?}",
        pages.audit()
    );
    // Put off, it is counted no more, and can be brought back.
    newest(&mut clerk, TODO);
    assert_eq!(post(&mut clerk, care(&[("days", "7")])).status, 303);
    let body = newest(&mut clerk, TODO);
    assert!(
        body.contains("<title>To do") && body.contains("Put off") && section(&body, "rejected").is_empty()
    );
    assert_eq!(post(&mut clerk, care(&[("id", "1031051")])).status, 303);
    assert!(newest(&mut clerk, TODO).contains("<title>(1) To do"));
    assert_eq!(post(&mut clerk, care(&[("days", "7")])).status, 303);
    assert!(newest(&mut clerk, TODO).contains("<title>To do"));
    // It is played and rejected anew: it is open again, whatever was said of it before.
    shop.wait(chrono::TimeDelta::hours(1));
    shop.play(&[invoice(1_031_051)]);
    shop.visit(Break::Never);
    assert!(newest(&mut clerk, TODO).contains("<title>(1) To do"));
    assert_eq!(pages.store.cares(shop.company).unwrap().len(), 1);
}

#[test]
fn a_click_says_at_once_what_would_be_rejected_and_the_queue_gives_it_back() {
    let (pages, mut shop) = shop(&[]);
    let mut clerk = pages.signed_in(Role::Clerk);
    newest(&mut clerk, "/c/1/invoicing");
    let played = clerk.post("/c/1/invoicing/1031051/play", &[]);
    let page = clerk.get(location(&played)).body;
    assert!(page.contains("But as things stand it will be rejected: The quantity of"), "{page}");
    assert!(page.contains("Will be rejected") && page.contains("Take back from the queue"), "{page}");
    let job = shop.job(&invoice(1_031_051));
    assert_eq!((job.state, job.attempts), (JobState::Queued, 0), "the visit looks again");
    let row = newest(&mut clerk, "/c/1/invoicing?q=1051");
    assert!(row.contains("Will be rejected") && row.contains("must be greater than 0"), "on its row: {row}");
    assert!(
        section(&newest(&mut clerk, TODO), "rejected").contains("Invoice 1051"),
        "and it waits for somebody"
    );
    // One that goes is queued without a word.
    let played = clerk.post("/c/1/invoicing/1031042/play", &[]);
    let page = clerk.get(location(&played)).body;
    assert!(page.contains("queued.") && !page.contains("as things stand"), "{page}");
    // Both are taken back: nothing is sent.
    let back = clerk.post("/c/1/invoicing/unplay", &[("id", "1031051"), ("id", "1031042")]);
    assert!(clerk.get(location(&back)).body.contains("2 documents were taken out of the queue."));
    assert_eq!(shop.count(JobState::Queued), 0);
    assert!(!shop.visit(Break::Never).iter().any(|request| request.contains("InvoiceAdd")));
    assert!(newest(&mut clerk, "/c/1/invoicing?q=1042").contains("Finalized"));
    // One that was rejected is rejected again once its new play is taken back, with its reason.
    shop.play(&[invoice(1_031_051)]);
    shop.visit(Break::Never);
    let before = shop.job(&invoice(1_031_051));
    shop.play(&[invoice(1_031_051)]);
    assert_eq!(shop.job(&invoice(1_031_051)).state, JobState::Queued);
    assert_eq!(shop.store.unplay(shop.company, &[invoice(1_031_051)]).unwrap().len(), 1);
    assert_eq!((before.state, shop.job(&invoice(1_031_051))), (JobState::Rejected, before));
    let again = clerk.post("/c/1/invoicing/unplay", &[("id", "1031042")]);
    assert!(clerk.get(location(&again)).body.contains("Nothing was taken back: it is on its way"));
    // A newer version that is taken back leaves what was sent before as it was.
    shop.play(&[invoice(1_031_042)]);
    shop.visit(Break::Never);
    shop.change("invoices.json", 1_031_042, |it| it["notes"] = json!("another"));
    shop.play(&[invoice(1_031_042)]);
    assert_eq!(shop.store.unplay(shop.company, &[invoice(1_031_042)]).unwrap().len(), 1);
    assert_eq!(shop.job(&invoice(1_031_042)).state, JobState::Done);
    assert!(newest(&mut clerk, "/c/1/invoicing?q=1042").contains("Changed since"));
}

#[test]
fn double_play_says_what_goes_and_what_is_rejected_before_it_is_pressed() {
    let (pages, _shop) = shop(&[]);
    let mut clerk = pages.signed_in(Role::Clerk);
    let page = "/c/1/invoicing/play-all?q=105";
    let mut body = newest(&mut clerk, page);
    while body.contains("still looking") {
        body = newest(&mut clerk, page);
    }
    assert!(body.contains("rejected, ") && body.contains(" in all."), "{body}");
    assert!(body.contains(">Invoice 1051</a>") && body.contains("must be greater than 0"), "{body}");
}
