//! Lists of documents, a document's page, play, connecting, and history.

use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, JobState, Store as _};

use crate::loop_support::{Break, Shop};
use crate::web_support::{Browser, Pages, location, open};

const DOCUMENTS: [&str; 6] =
    ["customers.json", "terms.ndjson", "part_numbers.ndjson", "invoices.json", "bills.json", "vendors.json"];
const LIST: &str = "/c/1/invoicing";
const HOSTILE: &str = "<script>alert(1)</script>\"'&amp;</pre>";

/// A shop whose pages are open; nothing was played yet.
fn shop() -> (Pages, Shop) {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(soon));
    shop.load(&DOCUMENTS);
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

/// Presses a button that a page has.
fn press(browser: &mut Browser, page: &str, to: &str, fields: &[(&str, &str)]) -> String {
    // Lists follow what happened in a moment; a person sees that happen.
    newest(browser, page);
    let body = browser.get(page).body;
    assert!(body.contains(&format!("action=\"{to}\"")), "{page} has no form to {to}: {body}");
    let reply = browser.post(to, fields);
    assert_eq!(reply.status, 303, "{}", reply.body);
    let next = location(&reply).to_owned();
    browser.get(&next).body
}

#[test]
fn a_list_is_searched_filtered_sorted_and_paged() {
    let (pages, _shop) = shop();
    let mut browser = pages.signed_in(Role::Viewer);
    let page = browser.get(LIST).body;
    for word in ["Invoicing", "Dunmore Tool &#38; Die", "Draft", "Voided", "Finalized", "Never synced"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(!page.contains("<form method=\"post\" action=\"/c/1/invoicing"), "a viewer has no buttons");
    let found = browser.get("/c/1/invoicing?q=kestrel+1048").body;
    assert!(found.contains("1 document") && found.contains("1048") && !found.contains(">1042<"));
    let drafts = browser.get("/c/1/invoicing?is=draft").body;
    assert!(drafts.contains(">1048<") && !drafts.contains(">1041<"));
    let down = browser.get("/c/1/invoicing?sort=0&down=1").body;
    assert!(down.contains("aria-sort=\"descending\""));
    assert!(down.find(">1048<").unwrap() < down.find(">1041<").unwrap());
    let second = browser.get("/c/1/invoicing?sort=0&per=2&page=2").body;
    assert!(second.contains("3–4 of") && second.contains("rel=\"prev\"") && !second.contains(">1041<"));
    for query in ["page=0", "page=99999999999", "page=-1", "sort=99", "sort=x", "per=100000", "is=Nonsense"] {
        assert_eq!(browser.get(&format!("{LIST}?{query}")).status, 200, "{query}");
    }
    let long = "x".repeat(5_000);
    assert!(browser.get(&format!("{LIST}?q={long}")).body.contains("Nothing matches"));
    for list in ["bills", "customers", "vendors", "part-numbers", "products", "terms"] {
        assert_eq!(browser.get(&format!("/c/1/{list}")).status, 200, "{list}");
    }
}

#[test]
fn play_once_twice_and_by_two() {
    let (pages, mut shop) = shop();
    let (mut one, mut other) = (pages.signed_in(Role::Clerk), pages.signed_in(Role::Administrator));
    let fields = [("id", "1031041"), ("query", "?q=dunmore&evil=1")];
    one.get(LIST);
    other.get(LIST);
    let reply = one.post("/c/1/invoicing/play", &fields);
    assert_eq!(location(&reply), "/c/1/invoicing?q=dunmore#row-1031041");
    assert!(one.get(location(&reply)).body.contains("Invoice 1041 queued."));
    let reply = other.post("/c/1/invoicing/play", &fields);
    assert!(other.get(location(&reply)).body.contains("Invoice 1041 is already in the queue."));
    assert_eq!(shop.jobs().len(), 1);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&invoice("1031041")).state, JobState::Done);
    one.get("/c/1/invoicing/1031041");
    one.post("/c/1/invoicing/1031041/play", &[]);
    assert!(one.get("/c/1/invoicing/1031041").body.contains("Invoice 1041 is already done."));
    let plays = pages.audit().into_iter().filter(|entry| entry.contains(" play ")).collect::<Vec<_>>();
    assert_eq!(plays, ["clerk of acme: play invoice 1031041"]);
}

