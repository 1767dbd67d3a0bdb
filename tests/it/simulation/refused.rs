//! What QuickBooks refuses though it is valid: items of a wrong type on a line, customers in another currency, what a
//! Canadian company file lacks.
//!
//! It has dice of its own, so that what failed once can be replayed as it was before there was any of this.

use std::collections::BTreeMap;

use ferrule::sync::stored::{ExchangeItem, JobState, Store as _};
use serde_json::{Value, json};

use super::dice::Dice;
use super::people;
use super::quickbooks::{called, id_of, text, type_into};
use super::steelhead::{Document, Templates};
use super::tally::Tally;
use super::tenant::Tenant;
use crate::loop_support::Shop;

/// An item that a line of a sale may not have, or not as it is billed.
struct Odd {
    event: &'static str,
    /// The end of the item's name, and what makes it; `ITEM` is its name.
    item: &'static str,
    add: &'static str,
    rate: &'static str,
    /// The constraint that an invoice with it breaks; nothing if it goes.
    breaks: Option<&'static str>,
    /// What is counted where it has gone.
    gone: Option<&'static str>,
}

const ODD: [Odd; 7] = [
    Odd {
        event: "steelhead: line of a subtotal",
        item: "Subtotal",
        add: "<ItemSubtotalAddRq><ItemSubtotalAdd><Name>ITEM</Name></ItemSubtotalAdd></ItemSubtotalAddRq>",
        rate: "-0.05",
        breaks: Some("subtotal-alone"),
        gone: None,
    },
    Odd {
        event: "steelhead: line of a group",
        item: "Kit",
        add: "<ItemGroupAddRq><ItemGroupAdd><Name>ITEM</Name><ItemGroupLine><ItemRef><FullName>MARK Bar</FullName></ItemRef><Quantity>2</Quantity></ItemGroupLine></ItemGroupAdd></ItemGroupAddRq>",
        rate: "0.05",
        breaks: Some("group-on-a-line"),
        gone: None,
    },
    Odd {
        event: "steelhead: line of a tax group",
        item: "Taxes",
        add: "<ItemSalesTaxGroupAddRq><ItemSalesTaxGroupAdd><Name>ITEM</Name><ItemSalesTaxRef><FullName>OH - Montgomery</FullName></ItemSalesTaxRef></ItemSalesTaxGroupAdd></ItemSalesTaxGroupAddRq>",
        rate: "0.05",
        breaks: Some("tax-group-on-a-line"),
        gone: None,
    },
    Odd {
        event: "steelhead: stock below zero",
        item: "Bar",
        add: "<ItemInventoryAddRq><ItemInventoryAdd><Name>ITEM</Name><IncomeAccountRef><FullName>Plating Income</FullName></IncomeAccountRef><COGSAccountRef><FullName>Cost of Goods Sold</FullName></COGSAccountRef><AssetAccountRef><FullName>Inventory Asset</FullName></AssetAccountRef></ItemInventoryAdd></ItemInventoryAddRq>",
        rate: "-0.05",
        breaks: Some("stock-rate-below-zero"),
        gone: None,
    },
    Odd {
        event: "steelhead: line of a payment item",
        item: "Deposit",
        add: "<ItemPaymentAddRq><ItemPaymentAdd><Name>ITEM</Name></ItemPaymentAdd></ItemPaymentAddRq>",
        rate: "-0.05",
        breaks: None,
        gone: Some("end: part payment billed"),
    },
    Odd {
        event: "steelhead: line of a fixed asset",
        item: "Oven",
        add: "<ItemFixedAssetAddRq><ItemFixedAssetAdd><Name>ITEM</Name><AcquiredAs>Old</AcquiredAs><PurchaseDesc>Oven</PurchaseDesc><PurchaseDate>2020-01-02</PurchaseDate><AssetAccountRef><FullName>Inventory Asset</FullName></AssetAccountRef></ItemFixedAssetAdd></ItemFixedAssetAddRq>",
        rate: "0.05",
        breaks: None,
        gone: Some("end: fixed asset billed"),
    },
    Odd {
        event: "steelhead: discount with a quantity",
        item: "Rebate",
        add: "<ItemDiscountAddRq><ItemDiscountAdd><Name>ITEM</Name><AccountRef><FullName>Plating Income</FullName></AccountRef></ItemDiscountAdd></ItemDiscountAddRq>",
        rate: "-0.05",
        breaks: None,
        gone: Some("end: discount without a quantity"),
    },
];

