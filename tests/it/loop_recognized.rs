//! Records carry the mark of their document, and are found by it.

use std::sync::Arc;

use ferrule::simulator::{Condition, DoubledGuids, Lasting};
use ferrule::sync::session::{Next, Rulebook};
use ferrule::sync::stored::{DocumentKey, JobState, Store};
use ferrule::sync::{Action, archive, double_play};
use serde_json::json;

use crate::loop_support::{Break, EITHER, Reply, Shop, rulebook, rules_with};

const INVOICE: u64 = 1_031_042;

fn key(object: &str, id: u64) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_string() }
}

fn is_write(request: &str) -> bool {
    request.contains("newMessageSetID") && !request.contains("onError=\"continueOnError\"></QBXMLMsgsRq>")
}

/// Rules without their `match`: nobody says what a counterpart is looked for by.
fn without_match(text: &str) -> String {
    let mut kept = Vec::new();
    let mut is_in = false;
    for line in text.lines() {
        is_in = line == "  match:" || (is_in && line.starts_with("    "));
        if !is_in {
            kept.push(line);
        }
    }
    kept.join("\n")
}

fn shop_with(rules: Arc<Rulebook>) -> Shop {
    let mut shop = Shop::new();
    shop.rules = rules;
    shop.restart();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    shop
}

/// Another store for the company file of a shop, at the same moment.
fn set_up_anew(shop: Shop, rules: Arc<Rulebook>) -> Shop {
    use ferrule::simulator::Clock as _;
    let mut anew = shop_with(rules);
    anew.clock.set(shop.clock.now());
    anew.file = shop.file;
    anew
}

fn invoices(shop: &Shop) -> usize {
    shop.file.ids_of_number("Invoice", "SH:1042").len()
}

fn lose(shop: &mut Shop) {
    shop.visit_by(&mut |_, _, request| if is_write(request) { Reply::Lose } else { Reply::Deliver });
    shop.forget_answers();
}

/// The invoice in another version, of which nothing is sent otherwise.
fn new_version(shop: &Shop) -> DocumentKey {
    shop.change("invoices.json", INVOICE, |it| it["createdAt"] = json!("2026-03-05T13:20:08.331+00:00"))
}

#[test]
fn every_record_that_is_made_carries_the_mark_of_its_document() {
    let mut shop = shop_with(rulebook());
    shop.play(&[key("invoice", INVOICE)]);
    let sent = shop.visit(Break::Never).concat();
    let adds = sent.matches("<InvoiceAdd>").count() + sent.matches("<CustomerAdd>").count();
    assert!(adds > 0 && sent.matches("<ExternalGUID>{").count() >= adds, "{sent}");
    let id = shop.file.ids_of_number("Invoice", "SH:1042").remove(0).to_owned();
    let mark = shop.file.record(&id).unwrap().descend("ExternalGUID").unwrap().text().unwrap().to_owned();
    assert!(sent.contains(&mark));
}

#[test]
fn what_is_planned_is_what_is_sent_to_the_byte() {
    let mut shop = shop_with(rulebook());
    shop.visit(Break::Never);
    let plan = shop.sessions.plan(shop.company).unwrap();
    shop.limits.batch = 100;
    shop.restart();
    shop.play(&[key("invoice", INVOICE)]);
    let sent = shop.visit(Break::Never).concat();
    let step = plan.steps.iter().find(|step| step.request_id() == "invoice-1031042").unwrap();
    let planned = String::from_utf8(step.sent_xml().unwrap()).unwrap();
    assert!(planned.contains("<ExternalGUID>"));
    assert!(sent.contains(&planned), "{planned}\n{sent}");
}

#[test]
fn what_was_done_is_found_though_no_rule_says_how() {
    let mut shop = shop_with(rules_with(&[("invoice.yaml", without_match)]));
    shop.play(&[key("invoice", INVOICE)]);
    lose(&mut shop);
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("InvoiceAddRq")));
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    assert_eq!(invoices(&shop), 1);
    let connections = shop.store.connections(shop.company).unwrap();
    assert!(connections.iter().any(|it| it.document == key("invoice", INVOICE)));
}

#[test]
fn what_was_not_done_goes_again_though_no_rule_says_how() {
    let mut shop = shop_with(rules_with(&[("invoice.yaml", without_match)]));
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit_by(&mut |_, _, request| if is_write(request) { Reply::Drop } else { Reply::Deliver });
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    assert_eq!(invoices(&shop), 1);
}

#[test]
fn a_new_version_played_after_the_loss_makes_no_second_record() {
    for played_after_the_settling in [false, true] {
        let mut shop = shop_with(rules_with(&[("invoice.yaml", without_match)]));
        shop.play(&[key("invoice", INVOICE)]);
        lose(&mut shop);
        if played_after_the_settling {
            shop.visit(Break::AfterReceiving(0));
        }
        let invoice = new_version(&shop);
        shop.play(std::slice::from_ref(&invoice));
        shop.visit(Break::Never);
        shop.visit(Break::Never);
        assert_eq!(invoices(&shop), 1);
        assert_eq!(shop.job(&invoice).state, JobState::Done);
    }
}

