//! The page of alerts: each person's own choice, and the webhooks of a company file.

use std::sync::Arc;

use ferrule::alerts::send::{Carriers, Webhooks};
use ferrule::alerts::{AlertKind, AlertStore as _, Alerts, Channel};
use ferrule::people::Role;
use ferrule::sync::stored::CompanyId;

use crate::loop_support::rulebook;
use crate::web_support::{Pages, location, open, open_changed};

const PATH: &str = "/c/1/alerts";
const HOOKS: &str = "/c/1/alerts/webhooks";

fn kept(pages: &Pages) -> Vec<String> {
    let all = pages.store.recipients(CompanyId(1)).unwrap();
    let told = all.into_iter().map(|it| {
        let kinds: Vec<&str> = it.chosen.kinds.iter().map(|kind| kind.name()).collect();
        let (hours, at) = (it.chosen.hours, it.chosen.digest_at);
        format!("{} {} {hours} {at}", it.chosen.channel.target(), kinds.join(","))
    });
    told.collect()
}

#[test]
fn a_person_chooses_what_to_be_told_and_where() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut viewer = pages.signed_in(Role::Viewer);
    let page = viewer.get(PATH).body;
    assert!(page.contains("No e-mail leaves yet: this server knows no mail server"), "{page}");
    assert!(!page.contains("webhook") && !page.contains("Send a test"), "{page}");
    for kind in AlertKind::ALL {
        assert!(page.contains(&kind.words().label), "{page}");
    }
    let wrong = viewer.post(PATH, &[("target", "no address"), ("kind", "silent"), ("hours", "9")]);
    assert!(wrong.status == 422 && wrong.body.contains("That is no e-mail address."), "{}", wrong.body);
    assert!(wrong.body.contains("value=\"no address\"") && kept(&pages).is_empty(), "{}", wrong.body);
    let fields = [
        ("target", "kim@shop.example"),
        ("kind", "silent"),
        ("kind", "waiting"),
        ("kind", "gossip"),
        ("hours", "9"),
        ("digest_at", "25"),
    ];
    assert_eq!(location(&viewer.post(PATH, &fields)), PATH);
    assert_eq!(kept(&pages), ["kim@shop.example silent,waiting 9 7"]);
    let mut clerk = pages.signed_in(Role::Clerk);
    clerk.get(PATH);
    clerk.post(PATH, &[("target", "lee@shop.example"), ("kind", "digest"), ("digest_at", "6")]);
    assert_eq!(kept(&pages).len(), 2, "each has a choice of the own");
    let page = viewer.get(PATH).body;
    assert!(page.contains("kim@shop.example") && !page.contains("lee@shop.example"), "{page}");
    let theirs = pages.store.recipients(CompanyId(1)).unwrap()[1].id.0.to_string();
    assert_eq!(viewer.post("/c/1/alerts/test", &[("recipient", &theirs)]).status, 404);
    viewer.get(PATH);
    viewer.post(PATH, &[("target", "kim@shop.example")]);
    assert_eq!(kept(&pages), ["lee@shop.example digest 4 6"], "who ticks nothing is told nothing");
    assert!(
        pages.audit().iter().any(|it| it == "viewer of acme: choose alerts silent, waiting"),
        "{:?}",
        pages.audit()
    );
}

#[test]
fn a_webhook_is_added_tried_changed_and_removed_by_administrators() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get(PATH);
    for (url, told) in [
        ("http://hooks.example/", "The address must begin with https://."),
        ("https://127.0.0.1/x", "Its address is not of the open internet."),
        ("nowhere", "That is no address."),
        ("https://u:p@hooks.example/", "would be kept for all to see"),
    ] {
        let reply = browser.post(HOOKS, &[("target", url), ("kind", "silent")]);
        assert!(reply.status == 422 && reply.body.contains(told), "{url}: {}", reply.body);
    }
    let url = "https://hooks.example/secret-path";
    let none = browser.post(HOOKS, &[("target", url)]);
    assert!(none.status == 422 && none.body.contains("Choose what it is told."), "{}", none.body);
    let added = browser.post(HOOKS, &[("target", url), ("kind", "silent")]);
    let secret = added.body.split("<code id=\"webhook-secret\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(added.status == 200 && secret.starts_with("whsec_"), "{}", added.body);
    assert!(!browser.get(PATH).body.contains(secret), "it is shown once");
    let recipient = pages.store.recipients(CompanyId(1)).unwrap().remove(0);
    let id = recipient.id.0.to_string();
    let again = browser.post(HOOKS, &[("target", url), ("kind", "silent")]);
    assert!(again.status == 422 && again.body.contains("called already"), "{}", again.body);
    browser.post(HOOKS, &[("recipient", &id), ("kind", "differs"), ("target", "https://other.example/")]);
    assert_eq!(kept(&pages), [format!("{url} differs 4 7")], "what it is told changes, not where it is");
    let Channel::Webhook { secret: same, .. } =
        pages.store.recipients(CompanyId(1)).unwrap().remove(0).chosen.channel
    else {
        panic!()
    };
    assert_eq!(same.expose(), secret);
    assert!(!pages.audit().concat().contains("secret-path"), "an address may be a secret by itself");
    for role in [Role::Viewer, Role::Clerk] {
        let mut other = pages.signed_in(role);
        assert!(!other.get(PATH).body.contains("hooks.example"));
        assert_eq!(other.post(HOOKS, &[("target", "https://x.example/"), ("kind", "silent")]).status, 403);
        assert_eq!(other.post("/c/1/alerts/test", &[("recipient", &id)]).status, 404);
    }
    browser.get(PATH);
    assert_eq!(location(&browser.post("/c/1/alerts/webhooks/remove", &[("recipient", &id)])), PATH);
    assert!(kept(&pages).is_empty());
}

#[test]
fn a_test_says_what_became_of_it() {
    let pages = open_changed(|site, store| {
        let carriers = Carriers { mail: None, webhooks: Webhooks { may_be_private: true } };
        let stores = (store.clone() as Arc<_>, store.clone() as Arc<_>, store.clone() as Arc<_>);
        site.alerts = Arc::new(Alerts::new(stores, rulebook().into(), Arc::new(carriers), None));
    });
    pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get(PATH);
    let (port, asked) = crate::alerts_sending::receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let url = format!("http://127.0.0.1:{port}/");
    assert_eq!(browser.post(HOOKS, &[("target", &url), ("kind", "silent")]).status, 200);
    let id = pages.store.recipients(CompanyId(1)).unwrap().remove(0).id.0.to_string();
    browser.get(PATH);
    browser.post("/c/1/alerts/test", &[("recipient", &id)]);
    assert!(asked.join().unwrap().contains("ferrule.alert.test"));
    assert!(browser.get(PATH).body.contains("A test was sent to 127.0.0.1."));
    browser.post("/c/1/alerts/test", &[("recipient", &id)]);
    let told = browser.get(PATH).body;
    assert!(told.contains("The test did not reach 127.0.0.1: "), "{told}");
}
