//! Iterators: the result of a query handed over in portions, within one session.

use std::collections::BTreeMap;

use super::books::Books;
use super::query::Selection;
use super::status::{Reason, Status};
use crate::catalogue::Operation;
use crate::qbxml::element::Node;

/// The iterators of a session, by their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Iterators(BTreeMap<String, Iterating>);

/// An iterator: what it was started with, and what it has not handed over yet.
#[derive(Clone, Debug)]
struct Iterating {
    question: String,
    rest: Vec<String>,
}

/// One portion.
pub(super) struct Page {
    pub(super) selection: Selection,
    pub(super) remaining: usize,
    pub(super) id: String,
}

impl Books {
    /// Starts, continues or stops an iterator.
    ///
    /// Fails with 3150 without `MaxReturned`, and with 3000 if the session has no such iterator or it
    /// belongs to another query.
    pub(super) fn iterate(
        &mut self,
        step: &str,
        operation: Operation,
        request: &Node,
        limit: Option<usize>,
    ) -> Result<Page, Status> {
        let known = request.attribute("iteratorID").unwrap_or_default().to_owned();
        if step == "Stop" {
            self.iterators.0.remove(&known).ok_or_else(|| unknown(&known))?;
            return Ok(Page { selection: Selection::default(), remaining: 0, id: known });
        }
        let limit = limit.ok_or_else(|| Status::new(Reason::MissingElement, &["MaxReturned"]))?;
        let (id, mut iterating) = if step == "Start" {
            let rest = self.select(operation, request)?.ids;
            let question = question(request);
            (self.seed.guid(), Iterating { question, rest })
        } else {
            let iterating = self.iterators.0.remove(&known).ok_or_else(|| unknown(&known))?;
            if iterating.question != question(request) {
                self.iterators.0.insert(known.clone(), iterating);
                return Err(unknown(&known));
            }
            (known, iterating)
        };
        let rest = iterating.rest.split_off(limit.min(iterating.rest.len()));
        let ids = std::mem::replace(&mut iterating.rest, rest);
        let remaining = iterating.rest.len();
        if remaining > 0 {
            self.iterators.0.insert(id.clone(), iterating);
        }
        Ok(Page { selection: Selection { ids, missing: None }, remaining, id })
    }
}

fn unknown(id: &str) -> Status {
    Status::new(Reason::InvalidId, &[id, "iteratorID"])
}

/// What a query asks, whatever the size of its portions.
fn question(request: &Node) -> String {
    let parts = request.children().iter().filter(|part| part.name != "MaxReturned");
    let mut question = request.name.to_string();
    parts.for_each(|part| part.write_xml(&mut question));
    question
}
