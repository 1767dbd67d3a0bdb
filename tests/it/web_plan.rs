//! The plan: of everything, of the queue, of one document; and the domain.

use std::time::Duration;

use chrono::Utc;
use ferrule::people::Role;
use ferrule::sync::new_document;
use ferrule::sync::stored::{CompanyId, DocumentKey, NewDocument, Store as _};

use crate::loop_support::{root, rulebook};
use crate::service_wire::Reply;
use crate::web_support::{Browser, Pages, location, open};

/// The documents of the sample shop.
pub fn documents() -> Vec<NewDocument> {
    let program = &rulebook().program;
    let decoder = ferrule::document::Decoder::new(&program.shapes, |shape| program.need(shape));
    let mut all = Vec::new();
    for raw in ferrule::steelhead::read(&root().join("fixtures/shop/documents")).unwrap() {
        let read = decoder.decode(raw.json(), &raw.origin()).unwrap();
        all.extend(new_document(program, &read.root, raw.json()));
    }
    all
}

pub fn load(pages: &Pages, company: CompanyId) {
    pages.store.load(company, &documents(), Utc::now()).unwrap();
}

/// A page that shows a plan, once that is there.
pub fn planned(browser: &mut Browser, path: &str) -> Reply {
    for _ in 0..600 {
        let page = browser.get(path);
        if !page.body.contains("is working out the plan") {
            return page;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("no plan after 30 seconds");
}

#[test]
fn the_plan_is_what_diff_prints() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Viewer);
    let empty = planned(&mut browser, "/c/1/plan");
    assert!(empty.body.contains("There are no documents yet"), "{}", empty.body);
    load(&pages, company);
    let plan = ferrule::sync::session::Preview::load(&*pages.store, company).unwrap();
    let plan =
        plan.plan(&rulebook().program, ferrule::sync::session::Standing::AsIs, &|_| true).unwrap().plan;
    let mut page = planned(&mut browser, "/c/1/plan");
    while page.body.contains("Something has changed since Ferrule made this plan") {
        page = planned(&mut browser, "/c/1/plan");
    }
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&plan.counts().to_string()), "{}", page.body);
    let open = browser.get("/c/1/plan?is=create&object=customer&open=1&per=200").body;
    let step = plan.steps.iter().find(|step| step.object == "customer").unwrap();
    assert!(
        open.contains(&format!("id={}\"", step.outcome.key.as_ref().unwrap().id))
            && open.contains("assigned by QuickBooks"),
        "{open}"
    );
    assert!(!open.contains("InvoiceAdd"), "only what was asked for");
    let rejected = browser.get("/c/1/plan?is=reject").body;
    assert!(
        rejected.contains("it must be greater than 0. Correct it or remove the line item."),
        "{rejected}"
    );
    assert!(rejected.contains("/c/1/rules?file="), "with the rule");
    let none = browser.get("/c/1/plan?q=no+such+thing").body;
    assert!(none.contains("No document matches"));
}

#[test]
fn the_queue_has_a_plan_of_its_own() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    load(&pages, company);
    let mut browser = pages.signed_in(Role::Viewer);
    assert!(planned(&mut browser, "/c/1/plan?of=queue").body.contains("The queue is empty"));
    let all = documents();
    let customer = all.iter().find(|it| it.key.object == "customer").unwrap();
    pages.store.play(company, std::slice::from_ref(&customer.key), Utc::now()).unwrap();
    let mut page = planned(&mut browser, "/c/1/plan?of=queue");
    while page.body.contains("Something has changed since Ferrule made this plan") {
        page = planned(&mut browser, "/c/1/plan?of=queue");
    }
    assert!(page.body.contains("Plan: 1 to create"), "{}", page.body);
    assert!(page.body.contains("CustomerAdd") && !page.body.contains("InvoiceAdd"));
}

#[test]
fn every_element_of_a_document_says_where_it_comes_from() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    load(&pages, company);
    let mut browser = pages.signed_in(Role::Viewer);
    let preview = ferrule::sync::session::Preview::load(&*pages.store, company).unwrap();
    let plan =
        preview.plan(&rulebook().program, ferrule::sync::session::Standing::AsIs, &|_| true).unwrap().plan;
    let sent = |object: &str| {
        let mut steps = plan.steps.iter().filter(|step| step.object == object);
        let step = steps.find(|step| step.outcome.request().is_some()).unwrap();
        (step.outcome.key.as_ref().unwrap().id.to_string(), step)
    };
    let (id, step) = sent("invoice");
    let page = planned(&mut browser, &format!("/c/1/plan?object=invoice&id={id}")).body;
    let number = &step.outcome.sought.as_ref().unwrap().1;
    assert!(page.contains(number), "{page}");
    assert!(page.contains("InvoiceAddRq") && page.contains("x-tag"), "the exact request, in colours");
    assert!(page.contains("invoice.yaml&#38;line=") || page.contains("invoice.yaml&amp;line="), "{page}");
    assert!(page.contains("Sent before it"), "what it refers to");
    let (part, _) = sent("partNumber");
    let page = planned(&mut browser, &format!("/c/1/plan?object=partNumber&id={part}")).body;
    assert!(page.contains("It is not sent on its own"), "{page}");
    for strange in ["object=invoice&id=none", "object=nothing&id=1", "object=..%2F..&id=%00", "id=1"] {
        assert_eq!(browser.get(&format!("/c/1/plan?{strange}")).status, 404, "{strange}");
    }
}

