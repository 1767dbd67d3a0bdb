//! What the vocabulary is made of: elements, attributes, and what stands in sequence or by choice.

use super::DataType;

/// An element at its place in the vocabulary: the `Name` of one aggregate is another element than
/// the `Name` of another, unless all that the two aggregates hold is alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Element(pub(super) u32);

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
