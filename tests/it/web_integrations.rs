//! The Integrations page, its settings, and what is done there.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Utc};
use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::judged_by;
use ferrule::sync::stored::Store as _;

use ferrule::connector::service::{Reception, Versions};
use ferrule::connector::{Call, CompanyFile, Failure, SessionDesk};
use ferrule::secrets::Limits;
use ferrule::sync::session::Sessions;

use crate::loop_support::{BEGIN, Break, Reply, Shop, rulebook};
use crate::web_support::{PASSWORD, location, open};

#[test]
fn what_is_done_is_told_once_and_noted() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    let page = browser.get("/c/1/integrations");
    assert!(page.body.contains("Set up the connection"), "an empty state says what to do");
    assert_eq!(location(&browser.post("/c/1/integrations/read", &[])), "/c/1/integrations");
    let told = "The Web Connector’s next visit reads everything.";
    assert!(browser.get("/c/1/integrations").body.contains(told));
    assert!(!browser.get("/c/1/integrations").body.contains(told));
    browser.post("/c/1/integrations/read", &[]);
    assert!(browser.get("/c/1/integrations").body.contains("A read is already waiting"));
    browser.post("/c/1/integrations/pause", &[]);
    let file = pages.store.company_file(company).unwrap();
    assert!(file.is_paused && file.is_read_asked);
    browser.post("/c/1/integrations/resume", &[]);
    assert!(!pages.store.company_file(company).unwrap().is_paused);
    let mut audit = pages.audit();
    audit.retain(|entry| !entry.contains("password") && !entry.contains("sign in"));
    let who = "administrator of acme";
    let expected = ["ask for a read", "pause", "resume"].map(|act| format!("{who}: {act} "));
    assert_eq!(audit[1..], expected);
}

#[test]
fn settings_are_checked_kept_and_shown() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    let path = "/c/1/integrations/settings";
    browser.get(path);
    for (name, value, problem) in [
        ("import_every", "0", "0 is less than 1"),
        ("import_every", "ten", "is not a whole number"),
        ("import_every", "", "is not a whole number"),
        ("custom_prefix", "much too long", "at most 8"),
        ("custom_prefix", "a\nb", "invisible character"),
        ("new_part_number_item_type", "Gold", "is not one of Service"),
        ("items_into_part_numbers_filter", "/(/", "Wrong"),
        ("sync_hours", "late", "not written like"),
        ("sync_days", "Mon Noday", "not written like"),
        ("income_account", &"x".repeat(4_001), "more than 4000 characters"),
    ] {
        let reply = browser.post(path, &[(name, value)]);
        assert_eq!(reply.status, 422, "{name} {value}");
        assert!(reply.body.contains("Nothing was saved"), "{name} {value}");
        assert!(problem == "Wrong" || reply.body.contains(problem), "{name} {value}: {}", reply.body);
    }
    assert!(pages.store.company_file(company).unwrap().settings.is_empty());
    let hostile = "<script>alert(1)</script>\"'";
    let fields = [("import_every", "15"), ("income_account", hostile), ("export_bills", "true")];
    assert_eq!(location(&browser.post(path, &fields)), path);
    let settings = pages.store.company_file(company).unwrap().settings;
    assert_eq!(settings["import_every"], 15);
    assert_eq!(settings["income_account"], hostile);
    assert!(!settings.contains_key("export_bills") && !settings.contains_key("overwrite_customer_data"));
    assert_eq!(settings["export_customers"], false, "a box that is not ticked is not sent");
    let page = browser.get(path).body;
    assert!(!page.contains("<script>alert") && page.contains("&#60;script&#62;alert(1)"), "{page}");
    assert!(
        pages
            .audit()
            .iter()
            .any(|entry| entry.contains("change settings") && entry.contains("import_every: `10` -> `15`"))
    );
}

/// The fields of a form of settings, as a browser sends them when nothing was typed: texts and marks.
fn untouched(page: &str) -> Vec<(String, String)> {
    let inputs = page.split("<input ").skip(1).map(|input| input.split('>').next().unwrap());
    let value = |input: &str, name: &str| {
        Some(input.split(&format!("{name}=\"")).nth(1)?.split('"').next().unwrap().to_owned())
    };
    let fields = inputs.filter_map(|input| Some((value(input, "name")?, value(input, " value")?)));
    fields
        .filter(|(name, _)| name == "import_every" || name == "custom_prefix" || name.starts_with("was."))
        .collect()
}

