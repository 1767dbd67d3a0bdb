//! Queries: iterators, filters, what is shown; and what was deleted.

use ferrule::simulator::{CompanyFile, HResult, ManualClock};

use crate::simulator_requests::{Asked, NOON, ask, check, company_file, document};

fn with_customers(number: usize) -> (CompanyFile, ManualClock) {
    let (mut file, clock) = company_file();
    for place in 1..=number {
        clock.advance(60);
        let request =
            format!("<CustomerAddRq><CustomerAdd><Name>Shop {place:02}</Name></CustomerAdd></CustomerAddRq>");
        assert_eq!(ask(&mut file, &request).code(), 0);
    }
    (file, clock)
}

fn page(file: &mut CompanyFile, attributes: &str, max: usize) -> Asked {
    ask(file, &format!("<CustomerQueryRq {attributes}><MaxReturned>{max}</MaxReturned></CustomerQueryRq>"))
}

fn attribute(answer: &Asked, name: &str) -> Option<String> {
    let rest = answer.text.split_once(&format!("{name}=\""))?.1;
    Some(rest.split_once('"')?.0.to_owned())
}

#[test]
fn an_iterator_hands_over_everything_once() {
    let (mut file, _) = with_customers(5);
    let first = page(&mut file, "iterator=\"Start\"", 4);
    assert_eq!(first.values("Name"), ["Acme", "Shop 01", "Shop 02", "Shop 03"]);
    assert_eq!(attribute(&first, "iteratorRemainingCount").unwrap(), "2");
    let id = attribute(&first, "iteratorID").unwrap();
    check(&first.text);
    // What is added meanwhile does not come between.
    ask(&mut file, "<CustomerAddRq><CustomerAdd><Name>Shop 03a</Name></CustomerAdd></CustomerAddRq>");
    let second = page(&mut file, &format!("iterator=\"Continue\" iteratorID=\"{id}\""), 4);
    assert_eq!(second.values("Name"), ["Shop 04", "Shop 05"]);
    assert_eq!(attribute(&second, "iteratorRemainingCount").unwrap(), "0");
    let over = page(&mut file, &format!("iterator=\"Continue\" iteratorID=\"{id}\""), 4);
    assert_eq!(over.code(), 3000, "it is over");
}

#[test]
fn an_iterator_ends_with_its_session() {
    let (mut file, _) = with_customers(5);
    let first = page(&mut file, "iterator=\"Start\"", 2);
    let next = format!("iterator=\"Continue\" iteratorID=\"{}\"", attribute(&first, "iteratorID").unwrap());
    let other_query = format!(
        "<CustomerQueryRq {next}><MaxReturned>2</MaxReturned><ActiveStatus>All</ActiveStatus></CustomerQueryRq>"
    );
    assert_eq!(ask(&mut file, &other_query).code(), 3000, "another query");
    assert_eq!(page(&mut file, &next, 3).responses[0].records.len(), 3, "another size");
    file.end_session();
    file.begin_session().unwrap();
    assert_eq!(page(&mut file, &next, 2).code(), 3000);
    // Another application's session is none of its business.
    let first = page(&mut file, "iterator=\"Start\"", 2);
    let next = format!("iterator=\"Continue\" iteratorID=\"{}\"", attribute(&first, "iteratorID").unwrap());
    file.meanwhile(|file| {
        file.begin_session().unwrap();
        assert_eq!(page(file, &next, 2).code(), 3000);
        file.end_session();
    });
    assert_eq!(page(&mut file, &next, 2).code(), 0);
}

