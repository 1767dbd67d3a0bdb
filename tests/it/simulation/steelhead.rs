//! What people do in Steelhead.

use ferrule::sync::stored::{DocumentKey, Store as _};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::dice::Dice;
use super::tenant::Tenant;
use crate::loop_support::sample;

/// Documents as the shops' are.
pub struct Templates {
    pub customer: Value,
    pub vendor: Value,
    pub invoice: Value,
    bill: Value,
}

impl Templates {
    pub fn new() -> Self {
        Self {
            customer: sample("customers.json", 301),
            vendor: sample("vendors.json", 401),
            invoice: sample("invoices.json", 1_031_042),
            bill: sample("bills.json", 46_802),
        }
    }
}

/// A document as Steelhead has it.
#[derive(Clone)]
pub struct Document {
    pub object: &'static str,
    pub id: u64,
    pub json: Value,
    /// Its total is negative: the rules never let it out.
    pub is_credit: bool,
    /// A person connected it to a record that was not made of it.
    pub is_foreign: bool,
}

impl Document {
    pub fn key(&self) -> DocumentKey {
        DocumentKey { object: self.object.to_owned(), id: self.id.to_string() }
    }

    /// What stands on a line of its transaction, and on no other's.
    pub fn token(&self, mark: &str) -> String {
        format!("{mark} {} {}", self.object, self.id)
    }

    /// What was billed, from the document as it is kept.
    pub fn billed(json: &Value) -> Decimal {
        let lines = json["lines"].as_array().unwrap().iter();
        let items = lines.flat_map(|line| line["items"].as_array().unwrap());
        let amount = |item: &Value| match &item["subtotal"] {
            Value::String(text) => text.parse::<Decimal>().unwrap(),
            number => number.to_string().parse().unwrap(),
        };
        items.map(amount).sum()
    }

    pub fn name(&self) -> &str {
        self.json["name"].as_str().unwrap()
    }

    pub fn is_transaction(&self) -> bool {
        ["invoice", "bill"].contains(&self.object)
    }

    fn is(&self, field: &str) -> bool {
        !self.json[field].is_null()
    }
}

fn money(cents: usize) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

pub const MOMENT: &str = "2026-03-06T18:00:00+00:00";

impl Tenant {
    pub fn load(&self, document: &Document) -> DocumentKey {
        self.shop.load_json(document.object, &document.id.to_string(), &document.json.to_string())
    }

    pub fn keep(&mut self, object: &'static str, id: u64, json: Value, is_credit: bool) {
        let document = Document { object, id, json, is_credit, is_foreign: false };
        self.load(&document);
        self.documents.push(document);
    }

    pub fn id(&mut self) -> u64 {
        self.count += 1;
        10_000 + self.count
    }

    pub fn places(&self, wanted: impl Fn(&Document) -> bool) -> Vec<usize> {
        (0..self.documents.len()).filter(|place| wanted(&self.documents[*place])).collect()
    }

    /// A customer or a vendor.
    pub fn new_party(&mut self, templates: &Templates, dice: &mut Dice) {
        let id = self.id();
        let is_customer = dice.one_in(2);
        let (object, mut json) = if is_customer {
            ("customer", templates.customer.clone())
        } else {
            ("vendor", templates.vendor.clone())
        };
        json["id"] = json!(id);
        json["idInDomain"] = Value::Null;
        json["name"] =
            json!(format!("{} {} {id}", self.mark, if is_customer { "Customer" } else { "Vendor" }));
        self.tally.note(if is_customer { "steelhead: customer" } else { "steelhead: vendor" });
        let others = self.places(|it| it.object == if is_customer { "vendor" } else { "customer" });
        if dice.one_in(25)
            && let Some(place) = dice.pick(&others)
        {
            json["name"] = json!(self.documents[*place].name());
            self.tally.note("steelhead: name that is taken by the other list");
        }
        self.keep(object, id, json, false);
    }

    pub fn party(&self, object: &str, dice: &mut Dice) -> Option<Value> {
        let all = self.places(|it| it.object == object);
        let party = &self.documents[*dice.pick(&all)?];
        Some(json!({ "id": party.id, "name": party.name() }))
    }