#[test]
fn what_documents_say_is_never_markup() {
    let pages = open();
    let company = pages.company("acme", "<script>alert('x')</script>");
    let name = "<script>alert(1)</script>";
    let json = format!(r#"{{"object":"customer","id":1,"name":"{name}","email":"'\"><b>"}}"#);
    let broken = r#"{"object":"customer","id":"<i>2</i>","name":["<u>"]}"#;
    let document = |id: &str, json: &str| NewDocument {
        key: DocumentKey { object: "customer".to_owned(), id: id.to_owned() },
        json: json.to_owned(),
        version: id.to_owned(),
    };
    let all = [document("1", &json), document("<i>2</i>", broken)];
    pages.store.load(company, &all, Utc::now()).unwrap();
    let mut browser = pages.signed_in(Role::Administrator);
    planned(&mut browser, "/c/1/plan");
    for path in [
        "/c/1/plan?open=1",
        "/c/1/plan?object=customer&id=1",
        "/c/1/plan?object=customer&id=%3Ci%3E2%3C%2Fi%3E",
        "/c/1/plan?q=%3Cscript%3Ealert(1)&of=%3Cb%3E&object=%22%3E%3Cu%3E&is=%3Cb%3E",
        "/c/1/activity?q=%3Cscript%3Ealert(1)&kind=%22%3E&from=%3Cb%3E&before=%3Cu%3E",
        "/c/1/domain",
        "/c/1/rules",
    ] {
        let page = browser.get(path);
        assert!([200, 404].contains(&page.status), "{path} {}", page.status);
        for markup in ["<script>alert", "<i>2", "<u>", "'\"><b>"] {
            assert!(!page.body.contains(markup), "{path} {markup}: {}", page.body);
        }
        assert!(!page.body.contains("style=\""), "{path}");
    }
    let page = browser.get("/c/1/plan?open=1").body;
    assert!(page.contains("&#60;script&#62;alert(1)") && page.contains("cannot be read"), "{page}");
}

#[test]
fn others_see_nothing_of_it() {
    let pages = open();
    pages.company("acme", "Acme");
    pages.company("other", "Other");
    let mut browser = pages.signed_in(Role::Administrator);
    for page in ["plan", "plan?object=invoice&id=1", "rules", "rules/try", "activity", "domain"] {
        assert_eq!(browser.get(&format!("/c/2/{page}")).status, 404, "{page}");
        assert_eq!(pages.browser().get(&format!("/c/1/{page}")).status, 303, "{page}");
    }
}

#[test]
fn settings_of_the_domain_are_those_of_all_its_company_files() {
    let pages = open();
    let all = [pages.company("acme", "One"), pages.company("acme", "Two"), pages.company("other", "Three")];
    let mut browser = pages.signed_in(Role::Administrator);
    let page = browser.get("/c/1/domain").body;
    assert!(page.contains("Include Part Number Name On Invoice By Default"), "{page}");
    assert!(page.contains("Two") && !page.contains("Three") && !page.contains("Import Every"));
    let name = rulebook()
        .program
        .settings
        .iter()
        .find(|it| it.label.starts_with("Include Part Number Name"))
        .unwrap()
        .name
        .clone();
    let reply = browser.post("/c/1/domain", &[(&name, "true"), ("time_zone", "Ohio")]);
    assert_eq!(reply.status, 422, "{}", reply.body);
    let is_told =
        reply.body.contains("the time zone “Ohio” is not known") && reply.body.contains("value=\"Ohio\"");
    assert!(is_told && reply.body.contains("Nothing was saved"), "{}", reply.body);
    assert!(all.iter().all(|company| pages.store.company_file(*company).unwrap().settings.is_empty()));
    let reply = browser.post("/c/1/domain", &[(&name, "true"), ("import_every", "99")]);
    assert_eq!(location(&reply), "/c/1/domain", "{}", reply.body);
    let settings = |company| pages.store.company_file(company).unwrap().settings;
    assert!(settings(all[0])[&name] == true && settings(all[1])[&name] == true);
    assert!(settings(all[2]).is_empty() && !settings(all[0]).contains_key("import_every"));
    assert!(pages.audit().iter().any(|it| it.contains("change settings of the domain")));
    let mut viewer = pages.signed_in(Role::Clerk);
    viewer.get("/c/1/domain");
    assert_eq!(viewer.post("/c/1/domain", &[]).status, 403);
}

/// The plan of everything, as it is now.
fn settled_plan(browser: &mut Browser, path: &str) -> String {
    let mut page = planned(browser, path);
    while page.body.contains("Something has changed since Ferrule made this plan") {
        page = planned(browser, path);
    }
    page.body
}

#[test]
fn the_plan_that_was_shown_is_played_and_no_other() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    load(&pages, company);
    let mut clerk = pages.signed_in(Role::Clerk);
    let path = "/c/1/plan?object=customer";
    let field = |body: &str, name: &str| -> String {
        body.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1.split('"').next().unwrap().to_owned()
    };
    let body = settled_plan(&mut clerk, path);
    let form = body.split_once("/plan/approve\"").unwrap().1;
    let (seen, query) = (field(form, "seen"), field(form, "query").replace("&#38;", "&"));
    // Somebody loads another address meanwhile: nothing is played, and it is said what is new.
    let mut all = documents();
    let customer = all.iter_mut().find(|it| it.key.object == "customer" && it.key.id == "304").unwrap();
    customer.json = customer.json.replace("440-555-0155", "440-555-4242");
    customer.version = "another".to_owned();
    pages.store.load(company, std::slice::from_ref(customer), Utc::now()).unwrap();
    settled_plan(&mut clerk, path);
    let done = clerk.post("/c/1/plan/approve", &[("seen", &seen), ("query", &query)]);
    let said = clerk.get(location(&done)).body;
    assert!(said.contains("notice warn corner"), "what did nothing is not shown in green: {said}");
    assert!(said.contains("so nothing was played. Eastlake Stamping: other values."), "{said}");
    assert!(pages.store.jobs(company, None).unwrap().is_empty());
    // What is shown now is approved.
    let body = settled_plan(&mut clerk, path);
    let seen = field(body.split_once("/plan/approve\"").unwrap().1, "seen");
    let done = clerk.post("/c/1/plan/approve", &[("seen", &seen), ("query", &query)]);
    let said = clerk.get(location(&done)).body;
    assert!(said.contains("queued. The Web Connector’s next visit sends them."), "{said}");
    let jobs = pages.store.jobs(company, None).unwrap();
    assert!(jobs.len() > 1 && jobs.iter().all(|job| job.document.object == "customer"), "{jobs:?}");
    let mut viewer = pages.signed_in(Role::Viewer);
    assert!(!settled_plan(&mut viewer, path).contains("/plan/approve"));
    assert_eq!(viewer.post("/c/1/plan/approve", &[("seen", &seen)]).status, 403);
}

