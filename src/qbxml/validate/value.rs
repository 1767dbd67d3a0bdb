//! Values and attributes.

use rust_decimal::Decimal;

use super::{FaultKind, Faults};
use crate::catalogue::{Attribute, DataType, Element};
use crate::xml::{Node, is_forbidden};

impl Faults {
    pub(super) fn value(&mut self, text: &str, element: Element, data_type: DataType) {
        if let Some(kind) = text_fault(text, data_type, element.values()) {
            self.add(kind);
        }
        // Counting is the dear part of a long text, and no text has more characters than bytes.
        if let Some(max) = element.max_length().filter(|max| text.len() > *max as usize) {
            let length = text.chars().count();
            if length > max as usize {
                self.add(FaultKind::TooLong { length, max });
            }
        }
        let bounds = element.bounds();
        if bounds != (None, None) && data_type.accepts(text) && !within(text, bounds) {
            self.add(FaultKind::OutOfBounds { text: text.to_owned(), bounds });
        }
    }

    pub(super) fn attributes(&mut self, node: &Node, element: Element) {
        let known = element.attributes();
        for (name, value) in &node.attributes {
            match known.iter().find(|attribute| attribute.name == name) {
                None => self.add(FaultKind::UnknownAttribute { name: name.clone() }),
                Some(Attribute { name, data_type, values, .. }) => {
                    if let Some(kind) = text_fault(value, *data_type, values) {
                        self.add(FaultKind::Attribute { name, kind: Box::new(kind) });
                    }
                }
            }
        }
        for attribute in known.iter().filter(|attribute| attribute.required) {
            if node.attribute(attribute.name).is_none() {
                self.add(FaultKind::MissingAttribute { name: attribute.name });
            }
        }
    }
}

fn text_fault(text: &str, data_type: DataType, values: &'static [&'static str]) -> Option<FaultKind> {
    if let Some(letter) = text.chars().find(|letter| is_forbidden(*letter)) {
        return Some(FaultKind::Unwritable { letter });
    }
    // An id that is too long is told so by its length.
    if data_type != DataType::Id && !data_type.accepts(text) {
        return Some(FaultKind::WrongType { data_type, text: text.to_owned() });
    }
    let allowed = values.is_empty() || values.contains(&text);
    (!allowed).then(|| FaultKind::NotAllowed { text: text.to_owned(), values })
}

/// Whether a number, or nothing, is within bounds. A number too great to be read is not.
fn within(text: &str, (low, high): (Option<i64>, Option<i64>)) -> bool {
    let beyond = |number: Decimal| {
        low.is_some_and(|low| number < low.into()) || high.is_some_and(|high| number > high.into())
    };
    let text = text.trim();
    text.is_empty() || text.parse::<Decimal>().is_ok_and(|number| !beyond(number))
}