/// Where the plan says that none of them goes, the clerk is not pushed to play.
#[test]
fn double_play_of_what_would_be_rejected_is_no_main_button() {
    let (pages, _shop) = shop();
    let mut browser = pages.signed_in(Role::Clerk);
    let page = newest(&mut browser, "/c/1/invoicing/play-all?q=1053");
    assert!(page.contains("0 go, 1 rejected"), "{page}");
    assert!(page.contains("Play 1 document all the same"), "{page}");
    let page = newest(&mut browser, "/c/1/invoicing/play-all?q=dunmore");
    assert!(page.contains("<button class=\"main\">") && !page.contains("all the same"), "{page}");
}

#[test]
fn double_play_takes_what_is_listed_and_not_done_once() {
    let (pages, mut shop) = shop();
    let mut browser = pages.signed_in(Role::Clerk);
    let all = "/c/1/invoicing/play-all?q=dunmore";
    assert!(browser.get("/c/1/invoicing?q=dunmore").body.contains(&format!("href=\"{all}\"")));
    let page = browser.get(all).body;
    let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(page.contains(&format!("{seen} documents in this list are not done")), "{page}");
    assert!(page.contains("/c/1/plan?object=invoice"), "{page}");
    let fields = [("seen", seen.as_str()), ("query", "?q=dunmore")];
    let reply = browser.post("/c/1/invoicing/play-all", &fields);
    assert_eq!(location(&reply), "/c/1/invoicing?q=dunmore");
    let told = browser.get(location(&reply)).body;
    assert!(told.contains(&format!("{seen} documents queued.")), "{told}");
    assert_eq!(shop.jobs().len().to_string(), seen, "others stay as they are");
    // Once more, by somebody whose page is older: nothing happens.
    let reply = browser.post("/c/1/invoicing/play-all", &fields);
    assert_eq!(reply.status, 409, "{}", reply.body);
    assert!(reply.body.contains("nothing was queued"));
    shop.visit(Break::Never);
    let page = browser.get(all).body;
    assert!(page.contains("Nothing is left to play") || page.contains("Rejected"), "{page}");
    for wrong in [&[("query", "")][..], &[("seen", "x")], &[("seen", "-1")], &[("seen", "")]] {
        assert_eq!(browser.post("/c/1/invoicing/play-all", wrong).status, 400, "{wrong:?}");
    }
}

#[test]
fn a_rejection_is_understood_and_mended() {
    let (pages, mut shop) = shop();
    let mut browser = pages.signed_in(Role::Clerk);
    let ids: Vec<String> = shop
        .store
        .all_documents(shop.company, Some("invoice"))
        .unwrap()
        .into_iter()
        .map(|it| it.document.key.id)
        .collect();
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    browser.get(LIST);
    browser.post("/c/1/invoicing/play", &fields);
    shop.visit(Break::Never);
    let job = shop.job(&invoice("1031050"));
    assert_eq!(job.state, JobState::Rejected);
    let error = job.error.unwrap();
    let path = format!("{LIST}/{}", job.document.id);
    let page = browser.get(&path).body;
    for part in [
        "Rejected",
        "What to do",
        "Whose turn",
        "Play again",
        "Connect to a record",
        "Nothing was changed in QuickBooks.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(newest(&mut browser, &format!("{LIST}?is=Rejected")).contains("class=\"why\""));
    let code = browser.get(&format!("/errors/{}", error.code));
    assert_eq!(code.status, 200, "{}", error.code);
    let preview = browser.get(&format!("{path}/preview")).body;
    assert!(preview.contains("Rejected") && preview.contains("/c/1/rules?file="), "{preview}");
    assert!(preview.contains("#L"), "a rule's link goes to its line: {preview}");
}

