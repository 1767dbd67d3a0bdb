//! The status of a request with a value that is too long or of the wrong type, where the company file
//! is set to answer so instead of refusing the whole message set.

use crate::catalogue::DataType;
use crate::qbxml::validate::{Fault, FaultKind};
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// Which request of `set` is at fault, from 0, and its status; `None` if the fault is not one of a value.
pub(crate) fn status_of(fault: &Fault, set: &Node) -> Option<(usize, Status)> {
    let mut steps = fault.path.split('/').skip(2);
    let request = place_of(steps.next()?, set)?;
    let mut node = set.children().get(request)?;
    for step in steps {
        node = node.children().get(place_of(step, node)?)?;
    }
    let text = node.text()?;
    let reason = match &fault.kind {
        FaultKind::TooLong { .. } => Reason::TooLong,
        FaultKind::WrongType { data_type, .. } => reason_of(*data_type),
        FaultKind::OutOfBounds { .. } => Reason::NotANumber,
        _ => return None,
    };
    Some((request, Status::new(reason, &[text, &node.name])))
}

/// Where among the children of `node` the step of a path leads: `Desc`, or `InvoiceLineAdd[2]`.
fn place_of(step: &str, node: &Node) -> Option<usize> {
    let (name, number) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
        Some((name, number)) => (name, number.parse::<usize>().ok()?),
        None => (step, 1),
    };
    let named = node.children().iter().enumerate().filter(|(_, child)| child.name == name);
    named.map(|(place, _)| place).nth(number.checked_sub(1)?)
}

fn reason_of(data_type: DataType) -> Reason {
    match data_type {
        DataType::Bool => Reason::NotABoolean,
        DataType::Date | DataType::DateTime => Reason::NotADate,
        DataType::TimeInterval => Reason::NotATimeInterval,
        DataType::Amount => Reason::NotAnAmount,
        DataType::Price => Reason::NotAPrice,
        DataType::Percent => Reason::NotAPercent,
        DataType::Quantity => Reason::NotAQuantity,
        DataType::Guid => Reason::NotAGuid,
        DataType::Integer | DataType::Float => Reason::NotANumber,
        _ => Reason::TooLong,
    }
}