#[test]
fn an_iterator_needs_a_size_and_can_be_stopped() {
    let (mut file, _) = with_customers(3);
    let missing = ask(&mut file, "<CustomerQueryRq iterator=\"Start\"/>");
    assert_eq!((missing.code(), missing.message()), (3150, "There is a missing element: \"MaxReturned\""));
    let first = page(&mut file, "iterator=\"Start\"", 1);
    let id = attribute(&first, "iteratorID").unwrap();
    assert_eq!(page(&mut file, &format!("iterator=\"Stop\" iteratorID=\"{id}\""), 1).code(), 0);
    assert_eq!(page(&mut file, &format!("iterator=\"Continue\" iteratorID=\"{id}\""), 1).code(), 3000);
    // The schema gives accounts none.
    let account =
        document("<AccountQueryRq iterator=\"Start\"><MaxReturned>1</MaxReturned></AccountQueryRq>");
    assert_eq!(file.process(&account), Err(HResult::NOT_PARSED));
}

#[test]
fn a_limit_without_an_iterator_cuts_off() {
    let (mut file, _) = with_customers(3);
    assert_eq!(page(&mut file, "", 2).values("Name"), ["Acme", "Shop 01"]);
    let count = ask(&mut file, "<CustomerQueryRq metaData=\"MetaDataOnly\"/>");
    assert_eq!((attribute(&count, "retCount").unwrap().as_str(), count.responses[0].records.len()), ("4", 0));
}

#[test]
fn what_has_changed_since_can_be_asked_for() {
    let (mut file, clock) = with_customers(3);
    let since = |file: &mut CompanyFile, from: &str| {
        ask(file, &format!("<CustomerQueryRq><FromModifiedDate>{from}</FromModifiedDate></CustomerQueryRq>"))
            .values("Name")
    };
    // It is summer in New York: the wall shows 10:00 at 14:00Z.
    assert_eq!(since(&mut file, "2024-05-15T10:02:00"), ["Shop 02", "Shop 03"]);
    assert_eq!(since(&mut file, "2024-05-15T10:02:00-04:00"), ["Shop 02", "Shop 03"]);
    // The trap: the time as QuickBooks printed it, taken at its word, misses an hour.
    let printed =
        file.records("Customer").nth(2).unwrap().child("TimeModified").unwrap().text().unwrap().to_owned();
    assert_eq!(printed, "2024-05-15T10:02:00-05:00");
    assert_eq!(since(&mut file, &printed), [""; 0]);
    assert_eq!(since(&mut file, "2024-05-15T09:02:00-05:00"), ["Shop 02", "Shop 03"]);
    clock.set(NOON + 7200);
    let id = file.id_of("Customer", "Shop 01").unwrap().to_owned();
    file.edit(&id, "Phone", "1");
    assert_eq!(since(&mut file, "2024-05-15T11:30:00"), ["Shop 01"]);
    let sequence = file.record(&id).unwrap().child("EditSequence").unwrap().text().unwrap().to_owned();
    assert_eq!(sequence, (NOON + 7200).to_string(), "the edit sequence is the true time");
    let wrong = ask(
        &mut file,
        "<CustomerQueryRq><FromModifiedDate>2024-05-16</FromModifiedDate><ToModifiedDate>2024-05-15</ToModifiedDate></CustomerQueryRq>",
    );
    assert_eq!(wrong.code(), 3030);
}

#[test]
fn a_balance_that_moves_moves_the_time_of_an_account_but_not_its_edit_sequence() {
    let (mut file, clock) = company_file();
    let account = |file: &mut CompanyFile| {
        ask(file, "<AccountQueryRq><FullName>Accounts Receivable</FullName></AccountQueryRq>")
    };
    let before = account(&mut file);
    clock.advance(600);
    let sold = "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><InvoiceLineAdd><Amount>5.00</Amount>\
                </InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>";
    assert_eq!(ask(&mut file, sold).code(), 0);
    let after = account(&mut file);
    assert_ne!(before.value("TimeModified"), after.value("TimeModified"));
    assert_eq!(before.value("EditSequence"), after.value("EditSequence"));
}