#[test]
fn steps_that_are_selected_are_played_as_they_were_shown() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    load(&pages, company);
    let mut clerk = pages.signed_in(Role::Clerk);
    let page = settled_plan(&mut clerk, "/c/1/plan?object=customer");
    let steps: Vec<&str> =
        page.split("name=\"step\" value=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert!(steps.len() > 1, "{page}");
    let approve = |browser: &mut Browser, steps: &[&str]| {
        let steps = steps.iter().map(|step| ("step", *step));
        let fields: Vec<(&str, &str)> =
            [("do", "chosen"), ("query", "object=customer")].into_iter().chain(steps).collect();
        let reply = browser.post("/c/1/plan/approve", &fields);
        if reply.status != 303 {
            return format!("{}", reply.status);
        }
        let to = location(&reply).to_owned();
        browser.get(&to).body
    };
    assert!(approve(&mut clerk, &[]).contains("Nothing was selected"));
    assert_eq!(approve(&mut clerk, &["customer"]), "400");
    let (object, rest) = steps[0].split_once(' ').unwrap();
    let parts: Vec<&str> = rest.splitn(3, ' ').collect();
    let otherwise = format!("{object} {} 1 {}", parts[0], parts[2]);
    let told = approve(&mut clerk, &[&otherwise, steps[1]]);
    assert!(told.contains("1 step would be another one now"), "{told}");
    assert_eq!(pages.store.jobs(company, None).unwrap().len(), 0, "nothing of it was played");
    let told = approve(&mut clerk, &[steps[0]]);
    assert!(told.contains("queued."), "{told}");
    let jobs = pages.store.jobs(company, None).unwrap();
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].document.id, parts[2]);
    // Others select nothing.
    let mut viewer = pages.signed_in(Role::Viewer);
    let page = settled_plan(&mut viewer, "/c/1/plan?object=customer");
    assert!(!page.contains("name=\"step\"") && page.contains("Download CSV"), "{page}");
}
