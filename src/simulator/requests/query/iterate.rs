//! Iterators: the result of a query handed over in portions, within one session.

use super::selection::{Selection, select};
use crate::simulator::books::Books;
use crate::simulator::requests::request::Request;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// One portion.
pub(crate) struct Page {
    pub(crate) selection: Selection,
    pub(crate) remaining: usize,
    pub(crate) id: String,
}

/// Starts, continues or stops an iterator.
///
/// # Errors
/// 3150 without `MaxReturned`; 3000 if the session has no such iterator or it belongs to another query.
pub(crate) fn iterate(
    books: &mut Books,
    step: &str,
    request: Request<'_>,
    limit: Option<usize>,
) -> Result<Page, Status> {
    let known = request.node.attribute("iteratorID").unwrap_or_default();
    let unknown = || Status::new(Reason::InvalidId, &[known, "iteratorID"]);
    if step == "Stop" {
        let is_known = books.iterators.stop(known);
        let page = Page { selection: Selection::default(), remaining: 0, id: known.to_owned() };
        return is_known.then_some(page).ok_or_else(unknown);
    }
    let limit = limit.ok_or_else(|| Status::new(Reason::MissingElement, &["MaxReturned"]))?;
    let question = question(request.node);
    let (id, mut ids) = if step == "Start" {
        let all = select(books, request)?.ids;
        (books.seed.guid(), all)
    } else {
        (known.to_owned(), books.iterators.take(known, &question).ok_or_else(unknown)?)
    };
    let rest = ids.split_off(limit.min(ids.len()));
    let remaining = rest.len();
    books.iterators.keep(&id, question, rest);
    Ok(Page { selection: Selection { ids, missing: None }, remaining, id })
}

/// What a query asks, whatever the size of its portions.
fn question(request: &Node) -> String {
    let parts = request.children().iter().filter(|part| part.name != "MaxReturned").map(Node::to_xml);
    std::iter::once(request.name.to_string()).chain(parts).collect()
}
