//! A record as a company file keeps it.

use serde::{Deserialize, Serialize};

use crate::simulator::elements::saved;
use crate::simulator::elements::{is_empty, text};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// A record as it is kept: a `*Ret` with all it can hold, and the true times beside the printed ones, which
/// may be an hour off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptRecord {
    #[serde(with = "saved")]
    pub(crate) node: Node,
    /// Seconds since 1970.
    pub(crate) created: i64,
    /// Seconds since 1970.
    pub(crate) modified: i64,
}

impl KeptRecord {
    /// What the record is, such as `Customer`.
    pub(crate) fn kind(&self) -> &str {
        kind_of(&self.node)
    }

    /// Its `ListID` or `TxnID`.
    pub(crate) fn id(&self) -> &str {
        id_of(&self.node)
    }

    /// Whether it is a transaction, not an element of a list.
    pub(crate) fn is_transaction(&self) -> bool {
        self.node.child("TxnID").is_some()
    }

    /// The name it is known by within its list.
    pub(crate) fn name(&self) -> Option<&str> {
        name_of(&self.node)
    }

    /// What people call it: its name, or the number of a transaction.
    pub(crate) fn label(&self) -> Option<&str> {
        if self.is_transaction() { text(&self.node, "RefNumber") } else { self.name() }
    }

    /// The id of the element of its list that it stands below.
    pub(crate) fn parent(&self) -> Option<&str> {
        text(&self.node, "ParentRef/ListID")
    }

    /// Fails with 3200 if `sequence` is not the record's: somebody has changed it since.
    pub(crate) fn check_sequence(&self, sequence: &str) -> Result<(), Status> {
        if text(&self.node, "EditSequence") == Some(sequence) {
            return Ok(());
        }
        Err(Status::new(Reason::StaleEditSequence, &[sequence]))
    }

    /// A reference called `name` to this record.
    pub(crate) fn reference(&self, name: &str) -> Node {
        let parts =
            [Node::leaf("ListID", self.id()), Node::leaf("FullName", self.name().unwrap_or_default())];
        let parts = parts.into_iter().filter(|part| !is_empty(part)).collect();
        Node::aggregate(name.to_owned(), parts)
    }
}

/// What a record is, such as `Customer`.
pub(crate) fn kind_of(node: &Node) -> &str {
    node.name.strip_suffix("Ret").unwrap_or(&node.name)
}

/// Its `ListID` or `TxnID`.
pub(crate) fn id_of(node: &Node) -> &str {
    text(node, "ListID").or_else(|| text(node, "TxnID")).unwrap_or_default()
}

/// The name a record is known by within its list; transactions have none.
pub(crate) fn name_of(node: &Node) -> Option<&str> {
    node.child("ListID")?;
    facts().names.iter().find_map(|name| text(node, name))
}
