//! Writing requests as .NET writes them.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::wire::Call;

/// One HTTP request of the Web Connector: a POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The header `SOAPAction`, quotes included.
    pub soap_action: String,
    /// The body, of the type `text/xml; charset=utf-8`.
    pub body: Vec<u8>,
}

const OPENING: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8"?>"#,
    r#"<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/""#,
    r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#,
    r#" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>"#,
);

/// What the Web Connector sends to make this call. An empty argument is sent as an empty element.
///
/// U+0000, which it never sends, is the only character that does not arrive.
pub fn request(call: &Call) -> Request {
    let operation = operation(call);
    let arguments = arguments(call);
    let length: usize = arguments.iter().map(|(_, text)| text.len()).sum();
    let mut body = String::with_capacity(1024 + length + length / 3);
    body.push_str(OPENING);
    let end = if arguments.is_empty() { " />" } else { ">" };
    push(&mut body, &["<", operation, " xmlns=\"http://developer.intuit.com/\"", end]);
    for (name, text) in &arguments {
        if text.is_empty() {
            push(&mut body, &["<", name, " />"]);
        } else {
            push(&mut body, &["<", name, ">"]);
            push_text(&mut body, text);
            push(&mut body, &["</", name, ">"]);
        }
    }
    if !arguments.is_empty() {
        push(&mut body, &["</", operation, ">"]);
    }
    body.push_str("</soap:Body></soap:Envelope>");
    Request { soap_action: format!("\"http://developer.intuit.com/{operation}\""), body: body.into_bytes() }
}

/// The name of the operation on the wire.
pub(super) fn operation(call: &Call) -> &'static str {
    match call {
        Call::ServerVersion => "serverVersion",
        Call::GetServerVersion { .. } => "getServerVersion",
        Call::ClientVersion { .. } => "clientVersion",
        Call::Authenticate { .. } => "authenticate",
        Call::SendRequest { .. } => "sendRequestXML",
        Call::ReceiveResponse { .. } => "receiveResponseXML",
        Call::ConnectionError { .. } => "connectionError",
        Call::GetLastError { .. } => "getLastError",
        Call::CloseConnection { .. } => "closeConnection",
        Call::InteractiveUrl { .. } => "getInteractiveURL",
        Call::InteractiveRejected { .. } => "interactiveRejected",
        Call::InteractiveDone { .. } => "interactiveDone",
    }
}

fn arguments(call: &Call) -> Vec<(&'static str, Cow<'_, str>)> {
    match call {
        Call::ServerVersion => vec![],
        Call::ClientVersion { version } => vec![("strVersion", version.into())],
        Call::Authenticate { user_name, password } => {
            vec![("strUserName", user_name.into()), ("strPassword", password.expose().into())]
        }
        Call::SendRequest { ticket, hcp_response, company_file_name, country, major, minor } => vec![
            ("ticket", ticket.into()),
            ("strHCPResponse", hcp_response.into()),
            ("strCompanyFileName", company_file_name.into()),
            ("qbXMLCountry", country.into()),
            ("qbXMLMajorVers", major.to_string().into()),
            ("qbXMLMinorVers", minor.to_string().into()),
        ],
        Call::ReceiveResponse { ticket, response, hresult, message } => vec![
            ("ticket", ticket.into()),
            ("response", response.into()),
            ("hresult", hresult.into()),
            ("message", message.into()),
        ],
        Call::ConnectionError { ticket, hresult, message } => {
            vec![("ticket", ticket.into()), ("hresult", hresult.into()), ("message", message.into())]
        }
        Call::GetServerVersion { ticket }
        | Call::GetLastError { ticket }
        | Call::CloseConnection { ticket } => {
            vec![("ticket", ticket.into())]
        }
        Call::InteractiveUrl { ticket, session_id } => {
            vec![("wcTicket", ticket.into()), ("sessionID", session_id.into())]
        }
        Call::InteractiveRejected { ticket, reason } => {
            vec![("wcTicket", ticket.into()), ("reason", reason.into())]
        }
        Call::InteractiveDone { ticket } => vec![("wcTicket", ticket.into())],
    }
}

fn push(out: &mut String, pieces: &[&str]) {
    out.extend(pieces.iter().copied());
}

/// Quotes stay; control characters become numbers, also those that XML forbids.
fn push_text(out: &mut String, text: &str) {
    let is_special = |c: char| (c < ' ' && c != '\t' && c != '\n') || "<>&\u{FFFE}\u{FFFF}".contains(c);
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('&') => out.push_str("&amp;"),
            // Writing into a string cannot fail.
            Some(other) => drop(write!(out, "&#x{:X};", u32::from(other))),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}