    pub fn new_invoice(&mut self, templates: &Templates, dice: &mut Dice) {
        let Some(customer) = self.party("customer", dice) else { return };
        let id = self.id();
        let mut json = templates.invoice.clone();
        json["id"] = json!(id);
        json["idInDomain"] = json!(id);
        json["customer"] = customer;
        self.tally.note("steelhead: invoice");
        let line = &mut json["lines"][0];
        line["items"][0]["description"] = json!(format!("{} invoice {id}", self.mark));
        if dice.one_in(4) {
            let charge = dice.below(3);
            line["partNumber"] = Value::Null;
            line["items"][0]["product"] =
                json!({ "id": 50_000 + charge, "name": format!("{} Charge {charge}", self.mark) });
            self.tally.note("steelhead: line of a product");
        } else {
            let part = dice.below(12);
            line["partNumber"]["id"] = json!(30_000 + part);
            line["partNumber"]["name"] = json!(format!("{}-PART-{part}", self.mark));
            line["partNumber"]["glAccount"] = json!({ "accountNumber": "4010", "name": "Plating Income" });
        }
        self.priced(&mut json, dice);
        let line = &mut json["lines"][0];
        if dice.one_in(12) {
            line["items"][0]["quantity"] = json!(0);
            self.tally.note("steelhead: line without a quantity");
        }
        if dice.one_in(8) {
            let terms = dice.below(4);
            json["invoiceTerms"] =
                json!({ "id": 60_000 + terms, "terms": format!("{} Net {}", self.mark, 50 + terms) });
            self.tally.note("steelhead: terms that QuickBooks lacks");
        }
        let is_credit = self.draft(&mut json, dice);
        self.keep("invoice", id, json, is_credit);
    }

    pub fn new_bill(&mut self, templates: &Templates, dice: &mut Dice) {
        let Some(vendor) = self.party("vendor", dice) else { return };
        let id = self.id();
        let mut json = templates.bill.clone();
        json["id"] = json!(id);
        json["idInDomain"] = json!(id);
        json["vendor"] = vendor;
        // Vendors count from one, each by itself.
        json["invoiceNumber"] = json!(format!("{}", 1 + dice.below(400)));
        json["lines"][0]["items"][0]["description"] = json!(format!("{} bill {id}", self.mark));
        self.tally.note("steelhead: bill");
        self.priced(&mut json, dice);
        if dice.one_in(6) {
            json["invoiceNumber"] = Value::Null;
            self.tally.note("steelhead: bill without a number");
        }
        let is_credit = self.draft(&mut json, dice);
        self.keep("bill", id, json, is_credit);
    }

    /// Its first line gets a quantity, a price and what was billed for it.
    fn priced(&mut self, json: &mut Value, dice: &mut Dice) {
        let item = &mut json["lines"][0]["items"][0];
        let (quantity, cents) = (1 + dice.below(20_000), 1 + dice.below(5_000));
        let (event, billed) = match dice.below(5) {
            0 => {
                item["rateUnits"] = json!("M");
                ("steelhead: price per thousand", (quantity * cents + 500) / 1000)
            }
            1 => ("steelhead: minimum lot", 15_000.max(quantity * cents)),
            2 => {
                // Finer than a cent, and than QuickBooks can hold.
                item["rate"] = json!(format!("0.{cents:04}37"));
                ("steelhead: fine price", (quantity * (cents * 100 + 37) + 5_000) / 10_000)
            }
            _ => ("steelhead: plain price", quantity * cents),
        };
        item["quantity"] = json!(quantity);
        if event != "steelhead: fine price" {
            item["rate"] = json!(money(cents));
        }
        item["subtotal"] = json!(money(billed));
        self.tally.note(event);
    }

    /// Some are drafts, and of these some are credits.
    fn draft(&mut self, json: &mut Value, dice: &mut Dice) -> bool {
        if !dice.one_in(4) {
            return false;
        }
        json["finalizedAt"] = Value::Null;
        self.tally.note("steelhead: draft");
        if !dice.one_in(5) {
            return false;
        }
        for line in json["lines"].as_array_mut().unwrap() {
            line["items"][0]["rate"] = json!(-1);
            line["items"][0]["subtotal"] = Value::Null;
        }
        self.tally.note("steelhead: draft of a credit");
        true
    }

    /// Someone changes what is there.
    pub fn change(&mut self, dice: &mut Dice) {
        match dice.below(8) {
            0..3 => self.change_party(dice),
            3 => self.archive_party(dice),
            4 | 5 => self.change_draft(dice),
            _ => self.void(dice),
        }
    }

