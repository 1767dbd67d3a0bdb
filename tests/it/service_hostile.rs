//! The service and what is not, or no longer, right.

use std::time::Duration;

use ferrule::connector::client::request;
use ferrule::connector::service::{ServiceConfig, Times};
use ferrule::connector::{Call, Password};

use crate::service_desk::{Front, config, front};
use crate::service_wire::{TYPE, Wire, call, post, response};

fn envelope(inner: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' xmlns='http://developer.intuit.com/'>\
         <s:Body>{inner}</s:Body></s:Envelope>"
    )
}

fn small() -> ServiceConfig {
    ServiceConfig { max_body: 100_000, ..config() }
}

fn send(front: &Front, body: &[u8]) -> crate::service_wire::Reply {
    Wire::to(front.service.address()).send(post(TYPE, body)).reply().unwrap()
}

#[test]
fn what_cannot_be_understood_is_a_fault_and_ends_its_session() {
    let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
    let bomb = format!("<!DOCTYPE a [<!ENTITY a \"{}\">]>{}", "a".repeat(1000), envelope("&a;"));
    let wrong: [(&[u8], &str); 8] = [
        (b"", "the request is empty"),
        (b"nonsense", "beside the elements"),
        (bomb.as_bytes(), "document type declaration is not allowed"),
        (&envelope("<clientVersion><strVersion>&b;</strVersion></clientVersion>").into_bytes(), "reference"),
        (&envelope(&deep).into_bytes(), "there is no operation `a`"),
        (&envelope(&format!("<serverVersion>{deep}</serverVersion>")).into_bytes(), "nested deeper than"),
        (b"<a>\xff\xfe</a>", "not UTF-8"),
        (&envelope("<formatDisk/>").into_bytes(), "there is no operation `formatDisk`"),
    ];
    let front = front(&[], config());
    for (body, why) in wrong {
        let reply = send(&front, body);
        reply.expect(500, "<faultcode>soap:Client</faultcode>").expect(500, why);
    }
    assert_eq!(front.log().len(), wrong.len());

    let ticket = front.begin();
    let cut_off = envelope(&format!("<receiveResponseXML><ticket>{ticket}</ticket><response>a"));
    let cut_off = cut_off.split("</s:Body>").next().unwrap();
    send(&front, cut_off.as_bytes()).expect(500, "cut off");
    let script = front.desk.script();
    assert!(script.sessions.is_empty() && script.answers.is_empty());
    assert!(
        script.spoiled[0].starts_with("receiveResponseXML: the request is cut off"),
        "{:?}",
        script.spoiled
    );
    assert!(!front.log().concat().contains(&ticket));
}

#[test]
fn only_text_xml_in_utf_8_is_read() {
    let front = front(&[], config());
    let body = request(&Call::ServerVersion).body;
    let no_xml = "the content type must be text/xml";
    for (headers, why) in [
        ("", no_xml),
        ("Content-Type: application/soap+xml\r\n", no_xml),
        ("Content-Type: text/xml; charset=utf-16\r\n", no_xml),
        ("Content-Type: text/xml\r\nContent-Type: text/html\r\n", no_xml),
        ("Content-Type: text/xml\r\nContent-Encoding: gzip\r\n", "the request is compressed"),
    ] {
        let reply = Wire::to(front.service.address()).send(post(headers, &body)).reply().unwrap();
        reply.expect(415, why);
    }
}

#[test]
fn a_body_that_is_too_long_spoils_the_session_and_says_why() {
    let front = front(&["<QBXML/>"], small());
    let ticket = front.begin();
    call(&front, &response(&ticket, "x".repeat(200_000))).expect(413, "larger than 100000 bytes");
    let script = front.desk.script();
    assert_eq!(script.answers, []);
    assert!(script.spoiled[0].contains("receiveResponseXML: the request is larger"), "{:?}", script.spoiled);
}

