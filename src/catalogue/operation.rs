//! Requests and responses, and the operations they make up.

use super::{Element, root};

/// What a request does, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Creates a record.
    Add,
    /// Changes a record.
    Mod,
    /// Asks for records.
    Query,
    /// Anything else, such as a deletion.
    Other,
}

/// A request, what it carries and how it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The operation's name: the request's without `Rq`.
    pub name: &'static str,
    /// The request, whose name ends in `Rq`.
    pub request: Element,
    /// The element in the request that holds the fields. `None` where the request itself does, as
    /// queries do.
    pub body: Option<Element>,
    /// The response, whose name ends in `Rs`.
    pub response: Element,
    /// What the request does.
    pub kind: Kind,
    /// What it does that to: the operation's name without its kind.
    pub noun: &'static str,
}

impl Operation {
    /// The element that holds the fields: the body, or else the request itself.
    pub fn fields(self) -> Element {
        self.body.unwrap_or(self.request)
    }
}

fn messages(set: &str) -> impl Iterator<Item = Element> {
    root().child(set).into_iter().flat_map(Element::children).map(|child| child.element)
}

/// The requests that a message set may hold, in the schema's order.
pub fn requests() -> impl Iterator<Item = Element> {
    messages("QBXMLMsgsRq")
}

/// The responses that a message set may hold, in the schema's order.
pub fn responses() -> impl Iterator<Item = Element> {
    messages("QBXMLMsgsRs")
}

/// The request of this full name, which ends in `Rq`.
pub fn request(name: &str) -> Option<Element> {
    root().child("QBXMLMsgsRq")?.child(name)
}

/// The response of this full name, which ends in `Rs`.
pub fn response(name: &str) -> Option<Element> {
    root().child("QBXMLMsgsRs")?.child(name)
}

/// The operation whose request is called `name` and `Rq`.
pub fn operation(name: &str) -> Option<Operation> {
    of(request(&format!("{name}Rq"))?)
}

/// Every operation, in the schema's order.
pub fn operations() -> impl Iterator<Item = Operation> {
    requests().filter_map(of)
}

fn of(request: Element) -> Option<Operation> {
    let name = request.name().strip_suffix("Rq")?;
    let kinds = [("Add", Kind::Add), ("Mod", Kind::Mod), ("Query", Kind::Query)];
    let known = kinds.iter().find_map(|(ending, kind)| Some((name.strip_suffix(ending)?, *kind)));
    let (noun, kind) = known.unwrap_or((name, Kind::Other));
    let response = response(&format!("{name}Rs"))?;
    Some(Operation { name, request, body: request.child(name), response, kind, noun })
}