    fn change_party(&mut self, dice: &mut Dice) {
        let all = self.places(|it| !it.is_transaction());
        let Some(place) = dice.pick(&all) else { return };
        self.agreed_gives_way(&self.documents[*place].key());
        let document = &mut self.documents[*place];
        document.json["phone"] = json!(format!("937-555-{:04}", dice.below(10_000)));
        let is_customer = document.object == "customer";
        self.tally.note(if is_customer {
            "steelhead: customer changed"
        } else {
            "steelhead: vendor changed"
        });
        self.load(&self.documents[*place].clone());
    }

    /// A phone number that was typed in before both sides agreed (when they were connected, say) may go: what
    /// Steelhead changes from then on is sent. One that was typed in since stays, and is a conflict.
    fn agreed_gives_way(&mut self, key: &DocumentKey) {
        let all = self.shop.store.agreements(self.shop.company).unwrap();
        let Some(agreement) = all.into_iter().find(|it| it.document == *key) else { return };
        // A person may have decided on elements before the two were connected, so the connection is not asked.
        let record = &agreement.agreed.record;
        // It may have been read with a character in it that cannot be read.
        let theirs = agreement.agreed.theirs.replace("&#65533;", "");
        let is_agreed = |phone: &str| theirs.contains(&format!("<Phone>{phone}</Phone>"));
        if self.typed.get(record).is_some_and(|phone| is_agreed(phone)) {
            self.typed.remove(record);
        }
    }

    fn archive_party(&mut self, dice: &mut Dice) {
        let all = self.places(|it| !it.is_transaction());
        let Some(place) = dice.pick(&all) else { return };
        let document = &mut self.documents[*place];
        let event = match (document.is("archivedAt"), document.object) {
            (true, _) => "steelhead: taken out of the archive",
            (false, "customer") => "steelhead: customer archived",
            (false, _) => "steelhead: vendor archived",
        };
        document.json["archivedAt"] = if document.is("archivedAt") { Value::Null } else { json!(MOMENT) };
        self.tally.note(event);
        self.load(&self.documents[*place].clone());
    }

    /// A draft is changed, or finalized in Steelhead; one that was locked here meanwhile stays locked.
    fn change_draft(&mut self, dice: &mut Dice) {
        let all = self.places(|it| it.is_transaction() && !it.is("finalizedAt"));
        let Some(place) = dice.pick(&all) else { return };
        let is_locked = self.is_locked(&self.documents[*place].key());
        let document = &mut self.documents[*place];
        if dice.one_in(3) && !document.is_credit {
            document.json["finalizedAt"] = json!(MOMENT);
            self.tally.note("steelhead: draft finalized there");
        } else {
            document.json["notes"] = json!(format!("Note {}", dice.below(1000)));
            if dice.one_in(2) && !document.is_credit {
                document.json["lines"][0]["items"][0]["subtotal"] = json!(money(1 + dice.below(9_000)));
            }
            let locked = "steelhead: newer draft of what is locked";
            self.tally.note(if is_locked { locked } else { "steelhead: draft changed" });
        }
        let document = self.documents[*place].clone();
        let before = self.stored(&document.key());
        self.load(&document);
        if is_locked && !document.is("finalizedAt") {
            assert_eq!(self.stored(&document.key()), before, "{} is locked", document.key());
        }
    }

    fn void(&mut self, dice: &mut Dice) {
        let all = self.places(|it| it.is_transaction() && it.is("finalizedAt") && !it.is("voidedAt"));
        let Some(place) = dice.pick(&all) else { return };
        let key = self.documents[*place].key();
        let is_sent = self.connection(&key).is_some();
        let document = &mut self.documents[*place];
        document.json["voidedAt"] = json!(MOMENT);
        self.tally.note(match (document.object, is_sent) {
            ("invoice", false) => "steelhead: invoice voided before it was sent",
            ("invoice", true) => "steelhead: invoice voided after it was sent",
            (_, false) => "steelhead: bill voided before it was sent",
            (_, true) => "steelhead: bill voided after it was sent",
        });
        self.load(&self.documents[*place].clone());
    }

    /// Whether a draft was finalized here.
    pub fn is_locked(&self, key: &DocumentKey) -> bool {
        let json: Value = serde_json::from_str(&self.stored(key)).unwrap();
        !json["finalizedAt"].is_null()
    }
}