#[test]
fn a_document_shows_its_lines_its_record_and_what_play_would_send() {
    let (pages, mut shop) = shop();
    let mut browser = pages.signed_in(Role::Clerk);
    let path = "/c/1/invoicing/1031041";
    let page = browser.get(path).body;
    for part in
        ["Invoice 1041", "Zinc", "Never played", "Not connected to any record", "&#34;idInDomain&#34;: 1041"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let preview = browser.get(&format!("{path}/preview")).body;
    for part in [
        "InvoiceAdd",
        ">Why<",
        "rules/invoice.yaml:",
        "class=\"x-tag\">InvoiceAddRq",
        "assigned by QuickBooks",
    ] {
        assert!(preview.contains(part), "{part}: {preview}");
    }
    press(&mut browser, path, &format!("{path}/play"), &[]);
    shop.visit(Break::Never);
    let page = browser.get(path).body;
    assert!(page.contains("Synced") && page.contains("/c/1/records/InvoiceRet/"), "{page}");
    assert!(browser.get(&format!("{path}/preview")).body.contains("There is nothing to send."));
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    let inside = browser.get(&format!("{path}/preview")).body;
    assert!(!inside.contains("<html") && inside.contains("What play would do"));
}

#[test]
fn connections_are_made_archived_and_restored() {
    let (pages, mut shop) = shop();
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Clerk);
    let customer = shop.store.all_documents(shop.company, Some("customer")).unwrap().remove(0).document.key;
    let path = format!("/c/1/customers/{}", customer.id);
    let found = browser.get(&format!("{path}/connect?q=")).body;
    assert!(found.contains("Connect<span"), "{found}");
    assert!(browser.get(&format!("{path}/connect?q=no+such+thing")).body.contains("No record matches"));
    let field = |page: &str, name: &str| {
        page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (kind, id) = (field(&found, "record_type"), field(&found, "record_id"));
    for (wrong, status) in [
        ([("record_type", "InvoiceRet"), ("record_id", id.as_str())], 400),
        ([("record_type", kind.as_str()), ("record_id", "")], 400),
        ([("record_type", kind.as_str()), ("record_id", "80000001-0")], 409),
    ] {
        assert_eq!(browser.post(&format!("{path}/connect"), &wrong).status, status, "{wrong:?}");
    }
    assert!(shop.store.standing(shop.company, &customer).unwrap().unwrap().connection.is_none());
    let chosen = [("record_type", kind.as_str()), ("record_id", id.as_str())];
    let page = press(&mut browser, &format!("{path}/connect?q="), &format!("{path}/connect"), &chosen);
    assert!(
        page.contains("is connected to") && page.contains(&format!("/c/1/records/{kind}/{id}")),
        "{page}"
    );
    let page = press(&mut browser, &path, &format!("{path}/archive"), &[]);
    assert!(page.contains("The connection is archived"), "{page}");
    assert!(browser.get(&format!("{path}/preview")).body.contains("archived"));
    let page =
        press(&mut browser, "/c/1/customers", &format!("{path}/restore"), &[("query", "?is=Connected")]);
    assert!(page.contains("The connection is restored"), "{page}");
    let done: Vec<String> =
        pages.audit().into_iter().filter(|it| it.contains(&customer.to_string())).collect();
    assert_eq!(done.len(), 3, "{done:?}");
    assert_eq!(browser.post("/c/1/invoicing/1031041/archive", &[]).status, 409, "it is not connected");
}

#[test]
fn the_history_has_every_request_and_can_be_tidied() {
    let (pages, mut shop) = shop();
    let mut browser = pages.signed_in(Role::Clerk);
    let path = "/c/1/invoicing/1031055";
    let history = format!("{path}/history");
    let page = browser.get(&history).body;
    assert!(page.contains("This version of it came from Steelhead") && !page.contains("<summary>"), "{page}");
    press(&mut browser, path, &format!("{path}/play"), &[]);
    shop.visit(Break::Never);
    let page = browser.get(&history).body;
    assert!(page.contains("InvoiceAdd") && page.contains("class=\"x-tag\">InvoiceAddRs"), "{page}");
    assert!(page.contains("<strong>Created in QuickBooks as SH:1055</strong>"), "in a clerk's words: {page}");
    assert!(!page.contains("requestID=\"partNumber"), "only its own requests: {page}");
    assert!(page.contains("clerk of acme played it"), "what people did: {page}");
    assert!(!page.contains("invoice 1031055"), "no ids: {page}");
    let exchange =
        page.split("name=\"exchange\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = press(&mut browser, &history, &format!("{history}/archive"), &[("exchange", &exchange)]);
    assert!(
        !page.contains("InvoiceAdd") && page.contains("clerk of acme archived a request about it"),
        "{page}"
    );
    let archived = browser.get(&format!("{history}?archived=1")).body;
    assert!(archived.contains("Restore") && archived.contains("archived <time"), "{archived}");
    assert!(archived.contains("by clerk of acme"), "{archived}");
    // The histories of others have it still.
    let other = shop.store.history(shop.company, None, 50).unwrap();
    let other = other
        .iter()
        .flat_map(|it| &it.items)
        .filter_map(|it| it.document.clone())
        .find(|it| it.object != "invoice");
    let other = other.unwrap();
    assert_eq!(shop.store.past(shop.company, &other, false, None, 10).unwrap().len(), 1);
    let back = [("exchange", exchange.as_str()), ("restore", "1")];
    browser.post(&format!("{history}/archive"), &back);
    assert!(browser.get(&history).body.contains("InvoiceAdd"));
    for (wrong, status) in [("", 400), ("x", 400), ("999999", 404), ("-1", 404)] {
        assert_eq!(
            browser.post(&format!("{history}/archive"), &[("exchange", wrong)]).status,
            status,
            "{wrong}"
        );
    }
    for query in ["?before=0", "?before=x", "?before=-9", "?archived=2"] {
        assert_eq!(browser.get(&format!("{history}{query}")).status, 200, "{query}");
    }
}

#[test]
fn nearly_the_same_name_is_connected_or_made_anew_by_a_click() {
    let (pages, mut shop) = shop();
    shop.in_quickbooks("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>Dunmore  Tool &amp; Die</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>");
    let real = shop.file.id_of("Customer", "Dunmore Tool & Die").map(str::to_owned);
    if let Some(real) = real {
        shop.file.delete(&real);
    }
    let key = DocumentKey { object: "customer".to_owned(), id: "301".to_owned() };
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Clerk);
    let path = "/c/1/customers/301";
    let page = browser.get(path).body;
    assert!(page.contains("two blanks") && page.contains("It may be one of these"), "{page}");
    assert!(page.contains("Create all the same"), "{page}");
    assert!(page.contains("nearly the same name"), "why it is offered: {page}");
    let preview = browser.get(&format!("{path}/preview")).body;
    assert!(preview.contains("customers/301/connect"), "a link to where it is connected: {preview}");
    let page = press(&mut browser, path, &format!("{path}/new"), &[]);
    assert!(page.contains("A new record “Dunmore Tool &#38; Die” will be made"), "{page}");
    assert!(
        pages.audit().iter().any(|it| it.contains("create all the same customer 301")),
        "{:?}",
        pages.audit()
    );
    shop.visit(Break::Never);
    assert!(shop.file.id_of("Customer", "Dunmore Tool & Die").is_some());
    assert_eq!(browser.post(&format!("{path}/new"), &[]).status, 409, "it is connected by now");
    assert_eq!(browser.post("/c/1/customers/999999/new", &[]).status, 404);

    // A part number that only an invoice knows has a page too, where it is connected.
    let json = r#"{"object":"invoice","id":77,"idInDomain":77,"invoicedAtAsDate":"2026-03-12","finalizedAt":"2026-03-12T15:04:05+00:00","customer":{"id":301,"name":"Dunmore Tool & Die"},"lines":[{"id":1,"partNumber":{"id":88001,"name":"ND-1"},"items":[{"id":2,"quantity":2,"rate":3,"subtotal":6}]}]}"#;
    shop.load_json("invoice", "77", json);
    let part = "/c/1/part-numbers/88001";
    let page = browser.get(part).body;
    assert!(
        page.contains("ND-1") && page.contains("Never. This is what other documents hold of it."),
        "{page}"
    );
    assert!(!page.contains("Settle by hand"), "{page}");
    let page = browser.get(&format!("{part}/connect?q=")).body;
    assert!(page.contains("None of these?"), "{page}");
    let page = press(&mut browser, &format!("{part}/connect?q="), &format!("{part}/new"), &[]);
    assert!(page.contains("Play again what refers to it"), "{page}");
    assert_eq!(browser.get("/c/1/part-numbers/88002").status, 404);
}

#[test]
fn what_may_have_taken_the_place_of_a_record_is_offered() {
    let (pages, mut shop) = shop();
    let key = DocumentKey { object: "customer".to_owned(), id: "301".to_owned() };
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    let gone = shop.file.id_of("Customer", "Dunmore Tool & Die").unwrap().to_owned();
    shop.file.delete(&gone);
    shop.in_quickbooks("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>Dunmore Tool &amp; Dye</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>");
    let near = shop.file.id_of("Customer", "Dunmore Tool & Dye").unwrap().to_owned();
    shop.change("customers.json", 301, |it| it["phone"] = "937-555-0001".into());
    shop.play(std::slice::from_ref(&key));
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key).state, JobState::Waiting);
    let mut browser = pages.signed_in(Role::Clerk);
    let path = "/c/1/customers/301";
    let page = browser.get(path).body;
    assert!(page.contains("It may now be one of these") && page.contains("Dunmore Tool &#38; Dye"), "{page}");
    // What waits for a person is not played with all others.
    assert!(!newest(&mut browser, "/c/1/customers?is=Waiting").contains("play-all"));
    let chosen = [("record_type", "CustomerRet"), ("record_id", near.as_str())];
    let page = press(&mut browser, path, &format!("{path}/connect"), &chosen);
    assert!(
        page.contains("Dunmore Tool &#38; Die is connected to Customer Dunmore Tool &#38; Dye in QuickBooks"),
        "{page}"
    );
    press(&mut browser, path, &format!("{path}/play"), &[]);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key).state, JobState::Done);
}

