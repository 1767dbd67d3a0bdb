//! The set-up page: each step ticks by what is kept, and most is done there.

use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, Store as _};

use crate::loop_support::{BEGIN, Break, Shop, root};
use crate::web_support::{location, open};

const PATH: &str = "/c/1/set-up";
const SETTINGS: &str = "/c/1/set-up/settings";
const DOCUMENTS: &str = "/c/1/set-up/documents";

/// The steps that are done, by the names of their parts of the page.
fn done(page: &str) -> Vec<String> {
    let steps = page.split("<li class=\"card stack\" id=\"").skip(1);
    let done = steps.filter(|step| step.contains("class=\"ticked done\""));
    done.map(|step| step.split('"').next().unwrap().to_owned()).collect()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(root().join("fixtures/shop/documents").join(name)).unwrap()
}

#[test]
fn each_step_ticks_by_what_is_kept() {
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN));
    let mut browser = pages.signed_in(Role::Administrator);
    assert_eq!(location(&browser.get("/")), PATH, "a new company file begins here");
    let page = browser.get(PATH).body;
    assert!(page.contains("1 of 8 steps done") && page.contains("are there after the first visit"), "{page}");
    assert_eq!(done(&page), ["file"]);
    browser.post("/c/1/integrations/qwc", &[]);
    assert_eq!(done(&browser.get(PATH).body), ["file", "qwc"]);
    let back = browser.post("/c/1/integrations/password", &[("from", "set-up")]).body;
    assert!(back.contains("data-copy=\"password\"") && back.contains("href=\"/c/1/set-up\">Done"), "{back}");
    shop.visit(Break::Never);
    let page = browser.get(PATH).body;
    assert_eq!(done(&page), ["file", "qwc", "visit"]);
    assert_eq!(location(&browser.get("/")), "/c/1/todo", "from then on what waits comes first");

    // An account brings its type along.
    assert!(page.contains(">Plating Income (Income)</option>"), "{page}");
    assert!(
        !page
            .split("id=\"income_account\"")
            .nth(1)
            .unwrap()
            .split("</select>")
            .next()
            .unwrap()
            .contains("(Bank)")
    );
    let account = [("only", "income_account"), ("income_account", "Plating Income")];
    assert_eq!(location(&browser.post(SETTINGS, &account)), PATH);
    let kept = || pages.store.company_file(shop.company).unwrap().settings;
    assert_eq!(
        (&kept()["income_account"], &kept()["income_account_type"]),
        (&"Plating Income".into(), &"Income".into())
    );
    assert_eq!(kept().len(), 2, "what the form does not have stays: {:?}", kept());

    // A filter is tried before it is kept.
    let filter = [("only", "items_into_part_numbers_filter"), ("items_into_part_numbers_filter", "Service")];
    let tried = browser.post(SETTINGS, &[&filter[..], &[("preview", "1")]].concat());
    assert!(tried.status == 200 && tried.body.contains(" records pass."), "{}", tried.body);
    assert_eq!(kept().len(), 2, "nothing is kept by a preview");
    assert_eq!(browser.post(SETTINGS, &filter).status, 303);
    assert_eq!(browser.post(SETTINGS, &[("only", "start_date"), ("start_date", "2026-01-01")]).status, 303);
    assert_eq!(kept().len(), 4);
    assert_eq!(done(&browser.get(PATH).body), ["file", "qwc", "visit", "accounts", "filters", "start"]);

    let loaded = browser.upload(DOCUMENTS, "invoices.json", &sample("invoices.json"));
    assert!(
        loaded.status == 200 && loaded.body.contains(" new, 0 changed, 0 the same as before."),
        "{}",
        loaded.body
    );
    assert!(done(&loaded.body).contains(&"documents".to_owned()), "{}", loaded.body);
    let key = DocumentKey { object: "invoice".to_owned(), id: "1031042".to_owned() };
    shop.play(&[key]);
    assert!(browser.get(PATH).body.contains("8 of 8 steps done"));
    let audit = pages.audit();
    assert!(
        audit.iter().any(|it| it.starts_with("administrator of acme: load documents invoices.json: ")),
        "{audit:?}"
    );
}

