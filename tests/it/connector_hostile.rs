//! Requests that are none: each is refused, with a reason and a place, and none takes long.

use std::fmt::Write as _;

use ferrule::connector::client::{HttpReply, Reply, ReplyError};
use ferrule::connector::{
    CONTENT_TYPE, Call, EnvelopeError, Fault, FaultCode, Operation, Problem, read_call,
};

use crate::connector_calls::around;

const LIMIT: usize = 64 << 20;

fn refused(body: impl AsRef<[u8]>) -> EnvelopeError {
    let body = body.as_ref();
    let error = read_call(body, LIMIT).expect_err(&String::from_utf8_lossy(body.get(..300).unwrap_or(body)));
    assert!(error.at <= body.len(), "{error}");
    error
}

/// Each request that is none, and what is said of it.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn requests_that_are_none_are_refused_with_a_reason_and_a_place() {
    let call = around("<i:getLastError><i:ticket>t</i:ticket></i:getLastError>");
    let within = |from: &str, to: &str| {
        assert!(call.contains(from), "{from}");
        call.replacen(from, to, 1)
    };
    let table = [
        ("nothing", String::new()),
        ("white space", " \n ".into()),
        ("a byte order mark", "\u{FEFF}".into()),
        ("text", "ticket=t".into()),
        ("JSON", r#"{"ticket":"t"}"#.into()),
        ("a page", "<!DOCTYPE html><html></html>".into()),
        ("qbXML", "<?xml version=\"1.0\"?><QBXML/>".into()),
        ("cut off in a tag", call[..call.len() - 3].into()),
        ("cut off in an argument", call[..call.find("t</i").unwrap()].into()),
        ("cut off between", call[..call.find("<i:ticket").unwrap()].into()),
        ("cut off in a comment", within("t</i", "t<!-- </i")),
        ("an end tag of another", within("</i:ticket>", "</i:token>")),
        ("an end tag too many", format!("{call}</x>")),
        ("a second envelope", format!("{call}{call}")),
        ("text after the envelope", format!("{call}x")),
        ("text before the envelope", format!("x{call}")),
        ("a late declaration", within("<s:Body>", "<?xml version=\"1.0\"?><s:Body>")),
        ("another encoding", format!("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>{call}")),
        ("no namespace of SOAP", within("http://schemas.xmlsoap.org/soap/envelope/", "urn:x")),
        (
            "SOAP 1.2",
            within("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
        ),
        ("an undeclared prefix", within("<i:ticket>t</i:ticket>", "<j:ticket>t</j:ticket>")),
        ("no slash at the end", within("developer.intuit.com/", "developer.intuit.com")),
        ("an argument without namespace", within("<i:ticket>t</i:ticket>", "<ticket>t</ticket>")),
        ("an unknown operation", call.replace("getLastError", "dropTables")),
        ("an operation of SOAP", call.replace("i:getLastError", "s:getLastError")),
        ("an argument as operation", around("<i:ticket>t</i:ticket>")),
        ("another case", call.replace("getLastError", "GetLastError")),
        ("two operations", within("</s:Body>", "<i:serverVersion/></s:Body>")),
        ("two bodies", within("</s:Body>", "</s:Body><s:Body/>")),
        ("no body", around("").replace("<s:Body></s:Body>", "<s:Header/>")),
        ("an empty body", around("")),
        ("a body of white space", around(" \n ")),
        ("a body of text", around("getLastError")),
        (
            "a header that must be understood",
            around("").replace("<s:Body>", r#"<s:Header><w:Security xmlns:w="urn:w" s:mustUnderstand="1"/></s:Header><s:Body>"#),
        ),
        (
            "a header that whoever is next must understand",
            around("").replace(
                "<s:Body>",
                r#"<s:Header><a s:actor="http://schemas.xmlsoap.org/soap/actor/next" s:mustUnderstand="1">1</a></s:Header><s:Body>"#,
            ),
        ),
        ("a header after the body", within("</s:Body>", "</s:Body><s:Header/>")),
        ("something beside the body", within("<s:Body>", "<s:Extra/><s:Body>")),
        ("text beside arguments", within("<i:ticket>", "x<i:ticket>")),
        ("CDATA beside arguments", within("<i:ticket>", "<![CDATA[ ]]><i:ticket>")),
        ("a reference beside arguments", within("<i:ticket>", "&#32;<i:ticket>")),
        ("an argument twice", within("<i:ticket>", "<i:ticket>u</i:ticket><i:ticket>")),
        (
            "elements in an argument",
            around("<i:receiveResponseXML><i:response><QBXML/></i:response></i:receiveResponseXML>"),
        ),
        ("an element in an argument", within("t</i", "t<b>x</b></i")),
        (
            "no number",
            around("<i:sendRequestXML><i:qbXMLMajorVers>13.0</i:qbXMLMajorVers></i:sendRequestXML>"),
        ),
        (
            "too great a number",
            around("<i:sendRequestXML><i:qbXMLMinorVers>2147483648</i:qbXMLMinorVers></i:sendRequestXML>"),
        ),
        ("an entity of its own", within("t</i", "&t;</i")),
        ("a bare ampersand", within("t</i", "a & b</i")),
        ("a surrogate", within("t</i", "&#xD800;</i")),
        ("a null", within("t</i", "&#0;</i")),
        ("a control character", within("t</i", "\u{1}</i")),
        ("U+FFFF", within("t</i", "\u{FFFF}</i")),
        ("an attribute twice", within("<i:ticket>", "<i:ticket a='1' a='2'>")),
        ("an attribute without quotes", within("<i:ticket>", "<i:ticket a=1>")),
        ("a tag inside a tag", within("<i:ticket>", "<i:ticket a='<b>'>")),
        ("a number as a name", within("<i:ticket>", "<1/><i:ticket>")),
        ("two prefixes", within("<i:ticket>", "<i:i:ticket/><i:ticket>")),
        ("the prefix xmlns", within("<i:ticket>", "<i:ticket xmlns:xmlns='urn:x'>")),
    ];
    let mut said = String::new();
    for (name, envelope) in table {
        let error = refused(&envelope);
        writeln!(said, "{name}: {error}").unwrap();
        assert!(answer_to(&error).contains(&error.problem.to_string()));
    }
    insta::assert_snapshot!(said, @r#"
    nothing: the request is empty: byte 0
    white space: the request is empty: byte 3
    a byte order mark: the request is empty: byte 3
    text: there is text beside the elements: byte 0
    JSON: there is text beside the elements: byte 0
    a page: a document type declaration is not allowed: byte 0
    qbXML: expected a SOAP envelope, found `QBXML`: byte 21
    cut off in a tag: the request is cut off: byte 185
    cut off in an argument: the request is cut off: byte 137
    cut off between: the request is cut off: byte 127
    cut off in a comment: the request is cut off: byte 193
    an end tag of another: the request is not well-formed XML: an end tag does not match its start tag: byte 138
    an end tag too many: the request is not well-formed XML: an end tag does not match its start tag: byte 188
    a second envelope: there is more after the end of the envelope: byte 188
    text after the envelope: there is text beside the elements: byte 188
    text before the envelope: there is text beside the elements: byte 0
    a late declaration: the request is not well-formed XML: an XML declaration belongs at the beginning: byte 103
    another encoding: the encoding `iso-8859-1` is not supported, only utf-8: byte 0
    no namespace of SOAP: expected a SOAP envelope, found `Envelope`: byte 0
    SOAP 1.2: the service speaks SOAP 1.1 only, and the envelope has another version: byte 0
    an undeclared prefix: the prefix of `j:ticket` is not declared: byte 127
    no slash at the end: `getLastError` is not in the namespace `http://developer.intuit.com/`: byte 110
    an argument without namespace: `ticket` is not in the namespace `http://developer.intuit.com/`: byte 127
    an unknown operation: there is no operation `dropTables`: byte 111
    an operation of SOAP: `getLastError` is not in the namespace `http://developer.intuit.com/`: byte 111
    an argument as operation: there is no operation `ticket`: byte 111
    another case: there is no operation `GetLastError`: byte 111
    two operations: the Body calls more than one operation: byte 166
    two bodies: the envelope has more than one Body: byte 175
    no body: the envelope has no Body: byte 114
    an empty body: the Body calls no operation: byte 111
    a body of white space: the Body calls no operation: byte 114
    a body of text: there is text beside the elements: byte 111
    a header that must be understood: the header `Security` must be understood, and the service knows no header: byte 113
    a header that whoever is next must understand: the header `a` must be understood, and the service knows no header: byte 113
    a header after the body: expected a Header or one Body, found `Header`: byte 175
    something beside the body: expected a Header or one Body, found `Extra`: byte 103
    text beside arguments: there is text beside the elements: byte 127
    CDATA beside arguments: there is text beside the elements: byte 127
    a reference beside arguments: there is text beside the elements: byte 127
    an argument twice: `ticket` is given more than once: byte 149
    elements in an argument: `response` holds elements, where escaped text belongs: byte 145
    an element in an argument: `ticket` holds elements, where escaped text belongs: byte 138
    no number: `qbXMLMajorVers` is not a number: byte 129
    too great a number: `qbXMLMinorVers` is not a number: byte 129
    an entity of its own: a reference begins here that is neither one of XML's five nor a character's number: byte 137
    a bare ampersand: a reference begins here that is neither one of XML's five nor a character's number: byte 139
    a surrogate: a reference begins here that is neither one of XML's five nor a character's number: byte 137
    a null: a reference begins here that is neither one of XML's five nor a character's number: byte 137
    a control character: the character U+0001 is not allowed in XML: byte 137
    U+FFFF: the character U+FFFF is not allowed in XML: byte 137
    an attribute twice: the request is not well-formed XML: an attribute is wrong, or given twice: byte 127
    an attribute without quotes: the request is not well-formed XML: an attribute is wrong, or given twice: byte 127
    a tag inside a tag: the request is not well-formed XML: a tag inside a tag: byte 127
    a number as a name: the request is not well-formed XML: this is not the name of an element: byte 127
    two prefixes: the request is not well-formed XML: this is not the name of an element: byte 127
    the prefix xmlns: the request is not well-formed XML: a namespace is declared in a way that XML does not allow: byte 127
    "#);
}

/// What the Web Connector says when it gets the fault.
fn answer_to(error: &EnvelopeError) -> String {
    let http = HttpReply { status: 500, content_type: CONTENT_TYPE, body: &Fault::from(error).to_xml() };
    match Reply::to_call(&Call::ServerVersion, http) {
        Err(ReplyError::Fault { message, .. }) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn bytes_that_are_not_utf8_are_refused_where_they_begin() {
    let call = around("<i:getLastError><i:ticket>Zo\u{EB}</i:ticket></i:getLastError>");
    let at = call.find('\u{EB}').unwrap();
    let latin: Vec<u8> = call.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let error = refused(latin);
    assert_eq!((error.problem, error.at), (Problem::NotUtf8, at));
    let utf16: Vec<u8> = call.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused([&[0xFF, 0xFE], utf16.as_slice()].concat());
}

#[test]
fn a_second_byte_order_mark_is_text() {
    let call = around("<i:getLastError><i:ticket>t</i:ticket></i:getLastError>");
    let error = refused(format!("\u{FEFF}\u{FEFF}{call}"));
    assert_eq!((error.problem, error.at), (Problem::StrayText, 3));
    assert!(read_call(format!("\u{FEFF}{call}").as_bytes(), LIMIT).is_ok());
}

/// The other side reads no such thing either.
#[test]
fn answers_of_any_depth_are_refused_by_the_client() {
    let deep = "<a>".repeat(300_000) + &"</a>".repeat(300_000);
    let http = HttpReply { status: 200, content_type: CONTENT_TYPE, body: deep.as_bytes() };
    let refused = Reply::to_call(&Call::ServerVersion, http).unwrap_err();
    assert_eq!(refused.to_string(), "response is not well-formed XML: elements are nested deeper than 64");
}

#[test]
fn bombs_do_not_go_off() {
    let bomb =
        r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
    let call = around("<i:getLastError><i:ticket>&b;</i:ticket></i:getLastError>");
    assert_eq!(refused(format!("{bomb}{call}")).problem, Problem::Doctype);
    let external = r#"<!DOCTYPE x SYSTEM "file:///etc/passwd">"#;
    assert_eq!(refused(format!("{external}{call}")).problem, Problem::Doctype);
}

#[test]
fn size_depth_and_number_are_limited() {
    let million = |piece: &str| piece.repeat(1_000_000);
    let attributes: String = (0..1_000_000).fold(String::new(), |mut all, number| {
        let _ = write!(all, " a{number}=''");
        all
    });
    let namespaces = attributes.replace(" a", " xmlns:a");
    for body in [
        around(&million("<a>")),
        around(&million("<i:serverVersion>")),
        around(&format!("<i:serverVersion>{}</i:serverVersion>", million("<a/>"))),
        around(&format!("<i:serverVersion>{}</i:serverVersion>", million("<a>"))),
        around(&format!("<i:serverVersion{attributes}/>")),
        around(&format!("<i:serverVersion{namespaces}/>")),
        around(&format!("<i:serverVersion><i:{}/></i:serverVersion>", million("x:"))),
        around("").replace("<s:Body>", &format!("<s:Header>{}", million("<a>"))),
        around(&format!("<i:getLastError><i:ticket>{}</i:ticket></i:getLastError>", million("&"))),
        around(&format!("<i:getLastError><i:ticket>{}", million("<![CDATA[]]>"))),
        around(&million("<!--")),
        around(&million("<")),
        million("<?xml version='1.0'?>"),
    ] {
        refused(body);
    }
    let call = around("<i:serverVersion/>");
    assert!(read_call(call.as_bytes(), call.len()).is_ok());
    let limit = call.len() - 1;
    let error = read_call(call.as_bytes(), limit).unwrap_err();
    assert_eq!(error.problem, Problem::TooLarge { limit });
}

#[test]
fn an_error_knows_the_session_but_does_not_tell_and_never_repeats_an_argument() {
    let call = around(
        "<i:receiveResponseXML><i:ticket>s3cret</i:ticket><i:response>&x;</i:response></i:receiveResponseXML>",
    );
    let error = refused(call);
    assert_eq!(error.operation, Some(Operation::ReceiveResponse));
    assert_eq!(error.ticket.as_deref(), Some("s3cret"));
    assert!(!error.to_string().contains("s3cret"));
    for password in ["&s3cret;", "&s3cret", "<s3cret/>", "x</s3cret>", "<![CDATA[s3cret", "<s3cret"] {
        let call = format!(
            "<i:authenticate><i:strUserName>u</i:strUserName><i:strPassword>{password}</i:strPassword></i:authenticate>"
        );
        let error = refused(around(&call));
        assert!(!format!("{error:?} {error}").contains("s3cret"), "{error}");
    }
}

#[test]
fn a_fault_says_whose_fault_it_is() {
    let other = around("<i:serverVersion/>")
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    assert_eq!(Fault::from(&refused(other)).code, FaultCode::VersionMismatch);
    assert_eq!(Fault::from(&refused("")).code, FaultCode::Client);
}
