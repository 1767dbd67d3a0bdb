//! The Imports page, the pages of records, and what is done there.

use std::sync::Arc;

use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::store::AnyStore;
use ferrule::sync::stored::{
    Commit, CompanyId, Connection, DocumentKey, NewDocument, RecordKey, Store as _, StoredRecord,
};
use ferrule::sync::version;

use crate::loop_support::{BEGIN, Break, Shop};
use crate::web_support::{Browser, Pages, location, open};

const ACTIONS: [&str; 7] = ["import", "update", "ignore", "unignore", "archive", "restore", "taken/download"];
const VENDORS: &str = "/c/1/imports?object=vendor";

/// The sample shop after a read, and its pages.
fn read() -> (Pages, CompanyId) {
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN));
    let settings = serde_json::json!({ "items_into_part_numbers_filter": "Service" });
    shop.store.set_settings(shop.company, &serde_json::from_value(settings).unwrap()).unwrap();
    shop.visit(Break::Never);
    (pages, shop.company)
}

/// Puts records into the mirror, as a read does.
fn put(store: &Arc<AnyStore>, company: CompanyId, records: &[(&str, &str, String)]) {
    let now = chrono::Utc::now();
    let ticket = format!("by hand {}", now.timestamp_nanos_opt().unwrap());
    let session = store.begin_session(company, &ticket, now).unwrap();
    let mut commit = Commit::new(session.id, now, String::new());
    commit.ending = Some(ferrule::sync::stored::Ending::Stopped);
    commit.records = records
        .iter()
        .map(|(record_type, id, inner)| StoredRecord {
            key: key(record_type, id),
            edit_sequence: "1".to_owned(),
            xml: format!(
                "<{record_type}><ListID>{}</ListID>{inner}</{record_type}>",
                id.replace('<', "&lt;")
            ),
        })
        .collect();
    store.commit(company, &commit).unwrap();
}

fn key(record_type: &str, id: &str) -> RecordKey {
    RecordKey { record_type: record_type.to_owned(), id: id.to_owned() }
}

/// What stands for each row of the page in a form, and what the row is called.
fn rows(body: &str) -> Vec<(String, String)> {
    let boxes = body.split("type=\"checkbox\" name=\"record\" value=\"").skip(1);
    let row = |text: &str| {
        let (value, rest) = text.split_once('"').unwrap();
        let name = rest.split_once("Select ").unwrap().1.split_once('<').unwrap().0;
        (value.to_owned(), name.to_owned())
    };
    boxes.map(row).collect()
}

