//! Some shops have optional layers: payments of their invoices, and what follows an invoice, which is a custom field on its
//! head and its void. A payment waits for its invoices, is there once, and pays what it says; what follows is done once. People
//! switch payments off and on, also while a session is under way.
//!
//! It has dice of its own, so that what failed once can be replayed as it was before there was any of this.

use std::collections::{BTreeMap, BTreeSet};

use ferrule::simulator::CompanyFile;
use ferrule::store::AnyStore;
use ferrule::sync::stored::{CompanyId, DocumentKey, JobState, Store as _};
use ferrule::sync::switch_layers;
use ferrule::xml::Node;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::dice::Dice;
use super::quickbooks::{id_of, text, type_into};
use super::steelhead::{Document, MOMENT};
use super::tenant::Tenant;
use crate::loop_support::Shop;
use crate::web_layers::books;

/// The custom field of invoices.
const FIELD: &str = "SO No";

/// A payment as Steelhead has it.
pub struct Payment {
    id: u64,
    json: Value,
    /// The invoices that it pays.
    applied: Vec<(DocumentKey, Decimal)>,
}

/// The layer that people switch on and off.
const SWITCHED: &str = "payment";

/// Switches a layer of a company file, whether a session is under way or not.
pub fn switch(store: &AnyStore, company: CompanyId, layer: &str, is_on: bool) {
    let file = store.company_file(company).unwrap();
    switch_layers(store, &books().of_domain(&file.made.domain).unwrap(), &file, &[(layer.to_owned(), is_on)])
        .unwrap();
}

/// Switches payments on if they are off, and off if they are on.
pub fn switch_payments(store: &AnyStore, company: CompanyId) -> bool {
    let is_on = !store.company_file(company).unwrap().layers.iter().any(|layer| layer == SWITCHED);
    switch(store, company, SWITCHED, is_on);
    is_on
}

/// Makes the shop one with these layers: its rules, and the field in its company file.
pub fn found(shop: &mut Shop) {
    shop.books = Some(books());
    for layer in ["custom_fields", "void", SWITCHED] {
        switch(&shop.store, shop.company, layer, true);
    }
    shop.rules = books().of(&shop.store.company_file(shop.company).unwrap()).unwrap();
    let answer = type_into(
        shop,
        &format!(
            "<DataExtDefAddRq><DataExtDefAdd><OwnerID>0</OwnerID><DataExtName>{FIELD}</DataExtName><DataExtType>STR255TYPE</DataExtType><AssignToObject>Invoice</AssignToObject></DataExtDefAdd></DataExtDefAddRq>"
        ),
    );
    assert!(answer.contains("statusCode=\"0\""), "{answer}");
}

/// The settings of such a shop besides.
pub fn settings(settings: &mut BTreeMap<String, Value>) {
    settings.insert("sales_order_field".to_owned(), json!(FIELD));
    settings.insert("void_in_quickbooks".to_owned(), json!(true));
}

/// What follows an invoice is not sent once it was done.
pub fn may_be_sent(request: &str, file: &CompanyFile) {
    let records = |message: &str| {
        let sent: Vec<&str> = request.split(&format!("<{message}Rq ")).skip(1).collect();
        let id = |sent: &&str| sent.split_once("<TxnID>").unwrap().1.split('<').next().unwrap().to_owned();
        sent.iter().map(id).filter_map(|id| file.record(&id)).collect::<Vec<_>>()
    };
    for record in records("DataExtAdd") {
        assert!(fields(record).is_empty(), "the field is sent once more: {}", record.to_xml());
    }
    for record in records("TxnVoid") {
        assert!(!is_void(record), "it is voided once more: {}", record.to_xml());
    }
}

fn fields(record: &Node) -> Vec<&str> {
    let own = record.children().iter().filter(|child| text(child, "DataExtName") == FIELD);
    own.map(|child| text(child, "DataExtValue")).collect()
}

fn is_void(record: &Node) -> bool {
    text(record, "Memo").starts_with("VOID") && text(record, "Subtotal") == "0.00"
}

impl Payment {
    fn key(&self) -> DocumentKey {
        DocumentKey { object: "payment".to_owned(), id: self.id.to_string() }
    }

    /// Its number, which no other one has.
    fn number(&self) -> &str {
        self.json["reference"].as_str().unwrap()
    }
}

impl Tenant {
    /// Between two visits.
    pub fn pay_something(&mut self) {
        let Some(mut dice) = self.layered else { return };
        match dice.below(16) {
            0..4 => self.new_payment(&mut dice),
            4 => self.change_payment(&mut dice),
            5 => self.void_payment(&mut dice),
            6 => self.delete_payment(&mut dice),
            7 if dice.one_in(2) => {
                let is_on = switch_payments(&self.shop.store, self.shop.company);
                self.tally.note(if is_on {
                    "people: layer switched on"
                } else {
                    "people: layer switched off"
                });
                self.rules_anew();
            }
            _ => {}
        }
        self.layered = Some(dice);
    }

    /// The rules as they are now.
    pub fn rules_anew(&mut self) {
        if self.layered.is_some() {
            self.shop.rules = books().of(&self.file()).unwrap();
        }
    }