/// What is counted when a document is held back by a constraint.
pub const SHOWN: [(&str, &str); 5] = [
    ("subtotal-alone", "shown: subtotal with an amount"),
    ("group-on-a-line", "shown: group on a line"),
    ("tax-group-on-a-line", "shown: tax group on a line"),
    ("stock-rate-below-zero", "shown: stock below zero"),
    ("receivable-currency", "shown: account in another currency"),
];

/// Makes the company file one of a kind, and types in what a line may not have.
pub fn found(shop: &mut Shop, mark: &str, dice: &mut Dice, tally: &mut Tally) {
    if dice.one_in(2) {
        shop.edition("CA");
        tally.note("file: Canadian");
    } else {
        tally.note("file: of the United States");
    }
    type_in(
        shop,
        "<CurrencyAddRq><CurrencyAdd><Name>Euro</Name><CurrencyCode>EUR</CurrencyCode></CurrencyAdd></CurrencyAddRq>",
    );
    type_in(
        shop,
        &format!(
            "<AccountAddRq><AccountAdd><Name>{}</Name><AccountType>AccountsReceivable</AccountType><CurrencyRef><FullName>US Dollar</FullName></CurrencyRef></AccountAdd></AccountAddRq>",
            receivables(mark)
        ),
    );
    // A group needs what it is made of.
    for odd in ODD.iter().rev() {
        let item = odd.name(mark);
        type_in(shop, &odd.add.replace("ITEM", &item).replace("MARK", mark));
    }
}

fn type_in(shop: &mut Shop, request: &str) {
    let answer = type_into(shop, request);
    assert!(answer.contains("statusCode=\"0\""), "{request}: {answer}");
}

fn receivables(mark: &str) -> String {
    format!("{mark} Receivables")
}

/// The settings of such a shop: what it is owed is kept in dollars.
pub fn settings(mark: &str) -> BTreeMap<String, Value> {
    let mut settings = people::settings();
    settings.insert("receivable_account".to_owned(), json!(receivables(mark)));
    settings
}

/// Nothing is sent that is known to be refused.
pub fn may_be_sent(request: &str, refused: &[(String, &str)]) {
    let sent = refused.iter().find(|(token, _)| request.contains(token));
    assert_eq!(sent, None, "QuickBooks would refuse it: {request}");
}

impl Odd {
    fn name(&self, mark: &str) -> String {
        format!("{mark} {}", self.item)
    }
}

impl Tenant {
    /// Between two visits.
    pub fn bill_something_odd(&mut self, templates: &Templates) {
        let Some(mut dice) = self.odd else { return };
        // Seldom a foreigner: every invoice of such a customer waits for another account.
        match dice.below(24) {
            0..5 => self.odd_invoice(templates, &mut dice),
            5 => self.type_in_a_foreigner(&mut dice),
            _ => {}
        }
        self.odd = Some(dice);
    }

    /// An invoice whose second line is of an item that may not stand there.
    fn odd_invoice(&mut self, templates: &Templates, dice: &mut Dice) {
        let Some(customer) = self.party("customer", dice) else { return };
        let (number, id) = (dice.below(ODD.len()), self.id());
        let odd = &ODD[number];
        let mut json = templates.invoice.clone();
        json["id"] = json!(id);
        json["idInDomain"] = json!(id);
        json["customer"] = customer;
        let line = &mut json["lines"][0];
        line["items"][0]["description"] = json!(format!("{} invoice {id}", self.mark));
        line["partNumber"]["id"] = json!(30_000);
        line["partNumber"]["name"] = json!(format!("{}-PART-0", self.mark));
        let item = &mut json["lines"][1]["items"][0];
        item["product"] = json!({ "id": 70_000 + number, "name": odd.name(self.mark) });
        item["quantity"] = json!(4);
        item["rate"] = json!(odd.rate);
        item["subtotal"] = json!(if odd.rate.starts_with('-') { "-0.20" } else { "0.20" });
        json["lines"][1]["partNumber"] = Value::Null;
        self.tally.note(odd.event);
        self.keep("invoice", id, json, false);
        let key = self.documents.last().unwrap().key();
        self.shop.play(std::slice::from_ref(&key));
        self.refused.extend(odd.breaks.map(|constraint| (key, constraint)));
    }

