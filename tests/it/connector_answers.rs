//! What we answer, judged by what the Web Connector makes of it.

use ferrule::connector::client::{HttpReply, Reply, ReplyError};
use ferrule::connector::{
    Answer, Authentication, CONTENT_TYPE, Call, CompanyFile, ConnectionErrorAnswer, Fault, FaultCode,
    LastError, NextRequest, Operation, Progress, Schedule, Verdict, VersionCheck,
};
use proptest::prelude::*;

/// Some call of each operation.
pub fn calls() -> [Call; 12] {
    let text = |text: &str| text.to_owned();
    let ticket = || "t".to_owned();
    [
        Call::ServerVersion,
        Call::GetServerVersion { ticket: ticket() },
        Call::ClientVersion { version: text("2.3.0.207") },
        Call::Authenticate { user_name: text("shop"), password: "p".into() },
        Call::SendRequest {
            ticket: ticket(),
            hcp_response: text("<QBXML/>"),
            company_file_name: text(r"C:\books\shop.qbw"),
            country: text("US"),
            major: 13,
            minor: 0,
        },
        Call::ReceiveResponse {
            ticket: ticket(),
            response: text("<QBXML><a b=\"é\">&amp;</a></QBXML>"),
            hresult: text(""),
            message: text(""),
        },
        Call::ConnectionError { ticket: ticket(), hresult: text("0x80040408"), message: text("no") },
        Call::GetLastError { ticket: ticket() },
        Call::CloseConnection { ticket: ticket() },
        Call::InteractiveUrl { ticket: ticket(), session_id: text("s") },
        Call::InteractiveRejected { ticket: ticket(), reason: text("r") },
        Call::InteractiveDone { ticket: ticket() },
    ]
}

fn call_of(operation: Operation) -> Call {
    calls().into_iter().find(|call| call.operation() == operation).unwrap()
}

fn http(body: &[u8]) -> HttpReply<'_> {
    HttpReply { status: 200, content_type: CONTENT_TYPE, body }
}

fn understood(answer: &Answer) -> Reply {
    let xml = answer.to_xml();
    assert!(xml.starts_with(b"<?xml") && xml.is_ascii());
    Reply::to_call(&call_of(answer.operation()), http(&xml)).unwrap()
}

fn text(answer: &Answer) -> String {
    match understood(answer) {
        Reply::Text(Some(text)) => text,
        other => panic!("{answer:?}: {other:?}"),
    }
}

fn texts(authentication: Authentication) -> Vec<String> {
    match understood(&Answer::Authenticate(authentication)) {
        Reply::Texts(Some(texts)) => texts.into_iter().map(Option::unwrap).collect(),
        other => panic!("{other:?}"),
    }
}

fn path(text: &str) -> CompanyFile {
    CompanyFile::Path(text.parse().unwrap())
}

#[test]
fn every_operation_has_a_call_and_its_name() {
    for (call, operation) in calls().iter().zip(Operation::ALL) {
        assert_eq!(call.operation(), operation);
        assert_eq!(Operation::from_name(operation.name()), Some(operation));
        let before_a_session = ["serverVersion", "clientVersion", "authenticate"];
        assert_eq!(call.ticket().is_none(), before_a_session.contains(&operation.name()));
    }
}

#[test]
fn authenticate_is_answered_in_the_words_of_the_web_connector() {
    let answer = |verdict, schedule| {
        let ticket = "t".to_owned();
        texts(Authentication { ticket, verdict, schedule })
    };
    assert_eq!(answer(Verdict::Work(CompanyFile::Current), None), ["t", ""]);
    let file = r"\\server\books\R&D <shop>.qbw".replace(['<', '>'], "");
    assert_eq!(answer(Verdict::Work(path(&file)), None), ["t", file.as_str()]);
    assert_eq!(answer(Verdict::NoWork, None), ["t", "none"]);
    assert_eq!(answer(Verdict::BadUser, None), ["t", "nvu"]);
    assert_eq!(answer(Verdict::Busy, None), ["t", "busy"]);
    let schedule = Schedule { postpone_seconds: 600, run_every_seconds: 0 };
    assert_eq!(answer(Verdict::NoWork, Some(schedule)), ["t", "none", "600", "0"]);
}

