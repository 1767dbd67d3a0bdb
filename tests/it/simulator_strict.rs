//! Where a simulated company file refuses a message set as a whole, and where only a request.

use ferrule::simulator::{
    AddressNotes, Characters, CompanyFile, HResult, ManualClock, Settings, WrongValues,
};

use crate::simulator_requests::{Asked, NOON, ask, company_file, company_file_with, document, document_with};

const GOOD: &str = "<ClassAddRq><ClassAdd><Name>Anodizing</Name></ClassAdd></ClassAddRq>";

/// What the file says to this document, after a request that would be good by itself.
fn hresult(file: &mut CompanyFile, document: &str) -> Option<HResult> {
    let classes = file.count("Class");
    let hresult = file.process(document).err();
    assert_eq!(file.count("Class"), classes + usize::from(hresult.is_none()), "all or nothing: {document}");
    hresult
}

#[test]
fn one_wrong_request_has_the_whole_set_refused() {
    let (mut file, _) = company_file();
    for wrong in [
        // Order, as recorded.
        "<ClassAddRq><ClassAdd><IsActive>true</IsActive><Name>x</Name></ClassAdd></ClassAddRq>",
        // The trap: every other item has ClassRef first.
        "<ItemNonInventoryAddRq><ItemNonInventoryAdd><Name>x</Name><ClassRef><FullName>Plating</FullName></ClassRef>\
         <ParentRef><FullName>y</FullName></ParentRef><SalesOrPurchase/></ItemNonInventoryAdd></ItemNonInventoryAddRq>",
        // An element nobody knows, one missing, one twice, and both of a choice.
        "<ClassAddRq><ClassAdd><Name>x</Name><Colour>red</Colour></ClassAdd></ClassAddRq>",
        "<ClassAddRq><ClassAdd></ClassAdd></ClassAddRq>",
        "<ClassAddRq><ClassAdd><Name>x</Name><Name>y</Name></ClassAdd></ClassAddRq>",
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><InvoiceLineAdd><Rate>1.00</Rate>\
         <RatePercent>2</RatePercent></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
        // Lengths: 31 and 11.
        "<ClassAddRq><ClassAdd><Name>12345678901234567890123456789012</Name></ClassAdd></ClassAddRq>",
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><RefNumber>123456789012</RefNumber>\
         </InvoiceAdd></InvoiceAddRq>",
        // Types.
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><TxnDate>31.12.2024</TxnDate>\
         </InvoiceAdd></InvoiceAddRq>",
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><InvoiceLineAdd><Amount>1.5</Amount>\
         </InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
        "<ClassAddRq><ClassAdd><Name>x</Name><IsActive>yes</IsActive></ClassAdd></ClassAddRq>",
        "<AccountAddRq><AccountAdd><Name>x</Name><AccountType>Money</AccountType></AccountAdd></AccountAddRq>",
        // Not well-formed, no message, an attribute nobody knows.
        "<ClassAddRq><ClassAdd><Name>x</ClassAdd></ClassAddRq>",
        "<ClassAddRq><ClassAdd><Name>R&D</Name></ClassAdd></ClassAddRq>",
        "<ClassAddRq><ClassAdd><Name>caf\u{e9}</Name></ClassAdd></ClassAddRq>",
        "<ClassMakeRq/>",
        "<ClassQueryRq iterator=\"Start\"><MaxReturned>5</MaxReturned></ClassQueryRq>",
    ] {
        let refused = hresult(&mut file, &document(&format!("{GOOD}{wrong}")));
        assert_eq!(refused, Some(HResult::NOT_PARSED), "{wrong}");
    }
    assert_eq!(hresult(&mut file, &document(GOOD)), None);
}

#[test]
fn the_document_around_the_requests_must_be_right() {
    let (mut file, _) = company_file();
    let with = |from: &str, to: &str| document(GOOD).replace(from, to);
    for (document, expected) in [
        (with("<?xml", "\n<?xml"), HResult::NOT_PARSED),
        (with(" onError=\"continueOnError\"", ""), HResult::NOT_PARSED),
        (with("continueOnError", "rollbackOnError"), HResult::NO_ROLLBACK),
        (with("<?qbxml version=\"13.0\"?>", ""), HResult::UNKNOWN_VERSION),
        (with("13.0", "99.0"), HResult::UNKNOWN_VERSION),
        (String::new(), HResult::NOT_PARSED),
    ] {
        assert_eq!(hresult(&mut file, &document), Some(expected), "{document}");
    }
    let settings = Settings { qbxml_version: "8.0".to_owned(), ..Settings::default() };
    let mut old = CompanyFile::new(settings, ManualClock::at(NOON));
    old.begin_session().unwrap();
    assert_eq!(hresult(&mut old, &with("13.0", "8.0")), None);
    assert_eq!(hresult(&mut old, &with("13.0", "10.0")), Some(HResult::UNKNOWN_VERSION));
}

#[test]
fn elements_of_a_later_version_are_refused_in_an_earlier_one() {
    let (mut file, _) = company_file();
    let add =
        "<CustomerAddRq><CustomerAdd><Name>x</Name><JobTitle>Buyer</JobTitle></CustomerAdd></CustomerAddRq>";
    assert_eq!(file.process(&document(add).replace("13.0", "8.0")), Err(HResult::NOT_PARSED));
    assert_eq!(ask(&mut file, add).code(), 0);
}

