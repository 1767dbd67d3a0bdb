//! Customers below a customer, and receipts that name the lines of an order: what is referred to goes first.

use ferrule::sync::stored::{DocumentKey, JobState};
use serde_json::{Value, json};

use crate::loop_references::with_layers;
use crate::loop_support::{Break, Reply, Shop};

fn shop(layers: &[&str]) -> Shop {
    let mut shop = Shop::new();
    shop.rules = with_layers(layers);
    shop.restart();
    shop
}

fn customer(shop: &Shop, id: u64, name: &str, parent: Option<u64>) -> DocumentKey {
    let parent = parent.map(|id| json!({ "id": id, "name": format!("C{id}") }));
    let customer = json!({ "object": "customer", "id": id, "name": name, "parent": parent });
    shop.load_json("customer", &id.to_string(), &customer.to_string())
}

fn names(shop: &Shop) -> Vec<String> {
    let text =
        |record: &ferrule::xml::Node| record.descend("FullName").and_then(|it| it.text()).map(str::to_owned);
    let mut names: Vec<String> =
        shop.file.records("Customer").filter_map(text).filter(|it| it.starts_with("C9")).collect();
    names.sort();
    names
}

#[test]
fn a_job_goes_behind_its_parents() {
    let mut shop = shop(&["jobs"]);
    // The one that is farthest below comes first, and only that one is played.
    let last = customer(&shop, 903, "C903", Some(902));
    customer(&shop, 902, "C902", Some(901));
    customer(&shop, 901, "C901", None);
    shop.play(std::slice::from_ref(&last));
    shop.visit(Break::Never);
    assert_eq!(names(&shop), ["C901", "C901:C902", "C901:C902:C903"]);
    assert_eq!((shop.job(&last).state, shop.job(&last).error), (JobState::Done, None));
    // All of them are known from then on, and a new one finds its place.
    let next = customer(&shop, 904, "C904", Some(902));
    let all = [next, customer(&shop, 902, "C902", Some(901)), customer(&shop, 901, "C901", None)];
    shop.play(&all);
    shop.visit(Break::Never);
    assert_eq!(names(&shop), ["C901", "C901:C902", "C901:C902:C903", "C901:C902:C904"]);
    assert!(all.iter().all(|key| shop.job(key).state == JobState::Done));
}

#[test]
fn all_of_a_family_are_played_at_once_and_each_goes_once() {
    let mut shop = shop(&["jobs"]);
    shop.limits.batch = 10;
    shop.restart();
    let all = [
        customer(&shop, 905, "C905", Some(904)),
        customer(&shop, 903, "C903", Some(902)),
        customer(&shop, 904, "C904", Some(902)),
        customer(&shop, 902, "C902", Some(901)),
        customer(&shop, 901, "C901", None),
    ];
    shop.play(&all);
    let sent = shop.visit(Break::Never);
    assert_eq!(sent.iter().map(|it| it.matches("<CustomerAddRq").count()).sum::<usize>(), 5);
    assert_eq!(names(&shop).len(), 5);
    assert!(all.iter().all(|key| shop.job(key).state == JobState::Done));
}

#[test]
fn a_circle_of_parents_is_told() {
    let mut shop = shop(&["jobs"]);
    let all = [
        customer(&shop, 901, "C901", Some(902)),
        customer(&shop, 902, "C902", Some(901)),
        customer(&shop, 903, "C903", None),
    ];
    shop.play(&all);
    shop.visit(Break::Never);
    assert_eq!(names(&shop), ["C903"]);
    for key in &all[..2] {
        let job = shop.job(key);
        assert_eq!(job.state, JobState::Rejected);
        assert!(job.error.as_ref().unwrap().happened.contains("in a circle"), "{:?}", job.error);
    }
}

fn vendor() -> Value {
    json!({ "id": 401, "name": "Tri-County Chemical" })
}

/// An order of two lines, and a receipt of part of the second.
fn ordered(shop: &Shop) -> [DocumentKey; 2] {
    shop.load(&["customers.json", "vendors.json", "part_numbers.ndjson", "terms.ndjson"]);
    let line = |id: u64, part: u64, name: &str| json!({ "id": id, "partNumber": { "id": part, "name": name }, "quantity": 10, "rate": 2.5 });
    let order = json!({
        "object": "purchaseOrder", "id": 51, "idInDomain": 51, "orderedAtAsDate": "2026-03-20",
        "finalizedAt": "2026-03-20T10:00:00+00:00", "vendor": vendor(),
        "lines": [line(511, 7001, "DT-1180"), line(512, 7002, "DT-1184")],
    });
    [shop.load_json("purchaseOrder", "51", &order.to_string()), receipt(shop, 61, 512, 4.0)]
}

fn receipt(shop: &Shop, id: u64, line: u64, quantity: f64) -> DocumentKey {
    let receipt = json!({
        "object": "itemReceipt", "id": id, "idInDomain": id, "receivedAtAsDate": "2026-03-25",
        "finalizedAt": "2026-03-25T10:00:00+00:00", "packingSlip": format!("PS-{id}"), "vendor": vendor(),
        "lines": [{ "id": 1, "purchaseOrder": { "id": 51, "idInDomain": 51 }, "purchaseOrderLineId": line,
                    "quantity": quantity }],
    });
    shop.load_json("itemReceipt", &id.to_string(), &receipt.to_string())
}

fn lines(shop: &Shop, kind: &str, line: &str, path: &str) -> Vec<String> {
    let at = |node: &ferrule::xml::Node| {
        node.descend(path).and_then(|it| it.text()).unwrap_or_default().to_owned()
    };
    let of = |record: &ferrule::xml::Node| -> Vec<String> {
        record.children().iter().filter(|it| it.name == line).map(at).collect()
    };
    shop.file.records(kind).flat_map(of).collect()
}

#[test]
fn a_receipt_names_the_line_of_its_order() {
    for (loses, forgets) in [(false, false), (true, false), (true, true)] {
        let mut shop = shop(&["purchase_order", "item_receipt"]);
        let [order, receipt] = ordered(&shop);
        shop.play(&[receipt.clone(), order.clone()]);
        shop.visit_by(&mut |_, _, request| {
            if loses && request.contains("<PurchaseOrderAddRq") { Reply::Lose } else { Reply::Deliver }
        });
        if forgets {
            shop.forget_answers();
        }
        shop.visit(Break::Never);
        assert_eq!(shop.job(&receipt).error, None, "{loses} {forgets}");
        assert_eq!((shop.job(&order).state, shop.job(&receipt).state), (JobState::Done, JobState::Done));
        assert_eq!(lines(&shop, "ItemReceipt", "ItemLineRet", "ItemRef/FullName"), ["DT-1184"]);
        assert_eq!(lines(&shop, "ItemReceipt", "ItemLineRet", "Quantity"), ["4"]);
        assert_eq!(lines(&shop, "PurchaseOrder", "PurchaseOrderLineRet", "ReceivedQuantity"), ["0", "4"]);
        assert_eq!(shop.file.records("PurchaseOrder").count(), 1);
    }
}

#[test]
fn an_order_that_is_received_whole_says_so() {
    let mut shop = shop(&["purchase_order", "item_receipt"]);
    let [order, first] = ordered(&shop);
    shop.play(&[order, first, receipt(&shop, 62, 512, 6.0), receipt(&shop, 63, 511, 10.0)]);
    shop.visit(Break::Never);
    let whole = shop.file.records("PurchaseOrder").next().unwrap().descend("IsFullyReceived").unwrap().text();
    assert_eq!(whole, Some("true"));
}