#[test]
fn newer_data_is_shown_and_taken_over() {
    let (pages, mut shop) = shop();
    shop.load(&["customers.json"]);
    let key = shop.store.all_documents(shop.company, Some("customer")).unwrap().remove(0).document.key;
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    let connection = shop.store.standing(shop.company, &key).unwrap().unwrap().connection.unwrap();
    shop.file.edit(&connection.record_id, "Phone", "555-9999");
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Clerk);
    let path = format!("/c/1/customers/{}", key.id);
    assert!(newest(&mut browser, "/c/1/customers").contains("QuickBooks has newer data for"));
    let page = browser.get(&path).body;
    assert!(page.contains("555-9999") && page.contains("QuickBooks has newer data"), "{page}");
    let page = press(&mut browser, &path, &format!("{path}/update"), &[]);
    assert!(page.contains("now has QuickBooks’ data"), "{page}");
    let stored = shop.store.standing(shop.company, &key).unwrap().unwrap().document.document.json;
    assert!(stored.contains("555-9999"), "{stored}");
    browser.post(&format!("{path}/update"), &[]);
    assert!(browser.get(&path).body.contains("QuickBooks has no newer data for this document."));
}

#[test]
fn what_is_not_there_or_anothers_is_not_found() {
    let (pages, shop) = shop();
    pages.company("other", "Secret Shop");
    let secret = ferrule::sync::stored::CompanyId(2);
    let mut document = shop.store.all_documents(shop.company, Some("invoice")).unwrap().remove(0).document;
    document.key.id = "777".to_owned();
    shop.store.load(secret, &[document], chrono::Utc::now()).unwrap();
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get(LIST);
    for path in [
        "/c/1/nothing",
        "/c/1/invoice",
        "/c/1/invoicing/1",
        "/c/1/invoicing/777",
        "/c/2/invoicing",
        "/c/2/invoicing/777",
        "/c/2/invoicing/777/history",
        "/c/2/invoicing/777/preview",
        "/c/1/bills/1031041",
        "/c/1/invoicing/777/connect",
        "/c/1/invoicing/777/history",
        "/c/1/invoicing/..%2F1",
        "/errors/nothing",
        "/errors/99999",
        "/c/2/invoicing/play-all",
        "/c/1/nothing/play-all",
    ] {
        let reply = browser.get(path);
        assert_eq!(reply.status, 404, "{path}");
        assert!(!reply.body.contains("Secret"), "{path}");
    }
    for path in [
        "/c/2/invoicing/play",
        "/c/2/invoicing/777/play",
        "/c/1/invoicing/777/play",
        "/c/2/invoicing/777/archive",
        "/c/2/invoicing/777/connect",
        "/c/2/invoicing/777/history/archive",
        "/c/2/invoicing/play-all",
        "/c/1/nothing/play",
    ] {
        assert_eq!(
            browser.post(path, &[("id", "777"), ("seen", "1"), ("exchange", "1")]).status,
            404,
            "{path}"
        );
    }
    assert_eq!(browser.post("/c/1/invoicing/play", &[("id", "777")]).status, 404);
    assert!(shop.store.jobs(secret, None).unwrap().is_empty() && shop.jobs().is_empty());
    let many = vec![("id", "1"); 501];
    for wrong in [&[][..], &[("id", "")], &[("id", &*"9".repeat(300))]] {
        assert_eq!(browser.post("/c/1/invoicing/play", wrong).status, 400, "{wrong:?}");
    }
    assert_eq!(browser.post("/c/1/invoicing/play", &many).status, 404, "one document, named often");
    assert_eq!(browser.post("/c/1/part-numbers/play", &[("id", "7014")]).status, 400, "only with an invoice");
    for code in ["3100", "0x80040400", "QBWC1039", "R634", "draft"] {
        assert_eq!(browser.get(&format!("/errors/{code}")).status, 200, "{code}");
    }
}

