//! What QuickBooks asks beyond its schema, of a request that somebody else wrote.

use crate::catalogue::Consequence;
use crate::document::Code;
use crate::engine::{Asked, Broken, Links};
use crate::qbxml::{Company, Flat};
use crate::rules::Diagnostic;
use crate::rules::source::Span;
use crate::xml::Node;

/// The constraints that the body of a request breaks, such as a `CustomerAdd`, as far as that can be told without
/// QuickBooks. `place` finds an element by its path from the request.
pub fn broken(body: &Node, place: &dyn Fn(&str) -> Span) -> Vec<Diagnostic> {
    let xml = body.to_xml();
    let Some(flat) = Flat::read(&xml) else { return Vec::new() };
    let asked = Asked { company: &Company::empty(), links: &Links::default() };
    let told = |broken: Broken| {
        let span = place(&format!("{}/{}", body.name, broken.note.element.unwrap_or_default()));
        let message = broken.note.message;
        match broken.consequence {
            Consequence::Refused => Diagnostic::error(Code::AskedBeyond, span, message),
            Consequence::Changed => Diagnostic::warning(Code::AskedBeyond, span, message),
        }
    };
    asked.broken(&flat, None).into_iter().map(told).collect()
}
