use std::fs;

use proptest::prelude::*;

use super::super::{FlawKind, Part, Parts, ReadError, Record, read_response_set, read_responses};
use super::{document, record, sample};

/// A document with everything that an answer may hold.
const FULL: &str = "\u{FEFF}<?xml version=\"1.0\" ?>\r\n<!-- saved --><QBXML>\n<QBXMLMsgsRs newMessageSetID='7'>\n\
    <CustomerQueryRs requestID=\"a&amp;b\" statusCode='0' statusSeverity=\"Info\" statusMessage=\"Status OK\"\n \
    iteratorRemainingCount='17'>\r\n\t<CustomerRet>\n<Name>R&amp;D &#8211; caf\u{e9} &#x41;</Name><Notes> two\r\nlines&#13;\
    <![CDATA[<raw>]]><!-- x -->! </Notes>\n<Empty/><BillAddress>\n  <Addr1 >  </Addr1>\n</BillAddress ></CustomerRet>\
    <ErrorRecovery><ListID>1</ListID></ErrorRecovery></CustomerQueryRs>\n\
    <ListDelRs statusCode='500' statusSeverity='Warn'><ListID>80-1</ListID></ListDelRs><X statusCode='-1'/>\
    </QBXMLMsgsRs></QBXML>\n \n";

#[test]
fn responses_are_read_with_their_attributes_and_records() {
    let set = read_response_set(FULL.as_bytes()).unwrap();
    assert_eq!(set.attribute("newMessageSetID"), Some("7"));
    let [customers, deletion, other] = set.responses.as_slice() else { panic!("{set:?}") };
    assert_eq!(customers.name, "CustomerQueryRs");
    assert_eq!(customers.request_id.as_deref(), Some("a&b"));
    assert_eq!((customers.status_code, &*customers.severity, &*customers.message), (0, "Info", "Status OK"));
    assert_eq!(customers.attribute("iteratorRemainingCount"), Some("17"));
    assert_eq!(
        customers.records.iter().map(|record| record.name()).collect::<Vec<_>>(),
        ["CustomerRet", "ErrorRecovery"]
    );
    assert_eq!(
        (deletion.status_code, deletion.is_success(), deletion.request_id.as_deref()),
        (500, true, None)
    );
    assert_eq!(
        deletion.records[0].root().text(),
        Some("80-1"),
        "a leaf directly inside the response is kept"
    );
    assert!(!other.is_success() && other.records.is_empty());
}