#[test]
fn two_people_change_settings_at_the_same_time() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let (mut one, mut other) = (pages.signed_in(Role::Administrator), pages.browser());
    other.get("/sign-in");
    other.post("/sign-in", &[("name", "administrator of acme"), ("password", PASSWORD)]);
    let path = "/c/1/integrations/settings";
    let page = one.get(path).body;
    other.get(path);
    let post = |browser: &mut crate::web_support::Browser, fields: &[(String, String)], name, value: &str| {
        let fields = fields
            .iter()
            .map(|(field, text)| (field.as_str(), if field == name { value } else { text.as_str() }));
        browser.post(path, &fields.collect::<Vec<_>>())
    };
    let kept = || pages.store.company_file(company).unwrap().settings;
    let fields = untouched(&page);
    assert_eq!(post(&mut one, &fields, "import_every", "15").status, 303);
    // What the other did not touch stays as the first one changed it.
    assert_eq!(post(&mut other, &fields, "custom_prefix", "ZZ").status, 303);
    assert_eq!((&kept()["import_every"], &kept()["custom_prefix"]), (&15.into(), &"ZZ".into()));
    // Both changed the same: what was typed is still there, and goes at the second time.
    let told = post(&mut other, &fields, "import_every", "20");
    assert_eq!(told.status, 422);
    assert!(told.body.contains("somebody else changed this in the meantime, to “15”"), "{}", told.body);
    assert!(told.body.contains("name=\"import_every\" value=\"20\""), "{}", told.body);
    assert_eq!(post(&mut other, &untouched(&told.body), "", "").status, 303);
    assert_eq!(kept()["import_every"], 20);
    assert_eq!(kept()["custom_prefix"], "ZZ");
}

#[test]
fn accounts_that_were_read_are_offered() {
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN));
    let mut browser = pages.signed_in(Role::Administrator);
    let path = "/c/1/integrations/settings";
    assert!(!browser.get(path).body.contains("<datalist"), "nothing was read yet");
    shop.visit(Break::Never);
    let page = browser.get(path).body;
    assert!(page.contains("list=\"accounts\"") && page.contains("<datalist id=\"accounts\">"), "{page}");
    let known =
        page.split("<datalist id=\"accounts\"><option value=\"").nth(1).unwrap().split('"').next().unwrap();
    let known = known.replace("&#38;", "&");
    // One that is none of them is told with the nearest, and nothing is saved.
    let near = format!("{known}x");
    for (typed, told) in [
        (near.as_str(), format!("did you mean “{known}”?")),
        ("zzzzzzzzzzzz", "choose one of its ".to_owned()),
    ] {
        let reply = browser.post("/c/1/integrations/settings", &[("income_account", typed)]);
        assert_eq!(reply.status, 422, "{}", reply.body);
        let body = reply.body.replace("&#38;", "&");
        assert!(body.contains(&format!("no active account named “{typed}”; {told}")), "{body}");
    }
    assert!(!pages.store.company_file(shop.company).unwrap().settings.contains_key("income_account"));
    let saved = browser.post("/c/1/integrations/settings", &[("income_account", "PLATING INCOME")]);
    assert_eq!(saved.status, 303, "names of accounts are the same in capitals: {}", saved.body);
    assert!(page.contains("<option value=\"Plating Income\">Income</option>"), "{page}");
}

#[test]
fn a_filter_says_how_many_records_it_lets_pass() {
    let name = "items_into_part_numbers_filter";
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN));
    shop.visit(Break::Never);
    let count = |kind: &str| shop.store.records_of(shop.company, kind).unwrap().len();
    let all: usize = judged_by(&shop.rules.program, name).into_iter().map(count).sum();
    let services = count("ItemServiceRet");
    assert!(0 < services && services < all, "{services} of {all}");
    let mut browser = pages.signed_in(Role::Viewer);
    for (filter, passed) in [("Service", services), ("*", all), ("!*", 0)] {
        let kept = BTreeMap::from([(name.to_owned(), filter.into())]);
        shop.store.set_settings(shop.company, &kept).unwrap();
        let note = format!("id=\"{name}-note\">{passed} of {all} records pass.<");
        let page = browser.get("/c/1/integrations/settings").body;
        assert!(page.contains(&note), "{note}: {page}");
    }
}

/// Ends a visit as a Web Connector does that cannot reach QuickBooks.
pub fn fail(shop: &mut Shop) {
    let said = "Could not access QuickBooks.";
    let failure = Failure::of_connection("0x80040401", said, &CompanyFile::Current, None);
    let ticket = shop.begin();
    shop.sessions.fail(&ticket, &failure.message, shop.now()).unwrap();
    shop.sessions.end(&ticket, shop.now()).unwrap();
}