#[test]
fn characters_are_kept_as_far_as_windows_1252_goes() {
    let name = |file: &mut CompanyFile, name: &str| {
        let request = format!("<ClassAddRq><ClassAdd><Name>{name}</Name></ClassAdd></ClassAddRq>");
        ask(file, &request).value("Name")
    };
    let (mut file, _) = company_file();
    assert_eq!(name(&mut file, "caf&#233; &#8364;"), "caf\u{e9} \u{20ac}");
    assert_eq!(name(&mut file, "&#29983;"), "?");
    let settings = Settings { characters: Characters::Windows1252, ..Settings::default() };
    let (mut file, _) = company_file_with(settings);
    assert_eq!(name(&mut file, "caf\u{e9}"), "caf\u{e9}");
}

#[test]
fn wrong_values_can_be_answered_one_by_one_as_was_recorded() {
    let settings = Settings { wrong_values: WrongValues::Status, ..Settings::default() };
    let (mut file, _) = company_file_with(settings);
    let account = "<AccountAddRq><AccountAdd><Name>x</Name><AccountType>Bank</AccountType><AccountNumber>123456789</AccountNumber></AccountAdd></AccountAddRq>";
    let invoice = "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><InvoiceLineAdd><Rate>1.00000000000002</Rate>\
                   </InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>";
    let answer = ask(&mut file, &format!("{account}{invoice}{GOOD}"));
    assert_eq!(answer.codes(), [3070, 3045, 0]);
    assert_eq!(answer.message(), "The string \"123456789\" in the field \"AccountNumber\" is too long.");
    assert_eq!(
        answer.responses[1].message,
        "There was an error when converting the price \"1.00000000000002\" in the field \"Rate\""
    );
    // What is no value is refused all the same.
    let unknown = document("<ClassAddRq><ClassAdd><Colour>red</Colour></ClassAdd></ClassAddRq>");
    assert_eq!(file.process(&unknown), Err(HResult::NOT_PARSED));
}

#[test]
fn nothing_is_processed_without_a_session() {
    let (mut file, _) = company_file();
    assert_eq!(file.begin_session(), Err(HResult::SESSION_OPEN));
    file.end_session();
    assert_eq!(file.process(&document(GOOD)), Err(HResult::NO_SESSION));
    file.begin_session().unwrap();
    assert!(file.process(&document(GOOD)).is_ok());
}

#[test]
fn on_error_decides_about_the_requests_after_a_failed_one() {
    let other = GOOD.replace("Anodizing", "Black Oxide");
    let requests = format!("{GOOD}{GOOD}{other}");
    let (mut file, _) = company_file();
    let answer = file.process(&document_with("onError=\"stopOnError\"", &requests)).unwrap();
    let codes = Asked::new(answer).codes();
    assert_eq!((codes, file.count("Class")), (vec![0, 3100, 3231], 2));
    let (mut file, _) = company_file();
    assert_eq!((ask(&mut file, &requests).codes(), file.count("Class")), (vec![0, 3100, 0], 3));
}

#[test]
fn responses_carry_the_ids_of_their_requests_and_no_more_than_is_wanted() {
    let (mut file, _) = company_file();
    let requests = GOOD.replace("<ClassAddRq>", "<ClassAddRq requestID=\"a&amp;7\">");
    let set = document_with("onError=\"continueOnError\" responseData=\"includeNone\"", &requests);
    let answer = file.process(&set).unwrap();
    assert!(answer.contains("<ClassAddRs requestID=\"a&amp;7\" statusCode=\"0\""), "{answer}");
    assert!(!answer.contains("ClassRet"));
    let long = GOOD.replace("<ClassAddRq>", &format!("<ClassAddRq requestID=\"{}\">", "1".repeat(51)));
    assert_eq!(ask(&mut file, &long).code(), 1060);
}

#[test]
fn an_address_that_is_printed_as_more_than_five_lines_is_refused() {
    let (three, five) =
        ("<Addr1>a</Addr1><Addr2>b</Addr2><Addr3>c</Addr3>", "<Addr4>d</Addr4><Addr5>e</Addr5>");
    let (town, country) = ("<City>Dayton</City><State>OH</State>", "<Country>USA</Country>");
    let note = "<Note>by the gate</Note>";
    for (notes, address, is_refused) in [
        (AddressNotes::NotPrinted, format!("{three}{town}{country}"), false),
        (AddressNotes::NotPrinted, format!("{three}{five}"), false),
        (AddressNotes::NotPrinted, format!("{three}<Addr4>d</Addr4>{town}"), true),
        (AddressNotes::NotPrinted, format!("{three}<Addr4>d</Addr4>{country}"), true),
        (AddressNotes::NotPrinted, format!("{three}{five}{town}{country}"), true),
        (AddressNotes::NotPrinted, format!("{three}{town}{country}{note}"), false),
        (AddressNotes::Printed, format!("{three}{town}{country}{note}"), true),
        (AddressNotes::Printed, format!("{three}{town}{note}"), false),
    ] {
        let settings = Settings { address_notes: notes, ..Settings::default() };
        let (mut books, _) = company_file_with(settings);
        let add = format!(
            "<CustomerAddRq><CustomerAdd><Name>Ace</Name><BillAddress>{address}</BillAddress></CustomerAdd></CustomerAddRq>"
        );
        let answer = ask(&mut books, &add);
        assert_eq!(answer.code() == 3140, is_refused, "{address}: {}", answer.text);
        assert_eq!(answer.message().contains("too long"), is_refused, "{address}: {}", answer.text);
        if is_refused {
            let added = ask(&mut books, &add.replace(&address, "<Addr1>a</Addr1>"));
            let key = ["ListID", "EditSequence"].map(|key| added.value(key));
            let change = format!(
                "<CustomerModRq><CustomerMod><ListID>{}</ListID><EditSequence>{}</EditSequence><BillAddress>{address}</BillAddress></CustomerMod></CustomerModRq>",
                key[0], key[1]
            );
            assert_eq!(ask(&mut books, &change).code(), 3140, "{address}");
        }
    }
}
