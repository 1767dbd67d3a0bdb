//! One request: which of all that a company file can do it asks for.

use super::add::add;
use super::answer::Answer;
use super::delete::delete;
use super::extension::{define, extend, undefine};
use super::list_merge::merge_elements;
use super::modify::modify;
use super::obstacle::check_conditions;
use super::query::about::about;
use super::query::records::query;
use super::query::show::Showing;
use super::request::Request;
use super::void::void;
use crate::catalogue::Kind;
use crate::simulator::books::Books;
use crate::simulator::elements::text;
use crate::simulator::status::{Reason, Status};

/// Does what a request asks.
pub(crate) fn perform(books: &mut Books, request: Request<'_>) -> Result<Answer, Status> {
    check_conditions(books, request)?;
    let content = match (request.operation.kind, request.operation.name) {
        (Kind::Query, _) => return answer_query(books, request),
        (_, "DataExtDefAdd" | "DataExtDefMod") => vec![define(books, request)?],
        (_, "DataExtDefDel") => vec![undefine(books, request)?],
        (_, "DataExtAdd" | "DataExtMod" | "DataExtDel") => vec![extend(books, request)?],
        (_, "ClearedStatusMod") => {
            let id = text(request.node, "ClearedStatusMod/TxnID").unwrap_or_default();
            books.table.transaction(id).map(|_| Vec::new())?
        }
        // These open a window in QuickBooks, or forget what was never remembered.
        (
            _,
            "ListDisplayAdd"
            | "ListDisplayMod"
            | "TxnDisplayAdd"
            | "TxnDisplayMod"
            | "DataEventRecoveryInfoDel",
        ) => Vec::new(),
        (_, "ListDel" | "TxnDel") => delete(books, request)?,
        (_, "TxnVoid") => void(books, request)?,
        (_, "ListMerge") => merge_elements(books, request)?,
        (Kind::Add | Kind::Mod, _) => {
            let is_new = request.operation.kind == Kind::Add;
            let id = if is_new { add(books, request)? } else { modify(books, request)? };
            Showing::new(request).record(books, &id).into_iter().collect()
        }
        (Kind::Other, _) => return Err(Reason::Unsupported.into()),
    };
    Ok(Answer::done(content))
}

fn answer_query(books: &mut Books, request: Request<'_>) -> Result<Answer, Status> {
    if request.operation.noun.ends_with("Report") {
        return Err(Reason::Unsupported.into());
    }
    let Some(nodes) = about(books, request) else {
        return query(books, request);
    };
    let showing = Showing::new(request);
    let mut nodes = nodes?;
    for node in &mut nodes {
        if let Some(element) = request.operation.response.child(&node.name) {
            showing.trim(node, element);
        }
    }
    Ok(Answer::found(nodes, None, request.node))
}
