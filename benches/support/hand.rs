//! What the default invoice rules say, as a program written by hand for this one purpose: JSON by
//! `serde_json::Value`, qbXML by quick-xml. It does the same work: the same checks, the same choice
//! of class, exact decimals, the same texts (Markdown, addresses and characters by the same
//! functions), the same limits, and warnings where the rules warn.

use std::borrow::Cow;

use ferrule::qbxml::charset;
use ferrule::text::{address, markdown, shorten};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::hand_xml::Xml;

const LINES: [&str; 5] = ["Addr1", "Addr2", "Addr3", "Addr4", "Addr5"];

/// The settings that matter for an invoice, read at run time as the rules read theirs.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Settings {
    pub export_invoices: bool,
    pub custom_prefix: String,
    pub customer_name: bool,
    pub receivable_account: Option<String>,
    pub send_ship_via: bool,
    pub send_sales_tax: bool,
    pub export_document_to: Option<String>,
    pub include_part_number_name: bool,
    pub include_part_number_description: bool,
    pub override_item_accounts: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            export_invoices: true,
            custom_prefix: "SH:".to_owned(),
            customer_name: true,
            receivable_account: None,
            send_ship_via: true,
            send_sales_tax: true,
            export_document_to: None,
            include_part_number_name: false,
            include_part_number_description: false,
            override_item_accounts: false,
        }
    }
}

/// What comes of an invoice.
pub enum Outcome {
    Request { xml: Vec<u8>, warnings: Vec<String> },
    Skip(&'static str),
    Reject(Vec<String>),
}

/// From bytes to bytes.
pub fn request(json: &[u8], settings: &Settings) -> Vec<u8> {
    let invoice: Value = serde_json::from_slice(json).unwrap();
    match map(&invoice, settings) {
        Outcome::Request { xml, .. } => xml,
        Outcome::Skip(reason) => panic!("{reason}"),
        Outcome::Reject(reasons) => panic!("{reasons:?}"),
    }
}

/// From an invoice that is read already.
pub fn map(invoice: &Value, settings: &Settings) -> Outcome {
    if !settings.export_invoices {
        return Outcome::Skip("invoices are not exported");
    }
    if !invoice["voidedAt"].is_null() {
        return Outcome::Skip("voided");
    }
    if invoice["finalizedAt"].is_null() {
        return Outcome::Skip("a draft");
    }
    let mut notes = Notes::default();
    check(invoice, &mut notes);
    warn(invoice, &mut notes);
    let mut xml = Xml::new();
    xml.open("InvoiceAdd");
    head(&mut xml, invoice, settings, &mut notes);
    for (line, item) in items(invoice) {
        write_item(&mut xml, invoice, line, item, settings, &mut notes);
    }
    xml.close("InvoiceAdd");
    if notes.errors.is_empty() {
        Outcome::Request { xml: xml.into_bytes(), warnings: notes.warnings }
    } else {
        Outcome::Reject(notes.errors)
    }
}

#[derive(Default)]
struct Notes {
    errors: Vec<String>,
    warnings: Vec<String>,
}

fn members(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn items(invoice: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let lines = members(&invoice["lines"]).iter();
    lines.flat_map(|line| members(&line["items"]).iter().map(move |item| (line, item)))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A number from a JSON number or a string that holds one.
fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Some(whole.into()),
            None => number.to_string().parse().ok(),
        },
        _ => None,
    }
}

