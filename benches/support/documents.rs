//! Documents of a shop that does not exist, always the same ones: what is in them is worked out from
//! their number.

use std::fmt::Write as _;

const DESCRIPTIONS: [&str; 5] = [
    "Zinc plating per ASTM B633 Type II SC2, clear, hydrogen embrittlement relief at 375 F",
    "Nickel & chrome, 0.0005\" minimum",
    "Passivate per AMS 2700 method 1 type 6",
    "Racking, masking of threads <M8, unracking",
    "Anodize class 2, dyed black; café-brown on request",
];
const CLASSES: [&str; 4] = ["Zinc Rack", "Zinc Barrel", "Nickel", "Anodize"];

/// An invoice with so many lines, as JSON: finalized, sound, of one of 2,000 customers.
pub fn invoice(number: u32, lines: u32) -> String {
    let customer = number % 2000;
    let mut json = format!(
        concat!(
            r#"{{"object":"invoice","id":{id},"idInDomain":{number},"createdAt":"2026-07-01T13:20:08.331+00:00","#,
            r#""invoicedAtAsDate":"2026-07-01","dueAtAsDate":"2026-07-31","shipDateAsDate":"2026-06-30","#,
            r#""shipVia":"Our truck","finalizedAt":"2026-07-01T13:25:40.100+00:00","voidedAt":null,"#,
            r#""notes":"Thank you for your **business**","customer":{{"id":{customer},"name":"{name}"}},"#,
            r#""billToAddress":{{"address":"PO Box {customer}\nDayton, OH 45401"}},"#,
            r#""shipToAddress":{{"address":"{customer} Mill Rd\nDayton, OH 45402"}},"#,
            r#""invoiceTerms":{{"id":3142,"terms":"Net 30"}},"salesTax":{{"id":31,"name":"OH - Montgomery"}},"#,
            r#""dimensions":[{{"name":"class","type":"custom","value":"Zinc Rack"}}],"lines":["#,
        ),
        id = 1_000_000 + number,
        number = number,
        customer = customer,
        name = customer_name(customer),
    );
    for line in 0..lines {
        if line > 0 {
            json.push(',');
        }
        push_line(&mut json, number, line);
    }
    json.push_str(r#"],"customInputs":{"Billing":{"Reference":"REL-77"}}}"#);
    json
}

fn push_line(json: &mut String, number: u32, line: u32) {
    let part = (number * 7 + line) % 20_000;
    let quantity = 50 + (number + line * 13) % 900;
    let cents = 25 + (number * 3 + line * 11) % 400;
    let subtotal = quantity * cents;
    let description = DESCRIPTIONS[(number + line) as usize % DESCRIPTIONS.len()].replace('"', "\\\"");
    let dimensions = if line.is_multiple_of(2) {
        String::new()
    } else {
        let class = CLASSES[line as usize % CLASSES.len()];
        format!(r#"{{"name":"class","type":"custom","value":"{class}"}}"#)
    };
    _ = write!(
        json,
        concat!(
            r#"{{"id":{id},"lineNumber":{place},"name":"{name}","description":null,"#,
            r#""partNumber":{{"id":{part},"name":"{name}","descriptionMarkdown":"Bracket, **zinc plate**"}},"#,
            r#""salesOrder":{{"idInDomain":{order},"name":"45{order:08}"}},"#,
            r#""items":[{{"id":{item},"description":"{description}","quantity":{quantity},"#,
            r#""rate":{dollars}.{cents:02},"rateUnits":"EA","subtotal":"{total}.{rest:02}","#,
            r#""product":{{"id":14501,"name":"Zinc Plating"}},"#,
            r#""incomeAccount":{{"accountNumber":"4010","name":"Plating Income"}},"taxCode":{{"name":"TAX"}},"#,
            r#""dimensions":[{dimensions}]}}]}}"#,
        ),
        id = number * 100 + line,
        part = part,
        quantity = quantity,
        description = description,
        dimensions = dimensions,
        place = line + 1,
        name = part_name(part),
        order = number % 5000,
        item = number * 200 + line,
        dollars = cents / 100,
        cents = cents % 100,
        total = subtotal / 100,
        rest = subtotal % 100,
    );
}

/// A customer in full, as JSON.
pub fn customer(number: u32) -> String {
    format!(
        concat!(
            r#"{{"object":"customer","id":{number},"idInDomain":{number},"name":"{name}","shortName":"C{number}","#,
            r#""phone":"937-555-{phone:04}","email":"ap@{number}.test","archivedAt":null,"salesTaxable":true,"#,
            r#""salesTax":{{"id":31,"name":"OH - Montgomery"}},"invoiceTerms":{{"id":3142,"terms":"Net 30"}},"#,
            r#""billToAddress":{{"address":"PO Box {number}\nDayton, OH 45401"}},"#,
            r#""shipToAddress":{{"address":"{number} Mill Rd\nDayton, OH 45402"}},"#,
            r#""contacts":[{{"name":"Lee Park","email":"ap@{number}.test","phone":"937-555-0133","isInvoiceContact":true}}],"#,
            r#""customInputs":{{}}}}"#,
        ),
        number = number,
        name = customer_name(number),
        phone = number % 10_000,
    )
}

/// What a customer is called.
pub fn customer_name(number: u32) -> String {
    format!("Hale Fasteners & Sons {number}")
}

/// What a part number is called.
pub fn part_name(number: u32) -> String {
    format!("SEC{number:05}-H02")
}
