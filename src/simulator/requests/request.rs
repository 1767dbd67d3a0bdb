//! One request, as a company file is asked it.

use crate::catalogue::{Operation, Version};
use crate::simulator::elements::normalize;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// One request: what it asks for, all that it says, and the version of qbXML that it speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'r> {
    pub(crate) operation: Operation,
    pub(crate) node: &'r Node,
    pub(crate) version: Version,
}

impl<'r> Request<'r> {
    /// The element that holds what is to be added or changed; the request itself if it has no such element.
    pub(crate) fn body(&self) -> &'r Node {
        self.operation.body.and_then(|body| self.node.child(body.name())).unwrap_or(self.node)
    }

    /// What is to be added or changed, in the form in which QuickBooks keeps it. Empty elements stay if
    /// `keeps_empty`, for a modification clears by them.
    pub(crate) fn given(&self, keeps_empty: bool) -> Result<Node, Status> {
        let fields = self.operation.fields();
        let mut given = self.node.child(fields.name()).cloned().ok_or(Reason::Unsupported)?;
        normalize(&mut given, fields, keeps_empty);
        Ok(given)
    }

    /// The values of the elements called `name`.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'r str> {
        texts(self.node, name)
    }
}

/// The values of the elements called `name` that `node` holds.
pub(crate) fn texts<'n>(node: &'n Node, name: &str) -> Vec<&'n str> {
    node.children().iter().filter(|part| part.name == name).filter_map(Node::text).collect()
}
