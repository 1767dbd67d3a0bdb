//! The books of that shop: 50,000 records as QuickBooks answers queries with them. Most of what the
//! documents need is there, some of it is not.

use super::documents::{customer_name, part_name};

/// How many records there are in all files together.
pub const COUNT: usize = 50_000;
const CUSTOMERS: u32 = 1_900;
const ITEMS: u32 = 19_500;
/// Invoices that were sent before.
const SENT: u32 = 4_000;
/// The time of every record.
const TIMES: &str = "<TimeCreated>2026-01-05T09:12:31-05:00</TimeCreated>\
    <TimeModified>2026-01-05T09:12:31-05:00</TimeModified><EditSequence>1767225650</EditSequence>";

/// The files: name and qbXML.
pub fn files() -> Vec<(&'static str, String)> {
    let lists = short_lists();
    let customers: Vec<String> = (0..CUSTOMERS).map(customer).collect();
    let items: Vec<String> = (0..ITEMS).map(item).collect();
    let others =
        lists.iter().map(|(_, records)| records.len()).sum::<usize>() + customers.len() + items.len();
    let invoices: Vec<String> = (1_u32..).map(invoice).take(COUNT - others).collect();
    let lists: String = lists.iter().map(|(query, records)| response(query, records)).collect();
    vec![
        ("lists.xml", document(&lists)),
        ("customers.xml", document(&response("CustomerQueryRs", &customers))),
        ("items.xml", document(&response("ItemQueryRs", &items))),
        ("invoices.xml", document(&response("InvoiceQueryRs", &invoices))),
    ]
}

/// The lists alone, with so many items: qbXML.
pub fn lists(items: u32) -> Vec<String> {
    let mut lists = short_lists();
    lists.push(("CustomerQueryRs", (0..CUSTOMERS).map(customer).collect()));
    lists.push(("ItemQueryRs", (0..items).map(item).collect()));
    lists.iter().map(|(query, records)| document(&response(query, records))).collect()
}

fn short_lists() -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("AccountQueryRs", vec![account(1, "Accounts Receivable"), account(2, "Plating Income")]),
        ("ClassQueryRs", listed("ClassRet", &["Zinc Rack", "Zinc Barrel", "Nickel", "Anodize"])),
        ("TermsQueryRs", listed("StandardTermsRet", &["Net 30"])),
        ("SalesTaxCodeQueryRs", listed("SalesTaxCodeRet", &["Tax", "Non"])),
        ("ItemSalesTaxQueryRs", listed("ItemSalesTaxRet", &["OH - Montgomery"])),
        ("ShipMethodQueryRs", listed("ShipMethodRet", &["Our truck"])),
        ("VendorQueryRs", listed("VendorRet", &["Midwest Chemical"])),
    ]
}

fn document(responses: &str) -> String {
    format!("<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n{responses}</QBXMLMsgsRs>\n</QBXML>\n")
}

fn response(query: &str, records: &[String]) -> String {
    let status = r#"requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK""#;
    format!("<{query} {status}>\n{}\n</{query}>\n", records.join("\n"))
}

fn listed(kind: &str, names: &[&str]) -> Vec<String> {
    let of = |name: &&str| {
        format!(
            "<{kind}><ListID>L-{name}</ListID>{TIMES}<Name>{name}</Name><IsActive>true</IsActive></{kind}>"
        )
    };
    names.iter().map(of).collect()
}

fn account(number: u32, name: &str) -> String {
    format!(
        "<AccountRet><ListID>A{number}-1767225606</ListID>{TIMES}<Name>{name}</Name><FullName>{name}</FullName>\
        <IsActive>true</IsActive><Sublevel>0</Sublevel></AccountRet>"
    )
}

/// Every tenth has moved, so that its address changes.
fn customer(number: u32) -> String {
    let name = customer_name(number).replace('&', "&amp;");
    let bill_box = if number.is_multiple_of(10) { number + 1 } else { number };
    format!(
        "<CustomerRet><ListID>C{number}-1767225650</ListID>{TIMES}<Name>{name}</Name><FullName>{name}</FullName>\
        <IsActive>true</IsActive><Sublevel>0</Sublevel><CompanyName>{name}</CompanyName>\
        <BillAddress><Addr1>{name}</Addr1><Addr2>PO Box {bill_box}</Addr2><City>Dayton</City><State>OH</State>\
        <PostalCode>45401</PostalCode></BillAddress>\
        <ShipAddress><Addr1>{name}</Addr1><Addr2>{number} Mill Rd</Addr2><City>Dayton</City><State>OH</State>\
        <PostalCode>45402</PostalCode></ShipAddress><Phone>937-555-{number:04}</Phone>\
        <Email>ap@{number}.test</Email><Contact>Lee Park</Contact>\
        <TermsRef><ListID>L-Net 30</ListID><FullName>Net 30</FullName></TermsRef><Balance>1006.00</Balance>\
        <TotalBalance>1006.00</TotalBalance>\
        <SalesTaxCodeRef><ListID>L-Tax</ListID><FullName>Tax</FullName></SalesTaxCodeRef>\
        <ItemSalesTaxRef><ListID>L-OH - Montgomery</ListID><FullName>OH - Montgomery</FullName></ItemSalesTaxRef>\
        </CustomerRet>"
    )
}

fn item(number: u32) -> String {
    let name = part_name(number);
    format!(
        "<ItemServiceRet><ListID>I{number}-1767225670</ListID>{TIMES}<Name>{name}</Name><FullName>{name}</FullName>\
        <IsActive>true</IsActive><Sublevel>0</Sublevel>\
        <SalesTaxCodeRef><ListID>L-Tax</ListID><FullName>Tax</FullName></SalesTaxCodeRef>\
        <SalesOrPurchase><Desc>Bracket, zinc plate</Desc><Price>0.84</Price>\
        <AccountRef><ListID>A2-1767225606</ListID><FullName>Plating Income</FullName></AccountRef>\
        </SalesOrPurchase></ItemServiceRet>"
    )
}

/// The first ones are documents that were sent; the others are of years before.
fn invoice(number: u32) -> String {
    let (prefix, customer) =
        if number <= SENT { ("SH:", number % 2000) } else { ("OLD", number % CUSTOMERS) };
    let name = customer_name(customer).replace('&', "&amp;");
    format!(
        "<InvoiceRet><TxnID>T{number}-1767225800</TxnID>{TIMES}<TxnNumber>{number}</TxnNumber>\
        <CustomerRef><ListID>C{customer}-1767225650</ListID><FullName>{name}</FullName></CustomerRef>\
        <ARAccountRef><ListID>A1-1767225606</ListID><FullName>Accounts Receivable</FullName></ARAccountRef>\
        <TxnDate>2026-03-03</TxnDate><RefNumber>{prefix}{number}</RefNumber>\
        <BillAddress><Addr1>{name}</Addr1><Addr2>PO Box {customer}</Addr2><City>Dayton</City><State>OH</State>\
        <PostalCode>45401</PostalCode></BillAddress><IsPending>false</IsPending>\
        <IsFinanceCharge>false</IsFinanceCharge><PONumber>PO 55810</PONumber>\
        <TermsRef><ListID>L-Net 30</ListID><FullName>Net 30</FullName></TermsRef><DueDate>2026-04-02</DueDate>\
        <Subtotal>546.00</Subtotal><SalesTaxTotal>40.95</SalesTaxTotal><AppliedAmount>0.00</AppliedAmount>\
        <BalanceRemaining>586.95</BalanceRemaining></InvoiceRet>"
    )
}
