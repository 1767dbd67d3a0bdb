//! Records that hold another amount than was billed: said wherever it comes from, and over once they agree.

use chrono::TimeDelta;
use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, JobState, RecordKey, Store};
use ferrule::sync::{Differs, connect, differs, differs_of};

use crate::loop_support::{Break, DOCUMENTS, Edit, Shop, rules_with};
use crate::web_support::open;

fn differing(shop: &Shop) -> Vec<Differs> {
    let file = shop.store.company_file(shop.company).unwrap();
    let all = differs(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
    for it in &all {
        let one = differs_of(shop.store.as_ref(), &shop.rules.program, &file, &it.document).unwrap();
        assert_eq!(one.as_ref(), Some(it), "one by itself is as among all");
    }
    all
}

fn told(shop: &Shop) -> Vec<String> {
    differing(shop).into_iter().map(|it| it.error.happened.trim_end().to_owned()).collect()
}

fn visit(shop: &mut Shop) {
    shop.wait(TimeDelta::hours(1));
    shop.visit(Break::Never);
}

/// A shop that has sent this document, and the transaction that came of it.
fn sent(mut shop: Shop, kind: &str, id: &str, number: &str) -> (Shop, DocumentKey, String) {
    shop.load(&DOCUMENTS);
    let key = DocumentKey { object: kind.to_lowercase(), id: id.to_owned() };
    shop.play(std::slice::from_ref(&key));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key).state, JobState::Done, "{:?}", shop.job(&key).error);
    let txn = shop.file.ids_of_number(kind, number).remove(0).to_owned();
    (shop, key, txn)
}

#[test]
fn a_difference_is_seen_by_a_read_and_is_over_by_a_read() {
    for (kind, id, number, element) in
        [("Invoice", "1031042", "SH:1042", "Subtotal"), ("Bill", "46801", "262034", "AmountDue")]
    {
        let (mut shop, key, txn) = sent(Shop::new(), kind, id, number);
        assert_eq!(told(&shop), [""; 0]);
        let record = RecordKey { record_type: format!("{kind}Ret"), id: txn.clone() };
        let xml = shop.store.record(shop.company, &record).unwrap().unwrap().xml;
        let right = ferrule::qbxml::Record::from_xml(&xml).unwrap().get(element).unwrap().to_owned();
        shop.file.edit(&txn, element, "448.50");
        assert_eq!(told(&shop), [""; 0], "nobody has read it");
        visit(&mut shop);
        let all = differing(&shop);
        assert_eq!(all.len(), 1);
        assert_eq!((&all[0].document, &all[0].record, all[0].state), (&key, &record, "differs"));
        let words = format!("Steelhead billed {right}, QuickBooks holds 448.50 ({element}).");
        assert!(all[0].error.happened.contains(&words), "{:?}", all[0]);
        let plan = shop.sessions.plan(shop.company).unwrap();
        assert_eq!(plan.counts().differs, 1);
        let notes: Vec<_> = plan.notes().filter(|(_, note)| note.code == "differs").collect();
        assert!(notes.len() == 1 && notes[0].1.message == words, "{notes:?}");
        shop.file.edit(&txn, element, &right);
        visit(&mut shop);
        assert_eq!(told(&shop), [""; 0]);
        assert_eq!(shop.sessions.plan(shop.company).unwrap().counts().differs, 0);
    }
}

#[test]
fn a_difference_is_seen_in_the_answer_of_a_write() {
    let one_more: Edit = |text| {
        text.replace("confirm: { Subtotal: =total(invoice) }", "confirm: { Subtotal: =total(invoice) + 1 }")
    };
    let mut shop = Shop::new();
    shop.rules = rules_with(&[("invoice.yaml", one_more)]);
    shop.restart();
    let (shop, key, _) = sent(shop, "Invoice", "1031042", "SH:1042");
    let all = differing(&shop);
    assert_eq!(all.iter().map(|it| &it.document).collect::<Vec<_>>(), [&key]);
}

#[test]
fn a_difference_is_seen_when_a_document_is_connected_by_hand_and_not_while_that_is_archived() {
    let (shop, ..) = sent(Shop::new(), "Invoice", "1031042", "SH:1042");
    let file = shop.store.company_file(shop.company).unwrap();
    let other = DocumentKey { object: "invoice".to_owned(), id: "1031043".to_owned() };
    let id = shop.file.ids_of_number("Invoice", "SH:1043").remove(0).to_owned();
    let record = RecordKey { record_type: "InvoiceRet".to_owned(), id };
    let made = connect(shop.store.as_ref(), &shop.rules.program, &file, &other, &record, shop.now()).unwrap();
    let all = differing(&shop);
    assert_eq!(all.iter().map(|it| &it.document).collect::<Vec<_>>(), [&other]);
    let words = "Invoice 1043: Steelhead billed 460.00, QuickBooks holds 448.50 (Subtotal).";
    assert_eq!(told(&shop), [words]);
    let put_aside = ferrule::sync::stored::Connection { is_archived: true, ..made.connection };
    shop.store.connect(shop.company, &put_aside).unwrap();
    assert_eq!(told(&shop), [""; 0]);
}

#[test]
fn pages_show_a_difference_in_amber_with_both_amounts() {
    let pages = open();
    let soon = chrono::Utc::now().timestamp() + 60;
    let shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(soon));
    let (mut shop, _, txn) = sent(shop, "Invoice", "1031042", "SH:1042");
    let mut browser = pages.signed_in(Role::Clerk);
    let list = "/c/1/invoicing?q=1042";
    assert!(browser.get(list).body.contains("pill good"), "{}", browser.get(list).body);
    shop.file.edit(&txn, "Subtotal", "448.50");
    visit(&mut shop);
    "HX-Request: true\r\n".clone_into(&mut browser.headers);
    for page in [list, "/c/1/invoicing/1031042", "/c/1/integrations", "/c/1/plan?q=1042"] {
        let body = browser.get(page).body;
        assert!(body.contains("iffers"), "{page}: {body}");
        let is_told = body.contains("QuickBooks holds 448.50") || page.contains("integrations");
        assert!(is_told, "{page}: {body}");
    }
    let body = browser.get(list).body;
    assert!(body.contains("pill warn") && !body.contains("pill good"), "{body}");
    let page = browser.get("/c/1/invoicing/1031042").body;
    assert!(page.contains("card fault warn") && !page.contains("Play again"), "{page}");
}
