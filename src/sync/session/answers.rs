//! Which answer belongs to which request. Nothing is taken over of answers that do not fit.

use std::collections::HashMap;

use crate::qbxml::{Response, ResponseSet};
use crate::sync::stored::Exchange;

/// Why a set has no responses at all: it was not done under its id, as far as `QuickBooks` can tell.
pub(super) fn unkept(set: &ResponseSet) -> Option<i32> {
    let code = set.attribute("messageSetStatusCode")?.parse().ok()?;
    (set.responses.is_empty() && code != 0).then_some(code)
}

/// The response to each request of a write, by its id, whatever their order.
pub(super) fn paired<'r>(
    exchange: &Exchange,
    responses: &'r [Response],
) -> Result<Vec<&'r Response>, String> {
    let mut by_id: HashMap<&str, &Response> = HashMap::new();
    for response in responses {
        let id = response.request_id.as_deref().unwrap_or_default();
        if by_id.insert(id, response).is_some() {
            return Err(format!("QuickBooks answered the request `{id}` twice."));
        }
    }
    let mut paired = Vec::new();
    for item in &exchange.items {
        let response = by_id
            .remove(item.request_id.as_str())
            .filter(|response| response.name == format!("{}Rs", item.message));
        paired.push(
            response
                .ok_or_else(|| format!("QuickBooks did not answer the request `{}`.", item.request_id))?,
        );
    }
    match by_id.keys().next() {
        Some(id) => Err(format!("QuickBooks answered a request `{id}` that was not sent.")),
        None => Ok(paired),
    }
}

/// What is wrong with the answers to a read, if they are not those to what was asked, in that order.
pub(super) fn unasked(exchange: &Exchange, responses: &[Response]) -> Option<String> {
    let asked: Vec<&str> = exchange.items.iter().map(|item| item.request_id.as_str()).collect();
    let answered: Vec<&str> =
        responses.iter().map(|response| response.request_id.as_deref().unwrap_or_default()).collect();
    (asked != answered)
        .then(|| format!("The answer does not match what was asked: asked {asked:?}, answered {answered:?}."))
}