    /// A customer is typed in that has a document's name, and is billed in another currency.
    fn type_in_a_foreigner(&mut self, dice: &mut Dice) {
        let all = self.places(|it| it.object == "customer");
        let is_new = |place: &usize| {
            let document = &self.documents[*place];
            self.connection(&document.key()).is_none()
                && self.shop.file.id_of("Customer", document.name()).is_none()
                && self.shop.file.id_of("Vendor", document.name()).is_none()
        };
        let new: Vec<_> = all.into_iter().filter(is_new).collect();
        let Some(place) = dice.pick(&new) else { return };
        let name = self.documents[*place].name().to_owned();
        let answer = self.in_quickbooks(&format!("<CustomerAddRq><CustomerAdd><Name>{name}</Name><CurrencyRef><FullName>Euro</FullName></CurrencyRef></CustomerAdd></CustomerAddRq>"));
        if answer.contains("statusCode=\"0\"") {
            self.tally.note("quickbooks: customer in another currency typed in");
        }
    }

    /// What stands in a request only if one of the refused documents goes with it.
    pub fn refused_tokens(&self) -> Vec<(String, &'static str)> {
        let token = |document: &Document| {
            let constraint = self.refused.get(&document.key())?;
            Some((format!(">{}<", document.token(self.mark)), *constraint))
        };
        self.documents.iter().filter_map(token).collect()
    }

    /// When all is quiet: what QuickBooks would refuse has told so before it was sent, and what goes has gone as it
    /// must.
    pub fn nothing_refused_was_tried(&mut self) {
        if self.odd.is_none() {
            return;
        }
        for exchange in self.shop.store.history(self.shop.company, None, 10_000).unwrap() {
            // Refusals for what the company file is like, not for who works in it at the time.
            let is_busy = |item: &ExchangeItem| {
                item.status_message.as_ref().is_some_and(|it| it.contains("by another user"))
            };
            // Somebody may have typed in a customer of that name after the set was written. Then the set's own customer is
            // refused: for its name, or before that because the list was in use.
            if exchange.items.iter().any(|item| item.status_code == Some(3100) || is_busy(item)) {
                continue;
            }
            for item in &exchange.items {
                let is_well = item.status_code.is_none_or(|code| ![3150, 3180].contains(&code));
                assert!(is_well, "{item:?}\n{}", exchange.request);
            }
        }
        for job in self.shop.jobs() {
            let Some(constraint) = self.refused.get(&job.document).copied() else { continue };
            assert_ne!(job.state, JobState::Done, "{job:?}");
            let Some(error) = &job.error else { continue };
            // Something else may be wrong with it besides; then that may be on show.
            assert!(error.code != constraint || error.happened.contains(self.mark), "{error:?}");
        }
        self.odd_lines_are_as_they_must();
        let is_canadian = self.shop.file.settings().country == "CA";
        for customer in self.shop.file.records("Customer").filter(|it| called(it).starts_with(self.mark)) {
            if is_canadian {
                assert_eq!(text(customer, "ItemSalesTaxRef/FullName"), "", "{}", customer.to_xml());
                self.tally.note("end: Canadian customer without a tax item");
            }
        }
    }

    fn odd_lines_are_as_they_must(&mut self) {
        let mut gone = Vec::new();
        for invoice in self.shop.file.records("Invoice") {
            let currency = |path: &str| {
                let id = text(invoice, path);
                self.shop.file.record(id).map_or("", |it| text(it, "CurrencyRef/FullName"))
            };
            let [account, customer] = ["ARAccountRef/ListID", "CustomerRef/ListID"].map(currency);
            let is_same = account.is_empty() || customer.is_empty() || account == customer;
            assert!(is_same, "{}: {account} and {customer}", id_of(invoice));
            for line in invoice.children() {
                let item = text(line, "ItemRef/FullName");
                let Some(odd) = ODD.iter().find(|odd| item == odd.name(self.mark)) else { continue };
                assert_eq!(odd.breaks, None, "{}", invoice.to_xml());
                if odd.item == "Rebate" {
                    // What was voided comes to nothing.
                    assert!(["-0.20", "0.00"].contains(&text(line, "Amount")), "{}", line.to_xml());
                    assert_eq!(text(line, "Quantity"), "");
                }
                gone.extend(odd.gone);
            }
        }
        for event in gone {
            self.tally.note(event);
        }
    }
}