#[test]
fn leaf_text_is_kept_and_layout_is_not() {
    let responses = read_responses(FULL.as_bytes()).unwrap();
    let record = &responses[0].records[0];
    assert_eq!(record.get("Name"), Some("R&D – café A"));
    assert_eq!(record.get("Notes"), Some(" two\nlines\r<raw>! "));
    assert_eq!(record.get("Empty"), Some(""));
    assert_eq!(record.get("BillAddress/Addr1"), Some("  "));
    assert_eq!(record.len(), 6);
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn recorded_answers_are_read_completely() {
    for (file, name, count) in [
        ("customers.xml", "CustomerRet", 146),
        ("vendors.xml", "VendorRet", 54),
        ("accounts.xml", "AccountRet", 116),
    ] {
        let source = fs::read(sample(file)).unwrap();
        let responses = read_responses(&source).unwrap();
        let records: Vec<_> = responses.iter().flat_map(|response| &response.records).collect();
        assert_eq!(records.len(), count, "{file}");
        assert!(
            records
                .iter()
                .all(|record| record.name() == name && record.id().is_some() && record.full_name().is_some())
        );
        let leaves = |text: &str| text.matches("</").count() + text.matches("/>").count();
        let elements: usize = records.iter().map(|record| record.len()).sum();
        assert_eq!(
            elements + 3,
            leaves(&String::from_utf8_lossy(&source)),
            "every element of {file} is in a record"
        );
    }
    let refused = read_responses(&fs::read(sample("account_add_error.xml")).unwrap()).unwrap();
    assert_eq!((refused[0].status_code, refused[0].is_success()), (3070, false));
    assert_eq!(refused[0].message, "The string \"a5ad6d73\" in the field \"AccountNumber\" is too long.");
    let host = read_responses(&fs::read(sample("host_company_preferences.xml")).unwrap()).unwrap();
    assert_eq!(host.len(), 3);
    assert!(host[0].records[0].root().children_named("SupportedQBXMLVersion").count() > 5);
}

fn message(text: impl AsRef<[u8]>) -> String {
    read_responses(text.as_ref()).unwrap_err().to_string()
}

fn inside(xml: &str) -> String {
    message(document(&format!("<A statusCode='0'>{xml}</A>")))
}

#[test]
fn what_is_no_answer_is_refused_with_its_place() {
    assert_eq!(message(""), "the document is empty");
    assert_eq!(message(" \n"), "the document is empty");
    assert_eq!(
        message("<QBXML>\n <QBXMLMsgsRs>"),
        "the document is cut off inside `QBXMLMsgsRs`: line 2, column 15 (byte 22)"
    );
    assert_eq!(
        message("<QBXML>\n <QBXMLMs"),
        "the document is cut off inside `QBXML`: line 2, column 10 (byte 17)"
    );
    assert_eq!(message("<html></html>"), "expected `QBXML`, found `html`: line 1, column 1 (byte 0)");
    assert_eq!(
        message("<QBXML>\n  <QBXMLMsgsRq/></QBXML>"),
        "expected `QBXMLMsgsRs`, found `QBXMLMsgsRq`: line 2, column 3 (byte 10)"
    );
    assert_eq!(
        message("<QBXML/>\n<QBXML/>"),
        "there is more after the end of the outermost element: line 2, column 1 (byte 9)"
    );
    assert_eq!(
        message("<QBXML/>x"),
        "there is more after the end of the outermost element: line 1, column 9 (byte 8)"
    );
    assert_eq!(
        message("é<QBXML/>"),
        "the document is not well-formed XML: text before the first element: line 1, column 1 (byte 0)"
    );
    let told = message(b"<QBXML>\n\xE9");
    assert!(
        told.contains("declares no other encoding: line 2, column 1 (byte 8); save it as UTF-8"),
        "{told}"
    );
    assert_eq!(
        Record::from_xml("<A>é\u{1}</A>").unwrap_err().to_string(),
        "the character U+0001 is not allowed in XML: line 1, column 5 (byte 5)"
    );
    assert_eq!(
        message("\n<!DOCTYPE x [<!ENTITY a 'b'>]><QBXML/>"),
        "a document type declaration is not allowed: line 2, column 1 (byte 1)"
    );
    assert_eq!(
        message("<QBXML>text</QBXML>"),
        "there is text beside the elements of `QBXML`: line 1, column 8 (byte 7)"
    );
}

#[test]
fn what_is_wrong_inside_a_record_is_refused() {
    for (xml, expected) in [
        ("<R>&secret;</R>", "the entity `&secret;` is not known"),
        ("<R>text<B/></R>", "there is text beside the elements of `B`"),
        ("<R><B/>text</R>", "there is text beside the elements of `R`"),
        ("<R></S>", "the document is not well-formed XML: "),
        ("<R a='1' a='2'/>", "the document is not well-formed XML: "),
        ("<R <B>x</B></R>", "the document is not well-formed XML: "),
        ("<1R/>", "the document is not well-formed XML: `1R` is not an element name"),
        ("<R>a & b</R>", "the document is not well-formed XML: "),
        ("text", "there is text beside the elements of `the response`"),
    ] {
        let found = inside(xml);
        assert!(found.starts_with(expected), "{xml}: {found}");
    }
    assert!(inside(&"<D>".repeat(62)).starts_with("elements are nested deeper than 64"));
    let many: Vec<_> = (0..9000).map(|n| format!("<N{n}/>")).collect();
    assert!(inside(&many.concat()).starts_with("the document has more than 8128 different element names"));
}

#[test]
fn a_response_without_a_code_that_is_a_number_has_failed() {
    for (attributes, message) in [
        ("", "QuickBooks gave no status code. not good"),
        ("statusCode=''", "QuickBooks gave the status code ``, which is no number. not good"),
        ("statusCode='OK'", "QuickBooks gave the status code `OK`, which is no number. not good"),
        ("statusCode='0.0'", "QuickBooks gave the status code `0.0`, which is no number. not good"),
        (
            "statusCode='99999999999'",
            "QuickBooks gave the status code `99999999999`, which is no number. not good",
        ),
        ("statusCode='-1'", "not good"),
        ("statusCode='-2147220480'", "not good"),
    ] {
        let xml = document(&format!("<A {attributes} statusMessage='not good'/>"));
        let response = read_responses(&xml).unwrap().remove(0);
        assert_eq!((response.is_success(), &*response.message), (false, message), "{attributes}");
    }
}

/// A response with a record before and behind the text.
fn around(text: &str) -> Vec<u8> {
    let record = |id: u8| format!("<CustomerRet><ListID>{id}</ListID><Name>{id}</Name></CustomerRet>");
    let (before, behind) = (record(1), record(9));
    document(&format!(
        "<CustomerQueryRs statusCode='0'>{before}{text}\n{behind}</CustomerQueryRs><X statusCode='0'/>"
    ))
}

#[test]
fn characters_that_xml_forbids_are_read_as_unknown_and_told() {
    for (written, told) in [
        ("&#x19;", "Notes holds U+0019"),
        ("&#25;", "Notes holds U+0019"),
        ("\u{19}", "Notes holds U+0019"),
        ("\0", "Notes holds U+0000"),
        ("&#0;", "Notes holds &#0;"),
        ("\u{FFFE}", "Notes holds U+FFFE"),
        ("&#xFFFF;", "Notes holds U+FFFF"),
        ("&#xD800;", "Notes holds &#xD800;"),
        ("&#57343;", "Notes holds &#57343;"),
        ("&#x110000;", "Notes holds &#x110000;"),
        ("&#999999999999999;", "Notes holds &#99999999999;"),
        ("<![CDATA[\u{1F}]]>", "Notes holds U+001F"),
    ] {
        let record = format!(
            "<CustomerRet><ListID>5</ListID><Name>Apex</Name><Notes>a{written}b</Notes></CustomerRet>"
        );
        let response = read_responses(&around(&record)).unwrap().remove(0);
        assert_eq!(response.records.len(), 3, "{written}");
        assert_eq!(response.records[1].get("Notes"), Some("a\u{FFFD}b"), "{written}");
        let [flaw] = response.flaws.as_slice() else { panic!("{written}: {:?}", response.flaws) };
        assert_eq!((flaw.kind, &*flaw.label()), (FlawKind::Characters, "Customer \"Apex\" (5)"));
        assert!(flaw.reason.starts_with(told), "{}", flaw.reason);
        assert_eq!(flaw.raw, record);
    }
}

#[test]
fn characters_that_xml_forbids_are_read_in_what_is_said_of_a_response() {
    let xml = document("<A statusCode='0' statusMessage='Bob&#x19;s \u{1} &#xD800; &amp;'/>");
    assert_eq!(read_responses(&xml).unwrap()[0].message, "Bob\u{FFFD}s \u{FFFD} \u{FFFD} &");
}

#[test]
fn a_record_that_cannot_be_read_is_set_aside_by_itself() {
    for (inside, told) in [
        ("<Balance>12,5O</Balance>", "its Balance is `12,5O`, which is no amount"),
        ("<Notes>a & b</Notes>", "the document is not well-formed XML"),
        ("<Notes>&secret;</Notes>", "the entity `&secret;` is not known"),
        ("<Notes>a</Phone>", "the document is not well-formed XML"),
        ("<Notes>a", "the document is not well-formed XML"),
        ("text<Notes>a</Notes>", "there is text beside the elements"),
        ("<Notes a='1' a='2'>a</Notes>", "the document is not well-formed XML"),
        ("<No\u{1}tes>a</No\u{1}tes>", "the document is not well-formed XML"),
        (&"<D>".repeat(70), "elements are nested deeper than 64"),
        ("<!DOCTYPE x>", "a document type declaration is not allowed"),
    ] {
        let record = format!("<CustomerRet><ListID>5</ListID><Name>Apex</Name>{inside}</CustomerRet>");
        let responses = read_responses(&around(&record)).unwrap_or_else(|error| panic!("{inside}: {error}"));
        let [response, _] = responses.as_slice() else { panic!("{inside}: {responses:?}") };
        let ids: Vec<_> = response.records.iter().map(|record| record.id().unwrap()).collect();
        assert_eq!(ids, ["1", "9"], "{inside}");
        let [flaw] = response.flaws.as_slice() else { panic!("{inside}: {:?}", response.flaws) };
        assert_eq!((flaw.kind.is_set_aside(), &*flaw.label()), (true, "Customer \"Apex\" (5)"), "{inside}");
        assert!(flaw.reason.starts_with(told), "{inside}: {}", flaw.reason);
        assert_eq!(flaw.raw, record);
    }
}

#[test]
fn a_record_without_its_end_ends_where_the_next_one_begins() {
    let responses = read_responses(&around("<CustomerRet><ListID>5</ListID><Name>Apex")).unwrap();
    assert_eq!(responses[0].records.len(), 2);
    assert_eq!(responses[0].flaws[0].id.as_deref(), Some("5"));
    // The next one may be of another type.
    let items = document(
        "<ItemQueryRs statusCode='0'><ItemSalesTaxGroupRet><ListID>5</ListID><Name>T</Name><ItemGroupRet><ListID>6</ListID><Name>Kit</Name></ItemGroupRet></ItemQueryRs>",
    );
    let responses = read_responses(&items).unwrap();
    let ids: Vec<_> = responses[0].records.iter().filter_map(|record| record.id()).collect();
    assert_eq!((ids.as_slice(), responses[0].flaws[0].id.as_deref()), (&["6"][..], Some("5")));
    let last = document(
        "<CustomerQueryRs statusCode='0'><CustomerRet><ListID>5</CustomerQueryRs><X statusCode='0'/>",
    );
    let responses = read_responses(&last).unwrap();
    assert_eq!((responses.len(), responses[0].flaws.len()), (2, 1));
}

#[test]
fn behind_a_record_that_was_passed_over_the_elements_around_it_must_match() {
    let broken = "<CustomerRet><ListID>5</CustomerRet>";
    let wrong = document(&format!("<CustomerQueryRs statusCode='0'>{broken}</VendorQueryRs>"));
    assert!(message(wrong).contains("an end tag does not match its start tag"));
    let cut = format!("<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode='0'>{broken}</CustomerQueryRs>");
    assert!(message(cut).starts_with("the document is cut off"));
}

#[test]
fn sixty_four_levels_are_read() {
    let xml = format!("{}{}", "<D>".repeat(61), "</D>".repeat(61));
    let responses = read_responses(&document(&format!("<A statusCode='0'>{xml}</A>"))).unwrap();
    assert_eq!(responses[0].records[0].len(), 61);
}

#[test]
fn a_single_element_is_read_alone() {
    assert_eq!(Record::from_xml("<?xml version='1.0'?> <A>x</A>\n").unwrap().root().text(), Some("x"));
    assert_eq!(Record::from_xml(""), Err(ReadError::Empty));
    assert!(matches!(Record::from_xml("<A/><A/>"), Err(ReadError::AfterEnd { .. })));
    assert!(matches!(Record::from_xml("<A>"), Err(ReadError::CutOff { inside, .. }) if inside == "A"));
}

#[test]
fn every_truncation_is_one_error() {
    let end = FULL.trim_end().len();
    for length in 0..FULL.len() {
        assert_eq!(read_responses(&FULL.as_bytes()[..length]).is_ok(), length >= end, "{length}");
    }
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn a_truncation_of_recorded_answers_is_one_error() {
    let customers = fs::read(sample("customers.xml")).unwrap();
    let end = customers.trim_ascii_end().len();
    for length in (0..end).step_by(49_999).chain(end - 15..end) {
        let mut parts = Parts::new(&customers[..length]).unwrap();
        assert!(parts.by_ref().any(|part| part.is_err()), "{length}");
        assert!(parts.next().is_none(), "nothing comes after an error");
    }
}

#[test]
fn parts_come_in_the_order_of_the_document() {
    let parts: Vec<_> = Parts::new(FULL.as_bytes()).unwrap().map(Result::unwrap).collect();
    let shown: String = parts
        .iter()
        .map(|part| match part {
            Part::Set(_) => 'S',
            Part::Open(_) => '(',
            Part::Record(_) => 'r',
            Part::Flaw(_) => 'f',
            Part::Close => ')',
        })
        .collect();
    assert_eq!(shown, "S(rr)(r)()");
}

proptest! {
    #![proptest_config(crate::testing::config())]

    #[test]
    fn a_record_comes_back_from_its_xml(record in record()) {
        let xml = record.to_xml();
        prop_assert!(xml.is_ascii());
        prop_assert_eq!(&Record::from_xml(&xml).unwrap(), &record);
    }

    #[test]
    fn any_bytes_are_a_document_or_an_error(bytes in any::<Vec<u8>>()) {
        prop_assert!(read_responses(&bytes).is_err());
    }

    #[test]
    fn a_damaged_document_never_panics(at in 0..FULL.len(), byte in any::<u8>(), cut in 0..40_usize) {
        let mut bytes = FULL.as_bytes().to_vec();
        bytes[at] = byte;
        bytes.drain(at..(at + cut).min(FULL.len()));
        if let Err(error) = read_responses(&bytes) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

#[test]
fn a_second_byte_order_mark_is_refused() {
    let error = read_responses("\u{FEFF}\u{FEFF}<QBXML/>".as_bytes()).unwrap_err();
    assert!(error.to_string().contains("two byte order marks"), "{error}");
    assert!(read_responses("\u{FEFF}<QBXML/>".as_bytes()).is_ok());
}