#[test]
fn only_what_is_asked_for_is_shown() {
    let (mut file, _) = with_customers(1);
    let answer = ask(
        &mut file,
        "<CustomerQueryRq><FullName>Shop 01</FullName><IncludeRetElement>Name</IncludeRetElement><IncludeRetElement>EditSequence\
         </IncludeRetElement></CustomerQueryRq>",
    );
    let names: Vec<_> = answer
        .text
        .lines()
        .filter_map(|line| line.strip_prefix('<')?.split_once('>'))
        .map(|it| it.0)
        .collect();
    assert!(names.contains(&"Name") && names.contains(&"EditSequence"), "{}", answer.text);
    assert!(!names.contains(&"IsActive") && !names.contains(&"TimeCreated"), "{}", answer.text);
    ask(
        &mut file,
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><InvoiceLineAdd><Desc>x</Desc></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
    );
    assert!(!ask(&mut file, "<InvoiceQueryRq/>").text.contains("InvoiceLineRet"), "lines only on request");
}

#[test]
fn ids_names_and_numbers_that_are_not_there_are_told() {
    let (mut file, _) = with_customers(1);
    let some = ask(
        &mut file,
        "<CustomerQueryRq><FullName>acme</FullName><FullName>Nobody</FullName></CustomerQueryRq>",
    );
    assert_eq!((some.code(), some.values("Name")), (500, vec!["Acme".to_owned()]));
    assert!(some.message().contains("(\"Nobody\")"), "{}", some.message());
    assert_eq!(ask(&mut file, "<BillQueryRq/>").code(), 1);
    let number = "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><RefNumber>inv-7</RefNumber><InvoiceLineAdd><Desc>One</Desc></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>";
    // QuickBooks does not mind a number that is there already.
    assert_eq!(ask(&mut file, &number.repeat(2)).codes(), [0, 0]);
    assert_eq!(
        ask(&mut file, "<InvoiceQueryRq><RefNumber>INV-7</RefNumber></InvoiceQueryRq>").responses[0]
            .records
            .len(),
        2
    );
    let exact = "<InvoiceQueryRq><RefNumberCaseSensitive>INV-7</RefNumberCaseSensitive></InvoiceQueryRq>";
    assert_eq!(ask(&mut file, exact).code(), 500);
}

#[test]
fn deletions_are_only_seen_in_the_lists_of_what_was_deleted() {
    let (mut file, clock) = with_customers(2);
    let id = file.id_of("Customer", "Shop 01").unwrap().to_owned();
    let sold = "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><RefNumber>77</RefNumber><InvoiceLineAdd><Desc>One</Desc></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>";
    let invoice = ask(&mut file, sold).value("TxnID");
    clock.set(NOON + 86_400);
    assert!(file.delete(&id) && file.delete(&invoice) && !file.delete(&id));
    assert_eq!(
        ask(&mut file, &format!("<CustomerQueryRq><ListID>{id}</ListID></CustomerQueryRq>")).code(),
        500
    );
    let list = "<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>";
    let deleted = ask(&mut file, list);
    assert_eq!(
        (deleted.values("ListID"), deleted.values("FullName")),
        (vec![id], vec!["Shop 01".to_owned()])
    );
    let transactions = ask(
        &mut file,
        "<TxnDeletedQueryRq><TxnDelType>Invoice</TxnDelType><TxnDelType>Bill</TxnDelType></TxnDeletedQueryRq>",
    );
    assert_eq!(
        (transactions.values("TxnID"), transactions.values("RefNumber")),
        (vec![invoice], vec!["77".to_owned()])
    );
    let between = |from: &str| {
        format!(
            "<ListDeletedQueryRq><ListDelType>Customer</ListDelType><DeletedDateRangeFilter><FromDeletedDate>{from}</FromDeletedDate></DeletedDateRangeFilter></ListDeletedQueryRq>"
        )
    };
    assert_eq!(ask(&mut file, &between("2024-05-16")).code(), 0);
    assert_eq!(ask(&mut file, &between("2024-05-17")).code(), 1);
}
