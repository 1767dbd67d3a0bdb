//! What people do in QuickBooks, and what is the matter with it.

use ferrule::simulator::{Condition, HResult, Lasting};
use ferrule::sync::stored::Store as _;
use ferrule::xml::Node;

use super::dice::Dice;
use super::tenant::Tenant;
use crate::loop_support::Shop;

/// The kinds of records that documents become.
pub const KINDS: [&str; 5] = ["Customer", "Vendor", "Invoice", "Bill", "ItemService"];

/// What an invoice and a bill come to.
pub const AMOUNTS: [&str; 2] = ["Subtotal", "AmountDue"];

/// A record that belongs to a shop's documents.
#[derive(Clone)]
pub struct Made {
    pub kind: &'static str,
    pub id: String,
}

pub fn text<'n>(record: &'n Node, path: &str) -> &'n str {
    record.descend(path).and_then(|it| it.text()).unwrap_or_default()
}

pub fn id_of(record: &Node) -> String {
    format!("{}{}", text(record, "ListID"), text(record, "TxnID"))
}

/// The name of an element, or that of the customer or vendor of a transaction.
pub fn called(record: &Node) -> &str {
    let paths = ["FullName", "Name", "CustomerRef/FullName", "VendorRef/FullName"];
    let named = paths.into_iter().map(|path| text(record, path)).find(|text| !text.is_empty());
    named.unwrap_or_else(|| panic!("without a name: {}", record.to_xml()))
}

/// Whether a line of a transaction says this.
pub fn has_line(record: &Node, token: &str) -> bool {
    record.children().iter().any(|line| text(line, "Desc") == token || text(line, "Memo") == token)
}

