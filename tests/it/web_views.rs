//! Lists: what they show of a shop, and that they follow what happens.

use std::time::{Duration, Instant};

use ferrule::sync::stored::{JobState, Store as _};
use ferrule::web::views::{Patience, Verdict, Views};

use crate::loop_support::{Break, Shop};

const DOCUMENTS: [&str; 4] = ["customers.json", "terms.ndjson", "part_numbers.ndjson", "invoices.json"];

#[test]
fn lists_follow_what_happens() {
    let mut shop = Shop::new();
    shop.load(&DOCUMENTS);
    let views = Views::new(shop.store.clone(), shop.rules.clone());
    let view =
        |shop: &Shop| views.get(&shop.store.company_file(shop.company).unwrap(), Patience::Long).unwrap();
    let first = view(&shop);
    let invoices = first.documents("invoice");
    assert!(invoices.len() > 5 && first.imports.is_empty());
    let played = invoices.iter().find(|row| row.state.word == "Finalized").unwrap().key.clone();
    assert!(invoices.iter().all(|row| row.cells.len() == 4 && row.job.is_none()));
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
    views.get(&file(&shop), Patience::Short).unwrap();
    for _ in 0..20 {
        shop.store.ask_for_read(shop.company).unwrap();
        let began = Instant::now();
        views.get(&file(&shop), Patience::Short).unwrap();
        assert!(began.elapsed() < Duration::from_secs(2));
    }
}
