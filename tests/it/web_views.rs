//! Lists: what they show of a shop, and that they follow what happens.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrule::people::Role;
use ferrule::sync::ImportFate;
use ferrule::sync::stored::{JobState, Store as _};
use ferrule::web::views::{Deed, Patience, Verdict, Views};

use crate::loop_support::{Break, Shop};

const DOCUMENTS: [&str; 4] = ["customers.json", "terms.ndjson", "part_numbers.ndjson", "invoices.json"];

#[test]
fn lists_follow_what_happens() {
    let mut shop = Shop::new();
    shop.load(&DOCUMENTS);
    let views = Views::new(shop.store.clone(), shop.rules.clone());
    let view = |shop: &Shop| {
        views.get(&shop.store.company_file(shop.company).unwrap(), Patience::Long, None).unwrap()
    };
    let first = view(&shop);
    let invoices = first.documents("invoice");
    assert!(invoices.len() > 5 && first.imports.is_empty());
    let played = invoices.iter().find(|row| row.state.word == "Finalized").unwrap().key.clone();
    assert!(invoices.iter().all(|row| row.cells.len() == 6 && row.job.is_none()));
    shop.store.play(shop.company, std::slice::from_ref(&played), shop.now()).unwrap();
    let second = view(&shop);
    assert_eq!(second.document("invoice", &played.id).unwrap().job, Some(JobState::Queued));
    shop.visit(Break::Never);
    let third = view(&shop);
    let row = third.document("invoice", &played.id).unwrap();
    assert!(matches!(row.state.word.as_str(), "Synced" | "Rejected"), "{row:?}");
    assert!(third.imports.iter().any(|row| row.verdict == Verdict::Importable));
    let ignored = third.imports.iter().find(|row| row.verdict == Verdict::Importable).unwrap().key.clone();
    shop.store.ignore(shop.company, std::slice::from_ref(&ignored), true).unwrap();
    let fourth = view(&shop);
    assert_eq!(fourth.imports.iter().find(|row| row.key == ignored).unwrap().verdict, Verdict::Ignored);
}

/// Nobody waits for a list that is being made anew.
#[test]
fn a_list_that_is_there_comes_at_once() {
    let shop = Shop::new();
    shop.load(&DOCUMENTS);
    let views = Views::new(shop.store.clone(), shop.rules.clone());
    let file = |shop: &Shop| shop.store.company_file(shop.company).unwrap();
    views.get(&file(&shop), Patience::Short, None).unwrap();
    for _ in 0..20 {
        shop.store.ask_for_read(shop.company).unwrap();
        let began = Instant::now();
        views.get(&file(&shop), Patience::Short, None).unwrap();
        assert!(began.elapsed() < Duration::from_secs(2));
    }
}

/// A list that was in the making already when somebody did something does not take that back; the first
/// one that knows of it does, if the store says otherwise.
#[test]
fn what_was_done_stays_until_a_list_knows_of_it() {
    let mut shop = Shop::new();
    shop.visit(Break::Never);
    let views = Views::new(shop.store.clone(), shop.rules.clone());
    let file = |shop: &Shop| shop.store.company_file(shop.company).unwrap();
    let first = views.get(&file(&shop), Patience::Short, None).unwrap();
    let row = first.imports.iter().find(|row| row.verdict == Verdict::Importable).unwrap().clone();
    let verdict = |shop: &Shop, patience| {
        let view = views.get(&file(shop), patience, None).unwrap();
        let found = view.imports.iter().find(|it| it.key == row.key && it.object == row.object);
        (found.unwrap().verdict, view.changes)
    };
    shop.store.ask_for_read(shop.company).unwrap();
    let before = file(&shop).changes;
    let ignored = Arc::new(row.with(ImportFate::Ignored));
    let rows = HashMap::from([((row.object.clone(), row.key.clone()), ignored)]);
    views.note(shop.company, Deed { before, after: before + 1, rows });
    assert_eq!(verdict(&shop, Patience::Long), (Verdict::Ignored, before), "made before that was done");
    let held = views.hold();
    shop.store.ask_for_read(shop.company).unwrap();
    assert_eq!(verdict(&shop, Patience::Sure), (Verdict::Ignored, before), "nobody waits");
    drop(held);
    assert_eq!(verdict(&shop, Patience::Long), (Verdict::Importable, before + 1), "as the store says");
}

/// After a start nobody waits for the first list.
#[test]
fn the_lists_are_made_at_the_start() {
    let pages = crate::web_support::open();
    let company = pages.company("acme", "Acme");
    assert!(pages.site.views.peek(company).is_none());
    pages.site.warm();
    let began = Instant::now();
    while pages.site.views.peek(company).is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "nobody makes them");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A page says within a moment that its lists are being made, and comes again by itself. Its parts wait for them.
#[test]
fn nobody_waits_for_the_first_lists_of_a_large_file() {
    let pages = crate::web_support::open_changed(|site, _| site.first_view = Some(Duration::ZERO));
    let company = pages.company("acme", "Acme");
    let mut clerk = pages.signed_in(Role::Clerk);
    let path = format!("/c/{}/invoicing", company.0);
    let held = pages.site.views.hold();
    let early = clerk.get(&path);
    assert!(early.status == 202 && early.head.contains("refresh: 1"), "{}", early.head);
    assert!(early.body.contains("it is putting the lists together"), "{}", early.body);
    drop(held);
    "HX-Request: true\r\n".clone_into(&mut clerk.headers);
    assert_eq!(clerk.get(&path).status, 200);
    clerk.headers.clear();
    let page = clerk.get(&path);
    assert!(page.status == 200 && !page.head.contains("refresh"), "{}", page.head);
    assert!(page.body.contains("<h1>Invoicing"), "{}", page.body);
}