#[test]
fn who_may_not_and_what_is_forged_changes_nothing() {
    let (pages, shop) = shop();
    let (mut viewer, mut clerk) = (pages.signed_in(Role::Viewer), pages.signed_in(Role::Clerk));
    viewer.get(LIST);
    clerk.get(LIST);
    let path = "/c/1/invoicing/1031041";
    let fields =
        [("id", "1031041"), ("seen", "1"), ("exchange", "1"), ("record_type", "a"), ("record_id", "b")];
    for action in [
        "/c/1/invoicing/play".to_owned(),
        "/c/1/invoicing/play-all".to_owned(),
        format!("{path}/play"),
        format!("{path}/archive"),
        format!("{path}/restore"),
        format!("{path}/connect"),
        format!("{path}/update"),
        format!("{path}/history/archive"),
    ] {
        let reply = viewer.post(&action, &fields);
        assert!(reply.status == 403 && reply.body.contains("the role clerk for this"), "{action}");
        assert_eq!(clerk.post_plain(&action, &fields).status, 403, "{action}");
        assert_eq!(clerk.post_plain(&action, &[("token", &viewer.token)]).status, 403, "{action}");
    }
    assert!(shop.jobs().is_empty());
    assert_eq!(viewer.get(path).status, 200);
    assert!(!viewer.get(path).body.contains("<form method=\"post\" action=\"/c/1"));
    assert_eq!(viewer.get("/c/1/invoicing/play-all").status, 403);
}

