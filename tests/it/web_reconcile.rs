//! Reconcile: its head and its list say the same, and a period that was looked at before is as things are now.

use chrono::Utc;
use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::DocumentKey;
use regex::Regex;

use crate::loop_support::{DOCUMENTS, Shop};
use crate::web_support::{Browser, open};
use crate::web_todo::newest;

const ALL_DAYS: &str = "/c/1/reconcile?from=all&to=all";

/// The page, once everything is worked out.
fn reconcile(browser: &mut Browser, path: &str) -> String {
    loop {
        let body = newest(browser, path);
        if !body.contains("adding it up") && !body.contains("since this was added up") {
            return body;
        }
    }
}

/// The number that a pattern finds; 0 where it finds none.
fn number(body: &str, pattern: &str) -> usize {
    let found = Regex::new(pattern).unwrap().captures(body);
    found.map_or(0, |found| found[1].replace(',', "").parse().unwrap())
}

#[test]
fn a_period_that_was_looked_at_is_as_things_are_now() {
    let pages = open();
    let shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(Utc::now().timestamp()));
    let keys: Vec<DocumentKey> = shop.load(&DOCUMENTS);
    let mut clerk = pages.signed_in(Role::Clerk);
    let before = reconcile(&mut clerk, ALL_DAYS);
    assert!(before.contains("Never played.") && !before.contains("It waits for the next visit"), "{before}");
    assert!(reconcile(&mut clerk, ALL_DAYS).contains("Never played."), "it is kept");
    shop.play(&keys);
    let after = reconcile(&mut clerk, ALL_DAYS);
    assert!(after.contains("It waits for the next visit") && !after.contains("Never played."), "{after}");
    let searched = reconcile(&mut clerk, &format!("{ALL_DAYS}&q=no+such+thing"));
    assert!(searched.contains("Nothing matches."), "{searched}");
}

#[test]
fn the_head_says_as_many_as_the_list_has() {
    let pages = open();
    let shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(Utc::now().timestamp()));
    shop.load(&DOCUMENTS);
    let mut clerk = pages.signed_in(Role::Clerk);
    let page = reconcile(&mut clerk, ALL_DAYS);
    let counted = number(&page, r"([\d,]+) transactions?: ");
    let left = number(&page, r"([\d,]+) more (?:does|do) not count: ");
    let listed = number(&page, r">(?:[^<]* of )?([\d,]+) transactions<");
    assert!(left > 0, "a voided invoice is in the list, and does not count: {page}");
    assert_eq!(counted + left, listed, "{page}");
}

#[test]
fn what_is_no_period_is_refused_in_a_sentence() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut clerk = pages.signed_in(Role::Clerk);
    let page = reconcile(&mut clerk, "/c/1/reconcile?from=June&to=");
    assert!(page.contains(">“June” is not a day; write it like 2026-06-30.<"), "{page}");
}
