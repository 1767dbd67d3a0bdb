//! What is known to be there: after `x != () &&`, or in the branch of an `if` that asks for it.

use crate::document::Value;
use crate::rules::check::node::{Node, Operator};

/// A path by which something is reached, as a text to compare: a variable, a setting, a field of one.
pub fn path(node: &Node) -> Option<String> {
    match node {
        Node::Local(number) => Some(format!("v{number}")),
        Node::Setting(index) => Some(format!("s{index}")),
        Node::Field { of, name, .. } | Node::Element { of, name, .. } => {
            Some(format!("{}.{name}", path(of)?))
        }
        _ => None,
    }
}

/// Adds the paths that are there if a condition holds, or if it does not.
pub fn learn(condition: &Node, holds: bool, known: &mut Vec<String>) {
    match condition {
        Node::And(parts) if holds => parts.iter().for_each(|part| learn(part, true, known)),
        Node::Or(parts) if !holds => parts.iter().for_each(|part| learn(part, false, known)),
        Node::Not(of) => learn(of, !holds, known),
        Node::Binary(operator, a, b) => compared(*operator, (a, b), holds, known),
        Node::Call(function, arguments, _) => {
            let asks = match function.name {
                "exists" | "starts_with" | "ends_with" | "contains" | "matches" => holds,
                "empty" => !holds,
                _ => false,
            };
            if asks && let Some(argument) = arguments.first() {
                there(argument, known);
            }
        }
        path if holds => there(path, known),
        _ => {}
    }
}

fn compared(operator: Operator, (a, b): (&Node, &Node), holds: bool, known: &mut Vec<String>) {
    let asked = match (is_nothing(a), is_nothing(b)) {
        (true, _) => Some(b),
        (_, true) => Some(a),
        _ => None,
    };
    match (operator, asked) {
        (Operator::Equal, Some(asked)) if !holds => there(asked, known),
        (Operator::NotEqual, Some(asked)) if holds => there(asked, known),
        // Nothing is equal to a constant that is there.
        (Operator::Equal, None) if holds && (is_constant(a) || is_constant(b)) => both(a, b, known),
        (Operator::NotEqual, None) if !holds && (is_constant(a) || is_constant(b)) => both(a, b, known),
        (Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual, _)
            if holds =>
        {
            both(a, b, known);
        }
        _ => {}
    }
}

fn both(a: &Node, b: &Node, known: &mut Vec<String>) {
    there(a, known);
    there(b, known);
}

fn there(node: &Node, known: &mut Vec<String>) {
    known.extend(path(node));
}

fn is_nothing(node: &Node) -> bool {
    matches!(node, Node::Const(Value::Absent))
}

fn is_constant(node: &Node) -> bool {
    matches!(node, Node::Const(value) if !value.is_absent())
}