#[test]
fn hostile_text_stays_text() {
    let (pages, mut shop) = shop();
    let hostile = serde_json::to_string(HOSTILE).unwrap();
    let customer =
        format!("{{\"object\": \"customer\", \"id\": 9001, \"name\": {hostile}, \"shortName\": {hostile}}}");
    let customer = shop.load_json("customer", "9001", &customer);
    let json = format!(
        "{{\"object\": \"invoice\", \"id\": 9002, \"idInDomain\": 9, \"notes\": {hostile}, \"finalizedAt\": \"2026-07-01T13:25:40+00:00\", \"invoicedAtAsDate\": \"2026-07-01\", \"customer\": {{\"id\": 9001, \"name\": {hostile}}}, \"lines\": [{{\"id\": 1, \"name\": {hostile}, \"partNumber\": {{\"id\": 9003, \"name\": {hostile}}}, \"items\": [{{\"id\": 2, \"description\": {hostile}, \"quantity\": 1, \"rate\": 2, \"subtotal\": 2}}]}}]}}"
    );
    let invoice = shop.load_json("invoice", "9002", &json);
    shop.play(&[customer, invoice]);
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Clerk);
    for path in [
        "/c/1/customers",
        "/c/1/customers/9001",
        "/c/1/customers/9001/preview",
        "/c/1/customers/9001/history",
        "/c/1/customers/9001/connect",
        "/c/1/invoicing?q=%3Cscript%3Ealert(1)",
        "/c/1/invoicing",
        "/c/1/invoicing/9002",
        "/c/1/invoicing/9002/preview",
        "/c/1/invoicing/9002/history",
        "/c/1/invoicing/play-all?q=%22%3E%3Cscript%3Ealert(1)",
        "/errors/%3Cscript%3Ealert(1)",
        "/c/1/customers/9001/connect?q=%3Cscript%3Ealert(1)",
    ] {
        let page = browser.get(path);
        assert!(page.status == 200 || path.starts_with("/errors"), "{path} {}", page.status);
        assert!(
            !page.body.contains("<script>alert") && !page.body.contains("style=\""),
            "{path}: {}",
            page.body
        );
    }
    assert!(browser.get("/c/1/customers/9001").body.contains("&#60;script&#62;alert(1)"));
}

