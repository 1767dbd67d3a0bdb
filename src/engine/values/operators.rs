//! Operators, exact and total: what has no answer is a fault in words.

use rust_decimal::Decimal;

use crate::document::{Reference, Value};
use crate::functions::{equals, exact_product, exact_sum, to_text};
use crate::qbxml::RecordNode;
use crate::rules::program::Operator;

use crate::engine::terms::fault::Fault;

/// The value of `left operator right`, for an operator that does not compare.
pub fn binary(operator: Operator, left: &Value, right: &Value) -> Result<Value, Fault> {
    match operator {
        Operator::Add if !both_numbers(left, right) => join(left, right),
        _ => arithmetic(operator, left, right),
    }
}

/// Whether `left operator right` holds, for an operator that compares.
pub fn compared(operator: Operator, left: &Value, right: &Value) -> bool {
    match operator {
        Operator::Equal => same(left, right),
        Operator::NotEqual => !same(left, right),
        _ => ordered(operator, left, right),
    }
}

/// Minus a number; of nothing it is nothing.
pub fn negate(value: &Value) -> Result<Value, Fault> {
    match value {
        Value::Absent => Ok(Value::Absent),
        Value::Number(number) => Ok(Value::Number(-number)),
        other => Err(Fault::evaluation(format!("{} cannot have a minus before it", other.phrase()))),
    }
}

fn both_numbers(left: &Value, right: &Value) -> bool {
    matches!((left, right), (Value::Number(_), Value::Number(_)))
}

fn join(left: &Value, right: &Value) -> Result<Value, Fault> {
    match (left, right) {
        (Value::Absent, Value::Absent) => Ok(Value::Absent),
        (Value::List(left), Value::List(right)) => {
            Ok(Value::List(left.iter().chain(right.iter()).cloned().collect()))
        }
        (Value::List(list), Value::Absent) | (Value::Absent, Value::List(list)) => {
            Ok(Value::List(list.clone()))
        }
        (Value::Absent, Value::Number(_)) | (Value::Number(_), Value::Absent) => {
            Err(Fault::evaluation("one of the two numbers to add is missing"))
        }
        _ => Ok(Value::text([to_text(left), to_text(right)].concat())),
    }
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Result<Value, Fault> {
    reckoned(operator, number(left)?, number(right)?).map(Value::Number).map_err(Fault::evaluation)
}

/// The number that two numbers come to, for an operator that reckons, or why there is none.
pub fn reckoned(operator: Operator, left: Decimal, right: Decimal) -> Result<Decimal, String> {
    if matches!(operator, Operator::Divide | Operator::Remainder) && right.is_zero() {
        return Err(format!("{left} cannot be divided by 0"));
    }
    let too_large = || format!("the result for {left} and {right} is too large");
    match operator {
        Operator::Add => exact_sum(left, right),
        Operator::Subtract => exact_sum(left, -right),
        Operator::Multiply => exact_product(left, right),
        Operator::Divide => left.checked_div(right).ok_or_else(too_large),
        _ => left.checked_rem(right).ok_or_else(too_large),
    }
}

fn number(value: &Value) -> Result<Decimal, Fault> {
    match value {
        Value::Number(number) => Ok(*number),
        Value::Absent => Err(Fault::evaluation("a number to compute with is missing")),
        other => Err(Fault::evaluation(format!("{} is not a number to compute with", other.phrase()))),
    }
}

fn ordered(operator: Operator, left: &Value, right: &Value) -> bool {
    let ordering = match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        _ => left.as_text().zip(right.as_text()).map(|(left, right)| left.cmp(right)),
    };
    ordering.and_then(|it| operator.holds(it)).unwrap_or(false)
}

/// Whether two values are the same. References are the same by id where both have one, else by name.
pub fn same(left: &Value, right: &Value) -> bool {
    // Most comparisons ask whether something is there.
    if left.is_absent() || right.is_absent() {
        return left.is_absent() && right.is_absent();
    }
    if let Some(left) = reference(left)
        && let Some(right) = reference(right)
    {
        return same_record(&left, &right);
    }
    equals(left, right)
}

fn reference(value: &Value) -> Option<Reference> {
    match value {
        Value::Reference(reference) => Some(reference.as_ref().clone()),
        Value::Record(node) if node.text().is_none() => Some(reference_of(node)),
        _ => None,
    }
}

fn reference_of(node: &RecordNode) -> Reference {
    let id = node.get("ListID").or_else(|| node.get("TxnID")).map(Into::into);
    let full_name = node.get("FullName").or_else(|| node.get("Name")).map(Into::into);
    Reference { id, full_name }
}

fn same_record(left: &Reference, right: &Reference) -> bool {
    if let (Some(left), Some(right)) = (&left.id, &right.id) {
        return left == right;
    }
    let folded = |reference: &Reference| reference.full_name.as_ref().map(|name| name.to_lowercase());
    folded(left).is_some() && folded(left) == folded(right)
}
