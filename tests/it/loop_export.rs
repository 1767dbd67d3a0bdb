//! Documents of the sample shop go to QuickBooks, once.

use ferrule::sync::stored::{JobState, Store};

use crate::loop_support::{Break, Shop};

const DOCUMENTS: &[&str] = &[
    "customers.json",
    "part_numbers.ndjson",
    "products.ndjson",
    "vendors.json",
    "terms.ndjson",
    "dimensions.json",
    "invoices.json",
    "bills.json",
];

#[test]
fn the_shop_is_exported_in_one_visit() {
    let mut shop = Shop::new();
    let keys = shop.load(DOCUMENTS);
    let played: Vec<_> = keys
        .iter()
        .filter(|key| ["invoice", "bill", "customer"].contains(&key.object.as_str()))
        .cloned()
        .collect();
    shop.play(&played);
    let sent = shop.visit(Break::Never);
    let told: Vec<String> = shop
        .jobs()
        .iter()
        .map(|job| {
            format!(
                "{} {}: {}",
                job.document,
                job.state.name(),
                job.error.as_ref().map_or("", |error| &error.happened)
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
    assert!(sent.len() > 3, "{}", sent.len());
    assert_eq!(shop.count(JobState::Queued) + shop.count(JobState::Sent), 0);
    assert!(shop.store.unanswered(shop.company).unwrap().is_empty());
    shop.play(&played);
    assert!(shop.visit(Break::Never).len() <= 3);
}

/// What the company file holds of what was exported: numbers and names, and how often.
fn books(shop: &Shop) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        ["Customer", "Vendor", "ItemService", "Invoice", "Bill", "StandardTerms"]
            .iter()
            .flat_map(|kind| {
                shop.file.records(kind).map(move |record| {
                    let name = ["FullName", "RefNumber", "Name"]
                        .iter()
                        .find_map(|path| record.descend(path).and_then(|it| it.text()));
                    ((*kind).to_owned(), name.unwrap_or_else(|| panic!("a {kind} without a name")).to_owned())
                })
            })
            .collect();
    all.sort();
    all
}

fn play_all(shop: &mut Shop) {
    let keys = shop.load(DOCUMENTS);
    let played = ["invoice", "bill", "customer"];
    let keys: Vec<_> = keys.into_iter().filter(|key| played.contains(&key.object.as_str())).collect();
    shop.play(&keys);
}

/// What must be the same however a visit broke off: the books, and the state of every job.
fn end(shop: &Shop) -> (Vec<(String, String)>, Vec<String>) {
    (
        books(shop),
        shop.jobs().into_iter().map(|job| format!("{} {}", job.document, job.state.name())).collect(),
    )
}

#[test]
fn wherever_a_visit_breaks_off_everything_is_there_once_in_the_end() {
    let mut clean = Shop::new();
    play_all(&mut clean);
    let turns = clean.visit(Break::Never).len();
    let expected = end(&clean);
    let mut tried = 0;
    for turn in 0..turns {
        for stop in [Break::BeforeProcessing(turn), Break::AfterProcessing(turn), Break::AfterReceiving(turn)]
        {
            let mut shop = Shop::new();
            play_all(&mut shop);
            shop.visit(stop);
            shop.restart();
            shop.visit(Break::Never);
            assert_eq!(end(&shop), expected, "{stop:?} of {turns}");
            assert!(shop.store.unanswered(shop.company).unwrap().is_empty(), "{stop:?}");
            tried += 1;
        }
    }
    assert_eq!(tried, turns * 3);
}