#[test]
fn a_document_is_settled_by_hand_and_taken_back() {
    let (pages, shop) = shop();
    let mut browser = pages.signed_in(Role::Clerk);
    let page = "/c/1/invoicing/1031042";
    let told = press(&mut browser, page, &format!("{page}/settle"), &[("why", "booked <b>in March</b>")]);
    assert!(told.contains("Nothing is sent for this document"), "{told}");
    assert!(
        told.contains("Clerk of acme settled it by hand on")
            || told.contains("clerk of acme settled it by hand on"),
        "{told}"
    );
    assert!(told.contains("booked &#60;b&#62;in March&#60;/b&#62;"), "{told}");
    assert!(!told.contains(&format!("action=\"{page}/play\"")), "{told}");
    let list = newest(&mut browser, "/c/1/invoicing?is=settled+by+hand");
    assert!(list.contains(">1042<") && list.contains("1 document"), "{list}");
    assert!(!list.contains("title=\"Play\""), "{list}");
    let plan = newest(&mut browser, "/c/1/plan?is=settled");
    assert!(plan.contains("Settled by hand") && plan.contains("1042"), "{plan}");
    browser.post(&format!("{page}/play"), &[]);
    assert!(shop.jobs().is_empty(), "a form that is left open plays nothing");
    let told = press(&mut browser, page, &format!("{page}/take-back"), &[]);
    assert!(told.contains("Taken back") && told.contains(&format!("action=\"{page}/play\"")), "{told}");
    let audit = pages.audit().join("\n");
    assert!(audit.contains("settle by hand invoice 1031042"), "{audit}");
    assert!(audit.contains("take back what was settled by hand invoice 1031042"), "{audit}");
}

