//! Documents that were done by hand: nothing is sent for them, until that is taken back.

use std::collections::BTreeSet;

use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{DocumentKey, ExchangeKind, JobState, Store as _, StoreError};
use ferrule::sync::{Action, SaidBy, SettledBy, double_play, earlier, settle, settled, take_back};
use proptest::prelude::*;

use crate::commands_support::{Desk, SHOP};
use crate::loop_support::{BEGIN, Break, DOCUMENTS, Reply, Shop};
use crate::store_support::{exchange, item, step};

fn shop() -> Shop {
    let shop = Shop::new();
    shop.load(&DOCUMENTS);
    shop
}

fn key(object: &str, id: &str) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_owned() }
}

fn said(shop: &Shop) -> SaidBy<'static> {
    SaidBy { by: "Kim", why: "booked in March", at: shop.now() }
}

fn settle_them(shop: &Shop, keys: &[DocumentKey]) -> Vec<DocumentKey> {
    let file = shop.store.company_file(shop.company).unwrap();
    settle(shop.store.as_ref(), &shop.rules.program, &file, keys, said(shop)).unwrap().settled
}

fn take_them_back(shop: &Shop, keys: &[DocumentKey]) -> Vec<DocumentKey> {
    let file = shop.store.company_file(shop.company).unwrap();
    take_back(shop.store.as_ref(), &shop.rules.program, &file, keys, said(shop)).unwrap().taken_back
}

fn settled_now(shop: &Shop) -> Vec<(DocumentKey, SettledBy)> {
    let file = shop.store.company_file(shop.company).unwrap();
    settled(shop.store.as_ref(), &shop.rules.program, &file).unwrap().into_iter().collect()
}

fn play_all(shop: &Shop) -> Vec<DocumentKey> {
    let file = shop.store.company_file(shop.company).unwrap();
    let play = double_play(shop.store.as_ref(), &shop.rules.program, &file, None).unwrap();
    shop.play(&play.keys);
    play.keys
}

fn action(shop: &Shop, of: &DocumentKey) -> Option<Action> {
    let plan = shop.sessions.plan(shop.company).unwrap();
    let is_it = |object: &str, id: &str| object == of.object && id == of.id;
    let step = plan
        .steps
        .iter()
        .find(|step| step.outcome.key.as_ref().is_some_and(|key| is_it(&step.object, &key.id)));
    step.map(ferrule::sync::Step::action)
}

fn invoices(shop: &Shop) -> BTreeSet<String> {
    let all = shop.file.records("Invoice");
    all.filter_map(|node| node.child("RefNumber")?.text().map(str::to_owned)).collect()
}

fn set(shop: &Shop, name: &str, value: serde_json::Value) {
    let mut settings = shop.store.company_file(shop.company).unwrap().settings;
    settings.insert(name.to_owned(), value);
    shop.store.set_settings(shop.company, &settings).unwrap();
}

#[test]
fn what_is_settled_before_a_day_never_goes_until_it_is_taken_back() {
    let mut shop = shop();
    let file = shop.store.company_file(shop.company).unwrap();
    let found =
        earlier(shop.store.as_ref(), &shop.rules.program, &file, &["invoice".to_owned()], "2026-03-10")
            .unwrap();
    let early = ["1031041", "1031042", "1031043", "1031044"].map(|id| key("invoice", id));
    assert_eq!(found.open, early, "a day earlier counts, the day itself does not");
    assert_eq!(settle_them(&shop, &found.open), early);
    assert_eq!(action(&shop, &early[1]), Some(Action::Settled));
    assert_eq!(action(&shop, &key("invoice", "1031046")), Some(Action::Create));
    assert_eq!(shop.sessions.plan(shop.company).unwrap().counts().settled, 4);

    let before = invoices(&shop);
    let played = play_all(&shop);
    assert!(early.iter().all(|key| !played.contains(key)), "double play leaves them out");
    shop.play(&early);
    assert!(early.iter().all(|key| shop.jobs().iter().all(|job| job.document != *key)), "so does play");
    shop.visit(Break::Never);
    let new: BTreeSet<String> = invoices(&shop).difference(&before).cloned().collect();
    assert!(new.contains("SH:1046") && !new.iter().any(|it| it.as_str() < "SH:1045"), "{new:?}");

    assert_eq!(take_them_back(&shop, &early), early);
    assert_eq!(settled_now(&shop), []);
    assert_eq!(action(&shop, &early[1]), Some(Action::Create), "it is planned again");
    shop.play(&early[1..2]);
    shop.visit(Break::Never);
    assert!(invoices(&shop).contains("SH:1042"));
}