#[test]
fn the_other_operations_are_answered_in_its_words_too() {
    let version = |check| text(&Answer::ClientVersion(check));
    assert_eq!(version(VersionCheck::Accepted), "");
    assert_eq!(version(VersionCheck::Warning("old\r\nvery".into())), "W:old very");
    assert_eq!(version(VersionCheck::Refused("too old".into())), "E:too old");
    assert_eq!(version(VersionCheck::Needed(2, 1)), "O:2.1");
    let request = "<?xml version=\"1.0\"?>\n<QBXML>\r\n\t<a>&amp;&#233; é</a> </QBXML>\n";
    let send = |next| text(&Answer::SendRequest(next));
    assert_eq!(send(NextRequest::Request(request.into())), request);
    assert_eq!(send(NextRequest::Pause), "NoOp");
    assert_eq!(send(NextRequest::Failed), "");
    let retry = |answer| text(&Answer::ConnectionError(answer));
    assert_eq!(retry(ConnectionErrorAnswer::Done), "done");
    assert_eq!(retry(ConnectionErrorAnswer::Retry(CompanyFile::Current)), "");
    assert_eq!(retry(ConnectionErrorAnswer::Retry(path(r"D:\b.qbw"))), r"D:\b.qbw");
    for (answer, expected) in [
        (Answer::ServerVersion("1.0".into()), "1.0"),
        (Answer::GetServerVersion("1.0".into()), "1.0"),
        (Answer::CloseConnection("3 exported".into()), "3 exported"),
        (Answer::InteractiveUrl(String::new()), ""),
        (Answer::InteractiveRejected("so be it".into()), "so be it"),
        (Answer::InteractiveDone, "Done"),
    ] {
        assert_eq!(text(&answer), expected);
    }
}

#[test]
fn the_last_error_is_never_blank_and_never_a_word_by_accident() {
    let last = |error| text(&Answer::GetLastError(error));
    let message = |text: &str| last(LastError::Message(text.to_owned()));
    assert_eq!(message("two\n lines "), "two lines");
    assert_eq!(message(" \n"), "an error that nobody described");
    assert_eq!(message("noop"), "error: noop");
    assert_eq!(message("Interactive  mode"), "error: Interactive mode");
    assert_eq!(last(LastError::Pause), "NoOp");
    assert_eq!(last(LastError::Interactive), "Interactive mode");
}

#[test]
fn progress_reaches_a_hundred_only_at_the_end() {
    for (done, total, percent) in [
        (0, 0, 0),
        (0, 9, 0),
        (1, 3, 33),
        (999_999, 1_000_000, 99),
        (5, 5, 99),
        (7, 5, 99),
        (u64::MAX, u64::MAX, 99),
        (u64::MAX, 0, 99),
    ] {
        let answer = Answer::ReceiveResponse(Progress::working(done, total));
        assert_eq!(understood(&answer), Reply::Number(percent), "{done} of {total}");
    }
    assert_eq!(understood(&Answer::ReceiveResponse(Progress::DONE)), Reply::Number(100));
    assert_eq!(understood(&Answer::ReceiveResponse(Progress::FAILED)), Reply::Number(-1));
}

#[test]
fn a_path_is_never_one_of_the_words() {
    for path in [
        "",
        "none",
        "nvu",
        "busy",
        "done",
        "NoOp",
        "shop.qbw",
        r"\shop.qbw",
        r"books\shop.qbw",
        "C:shop.qbw",
        "C:\\",
        r"\\\server",
        "/home/shop.qbw",
        "1:\\shop.qbw",
        "C:\\a\nb.qbw",
        "C:\\a?.qbw",
        "C:\\<a>.qbw",
    ] {
        assert!(path.parse::<ferrule::connector::CompanyPath>().is_err(), "{path}");
    }
    let long = format!("C:\\{}.qbw", "x".repeat(252));
    assert_eq!(long.len(), 259);
    assert_eq!(path(&long), CompanyFile::Path(long.parse().unwrap()));
    assert!(format!("{long}x").parse::<ferrule::connector::CompanyPath>().is_err());
    let spaced = r" C:/Users/Public/Documents/R & D.qbw ".parse::<ferrule::connector::CompanyPath>().unwrap();
    assert_eq!(spaced.as_str(), "C:/Users/Public/Documents/R & D.qbw");
}

#[test]
fn a_fault_arrives_as_an_exception_with_its_text() {
    for (code, name) in [
        (FaultCode::Client, "soap:Client"),
        (FaultCode::Server, "soap:Server"),
        (FaultCode::VersionMismatch, "soap:VersionMismatch"),
    ] {
        let body = Fault { code, message: "a <b> &\n\"c\"".into() }.to_xml();
        for status in [500, 200] {
            let reply = Reply::to_call(&Call::ServerVersion, HttpReply { status, ..http(&body) });
            let (code, message) = (name.to_owned(), "a <b> & \"c\"".to_owned());
            assert_eq!(reply, Err(ReplyError::Fault { code, message }));
        }
    }
    let blank = Fault { code: FaultCode::Server, message: " ".into() }.to_xml();
    assert!(String::from_utf8(blank).unwrap().contains("<faultstring>an error"));
}

