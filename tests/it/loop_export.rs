//! Documents of the sample shop go to QuickBooks, once.

use ferrule::sync::stored::{JobState, Store};

use crate::loop_support::{Break, Shop};

const DOCUMENTS: &[&str] =
    &["customers.json", "part_numbers.ndjson", "products.ndjson", "vendors.json", "terms.ndjson", "dimensions.json", "invoices.json", "bills.json"];

#[test]
fn the_shop_is_exported_in_one_visit() {
    let mut shop = Shop::new();
    let keys = shop.load(DOCUMENTS);
    let played: Vec<_> =
        keys.iter().filter(|key| ["invoice", "bill", "customer"].contains(&key.object.as_str())).cloned().collect();
    shop.play(&played);
    let sent = shop.visit(Break::Never);
    let told: Vec<String> = shop
        .jobs()
        .iter()
        .map(|job| format!("{} {}: {}", job.document, job.state.name(), job.error.as_ref().map_or("", |error| &error.happened)))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
    assert!(sent.len() > 3, "{}", sent.len());
    assert_eq!(shop.count(JobState::Queued) + shop.count(JobState::Sent), 0);
    assert!(shop.store.unanswered(shop.company).unwrap().is_empty());
    shop.play(&played);
    assert!(shop.visit(Break::Never).len() <= 3);
}