/// All that may be the matter.
pub fn conditions() -> [(&'static str, Condition); 8] {
    [
        ("trouble: modal dialog", Condition::Refused(HResult::MODAL_DIALOG)),
        ("trouble: not parsed", Condition::Refused(HResult::NOT_PARSED)),
        ("trouble: answer lost", Condition::AnswerLost(HResult::SERVER_FAULT)),
        ("trouble: no permission", Condition::NoPermission("Invoice".to_owned())),
        ("trouble: no permission", Condition::NoPermission("Bill".to_owned())),
        ("trouble: list busy", Condition::ListBusy("Customer".to_owned())),
        ("trouble: list busy", Condition::ListBusy("Vendor".to_owned())),
        ("trouble: answer not kept", Condition::CannotKeep),
    ]
}

impl Tenant {
    /// The records that came from this shop's documents, or were typed in for it.
    pub fn made(&self) -> Vec<Made> {
        let of = |kind: &'static str| {
            let ours = self.shop.file.records(kind).filter(|record| called(record).starts_with(self.mark));
            ours.map(move |record| Made { kind, id: id_of(record) })
        };
        KINDS.into_iter().flat_map(of).collect()
    }

    /// Someone does something in QuickBooks.
    pub fn by_hand(&mut self, dice: &mut Dice) {
        let made = self.made();
        let kind = KINDS[dice.below(KINDS.len())];
        let of_kind: Vec<Made> = made.into_iter().filter(|it| it.kind == kind).collect();
        match dice.below(16) {
            0 | 1 => return self.type_in(dice),
            4 => return self.type_in_a_number(dice),
            3 => return self.edit_imported(dice),
            5 | 6 => return self.type_in_nearly(dice),
            2 if ["Invoice", "Bill"].contains(&kind) => return self.void_by_hand(dice),
            _ => {}
        }
        let Some(Made { id, .. }) = dice.pick(&of_kind).cloned() else { return };
        let file = &mut self.shop.file;
        match dice.below(12) {
            0 => {
                if file.delete(&id) {
                    self.tally.note(deleted(kind));
                }
            }
            1 => {
                let into = dice.pick(&of_kind).unwrap().id.clone();
                // QuickBooks merges nothing that is kept in two currencies.
                let currency =
                    |id: &str| file.record(id).map(|it| text(it, "CurrencyRef/FullName").to_owned());
                let is_same = currency(&into) == currency(&id);
                if into != id && is_same && file.merge(&id, &into) {
                    self.tally.note(merged(kind));
                }
            }
            2 | 3 => {
                file.lock(&id);
                self.locked.push(id);
                self.tally.note("quickbooks: locked");
            }
            _ => {
                let (path, value) = edit(kind, dice);
                assert!(file.edit(&id, path, &value), "{kind} has no {path}");
                if path == "Phone" {
                    self.typed.insert(id, value);
                }
                self.tally.note(if AMOUNTS.contains(&path) {
                    "quickbooks: amount changed"
                } else {
                    changed(kind)
                });
            }
        }
    }

    /// Something is typed in that may be imported, or has the name of a document.
    fn type_in(&mut self, dice: &mut Dice) {
        self.count += 1;
        let mut name = format!("{} Walk-in {}", self.mark, self.count);
        let (kind, event, rest) = match dice.below(3) {
            0 => ("Customer", "quickbooks: customer typed in", ""),
            1 => ("Vendor", "quickbooks: vendor typed in", ""),
            _ => (
                "ItemService",
                "quickbooks: item typed in",
                "<SalesOrPurchase><Price>1.00</Price><AccountRef><FullName>Plating Income</FullName></AccountRef></SalesOrPurchase>",
            ),
        };
        let object = kind.to_lowercase();
        let documents = self.places(|it| it.object == object);
        if dice.one_in(4)
            && let Some(place) = dice.pick(&documents)
        {
            let taken = self.documents[*place].name();
            if self.shop.file.id_of(kind, taken).is_none() {
                taken.clone_into(&mut name);
                self.tally.note("quickbooks: name of a document typed in");
            }
        }
        self.in_quickbooks(&format!(
            "<{kind}AddRq><{kind}Add><Name>{name}</Name>{rest}</{kind}Add></{kind}AddRq>"
        ));
        self.tally.note(event);
    }

    /// Something is typed in that has a document's name, written otherwise: with two blanks, a no-break space, a
    /// point at its end, or below another record.
    fn type_in_nearly(&mut self, dice: &mut Dice) {
        let (kind, event) = [
            ("Customer", "quickbooks: customer of nearly a document's name typed in"),
            ("Vendor", "quickbooks: vendor of nearly a document's name typed in"),
            ("ItemService", "quickbooks: item of nearly a document's name typed in"),
        ][dice.below(3)];
        let account = "<SalesOrPurchase><Price>1.00</Price><AccountRef><FullName>Plating Income</FullName></AccountRef></SalesOrPurchase>";
        let (name, rest) = if kind == "ItemService" {
            let charge = dice.below(3);
            let part = dice.below(12);
            let names = [format!("{} Charge {charge}", self.mark), format!("{}-PART-{part}", self.mark)];
            // What is there already is found, and asked of nobody.
            let new: Vec<_> =
                names.into_iter().filter(|name| self.shop.file.id_of(kind, name).is_none()).collect();
            let Some(name) = dice.pick(&new) else { return };
            (name.clone(), account)
        } else {
            let all = self.places(|it| it.object == kind.to_lowercase());
            let is_new = |place: &usize| self.connection(&self.documents[*place].key()).is_none();
            let new: Vec<_> = all.into_iter().filter(is_new).collect();
            let Some(place) = dice.pick(&new) else { return };
            (self.documents[*place].name().to_owned(), "")
        };
        let nearly = match dice.below(3) {
            0 if name.contains(' ') => name.replacen(' ', "  ", 1),
            1 if name.contains(' ') => name.replacen(' ', "&#160;", 1),
            _ => format!("{name}."),
        };
        let answer = self.in_quickbooks(&format!(
            "<{kind}AddRq><{kind}Add><Name>{nearly}</Name>{rest}</{kind}Add></{kind}AddRq>"
        ));
        if answer.contains("statusCode=\"0\"") {
            self.tally.note(event);
        }
    }

    /// A transaction is typed in that has the number of a document, and nothing else of it.
    fn type_in_a_number(&mut self, dice: &mut Dice) {
        let all = self.places(super::steelhead::Document::is_transaction);
        let Some(place) = dice.pick(&all) else { return };
        let document = &self.documents[*place];
        let amount = format!("{}.05", 1 + dice.below(900));
        let (request, event) = if document.object == "invoice" {
            let name = document.json["customer"]["name"].as_str().unwrap();
            let item = self.shop.file.records("ItemService").next().map(|it| called(it).to_owned());
            let (Some(_), Some(item)) = (self.shop.file.id_of("Customer", name), item) else { return };
            let number = format!("SH:{}", document.json["idInDomain"]);
            (
                format!(
                    "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>{name}</FullName></CustomerRef><RefNumber>{number}</RefNumber><InvoiceLineAdd><ItemRef><FullName>{item}</FullName></ItemRef><Amount>{amount}</Amount></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
                ),
                "quickbooks: number of an invoice typed in",
            )
        } else {
            let name = document.json["vendor"]["name"].as_str().unwrap();
            let Some(number) = document.json["invoiceNumber"].as_str() else { return };
            if self.shop.file.id_of("Vendor", name).is_none() {
                return;
            }
            (
                format!(
                    "<BillAddRq><BillAdd><VendorRef><FullName>{name}</FullName></VendorRef><RefNumber>{number}</RefNumber><ExpenseLineAdd><AccountRef><FullName>Plating Income</FullName></AccountRef><Amount>{amount}</Amount></ExpenseLineAdd></BillAdd></BillAddRq>"
                ),
                "quickbooks: number of a bill typed in",
            )
        };
        let answer = self.in_quickbooks(&request);
        if answer.contains("statusCode=\"0\"") {
            self.tally.note(event);
        }
    }

    /// What was imported is changed where it came from.
    fn edit_imported(&mut self, dice: &mut Dice) {
        let all = self.shop.store.connections(self.shop.company).unwrap();
        let imported: Vec<_> = all.iter().filter(|it| ferrule::sync::is_of_record(&it.document)).collect();
        let Some(connection) = dice.pick(&imported) else { return };
        let phone = dice.below(10_000).to_string();
        if self.shop.file.edit(&connection.record_id, "Phone", &phone) {
            self.typed.insert(connection.record_id.clone(), phone);
        }
    }

    /// Someone types in anew what was deleted, and presses play again.
    pub fn type_in_again(&mut self, place: usize) {
        let document = self.documents[place].clone();
        let kind = match document.object {
            "customer" => "Customer",
            "vendor" => "Vendor",
            _ => return,
        };
        if self.shop.file.id_of(kind, document.name()).is_none() {
            let name = document.name();
            self.in_quickbooks(&format!(
                "<{kind}AddRq><{kind}Add><Name>{name}</Name></{kind}Add></{kind}AddRq>"
            ));
            self.tally.note("people: typed in what is gone");
        }
        self.shop.play(&[document.key()]);
    }

    /// A transaction is voided, most often one that Steelhead has voided.
    fn void_by_hand(&mut self, dice: &mut Dice) {
        let voided = self.places(|it| it.is_transaction() && !it.json["voidedAt"].is_null());
        let all =
            if dice.one_in(6) { self.places(super::steelhead::Document::is_transaction) } else { voided };
        let Some(place) = dice.pick(&all) else { return };
        let (key, object) = (self.documents[*place].key(), self.documents[*place].object);
        let Some(connection) = self.connection(&key) else { return };
        if self.shop.file.record(&connection.record_id).is_none() {
            return;
        }
        let kind = if object == "invoice" { "Invoice" } else { "Bill" };
        self.in_quickbooks(&format!(
            "<TxnVoidRq><TxnVoidType>{kind}</TxnVoidType><TxnID>{}</TxnID></TxnVoidRq>",
            connection.record_id
        ));
        self.tally.note(if object == "invoice" {
            "quickbooks: invoice voided"
        } else {
            "quickbooks: bill voided"
        });
    }

    pub fn in_quickbooks(&mut self, request: &str) -> String {
        type_into(&mut self.shop, request)
    }

    pub fn trouble(&mut self, dice: &mut Dice) {
        let all = conditions();
        let (event, condition) = all[dice.below(all.len())].clone();
        let times = u32::try_from(1 + dice.below(2)).unwrap();
        self.shop.file.inject(condition, Lasting::Times(times));
        self.tally.note(event);
    }

    pub fn unlock(&mut self) {
        for id in std::mem::take(&mut self.locked) {
            self.shop.file.unlock(&id);
        }
    }
}

