//! To do: every cause for which something waits for a person, each brought about once and shown where it belongs.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use ferrule::alerts::{AlertKind, AlertStore as _, Alerts, NewRecipient};
use ferrule::people::{Care, CareKey, PeopleStore as _, Role, Waiting};
use ferrule::simulator::ManualClock;
use ferrule::store::AnyStore;
use ferrule::sync::stored::{
    Commit, DocumentKey, Ending, JobChange, JobError, JobReason, JobState, Store as _,
};
use ferrule::sync::{Cause, Noticed, heaps};
use serde_json::json;

use crate::alerts::{Post, webhook};
use crate::loop_support::{DOCUMENTS, Reply, Shop};
use crate::simulator_requests::document;
use crate::web_support::{Browser, Pages, open};
use crate::web_todo::{newest, section};

/// What waits by which cause: what is said of it, and where its button leads.
const EXPECTED: [(Cause, &str, &str); 13] = [
    (Cause::Silent, "It last called", "/c/1/integrations\""),
    (Cause::SignInRefused, "1 sign-in was refused from 203.0.113.7.", "/c/1/integrations\""),
    (
        Cause::Failing,
        "refuses the CustomerQuery, 2 times: Not now. Close the customer",
        "/c/1/integrations\"",
    ),
    (Cause::UnknownOutcome, "the answer of QuickBooks was lost", "/c/1/invoicing/1031043\""),
    (Cause::Differs, "QuickBooks holds 448.50", "/c/1/bills/46801\""),
    (Cause::ToBeDone, "Edit &#62; Void Invoice", "/c/1/invoicing/1031042\""),
    (Cause::Conflict, "Someone changed the record in QuickBooks too.", "/c/1/customers/304\""),
    (Cause::WhichRecord, "two blanks", "/c/1/customers/7001/connect\""),
    (Cause::Setting, "has no income account", "/c/1/integrations/settings#income_account\""),
    (Cause::Refused, "The name is in use.", "/c/1/invoicing/1031045\""),
    (Cause::Rejected, "must be greater than 0", "/c/1/invoicing/1031051\""),
    (Cause::Update, "Brightwater", "/c/1/imports?object=customer&#38;is=update\""),
    (Cause::SetAside, "Odd One", "/c/1/errors#unreadable\""),
];

fn key(object: &str, id: u64) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_string() }
}

fn visit(shop: &mut Shop, change: fn(&str) -> String) {
    shop.wait(TimeDelta::hours(30));
    shop.store.ask_for_read(shop.company).unwrap();
    assert_eq!(shop.visit_by(&mut |_, _, _| Reply::Instead(change)).error, None);
}

/// What QuickBooks said of a document in an earlier visit.
fn settle(shop: &mut Shop, key: &DocumentKey, state: JobState, error: JobError) {
    let ticket = shop.begin();
    let session = shop.store.session(&ticket).unwrap().unwrap().id;
    let mut commit = Commit::new(session, shop.now(), String::new());
    let job = shop.job(key).id;
    commit.jobs.push(JobChange { job, state, error: Some(error), next_try: None, is_attempt: true });
    commit.ending = Some(Ending::Finished);
    shop.store.commit(shop.company, &commit).unwrap();
}

