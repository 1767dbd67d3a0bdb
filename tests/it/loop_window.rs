//! When the Web Connector may work, and when two of them do.

use ferrule::secrets::TicketHash;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use ferrule::connector::SessionDesk;
use ferrule::connector::service::{Desk, Opening};
use ferrule::sync::Status;
use ferrule::sync::session::{Limits, Sessions};
use ferrule::sync::stored::{Moment, Store};
use serde_json::json;

use crate::commands_support::Desk as Commands;
use crate::loop_support::{Break, Shop, rulebook};

fn at(text: &str) -> Moment {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// Noon of a Friday in New York.
fn noon() -> Moment {
    at("2026-07-10T16:00:00Z")
}

/// Ten minutes before the window opens.
fn before_six() -> Moment {
    at("2026-07-10T21:50:00Z")
}

fn night() -> Moment {
    at("2026-07-11T04:00:00Z")
}

fn set(store: &dyn Store, company: ferrule::sync::stored::CompanyId, hours: &str, zone: &str) {
    let settings = [("sync_hours".to_owned(), json!(hours)), ("time_zone".to_owned(), json!(zone))]
        .into_iter()
        .collect();
    store.set_settings(company, &settings).unwrap();
}

fn status(shop: &Shop, now: Moment) -> Status {
    let file = shop.store.company_file(shop.company).unwrap();
    Status::of(shop.store.as_ref(), Some(&shop.rules.program), &file, now).unwrap()
}

#[test]
fn outside_of_the_window_the_web_connector_is_put_off() {
    let shop = Shop::new();
    set(shop.store.as_ref(), shop.company, "18:00-06:00", "America/New_York");
    let open = |clock: fn() -> Moment, ticket: &str| {
        let sessions = Sessions::new(shop.store.clone(), rulebook(), Limits::default());
        SessionDesk::new(sessions, clock).open("Lakeside Plating", &TicketHash::of(ticket)).unwrap()
    };
    assert_eq!(open(noon, "a"), Opening::Postponed(3600));
    assert_eq!(open(before_six, "b"), Opening::Postponed(600));
    assert!(matches!(open(night, "c"), Opening::Work(_)));
    assert_eq!(status(&shop, noon()).window.unwrap().opens_at, Some(at("2026-07-10T22:00:00Z")));
    assert_eq!(status(&shop, night()).window.unwrap().opens_at, None);
}

#[test]
fn while_it_is_paused_the_web_connector_is_put_off_and_heard_all_the_same() {
    let shop = Shop::new();
    let open = |ticket: &str| {
        let sessions = Sessions::new(shop.store.clone(), rulebook(), Limits::default());
        SessionDesk::new(sessions, noon).open("Lakeside Plating", &TicketHash::of(ticket)).unwrap()
    };
    shop.store.pause(shop.company, true).unwrap();
    assert!(matches!(open("a"), Opening::Postponed(seconds) if seconds > 0));
    assert_eq!(status(&shop, noon()).last_contact, Some(noon()));
    assert!(shop.store.sessions(shop.company, 1).unwrap().is_empty(), "no session began");
    shop.store.pause(shop.company, false).unwrap();
    assert!(matches!(open("b"), Opening::Work(_)));
}

#[test]
fn nobody_is_missed_while_the_window_is_closed() {
    let shop = Shop::new();
    shop.store.note_contact(shop.company, at("2026-07-10T10:00:00Z")).unwrap();
    assert!(status(&shop, noon()).is_overdue);
    set(shop.store.as_ref(), shop.company, "18:00-06:00", "America/New_York");
    assert!(!status(&shop, noon()).is_overdue);
    assert!(status(&shop, night()).is_overdue);
}

#[test]
fn a_window_that_cannot_be_read_is_open_and_told() {
    let shop = Shop::new();
    for (hours, zone) in [("evenings", "America/New_York"), ("18:00-06:00", "Ohio")] {
        set(shop.store.as_ref(), shop.company, hours, zone);
        let status = status(&shop, noon());
        assert!(status.needs_someone());
        let problem = status.window.unwrap().problem.unwrap();
        assert!(problem.contains("evenings") || problem.contains("`Ohio`"), "{problem}");
        let sessions = Sessions::new(shop.store.clone(), rulebook(), Limits::default());
        let desk = Arc::new(SessionDesk::new(sessions, noon));
        let opening = desk.open("Lakeside Plating", &TicketHash::of(hours)).unwrap();
        assert!(matches!(opening, Opening::Work(_)));
    }
}

#[test]
fn a_session_that_begins_while_one_is_under_way_is_noticed() {
    let mut shop = Shop::new();
    shop.visit(Break::Never);
    shop.visit(Break::Never);
    assert!(status(&shop, shop.now()).overtaken.is_none());
    let first = shop.begin();
    shop.next(&first).unwrap();
    // One that was left alone for long is none that is under way.
    shop.wait(TimeDelta::hours(1));
    let second = shop.begin();
    assert!(status(&shop, shop.now()).overtaken.is_none());
    shop.next(&second).unwrap();
    let (began, active) = (shop.now(), shop.now());
    shop.wait(TimeDelta::seconds(30));
    shop.begin();
    let told = status(&shop, shop.now() + TimeDelta::hours(1)).overtaken.unwrap();
    assert_eq!((told.at, told.other_began_at, told.other_active_at), (shop.now(), began, active));
    assert!(status(&shop, shop.now() + TimeDelta::days(8)).overtaken.is_none());
}

#[test]
fn the_status_tells_of_both() {
    let desk = Commands::connected();
    let store = desk.store();
    let file = desk.file();
    let now = chrono::Utc::now();
    for (ticket, seconds) in [("a", 60), ("b", 30)] {
        store.begin_session(file.id, ticket, now - TimeDelta::seconds(seconds)).unwrap();
    }
    let told = desk.well(&["status"]);
    assert!(told.contains("two at once") && told.contains("one was under way"), "{told}");
    set(store.as_ref(), file.id, "18:00-06:00", "Ohio");
    let told = desk.run(&["status"]);
    assert!(told.code == 1 && told.out.contains("the time zone `Ohio` is not known"), "{told:?}");
}
