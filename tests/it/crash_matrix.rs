//! The crash matrix: a visit breaks off or the server dies at every step, for every kind of work; then
//! everything is there once, whether QuickBooks takes a doubled mark or not. Its table is `crash_matrix.md`.

use std::fmt::Write as _;

use chrono::TimeDelta;
use ferrule::simulator::DoubledGuids;
use ferrule::sync::stored::{DocumentKey, JobState, Store};
use serde_json::json;

use crate::loop_references::{self, FIRST};
use crate::loop_store::{Dies, Mortal};
use crate::loop_support::{Break, EITHER, Reply, Shop};
use crate::loop_then;

/// What a visit has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A new invoice with a new customer and new items.
    Add,
    /// A record that is there is changed.
    Mod,
    /// Documents are found to have their records already.
    Match,
    /// What was changed and deleted in QuickBooks is read.
    Read,
    /// A new payment of a new invoice: it names the id that QuickBooks gives the invoice.
    Refer,
    /// A new invoice, and a custom field that follows it.
    Then,
}

/// Where it breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    BeforeProcessing,
    AfterProcessing,
    AnswerForgotten,
    AfterReceiving,
    BeforeCommit,
    AfterCommit,
}

const KINDS: [Kind; 6] = [Kind::Add, Kind::Mod, Kind::Match, Kind::Read, Kind::Refer, Kind::Then];

const STEPS: [(Step, &str); 6] = [
    (Step::BeforeProcessing, "before QuickBooks gets the requests"),
    (Step::AfterProcessing, "after QuickBooks did them, the answer lost"),
    (Step::AnswerForgotten, "the same, and QuickBooks restarted: it kept no answer"),
    (Step::AfterReceiving, "after the answer was taken over"),
    (Step::BeforeCommit, "the server dies before a commit"),
    (Step::AfterCommit, "the server dies after a commit"),
];

/// A shop before the visit.
fn prepared(kind: Kind, guids: DoubledGuids) -> Shop {
    let mut shop = match kind {
        Kind::Refer => loop_references::shop(),
        Kind::Then => loop_then::shop(),
        _ => Shop::new(),
    };
    shop.doubled_guids(guids);
    shop.limits.page = if kind == Kind::Read { 2 } else { 1000 };
    shop.restart();
    let keys = shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson"]);
    let customers: Vec<DocumentKey> = keys.into_iter().filter(|key| key.object == "customer").collect();
    match kind {
        Kind::Add => {
            let customer = shop.change("customers.json", 301, |it| {
                it["id"] = json!(399);
                it["name"] = json!("Fresh Anodizing");
            });
            let invoice = shop.change("invoices.json", 1_031_042, |it| {
                it["customer"] = json!({ "id": 399, "name": "Fresh Anodizing" });
            });
            shop.play(&[customer, invoice]);
        }
        Kind::Mod => {
            shop.play(&customers);
            shop.visit(Break::Never);
            shop.play(&[shop.change("customers.json", 301, |it| it["phone"] = json!("937-555-0001"))]);
            shop.wait(TimeDelta::hours(1));
        }
        Kind::Match => {
            let invoice = shop.change("invoices.json", 1_031_041, |_| {});
            shop.play(&customers);
            shop.play(&[invoice]);
        }
        Kind::Refer => {
            let payment = loop_references::payment(&shop, 1, 308.4, &[(FIRST, 308.4)]);
            shop.play(&[loop_references::invoice(FIRST), payment]);
        }
        Kind::Then => shop.play(&[loop_references::invoice(FIRST)]),
        Kind::Read => {
            shop.visit(Break::Never);
            shop.wait(TimeDelta::hours(1));
            let ids: Vec<String> = shop
                .file
                .records("Customer")
                .filter_map(|record| record.descend("ListID").and_then(|id| id.text()).map(str::to_owned))
                .collect();
            for id in &ids {
                shop.file.edit(id, "Phone", "937-555-0001");
            }
            let deleted = shop.file.id_of("Customer", "Kestrel Motion").unwrap().to_owned();
            shop.file.delete(&deleted);
        }
    }
    shop
}