/// An answer to `authenticate`, as good as any.
const GOOD: &str = r#"<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><authenticateResponse xmlns="http://developer.intuit.com/"><authenticateResult><string>t</string><string /></authenticateResult></authenticateResponse></s:Body></s:Envelope>"#;

fn ask(body: &str, status: u16, content_type: &str) -> Result<Reply, ReplyError> {
    let body = body.as_bytes();
    let http = HttpReply { status, content_type, body };
    Reply::to_call(&call_of(Operation::Authenticate), http)
}

/// What the client makes of the good answer with `from` replaced.
fn changed(from: &str, to: &str) -> Result<Reply, ReplyError> {
    assert!(GOOD.contains(from));
    ask(&GOOD.replace(from, to), 200, CONTENT_TYPE)
}

/// By the table of what a client of .NET accepts, after which the client here was made.
#[test]
fn the_client_takes_what_dot_net_takes() {
    let list = |texts: &[Option<&str>]| {
        let texts = texts.iter().map(|text| text.map(str::to_owned)).collect();
        Ok(Reply::Texts(Some(texts)))
    };
    let two = list(&[Some("t"), Some("")]);
    assert_eq!(ask(GOOD, 200, CONTENT_TYPE), two);
    assert_eq!(ask(GOOD, 200, "text/xml"), two);
    assert_eq!(changed("<?xml version=\"1.0\" encoding=\"utf-8\"?>", ""), two);
    assert_eq!(changed("<?xml", "\u{FEFF}<?xml"), two);
    assert_eq!(changed("</authenticateResult>", "</authenticateResult><more/>"), two);
    let prefixed =
        GOOD.replace("xmlns=", "xmlns:q=").replace("<auth", "<q:auth").replace("</auth", "</q:auth");
    let prefixed = prefixed.replace("<string", "<q:string").replace("</string", "</q:string");
    assert_eq!(ask(&prefixed, 200, CONTENT_TYPE), two);
    let four = "<string>t</string><string>none</string><string>60</string><string>0</string>";
    let answer = changed("<string>t</string><string />", four);
    assert_eq!(answer, list(&[Some("t"), Some("none"), Some("60"), Some("0")]));
    let nil = r#"<string xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"/>"#;
    assert_eq!(changed("<string />", nil), list(&[Some("t"), None]));
}

#[test]
fn the_client_finds_nothing_or_fails_where_dot_net_does() {
    let null = Ok(Reply::Texts(None));
    assert_eq!(changed(" xmlns=\"http://developer.intuit.com/\"", ""), null);
    assert_eq!(changed("developer.intuit.com/", "developer.intuit.com"), null);
    assert_eq!(changed("<authenticateResult", "<authenticateResult xmlns=''"), null);
    assert_eq!(ask(&GOOD.replace("authenticateResult>", "return>"), 200, CONTENT_TYPE), null);

    for (answer, part) in [
        (changed("<?xml", "\n<?xml"), "well-formed"),
        (changed("</s:Envelope>", ""), "well-formed"),
        (changed("<s:Body>", "<!DOCTYPE x><s:Body>"), "well-formed"),
        (ask("", 200, CONTENT_TYPE), "well-formed"),
        (ask("<html/>", 200, CONTENT_TYPE), "envelope"),
        (ask(GOOD, 200, "text/html"), "text/html"),
        (ask(GOOD, 200, "application/xml"), "application/xml"),
        (ask(GOOD, 404, CONTENT_TYPE), "404"),
        (ask(GOOD, 500, CONTENT_TYPE), "500"),
    ] {
        let error = answer.unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let number = Answer::ReceiveResponse(Progress::DONE).to_xml();
    let number = String::from_utf8(number).unwrap().replace(">100<", "><");
    let reply = Reply::to_call(&call_of(Operation::ReceiveResponse), http(number.as_bytes()));
    assert!(matches!(reply, Err(ReplyError::NotANumber { .. })));
}

proptest! {
    /// What the service says arrives as it was said, but for characters that XML cannot carry.
    #[test]
    fn any_text_arrives(request in any::<String>(), markup in "[<>&;'\"\\]\\[!\r\n\t a]{0,20}") {
        let request = request + &markup;
        let sent = request.clone();
        let arrived = text(&Answer::SendRequest(NextRequest::Request(sent)));
        let carried: String = request
            .chars()
            .filter(|c| !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}'))
            .collect();
        prop_assert_eq!(arrived, carried);
    }

    #[test]
    fn the_client_never_panics(body in prop_oneof!["[<>&;/!?\\[\\]=\"' a-z:-]{0,60}", any::<String>()]) {
        for call in calls() {
            prop_assert!(Reply::to_call(&call, http(body.as_bytes())).is_err());
        }
    }
}