#[test]
fn the_last_failure_is_told_with_what_to_do() {
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(Utc::now().timestamp()));
    let mut browser = pages.signed_in(Role::Viewer);
    assert!(!browser.get("/c/1/integrations").body.contains("The last failure"));
    fail(&mut shop);
    let page = browser.get("/c/1/integrations").body;
    for part in [
        "card fault\" id=\"failure\"",
        "The Web Connector could not reach QuickBooks.",
        "Start QuickBooks as the same Windows user as the Web Connector",
        "QuickBooks said (0x80040401): Could not access QuickBooks.",
        "href=\"/errors/0x80040401?company=1\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(browser.get("/errors/0x80040401?company=1").status, 200);
    shop.visit(Break::Never);
    let page = browser.get("/c/1/integrations").body;
    assert!(page.contains("Visits since then went well.") && !page.contains("card fault"), "{page}");
}

/// However many visits there were since, one is found by its number.
#[test]
fn an_old_visit_is_found() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let begin = |ticket: &str, at| pages.store.begin_session(company, ticket, at).unwrap().id;
    let now = Utc::now();
    let old = begin("old", now - TimeDelta::days(400));
    for index in 0..210 {
        begin(&format!("ticket {index}"), now - TimeDelta::hours(300 - index));
    }
    let mut browser = pages.signed_in(Role::Viewer);
    let page = browser.get(&format!("/c/1/integrations/visits/{}", old.0));
    assert!(page.status == 200 && page.body.contains("another session began"), "{}", page.body);
    pages.company("acme", "Other");
    for path in ["/c/2/integrations/visits/1", "/c/1/integrations/visits/999", "/c/1/integrations/visits/x"] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
}

#[test]
fn the_connection_file_and_a_new_password() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get("/c/1/integrations");
    let qwc = browser.post("/c/1/integrations/qwc", &[]);
    assert!(qwc.head.contains("content-disposition: attachment; filename=\"Acme-user.qwc\""), "{}", qwc.head);
    assert!(qwc.body.contains("<AppURL>http://localhost/qbwc</AppURL>"), "{}", qwc.body);
    assert!(qwc.body.contains("<RunEveryNMinutes>10</RunEveryNMinutes>"));
    let before = pages.store.company_file(company).unwrap().made.password_hash;
    let shown = browser.post("/c/1/integrations/password", &[]);
    let password =
        shown.body.split("<code id=\"password\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(password.len(), 27);
    assert_ne!(pages.store.company_file(company).unwrap().made.password_hash, before);
    assert!(!pages.audit().iter().any(|entry| entry.contains(&password)));
}

#[test]
fn names_do_not_become_markup() {
    let pages = open();
    let name = "<script>alert('x')</script> & \"Sons\"";
    pages.company("acme", name);
    pages.company("acme", "Other");
    let mut browser = pages.signed_in(Role::Administrator);
    for path in
        ["/", "/c/1/integrations", "/c/1/integrations/settings", "/sign-in?back=%22%3E%3Cscript%3Ealert(1)"]
    {
        let page = browser.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<script>alert"), "{path}: {}", page.body);
    }
    assert!(browser.get("/").body.contains("&#60;script&#62;alert(&#39;x&#39;)"));
}

#[test]
fn a_script_gets_the_inside_alone() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Viewer);
    browser.headers = "HX-Request: true\r\n".to_owned();
    let inside = browser.get("/c/1/integrations");
    assert!(
        inside.status == 200 && !inside.body.contains("<html") && inside.body.contains("At a glance"),
        "{inside:?}"
    );
    browser.cookies.clear();
    let out = browser.get("/c/1/integrations");
    assert!(out.head.contains("hx-redirect: /sign-in?back="), "{}", out.head);
}

/// What cannot be read is shown with its text, and the text is only text.
#[test]
fn what_cannot_be_read_and_what_fails_again_is_shown() {
    let pages = open();
    let clock = ManualClock::at((Utc::now() - TimeDelta::hours(2)).timestamp());
    let mut shop = Shop::over(pages.store.clone(), "acme", clock);
    let mut browser = pages.signed_in(Role::Viewer);
    assert!(browser.get("/c/1/errors").body.contains("There are no errors."));
    let spoil =
        |answer: &str| answer.replacen("<TimeModified>", "<TimeModified><script>alert(1)</script>", 1);
    shop.visit_by(&mut |_, _, _| Reply::Instead(spoil));
    for _ in 0..2 {
        shop.wait(TimeDelta::hours(1));
        shop.visit_by(&mut |_, _, _| Reply::Instead(|_| "<nothing/>".to_owned()));
    }
    let page = browser.get("/c/1/integrations").body;
    assert!(page.contains("cannot be read") && page.contains("href=\"/c/1/errors#unreadable\""), "{page}");
    assert!(
        page.contains("The visit of the Web Connector fails, 2 times") && page.contains("Failing"),
        "{page}"
    );
    assert!(!page.contains("Nobody has to do anything"));
    let page = browser.get("/c/1/errors").body;
    assert!(page.contains("Set aside") && page.contains("2 times"), "{page}");
    assert!(
        page.contains("&#60;TimeModified&#62;&#60;script&#62;") && !page.contains("<script>alert"),
        "{page}"
    );
    let file = pages.store.company_file(shop.company).unwrap();
    assert!(!pages.store.flaws(file.id).unwrap().is_empty());
}