#[test]
fn all_of_a_list_that_is_dated_before_a_day_is_settled_at_once() {
    let (pages, _shop) = shop();
    let mut browser = pages.signed_in(Role::Clerk);
    assert!(browser.get(LIST).body.contains("href=\"/c/1/invoicing/settle\""));
    assert!(!browser.get("/c/1/customers").body.contains("/settle\""), "customers have no date");
    assert_eq!(browser.get("/c/1/customers/settle").status, 404);
    assert!(browser.get("/c/1/invoicing/settle?before=soon").body.contains("is not a date"));
    let page = "/c/1/invoicing/settle?before=2026-03-06";
    let asked = browser.get(page).body;
    assert!(asked.contains("3 documents dated before 2026-03-06 are not in QuickBooks"), "{asked}");
    let wrong = browser.post("/c/1/invoicing/settle", &[("before", "2026-03-06"), ("seen", "2")]);
    assert_eq!(wrong.status, 409, "{}", wrong.body);
    browser.get(page);
    let done =
        browser.post("/c/1/invoicing/settle", &[("before", "2026-03-06"), ("seen", "3"), ("why", "old")]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(browser.get(location(&done)).body.contains("3 documents settled by hand"));
    assert!(newest(&mut browser, LIST).contains("Settled by hand <span>3</span>"));
    assert!(browser.get(page).body.contains("Take 3 documents back"));
    let done = browser.post("/c/1/invoicing/take-back", &[("before", "2026-03-06"), ("seen", "3")]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(!newest(&mut browser, LIST).contains("Settled by hand <span>"));
    let audit = pages.audit().join("\n");
    assert!(audit.contains("invoice: 3 documents dated before 2026-03-06"), "{audit}");
    let mut viewer = pages.signed_in(Role::Viewer);
    assert!(!viewer.get(LIST).body.contains("/settle"));
    assert_eq!(viewer.get(page).status, 403);
}

#[test]
fn the_newest_number_is_the_first_and_a_search_knows_the_details() {
    let (pages, mut shop) = shop();
    // An id that is smaller than all others, and a number that is greater.
    let mut later = crate::loop_support::sample("invoices.json", 1_031_042);
    later["id"] = serde_json::json!(77);
    later["idInDomain"] = serde_json::json!(99_042);
    later["notes"] = serde_json::json!("Ask Quimby about the rack");
    shop.load_json("invoice", "77", &later.to_string());
    let mut browser = pages.signed_in(Role::Viewer);
    let page = newest(&mut browser, LIST);
    assert!(page.find(">99042<").unwrap() < page.find(">1048<").unwrap(), "{page}");
    shop.play(&[invoice("1031042")]);
    shop.visit(Break::Never);
    // By notes, by the customer's order, by a part with a word of its description, by the number in QuickBooks.
    for (search, found) in
        [("quimby", ">99042<"), ("km-90112", ">1042<"), ("KM-80+rotor", ">1042<"), ("SH:1042", ">1042<")]
    {
        let page = newest(&mut browser, &format!("/c/1/invoicing?q={search}"));
        assert!(page.contains(found) && !page.contains(">1048<"), "{search}: {page}");
    }
}

#[test]
fn an_update_of_what_is_never_imported_says_that_there_is_none() {
    let (pages, _shop) = shop();
    let mut clerk = pages.signed_in(Role::Clerk);
    clerk.get(LIST);
    let reply = clerk.post("/c/1/invoicing/1031042/update", &[]);
    assert_eq!((reply.status, location(&reply)), (303, "/c/1/invoicing/1031042"), "{}", reply.body);
}
