//! Play finalizes what it sends; what is finalized is locked.

use ferrule::sync::stored::{CompanyFile, DocumentKey, JobState, Store};
use ferrule::sync::{Action, double_play, finalize};
use serde_json::{Value, json};

use crate::loop_support::{Break, Edit, Reply, Shop, compiled_with};

const INVOICE: u64 = 1_031_042;

fn key() -> DocumentKey {
    DocumentKey { object: "invoice".to_owned(), id: INVOICE.to_string() }
}

/// A shop one of whose invoices is a draft.
fn with_draft() -> Shop {
    let shop = Shop::new();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    shop.change("invoices.json", INVOICE, |it| it["finalizedAt"] = json!(null));
    shop
}

fn kept(shop: &Shop) -> Value {
    let all = shop.store.documents(shop.company, &[key()]).unwrap();
    serde_json::from_str(&all[0].document.json).unwrap()
}

fn file(shop: &Shop) -> CompanyFile {
    shop.store.company_file(shop.company).unwrap()
}

#[test]
fn play_finalizes_and_sends_and_then_it_is_done() {
    let mut shop = with_draft();
    shop.play(&[key()]);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key()).state, JobState::Done, "{:?}", shop.job(&key()).error);
    assert_eq!(shop.file.ids_of_number("Invoice", "SH:1042").len(), 1);
    let invoice = kept(&shop);
    assert!(invoice["finalizedAt"].as_str().unwrap().starts_with("20"), "{invoice}");
    let mut expected = crate::loop_support::sample("invoices.json", INVOICE);
    expected["finalizedAt"] = invoice["finalizedAt"].clone();
    assert_eq!(invoice, expected);
    let played = shop.store.play(shop.company, &[key()], shop.now()).unwrap();
    assert_eq!(played.already_done, [key()]);
}

#[test]
fn what_is_rejected_stays_a_draft_that_can_be_corrected() {
    let mut shop = with_draft();
    shop.change("invoices.json", INVOICE, |it| {
        it["finalizedAt"] = json!(null);
        it["lines"] = json!([]);
    });
    shop.play(&[key()]);
    shop.visit(Break::Never);
    let job = shop.job(&key());
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Rejected, "no-line-items"));
    assert_eq!(kept(&shop)["finalizedAt"], Value::Null);
    let done =
        finalize(shop.store.as_ref(), &shop.rules.program, &file(&shop), &[key()], shop.now()).unwrap();
    assert_eq!((done.finalized.len(), done.refused.len()), (0, 1));
    shop.change("invoices.json", INVOICE, |it| it["finalizedAt"] = json!(null));
    shop.play(&[key()]);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key()).state, JobState::Done);
}

#[test]
fn another_draft_of_what_is_finalized_changes_nothing_and_that_is_told() {
    let shop = with_draft();
    let done =
        finalize(shop.store.as_ref(), &shop.rules.program, &file(&shop), &[key()], shop.now()).unwrap();
    assert_eq!(done.finalized, [key()]);
    let before = kept(&shop);
    let load = |change: &dyn Fn(&mut Value)| {
        let mut value = crate::loop_support::sample("invoices.json", INVOICE);
        change(&mut value);
        let json = value.to_string();
        let new = ferrule::sync::stored::NewDocument { key: key(), version: json.clone(), json };
        shop.store.load(shop.company, &[new], shop.now()).unwrap()
    };
    // The draft that it was made of.
    assert_eq!(load(&|it| it["finalizedAt"] = json!(null)).same, 1);
    // Another one.
    let other = |it: &mut Value| {
        it["finalizedAt"] = json!(null);
        it["notes"] = json!("changed");
    };
    assert_eq!(load(&other).locked, 1);
    assert_eq!(kept(&shop), before);
    // Steelhead has finalized it too: what it says counts.
    assert_eq!(load(&|it| it["notes"] = json!("changed")).changed, 1);
    assert_eq!(kept(&shop)["notes"], "changed");
    let again =
        finalize(shop.store.as_ref(), &shop.rules.program, &file(&shop), &[key()], shop.now()).unwrap();
    assert_eq!(again.already, [key()]);
}