    /// Payments are on in the end.
    pub fn layers_on(&mut self) {
        if self.layered.is_some() {
            switch(&self.shop.store, self.shop.company, SWITCHED, true);
            self.rules_anew();
        }
    }

    /// A payment of one or two invoices of a customer: all of them, a part, or more than is due.
    fn new_payment(&mut self, dice: &mut Dice) {
        let invoices = self.places(|it| it.object == "invoice" && !it.is_credit);
        let Some(first) = dice.pick(&invoices).copied() else { return };
        let customer = self.documents[first].json["customer"].clone();
        let other = |place: &usize| *place != first && self.documents[*place].json["customer"] == customer;
        let others: Vec<usize> = invoices.into_iter().filter(other).collect();
        let second = dice.pick(&others).copied().filter(|_| dice.one_in(2));
        let mut applied = Vec::new();
        for place in std::iter::once(first).chain(second) {
            let document = &self.documents[place];
            let billed = Document::billed(&document.json);
            let (event, paid) = match dice.below(6) {
                0 => ("steelhead: payment of more than is due", billed * Decimal::TWO + Decimal::ONE),
                1 | 2 => ("steelhead: payment of a part", (billed / Decimal::TWO).round_dp(2)),
                _ => ("steelhead: payment of all", billed),
            };
            if paid > Decimal::ZERO {
                applied.push((document.key(), paid));
                self.tally.note(event);
            }
        }
        if applied.is_empty() {
            return;
        }
        if applied.len() > 1 {
            self.tally.note("steelhead: payment of two invoices");
        }
        self.keep_payment(&customer, applied, dice);
    }

    fn keep_payment(&mut self, customer: &Value, applied: Vec<(DocumentKey, Decimal)>, dice: &mut Dice) {
        let id = self.id();
        let amount = applied.iter().map(|(_, paid)| *paid).sum::<Decimal>()
            + if dice.one_in(4) { Decimal::TEN } else { Decimal::ZERO };
        let line = |(key, paid): &(DocumentKey, Decimal)| {
            let id: u64 = key.id.parse().unwrap();
            json!({ "invoice": { "id": id, "idInDomain": id }, "amount": paid.to_string() })
        };
        let json = json!({
            "object": "payment", "id": id, "idInDomain": id, "receivedAtAsDate": "2026-03-20",
            "finalizedAt": if dice.one_in(6) { Value::Null } else { json!(MOMENT) },
            "amount": amount.to_string(), "reference": format!("{} pay {id}", self.mark),
            "customer": customer, "applied": applied.iter().map(line).collect::<Vec<_>>(),
        });
        self.tally.note("steelhead: payment");
        self.payments.push(Payment { id, json, applied });
        let key = self.load_payment(self.payments.len() - 1);
        if !dice.one_in(3) {
            self.shop.play(&[key]);
        }
    }

    fn load_payment(&self, place: usize) -> DocumentKey {
        let payment = &self.payments[place];
        self.shop.load_json("payment", &payment.id.to_string(), &payment.json.to_string())
    }

    /// Another version of a payment; what it pays is the same.
    fn change_payment(&mut self, dice: &mut Dice) {
        if self.payments.is_empty() {
            return;
        }
        let place = dice.below(self.payments.len());
        self.payments[place].json["notes"] = json!(format!("Note {}", dice.below(1000)));
        let key = self.load_payment(place);
        self.shop.play(&[key]);
        self.tally.note("steelhead: payment changed");
    }

    fn void_payment(&mut self, dice: &mut Dice) {
        if self.payments.is_empty() {
            return;
        }
        let place = dice.below(self.payments.len());
        self.payments[place].json["voidedAt"] = json!(MOMENT);
        self.payments[place].json["finalizedAt"] = json!(MOMENT);
        self.load_payment(place);
        self.tally.note("steelhead: payment voided");
    }

    fn delete_payment(&mut self, dice: &mut Dice) {
        let ids: Vec<String> = self.shop.file.records("ReceivePayment").map(id_of).collect();
        if let Some(id) = dice.pick(&ids).filter(|_| dice.one_in(4))
            && self.shop.file.delete(id)
        {
            self.tally.note("quickbooks: payment deleted");
        }
    }

    /// Payments in new versions, to be played a last time.
    pub fn payments_anew(&mut self) -> Vec<DocumentKey> {
        for payment in &mut self.payments {
            payment.json["customInputs"] = json!({ "Checked": { "at": "the end" } });
            payment.json["finalizedAt"] = json!(MOMENT);
        }
        (0..self.payments.len()).map(|place| self.load_payment(place)).collect()
    }

    /// After every visit: each payment is there once, and one that is new pays the invoices that it names, what it says.
    pub fn check_payments(&mut self) {
        if self.layered.is_none() {
            return;
        }
        let mut numbers = BTreeSet::new();
        let mut new = Vec::new();
        for record in self.shop.file.records("ReceivePayment") {
            let number = text(record, "RefNumber");
            let Some(payment) = self.payments.iter().find(|it| it.number() == number) else { continue };
            assert!(numbers.insert(number), "more than once: {}", record.to_xml());
            if !self.received.contains(&id_of(record)) {
                self.pays_what_it_says(payment, record);
                new.push(id_of(record));
            }
        }
        self.received.extend(new);
    }