#[test]
fn a_store_that_was_set_up_anew_knows_what_the_old_one_sent() {
    let rules = rules_with(&[("invoice.yaml", without_match)]);
    let mut shop = shop_with(rules.clone());
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit(Break::Never);
    let mut anew = set_up_anew(shop, rules);
    anew.play(&[key("invoice", INVOICE)]);
    anew.visit(Break::Never);
    assert_eq!(anew.job(&key("invoice", INVOICE)).state, JobState::Done);
    assert_eq!(invoices(&anew), 1);
}

/// A shop whose terms are new to QuickBooks, where nobody says how they are found: terms carry no mark.
fn blind() -> (Shop, DocumentKey) {
    let shop = shop_with(rules_with(&[("invoice_terms.yaml", without_match)]));
    let settings = [("export_invoice_terms".to_owned(), json!(true))];
    shop.store.set_settings(shop.company, &settings.into_iter().collect()).unwrap();
    let invoice = shop.change("invoices.json", INVOICE, blind_terms);
    (shop, invoice)
}

fn blind_terms(invoice: &mut serde_json::Value) {
    invoice["invoiceTerms"] = json!({ "id": 990, "terms": "Net 41", "days": 41 });
}

#[test]
fn a_new_version_of_what_may_have_been_done_waits_for_a_second_play() {
    let (mut shop, invoice) = blind();
    shop.load_json("invoiceTerms", "990", r#"{"object":"invoiceTerms","id":990,"terms":"Net 41","days":41}"#);
    shop.play(std::slice::from_ref(&invoice));
    lose(&mut shop);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&invoice).state, JobState::OutcomeUnknown, "{:?}", shop.job(&invoice).error);
    // By the name that people know, not by an id.
    assert!(shop.job(&invoice).error.unwrap().happened.starts_with("Ferrule sent Net 41, and the answer"));
    let again = shop.change("invoices.json", INVOICE, |it| {
        blind_terms(it);
        it["createdAt"] = json!("2026-03-05T13:20:08.331+00:00");
    });
    let played = shop.store.play(shop.company, std::slice::from_ref(&again), shop.now()).unwrap();
    assert_eq!((played.queued.len(), played.undecided), (0, vec![again.clone()]));
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("AddRq")));
    assert_eq!(shop.job(&again).state, JobState::OutcomeUnknown);
    assert!(shop.job(&again).error.is_some());
    // Double play decides nothing.
    let file = shop.store.company_file(shop.company).unwrap();
    let play = double_play(shop.store.as_ref(), &shop.rules.program, &file, Some("invoice")).unwrap();
    assert_eq!(play.waiting, std::slice::from_ref(&again));
    assert!(!play.keys.contains(&again) && !play.keys.is_empty());
    let played = shop.store.play(shop.company, std::slice::from_ref(&again), shop.now()).unwrap();
    assert_eq!(played.queued, [again]);
}

#[test]
fn a_new_version_that_was_played_before_the_loss_is_settled_is_not_sent_blind_either() {
    let (mut shop, invoice) = blind();
    shop.play(std::slice::from_ref(&invoice));
    lose(&mut shop);
    let again = shop.change("invoices.json", INVOICE, |it| {
        blind_terms(it);
        it["createdAt"] = json!("2026-03-05T13:20:08.331+00:00");
    });
    shop.play(std::slice::from_ref(&again));
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("TermsAddRq")), "{sent:?}");
    assert_eq!(shop.job(&again).state, JobState::OutcomeUnknown);
}

/// The first Web Connector has a write in its hands; gives it.
fn held_by_the_first(shop: &mut Shop) -> String {
    let first = shop.begin();
    shop.file.begin_session().unwrap();
    let write = loop {
        let Next::Request(request) = shop.next(&first).unwrap() else { panic!("no write") };
        if is_write(&request) {
            break request;
        }
        let answer = shop.file.process(&request);
        shop.receive(&first, &answer).unwrap();
    };
    shop.file.end_session();
    write
}