#[test]
fn a_body_that_is_enormous_is_not_even_sent() {
    let front = front(&[], small());
    let head = format!(
        "POST /qbwc HTTP/1.1\r\nHost: a\r\n{TYPE}Expect: 100-continue\r\nContent-Length: 999999999999\r\n\r\n"
    );
    let reply = Wire::to(front.service.address()).send(head).reply().unwrap();
    reply.expect(413, "much larger than 100000 bytes");
    let mut wire = Wire::to(front.service.address());
    wire.send(format!("POST /qbwc HTTP/1.1\r\nHost: a\r\n{TYPE}Transfer-Encoding: chunked\r\n\r\n"));
    for _ in 0..200 {
        wire.send("2000\r\n").send(vec![b' '; 0x2000]).send("\r\n");
    }
    assert!(wire.reply().is_none_or(|reply| reply.status == 413));
}

#[test]
fn only_a_session_under_way_may_send_much() {
    let front = front(&[], config());
    let (user_name, password) = ("shop".to_owned(), Password::from("x".repeat(200_000)));
    call(&front, &Call::Authenticate { user_name, password }).expect(413, "only a session under way");
    // One that has ended is told so in its own way.
    call(&front, &response("old", "x".repeat(200_000))).expect(200, "<receiveResponseXMLResult>-1<");
    call(&front, &response(&front.begin(), "x".repeat(200_000))).expect(200, ">100<");
}

#[test]
fn an_unknown_ticket_gets_nothing_and_ends() {
    let front = front(&["<QBXML>secret</QBXML>"], config());
    front.begin();
    let ticket = || "f".repeat(64);
    let next = Call::SendRequest {
        ticket: ticket(),
        hcp_response: String::new(),
        company_file_name: String::new(),
        country: "US".into(),
        major: 13,
        minor: 0,
    };
    call(&front, &next).expect(200, "<sendRequestXMLResult></sendRequestXMLResult>");
    call(&front, &response(&ticket(), "<QBXML/>")).expect(200, ">-1<");
    call(&front, &Call::GetLastError { ticket: ticket() }).expect(200, "No session is under way");
    let (hresult, message) = ("0x80040408".to_owned(), "no".to_owned());
    call(&front, &Call::ConnectionError { ticket: ticket(), hresult, message }).expect(200, ">done<");
    call(&front, &Call::CloseConnection { ticket: ticket() }).expect(200, "No session is open");
    let script = front.desk.script();
    assert!(script.answers.is_empty() && script.sessions.len() == 1 && script.closed == 0);
}

#[test]
fn a_desk_that_fails_is_a_fault_of_the_server() {
    let front = front(&[], config());
    let ticket = front.begin();
    front.desk.script().failure = Some("the disk is full".to_owned());
    call(&front, &response(&ticket, "a"))
        .expect(500, "<faultcode>soap:Server</faultcode><faultstring>the disk is full<");
    call(&front, &Call::GetLastError { ticket: ticket.clone() }).expect(200, "the disk is full");
    assert_eq!(front.log()[0], "receiveResponseXML failed: the disk is full");
    front.desk.script().failure = Some("panic".to_owned());
    call(&front, &response(&ticket, "a")).expect(500, "the service broke down");
    front.desk.script().failure = None;
    call(&front, &response(&ticket, "a")).expect(200, ">100<");
}

#[test]
fn a_slow_client_is_not_waited_for() {
    let soon = Duration::from_millis(200);
    let times = Times { first_request: soon, idle: soon, stall: soon, ..Times::default() };
    let front = front(&[], ServiceConfig { times, ..config() });
    let address = front.service.address();
    let bytes = post(TYPE, &request(&Call::ServerVersion).body);
    let half = Wire::to(address).send(&bytes[..bytes.len() - 9]).reply().unwrap();
    half.expect(408, "did not come in time");
    assert!(Wire::to(address).reply().is_none());
    assert!(Wire::to(address).send("POST /qbwc HTT").reply().is_none());
    let mut idle = Wire::to(address);
    assert_eq!(idle.send(&bytes).reply().unwrap().status, 200);
    assert!(idle.reply().is_none());
}

#[test]
fn a_body_that_trickles_ends_some_time() {
    let times = Times { request: Duration::from_millis(300), ..Times::default() };
    let front = front(&[], ServiceConfig { times, ..config() });
    let mut wire = Wire::to(front.service.address());
    wire.send(format!("POST /qbwc HTTP/1.1\r\nHost: a\r\n{TYPE}Content-Length: 1000\r\n\r\n"));
    for _ in 0..10 {
        wire.send(" ");
        std::thread::sleep(Duration::from_millis(50));
    }
    wire.reply().unwrap().expect(408, "did not come in time");
}