    fn pays_what_it_says(&self, payment: &Payment, record: &Node) {
        assert_eq!(text(record, "TotalAmount").parse::<Decimal>().unwrap(), amount(&payment.json["amount"]));
        let customer = &payment.json["customer"]["id"];
        let customer = DocumentKey { object: "customer".to_owned(), id: customer.to_string() };
        let is_of = self.connection(&customer).map(|it| it.record_id);
        if is_of.is_none() && self.is_left_out(&customer) {
            // Nobody keeps a connection of it: the record is the one of that name, as it stands there or in the payment.
            let kept = self.kept(&customer);
            let names = [&payment.json["customer"]["name"], &kept["name"]]
                .map(|name| name.as_str().unwrap_or_default());
            assert!(names.contains(&text(record, "CustomerRef/FullName")), "{names:?}: {}", record.to_xml());
        } else {
            assert_eq!(is_of.as_deref(), Some(text(record, "CustomerRef/ListID")), "{}", record.to_xml());
        }
        let applied = record.children().iter().filter(|child| child.name == "AppliedToTxnRet");
        let mut applied: Vec<(&str, Decimal)> =
            applied.map(|it| (text(it, "TxnID"), text(it, "Amount").parse().unwrap())).collect();
        for (key, paid) in &payment.applied {
            let invoice = self.connection(key).unwrap_or_else(|| panic!("{key} is paid, and has no record"));
            let place = applied.iter().position(|(id, amount)| *id == invoice.record_id && amount == paid);
            // What pays an invoice is free again once it is voided, which may come with the same visit.
            let is_gone = self.shop.file.record(&invoice.record_id).is_none_or(is_void);
            assert!(place.is_some() || is_gone, "{paid} of {key}: {}", record.to_xml());
            place.map(|place| applied.remove(place));
        }
        assert!(applied.is_empty(), "pays what it does not say: {}", record.to_xml());
    }

    /// Whether a customer is settled by hand, or archived in Steelhead, so that the rules leave it out.
    fn is_left_out(&self, customer: &DocumentKey) -> bool {
        self.settled.contains(customer) || !self.kept(customer)["archivedAt"].is_null()
    }

    /// A document as it was loaded last; null if it never was.
    fn kept(&self, key: &DocumentKey) -> Value {
        let known = self.shop.store.documents(self.shop.company, std::slice::from_ref(key)).unwrap();
        known.first().map_or(Value::Null, |kept| serde_json::from_str(&kept.document.json).unwrap())
    }

    /// When all is quiet: what is done is there, and what is not has its error on show.
    pub fn layers_are_right(&mut self) {
        if self.layered.is_none() {
            return;
        }
        let jobs = self.newest();
        let connections = self.shop.store.connections(self.shop.company).unwrap();
        let mut events = Vec::new();
        for payment in &self.payments {
            let job = &jobs[&payment.key()];
            let is_done = job.state == JobState::Done && !self.settled.contains(&payment.key());
            let is_there = self.received_of(payment).is_some();
            let is_voided = !payment.json["voidedAt"].is_null();
            assert!(is_there || is_voided || !is_done, "is done: {job:?}");
            let code = job.error.as_ref().map_or("", |error| error.code.as_str());
            events.push(match (is_done && is_there, code) {
                (true, _) => "end: payment received",
                (_, "3210") => "end: payment of more than is due refused",
                (_, "R640") => "end: payment of what is not sent held",
                _ => "end: payment with another error, settled or voided",
            });
        }
        for document in self.documents.iter().filter(|it| it.object == "invoice") {
            let (key, job) = (document.key(), jobs.get(&document.key()));
            let own = connections.iter().find(|it| it.document == key && !it.is_archived);
            let is_done = job.is_some_and(|it| it.state == JobState::Done) && !self.settled.contains(&key);
            let record = own.filter(|_| is_done).and_then(|own| self.shop.file.record(&own.record_id));
            let Some(record) = record else { continue };
            if document.json["voidedAt"].is_null() {
                assert_eq!(fields(record), [orders(&document.json)], "{}", record.to_xml());
                events.push("end: custom field filled");
            } else {
                assert!(is_void(record), "{}", record.to_xml());
                events.push("end: voided on both sides");
            }
        }
        for event in events {
            self.tally.note(event);
        }
    }

    fn received_of(&self, payment: &Payment) -> Option<&Node> {
        self.shop.file.records("ReceivePayment").find(|it| text(it, "RefNumber") == payment.number())
    }
}

/// The sales orders of an invoice.
fn orders(json: &Value) -> String {
    let mut orders: Vec<String> = Vec::new();
    for line in json["lines"].as_array().unwrap() {
        let order = line["salesOrder"]["idInDomain"].to_string();
        if order != "null" && !orders.contains(&order) {
            orders.push(order);
        }
    }
    orders.join(", ")
}

fn amount(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}
