//! What a person decides where a document and its record differ, through pages.

use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, JobState};
use serde_json::json;

use crate::loop_support::{BEGIN, Break, Shop};
use crate::web_plan::planned;
use crate::web_support::{Browser, Pages, location, open};

const NEW: u64 = 304;
const KNOWN: u64 = 302;

fn customer(id: u64) -> DocumentKey {
    DocumentKey { object: "customer".to_owned(), id: id.to_string() }
}

/// A shop with its pages: both of its customers are connected, one of them to a record that was there before.
fn shop() -> (Pages, Shop) {
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(BEGIN));
    shop.load(&["customers.json", "terms.ndjson"]);
    visit(&mut shop, &[customer(NEW), customer(KNOWN)]);
    (pages, shop)
}

/// Pages have the clock of this computer, so a visit comes after all that they queue.
fn visit(shop: &mut Shop, keys: &[DocumentKey]) -> String {
    shop.clock.advance(200_000_000);
    shop.play(keys);
    shop.visit(Break::Never).into_iter().filter(|it| it.contains("<CustomerMod>")).collect()
}

/// Both sides change the phone and the email.
fn contest(shop: &mut Shop, phone: &str) -> String {
    let id = shop.file.id_of("Customer", "Eastlake Stamping").unwrap().to_owned();
    assert!(shop.file.edit(&id, "Phone", "440-555-9999"));
    assert!(shop.file.edit(&id, "Email", "theirs@eastlake.test"));
    shop.change("customers.json", NEW, |it| {
        it["phone"] = json!(phone);
        it["email"] = json!("ours@eastlake.test");
    });
    assert_eq!(visit(shop, &[customer(NEW)]), "");
    id
}

/// The value of a hidden field of the form that goes there.
fn seen(body: &str, action: &str) -> String {
    let form = body.split("<form").find(|form| form.contains(&format!("/{action}\""))).unwrap_or_else(|| {
        panic!("no form goes to {action}: {body}");
    });
    form.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn preview(browser: &mut Browser, id: u64) -> String {
    browser.get(&format!("/c/1/customers/{id}/preview")).body
}

#[test]
fn a_conflict_is_shown_with_all_three_values_and_decided_field_by_field() {
    let (pages, mut shop) = shop();
    let id = contest(&mut shop, "440-555-1111");
    let mut clerk = pages.signed_in(Role::Clerk);
    let body = preview(&mut clerk, NEW);
    for value in
        ["440-555-0155", "440-555-1111", "440-555-9999", "ours@eastlake.test", "theirs@eastlake.test"]
    {
        assert!(body.contains(value), "{value}: {body}");
    }
    let kept = "name=\"element:Phone\" value=\"keep\" checked";
    assert!(body.contains(kept), "QuickBooks leads: {body}");
    let path = format!("/c/1/customers/{NEW}/decide");
    let seen = seen(&body, "decide");
    let choices = |seen: &str| -> Vec<(&'static str, String)> {
        vec![
            ("seen", seen.to_owned()),
            ("element:Phone", "keep".to_owned()),
            ("element:Email", "send".to_owned()),
        ]
    };
    let post = |browser: &mut Browser, fields: &[(&'static str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&path, &fields)
    };
    // Nobody decides on what they have not seen, nor without the role.
    assert_eq!(post(&mut clerk, &choices("0")).status, 409);
    assert_eq!(post(&mut clerk, &[("seen", seen.clone()), ("element:Phone", "both".to_owned())]).status, 400);
    let mut viewer = pages.signed_in(Role::Viewer);
    let looked = preview(&mut viewer, NEW);
    assert!(looked.contains("440-555-9999") && !looked.contains("type=\"radio\""), "{looked}");
    assert_eq!(post(&mut viewer, &choices(&seen)).status, 403);
    assert!(preview(&mut clerk, NEW).contains(kept), "and nothing was decided");

    let reply = post(&mut clerk, &choices(&seen));
    assert_eq!(
        (reply.status, location(&reply)),
        (303, format!("/c/1/customers/{NEW}").as_str()),
        "{}",
        reply.body
    );
    let told = clerk.get(&format!("/c/1/customers/{NEW}")).body;
    assert!(
        told.contains("QuickBooks keeps 1 value. 1 value of Steelhead’s will be sent with the next visit."),
        "{told}"
    );
    assert!(!preview(&mut clerk, NEW).contains("element:Phone"));
    assert_eq!(shop.job(&customer(NEW)).state, JobState::Queued);
    let sent = visit(&mut shop, &[]);
    assert!(sent.contains("<Email>ours@eastlake.test</Email>") && !sent.contains("<Phone>"), "{sent}");
    let record = shop.file.record(&id).unwrap();
    let has = |name: &str| record.descend(name).and_then(|it| it.text()).unwrap_or_default().to_owned();
    assert_eq!((has("Phone").as_str(), has("Email").as_str()), ("440-555-9999", "ours@eastlake.test"));
    let audit = pages.audit();
    let noted = "Phone stays 440-555-9999 (Steelhead has 440-555-1111); E-mail becomes ours@eastlake.test";
    assert!(
        audit.last().unwrap().contains("decide on fields customer 304")
            && audit.last().unwrap().contains(noted),
        "{audit:?}"
    );
}

#[test]
fn what_differed_from_the_first_is_adopted_from_the_document_or_the_plan() {
    for from in ["", "plan"] {
        let (pages, mut shop) = shop();
        let mut clerk = pages.signed_in(Role::Clerk);
        let body = if from.is_empty() {
            preview(&mut clerk, KNOWN)
        } else {
            planned(&mut clerk, "/c/1/plan?object=customer&is=unchanged&open=1").body
        };
        assert!(body.contains("differs, left as it is") && body.contains("513-555-0147"), "{body}");
        let path = format!("/c/1/customers/{KNOWN}/adopt");
        let seen = seen(&body, &format!("{KNOWN}/adopt"));
        assert_eq!(clerk.post(&path, &[("seen", "0")]).status, 409);
        assert_eq!(pages.signed_in(Role::Viewer).post(&path, &[("seen", &seen)]).status, 403);
        let reply = clerk.post(&path, &[("seen", &seen), ("from", from)]);
        let to = if from.is_empty() { format!("/c/1/customers/{KNOWN}") } else { "/c/1/plan".to_owned() };
        assert_eq!((reply.status, location(&reply)), (303, to.as_str()), "{}", reply.body);
        let audit = pages.audit();
        assert!(audit.last().unwrap().contains("send what differs customer 302: "), "{audit:?}");
        let sent = visit(&mut shop, &[]);
        assert!(sent.contains("<Phone>") && sent.contains("<BillAddress>"), "{sent}");
        let body = preview(&mut clerk, KNOWN);
        assert!(!body.contains("differs, left as it is"), "{body}");
        let again = clerk.post(&path, &[("seen", &seen)]);
        assert_eq!((again.status, pages.audit().len()), (303, audit.len()), "nothing is left to send");
    }
}