fn rounded(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

fn called<'v>(item: &'v Value, line: &'v Value) -> &'v str {
    let own = item["description"].as_str().or(line["name"].as_str());
    own.unwrap_or("without a description")
}

fn check(invoice: &Value, notes: &mut Notes) {
    if items(invoice).next().is_none() {
        notes.errors.push("no line items".to_owned());
    }
    if invoice["customer"].is_null() {
        notes.errors.push("no customer".to_owned());
    }
    if invoice["invoicedAtAsDate"].is_null() {
        notes.errors.push("no date".to_owned());
    }
    let mut total = Decimal::ZERO;
    for (line, item) in items(invoice) {
        let (quantity, rate) = (decimal(&item["quantity"]), decimal(&item["rate"]));
        if quantity.is_none_or(|quantity| quantity <= Decimal::ZERO) {
            notes.errors.push(format!("the quantity of {}", called(item, line)));
        }
        if rate.is_none() {
            notes.errors.push(format!("the rate of {}", called(item, line)));
        }
        if line["partNumber"].is_null() && item["product"].is_null() {
            notes.errors.push(format!("nothing to bill for {}", called(item, line)));
        }
        total += decimal(&item["subtotal"]).unwrap_or_else(|| {
            let amount = quantity.unwrap_or_default() * rate.unwrap_or_default();
            rounded(amount, 2)
        });
    }
    if rounded(total, 2) < Decimal::ZERO {
        notes.errors.push(format!("the total is {total}"));
    }
}

fn warn(invoice: &Value, notes: &mut Notes) {
    for dimension in members(&invoice["dimensions"]) {
        let name = text(&dimension["name"]);
        if name.trim().eq_ignore_ascii_case("class") && (name != "class" || dimension["type"] != "custom") {
            notes.warnings.push(format!("the dimension {name} is no class"));
        }
    }
    for (line, item) in items(invoice) {
        let numbers = ["quantity", "rate", "subtotal"].map(|key| decimal(&item[key]));
        if let [Some(quantity), Some(rate), Some(subtotal)] = numbers
            && rounded(rounded(quantity, 5) * rounded(rate, 5), 2) != rounded(subtotal, 2)
        {
            notes.warnings.push(format!("another amount for {}", called(item, line)));
        }
    }
}

fn head(xml: &mut Xml, invoice: &Value, settings: &Settings, notes: &mut Notes) {
    let customer = text(&invoice["customer"]["name"]);
    let prefix = &settings.custom_prefix;
    xml.reference("CustomerRef", &fitting(customer, 41, notes));
    xml.reference("ClassRef", &fitting(class_in(&invoice["dimensions"]).unwrap_or_default(), 159, notes));
    if let Some(account) = &settings.receivable_account {
        xml.reference("ARAccountRef", &fitting(account, 159, notes));
    }
    xml.leaf("TxnDate", date(&invoice["invoicedAtAsDate"], notes));
    xml.leaf("RefNumber", &fitting(&format!("{prefix}{}", invoice["idInDomain"]), 11, notes));
    write_address(xml, "BillAddress", customer, text(&invoice["billToAddress"]["address"]), settings, notes);
    write_address(xml, "ShipAddress", customer, text(&invoice["shipToAddress"]["address"]), settings, notes);
    xml.leaf("PONumber", &cut(&po_numbers(invoice), 25, notes));
    xml.reference("TermsRef", &fitting(text(&invoice["invoiceTerms"]["terms"]), 31, notes));
    xml.leaf("DueDate", date(&invoice["dueAtAsDate"], notes));
    xml.leaf("ShipDate", date(&invoice["shipDateAsDate"], notes));
    if settings.send_ship_via {
        xml.reference("ShipMethodRef", &fitting(text(&invoice["shipVia"]), 15, notes));
    }
    if settings.send_sales_tax {
        xml.reference("ItemSalesTaxRef", &fitting(text(&invoice["salesTax"]["name"]), 31, notes));
    }
    xml.leaf("Memo", &cut(&markdown::plain(text(&invoice["notes"])), 4095, notes));
    if let Some(to) = &settings.export_document_to {
        xml.leaf("IsToBePrinted", if to == "Print" { "true" } else { "false" });
        xml.leaf("IsToBeEmailed", if to == "Email" { "true" } else { "false" });
    }
}

fn write_item(
    xml: &mut Xml,
    invoice: &Value,
    line: &Value,
    item: &Value,
    settings: &Settings,
    notes: &mut Notes,
) {
    let part = &line["partNumber"];
    let sold = if part.is_null() { &item["product"] } else { part };
    xml.open("InvoiceLineAdd");
    xml.reference("ItemRef", &clean(&shorten::shorten(text(&sold["name"]), 31), notes));
    xml.leaf("Desc", &cut(&description(line, item, settings), 4095, notes));
    for (name, key) in [("Quantity", "quantity"), ("Rate", "rate")] {
        if let Some(exact) = decimal(&item[key]) {
            xml.leaf(name, &number(exact, notes));
        }
    }
    let class = class_in(&item["dimensions"])
        .or_else(|| class_in(&invoice["dimensions"]))
        .or_else(|| class_in(&part["dimensions"]));
    xml.reference("ClassRef", &fitting(class.unwrap_or_default(), 159, notes));
    if settings.send_sales_tax {
        let code = match text(&item["taxCode"]["name"]) {
            code if code.eq_ignore_ascii_case("tax") => "Tax",
            code if code.eq_ignore_ascii_case("non") => "Non",
            code => code,
        };
        xml.reference("SalesTaxCodeRef", &fitting(code, 3, notes));
    }
    if settings.override_item_accounts {
        let account = text(&item["incomeAccount"]["name"]);
        xml.reference("OverrideItemAccountRef", &fitting(account, 159, notes));
    }
    xml.close("InvoiceLineAdd");
}

fn description<'v>(line: &'v Value, item: &'v Value, settings: &Settings) -> Cow<'v, str> {
    let own = item["description"].as_str().or(line["description"].as_str());
    let own = own.unwrap_or_default();
    let part = &line["partNumber"];
    if part.is_null() || !(settings.include_part_number_name || settings.include_part_number_description) {
        return Cow::Borrowed(own);
    }
    let mut lines = Vec::new();
    if settings.include_part_number_name {
        lines.push(text(&part["name"]).to_owned());
    }
    if settings.include_part_number_description {
        lines.push(markdown::plain(text(&part["descriptionMarkdown"])));
    }
    lines.push(own.to_owned());
    lines.retain(|line| !line.is_empty());
    Cow::Owned(lines.join("\n"))
}

fn class_in(dimensions: &Value) -> Option<&str> {
    let custom = members(dimensions).iter().filter(|dimension| dimension["type"] == "custom");
    let class = custom.into_iter().find(|dimension| dimension["name"] == "class")?;
    class["value"].as_str()
}

fn po_numbers(invoice: &Value) -> String {
    let mut all: Vec<&str> = Vec::new();
    for line in members(&invoice["lines"]) {
        let name = text(&line["salesOrder"]["name"]);
        if !name.is_empty() && !all.contains(&name) {
            all.push(name);
        }
    }
    all.join(", ")
}

fn write_address(
    xml: &mut Xml,
    element: &str,
    name: &str,
    place: &str,
    settings: &Settings,
    notes: &mut Notes,
) {
    if place.trim().is_empty() {
        return;
    }
    let address = if !settings.customer_name || place.to_uppercase().starts_with(&name.to_uppercase()) {
        address::parse(place)
    } else {
        address::parse(&format!("{name}\n{place}"))
    };
    xml.open(element);
    for (name, line) in LINES.into_iter().zip(&address.lines) {
        xml.leaf(name, &clean(line, notes));
    }
    let rest = [
        ("City", &address.city),
        ("State", &address.state),
        ("PostalCode", &address.postal_code),
        ("Country", &address.country),
    ];
    for (name, part) in rest {
        xml.leaf(name, &clean(part.as_deref().unwrap_or_default(), notes));
    }
    xml.close(element);
    if !address.overflow.is_empty() {
        notes.warnings.push(format!("no room for {}", address.overflow.join(", ")));
    }
}

fn date<'v>(value: &'v Value, notes: &mut Notes) -> &'v str {
    let text = text(value);
    if !text.is_empty() && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_err() {
        notes.errors.push(format!("{text} is not a date"));
    }
    text
}