/// Somebody comes as the Web Connector of `Acme`, with that password.
fn knock(pages: &crate::web_support::Pages, password: &str) {
    let sessions = Sessions::new(pages.store.clone(), rulebook(), ferrule::sync::session::Limits::default());
    let desk = std::sync::Arc::new(SessionDesk::new(sessions, Utc::now));
    let journal = std::sync::Arc::new(|_: &ferrule::connector::service::Event| {});
    let reception = Reception::new(desk, Limits::default(), Versions::default(), journal).unwrap();
    for user_name in ["Acme-user", "nobody-has-this-name"] {
        let call = Call::Authenticate { user_name: user_name.to_owned(), password: password.into() };
        reception.answer(call, "192.0.2.7".parse().unwrap()).unwrap();
    }
}

#[test]
fn a_wrong_password_is_seen_with_its_address_until_the_right_one_comes() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    pages.company("acme", "Other");
    let mut browser = pages.signed_in(Role::Administrator);
    assert!(!browser.get("/c/1/integrations").body.contains("wrong password"));
    knock(&pages, "wrong");
    knock(&pages, "wrong again");
    let body = browser.get("/c/1/integrations").body;
    for part in ["comes with a wrong password", "192.0.2.7", "2 times, first", "href=\"#new-password\""] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(!browser.get("/c/2/integrations").body.contains("192.0.2.7"), "it is nobody else's business");
    browser.get("/c/1/invoicing");
    let todo = browser.get("/c/1/todo").body;
    assert!(
        todo.contains("id=\"sign-in-refused\"") && todo.contains("2 sign-ins were refused from 192.0.2.7."),
        "{todo}"
    );
    // The right one comes: it is told below, and waits for nobody.
    pages.store.note_contact(company, Utc::now() + TimeDelta::seconds(1)).unwrap();
    let body = browser.get("/c/1/integrations").body;
    assert!(!body.contains("comes with a wrong password") && body.contains("Refused sign-ins"), "{body}");
    assert!(!browser.get("/c/1/todo").body.contains("sign-in-refused"));
    // Whoever tries from everywhere fills nothing.
    for number in 0..80 {
        let at = Utc::now() + TimeDelta::seconds(number);
        pages.store.note_refused(company, &format!("198.51.100.{number}"), false, at).unwrap();
    }
    assert_eq!(pages.store.refused_sign_ins(company).unwrap().len(), 50);
}

#[test]
fn silence_has_steps_and_another_interval_needs_the_new_file() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    pages.store.note_contact(company, Utc::now() - TimeDelta::days(1)).unwrap();
    let body = browser.get("/c/1/integrations").body;
    let steps = ["Is the computer on", "signed in to Windows", "Auto-Run ticked", "Press Update Selected"];
    let places: Vec<usize> =
        steps.iter().map(|step| body.find(step).unwrap_or_else(|| panic!("{step}: {body}"))).collect();
    assert!(places.is_sorted());
    assert!(!body.contains("Install the new .qwc file"), "nothing is known of a file");
    browser.post("/c/1/integrations/qwc", &[]);
    assert!(!browser.get("/c/1/integrations").body.contains("Install the new .qwc file"));
    let settings = BTreeMap::from([("import_every".to_owned(), serde_json::json!(5))]);
    pages.store.set_settings(company, &settings).unwrap();
    let body = browser.get("/c/1/integrations").body;
    assert!(body.contains("comes every 5 minutes") && body.contains("Download the new .qwc"), "{body}");
    browser.post("/c/1/integrations/qwc", &[]);
    assert!(!browser.get("/c/1/integrations").body.contains("Install the new .qwc file"));
}

#[test]
fn a_visit_says_what_it_did() {
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN));
    shop.load(&["customers.json", "terms.ndjson"]);
    shop.play(&[ferrule::sync::stored::DocumentKey { object: "customer".to_owned(), id: "304".to_owned() }]);
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Viewer);
    let body = browser.get("/c/1/integrations").body;
    assert!(body.contains("class=\"wide\">Read ") && body.contains("; created 1 customer<"), "{body}");
    assert!(
        body.contains(" lists; found ") && body.contains(" new records; created"),
        "what the read found: {body}"
    );
}
