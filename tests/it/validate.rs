//! `ferrule validate`: qbXML of other people, right and wrong.

use std::collections::BTreeSet;

use ferrule::document::Code;
use ferrule::rules::Severity;
use ferrule::rules::source::Sources;
use ferrule::validate::judge;
use regex::Regex;

/// What is said of a document: the line, the code, the words and the help of each finding.
fn said(document: &[u8]) -> Vec<(u32, &'static str, String, String)> {
    let mut sources = Sources::default();
    let judged = judge("a.xml", document, &mut sources);
    let told = judged.diagnostics.into_iter().map(|it| {
        let line = sources.position(it.span).line;
        (line, it.code.as_str(), it.message, it.help.unwrap_or_default())
    });
    told.collect()
}

fn samples(folder: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(crate::oracle::path(folder)).unwrap();
    let mut paths: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| std::fs::read(path).unwrap();
    paths.iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), read(path))).collect()
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn samples_of_requests_are_accepted() {
    let samples = samples("samples/requests");
    assert!(samples.len() >= 48, "{}", samples.len());
    for (name, document) in samples {
        assert_eq!(said(&document), [], "{name}");
    }
}

/// Every element of every sample, misspelt in turn: one fault, in its line, with the right name in the help.
#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn samples_with_one_element_misspelt_are_refused_at_its_line() {
    let tag = Regex::new(r"<([A-Z]\w*)").unwrap();
    let comment = Regex::new(r"(?s)<!--.*?-->").unwrap();
    let mut seen = BTreeSet::new();
    for (name, document) in samples("samples/requests") {
        let text = String::from_utf8(document).unwrap();
        // A comment may hold elements that do not count.
        let text = comment
            .replace_all(&text, |it: &regex::Captures<'_>| "\n".repeat(it[0].matches('\n').count()))
            .into_owned();
        for found in tag.captures_iter(&text).map(|found| found.get(1).unwrap()) {
            let element = found.as_str();
            let misspelt = format!("{}x{}", &element[..2], &element[2..]);
            let behind = &text[found.end()..];
            let ends = format!("</{element}>");
            let is_empty = behind.split('>').next().unwrap().ends_with('/');
            let behind = if is_empty {
                behind.to_owned()
            } else {
                behind.replacen(&ends, &format!("</{misspelt}>"), 1)
            };
            let wrong = format!("{}{misspelt}{behind}", &text[..found.start()]);
            let line = u32::try_from(text[..found.start()].matches('\n').count() + 1).unwrap();
            let told = said(wrong.as_bytes());
            assert!(told.iter().any(|it| it.0 == line && it.1 == "R301"), "{name}: {element}: {told:?}");
            assert!(told.iter().any(|it| it.3 == format!("did you mean `{element}`?")), "{name}: {told:?}");
            assert_eq!(told.len(), 1, "{name}: {element}: {told:?}");
            seen.insert(element.to_owned());
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

/// What a real QuickBooks answered. Its preferences have elements that are newer than all that the vocabulary says.
#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn samples_of_responses_are_accepted() {
    for (name, document) in samples("samples") {
        let told = said(&document);
        if name.starts_with("soap_") {
            assert_eq!(told[0].1, "R301", "{name}: {told:?}");
        } else {
            assert_eq!(told, [], "{name}");
        }
    }
}

fn requests(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<?qbxml version=\"13.0\"?>\n<QBXML><QBXMLMsgsRq onError=\"stopOnError\">\n{inside}\n</QBXMLMsgsRq></QBXML>\n"
    )
}

fn lines_and_codes(document: &str) -> Vec<(u32, &'static str)> {
    said(document.as_bytes()).into_iter().map(|it| (it.0, it.1)).collect()
}

#[test]
fn several_faults_are_told_in_the_order_of_their_lines() {
    let document = requests(
        "<CustomerAddRq><CustomerAdd>\n<IsActive>yes</IsActive>\n<Name>A</Name>\n<Phon>1</Phon>\n</CustomerAdd></CustomerAddRq>\n\
         <InvoiceAddRq requestId=\"1\"><InvoiceAdd>\n<TxnDate>31.1.2026</TxnDate>\n</InvoiceAdd></InvoiceAddRq>",
    );
    assert_eq!(
        lines_and_codes(&document),
        [(5, "R310"), (6, "R372"), (7, "R301"), (9, "R374"), (9, "R320"), (10, "R310")]
    );
}

#[test]
fn each_code_of_such_files_is_told() {
    let set = |attributes: &str, body: &str| {
        format!(
            "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq{attributes}>{body}</QBXMLMsgsRq></QBXML>"
        )
    };
    let add = |message: &str, fields: &str| {
        set(
            " onError=\"stopOnError\"",
            &format!("<{message}AddRq><{message}Add>{fields}</{message}Add></{message}AddRq>"),
        )
    };
    let query = set(" onError=\"stopOnError\"", "<HostQueryRq/>");
    assert_eq!(lines_and_codes(&query), []);
    for (document, code) in [
        (query.trim_end_matches("</QBXML>").to_owned(), Code::NotQbxml),
        (query.replace("<?qbxml version=\"13.0\"?>", ""), Code::NoQbxmlVersion),
        (add("Customer", "<IsActive>1</IsActive><Name>Apex</Name>"), Code::OutOfOrder),
        (add("Customer", "<Name>Apex</Name><Name>Apex</Name>"), Code::TooMany),
        (set("", "<HostQueryRq/>"), Code::WrongAttribute),
        (add("Customer", &format!("<Name>{}</Name>", "Apex".repeat(11))), Code::ValueTooLong),
        (add("Invoice", "<CustomerRef><FullName>Apex</FullName></CustomerRef>"), Code::AskedBeyond),
    ] {
        assert_eq!(lines_and_codes(&document), [(1, code.as_str())], "{document}");
    }
}

#[test]
fn a_constraint_is_told_of_a_valid_request_only() {
    let payment = |more: &str| {
        requests(&format!(
            "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>A</FullName></CustomerRef>\n<TxnDate>1800-01-01</TxnDate>\n<IsAutoApply>true</IsAutoApply>{more}\n</ReceivePaymentAdd></ReceivePaymentAddRq>"
        ))
    };
    assert_eq!(lines_and_codes(&payment("")), [(5, "R376")]);
    assert_eq!(lines_and_codes(&payment("<Nonsense/>")), [(6, "R301")]);
}

#[test]
fn the_version_is_asked_of_requests_and_kept_to() {
    let document = |version: &str| requests("<HostQueryRq/>").replace("13.0", version);
    assert_eq!(said(document("13.0").as_bytes()), []);
    assert_eq!(lines_and_codes(&document("9")), [(2, "R371")]);
    assert_eq!(lines_and_codes(&document("16.0")), [(2, "R371")]);
    let unnamed = document("13.0").replace("<?qbxml version=\"13.0\"?>", "");
    assert_eq!(lines_and_codes(&unnamed), [(3, "R371")]);
    assert_eq!(
        lines_and_codes(
            "<QBXML><QBXMLMsgsRs><HostQueryRs statusCode=\"1\" statusSeverity=\"Info\"/></QBXMLMsgsRs></QBXML>"
        ),
        []
    );
    let guid =
        "<ClassAddRq><ClassAdd><Name>A</Name></ClassAdd></ClassAddRq>\n<ItemInventoryAssemblyQueryRq/>";
    assert!(said(requests(guid).as_bytes()).is_empty());
}

#[test]
fn a_file_that_is_no_qbxml_gets_an_answer_in_words() {
    let deep = format!("<QBXML>{}", "<A>".repeat(100_000));
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]><QBXML>&c;</QBXML>";
    let cut = requests("<HostQueryRq/>");
    let cut = &cut[..cut.len() - 20];
    for (document, line, words) in [
        (&b""[..], 1, "empty"),
        (b"\0\0\0", 1, "not allowed"),
        (b"{\"a\": 1}", 1, "before the first element"),
        (b"<QBXML>\n\xFF</QBXML>", 2, "not UTF-8"),
        (bomb.as_bytes(), 1, "document type"),
        (b"<QBXML>\n&c;</QBXML>", 2, "entity"),
        (deep.as_bytes(), 1, "nested deeper"),
        (cut.as_bytes(), 5, "cut off"),
        (b"<?xml version=\"1.0\" encoding=\"klingon\"?><QBXML>\xFF</QBXML>", 1, "klingon"),
        (b"<QBXML><A></B></QBXML>", 1, "A"),
    ] {
        let told = said(document);
        assert!(told.len() == 1 && told[0].0 == line && told[0].2.contains(words), "{words}: {told:?}");
        assert!(!told[0].2.contains("byte "), "the place is told beside it: {told:?}");
    }
    assert_eq!(lines_and_codes("<html/>"), [(1, "R301")]);
}

#[test]
fn a_name_that_goes_on_and_on_is_cut() {
    let told = said(format!("<QBXML><{}/></QBXML>", "a".repeat(1_000_000)).as_bytes());
    assert!(told.iter().all(|it| it.2.len() < 400 && it.3.len() < 400), "{told:?}");
}

/// Nobody reads thousands of findings; and whatever a program writes, the answer comes.
#[test]
fn very_many_faults_are_cut_and_told_to_be() {
    let stray = requests(&"<InvoiceAdd/>".repeat(200_000));
    let twice = requests(&format!(
        "<ClassAddRq><ClassAdd><Name>A</Name>{}</ClassAdd></ClassAddRq>",
        "<Name>A</Name>".repeat(200_000)
    ));
    for document in [stray, twice] {
        let mut sources = Sources::default();
        let judged = judge("a.xml", document.as_bytes(), &mut sources);
        assert!(judged.has_more && judged.diagnostics.len() == 200);
        assert!(judged.diagnostics.iter().all(|it| it.severity == Severity::Error));
    }
}