#[test]
fn wherever_it_breaks_off_it_is_finalized_with_what_was_sent_and_sent_once() {
    for turn in 0..6 {
        for reply in [Reply::Drop, Reply::Lose, Reply::Leave] {
            let mut shop = with_draft();
            shop.play(&[key()]);
            shop.visit_by(&mut |_, at, _| if at == turn { reply.clone() } else { Reply::Deliver });
            let was_sent = shop.job(&key()).attempts > 0;
            assert_eq!(kept(&shop)["finalizedAt"] != Value::Null, was_sent, "{turn} {reply:?}");
            shop.restart();
            shop.visit(Break::Never);
            assert_eq!(shop.job(&key()).state, JobState::Done);
            assert_eq!(shop.file.ids_of_number("Invoice", "SH:1042").len(), 1, "{turn} {reply:?}");
        }
    }
}

#[test]
fn the_field_must_be_a_time_of_the_document() {
    let misspelt: Edit = |it| it.replace("finalize: finalizedAt", "finalize: finalisedAt");
    let no_time: Edit = |it| it.replace("finalize: finalizedAt", "finalize: notes");
    for (change, code) in [(misspelt, "R501"), (no_time, "R332")] {
        let told = compiled_with(&[("invoice.yaml", change)]).diagnostics;
        let codes: Vec<_> = told.iter().map(|it| it.code).collect();
        assert_eq!(codes, [code], "{told:?}");
    }
}

/// What is shown of a draft before it is played is what is done, whoever asks.
#[test]
fn double_play_and_every_plan_take_a_draft_as_play_does() {
    let mut shop = with_draft();
    shop.load(&["vendors.json", "bills.json"]);
    let bill = shop.change("bills.json", 46_801, |it| {
        it["finalizedAt"] = json!(null);
        it["invoiceNumber"] = json!("262099");
    });
    let credit = shop.change("bills.json", 46_802, |it| {
        it["finalizedAt"] = json!(null);
        it["lines"][0]["items"][0]["subtotal"] = json!("-1.00");
    });
    let all = [key(), bill.clone(), credit.clone()];
    shop.visit(Break::Never);
    // The plan of everything, and that of one document.
    let plan = shop.sessions.plan(shop.company).unwrap();
    let of = |plan: &ferrule::sync::Plan, key: &DocumentKey| {
        let id = format!("{}-{}", key.object, key.id);
        let step = plan.steps.iter().find(|step| step.request_id() == id).unwrap();
        let notes: Vec<_> = step.outcome.warnings.iter().map(|note| note.code.clone()).collect();
        (step.action(), notes.contains(&"finalizes".to_owned()), step.sent_xml())
    };
    for key in &all {
        let alone = shop.sessions.preview(shop.company, key, shop.now()).unwrap().plan;
        assert_eq!(of(&plan, key), of(&alone, key));
        let is_credit = *key == credit;
        let expected = if is_credit { Action::Reject } else { Action::Create };
        assert_eq!((of(&plan, key).0, of(&plan, key).1), (expected, !is_credit), "{key}");
    }
    let double = double_play(shop.store.as_ref(), &shop.rules.program, &file(&shop), None).unwrap();
    assert!(all.iter().all(|key| double.keys.contains(key)) && double.drafts >= all.len());
    assert!(!double.left_out.iter().any(|key| all.contains(key)));
    shop.play(&all);
    let sent = shop.visit(Break::Never).concat();
    for key in &all[..2] {
        assert_eq!(shop.job(key).state, JobState::Done, "{:?}", shop.job(key).error);
        let (_, _, xml) = of(&plan, key);
        assert!(sent.contains(&String::from_utf8(xml.unwrap()).unwrap()), "{key} was sent as it was shown");
    }
    assert_eq!(shop.job(&credit).state, JobState::Rejected);
    let stored = shop.store.documents(shop.company, &[credit, bill]).unwrap();
    let finalized = |at: usize| !stored[at].document.json.contains("\"finalizedAt\":null");
    assert_eq!((finalized(0), finalized(1)), (false, true));
}
