//! Reading answers as .NET's serializer does: strict about XML, silent about names that it does not know.

use super::reply::{Reply, ReplyError, Shape};
use crate::xml::{Names, Node, read_tree, without_byte_order_mark};

const ENVELOPE: &str = "{http://schemas.xmlsoap.org/soap/envelope/}Envelope";
const BODY: &str = "{http://schemas.xmlsoap.org/soap/envelope/}Body";
const FAULT: &str = "{http://schemas.xmlsoap.org/soap/envelope/}Fault";
const STRING: &str = "{http://developer.intuit.com/}string";
const NIL: &str = "{http://www.w3.org/2001/XMLSchema-instance}nil";

/// Answers have five levels.
const MAX_DEPTH: usize = 64;

pub(super) fn read(body: &[u8], operation: &str, shape: Shape) -> Result<Reply, ReplyError> {
    let document = std::str::from_utf8(without_byte_order_mark(body)).map_err(|error| not_xml(&error))?;
    let root = read_tree(document, Names::Expanded, MAX_DEPTH).map_err(|error| not_xml(&error))?.root;
    if root.name != ENVELOPE {
        return Err(ReplyError::NotAnEnvelope);
    }
    let body = root.child(BODY).ok_or(ReplyError::NotAnEnvelope)?;
    if let Some(fault) = body.child(FAULT) {
        let part = |name| fault.child(name).map(text).unwrap_or_default();
        return Err(ReplyError::Fault { code: part("faultcode"), message: part("faultstring") });
    }
    let of_service = |part: &str| format!("{{http://developer.intuit.com/}}{operation}{part}");
    let response = body.children().first().filter(|first| first.name == of_service("Response"));
    reply(response.and_then(|response| response.child(&of_service("Result"))), shape)
}

fn reply(result: Option<&Node>, shape: Shape) -> Result<Reply, ReplyError> {
    match shape {
        Shape::Text => Ok(Reply::Text(result.and_then(value))),
        Shape::Texts => Ok(Reply::Texts(result.map(|array| {
            array.children().iter().filter(|member| member.name == STRING).map(value).collect()
        }))),
        Shape::Number => match result.map(text) {
            None => Ok(Reply::Number(0)),
            Some(text) => match text.trim().parse() {
                Ok(number) => Ok(Reply::Number(number)),
                Err(_) => Err(ReplyError::NotANumber { text }),
            },
        },
    }
}

fn text(node: &Node) -> String {
    node.text().unwrap_or_default().to_owned()
}

/// What an element says; nothing if it says that it is null.
fn value(node: &Node) -> Option<String> {
    let is_nil = matches!(node.attribute(NIL), Some("true" | "1"));
    (!is_nil).then(|| text(node))
}

fn not_xml(error: &dyn std::error::Error) -> ReplyError {
    ReplyError::NotXml { reason: error.to_string() }
}
