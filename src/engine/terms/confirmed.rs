//! What an element of a record must hold, and what it holds instead.

use std::fmt;

use serde::Serialize;

use crate::catalogue::DataType;
use crate::qbxml::{Compare, Record, Writer};
use crate::rules::source::Span;

/// The code of a note on a difference.
pub const DIFFERS: &str = "differs";

/// What an element of a document's record must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The way to the element, such as `Subtotal`.
    pub path: String,
    /// What it must hold, as its type is written: `481.25`.
    pub value: String,
    /// Its type.
    pub data_type: DataType,
    /// The type of the record.
    pub record: &'static str,
    /// The rule.
    pub span: Span,
}

/// An element of a record that does not hold what it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Unconfirmed {
    /// The element.
    pub element: String,
    /// What it must hold.
    pub steelhead: String,
    /// What it holds.
    pub quickbooks: String,
    /// Whether that is money.
    #[serde(skip)]
    pub is_amount: bool,
}

/// What the record of a document must hold, and what people call the document.
#[derive(Clone, Debug)]
pub struct Expected {
    /// What people call the document.
    pub label: String,
    /// What its record must hold.
    pub confirmed: Vec<Confirmed>,
}

impl fmt::Display for Unconfirmed {
    /// The sentence that people read, behind what the document is called.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { element, steelhead, quickbooks, is_amount } = self;
        let says = if *is_amount { "billed" } else { "has" };
        write!(f, "Steelhead {says} {steelhead}, QuickBooks holds {quickbooks} ({element}).")
    }
}

impl Confirmed {
    /// What a record holds instead; nothing if it holds what it must, or does not show the element.
    pub fn difference(&self, record: &Record) -> Option<Unconfirmed> {
        let held = record.get(&self.path).filter(|held| !held.is_empty() && record.name() == self.record)?;
        let is_same = compare(self.data_type).is_same(held, &self.value);
        (!is_same).then(|| Unconfirmed {
            element: self.path.clone(),
            steelhead: self.value.clone(),
            quickbooks: held.to_owned(),
            is_amount: self.data_type == DataType::Amount,
        })
    }

    /// Writes the element, with all that it is in.
    pub(in crate::engine) fn write(&self, writer: &mut Writer) {
        let mut steps: Vec<&str> = self.path.split('/').collect();
        let last = steps.pop().unwrap_or_default();
        for step in &steps {
            writer.open(step);
        }
        writer.leaf(last, &self.value);
        for step in steps.iter().rev() {
            writer.close(step);
        }
    }
}

/// How values of a type are compared.
pub(in crate::engine) fn compare(data_type: DataType) -> Compare {
    match data_type {
        DataType::Amount => Compare::Amount,
        DataType::Price | DataType::Quantity | DataType::Percent | DataType::Float | DataType::Integer => {
            Compare::Number
        }
        DataType::Date => Compare::Date,
        DataType::Bool => Compare::Bool,
        _ => Compare::Exact,
    }
}
