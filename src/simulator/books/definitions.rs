//! The fields that applications have defined for records, transactions and the company.

use serde::{Deserialize, Serialize};

use crate::simulator::elements::saved;
use crate::simulator::elements::text;
use crate::xml::Node;

/// The definitions, each as QuickBooks answers with it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Definitions(#[serde(with = "saved::list")] Vec<Node>);

impl Definitions {
    /// The definition of the field that `field` names by its owner and its name.
    pub(crate) fn get(&self, field: &Node) -> Option<&Node> {
        self.0.iter().find(|known| is_same_field(known, field))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// All definitions.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Node> {
        self.0.iter()
    }

    /// Adds a definition.
    pub(crate) fn add(&mut self, definition: Node) {
        self.0.push(definition);
    }

    /// Puts a definition in the place of that of `field`, which may have had another name.
    pub(crate) fn replace(&mut self, field: &Node, definition: Node) {
        if let Some(own) = self.0.iter_mut().find(|known| is_same_field(known, field)) {
            *own = definition;
        }
    }

    /// Takes the definition of a field back. Gives whether there was one.
    pub(crate) fn remove(&mut self, field: &Node) -> bool {
        let place = self.0.iter().position(|known| is_same_field(known, field));
        place.map(|place| self.0.remove(place)).is_some()
    }
}

/// Whether two elements speak of the same field: the same name of the same owner.
pub(crate) fn is_same_field(one: &Node, other: &Node) -> bool {
    ["OwnerID", "DataExtName"].iter().all(|name| {
        let value = |node| text(node, name).unwrap_or_default().to_lowercase();
        one.child(name).is_some() && value(one) == value(other)
    })
}