/// A shop that has sent and read, in which by now everything goes wrong that may.
fn troubled() -> (Pages, Shop) {
    let pages = open();
    let soon = Utc::now().timestamp() + 60;
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(soon));
    let added = |kind: &str, name: &str| {
        format!(
            "<{kind}AddRq><{kind}Add><Name>{name}</Name><Notes>note of {name}</Notes></{kind}Add></{kind}AddRq>"
        )
    };
    shop.in_quickbooks(&document(&(added("Customer", "Nadir  Metals") + &added("Vendor", "Odd One"))));
    shop.load(&DOCUMENTS);
    shop.load_json(
        "customer",
        "7001",
        r#"{"object":"customer","id":7001,"idInDomain":7001,"name":"Nadir Metals"}"#,
    );
    let invoices = [1_031_042, 1_031_043, 1_031_045, 1_031_051, 1_031_056].map(|id| key("invoice", id));
    let others = [key("customer", 302), key("customer", 304), key("customer", 7001), key("bill", 46801)];
    shop.play(&[invoices.as_slice(), &others].concat());
    visit(&mut shop, damaged);
    // One side changes, and the other has not followed.
    shop.change("invoices.json", 1_031_042, |it| it["voidedAt"] = json!("2026-08-01T10:00:00+00:00"));
    let bill = shop.file.ids_of_number("Bill", "262034").remove(0).to_owned();
    assert!(shop.file.edit(&bill, "AmountDue", "448.50"));
    let customer = shop.file.id_of("Customer", "Brightwater Hydraulics").unwrap().to_owned();
    assert!(shop.file.edit(&customer, "Phone", "440-555-9999"));
    visit(&mut shop, damaged);
    // QuickBooks refuses a query twice.
    for _ in 0..2 {
        visit(&mut shop, |answer| refused(&damaged(answer)));
    }
    let lost = JobReason::OutcomeUnknown.error(&[("document", "invoice 1031043")]);
    settle(&mut shop, &key("invoice", 1_031_043), JobState::OutcomeUnknown, lost);
    let in_use = JobReason::Refused.error(&[("message", "The name is in use.")]);
    settle(&mut shop, &key("invoice", 1_031_045), JobState::Failed, in_use);
    let both = JobReason::Conflict.error(&[("differences", "Phone")]);
    settle(&mut shop, &key("customer", 304), JobState::Waiting, both);
    // Then it was silent, and somebody tries with a wrong password.
    shop.store.note_contact(shop.company, Utc::now() - TimeDelta::days(3)).unwrap();
    shop.store.note_refused(shop.company, "203.0.113.7", false, Utc::now()).unwrap();
    (pages, shop)
}

/// One vendor cannot be read.
fn damaged(answer: &str) -> String {
    answer.replace("note of Odd One</Notes>", "note</Phone>")
}

/// The answer to the query for customers becomes a refusal.
fn refused(answer: &str) -> String {
    const REFUSAL: &str =
        "<CustomerQueryRs requestID=\"CustomerQueryRq\" statusCode=\"3176\" statusMessage=\"Not now.\"/>";
    let Some((before, rest)) = answer.split_once("<CustomerQueryRs ") else { return answer.to_owned() };
    let is_empty = rest.split_once('>').unwrap().0.ends_with('/');
    let (_, behind) = rest.split_once(if is_empty { "/>" } else { "</CustomerQueryRs>" }).unwrap();
    format!("{before}{REFUSAL}{behind}")
}

#[test]
fn every_cause_is_shown_with_what_is_said_of_it_and_its_button() {
    let (pages, _shop) = troubled();
    let mut clerk = pages.signed_in(Role::Clerk);
    let body = newest(&mut clerk, "/c/1/todo");
    assert_eq!(EXPECTED.len(), Cause::SetAside as usize + 1, "each cause is expected once");
    let mut last = 0;
    for (cause, told, href) in EXPECTED {
        let name = cause.name();
        let section = section(&body, &name);
        assert!(section.contains(told), "{name}, {told}: {section}\n{body}");
        assert!(section.contains(&format!("href=\"{href}")), "{name}, {href}: {section}");
        assert!(section.contains(&cause.words().button), "{name}: {section}");
        let at = body.find(&format!("<section class=\"card stack todo\" id=\"{name}\"")).unwrap();
        assert!(at > last, "{name} stands in the order of causes");
        last = at;
        let (path, _) =
            href.trim_end_matches('"').split_once('#').unwrap_or((href.trim_end_matches('"'), ""));
        assert_eq!(clerk.get(&path.replace("&#38;", "&")).status, 200, "{path}");
    }
}

