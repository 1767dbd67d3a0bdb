//! What QuickBooks is set to is told with the first call of a visit; what hangs on it is told before anything is sent.

use ferrule::sync::stored::{RecordKey, Store as _};

use crate::loop_support::{Break, Shop};

/// What the Web Connector tells where class tracking is on or off.
fn told(classes: bool) -> String {
    format!(
        "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs><PreferencesQueryRs statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\"><PreferencesRet><AccountingPreferences><IsUsingAccountNumbers>true</IsUsingAccountNumbers><IsRequiringAccounts>true</IsRequiringAccounts><IsUsingClassTracking>{classes}</IsUsingClassTracking></AccountingPreferences></PreferencesRet></PreferencesQueryRs></QBXMLMsgsRs></QBXML>"
    )
}

fn warned(shop: &Shop) -> bool {
    let plan = shop.sessions.plan(shop.company).unwrap();
    let mut notes = plan.steps.iter().flat_map(|step| &step.outcome.warnings);
    notes.any(|note| note.code.starts_with("class-tracking-off"))
}

#[test]
fn a_class_is_warned_of_while_class_tracking_is_off() {
    let mut shop = Shop::new();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    shop.responses = told(false);
    let sent = shop.visit(Break::Never);
    assert!(!sent[0].contains("ListDeletedQueryRq"), "it is the first read all the same");
    assert!(warned(&shop));
    shop.restart();
    assert!(warned(&shop), "it is kept");
    shop.responses = told(true);
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    assert!(!warned(&shop), "it was switched on");
    let key = RecordKey { record_type: "PreferencesRet".to_owned(), id: "PreferencesRet".to_owned() };
    let kept = shop.store.record(shop.company, &key).unwrap().unwrap();
    assert!(kept.xml.contains("<IsUsingClassTracking>true<"));
    // A visit that tells nothing of it takes nothing away.
    shop.responses = String::new();
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    assert!(shop.store.record(shop.company, &key).unwrap().is_some());
}

#[test]
fn where_nothing_is_told_nothing_is_asked() {
    let mut shop = Shop::new();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    shop.visit(Break::Never);
    assert!(!warned(&shop));
}