#[test]
fn what_waits_in_the_queue_leaves_it() {
    let mut shop = shop();
    let (one, other) = (key("invoice", "1031042"), key("invoice", "1031046"));
    shop.play(&[one.clone(), other.clone()]);
    settle_them(&shop, std::slice::from_ref(&one));
    assert_eq!(shop.count(JobState::Queued), 1);
    shop.visit(Break::Never);
    assert!(!invoices(&shop).contains("SH:1042") && invoices(&shop).contains("SH:1046"));
    take_them_back(&shop, std::slice::from_ref(&one));
    shop.visit(Break::Never);
    assert!(!invoices(&shop).contains("SH:1042"), "what is taken back goes only when it is played");
}

#[test]
fn what_is_on_its_way_is_not_settled_and_what_is_settled_does_not_leave() {
    let mut shop = shop();
    let key = key("invoice", "1031042");
    shop.play(std::slice::from_ref(&key));
    shop.visit_by(&mut |_, _, request| {
        if request.contains("InvoiceAdd") { Reply::Lose } else { Reply::Deliver }
    });
    assert_eq!(shop.job(&key).state, JobState::Sent);
    assert_eq!(settle_them(&shop, std::slice::from_ref(&key)), []);
    shop.restart();
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key).state, JobState::Done);

    // A step that was planned before somebody settled the document is not written down, so nothing leaves.
    let late = self::key("invoice", "1031046");
    let session = shop.store.begin_session(shop.company, "late", shop.now()).unwrap();
    settle_them(&shop, std::slice::from_ref(&late));
    let mut commit = step(session.id, BEGIN);
    commit.opened = Some(exchange(ExchangeKind::Write, vec![item("1", Some(late.clone()), &[])]));
    let refused = shop.store.commit(shop.company, &commit).unwrap_err();
    assert!(matches!(&refused, StoreError::SettledMeanwhile(it) if *it == late), "{refused}");
    assert_eq!(shop.store.unanswered(shop.company).unwrap(), []);
}

#[test]
fn what_refers_to_a_settled_customer_finds_its_record_or_says_why_not() {
    for is_there in [true, false] {
        let mut shop = shop();
        let (customer, invoice) = (key("customer", "399"), key("invoice", "1031046"));
        let name = "Fresh Anodizing";
        let json = serde_json::json!({ "object": "customer", "id": 399, "name": name });
        shop.load_json("customer", "399", &json.to_string());
        shop.change("invoices.json", 1_031_046, |it| {
            it["customer"] = serde_json::json!({ "id": 399, "name": name });
        });
        if is_there {
            shop.in_quickbooks(&format!("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"));
        }
        let before = shop.file.records("Customer").count();
        settle_them(&shop, &[customer]);
        shop.play(std::slice::from_ref(&invoice));
        shop.visit(Break::Never);
        let job = shop.job(&invoice);
        assert_eq!(shop.file.records("Customer").count(), before, "no customer is made");
        if is_there {
            assert_eq!(job.state, JobState::Done, "{:?}", job.error);
            let sent = shop
                .file
                .records("Invoice")
                .find(|it| it.child("RefNumber").unwrap().text() == Some("SH:1046"));
            let of = sent.unwrap().child("CustomerRef").unwrap().child("ListID").unwrap().text();
            assert_eq!(of, shop.file.id_of("Customer", name));
        } else {
            assert_eq!(job.state, JobState::Rejected);
            let words = "is not in QuickBooks, and it is not sent: Kim settled it by hand on";
            assert!(job.error.as_ref().unwrap().happened.contains(words), "{:?}", job.error);
        }
    }
}

