//! Rows of a list are selected and acted on; days, reasons, sums, pages; what a click did is told and taken back.

use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{CompanyId, DocumentKey, JobState, NewDocument, Store as _};

use crate::loop_support::{Break, Shop, sample};
use crate::simulator_requests::document;
use crate::web_support::{Browser, Pages, location, open};

const LIST: &str = "/c/1/invoicing";
const CHOSEN: &str = "/c/1/invoicing/chosen";

fn shop() -> (Pages, Shop) {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(soon));
    shop.load(&["customers.json", "terms.ndjson", "part_numbers.ndjson", "invoices.json"]);
    (pages, shop)
}

fn invoice(id: &str) -> DocumentKey {
    DocumentKey { object: "invoice".to_owned(), id: id.to_owned() }
}

/// The inside of a page, made of what is there now.
fn newest(browser: &mut Browser, page: &str) -> String {
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    let body = browser.get(page).body;
    browser.headers.clear();
    body
}

/// The value of the first hidden field of that name.
fn hidden(page: &str, name: &str) -> String {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The page that a form leads to.
fn after(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = browser.post(path, fields);
    assert_eq!(reply.status, 303, "{}", reply.body);
    let to = location(&reply).to_owned();
    browser.get(&to).body
}

fn rows(page: &str) -> usize {
    page.matches("<tr id=\"row-").count()
}

#[test]
fn what_is_selected_is_played_and_taken_back_by_one_click() {
    let (pages, shop) = shop();
    let mut clerk = pages.signed_in(Role::Clerk);
    newest(&mut clerk, LIST);
    let two = [("do", "play"), ("id", "1031041"), ("id", "1031042"), ("query", "q=dunmore")];
    let page = after(&mut clerk, CHOSEN, &two);
    assert!(
        page.contains("2 documents queued.") && page.contains("href=\"/c/1/invoicing?is=Queued\">View"),
        "{page}"
    );
    assert_eq!(shop.count(JobState::Queued), 2);
    // What another click queued stays.
    shop.play(&[invoice("1031043")]);
    let at = hidden(&page, "at");
    let back = hidden(&page, "back").replace("&#38;", "&");
    assert_eq!(back, "/c/1/invoicing?q=dunmore");
    let undo = clerk.post("/c/1/undo", &[("did", "queue"), ("at", &at), ("back", &back)]);
    assert_eq!(location(&undo), back);
    assert!(clerk.get(&back).body.contains("2 documents were taken out of the queue."));
    assert_eq!((shop.count(JobState::Queued), shop.job(&invoice("1031043")).state), (1, JobState::Queued));
    // Once more: there is nothing to take back. Nobody is led to another site.
    for (to, led) in [
        ("https://evil.example/", "/c/1/todo"),
        ("//evil.example/c/1/", "/c/1/todo"),
        ("/c/2/todo", "/c/1/todo"),
        ("", "/c/1/todo"),
    ] {
        let undo = clerk.post("/c/1/undo", &[("did", "queue"), ("at", &at), ("back", to)]);
        assert_eq!((undo.status, location(&undo)), (303, led), "{to}");
    }
    assert!(clerk.get("/c/1/todo").body.contains("Nothing was taken back: it is on its way"));
    assert_eq!(clerk.post("/c/1/undo", &[("did", "queue"), ("at", "soon")]).status, 400);
    assert_eq!(clerk.post("/c/1/undo", &[("did", "more"), ("at", &at)]).status, 400);
    let audit = pages.audit().join("\n");
    assert!(audit.contains("play invoice 1031041, invoice 1031042"), "{audit}");
    assert!(audit.contains("from the queue: invoice 1031041, invoice 1031042"), "{audit}");
}

#[test]
fn one_click_is_told_with_its_number_undone_and_viewed() {
    let (pages, shop) = shop();
    let mut clerk = pages.signed_in(Role::Clerk);
    newest(&mut clerk, LIST);
    let page = after(&mut clerk, "/c/1/invoicing/play", &[("id", "1031041"), ("query", "is=Finalized")]);
    assert!(
        page.contains("Invoice 1041 queued.") && page.contains("href=\"/c/1/invoicing/1031041\">View"),
        "{page}"
    );
    assert!(!page.contains("id=\"row-1031041\""), "it is Finalized no more: {page}");
    // On its own page there is nothing to view.
    let page = after(&mut clerk, "/c/1/invoicing/1031042/play", &[]);
    assert!(page.contains(">Undo</button>") && !page.contains(">View</a>"), "{page}");
    let at = hidden(&page, "at");
    let page =
        after(&mut clerk, "/c/1/undo", &[("did", "queue"), ("at", &at), ("back", "/c/1/invoicing/1031042")]);
    assert!(page.contains("Invoice 1042 was taken out of the queue."), "{page}");
    assert_eq!(shop.count(JobState::Queued), 1);
    // A message that somebody else wrote into the browser leads nowhere.
    let forged = "m=Hello&did=archive&at=1&list=%2F%2Fevil.example&id=..%2F..%2Fx";
    clerk.cookies.insert("ferrule-message".to_owned(), forged.to_owned());
    let page = clerk.get(LIST).body;
    assert!(page.contains("<p>Hello</p>") && !page.contains("evil") && !page.contains(">View</a>"), "{page}");
}

#[test]
fn all_with_one_reason_are_retried() {
    let (pages, mut shop) = shop();
    let mut clerk = pages.signed_in(Role::Clerk);
    // Two whose line has no quantity, and one with another fault.
    for id in [1_031_042, 1_031_043] {
        shop.change("invoices.json", id, |it| it["lines"][0]["items"][0]["quantity"] = (-1).into());
    }
    shop.play(&[invoice("1031042"), invoice("1031043"), invoice("1031050")]);
    shop.visit(Break::Never);
    let page = newest(&mut clerk, "/c/1/invoicing?is=Rejected");
    assert!(page.contains("Why, by reason"), "{page}");
    let links: Vec<&str> =
        page.split("<li><a href=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert!(links.len() >= 2, "{page}");
    let link = links.iter().find(|link| link.contains("quantity")).unwrap().replace("&#38;", "&");
    let narrow = newest(&mut clerk, &link);
    assert_eq!(rows(&narrow), 2, "{narrow}");
    assert!(narrow.contains("aria-current=\"true\">") && narrow.contains("id=\"row-1031042\""), "{narrow}");
    // "All in this list" leads to what double play would take: those two.
    let query = hidden(&narrow, "query").replace("&#38;", "&");
    let seen = hidden(&narrow, "seen");
    let go = clerk.post(CHOSEN, &[("do", "play"), ("of", "all"), ("seen", &seen), ("query", &query)]);
    let to = location(&go).to_owned();
    assert!(to.starts_with("/c/1/invoicing/play-all?"), "{to}");
    let page = newest(&mut clerk, &to);
    assert!(page.contains("2 documents in this list are not done"), "{page}");
    let page = after(&mut clerk, "/c/1/invoicing/play-all", &[("seen", "2"), ("query", &query)]);
    assert!(page.contains("2 documents queued."), "{page}");
    assert_eq!(shop.count(JobState::Queued), 2);
}

#[test]
fn a_selection_is_settled_after_a_question_and_taken_back() {
    let (pages, shop) = shop();
    let mut clerk = pages.signed_in(Role::Clerk);
    let page = newest(&mut clerk, LIST);
    let ids = [("id", "1031041"), ("id", "1031042")];
    let asked = clerk.post(CHOSEN, &[&[("do", "settle")][..], &ids].concat());
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert!(
        asked.body.contains("<h2>2 documents, ") && asked.body.contains("name=\"id\" value=\"1031042\""),
        "{}",
        asked.body
    );
    assert!(!newest(&mut clerk, LIST).contains("Settled by hand <span>"), "nothing was done yet");
    let sure = [&[("do", "settle"), ("sure", "1"), ("why", "booked <by> hand")][..], &ids].concat();
    assert!(after(&mut clerk, CHOSEN, &sure).contains("2 documents settled by hand."));
    let list = newest(&mut clerk, LIST);
    assert!(
        list.contains("Settled by hand <span>2</span>") && list.contains("booked &#60;by&#62; hand"),
        "{list}"
    );
    assert!(
        list.contains("Settle no longer") && !page.contains("Settle no longer"),
        "only where something is settled"
    );
    // They cannot be settled twice, nor played; another one goes, and what was left out is told.
    assert!(
        after(&mut clerk, CHOSEN, &sure)
            .contains("Nothing was done: they are done, on their way, or settled already.")
    );
    let three = [&[("do", "play"), ("id", "1031043")][..], &ids].concat();
    let told = after(&mut clerk, CHOSEN, &three);
    assert!(
        told.contains("Invoice 1043 queued.") && told.contains("does not apply to them: 2 documents."),
        "{told}"
    );
    let back = [&[("do", "take-back")][..], &ids].concat();
    assert!(after(&mut clerk, CHOSEN, &back).contains("2 documents taken back."));
    assert_eq!(shop.count(JobState::Queued), 1);
    let audit = pages.audit().join("\n");
    assert!(audit.contains("settle by hand invoice: 1031041, 1031042"), "{audit}");
}

#[test]
fn all_of_a_page_and_of_a_list_are_those_that_were_seen() {
    let (pages, shop) = shop();
    let mut clerk = pages.signed_in(Role::Clerk);
    let page = newest(&mut clerk, "/c/1/invoicing?per=2&sort=0");
    assert!(page.contains("All 2 on this page") && page.contains("<option value=\"all\">All "), "{page}");
    let seen = hidden(&page, "seen");
    let of_page = [("do", "play"), ("of", "page"), ("seen", seen.as_str()), ("query", "per=2&sort=0")];
    let told = after(&mut clerk, CHOSEN, &of_page);
    assert!(told.contains("2 documents queued.") || told.contains("Left out"), "{told}");
    let queued = shop.count(JobState::Queued);
    assert!(queued > 0 && queued <= 2);
    // All that are queued go out again, at once.
    let page = newest(&mut clerk, "/c/1/invoicing?is=Queued");
    let seen = hidden(&page, "seen");
    let all = [("do", "unplay"), ("of", "all"), ("seen", seen.as_str()), ("query", "is=Queued")];
    // Somebody else's click comes between: what is selected is not what was seen.
    shop.play(&[invoice("1031055")]);
    newest(&mut clerk, LIST);
    assert_eq!(clerk.post(CHOSEN, &all).status, 409);
    shop.store.unplay(shop.company, &[invoice("1031055")]).unwrap();
    newest(&mut clerk, LIST);
    after(&mut clerk, CHOSEN, &all);
    assert_eq!(shop.count(JobState::Queued), 0);
}

#[test]
fn a_selection_that_makes_no_sense_is_refused() {
    let (pages, shop) = shop();
    pages.company("other", "Secret Shop");
    let (mut clerk, mut viewer) = (pages.signed_in(Role::Clerk), pages.signed_in(Role::Viewer));
    newest(&mut viewer, LIST);
    newest(&mut clerk, LIST);
    let play = ("do", "play");
    assert_eq!(viewer.post(CHOSEN, &[play, ("id", "1031041")]).status, 403);
    assert_eq!(viewer.post("/c/1/undo", &[("at", "1")]).status, 403);
    assert_eq!(clerk.post_plain(CHOSEN, &[play, ("id", "1031041")]).status, 403, "no token");
    assert_eq!(clerk.post_plain("/c/1/invoicing/download", &[]).status, 403, "no token");
    for (fields, status) in [
        (&[("id", "1031041")][..], 400),
        (&[("do", "delete"), ("id", "1031041")], 400),
        (&[play, ("id", "' OR 1=1 --")], 404),
        (&[play, ("id", "1031041"), ("id", "999")], 404),
        (&[play, ("id", "")], 404),
        (&[("do", "settle"), ("of", "all"), ("seen", "14-0")], 409),
        (&[("do", "settle"), ("of", "everything")], 409),
    ] {
        assert_eq!(clerk.post(CHOSEN, fields).status, status, "{fields:?}");
    }
    assert_eq!(clerk.post("/c/2/invoicing/chosen", &[play, ("id", "1031041")]).status, 404);
    assert_eq!(
        clerk.post("/c/1/part-numbers/chosen", &[play, ("id", "7014")]).status,
        400,
        "only with an invoice"
    );
    assert!(after(&mut clerk, CHOSEN, &[play]).contains("Nothing was selected"));
    let several = [("do", "connect"), ("id", "1031041"), ("id", "1031042")];
    assert!(clerk.post(CHOSEN, &several).body.contains("None of them has one candidate"));
    let one = clerk.post(CHOSEN, &several[..2]);
    assert_eq!(location(&one), "/c/1/invoicing/1031041/connect");
    assert!(shop.jobs().is_empty());
}

#[test]
fn more_than_can_be_selected_is_told() {
    let (pages, shop) = shop();
    let json = sample("invoices.json", 1_031_042).to_string();
    let many: Vec<_> = (0..5_001)
        .map(|id| NewDocument {
            key: invoice(&(5_000_000 + id).to_string()),
            version: "1".to_owned(),
            json: json.replace("1031042", &(5_000_000 + id).to_string()),
        })
        .collect();
    pages.store.load(shop.company, &many, chrono::Utc::now()).unwrap();
    let mut clerk = pages.signed_in(Role::Clerk);
    let page = newest(&mut clerk, LIST);
    assert!(page.contains("too many but to play, 5,000 at once"), "the page says so: {page}");
    let seen = hidden(&page, "seen");
    let all = clerk.post(CHOSEN, &[("do", "settle"), ("of", "all"), ("seen", &seen)]);
    assert_eq!(all.status, 400, "{}", all.body);
    assert!(all.body.contains("documents are selected, and it can be 5,000 at once"), "{}", all.body);
    assert!(
        page.contains("Page <input type=\"number\" name=\"page\" value=\"1\" min=\"1\" max=\"101\""),
        "{page}"
    );
    let last = newest(&mut clerk, "/c/1/invoicing?page=101&per=50");
    assert!(last.contains("Page 101 of 101") && last.contains("<option selected>50</option>"), "{last}");
}

#[test]
fn days_sums_and_what_a_search_keeps() {
    let (pages, _shop) = shop();
    let mut viewer = pages.signed_in(Role::Viewer);
    let all = viewer.get(LIST).body;
    let some = viewer.get("/c/1/invoicing?from=2026-03-01&to=2026-03-05&sort=0&is=Finalized&per=25").body;
    assert!(rows(&some) > 0 && rows(&some) < rows(&all), "{some}");
    for day in some.split("data-label=\"Date\" class=\"date\">").skip(1) {
        assert!(("2026-03-01"..="2026-03-05").contains(&&day[..10]), "{day}");
    }
    assert!(some.contains(" in all</strong>"), "{some}");
    // The form of the search keeps the sort and what else is chosen, but not the page.
    let form = some.split("role=\"search\">").nth(1).unwrap().split("</form>").next().unwrap();
    for kept in [
        "name=\"is\" value=\"Finalized\"",
        "name=\"sort\" value=\"0\"",
        "name=\"per\" value=\"25\"",
        "name=\"from\" value=\"2026-03-01\"",
    ] {
        assert_eq!(form.matches(kept).count(), 1, "{kept}: {form}");
    }
    assert!(!form.contains("name=\"page\""), "{form}");
    // One invoice: its sum is its amount.
    let one = viewer.get("/c/1/invoicing?q=1041").body;
    let amount = one.split("data-label=\"Total\" class=\"number money\">").nth(1).unwrap();
    let amount = amount.split('<').next().unwrap();
    assert!(one.contains(&format!("<strong>1 document, {amount} in all</strong>")), "{amount}: {one}");
    for (query, told) in
        [("from=soon", "A day is written like"), ("from=2026-03-05&to=2026-03-01", "The first day is after")]
    {
        let page = viewer.get(&format!("{LIST}?{query}")).body;
        assert!(page.contains(told) && rows(&page) == rows(&all), "{query}: {page}");
    }
    // The price of a part is not money that anybody owes.
    assert!(!viewer.get("/c/1/part-numbers").body.contains(" in all</strong>"));
    assert!(!viewer.get("/c/1/customers").body.contains("type=\"date\""), "customers have no date");
}

#[test]
fn a_list_comes_as_a_file_for_spreadsheets() {
    let (pages, shop) = shop();
    let evil = r#"{"object":"customer","id":9001,"name":"=HYPERLINK(\"x\"), Inc"}"#;
    shop.load_json("customer", "9001", evil);
    let mut viewer = pages.signed_in(Role::Viewer);
    newest(&mut viewer, "/c/1/customers");
    let reply = viewer.post("/c/1/customers/download", &[]);
    assert!(
        reply.head.contains("text/csv") && reply.head.contains("attachment; filename=\"customers-"),
        "{}",
        reply.head
    );
    assert!(reply.body.contains("\"'=HYPERLINK(\"\"x\"\"), Inc\""), "{}", reply.body);
    let lines = reply.body.matches("\r\n").count();
    assert_eq!(lines, shop_count(&pages, "customer") + 1);
    // Only what is selected, or what is found.
    newest(&mut viewer, LIST);
    let some = viewer.post("/c/1/invoicing/download", &[("id", "1031041"), ("id", "1031043")]).body;
    assert!(
        some.matches("\r\n").count() == 3 && some.contains("1031043") && some.contains("Status,Why"),
        "{some}"
    );
    let found = viewer.post("/c/1/invoicing/download", &[("query", "q=1041")]).body;
    assert_eq!(found.matches("\r\n").count(), 2, "{found}");
    assert_eq!(viewer.post("/c/1/invoicing/download", &[("id", "5")]).status, 404);
    assert_eq!(viewer.post("/c/1/nothing/download", &[]).status, 404);
}

#[test]
fn what_a_list_fetches_of_itself_brings_its_heading_along() {
    let (pages, mut shop) = shop();
    let mut viewer = pages.signed_in(Role::Viewer);
    assert!(viewer.get(LIST).body.contains("id=\"synced\">Never synced</p>"));
    shop.play(&[invoice("1031041")]);
    shop.visit(Break::Never);
    let inside = newest(&mut viewer, LIST);
    assert!(inside.contains("id=\"synced\" hx-swap-oob=\"true\">Last sync <time"), "{inside}");
    let whole = viewer.get(LIST).body;
    assert!(
        whole.matches("id=\"synced\"").count() == 1 && !whole.contains("id=\"synced\" hx-swap-oob"),
        "{whole}"
    );
}

#[test]
fn a_list_is_sorted_by_its_last_sync() {
    let (pages, mut shop) = shop();
    shop.play(&[invoice("1031042")]);
    shop.visit(Break::Never);
    let mut viewer = pages.signed_in(Role::Viewer);
    let head = newest(&mut viewer, LIST);
    let link = head
        .split("\">Last sync</a>")
        .next()
        .unwrap()
        .rsplit("href=\"")
        .next()
        .unwrap()
        .replace("&#38;", "&");
    let page = newest(&mut viewer, &format!("{link}&down=1"));
    let first = page.split("<tr id=\"row-").nth(1).unwrap();
    assert!(first.starts_with("1031042"), "{page}");
}

fn shop_count(pages: &Pages, object: &str) -> usize {
    let company = CompanyId(1);
    pages.store.all_documents(company, Some(object)).unwrap().len()
}

/// Two customers of QuickBooks, one of them under nearly the name that Steelhead has, and three of Steelhead.
fn namesakes() -> (Pages, Shop) {
    let (pages, mut shop) = shop();
    let added =
        |name: &str| format!("<CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq>");
    shop.in_quickbooks(&document(&(added("Nadir  Metals") + &added("Solo Works"))));
    for (id, name) in [(7001, "Nadir Metals"), (7002, "Solo Works"), (7003, "Nobody Has It")] {
        let json = serde_json::json!({ "object": "customer", "id": id, "idInDomain": id, "name": name });
        shop.load_json("customer", &id.to_string(), &json.to_string());
    }
    shop.play(&[customer("7001")]);
    shop.visit(Break::Never);
    (pages, shop)
}

fn customer(id: &str) -> DocumentKey {
    DocumentKey { object: "customer".to_owned(), id: id.to_owned() }
}

fn is_archived(shop: &Shop, id: &str) -> Option<bool> {
    let all = shop.store.connections(shop.company).unwrap();
    all.iter().find(|it| it.document == customer(id)).map(|it| it.is_archived)
}

#[test]
fn several_are_connected_each_to_the_candidate_that_was_shown_archived_and_taken_back() {
    let (pages, shop) = namesakes();
    let mut clerk = pages.signed_in(Role::Clerk);
    newest(&mut clerk, "/c/1/customers");
    let chosen = "/c/1/customers/chosen";
    let ids = [("id", "7001"), ("id", "7002"), ("id", "7003")];
    let asked = clerk.post(chosen, &[[("do", "connect")].as_slice(), &ids].concat());
    assert_eq!(asked.status, 200, "{}", asked.body);
    let pairs: Vec<&str> =
        asked.body.split("name=\"pair\" value=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert_eq!(pairs.len(), 2, "{}", asked.body);
    for part in
        ["Nadir  Metals", "Nearly the same name", "The name is the same", "No free record has its name."]
    {
        assert!(asked.body.contains(part), "{part}: {}", asked.body);
    }
    assert_eq!(is_archived(&shop, "7001"), None, "nothing is connected before somebody says so");
    let sure = [("do", "connect"), ("sure", "1")];
    assert!(after(&mut clerk, chosen, &sure).contains("Nothing was selected"));
    assert_eq!(clerk.post(chosen, &[sure.as_slice(), &[("pair", "7001")]].concat()).status, 400);
    let both: Vec<(&str, &str)> = pairs.iter().map(|pair| ("pair", *pair)).collect();
    let page = after(&mut clerk, chosen, &[sure.as_slice(), &both].concat());
    assert!(page.contains("2 documents connected."), "{page}");
    // The bar in the corner leads to them, and takes it back; another click takes that back.
    assert!(page.contains("href=\"/c/1/customers?is=Connected\">View"), "{page}");
    let undo = |clerk: &mut Browser, page: &str, did: &str| {
        assert_eq!(hidden(page, "did"), did);
        let form = [("did", did), ("at", &*hidden(page, "at")), ("back", "/c/1/customers")];
        after(clerk, "/c/1/undo", &form)
    };
    let page = undo(&mut clerk, &page, "connect");
    assert!(page.contains("2 connections archived.") && page.contains("is=Connection"), "{page}");
    assert_eq!(["7001", "7002"].map(|id| is_archived(&shop, id)), [Some(true); 2]);
    // Nobody takes back what somebody else did.
    let mut other = pages.signed_in(Role::Administrator);
    other.get("/c/1/customers");
    let told = undo(&mut other, &page, "archive");
    assert!(told.contains("There was nothing to take back"), "{told}");
    assert_eq!(is_archived(&shop, "7001"), Some(true));
    let page = undo(&mut clerk, &page, "archive");
    assert!(page.contains("2 connections restored."), "{page}");
    assert_eq!(["7001", "7002"].map(|id| is_archived(&shop, id)), [Some(false); 2]);
    let history = clerk.get("/c/1/customers/7002/history").body;
    assert!(history.contains("clerk of acme connected it and 1 other"), "{history}");
    // Archived after a question, with its time and the person on each page.
    newest(&mut clerk, "/c/1/customers");
    let archive = [[("do", "archive")].as_slice(), &ids].concat();
    let asked = clerk.post(chosen, &archive);
    assert!(asked.body.contains("Archive the connections of 2 documents"), "{}", asked.body);
    assert_eq!(is_archived(&shop, "7001"), Some(false));
    let page = after(&mut clerk, chosen, &[archive.as_slice(), &[("sure", "1")]].concat());
    assert!(page.contains("2 connections archived.") && page.contains("Left out"), "{page}");
    assert_eq!(["7001", "7002"].map(|id| is_archived(&shop, id)), [Some(true); 2]);
    let document = clerk.get("/c/1/customers/7001").body;
    assert!(document.contains("by clerk of acme, connected"), "{document}");
    newest(&mut clerk, "/c/1/customers");
    let page = after(&mut clerk, chosen, &[[("do", "restore")].as_slice(), &ids].concat());
    assert!(page.contains("2 connections restored."), "{page}");
    assert_eq!(["7001", "7002"].map(|id| is_archived(&shop, id)), [Some(false); 2]);
}

#[test]
fn a_play_of_several_stands_in_the_history_of_each_with_the_person() {
    let (pages, _shop) = shop();
    let mut clerk = pages.signed_in(Role::Clerk);
    newest(&mut clerk, LIST);
    let two = [("do", "play"), ("id", "1031041"), ("id", "1031042")];
    after(&mut clerk, CHOSEN, &two);
    for id in ["1031041", "1031042"] {
        let history = clerk.get(&format!("{LIST}/{id}/history")).body;
        assert!(history.contains("clerk of acme played it and 1 other"), "{history}");
        assert!(!history.contains("It was played"), "it is told once: {history}");
    }
    assert!(!clerk.get(&format!("{LIST}/1031043/history")).body.contains("played it"));
    assert!(clerk.get("/c/1/activity").body.contains("2 invoices"));
}

/// The rows of a table that is downloaded, without its head.
fn table(browser: &mut Browser, path: &str, fields: &[(&str, &str)], head: &str) -> Vec<String> {
    let reply = browser.post(path, fields);
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    assert!(reply.head.contains("text/csv"), "{}", reply.head);
    let mut lines = reply.body.trim_start_matches('\u{feff}').lines().map(str::to_owned);
    assert_eq!(lines.next().as_deref(), Some(head));
    lines.collect()
}

#[test]
fn imports_the_plan_and_the_activity_are_tables_too() {
    let (pages, shop) = namesakes();
    let mut viewer = pages.signed_in(Role::Viewer);
    let page = newest(&mut viewer, "/c/1/imports?object=customer");
    assert!(page.contains("Download CSV"), "{page}");
    let head = "Name,Type,State,Becomes,Why,Document,Record id";
    let all = table(&mut viewer, "/c/1/imports/download", &[("list", "object=customer")], head);
    assert!(all.iter().any(|row| row.starts_with("Solo Works,Customer,Importable,")), "{all:?}");
    let one = [("list", "object=customer&q=solo")];
    let found = table(&mut viewer, "/c/1/imports/download", &one, head);
    assert_eq!(found.len(), 1);
    let id = found[0].rsplit(',').next().unwrap();
    let selected = [("list", "object=customer"), ("record", &*format!("CustomerRet {id} 0"))];
    assert_eq!(table(&mut viewer, "/c/1/imports/download", &selected, head), found);

    crate::web_plan::planned(&mut viewer, "/c/1/plan");
    let head = "What is done,Object,Document,Id in Steelhead,Amount,Why";
    let all = table(&mut viewer, "/c/1/plan/download", &[("query", "object=invoice")], head);
    assert!(all.iter().any(|row| row.contains(",Invoice,") && row.contains(",1031042,")), "{all:?}");
    let rejected = table(&mut viewer, "/c/1/plan/download", &[("query", "object=invoice&is=reject")], head);
    assert!(!rejected.is_empty() && rejected.len() < all.len());
    assert!(rejected.iter().all(|row| row.starts_with("Rejected,")), "{rejected:?}");

    let head = "When,What,Result,About,Details";
    let all = table(&mut viewer, "/c/1/activity/download", &[], head);
    assert!(all.iter().any(|row| row.contains(",Visit,")), "{all:?}");
    let visits = table(&mut viewer, "/c/1/activity/download", &[("query", "kind=visit")], head);
    assert_eq!(visits.len(), shop.store.sessions(shop.company, 99).unwrap().len());
    assert_eq!(table(&mut viewer, "/c/1/activity/download", &[("query", "from=soon")], head).len(), 0);
}
