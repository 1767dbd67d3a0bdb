//! Lines of a purchase order that is changed: on one side, on the other, on both.

use std::sync::{Arc, OnceLock};

use ferrule::engine::{Choice, Decision, Fate};
use ferrule::simulator::DoubledGuids;
use ferrule::sync::session::{Rulebook, SessionError};
use ferrule::sync::stored::{DocumentKey, JobState};
use serde_json::json;

use crate::loop_references::with_layers;
use crate::loop_support::{Break, Reply, Shop};

fn rules() -> Arc<Rulebook> {
    static RULES: OnceLock<Arc<Rulebook>> = OnceLock::new();
    RULES.get_or_init(|| with_layers(&["purchase_order"])).clone()
}

fn key() -> DocumentKey {
    DocumentKey { object: "purchaseOrder".to_owned(), id: "51".to_owned() }
}

/// A line: its id, its part number, its quantity.
type Line = (u64, (u64, &'static str), f64);

const DIE: (u64, &str) = (7001, "DT-1180");
const PIN: (u64, &str) = (7002, "DT-1184");
const PLATE: (u64, &str) = (7003, "DT-1190");

/// The order with these lines, in Steelhead.
fn order(shop: &Shop, lines: &[Line]) {
    let lines: Vec<_> = lines
        .iter()
        .map(|(id, (part, name), quantity)| {
            json!({ "id": id, "partNumber": { "id": part, "name": name }, "quantity": quantity, "rate": 2.5 })
        })
        .collect();
    let order = json!({
        "object": "purchaseOrder", "id": 51, "idInDomain": 51, "orderedAtAsDate": "2026-03-20",
        "finalizedAt": "2026-03-20T10:00:00+00:00", "vendor": { "id": 401, "name": "Tri-County Chemical" },
        "lines": lines,
    });
    shop.load_json("purchaseOrder", "51", &order.to_string());
}

/// A shop that has sent the order with these lines; nothing if there are none.
fn shop(lines: &[Line]) -> Shop {
    let mut shop = Shop::new();
    shop.rules = rules();
    shop.restart();
    shop.load(&["customers.json", "vendors.json", "part_numbers.ndjson", "terms.ndjson"]);
    if !lines.is_empty() {
        order(&shop, lines);
        play(&mut shop);
        assert_eq!(shop.job(&key()).error, None);
    }
    shop
}

/// What a visit sends for the order, once it is played.
fn play(shop: &mut Shop) -> String {
    shop.clock.advance(7200);
    shop.play(&[key()]);
    let sent = shop.visit(Break::Never);
    sent.into_iter().filter(|it| it.contains("<PurchaseOrderMod>")).collect()
}

fn record(shop: &Shop) -> ferrule::xml::Node {
    shop.file.records("PurchaseOrder").next().unwrap().clone()
}

fn at(node: &ferrule::xml::Node, path: &str) -> String {
    node.descend(path).and_then(|it| it.text()).unwrap_or_default().to_owned()
}

/// The lines as QuickBooks has them: item and quantity.
fn lines(shop: &Shop) -> Vec<String> {
    let record = record(shop);
    let lines =
        record.children().iter().filter(|it| it.name.contains("LineRet") || it.name.contains("GroupRet"));
    let one = |line: &ferrule::xml::Node| {
        let name = [at(line, "ItemRef/FullName"), at(line, "ItemGroupRef/FullName"), at(line, "Desc")];
        let name = name.iter().find(|it| !it.is_empty()).cloned().unwrap_or_default();
        format!("{name} {}", at(line, "Quantity"))
    };
    lines.map(one).collect()
}

/// The ids of the lines.
fn ids(shop: &Shop) -> Vec<String> {
    let record = record(shop);
    record.children().iter().map(|line| at(line, "TxnLineID")).filter(|id| !id.is_empty()).collect()
}

/// Somebody changes the order in QuickBooks so that it has these lines.
fn by_hand(shop: &mut Shop, lines: &str) {
    shop.clock.advance(60);
    let (id, sequence) = (at(&record(shop), "TxnID"), at(&record(shop), "EditSequence"));
    let answer = shop.in_quickbooks(&format!(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><PurchaseOrderModRq>\
         <PurchaseOrderMod><TxnID>{id}</TxnID><EditSequence>{sequence}</EditSequence>{lines}</PurchaseOrderMod>\
         </PurchaseOrderModRq></QBXMLMsgsRq></QBXML>"
    ));
    assert!(answer.contains("statusCode=\"0\""), "{answer}");
}

fn line(id: &str, rest: &str) -> String {
    format!("<PurchaseOrderLineMod><TxnLineID>{id}</TxnLineID>{rest}</PurchaseOrderLineMod>")
}

fn quantity(quantity: u32) -> String {
    format!("<Quantity>{quantity}</Quantity>")
}

/// A line with a text, as people type it in.
const NOTE: &str = "<Desc>ring before noon</Desc>";

/// What the plan says of each element that differs.
fn fates(shop: &Shop) -> Vec<(String, Fate)> {
    let plan = shop.sessions.preview(shop.company, &key(), shop.now()).unwrap().plan;
    let step = plan.steps.iter().find(|step| step.object == "purchaseOrder").unwrap();
    let Decision::Keep(counterpart) = &step.outcome.decision else { panic!("{:?}", step.outcome.decision) };
    counterpart.changes.iter().map(|it| (it.path.clone(), it.fate)).collect()
}

fn fate(path: &str, fate: Fate) -> (String, Fate) {
    (path.to_owned(), fate)
}

#[test]
fn a_changed_line_is_shown_and_sent() {
    let mut shop = shop(&[(1, DIE, 2.0), (2, PIN, 5.0)]);
    order(&shop, &[(1, DIE, 3.0), (2, PIN, 5.0)]);
    assert_eq!(fates(&shop), [fate("PurchaseOrderLineMod[1]/Quantity", Fate::Sent)]);
    let before = ids(&shop);
    let sent = play(&mut shop);
    assert_eq!(sent.matches("<Quantity>").count(), 1, "{sent}");
    assert_eq!(lines(&shop), ["DT-1180 3", "DT-1184 5"]);
    assert_eq!(ids(&shop), before);
    assert_eq!(fates(&shop), []);
    assert_eq!(play(&mut shop), "");
    assert_eq!(shop.job(&key()).state, JobState::Done);
}

#[test]
fn a_line_that_was_edited_in_quickbooks_is_not_reverted() {
    let mut shop = shop(&[(1, DIE, 2.0), (2, PIN, 5.0)]);
    let known = ids(&shop);
    by_hand(
        &mut shop,
        &[line(&known[0], &(quantity(9) + "<Rate>4.25</Rate>")), line(&known[1], "")].concat(),
    );
    order(&shop, &[(1, DIE, 2.0), (2, PIN, 6.0)]);
    play(&mut shop);
    assert_eq!(lines(&shop), ["DT-1180 9", "DT-1184 6"]);
    let told = fates(&shop);
    assert_eq!(told[0], fate("PurchaseOrderLineMod[1]/Quantity", Fate::Theirs));
    assert_eq!(told.len(), 2);
}

#[test]
fn both_sides_change_other_elements_of_one_line() {
    let mut shop = shop(&[(1, DIE, 2.0)]);
    let known = ids(&shop);
    by_hand(&mut shop, &line(&known[0], "<Rate>4.25</Rate>"));
    order(&shop, &[(1, DIE, 3.0)]);
    play(&mut shop);
    assert_eq!(lines(&shop), ["DT-1180 3"]);
    assert_eq!(at(&record(&shop), "PurchaseOrderLineRet/Rate"), "4.25");
    order(&shop, &[(1, PIN, 3.0)]);
    let sent = play(&mut shop);
    assert!(sent.contains("<ItemRef>") && !sent.contains("<Rate>"), "{sent}");
    assert_eq!(lines(&shop), ["DT-1184 3"]);
}

#[test]
fn what_people_type_in_stays_and_keeps_its_place() {
    let mut shop = shop(&[(1, DIE, 2.0), (2, PIN, 5.0)]);
    let known = ids(&shop);
    by_hand(
        &mut shop,
        &[line("-1", NOTE), line(&known[0], ""), line("-1", NOTE), line(&known[1], "")].concat(),
    );
    // A line is typed in by hand in QuickBooks: no news of ours, and none is sent.
    assert_eq!(play(&mut shop), "");
    assert_eq!(fates(&shop), []);
    let known = ids(&shop);
    order(&shop, &[(1, DIE, 2.0), (3, PLATE, 7.0), (2, PIN, 6.0)]);
    play(&mut shop);
    let expected = ["ring before noon ", "DT-1180 2", "DT-1190 7", "ring before noon ", "DT-1184 6"];
    assert_eq!(lines(&shop), expected);
    let after = ids(&shop);
    assert_eq!([&after[0..2], &after[3..]].concat(), known);
    // And the new line is known from then on.
    order(&shop, &[(1, DIE, 2.0), (3, PLATE, 8.0), (2, PIN, 6.0)]);
    play(&mut shop);
    assert_eq!(lines(&shop)[2], "DT-1190 8");
    assert_eq!(ids(&shop), after);
}

#[test]
fn a_line_that_one_side_takes_away_is_gone_on_both() {
    let mut shop = shop(&[(1, DIE, 2.0), (2, PIN, 5.0), (3, PLATE, 7.0)]);
    order(&shop, &[(1, DIE, 2.0), (3, PLATE, 7.0)]);
    assert_eq!(fates(&shop), [fate("PurchaseOrderLineMod[3]", Fate::Sent)]);
    play(&mut shop);
    assert_eq!(lines(&shop), ["DT-1180 2", "DT-1190 7"]);
    let known = ids(&shop);
    by_hand(&mut shop, &line(&known[1], ""));
    assert_eq!(play(&mut shop), "");
    assert_eq!(fates(&shop), [fate("PurchaseOrderLineMod[2]", Fate::Theirs)]);
    order(&shop, &[(1, DIE, 2.0), (3, PLATE, 8.0)]);
    assert_eq!(play(&mut shop), "");
    assert_eq!(lines(&shop), ["DT-1190 7"]);
}

#[test]
fn a_line_that_quickbooks_has_changed_since_is_not_taken_away() {
    let mut shop = shop(&[(1, DIE, 2.0), (2, PIN, 5.0)]);
    let known = ids(&shop);
    by_hand(&mut shop, &[line(&known[0], &quantity(9)), line(&known[1], "")].concat());
    order(&shop, &[(2, PIN, 6.0)]);
    play(&mut shop);
    assert_eq!(lines(&shop), ["DT-1180 9", "DT-1184 6"]);
    assert!(fates(&shop).iter().any(|(_, fate)| *fate == Fate::Conflict));
}

#[test]
fn a_conflict_in_a_line_is_decided_by_a_person() {
    let mut shop = shop(&[(1, DIE, 2.0), (2, PIN, 5.0)]);
    let known = ids(&shop);
    by_hand(&mut shop, &[line(&known[0], &quantity(9)), line(&known[1], &quantity(9))].concat());
    order(&shop, &[(1, DIE, 3.0), (2, PIN, 6.0)]);
    assert_eq!(play(&mut shop), "");
    let paths = ["PurchaseOrderLineMod[1]/Quantity", "PurchaseOrderLineMod[2]/Quantity"];
    assert_eq!(fates(&shop), paths.map(|path| fate(path, Fate::Conflict)));
    let choices = [(paths[0].to_owned(), Choice::Keep), (paths[1].to_owned(), Choice::Send)];
    let decided =
        shop.sessions.decide(shop.company, &key(), shop.now(), |_| Ok::<_, SessionError>(choices.to_vec()));
    decided.unwrap();
    play(&mut shop);
    assert_eq!(lines(&shop), ["DT-1180 9", "DT-1184 6"]);
    assert_eq!(fates(&shop), [fate(paths[0], Fate::Left)]);
}

#[test]
fn lines_that_were_added_are_there_once_though_the_answer_is_lost() {
    for forgets in [false, true] {
        let mut shop = shop(&[(1, DIE, 2.0), (2, PIN, 5.0)]);
        shop.doubled_guids(DoubledGuids::Taken);
        order(&shop, &[(3, PLATE, 7.0), (1, DIE, 3.0), (2, PIN, 5.0), (4, PLATE, 7.0)]);
        shop.play(&[key()]);
        shop.visit_by(&mut |_, _, request| {
            if request.contains("PurchaseOrderModRq") { Reply::Lose } else { Reply::Deliver }
        });
        if forgets {
            shop.forget_answers();
        }
        shop.visit(Break::Never);
        let expected = ["DT-1190 7", "DT-1180 3", "DT-1184 5", "DT-1190 7"];
        assert_eq!(lines(&shop), expected, "{forgets}");
        assert_eq!(shop.job(&key()).state, JobState::Done);
        order(&shop, &[(3, PLATE, 8.0), (1, DIE, 3.0), (2, PIN, 5.0), (4, PLATE, 7.0)]);
        play(&mut shop);
        assert_eq!(lines(&shop)[0], "DT-1190 8");
        assert_eq!(lines(&shop).len(), 4);
    }
}

#[test]
fn an_order_whose_answer_was_lost_knows_its_lines() {
    for forgets in [false, true] {
        let mut shop = shop(&[]);
        order(&shop, &[(2, PIN, 5.0), (1, DIE, 2.0)]);
        shop.play(&[key()]);
        shop.visit_by(&mut |_, _, request| {
            if request.contains("PurchaseOrderAddRq") { Reply::Lose } else { Reply::Deliver }
        });
        if forgets {
            shop.forget_answers();
        }
        shop.visit(Break::Never);
        order(&shop, &[(1, DIE, 2.0), (2, PIN, 6.0)]);
        play(&mut shop);
        assert_eq!(lines(&shop), ["DT-1184 6", "DT-1180 2"], "{forgets}");
    }
}