#[test]
fn a_rejection_is_for_want_of_a_setting_only_where_its_rule_asks_for_one_that_is_empty() {
    let (pages, shop) = troubled();
    let setting = |id: u64| shop.job(&key("invoice", id)).error.unwrap().setting;
    assert_eq!(setting(1_031_056).as_deref(), Some("income_account"), "by way of the part number");
    assert_eq!(setting(1_031_051), None);
    // A rule whose words name a setting that is filled in: it is not missing.
    let named = JobReason::Rejected.error(&[("messages", "Let the setting Income Account send it.")]);
    let mut shop = shop;
    settle(&mut shop, &key("invoice", 1_031_051), JobState::Rejected, named);
    let mut clerk = pages.signed_in(Role::Clerk);
    let body = newest(&mut clerk, "/c/1/todo");
    assert!(section(&body, "rejected").contains("Let the setting Income Account"), "{body}");
    assert!(!section(&body, "setting").contains("Let the setting"), "{body}");
}

/// How much waits for each cause: title and count, as the page To do has them in its tiles.
fn of_page(viewer: &mut Browser) -> Vec<String> {
    let body = newest(viewer, "/c/1/todo");
    let tiles = body.split("<a class=\"card tile\"").skip(1);
    let tile = |tile: &str| {
        let (_, rest) = tile.split_once("<h2>").unwrap();
        let (title, rest) = rest.split_once("</h2>").unwrap();
        let (_, count) = rest.split_once("<span class=\"pill ").unwrap().1.split_once("\">").unwrap();
        format!("{title} ({})", count.split_once('<').unwrap().0)
    };
    tiles.map(tile).collect()
}

/// The same, as the day's summary has it, and as many causes as the alert "Something waits" tells.
fn of_alerts(shop: &Shop) -> (Vec<String>, Vec<String>) {
    let post = Arc::new(Post::default());
    let store = shop.store.clone();
    let stores = (store.clone() as Arc<_>, store.clone() as Arc<_>, store.clone() as Arc<_>);
    let alerts = Alerts::new(stores, shop.rules.clone().into(), post.clone(), None);
    for (to, kind) in [("digest", AlertKind::Digest), ("waiting", AlertKind::Waiting)] {
        let new =
            store.keep_recipient(shop.company, &NewRecipient { digest_at: 0, ..webhook(to, &[kind], 0) });
        new.unwrap();
    }
    assert_eq!(alerts.tick(Utc::now()).unwrap(), Vec::<String>::new());
    let carried = std::mem::take(&mut *post.carried.lock());
    let of = |to: &str| carried.iter().find(|(carried, _)| carried == to).map(|(_, message)| &message.body);
    let text = of("digest").unwrap().text();
    let line = text.lines().find(|line| line.contains("for somebody")).unwrap();
    let each = line.split_once(": ").map_or("", |(_, each)| each.trim_end_matches('.'));
    let digest = each.split(", ").filter(|it| !it.is_empty()).map(str::to_owned).collect();
    let body = of("waiting");
    assert!(body.is_none_or(|body| body.more == 0));
    let items = body.map(|body| body.items.iter().map(|item| item.subject.clone()).collect());
    for recipient in store.recipients(shop.company).unwrap() {
        store.remove_recipient(shop.company, recipient.id).unwrap();
    }
    (digest, items.unwrap_or_default())
}

/// Puts off all that waits, as somebody sees it who looks now; `sees` is what they see of how each stands.
fn put_off(shop: &Shop, sees: impl Fn(&str) -> String) -> usize {
    let store: &AnyStore = &shop.store;
    let file = store.company_file(shop.company).unwrap();
    let program = &shop.rules.program;
    let heaps = heaps(store, program, &file, &Noticed::of(store, program, &file).unwrap()).unwrap();
    let waiting = Waiting::all((store, store), program, &file, &heaps, Utc::now()).unwrap();
    let mut cares = Vec::new();
    for heap in &waiting {
        for item in &heap.heap.items {
            cares.push(Care {
                about: CareKey {
                    cause: heap.heap.cause.name(),
                    object: heap.heap.object.clone(),
                    id: item.id.clone(),
                },
                seen: sees(&item.seen),
                person: String::new(),
                note: String::new(),
                until: Some(Utc::now() + TimeDelta::days(1)),
                by: "kim".to_owned(),
                at: Utc::now(),
            });
        }
    }
    store.take_care(shop.company, &cares).unwrap();
    cares.len()
}

