//! Reading answers as .NET's serializer does: strict about XML, silent about names that it does not know.

use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::reply::{Reply, ReplyError, Shape};
use crate::xml::{UnresolvedReference, resolve, without_byte_order_mark};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const INTUIT: &str = "http://developer.intuit.com/";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Answers have five levels.
const MAX_DEPTH: usize = 64;

/// An element with everything inside.
#[derive(Debug, Default)]
struct Node {
    namespace: String,
    name: String,
    is_nil: bool,
    text: String,
    children: Vec<Node>,
}

impl Node {
    fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    fn child(&self, namespace: &str, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.is(namespace, name))
    }

    fn value(&self) -> Option<String> {
        (!self.is_nil).then(|| self.text.clone())
    }
}

pub(super) fn read(body: &[u8], operation: &str, shape: Shape) -> Result<Reply, ReplyError> {
    let root = tree(body)?;
    if !root.is(SOAP, "Envelope") {
        return Err(ReplyError::NotAnEnvelope);
    }
    let body = root.child(SOAP, "Body").ok_or(ReplyError::NotAnEnvelope)?;
    if let Some(fault) = body.child(SOAP, "Fault") {
        let text = |name| fault.child("", name).map(|node| node.text.clone()).unwrap_or_default();
        return Err(ReplyError::Fault { code: text("faultcode"), message: text("faultstring") });
    }
    let result = body
        .children
        .first()
        .filter(|response| response.is(INTUIT, &format!("{operation}Response")))
        .and_then(|response| response.child(INTUIT, &format!("{operation}Result")));
    reply(result, shape)
}

fn reply(result: Option<&Node>, shape: Shape) -> Result<Reply, ReplyError> {
    match shape {
        Shape::Text => Ok(Reply::Text(result.and_then(Node::value))),
        Shape::Texts => Ok(Reply::Texts(result.map(|array| {
            let members = array.children.iter();
            members.filter(|member| member.is(INTUIT, "string")).map(Node::value).collect()
        }))),
        Shape::Number => match result {
            None => Ok(Reply::Number(0)),
            Some(number) => number.text.trim().parse().map(Reply::Number).map_err(|_| {
                let text = number.text.clone();
                ReplyError::NotANumber { text }
            }),
        },
    }
}

fn not_xml(reason: impl Into<String>) -> ReplyError {
    let reason = reason.into();
    ReplyError::NotXml { reason }
}

fn broken(error: &dyn std::error::Error) -> ReplyError {
    not_xml(error.to_string())
}

/// The outermost element of a document.
fn tree(body: &[u8]) -> Result<Node, ReplyError> {
    let text = std::str::from_utf8(without_byte_order_mark(body)).map_err(|error| broken(&error))?;
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    loop {
        let is_first = reader.buffer_position() == 0;
        match reader.read_event().map_err(|error| broken(&error))? {
            Event::Decl(_) if !is_first => return Err(not_xml("the XML declaration must be the first node")),
            Event::Start(_) if root.is_some() => return Err(not_xml("there are two outermost elements")),
            Event::Start(_) if open.len() >= MAX_DEPTH => {
                return Err(not_xml(format!("elements are nested deeper than {MAX_DEPTH}")));
            }
            Event::Start(tag) => open.push(node(&reader, &tag)?),
            Event::End(_) => {
                let Some(done) = open.pop() else { continue };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
            Event::Eof if open.is_empty() => return root.ok_or_else(|| not_xml("root element is missing")),
            Event::Eof => return Err(not_xml("unexpected end of file")),
            Event::DocType(_) => return Err(not_xml("a DTD is prohibited")),
            event => add_text(open.last_mut(), &event)?,
        }
    }
}

fn node(reader: &NsReader<&[u8]>, tag: &quick_xml::events::BytesStart<'_>) -> Result<Node, ReplyError> {
    let (namespace, name) = reader.resolver().resolve_element(tag.name());
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.0.to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(prefix) => return Err(not_xml(format!("`{prefix}` is an undeclared prefix"))),
    };
    let mut is_nil = false;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| broken(&error))?;
        let (space, local) = reader.resolver().resolve_attribute(attribute.key);
        let is_instance = matches!(space, ResolveResult::Bound(space) if space.0 == INSTANCE);
        is_nil |= is_instance && local.as_ref() == "nil" && matches!(attribute.value.as_ref(), "true" | "1");
    }
    Ok(Node { namespace, name: name.as_ref().to_owned(), is_nil, ..Node::default() })
}

fn add_text(inside: Option<&mut Node>, event: &Event<'_>) -> Result<(), ReplyError> {
    let text = match event {
        Event::Text(text) => text.xml10_content().into_owned(),
        Event::CData(text) => text.xml10_content().into_owned(),
        Event::GeneralRef(reference) => {
            let character = resolve(reference).map_err(|error| match error {
                UnresolvedReference::Number(reason) => not_xml(reason),
                UnresolvedReference::Unknown => not_xml("reference to an undeclared entity"),
            })?;
            character.to_string()
        }
        _ => return Ok(()),
    };
    match inside {
        Some(node) => node.text.push_str(&text),
        None if text.trim().is_empty() => {}
        None => return Err(not_xml("data at the root level is invalid")),
    }
    Ok(())
}
