//! Queries for records of lists and for transactions.

use super::iterate::iterate;
use super::selection::select;
use super::show::Showing;
use crate::simulator::books::Books;
use crate::simulator::elements::text;
use crate::simulator::requests::answer::Answer;
use crate::simulator::requests::request::Request;
use crate::simulator::status::{Reason, Status};

/// Answers a query for records of lists or for transactions.
pub(crate) fn query(books: &mut Books, request: Request<'_>) -> Result<Answer, Status> {
    let limit = text(request.node, "MaxReturned").and_then(|text| text.trim().parse::<usize>().ok());
    let step = request.node.attribute("iterator");
    let mut attributes = Vec::new();
    let selection = if let Some(step) = step {
        let page = iterate(books, step, request, limit)?;
        attributes.push(("iteratorRemainingCount", page.remaining.to_string()));
        attributes.push(("iteratorID", page.id));
        page.selection
    } else {
        let mut selection = select(books, request)?;
        selection.ids.truncate(limit.unwrap_or(usize::MAX));
        selection
    };
    let showing = Showing::new(request);
    let nodes = selection.ids.iter().filter_map(|id| showing.record(books, id)).collect();
    let mut answer = Answer::found(nodes, selection.missing.as_deref(), request.node);
    // After the number of records come the iterator's.
    answer.attributes.append(&mut attributes);
    if step == Some("Stop") {
        answer.status = Reason::Done.into();
    }
    Ok(answer)
}
