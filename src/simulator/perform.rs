//! One request: which of all that a company file can do it asks for.

use super::books::Books;
use super::edit::text;
use super::query::answer;
use super::show::{Showing, show};
use super::status::{Reason, Status};
use super::write::Answer;
use crate::catalogue::{Kind, Operation, Version};
use crate::qbxml::element::Node;

impl Books {
    /// Does what a request asks.
    pub(super) fn perform(
        &mut self,
        operation: Operation,
        request: &Node,
        version: Version,
    ) -> Result<Answer, Status> {
        self.check_conditions(operation, request)?;
        let content = match (operation.kind, operation.name) {
            (Kind::Query, _) => return self.answer_query(operation, request, version),
            (_, "DataExtDefAdd" | "DataExtDefMod") => vec![self.define(operation, request)?],
            (_, "DataExtDefDel") => vec![self.undefine(request)?],
            (_, "DataExtAdd" | "DataExtMod" | "DataExtDel") => vec![self.extend(operation, request)?],
            (_, "ClearedStatusMod") => {
                self.transaction(text(request, "ClearedStatusMod/TxnID").unwrap_or_default())?;
                Vec::new()
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
            (_, "ListDel" | "TxnDel") => self.delete(request)?,
            (_, "TxnVoid") => self.void(request)?,
            (_, "ListMerge") => self.merge_elements(operation, request)?,
            (Kind::Add, _) => {
                let id = self.add(operation, request)?;
                self.changed(&id, operation, request, version)
            }
            (Kind::Mod, _) => {
                let id = self.modify(operation, request)?;
                self.changed(&id, operation, request, version)
            }
            (Kind::Other, _) => return Err(Reason::Unsupported.into()),
        };
        let mut done = Answer::from(Status::from(Reason::Done));
        done.content = content;
        Ok(done)
    }

    /// A record as the response to its change shows it.
    fn changed(&mut self, id: &str, operation: Operation, request: &Node, version: Version) -> Vec<Node> {
        let showing = Showing::new(operation, request, version);
        self.shown(id, &showing).into_iter().collect()
    }

    fn answer_query(
        &mut self,
        operation: Operation,
        request: &Node,
        version: Version,
    ) -> Result<Answer, Status> {
        if operation.noun.ends_with("Report") {
            return Err(Reason::Unsupported.into());
        }
        let Some(nodes) = self.about(operation, request) else {
            return self.query(operation, request, version);
        };
        let showing = Showing::new(operation, request, version);
        let mut nodes = nodes?;
        for node in &mut nodes {
            if let Some(element) = operation.response.child(&node.name) {
                show(node, element, &showing);
            }
        }
        Ok(answer(nodes, None, request))
    }
}