/// What must be the same however it broke off: the books by number and name, every job, and what the
/// mirror knows.
fn end(shop: &Shop) -> (Vec<String>, Vec<(DocumentKey, JobState)>, usize) {
    let mut books: Vec<String> = ["Customer", "ItemService", "Invoice", "ReceivePayment"]
        .iter()
        .flat_map(|kind| {
            shop.file.records(kind).map(move |record| {
                let text = |name: &str| record.descend(name).and_then(|it| it.text()).unwrap_or_default();
                let paid = [text("BalanceRemaining"), text("UnusedPayment")].concat();
                let field = text("DataExtRet/DataExtValue");
                format!("{kind} {}{} {}{paid}{field}", text("FullName"), text("RefNumber"), text("Phone"))
            })
        })
        .collect();
    books.sort();
    let jobs = shop.jobs().into_iter().map(|job| (job.document, job.state)).collect();
    let mut known = 0;
    shop.store.records(shop.company, &mut |_| known += 1).unwrap();
    (books, jobs, known)
}

/// Breaks off at the n-th place; then the server is started anew and the next visits go on.
fn broken_off(kind: Kind, guids: DoubledGuids, step: Step, place: usize) -> Shop {
    let mut shop = prepared(kind, guids);
    let death = match step {
        Step::BeforeCommit => Some((place, Dies::Before)),
        Step::AfterCommit => Some((place, Dies::After)),
        _ => None,
    };
    let store = shop.store.clone();
    shop.serve(Mortal::new(store.clone(), death));
    let visit = shop.try_visit(&mut |_, turn, _| match step {
        Step::BeforeProcessing if turn == place => Reply::Drop,
        Step::AfterProcessing | Step::AnswerForgotten if turn == place => Reply::Lose,
        Step::AfterReceiving if turn == place => Reply::Leave,
        _ => Reply::Deliver,
    });
    assert_eq!(visit.is_err(), death.is_some(), "{kind:?} {step:?} {place}");
    if step == Step::AnswerForgotten {
        shop.forget_answers();
    }
    shop.serve(store);
    shop.visit(Break::Never);
    shop
}

/// How many requests and commits the whole visit has.
fn whole(kind: Kind) -> (Shop, usize, usize) {
    let mut shop = prepared(kind, DoubledGuids::default());
    let store = Mortal::new(shop.store.clone(), None);
    shop.serve(store.clone());
    let turns = shop.try_visit(&mut |_, _, _| Reply::Deliver).unwrap().sent.len();
    (shop, turns, store.commits())
}

#[test]
fn wherever_it_dies_everything_is_there_once_in_the_end() {
    let mut table = String::from(
        "| it breaks off | add | mod | match | read | refer | then |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let wholes: Vec<(Kind, Shop, usize, usize)> = KINDS
        .into_iter()
        .map(|kind| {
            let (shop, turns, commits) = whole(kind);
            (kind, shop, turns, commits)
        })
        .collect();
    for (step, label) in STEPS {
        write!(table, "| {label} |").unwrap();
        for (kind, clean, turns, commits) in &wholes {
            let places = if matches!(step, Step::BeforeCommit | Step::AfterCommit) { commits } else { turns };
            for place in 0..*places {
                for guids in EITHER {
                    let shop = broken_off(*kind, guids, step, place);
                    assert_eq!(end(&shop), end(clean), "{kind:?} {guids:?} {step:?} {place}");
                    assert!(shop.store.unanswered(shop.company).unwrap().is_empty());
                }
            }
            write!(table, " {places} of {places} |").unwrap();
        }
        table.push('\n');
    }
    let kept = crate::loop_support::root().join("tests/it/crash_matrix.md");
    if std::env::var_os("FERRULE_WRITE").is_some() {
        std::fs::write(&kept, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), table, "run it with FERRULE_WRITE=1");
}