#[test]
fn accounts_that_do_not_fit_are_refused_where_they_are_chosen() {
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN));
    shop.visit(Break::Never);
    let mut browser = pages.signed_in(Role::Administrator);
    for page in [SETTINGS, "/c/1/integrations/settings"] {
        browser.get(PATH);
        for (name, told) in [
            (
                "Plating Incom",
                "QuickBooks has no active account named “Plating Incom”; did you mean “Plating Income”?",
            ),
            ("Checking", "this account is of the type Bank in QuickBooks; it must be Income or OtherIncome"),
        ] {
            let reply = browser.post(page, &[("only", "income_account"), ("income_account", name)]);
            assert!(reply.status == 422 && reply.body.contains(told), "{page} {name}: {}", reply.body);
        }
    }
    assert!(shop.store.company_file(shop.company).unwrap().settings.is_empty());
    // What somebody typed as the type counts less than what QuickBooks says.
    let typed = [
        ("only", "income_account"),
        ("only", "income_account_type"),
        ("income_account", "Plating Income"),
        ("income_account_type", "OtherIncome"),
    ];
    assert_eq!(browser.post(SETTINGS, &typed).status, 303);
    assert_eq!(shop.store.company_file(shop.company).unwrap().settings["income_account_type"], "Income");
    let page = browser.get("/c/1/integrations/settings").body;
    assert!(!page.contains("The type of that account."), "{page}");
    assert!(page.contains("aria-label=\"Income Account for New Part Numbers Type\""), "{page}");
}

#[test]
fn a_file_of_documents_that_is_wrong_is_told_with_its_place() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Clerk);
    browser.get(PATH);
    let count = || pages.store.all_documents(company, None).unwrap().len();
    let mut broken = sample("vendors.json");
    broken.truncate(broken.len() - 20);
    for (name, bytes, told) in [
        ("", &b""[..], "Choose a file first."),
        ("vendors.json", &broken, "vendors.json:"),
        ("list.json", b"[]", "There are no documents in it."),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\xff", "picture.png:"),
    ] {
        let reply = browser.upload(DOCUMENTS, name, bytes);
        assert!(reply.status == 422 && reply.body.contains("Nothing was kept."), "{name}: {}", reply.body);
        assert!(reply.body.contains(told), "{name}: {}", reply.body);
    }
    assert_eq!(count(), 0);
    // One of two breaks its shape: the other one is kept.
    let two = b"{\"object\":\"vendor\",\"id\":1,\"name\":\"Summit\"}\n{\"object\":\"vendor\",\"id\":{},\"name\":\"<b>\"}\n";
    let reply = browser.upload(DOCUMENTS, "two<b>.ndjson", two);
    assert!(
        reply.status == 200
            && reply.body.contains("1 new, 0 changed, 0 the same as before, 1 document not kept."),
        "{}",
        reply.body
    );
    assert!(
        !reply.body.contains("two<b>") && reply.body.contains("two&#60;b&#62;.ndjson:2:"),
        "{}",
        reply.body
    );
    assert_eq!(count(), 1);
}

#[test]
fn a_file_that_is_too_large_or_not_from_our_page_is_refused() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Clerk);
    browser.get(PATH);
    let large = vec![b' '; (32 << 20) + 1];
    assert_eq!(browser.upload(DOCUMENTS, "large.json", &large).status, 413);
    let vendor = b"{\"object\":\"vendor\",\"id\":1,\"name\":\"Summit\"}";
    let mut forged = pages.signed_in(Role::Administrator);
    "0".clone_into(&mut forged.token);
    for mut other in [pages.signed_in(Role::Viewer), forged] {
        assert_eq!(other.upload(DOCUMENTS, "v.json", vendor).status, 403);
    }
    browser.get(PATH);
    assert_eq!(browser.post(DOCUMENTS, &[("documents", "{}")]).status, 400, "no form with a file");
    assert!(pages.store.all_documents(company, None).unwrap().is_empty());
    assert_eq!(browser.upload(DOCUMENTS, "v.json", vendor).status, 200);
}
