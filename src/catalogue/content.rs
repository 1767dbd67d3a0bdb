//! What an aggregate holds: attributes, and elements in order or by choice.

use super::tables::{Span, catalogue};
use super::{DataType, Element};

/// An attribute of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, such as `requestID`.
    pub name: &'static str,
    /// The type of its value.
    pub data_type: DataType,
    /// Whether the element must carry it.
    pub required: bool,
    /// Its enumeration; empty if it has none.
    pub values: &'static [&'static str],
}

/// One place in a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Particle {
    /// An element.
    Element(Element),
    /// A choice among branches.
    Choice(Choice),
}

/// A choice among branches, each of which is a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Choice(pub(super) u32);

impl Choice {
    /// The branches, each a sequence of particles, in the schema's order.
    pub fn branches(self) -> impl ExactSizeIterator<Item = &'static [Particle]> {
        let catalogue = catalogue();
        let branches = catalogue.choice(self).map_or(Span::EMPTY, |choice| choice.branches);
        branches.of(&catalogue.branches).iter().map(|branch| branch.of(&catalogue.particles))
    }

    /// How often at least one of the branches must be taken.
    pub fn min(self) -> u32 {
        catalogue().choice(self).map_or(0, |choice| choice.min)
    }

    /// How often at most; `None` if there is no limit.
    pub fn max(self) -> Option<u32> {
        catalogue().choice(self).map_or(Some(1), |choice| choice.max)
    }
}

/// An element within an aggregate, and the choice it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Child {
    /// The element.
    pub element: Element,
    /// The innermost choice it is in, if any.
    pub choice: Option<Choice>,
    /// Which branch of that choice, from 0; 0 if there is none.
    pub branch: usize,
}