/// A price or a quantity: up to five places, ten digits before the point.
fn number(exact: Decimal, notes: &mut Notes) -> String {
    let rounded = rounded(exact, 5).normalize();
    if rounded != exact {
        notes.warnings.push(format!("{exact} is rounded to {rounded}"));
    }
    if rounded.abs() >= Decimal::from(10_000_000_000_u64) {
        notes.errors.push(format!("{exact} is too large"));
    }
    rounded.to_string()
}

/// Text that QuickBooks can keep.
fn clean<'t>(text: &'t str, notes: &mut Notes) -> Cow<'t, str> {
    match charset::clean(text) {
        Ok(cleaned) => {
            if cleaned.is_changed() {
                notes.warnings.push(format!("characters of {text} were replaced"));
            }
            match cleaned.text {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            }
        }
        Err(error) => {
            notes.errors.push(error.to_string());
            Cow::Borrowed("")
        }
    }
}

/// Text that must not be longer.
fn fitting<'t>(text: &'t str, max: usize, notes: &mut Notes) -> Cow<'t, str> {
    let text = clean(text, notes);
    if text.len() > max && text.chars().count() > max {
        notes.errors.push(format!("{text} is longer than {max}"));
    }
    text
}

/// Text that is cut.
fn cut<'t>(text: &'t str, max: usize, notes: &mut Notes) -> Cow<'t, str> {
    let text = clean(text, notes);
    if text.len() <= max || text.chars().count() <= max {
        return text;
    }
    notes.warnings.push(format!("cut to {max} characters"));
    Cow::Owned(shorten::truncate(&text, max).to_owned())
}
