//! What is known of an expression before anything runs: conditions that are always or never true.

use crate::document::Value;

use super::doubts::contradiction;
use super::node::{Node, Operator};
use super::typed::Typed;
use super::types::Type;

/// The answer to `x == ()` or `x != ()`, where `x` is always there.
pub fn presence(operator: Operator, left: &Typed, right: &Typed) -> Option<bool> {
    let asked = if left.ty == Type::Absent { right } else { left };
    let plain = matches!(asked.node, Node::Field { .. } | Node::Local(_));
    let there = plain && !asked.optional && !matches!(asked.ty, Type::Any | Type::Absent | Type::List(_));
    there.then_some(operator == Operator::NotEqual)
}

/// `true` or `false`.
pub fn truth(value: bool) -> Node {
    Node::Const(Value::Bool(value))
}

/// Whether a condition is always, or never, true.
pub fn known(node: &Node) -> Option<bool> {
    match node {
        Node::Const(Value::Bool(value)) => Some(*value),
        Node::Not(of) => known(of).map(|value| !value),
        Node::And(parts) if parts.iter().any(|part| known(part) == Some(false)) => Some(false),
        Node::And(parts) if contradiction::never_together(parts) => Some(false),
        Node::Or(parts) if contradiction::always_one(parts) => Some(true),
        Node::And(parts) => parts.iter().all(|part| known(part) == Some(true)).then_some(true),
        Node::Or(parts) if parts.iter().any(|part| known(part) == Some(true)) => Some(true),
        Node::Or(parts) => parts.iter().all(|part| known(part) == Some(false)).then_some(false),
        node => contradiction::of_count(node),
    }
}

/// `left operator right`; two numbers or two texts are compared at once.
pub fn binary(operator: Operator, left: Node, right: Node) -> Node {
    let order = match (&left, &right) {
        (Node::Const(Value::Number(left)), Node::Const(Value::Number(right))) => Some(left.cmp(right)),
        (Node::Const(Value::Text(left)), Node::Const(Value::Text(right))) => Some(left.cmp(right)),
        _ => None,
    };
    match order.and_then(|order| operator.holds(order)) {
        Some(value) => truth(value),
        None => Node::Binary(operator, left.into(), right.into()),
    }
}