#[test]
fn the_rules_settle_what_steelhead_says_and_what_is_older_than_the_start_date() {
    let mut shop = shop();
    let by_hand = shop.change("invoices.json", 1_031_046, |it| {
        it["manuallySyncedAt"] = "2026-03-12T09:00:00+00:00".into();
    });
    set(&shop, "start_date", "2026-03-05".into());
    let told: Vec<String> = settled_now(&shop).iter().map(|(key, by)| format!("{key}: {by}")).collect();
    assert_eq!(
        told,
        [
            "bill 46801: The bill is of 2026-03-02, before the Start Date in the settings (2026-03-05), so it was booked without Ferrule.",
            "invoice 1031041: The invoice is of 2026-03-03, before the Start Date in the settings (2026-03-05), so it was booked without Ferrule.",
            "invoice 1031042: The invoice is of 2026-03-04, before the Start Date in the settings (2026-03-05), so it was booked without Ferrule.",
            "invoice 1031046: Steelhead says that the invoice was booked by hand on 2026-03-12.",
        ]
    );
    let old = key("invoice", "1031042");
    play_all(&shop);
    shop.visit(Break::Never);
    assert!(!invoices(&shop).contains("SH:1042") && !invoices(&shop).contains("SH:1046"));

    // A person knows better than the rules, until the person says otherwise again.
    assert_eq!(take_them_back(&shop, std::slice::from_ref(&old)).as_slice(), std::slice::from_ref(&old));
    assert_eq!(take_them_back(&shop, std::slice::from_ref(&old)), []);
    assert_eq!(action(&shop, &old), Some(Action::Create));
    settle_them(&shop, std::slice::from_ref(&old));
    assert!(matches!(&settled_now(&shop)[2], (it, SettledBy::Person(_)) if *it == old));
    take_them_back(&shop, &[old.clone(), by_hand.clone()]);
    shop.play(&[old, by_hand]);
    shop.visit(Break::Never);
    assert!(invoices(&shop).contains("SH:1042") && invoices(&shop).contains("SH:1046"));
}

#[test]
fn a_document_that_is_connected_is_not_settled_by_its_date() {
    let mut shop = shop();
    let sent = key("invoice", "1031042");
    shop.play(std::slice::from_ref(&sent));
    shop.visit(Break::Never);
    set(&shop, "start_date", "2026-04-01".into());
    assert!(settled_now(&shop).iter().all(|(key, _)| *key != sent));
    assert_eq!(action(&shop, &sent), Some(Action::Unchanged));
    let file = shop.store.company_file(shop.company).unwrap();
    let found = earlier(shop.store.as_ref(), &shop.rules.program, &file, &[], "2026-04-01").unwrap();
    assert!(found.in_quickbooks.contains(&sent) && found.open.is_empty(), "{found:?}");
}

#[test]
fn the_command_says_what_it_cannot_settle() {
    let desk = Desk::empty();
    Shop::over(desk.store(), "Lakeside Plating", ManualClock::at(BEGIN));
    desk.well(&["load", SHOP]);
    desk.refused(&["settle", "invoice"], "name the ids of the documents, or give --before");
    desk.refused(&["settle", "--before", "2026-02-30"], "2026-02-30");
    desk.refused(&["settle", "--before", "2026-03-10", "customer"], "the rules give `customer` no date");
    desk.refused(&["settle", "invoce", "1"], "did you mean `invoice`?");
    desk.refused(&["settle", "invoice", "9"], "Ferrule does not know invoice 9");
    desk.refused(&["settle", "--undo", "invoice", "1031042"], "invoice 1031042 is not settled by hand");
    desk.refused(&["settings", "start_date=tomorrow"], "`tomorrow` is not a date, such as 2026-07-01");
    desk.well(&["settings", "start_date=2026-03-05"]);
    let said = desk.run(&["play", "invoice", "1031041"]);
    assert!(said.err.contains("invoice 1031041 counts as done by hand"), "{said:?}");
    desk.well(&["settings", "start_date="]);
    assert!(desk.well(&["settle", "--list"]).contains("0 documents settled by hand"));
}

/// What people do with three invoices.
#[derive(Clone, Debug)]
enum Deed {
    Settle(usize),
    TakeBack(usize),
    Play(usize),
    Visit(bool),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        (0..3usize).prop_map(Deed::Settle),
        (0..3usize).prop_map(Deed::TakeBack),
        (0..3usize).prop_map(Deed::Play),
        any::<bool>().prop_map(Deed::Visit),
    ];
    prop::collection::vec(deed, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn nothing_leaves_while_it_is_settled(deeds in deeds()) {
        let mut shop = shop();
        let all = [("1031042", "SH:1042"), ("1031046", "SH:1046"), ("1031050", "SH:1050")];
        for deed in deeds {
            let before = invoices(&shop);
            let by_hand: Vec<DocumentKey> = settled_now(&shop).into_iter().map(|(key, _)| key).collect();
            let of = |at: usize| vec![key("invoice", all[at].0)];
            match deed {
                Deed::Settle(at) => _ = settle_them(&shop, &of(at)),
                Deed::TakeBack(at) => _ = take_them_back(&shop, &of(at)),
                Deed::Play(at) => shop.play(&of(at)),
                Deed::Visit(true) => _ = shop.visit(Break::Never),
                Deed::Visit(false) => _ = shop.visit(Break::AfterProcessing(1)),
            }
            for (id, number) in all {
                let is_new = invoices(&shop).contains(number) && !before.contains(number);
                prop_assert!(!is_new || !by_hand.contains(&key("invoice", id)), "{number} left");
            }
        }
    }
}