/// A person types something into QuickBooks.
pub fn type_into(shop: &mut Shop, request: &str) -> String {
    // QuickBooks takes ASCII; a name that was typed in may hold other characters.
    let ascii = |c: char| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) };
    let request: String = request.chars().map(ascii).collect();
    shop.in_quickbooks(&format!("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\">{request}</QBXMLMsgsRq></QBXML>"))
}

/// What a person changes of such a record.
pub fn edit(kind: &str, dice: &mut Dice) -> (&'static str, String) {
    let number = dice.below(10_000).to_string();
    match kind {
        "Customer" | "Vendor" if dice.one_in(3) => ("Notes", number),
        "Customer" | "Vendor" => ("Phone", number),
        // They do correct amounts, and give transactions another number.
        "Invoice" if dice.one_in(6) => (AMOUNTS[0], format!("{number}.10")),
        "Bill" if dice.one_in(6) => (AMOUNTS[1], format!("{number}.10")),
        "Invoice" | "Bill" if dice.one_in(5) => ("RefNumber", format!("X{}-{number}", dice.below(10_000))),
        "Invoice" | "Bill" => ("Memo", number),
        _ => ("SalesOrPurchase/Desc", number),
    }
}

fn changed(kind: &str) -> &'static str {
    match kind {
        "Customer" => "quickbooks: customer changed",
        "Vendor" => "quickbooks: vendor changed",
        "Invoice" => "quickbooks: invoice changed",
        "Bill" => "quickbooks: bill changed",
        _ => "quickbooks: item changed",
    }
}

fn deleted(kind: &str) -> &'static str {
    match kind {
        "Customer" => "quickbooks: customer deleted",
        "Vendor" => "quickbooks: vendor deleted",
        "Invoice" => "quickbooks: invoice deleted",
        "Bill" => "quickbooks: bill deleted",
        _ => "quickbooks: item deleted",
    }
}

fn merged(kind: &str) -> &'static str {
    match kind {
        "Customer" => "quickbooks: customers merged",
        "Vendor" => "quickbooks: vendors merged",
        _ => "quickbooks: items merged",
    }
}