#[test]
fn the_page_the_alert_and_the_summary_say_the_same_of_every_cause() {
    let (pages, mut shop) = troubled();
    let titles: Vec<String> = EXPECTED.iter().map(|(cause, ..)| cause.words().title.clone()).collect();
    let mut viewer = pages.signed_in(Role::Viewer);
    let mut same = |shop: &Shop| {
        let page = of_page(&mut viewer);
        let (digest, alert) = of_alerts(shop);
        assert_eq!(page, digest);
        let count =
            |it: &String| it.rsplit_once('(').unwrap().1.trim_end_matches(')').parse::<usize>().unwrap();
        assert_eq!(page.iter().map(count).sum::<usize>(), alert.len(), "{page:?} {alert:?}");
        (page, alert)
    };
    let (page, alert) = same(&shop);
    let told: Vec<&str> = page.iter().map(|it| it.rsplit_once(" (").unwrap().0).collect();
    assert_eq!(told, titles);
    for (cause, ..) in EXPECTED {
        let is_told = alert.iter().any(|subject| subject.starts_with(&format!("{} ", cause.name())));
        assert!(is_told, "{}: {alert:?}", cause.name());
    }
    // Put off, nothing waits; what stands otherwise by now waits again.
    assert_eq!(put_off(&shop, str::to_owned), alert.len());
    assert_eq!(same(&shop), (vec![], vec![]));
    put_off(&shop, |seen| format!("{seen} before"));
    assert_eq!(same(&shop), (page, alert));
    // What was put off, was solved and comes back: it is edited to and fro.
    put_off(&shop, str::to_owned);
    let bill = shop.file.ids_of_number("Bill", "262034").remove(0).to_owned();
    let customer = shop.file.id_of("Customer", "Brightwater Hydraulics").unwrap().to_owned();
    let agreed = shop.file.edit(&bill, "AmountDue", "460.00") && shop.file.edit(&customer, "Phone", "1");
    assert!(agreed);
    visit(&mut shop, damaged);
    assert!(
        shop.file.edit(&bill, "AmountDue", "448.50") && shop.file.edit(&customer, "Phone", "440-555-9999")
    );
    visit(&mut shop, damaged);
    let (page, alert) = same(&shop);
    assert!(page.iter().any(|it| it.starts_with("QuickBooks holds another amount (1)")), "{page:?}");
    assert!(page.iter().any(|it| it.starts_with("Changed in QuickBooks (1)")), "{page:?}");
    assert!(alert.contains(&"differs bill 46801".to_owned()), "{alert:?}");
}

#[test]
fn what_quickbooks_changed_waits_under_the_name_of_its_column() {
    let (pages, _shop) = troubled();
    let page = newest(&mut pages.signed_in(Role::Clerk), "/c/1/todo");
    let update = section(&page, "update");
    assert!(update.contains("Brightwater Hydraulics") && update.contains("Phone"), "{update}");
    assert!(!update.contains("phone"), "{update}");
}

#[test]
fn what_concerns_the_whole_company_file_can_be_put_off_in_the_page() {
    let (pages, _shop) = troubled();
    let mut clerk = pages.signed_in(Role::Clerk);
    let (cause, told) = (("cause", "silent"), ("told", "visit"));
    assert!(section(&newest(&mut clerk, "/c/1/todo"), "silent").contains("name=\"told\" value=\"visit\""));
    assert_eq!(clerk.post("/c/1/todo/care", &[cause, told, ("days", "1")]).status, 303);
    assert!(section(&newest(&mut clerk, "/c/1/todo"), "silent").is_empty());
}
