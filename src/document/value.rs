//! The values that rules see.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::ShapeId;
use crate::qbxml::RecordNode;

/// A value of a document, a setting, a record or an expression. Cheap to clone.
///
/// (With a kind as wide as a word it is moved in words; with one of a byte it is moved in pieces,
/// and waiting for those was a good part of the time of evaluating expressions.)
#[derive(Clone, Debug, Default, PartialEq)]
#[repr(u64)]
pub enum Value {
    /// Not there; JSON's `null` and Rhai's `()` are the same.
    #[default]
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// An exact decimal.
    Number(Decimal),
    /// Text; dates and times are text too, checked when they are decoded.
    Text(Arc<str>),
    /// A list.
    List(Arc<[Value]>),
    /// A structure of a Steelhead document.
    Structure(Structure),
    /// Free keys, such as custom inputs, or what `address()` gives.
    Map(Arc<Map>),
    /// A QuickBooks record or an element inside one.
    Record(RecordNode),
    /// A reference to a QuickBooks record, as `connection()` and `record()` give it.
    Reference(Arc<Reference>),
}

/// A structure's fields by slot; which slot is which field is said by its shape. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// The shape it was decoded by.
    pub shape: ShapeId,
    /// One value per field of the shape, up to the last that is read; fields that nothing reads are
    /// absent.
    pub slots: Arc<[Value]>,
}

/// Free keys in the order they are to be shown in: sorted, unless a function says otherwise.
pub type Map = Vec<(Arc<str>, Value)>;

/// A reference to a QuickBooks record: by its id once that is known, else by its full name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The record's id, `ListID` or `TxnID`.
    pub id: Option<Arc<str>>,
    /// The record's full name.
    pub full_name: Option<Arc<str>>,
}

impl Value {
    /// Text from anything that can be text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Whether there is nothing.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Record(node) => node.text(),
            _ => None,
        }
    }

    /// What kind of value it is, for messages.
    pub fn phrase(&self) -> &'static str {
        match self {
            Self::Absent => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Structure(_) => "a structure",
            Self::Map(_) => "a map",
            Self::Record(_) => "a record",
            Self::Reference(_) => "a reference",
        }
    }
}
