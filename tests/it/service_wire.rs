//! The service, byte by byte: what is unusual, but right.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ferrule::connector::Call;
use ferrule::connector::client::request;

use crate::service_desk::{Front, config, front};

/// A connection.
pub struct Wire(BufReader<TcpStream>);

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Wire {
    pub fn to(address: SocketAddr) -> Wire {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Wire(BufReader::new(stream))
    }

    /// Sends; that the other side has closed is no error here.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Wire {
        let _ = self.0.get_mut().write_all(bytes.as_ref());
        self
    }

    /// The next reply; nothing if the connection was closed.
    pub fn reply(&mut self) -> Option<Reply> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head).unwrap_or(0) == 0 {
                return None;
            }
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).unwrap();
        // What is compressed is no text.
        let is_text = !head.contains("content-encoding: ");
        let body = if is_text {
            String::from_utf8(body).unwrap()
        } else {
            String::from_utf8_lossy(&body).into_owned()
        };
        Some(Reply { status, head, body })
    }
}

impl Reply {
    /// Checks what holds for each answer to a call: the status, the type, nothing before the XML.
    #[track_caller]
    pub fn expect(&self, status: u16, within: &str) -> &Reply {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.head.contains("content-type: text/xml; charset=utf-8\r\n"), "{self:?}");
        assert!(self.body.starts_with("<?xml "), "{self:?}");
        assert!(self.body.contains(within), "no `{within}` in {self:?}");
        self
    }
}

pub const TYPE: &str = "Content-Type: text/xml; charset=utf-8\r\n";

/// A request with these headers.
pub fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST /qbwc HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Sends one call on a connection of its own.
pub fn call(front: &Front, call: &Call) -> Reply {
    let bytes = post(TYPE, &request(call).body);
    Wire::to(front.service.address()).send(bytes).reply().unwrap()
}

/// An answer of QuickBooks.
pub fn response(ticket: &str, response: impl Into<String>) -> Call {
    let (hresult, message) = (String::new(), String::new());
    Call::ReceiveResponse { ticket: ticket.to_owned(), response: response.into(), hresult, message }
}

#[test]
fn the_body_waits_for_100_continue() {
    let front = front(&[], config());
    let body = request(&Call::ServerVersion).body;
    let whole = post(&format!("{TYPE}Expect: 100-continue\r\n"), &body);
    let (head, rest) = whole.split_at(whole.len() - body.len());
    let mut wire = Wire::to(front.service.address());
    for _ in 0..2 {
        wire.send(head);
        assert_eq!(wire.reply().unwrap().status, 100);
        wire.send(rest);
        wire.reply().unwrap().expect(200, "<serverVersionResult>Ferrule ");
    }
}

#[test]
fn a_chunked_body_is_put_together() {
    let front = front(&["<QBXML/>"], config());
    let ticket = front.begin();
    let text = format!("é{}ü", "\u{20AC}&<".repeat(50_000));
    let body = request(&response(&ticket, text.clone())).body;
    assert!(body.len() > 500_000);
    let mut wire = Wire::to(front.service.address());
    wire.send(format!("POST /qbwc HTTP/1.1\r\nHost: a\r\n{TYPE}Transfer-Encoding: chunked\r\n\r\n"));
    for (index, chunk) in body.chunks(4_999).enumerate() {
        wire.send(format!("{:x};name=value\r\n", chunk.len())).send(chunk).send("\r\n");
        if index == 0 {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    wire.send("0\r\nX-Trailer: 1\r\n\r\n").reply().unwrap().expect(200, ">100<");
    assert_eq!(front.desk.script().answers[0].response, text);
}

#[test]
fn arguments_may_be_nil_or_absent_and_prefixes_are_free() {
    let front = front(&["<QBXML/>"], config());
    let ticket = front.begin();
    let envelope = |inner: &str| {
        format!(
            "\u{FEFF}<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:q='http://developer.intuit.com/' \
             xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><e:Body>{inner}</e:Body></e:Envelope>"
        )
    };
    let next = envelope(&format!(
        "<q:sendRequestXML><q:ticket>{ticket}</q:ticket><q:strHCPResponse xsi:nil='true'/></q:sendRequestXML>"
    ));
    let mut wire = Wire::to(front.service.address());
    wire.send(post("content-TYPE: Text/XML\r\n", next.as_bytes())).reply().unwrap().expect(200, "&lt;QBXML/");
    let hello = front.desk.script().hellos[0].clone();
    assert_eq!((hello.major, hello.hcp_response.as_str()), (0, ""));
    let nobody = envelope("<q:getLastError/>");
    wire.send(post(TYPE, nobody.as_bytes())).reply().unwrap().expect(200, "No session is under way");
}

#[test]
fn calls_on_one_connection_are_answered_in_turn() {
    let front = front(&[], config());
    let version = request(&Call::ServerVersion).body;
    let client = request(&Call::ClientVersion { version: "2.3.0.207".into() }).body;
    let mut wire = Wire::to(front.service.address());
    wire.send([post(TYPE, &version), post(TYPE, &client)].concat());
    wire.reply().unwrap().expect(200, "serverVersionResult");
    wire.reply().unwrap().expect(200, "clientVersionResult></clientVersionResult");
}

#[test]
fn interactive_calls_are_answered_politely() {
    let front = front(&[], config());
    let ticket = String::new;
    let url = Call::InteractiveUrl { ticket: ticket(), session_id: String::new() };
    call(&front, &url).expect(200, "<getInteractiveURLResult></getInteractiveURLResult>");
    let rejected = Call::InteractiveRejected { ticket: ticket(), reason: "no".into() };
    call(&front, &rejected).expect(200, "There is no page");
    call(&front, &Call::InteractiveDone { ticket: ticket() }).expect(200, ">Done<");
    call(&front, &Call::GetServerVersion { ticket: ticket() }).expect(200, ">Ferrule ");
}
