//! `fields.X`: what the document's own request writes into an element, shortened and cleaned as it is sent.

use super::checker::Checker;
use super::fields::leaf_type;
use super::node::Node;
use super::typed::Typed;
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

/// What is written into the element at the end of these steps.
pub fn element(checker: &mut Checker<'_>, steps: &[String], at: Span) -> Typed {
    let path = steps.join(".");
    let Some(written) = &checker.written else {
        let help = "it can be asked where a document becomes a request: in its fields, conditions, `match` and `confirm`";
        let message = "`fields` is what a request writes, and there is none here";
        checker.tell(Diagnostic::error(Code::UnknownVariable, at, message).help(help));
        return Typed::unknown();
    };
    if let Some(found) = written.iter().find(|written| written.path == path) {
        let ty = leaf_type(&[found.element]);
        return Typed::new(Node::Written(found.steps.clone()), ty).optional(true);
    }
    let known: Vec<&str> = written.iter().map(|written| written.path.as_str()).collect();
    let help = did_you_mean(&path, known.iter().copied())
        .unwrap_or_else(|| format!("they give {}", known.join(", ")));
    let message = format!("the `fields` of the request give no `{path}` that comes once and holds a value");
    checker.tell(Diagnostic::error(Code::MatchNotFilled, at, message).help(help));
    Typed::unknown()
}