#[test]
fn a_write_that_comes_late_from_a_session_that_was_fenced_off_makes_no_second_record() {
    for (without, guids) in [false, true].into_iter().flat_map(|it| EITHER.map(|guids| (it, guids))) {
        // Before the n-th requests of the second session; at last, when it is over.
        for late in 0..9 {
            let mut shop = shop_with(if without {
                rules_with(&[("invoice.yaml", without_match), ("customer.yaml", without_match)])
            } else {
                rulebook()
            });
            shop.doubled_guids(guids);
            let customer = shop.change("customers.json", 301, |it| {
                it["id"] = json!(399);
                it["name"] = json!("Fresh Anodizing");
            });
            let invoice = shop.change("invoices.json", INVOICE, |it| {
                it["customer"] = json!({ "id": 399, "name": "Fresh Anodizing" });
            });
            shop.play(&[customer.clone(), invoice.clone()]);
            let write = held_by_the_first(&mut shop);
            let mut is_delivered = false;
            shop.visit_by(&mut |file, turn, _| {
                if turn == late {
                    is_delivered = true;
                    file.process(&write).unwrap();
                }
                Reply::Deliver
            });
            if !is_delivered {
                shop.in_quickbooks(&write);
            }
            shop.wait(chrono::TimeDelta::hours(1));
            shop.visit(Break::Never);
            let case = format!("{without} {guids:?} {late}");
            assert_eq!(invoices(&shop), 1, "{case}");
            assert!(shop.file.id_of("Customer", "Fresh Anodizing").is_some());
            for key in [&customer, &invoice] {
                assert_eq!(shop.job(key).state, JobState::Done, "{case} {:?}", shop.job(key).error);
            }
            let connections = shop.store.connections(shop.company).unwrap();
            let own = connections.iter().find(|it| it.document == invoice).unwrap();
            assert_eq!(shop.file.ids_of_number("Invoice", "SH:1042"), [own.record_id.as_str()]);
        }
    }
}

#[test]
fn what_is_claimed_is_refused_and_what_was_done_meanwhile_is_taken_over() {
    for done_before_the_claim in [false, true] {
        let mut shop = shop_with(rulebook());
        shop.doubled_guids(DoubledGuids::Taken);
        shop.play(&[key("invoice", INVOICE)]);
        let write = held_by_the_first(&mut shop);
        let mut answers = Vec::new();
        let visit = shop.visit_by(&mut |file, _, request| {
            let is_claim = request.contains("HostQueryRq");
            if is_claim && done_before_the_claim {
                answers.push(file.process(&write).unwrap());
            }
            if request.contains("InvoiceAddRq") {
                answers.push(file.process(&write).unwrap());
            }
            Reply::Deliver
        });
        let adds = visit.sent.iter().filter(|request| request.contains("InvoiceAddRq")).count();
        assert_eq!((adds, answers.len()), (usize::from(!done_before_the_claim), 1));
        let is_refused = answers[0].contains("messageSetStatusCode=\"9001\"");
        assert_eq!(is_refused, !done_before_the_claim, "{}", answers[0]);
        assert_eq!((invoices(&shop), visit.error), (1, None));
        assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    }
}

#[test]
fn nothing_is_sent_as_long_as_the_id_of_a_lost_set_cannot_be_claimed() {
    let mut shop = shop_with(rulebook());
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit_by(&mut |_, _, request| if is_write(request) { Reply::Drop } else { Reply::Deliver });
    shop.file.inject(Condition::CannotKeep, Lasting::UntilCleared);
    for _ in 0..2 {
        let visit = shop.visit_by(&mut |_, _, _| Reply::Deliver);
        assert!(visit.error.unwrap().contains("Nothing is sent until it can"));
        assert!(!visit.sent.iter().any(|request| request.contains("AddRq")));
    }
    shop.file.clear(&Condition::CannotKeep);
    shop.visit(Break::Never);
    assert_eq!((shop.job(&key("invoice", INVOICE)).state, invoices(&shop)), (JobState::Done, 1));
}

fn mark_in(request: &str) -> String {
    let (_, from) = request.split_once("<InvoiceAdd>").unwrap();
    let (_, from) = from.split_once("<ExternalGUID>").unwrap();
    from.split_once('<').unwrap().0.to_owned()
}

/// The invoice is sent, its record deleted, its connection put aside, and it is played again.
fn made_anew(shop: &mut Shop) -> String {
    let id = shop.file.ids_of_number("Invoice", "SH:1042").remove(0).to_owned();
    assert!(shop.file.delete(&id));
    shop.wait(chrono::TimeDelta::hours(1));
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit(Break::Never);
    let file = shop.store.company_file(shop.company).unwrap();
    archive(shop.store.as_ref(), &file, &key("invoice", INVOICE), true).unwrap();
    let again = new_version_of(shop, &id);
    shop.play(std::slice::from_ref(&again));
    id
}

fn new_version_of(shop: &Shop, at: &str) -> DocumentKey {
    shop.change("invoices.json", INVOICE, |it| it["customInputs"] = json!({ "Again": { "at": at } }))
}