fn seen(body: &str) -> String {
    body.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Presses a button of a row or of the selection, on the page of vendors.
fn press(browser: &mut Browser, action: &str, values: &[&str]) -> crate::service_wire::Reply {
    let mut fields = vec![("list", "object=vendor")];
    fields.extend(values.iter().map(|value| ("record", *value)));
    browser.post(&format!("/c/1/imports/{action}"), &fields)
}

#[test]
fn what_is_read_is_imported_once_and_can_be_downloaded() {
    let (pages, company) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    let before = rows(&clerk.get(VENDORS).body);
    assert!(before.len() > 2, "{before:?}");
    let (value, name) = before[0].clone();
    let reply = press(&mut clerk, "import", &[&value]);
    assert_eq!((reply.status, location(&reply)), (303, VENDORS), "{}", reply.body);
    let page = clerk.get(VENDORS).body;
    assert!(page.contains("1 record imported."), "{page}");
    assert!(!rows(&page).iter().any(|(_, it)| *it == name));
    let connections = pages.store.connections(company).unwrap();
    assert_eq!(connections.len(), 1);
    let id = &connections[0].record_id;
    let document = pages.store.documents(company, &[connections[0].document.clone()]).unwrap().pop().unwrap();
    assert!(document.document.json.contains(&format!("\"id\":\"qb-{id}\"")), "{document:?}");
    // Once more, from a page that was open: a conflict, and nothing twice.
    let again = press(&mut clerk, "import", &[&value]);
    assert_eq!(again.status, 409, "{}", again.body);
    assert_eq!(pages.store.connections(company).unwrap().len(), 1);
    let connected = clerk.get("/c/1/imports?object=vendor&is=connected").body;
    assert!(
        connected.contains("<span class=\"soft\">Lakeshore Anode Supply</span>"),
        "by its name: {connected}"
    );
    assert!(!connected.contains(&format!("vendor qb-{id}")), "{connected}");
    let taken = clerk.get("/c/1/imports/taken").body;
    assert!(taken.contains("clerk of acme") && taken.contains("Vendors") && taken.contains(&name), "{taken}");
    let at = taken.split("name=\"at\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for at in [at.as_str(), ""] {
        let file = clerk.post("/c/1/imports/taken/download", &[("at", at)]);
        assert!(file.head.contains("attachment; filename=\"acme-imported-"), "{}", file.head);
        let documents: serde_json::Value = serde_json::from_str(&file.body).unwrap();
        assert_eq!((documents.as_array().unwrap().len(), &documents[0]["name"]), (1, &name.as_str().into()));
    }
    assert_eq!(clerk.post("/c/1/imports/taken/download", &[("at", "1")]).status, 303);
    assert_eq!(clerk.post("/c/1/imports/taken/download", &[("at", "x")]).status, 400);
}

#[test]
fn a_filter_that_holds_all_back_is_told() {
    let (pages, company) = read();
    let filter = ("items_into_part_numbers_filter".to_owned(), "!*".into());
    pages.store.set_settings(company, &[filter].into()).unwrap();
    let mut clerk = pages.signed_in(Role::Clerk);
    "HX-Request: true\r\n".clone_into(&mut clerk.headers);
    let told = clerk.get("/c/1/imports?object=partNumber").body;
    assert!(told.contains("All records are held back") && !told.contains("Everything is imported"), "{told}");
    // Where the others are imported, those are not forgotten.
    let filter = ("items_into_part_numbers_filter".to_owned(), "Service".into());
    pages.store.set_settings(company, &[filter].into()).unwrap();
    let page = clerk.get("/c/1/imports?object=partNumber").body;
    let fields = [("list", "object=partNumber"), ("all", "1"), ("seen", &seen(&page))];
    assert_eq!(clerk.post("/c/1/imports/import", &fields).status, 303);
    let told = clerk.get("/c/1/imports?object=partNumber").body;
    assert!(told.contains("Nothing more can be imported as it is"), "{told}");
    assert!(told.contains("back. Filtered out has ") && !told.contains("Everything is imported"), "{told}");
}

#[test]
fn bulk_is_what_the_list_shows_on_all_pages() {
    let (pages, company) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    let all = rows(&clerk.get(VENDORS).body);
    let page = clerk.get("/c/1/imports?object=vendor&per=1").body;
    assert_eq!(rows(&page).len(), 1);
    assert!(page.contains(&format!("Import all {}<", all.len())), "{page}");
    let (seen, list) = (seen(&page), "object=vendor&per=1");
    let fields = |seen| [("list", list), ("all", "1"), ("seen", seen)];
    // The number that was confirmed is no longer right: nothing is done.
    pages.store.ignore(company, &[key("VendorRet", all[0].0.split(' ').nth(1).unwrap())], true).unwrap();
    let late = clerk.post("/c/1/imports/import", &fields(&seen));
    assert_eq!(late.status, 409, "{}", late.body);
    assert!(pages.store.connections(company).unwrap().is_empty());
    let now = self::seen(&clerk.get("/c/1/imports?object=vendor&per=1").body);
    let reply = clerk.post("/c/1/imports/import", &fields(&now));
    assert_eq!(location(&reply), "/c/1/imports?object=vendor&per=1", "{}", reply.body);
    let told = clerk.get("/c/1/imports?object=vendor&per=1").body;
    assert!(told.contains(&format!("{} records imported.", all.len() - 1)), "{told}");
    assert!(told.contains("Everything is imported"), "{told}");
    assert_eq!(pages.store.connections(company).unwrap().len(), all.len() - 1);
    let audit = pages.audit();
    assert!(audit.last().unwrap().contains("import records vendor: "), "{audit:?}");
}

/// In a large company file it takes seconds until the lists are made anew. Nobody waits for that.
#[test]
fn what_was_done_is_on_the_next_page_before_lists_are_made_anew() {
    let (pages, _) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    let all = rows(&clerk.get(VENDORS).body);
    assert!(all.len() > 2, "{all:?}");
    let (value, name) = &all[0];
    let held = pages.site.views.hold();
    let tab = |clerk: &mut Browser, tab: &str| rows(&clerk.get(&format!("{VENDORS}&is={tab}")).body);
    let listed = |clerk: &mut Browser, tab: &str, name: &str| {
        let body = clerk.get(&format!("{VENDORS}&is={tab}")).body;
        body.contains(&format!(">{name}</a>"))
    };
    assert_eq!(press(&mut clerk, "ignore", &[value]).status, 303);
    let page = clerk.get(VENDORS).body;
    assert!(page.contains("1 record ignored") && page.contains("data-old"), "it looks again: {page}");
    assert_eq!(rows(&page), all[1..]);
    let ignored = tab(&mut clerk, "ignored");
    assert_eq!((ignored.len(), &ignored[0].1), (1, name));
    assert_eq!(press(&mut clerk, "unignore", &[&ignored[0].0]).status, 303);
    assert_eq!(rows(&clerk.get(VENDORS).body), all, "it is as it was, and can be pressed again");
    assert_eq!(press(&mut clerk, "import", &[value]).status, 303);
    let page = clerk.get(VENDORS).body;
    assert!(page.contains("1 record imported."), "{page}");
    assert!(listed(&mut clerk, "connected", name));
    // From a page that was open: it is known that it was imported.
    assert_eq!(press(&mut clerk, "import", &[value]).status, 409);
    let fields = [("list", "object=vendor"), ("all", "1"), ("seen", &seen(&page))];
    assert_eq!(clerk.post("/c/1/imports/import", &fields).status, 303);
    let page = clerk.get(VENDORS).body;
    assert!(page.contains("Everything is imported"), "{page}");
    let document = format!("href=\"/c/1/vendors/qb-{}\"", value.split(' ').nth(1).unwrap());
    let record = format!("/c/1/records/VendorRet/{}", value.split(' ').nth(1).unwrap());
    let page = clerk.get(&record).body;
    assert!(page.contains("href=\"/c/1/imports\" aria-current=\"page\""), "the way here: {page}");
    assert!(
        page.contains("It is connected, and the same on both sides") && page.contains(&document),
        "{page}"
    );
    // And then the lists say the same by themselves.
    let shown = clerk.get(&format!("{VENDORS}&is=all")).body;
    drop(held);
    clerk.headers = "HX-Request: true\r\n".to_owned();
    let made = clerk.get(&format!("{VENDORS}&is=all")).body;
    let connected = |page: &str| page.matches("Connected").count();
    assert!(!made.contains("data-old"), "{made}");
    assert_eq!(rows(&made), rows(&shown));
    assert!(connected(&made) >= all.len(), "{made}");
}

#[test]
fn what_is_ignored_comes_back() {
    let (pages, company) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    let before = rows(&clerk.get(VENDORS).body);
    press(&mut clerk, "ignore", &[&before[0].0, &before[1].0]);
    let page = clerk.get(VENDORS).body;
    assert!(page.contains("2 records ignored"), "{page}");
    assert_eq!(rows(&page).len(), before.len() - 2);
    let ignored = rows(&clerk.get("/c/1/imports?object=vendor&is=ignored").body);
    assert_eq!(ignored.len(), 2);
    let values: Vec<&str> = ignored.iter().map(|(value, _)| value.as_str()).collect();
    press(&mut clerk, "import", &values);
    assert!(clerk.get(VENDORS).body.contains("none of these records can be imported"));
    press(&mut clerk, "unignore", &values);
    assert_eq!(rows(&clerk.get(VENDORS).body).len(), before.len());
    assert!(pages.store.ignored(company).unwrap().is_empty());
}

#[test]
fn why_a_record_is_not_importable_is_told() {
    let (pages, _) = read();
    let mut viewer = pages.signed_in(Role::Viewer);
    let page = viewer.get("/c/1/imports?object=partNumber&is=filtered").body;
    assert!(page.contains("does not pass the Items into Part Numbers Filter (its type is "), "{page}");
    let way = page.split("href=\"/c/1/records/").nth(1).unwrap().split('"').next().unwrap();
    let record = viewer.get(&format!("/c/1/records/{way}")).body;
    assert!(record.contains("It cannot be imported.") && record.contains("Filter (its type is "), "{record}");
    let importable = viewer.get(VENDORS).body;
    let way = importable.split("href=\"/c/1/records/").nth(1).unwrap().split('"').next().unwrap();
    let record = viewer.get(&format!("/c/1/records/{way}")).body;
    for part in [
        "The document that an import makes",
        "record.Name",
        "rules/vendor.yaml:",
        "x-tag",
        "&#34;object&#34;",
    ] {
        assert!(record.contains(part), "{part}: {record}");
    }
    let bills = viewer.get("/c/1/records/VendorRet/8-1");
    assert_eq!(bills.status, 404);
}

#[test]
fn newer_data_is_shown_field_by_field_and_taken_over() {
    let (pages, company) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    let phone = |number: &str| {
        let inner = format!("<Name>Late Vendor</Name><IsActive>true</IsActive><Phone>{number}</Phone>");
        put(&pages.store, company, &[("VendorRet", "V-1", inner)]);
    };
    phone("555-0100");
    let (value, _) =
        rows(&clerk.get(VENDORS).body).into_iter().find(|(_, name)| name == "Late Vendor").unwrap();
    press(&mut clerk, "import", &[&value]);
    phone("555-0199");
    let updates = "/c/1/imports?object=vendor&is=update";
    clerk.headers = "HX-Request: true\r\n".to_owned();
    let page = clerk.get(updates).body;
    clerk.headers.clear();
    assert!(page.contains("<del>555-0100</del>") && page.contains("<ins>555-0199</ins>"), "{page}");
    assert!(page.contains("class=\"red-dot\""));
    let shown = rows(&page)[0].0.clone();
    // What is taken over is what was shown, and nothing else.
    phone("555-0111");
    assert_eq!(press(&mut clerk, "update", &[&shown]).status, 409);
    let record = clerk.get("/c/1/records/VendorRet/V-1").body;
    assert!(record.contains("<ins>555-0111</ins>"), "{record}");
    let value = record.split("name=\"only\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("list", "object=vendor"), ("record_page", "1"), ("only", value)];
    let reply = clerk.post("/c/1/imports/update", &fields);
    assert_eq!(location(&reply), "/c/1/records/VendorRet/V-1", "{}", reply.body);
    assert!(clerk.get("/c/1/records/VendorRet/V-1").body.contains("1 document updated."));
    let document = DocumentKey { object: "vendor".to_owned(), id: "qb-V-1".to_owned() };
    let json = pages.store.documents(company, &[document]).unwrap().pop().unwrap().document.json;
    assert!(json.contains("555-0111"), "{json}");
}

#[test]
fn a_document_that_came_meanwhile_is_not_overwritten() {
    let (pages, company) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    let inner = |phone: &str| format!("<Name>V</Name><Phone>{phone}</Phone>");
    put(&pages.store, company, &[("VendorRet", "V-1", inner("1"))]);
    let (value, _) = rows(&clerk.get(VENDORS).body).into_iter().find(|(_, name)| name == "V").unwrap();
    press(&mut clerk, "import", &[&value]);
    put(&pages.store, company, &[("VendorRet", "V-1", inner("2"))]);
    clerk.get("/c/1/imports?object=vendor&is=update");
    clerk.headers = "HX-Request: true\r\n".to_owned();
    let shown = rows(&clerk.get("/c/1/imports?object=vendor&is=update").body)[0].0.clone();
    clerk.headers.clear();
    let json = r#"{"object":"vendor","id":"qb-V-1","name":"V","phone":"3"}"#.to_owned();
    let key = DocumentKey { object: "vendor".to_owned(), id: "qb-V-1".to_owned() };
    let newer = NewDocument { key: key.clone(), version: version(&json), json: json.clone() };
    pages.store.load(company, &[newer], chrono::Utc::now()).unwrap();
    assert_eq!(press(&mut clerk, "update", &[&shown]).status, 409);
    assert_eq!(pages.store.documents(company, &[key]).unwrap().pop().unwrap().document.json, json);
}

#[test]
fn only_clerks_do_something_and_only_from_our_pages() {
    let (pages, company) = read();
    let mut viewer = pages.signed_in(Role::Viewer);
    let page = viewer.get(VENDORS).body;
    assert!(rows(&page).is_empty(), "{page}");
    assert_eq!(page.matches("formaction").count(), 1, "only the table: {page}");
    assert!(page.contains("formaction=\"/c/1/imports/download\""), "{page}");
    let records = ["records/VendorRet/8-1/connect", "records/VendorRet/8-1/archive"];
    let paths = || {
        ACTIONS.iter().map(|it| format!("/c/1/imports/{it}")).chain(records.map(|it| format!("/c/1/{it}")))
    };
    for path in paths() {
        let reply = viewer.post(&path, &[("list", "object=vendor"), ("record", "VendorRet 8-1 0")]);
        assert_eq!(reply.status, 403, "{path}");
        assert!(reply.body.contains("You need the role clerk for this."), "{path}: {}", reply.body);
        assert_eq!(viewer.get(&path).status, 405, "{path}");
    }
    let mut clerk = pages.signed_in(Role::Clerk);
    let value = rows(&clerk.get(VENDORS).body)[0].0.clone();
    for path in paths() {
        let forged =
            [("token", "0".repeat(64)), ("list", "object=vendor".to_owned()), ("record", value.clone())];
        let forged: Vec<(&str, &str)> = forged.iter().map(|(name, text)| (*name, text.as_str())).collect();
        assert_eq!(clerk.post_plain(&path, &forged).status, 403, "{path}");
    }
    assert!(pages.store.connections(company).unwrap().is_empty());
    assert!(pages.store.ignored(company).unwrap().is_empty());
}

#[test]
fn names_do_not_become_markup() {
    let (pages, company) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    let name = "&lt;script&gt;alert('x')&lt;/script&gt; &amp; \"Sons\"";
    let inner = format!("<Name>{name}</Name><Phone>{name}</Phone><Contact>{name}</Contact>");
    let id = "8/0?\"<i>#%2F";
    put(&pages.store, company, &[("VendorRet", id, inner)]);
    let record = "/c/1/records/VendorRet/8%2F0%3F%22%3Ci%3E%23%252F".to_owned();
    let page = clerk.get("/c/1/imports?object=vendor&q=script").body;
    assert!(page.contains(&format!("href=\"{record}\"")), "{page}");
    let value = rows(&page)[0].0.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">");
    assert!(value.contains(id), "{value}");
    let mut seen = vec![page, clerk.get(&record).body];
    press(&mut clerk, "import", &[&value]);
    assert_eq!(pages.store.connections(company).unwrap().len(), 1);
    for path in [VENDORS, "/c/1/imports?object=vendor&is=all&q=script", "/c/1/imports/taken", record.as_str()]
    {
        seen.push(clerk.get(path).body);
    }
    for query in ["q=%3Cscript%3Ealert(1)", "object=%22%3E%3Cscript%3Ealert(1)", "is=%3Cscript%3Ealert(1)"] {
        seen.push(clerk.get(&format!("/c/1/imports?{query}")).body);
        seen.push(clerk.get(&format!("{record}?{query}")).body);
    }
    for body in seen {
        assert!(!body.contains("<script>") && !body.contains("<i>"), "{body}");
    }
}

#[test]
fn what_makes_no_sense_in_an_address_is_as_if_it_were_not_there() {
    let (pages, _) = read();
    let mut viewer = pages.signed_in(Role::Viewer);
    let long = "x".repeat(3_000);
    for query in [
        "",
        "page=0",
        "page=-1",
        "page=99999999999999999999",
        "page=x",
        "per=0",
        "per=100000",
        "sort=9",
        "sort=-1",
        "sort=x&down=1",
        "is=nothing",
        "is=all",
        "object=nothing",
        "object=invoice",
        "q=%00%FF",
        "q=%F0%9F%92%A9",
        "q=%20%20",
        "object=vendor&object=customer",
        "%",
        "&&&=",
        long.as_str(),
    ] {
        let reply = viewer.get(&format!("/c/1/imports?{query}"));
        assert_eq!(reply.status, 200, "{query}");
        assert!(reply.body.contains("Importable"), "{query}: {}", reply.body);
    }
    let sorted = |viewer: &mut Browser, query: &str| -> Vec<String> {
        let body = viewer.get(&format!("/c/1/imports?object=vendor&{query}")).body;
        let names = body.split("href=\"/c/1/records/").skip(1);
        names.map(|it| it.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned()).collect()
    };
    let (up, mut down) = (sorted(&mut viewer, "sort=0"), sorted(&mut viewer, "sort=0&down=1"));
    down.reverse();
    let mut expected = up.clone();
    expected.sort_by_key(|name| name.to_lowercase());
    assert_eq!((&up, &up), (&down, &expected));
    assert!(sorted(&mut viewer, &format!("q={}", up[0].replace(' ', "+").to_uppercase())).contains(&up[0]));
}

/// The object that the page opens on, when nobody says which. A page of what was before says so, and looks again.
fn opened_on(viewer: &mut Browser) -> String {
    let began = std::time::Instant::now();
    let mut body = viewer.get("/c/1/imports").body;
    while body.contains("data-old") {
        assert!(began.elapsed() < std::time::Duration::from_mins(1), "the page stays old: {body}");
        body = viewer.get("/c/1/imports").body;
    }
    let (before, _) = body.split_once("\" selected>").unwrap();
    before.rsplit_once('"').unwrap().1.to_owned()
}

/// The page opens on the object with most to do; of those with as much, on the first of the rule set.
#[test]
fn the_page_opens_on_the_object_with_most_to_do() {
    let pages = open();
    let company = pages.company("acme", "acme");
    let mut viewer = pages.signed_in(Role::Viewer);
    assert_eq!(opened_on(&mut viewer), "account");
    let vendor = |id| ("VendorRet", id, format!("<Name>V {id}</Name><IsActive>true</IsActive>"));
    let customer = |id| {
        let inner = format!("<Name>C {id}</Name><FullName>C {id}</FullName><IsActive>true</IsActive>");
        ("CustomerRet", id, inner)
    };
    put(&pages.store, company, &[vendor("1-1")]);
    assert_eq!(opened_on(&mut viewer), "vendor");
    put(&pages.store, company, &[customer("2-1")]);
    assert_eq!(opened_on(&mut viewer), "customer", "one each: a customer comes before a vendor");
    put(&pages.store, company, &[vendor("1-2")]);
    assert_eq!(opened_on(&mut viewer), "vendor", "two are more than one");
    put(&pages.store, company, &[customer("2-2")]);
    assert_eq!(opened_on(&mut viewer), "customer", "two each");
}

#[test]
fn bad_forms_do_nothing() {
    let (pages, company) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    clerk.get(VENDORS);
    for action in &ACTIONS[..6] {
        press(&mut clerk, action, &[]);
        assert!(clerk.get(VENDORS).body.contains("Nothing was selected"), "{action}");
        let unknown = press(&mut clerk, action, &["VendorRet 8-1 0", "VendorRet 8-2 0", "NoRet x 0"]);
        assert_eq!(unknown.status, 409, "{action}: {}", unknown.body);
        for text in ["", " ", "VendorRet", "VendorRet 8-1"] {
            let reply = press(&mut clerk, action, &[text]);
            assert_eq!(reply.status, 400, "{action} `{text}`: {}", reply.body);
        }
        let stale = [("list", "object=vendor"), ("all", "1"), ("seen", "1-0")];
        assert_eq!(clerk.post(&format!("/c/1/imports/{action}"), &stale).status, 409, "{action}");
    }
    for fields in [&[][..], &[("object", "vendor")], &[("object", ""), ("document", "1")]] {
        assert_eq!(clerk.post("/c/1/records/VendorRet/8-1/connect", fields).status, 400, "{fields:?}");
    }
    let none = [("object", "vendor"), ("document", "1")];
    assert_eq!(clerk.post("/c/1/records/VendorRet/8-1/connect", &none).status, 400);
    assert_eq!(clerk.post("/c/1/records/VendorRet/8-1/archive", &none).status, 409);
    assert!(pages.store.connections(company).unwrap().is_empty());
    assert!(pages.store.ignored(company).unwrap().is_empty());
    assert!(!pages.audit().iter().any(|entry| entry.contains("vendor")));
}

#[test]
fn records_of_other_company_files_are_not_there() {
    let (pages, _) = read();
    let other = pages.company("other", "Secret Shop");
    put(&pages.store, other, &[("VendorRet", "SECRET-1", "<Name>Secret Vendor</Name>".to_owned())]);
    let mut clerk = pages.signed_in(Role::Clerk);
    clerk.get(VENDORS);
    for path in [
        "/c/1/records/VendorRet/SECRET-1",
        "/c/2/records/VendorRet/SECRET-1",
        "/c/2/imports",
        "/c/2/imports/taken",
    ] {
        let reply = clerk.get(path);
        assert!(reply.status == 404 && !reply.body.contains("Secret"), "{path}: {}", reply.body);
    }
    for action in ACTIONS {
        let fields = [("list", "object=vendor"), ("record", "VendorRet SECRET-1 0")];
        assert_eq!(clerk.post(&format!("/c/2/imports/{action}"), &fields).status, 404, "{action}");
    }
    let document = [("object", "vendor"), ("document", "1")];
    for act in ["connect", "archive"] {
        assert_eq!(clerk.post(&format!("/c/2/records/VendorRet/SECRET-1/{act}"), &document).status, 404);
    }
    assert_eq!(press(&mut clerk, "import", &["VendorRet SECRET-1 0"]).status, 409);
    assert!(pages.store.connections(other).unwrap().is_empty());
}

#[test]
fn of_two_clerks_at_once_one_is_told() {
    let (pages, company) = read();
    let mut clerks = [pages.signed_in(Role::Clerk), pages.signed_in(Role::Administrator)];
    let page = clerks.each_mut().map(|clerk| clerk.get(VENDORS).body);
    let values: Vec<String> = rows(&page[0]).into_iter().map(|(value, _)| value).take(5).collect();
    for value in &values {
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let threads =
                clerks.each_mut().map(|clerk| scope.spawn(|| press(clerk, "import", &[value]).status));
            threads.map(|thread| thread.join().unwrap()).to_vec()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
    }
    let connections = pages.store.connections(company).unwrap();
    assert_eq!(connections.len(), values.len());
    assert_eq!(pages.store.all_documents(company, Some("vendor")).unwrap().len(), values.len());
    let imported = pages.audit().iter().filter(|entry| entry.contains("import records")).count();
    assert_eq!(imported, values.len());
}

/// Two vendors of QuickBooks, and a document with the name of one of them.
fn twins(pages: &Pages, company: CompanyId) -> DocumentKey {
    let named = |name: &str| format!("<Name>{name}</Name>");
    let records = [("VendorRet", "V-1", named("Twin")), ("VendorRet", "V-2", named("Other"))];
    put(&pages.store, company, &records);
    let json = r#"{"object":"vendor","id":7,"name":"Twin"}"#.to_owned();
    let key = DocumentKey { object: "vendor".to_owned(), id: "7".to_owned() };
    let new = NewDocument { key: key.clone(), version: version(&json), json };
    pages.store.load(company, &[new], chrono::Utc::now()).unwrap();
    key
}

#[test]
fn a_record_is_connected_archived_and_restored() {
    let (pages, company) = read();
    let mut clerk = pages.signed_in(Role::Clerk);
    let document = twins(&pages, company);
    clerk.headers = "HX-Request: true\r\n".to_owned();
    let page = clerk.get("/c/1/records/VendorRet/V-1").body;
    clerk.headers.clear();
    assert!(
        page.contains("It is not connected to any document.")
            && page.contains("name=\"document\" value=\"7\""),
        "{page}"
    );
    let found = clerk.get("/c/1/records/VendorRet/V-1?q=nobody+is+called+so").body;
    assert!(found.contains("No document matches “nobody is called so”"), "{found}");
    let wanted = [("object", "vendor"), ("document", "7"), ("instead", "")];
    let reply = clerk.post("/c/1/records/VendorRet/V-1/connect", &wanted);
    assert_eq!(reply.status, 303, "{}", reply.body);
    let page = clerk.get("/c/1/records/VendorRet/V-1").body;
    assert!(
        page.contains("Twin is connected to Vendor Twin in QuickBooks.") && page.contains("Archive"),
        "{page}"
    );
    // Another record instead, but only if the page knew of the first one.
    assert_eq!(clerk.post("/c/1/records/VendorRet/V-2/connect", &wanted).status, 409);
    let instead = [("object", "vendor"), ("document", "7"), ("instead", "Vendor V-1")];
    assert_eq!(clerk.post("/c/1/records/VendorRet/V-2/connect", &instead).status, 303);
    let connection = || pages.store.connections(company).unwrap().pop().unwrap();
    assert_eq!(connection().record_id, "V-2");
    let on = |clerk: &mut Browser, id: &str, restore: &str| {
        let fields = [("object", "vendor"), ("document", "7"), ("restore", restore)];
        clerk.post(&format!("/c/1/records/VendorRet/{id}/archive"), &fields).status
    };
    assert_eq!(on(&mut clerk, "V-1", ""), 409, "it is another record's now");
    assert_eq!(on(&mut clerk, "V-2", ""), 303);
    assert!(connection().is_archived);
    assert!(clerk.get("/c/1/records/VendorRet/V-2").body.contains("its connection is archived"));
    assert_eq!(on(&mut clerk, "V-2", "1"), 303);
    assert!(!connection().is_archived);
    // The same from the list.
    let value = |clerk: &mut Browser, tab: &str| {
        clerk.headers = "HX-Request: true\r\n".to_owned();
        let body = clerk.get(&format!("/c/1/imports?object=vendor&is={tab}&q=V-2")).body;
        clerk.headers.clear();
        rows(&body)[0].0.clone()
    };
    let shown = value(&mut clerk, "all");
    assert_eq!(press(&mut clerk, "archive", &[&shown]).status, 303);
    assert!(connection().is_archived);
    // The document's history knows it, and the page offers to take it back.
    let about =
        ferrule::people::PeopleStore::audit_of(&*pages.store, company, &document, 1).unwrap().remove(0).said;
    assert_eq!(about.about, Some(ferrule::people::AuditSubject::Document(document.clone())), "{about:?}");
    assert!(clerk.get("/c/1/imports").body.contains(">Undo</button>"));
    let shown = value(&mut clerk, "archived");
    assert_eq!(press(&mut clerk, "restore", &[&shown]).status, 303);
    let Connection { document: joined, record_id, is_archived, .. } = connection();
    assert_eq!((joined, record_id.as_str(), is_archived), (document, "V-2", false));
}
