//! Writing SOAP 1.1 envelopes in the form that .NET's client reads.
//!
//! It takes an answer in another form without a word and finds nothing in it; hence the namespace of
//! the service on the response element, and nothing before the XML declaration.

use crate::xml::escape_into;

use super::signature::{Returns, returns};
use super::{NAMESPACE, Operation, SOAP_NAMESPACE};

/// The content type of every answer and of every fault.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// The answer of an operation that gives back one text, or one number.
pub(super) fn text(operation: Operation, text: &str) -> Vec<u8> {
    debug_assert_ne!(returns(operation), Returns::Texts);
    answer(operation, text.len(), |out| escape_into(out, text))
}

/// The answer of an operation that gives back several texts.
pub(super) fn texts(operation: Operation, texts: &[String]) -> Vec<u8> {
    debug_assert_eq!(returns(operation), Returns::Texts);
    answer(operation, 0, |out| {
        for text in texts {
            out.extend_from_slice(b"<string>");
            escape_into(out, text);
            out.extend_from_slice(b"</string>");
        }
    })
}

/// A fault. Its inner elements have no namespace.
pub(super) fn fault(code: &str, message: &str) -> Vec<u8> {
    envelope(message.len(), |out| {
        out.extend_from_slice(b"<soap:Fault><faultcode>soap:");
        out.extend_from_slice(code.as_bytes());
        out.extend_from_slice(b"</faultcode><faultstring>");
        escape_into(out, message);
        out.extend_from_slice(b"</faultstring></soap:Fault>");
    })
}

fn answer(operation: Operation, length: usize, write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let name = operation.name();
    envelope(length, |out| {
        let open = format!("<{name}Response xmlns=\"{NAMESPACE}\"><{name}Result>");
        out.extend_from_slice(open.as_bytes());
        write(out);
        let close = format!("</{name}Result></{name}Response>");
        out.extend_from_slice(close.as_bytes());
    })
}

/// `length` is that of the text inside, before it is escaped.
fn envelope(length: usize, write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(512 + length + length / 3);
    let open = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"{SOAP_NAMESPACE}\"><soap:Body>"
    );
    out.extend_from_slice(open.as_bytes());
    write(&mut out);
    out.extend_from_slice(b"</soap:Body></soap:Envelope>");
    out
}