#[test]
fn what_is_made_anew_after_it_was_put_aside_has_another_mark_and_keeps_it_when_it_is_sent_again() {
    for guids in EITHER {
        let mut shop = shop_with(rules_with(&[("invoice.yaml", without_match)]));
        shop.doubled_guids(guids);
        shop.play(&[key("invoice", INVOICE)]);
        let mut marks = vec![mark_in(&shop.visit(Break::Never).concat())];
        for _ in 0..2 {
            made_anew(&mut shop);
            // The first time nothing of it is done, the second time the answer is lost with QuickBooks' memory.
            let mut sent = Vec::new();
            shop.visit_by(&mut |_, _, request| {
                if !request.contains("InvoiceAdd") {
                    return Reply::Deliver;
                }
                sent.push(request.to_owned());
                Reply::Drop
            });
            marks.push(mark_in(&sent.concat()));
            shop.visit_by(&mut |_, _, request| {
                if !request.contains("InvoiceAdd") {
                    return Reply::Deliver;
                }
                assert_eq!(mark_in(request), marks[marks.len() - 1], "the same create has the same mark");
                Reply::Lose
            });
            shop.forget_answers();
            let sent = shop.visit(Break::Never).concat();
            assert!(!sent.contains("InvoiceAdd"), "it is found by its mark");
            assert_eq!((shop.job(&key("invoice", INVOICE)).state, invoices(&shop)), (JobState::Done, 1));
        }
        marks.sort();
        marks.dedup();
        assert_eq!(marks.len(), 3, "{marks:?}");
    }
}

#[test]
fn a_record_of_a_mark_that_was_put_aside_is_not_taken_for_the_new_one() {
    let mut shop = shop_with(rules_with(&[("invoice.yaml", without_match)]));
    shop.doubled_guids(DoubledGuids::Taken);
    shop.play(&[key("invoice", INVOICE)]);
    let write = shop.visit(Break::Never).into_iter().find(|it| it.contains("InvoiceAdd")).unwrap();
    made_anew(&mut shop);
    // Somebody brings the first one back, as it was.
    shop.in_quickbooks(&write.replace("newMessageSetID", "oldMessageSetID"));
    let sent = shop.visit(Break::Never).concat();
    assert_ne!(mark_in(&sent), mark_in(&write));
    assert_eq!(invoices(&shop), 2);
    let own = shop.store.connections(shop.company).unwrap();
    let own = own.into_iter().find(|it| it.document == key("invoice", INVOICE)).unwrap();
    let record = shop.file.record(&own.record_id).unwrap();
    assert_eq!(record.descend("ExternalGUID").and_then(|it| it.text()), Some(mark_in(&sent).as_str()));
}

#[test]
fn a_store_that_was_set_up_anew_knows_a_later_mark_too() {
    let rules = rules_with(&[("invoice.yaml", without_match)]);
    let mut shop = shop_with(rules.clone());
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit(Break::Never);
    made_anew(&mut shop);
    shop.visit(Break::Never);
    let mut anew = set_up_anew(shop, rules);
    anew.play(&[key("invoice", INVOICE)]);
    anew.visit(Break::Never);
    assert_eq!((anew.job(&key("invoice", INVOICE)).state, invoices(&anew)), (JobState::Done, 1));
    // It goes on from there: what is made anew has a third mark.
    let second = anew.file.ids_of_number("Invoice", "SH:1042").remove(0).to_owned();
    let mark = |shop: &Shop, id: &str| {
        shop.file.record(id).unwrap().descend("ExternalGUID").unwrap().text().unwrap().to_owned()
    };
    let before = mark(&anew, &second);
    made_anew(&mut anew);
    assert_ne!(mark_in(&anew.visit(Break::Never).concat()), before);
}

#[test]
fn a_record_that_is_another_documents_is_not_given_away_in_a_later_visit() {
    let mut shop = Shop::new();
    shop.load(&["vendors.json", "terms.ndjson", "bills.json"]);
    let first = key("bill", 46_801);
    shop.play(std::slice::from_ref(&first));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&first).state, JobState::Done);
    // A second bill of the same vendor, typed with the number of the first.
    let second = shop.change("bills.json", 46_801, |it| {
        it["id"] = json!(46_999);
        it["idInDomain"] = json!(1999);
    });
    shop.play(std::slice::from_ref(&second));
    shop.visit(Break::Never);
    let job = shop.job(&second);
    assert_eq!(job.state, JobState::Rejected);
    let happened = job.error.unwrap().happened;
    assert!(happened.contains("is the counterpart of bill 46801 already"), "{happened}");
    let connections = shop.store.connections(shop.company).unwrap();
    assert!(!connections.iter().any(|it| it.document == second));
    // The plan says the same of it, of both together and of it alone.
    let plan = shop.sessions.plan(shop.company).unwrap();
    let step = |id: &str| plan.steps.iter().find(|step| step.request_id() == id).unwrap();
    assert_eq!(step("bill-46801").action(), Action::Unchanged);
    assert_eq!(step("bill-46999").action(), Action::Reject);
}
