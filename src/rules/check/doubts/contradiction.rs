//! Conditions that contradict themselves: `x == "a" && x == "b"` never holds, `x != "a" || x != "b"` always does.

use std::cmp::Ordering;

use super::absent::path;
use crate::document::Value;
use crate::rules::check::node::{Node, Operator};

/// One thing that is said of a path.
struct Said<'n> {
    path: String,
    operator: Operator,
    value: &'n Value,
}

/// Whether parts can never hold together.
pub fn never_together(parts: &[Node]) -> bool {
    let said: Vec<Said<'_>> = flat(parts, true).into_iter().filter_map(said).collect();
    said.iter().enumerate().any(|(index, one)| said.iter().take(index).any(|other| exclude(one, other)))
        || parts.iter().any(|part| of_count(part) == Some(false))
}

/// Whether a condition says all that another one says: where it holds, the other one holds too.
pub fn contains(condition: &Node, other: &Node) -> bool {
    let said: Vec<String> = flat(std::slice::from_ref(condition), true).into_iter().map(shape).collect();
    flat(std::slice::from_ref(other), true).into_iter().all(|part| said.contains(&shape(part)))
}

/// Whether at least one of the parts always holds.
pub fn always_one(parts: &[Node]) -> bool {
    let said: Vec<Said<'_>> = flat(parts, false).into_iter().filter_map(said).collect();
    let unlike = |one: &Said<'_>, other: &Said<'_>| {
        one.path == other.path
            && one.operator == Operator::NotEqual
            && other.operator == Operator::NotEqual
            && order(one.value, other.value).is_none_or(Ordering::is_ne)
    };
    said.iter().enumerate().any(|(index, one)| said.iter().take(index).any(|other| unlike(one, other)))
}

/// What is known of a comparison with a number of members: there are none below zero.
pub fn of_count(node: &Node) -> Option<bool> {
    let Node::Binary(operator, left, right) = node else { return None };
    let (Node::Call(function, ..), Node::Const(Value::Number(number))) = (left.as_ref(), right.as_ref())
    else {
        return None;
    };
    let (below, not_above) = (*number < 0.into(), *number <= 0.into());
    match operator {
        _ if function.name != "count" => None,
        Operator::Less if not_above => Some(false),
        Operator::LessOrEqual | Operator::Equal if below => Some(false),
        Operator::GreaterOrEqual if not_above => Some(true),
        Operator::Greater | Operator::NotEqual if below => Some(true),
        _ => None,
    }
}

/// The parts, with those of parts of the same kind.
fn flat(parts: &[Node], all: bool) -> Vec<&Node> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Node::And(inner) if all => found.extend(flat(inner, all)),
            Node::Or(inner) if !all => found.extend(flat(inner, all)),
            other => found.push(other),
        }
    }
    found
}

fn said(node: &Node) -> Option<Said<'_>> {
    let Node::Binary(operator, left, right) = node else { return None };
    match (left.as_ref(), right.as_ref()) {
        (left, Node::Const(value)) => Some(Said { path: shape(left), operator: *operator, value }),
        (Node::Const(value), right) => Some(Said { path: shape(right), operator: turned(*operator), value }),
        _ => None,
    }
}

/// What is asked, as a text to compare: two that are written in two places are the same.
fn shape(node: &Node) -> String {
    if let Some(path) = path(node) {
        return path;
    }
    let mut shape = String::new();
    let whole = format!("{node:?}");
    let mut parts = whole.split("Span {");
    shape.extend(parts.next());
    for part in parts {
        shape.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    shape
}

/// The operator with its sides changed.
fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        other => other,
    }
}

/// Whether two statements about one path exclude each other.
fn exclude(one: &Said<'_>, other: &Said<'_>) -> bool {
    if one.path != other.path {
        return false;
    }
    excludes(one, other) || excludes(other, one)
}

fn excludes(one: &Said<'_>, other: &Said<'_>) -> bool {
    use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    if one.value.is_absent() {
        // What is absent equals nothing and is neither more nor less than anything.
        return one.operator == Equal && !other.value.is_absent() && other.operator != NotEqual
            || one.operator == Equal && other.value.is_absent() && other.operator == NotEqual;
    }
    let Some(order) = order(one.value, other.value) else {
        return one.operator == Equal && other.operator == Equal && !other.value.is_absent();
    };
    match (one.operator, other.operator) {
        (Equal, Equal) => order.is_ne(),
        (Equal, NotEqual) => order.is_eq(),
        (Equal | GreaterOrEqual, Less) | (Greater, Less | LessOrEqual) => order.is_ge(),
        (Equal | GreaterOrEqual, LessOrEqual) => order.is_gt(),
        (Equal, Greater) => order.is_le(),
        (Equal, GreaterOrEqual) => order.is_lt(),
        _ => false,
    }
}

/// How two constants of one kind stand to each other.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
