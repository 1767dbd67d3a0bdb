//! What the Web Connector asks, in every form in which it may come.

use ferrule::connector::client::request;
use ferrule::connector::{Call, Operation, read_call};
use ferrule::qbxml::read_responses;
use proptest::prelude::*;

use crate::oracle;

const LIMIT: usize = 1 << 20;

fn read(envelope: &str) -> Call {
    read_call(envelope.as_bytes(), LIMIT).unwrap_or_else(|error| panic!("{error}\n{envelope}"))
}

/// An envelope around `body`, in which `s` is SOAP and `i` Intuit.
pub fn around(body: &str) -> String {
    format!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:i="http://developer.intuit.com/"><s:Body>{body}</s:Body></s:Envelope>"#
    )
}

fn received(ticket: &str, response: &str) -> Call {
    Call::ReceiveResponse {
        ticket: ticket.to_owned(),
        response: response.to_owned(),
        hresult: String::new(),
        message: String::new(),
    }
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn the_recorded_envelope_is_understood() {
    let body = oracle::text("samples/soap_receiveResponseXML_3100.xml");
    let Call::ReceiveResponse { ticket, response, hresult, message } = read(&body) else {
        panic!("another call");
    };
    assert_eq!(ticket, "7fe1d3dccd44d65f2f3d85a077f1705f");
    assert_eq!((hresult.as_str(), message.as_str()), ("", ""));
    let responses = read_responses(response.as_bytes()).unwrap();
    assert_eq!(responses[0].head.status_code, 3100);
    let said = "The name \"Shipping Item - QuickBooks Inte\" of the list element is already in use.";
    assert_eq!(responses[0].head.message, said);
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn the_client_writes_what_was_recorded() {
    let recorded = oracle::text("samples/soap_receiveResponseXML_3100.xml");
    let written = request(&read(&recorded));
    assert_eq!(String::from_utf8(written.body).unwrap(), recorded.trim_end());
    assert_eq!(written.soap_action, "\"http://developer.intuit.com/receiveResponseXML\"");
}

#[test]
fn any_prefix_will_do() {
    let soap = "http://schemas.xmlsoap.org/soap/envelope/";
    let intuit = "http://developer.intuit.com/";
    for envelope in [
        around("<i:getLastError><i:ticket>t</i:ticket></i:getLastError>"),
        around(r#"<getLastError xmlns="http://developer.intuit.com/"><ticket>t</ticket></getLastError>"#),
        around(r#"<getLastError xmlns="http://developer.intuit.com/"><i:ticket>t</i:ticket></getLastError>"#),
        format!(
            r#"<Envelope xmlns="{soap}"><Body><getLastError xmlns="{intuit}"><ticket>t</ticket></getLastError></Body></Envelope>"#
        ),
        format!(
            r#"<a:Envelope xmlns:a="{soap}"><a:Body><a:getLastError xmlns:a='{intuit}'><a:ticket>t</a:ticket></a:getLastError></a:Body></a:Envelope>"#
        ),
        format!(
            r#"<é:Envelope xmlns:é="{soap}"><é:Body><_:getLastError xmlns:_="{intuit}"><_:ticket>t</_:ticket></_:getLastError></é:Body></é:Envelope>"#
        ),
    ] {
        let ticket = "t".to_owned();
        assert_eq!(read(&envelope), Call::GetLastError { ticket }, "{envelope}");
    }
}

#[test]
fn what_stands_around_the_call_does_not_matter() {
    let call = "<i:closeConnection><i:ticket>t</i:ticket></i:closeConnection>";
    let plain = around(call);
    let spaced = plain.replace("><", "> \r\n\t<!-- <ticket>no</ticket> --><?pi no?><");
    let header = r#"<s:Header><w:Security xmlns:w="urn:w" s:mustUnderstand="0">x<a><b/>&amp;</a><![CDATA[<]]></w:Security></s:Header><s:Body>"#;
    for envelope in [
        format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>{plain}"),
        format!("<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n<!-- a -->{plain}\n<!-- b --> "),
        format!("<?xml version=\"1.0\"?>{spaced}"),
        format!("  {plain}"),
        plain.replace("<s:Body>", header),
        plain.replace("<s:Body>", "<s:Header/><s:Body>"),
        // For another one on the way, who is not there.
        plain.replace(
            "<s:Body>",
            r#"<s:Header><h s:actor="urn:other" s:mustUnderstand="1"/></s:Header><s:Body>"#,
        ),
        plain.replace("<s:Body>", r#"<s:Body xmlns:x="urn:x" x:id="1">"#),
        plain.replace("<i:ticket>", "<i:later><i:ticket>no</i:ticket></i:later><x/><i:ticket>"),
    ] {
        let ticket = "t".to_owned();
        assert_eq!(read(&envelope), Call::CloseConnection { ticket }, "{envelope}");
    }
}

#[test]
fn absent_and_empty_arguments_are_empty() {
    for arguments in [
        "",
        "<i:ticket/><i:response/><i:hresult /><i:message></i:message>",
        "<i:message><!-- none --></i:message><i:ticket><![CDATA[]]></i:ticket>",
        r#"<i:response xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"/>"#,
    ] {
        let envelope = around(&format!("<i:receiveResponseXML>{arguments}</i:receiveResponseXML>"));
        assert_eq!(read(&envelope), received("", ""), "{arguments}");
    }
    assert_eq!(read(&around("<i:receiveResponseXML/>")), received("", ""));
    assert_eq!(read(&around("<i:serverVersion />")), Call::ServerVersion);
    let Call::SendRequest { major, minor, .. } = read(&around("<i:sendRequestXML/>")) else {
        panic!("another call");
    };
    assert_eq!((major, minor), (0, 0));
}

#[test]
fn the_text_of_an_argument_is_what_it_stands_for() {
    for (raw, text) in [
        ("&lt;QBXML a=\"1\"/&gt;", "<QBXML a=\"1\"/>"),
        ("&lt;a>&amp;lt;&amp;amp;&lt;/a>", "<a>&lt;&amp;</a>"),
        ("<![CDATA[<a>&amp;</a>]]>", "<a>&amp;</a>"),
        ("a<![CDATA[]]]]><![CDATA[>]]>b", "a]]>b"),
        ("a<!-- x -->b<?y z?>c", "abc"),
        ("  two \t words ", "  two \t words "),
        ("1\r\n2\r3\n4<![CDATA[\r\n5\r6]]>", "1\n2\n3\n4\n5\n6"),
        ("&#13;&#10;&#x9;&#xB;", "\r\n\t\u{B}"),
        ("Zoë &#8364; &#x1F436;", "Zoë € 🐶"),
    ] {
        let arguments = format!("<i:ticket>t</i:ticket><i:response>{raw}</i:response>");
        let envelope = around(&format!("<i:receiveResponseXML>{arguments}</i:receiveResponseXML>"));
        assert_eq!(read(&envelope), received("t", text), "{raw}");
    }
}

#[test]
fn arguments_come_in_any_order_and_numbers_with_white_space() {
    let arguments = "<i:qbXMLMinorVers>0</i:qbXMLMinorVers><i:qbXMLCountry>US</i:qbXMLCountry>\
        <i:qbXMLMajorVers> +13\n</i:qbXMLMajorVers><i:strCompanyFileName>C:\\b.qbw</i:strCompanyFileName>\
        <i:ticket>t</i:ticket><i:strHCPResponse>&lt;QBXML/&gt;</i:strHCPResponse>";
    let call = Call::SendRequest {
        ticket: "t".into(),
        hcp_response: "<QBXML/>".into(),
        company_file_name: r"C:\b.qbw".into(),
        country: "US".into(),
        major: 13,
        minor: 0,
    };
    assert_eq!(read(&around(&format!("<i:sendRequestXML>{arguments}</i:sendRequestXML>"))), call);
}

#[test]
fn a_password_is_not_shown() {
    let call = Call::Authenticate { user_name: "shop".into(), password: "s3cret".into() };
    assert_eq!(format!("{call:?}"), r#"Authenticate { user_name: "shop", password: Password(..) }"#);
}

/// Any text but U+0000, with much of what is special in XML.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        3 => "[ -~]{0,12}",
        1 => "[<>&;'\"\\]\\[!\r\n\t -]{0,12}",
        1 => any::<String>().prop_map(|text| text.replace('\0', "")),
        1 => Just("&lt;![CDATA[ ]]> <!-- --> </ticket>".to_owned()),
    ];
    prop::collection::vec(pieces, 0..4).prop_map(|pieces| pieces.concat())
}

fn any_call() -> impl Strategy<Value = Call> {
    let texts = (any_text(), any_text(), any_text(), any_text());
    (0..Operation::ALL.len(), texts, any::<i32>(), any::<i32>()).prop_map(|(kind, texts, major, minor)| {
        let (ticket, a, b, c) = texts;
        match kind {
            0 => Call::ServerVersion,
            1 => Call::GetServerVersion { ticket },
            2 => Call::ClientVersion { version: a },
            3 => Call::Authenticate { user_name: a, password: b.into() },
            4 => {
                Call::SendRequest { ticket, hcp_response: a, company_file_name: b, country: c, major, minor }
            }
            5 => Call::ReceiveResponse { ticket, response: a, hresult: b, message: c },
            6 => Call::ConnectionError { ticket, hresult: a, message: b },
            7 => Call::GetLastError { ticket },
            8 => Call::CloseConnection { ticket },
            9 => Call::InteractiveUrl { ticket, session_id: a },
            10 => Call::InteractiveRejected { ticket, reason: a },
            _ => Call::InteractiveDone { ticket },
        }
    })
}

proptest! {
    #[test]
    fn what_the_client_writes_the_server_reads(call in any_call()) {
        let written = request(&call);
        let read = read_call(&written.body, LIMIT);
        prop_assert_eq!(read.as_ref(), Ok(&call), "{}", String::from_utf8_lossy(&written.body));
    }

    #[test]
    fn bytes_are_no_call_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read_call(&bytes, LIMIT).is_err());
    }

    /// A call with a piece replaced is another call, or an error within the request.
    #[test]
    fn a_damaged_call_never_panics(
        call in any_call(),
        from in any::<prop::sample::Index>(),
        length in 0_usize..40,
        piece in prop_oneof!["[<>&;/!?\\[\\]=\"' a-z:-]{0,12}", Just("<![CDATA[".to_owned()), Just("<!--".to_owned())],
    ) {
        let mut body = request(&call).body;
        let from = from.index(body.len());
        let to = (from + length).min(body.len());
        body.splice(from..to, piece.bytes());
        if let Err(error) = read_call(&body, LIMIT) {
            prop_assert!(error.at <= body.len());
        }
    }
}
