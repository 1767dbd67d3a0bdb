//! Amounts that are compared, worked out without a value in between.
//!
//! For each line of an invoice the rules ask whether quantity times rate, rounded, is the amount that was billed. Most of
//! what the rules compute is that. The usual way makes a value of each step; here the numbers themselves are handed up.

use rust_decimal::Decimal;

use crate::document::Value;
use crate::functions::{ROUND_NAME, rounded_to};
use crate::rules::program::{Node, Operator};

use super::eval::{Evaluator, Frame, presence};
use super::operators;

impl Evaluator<'_> {
    /// Whether `left operator right` holds, for an operator that compares two numbers. Nothing where either is no
    /// number, or cannot be worked out: the usual way then says what is wrong. Nothing too where somebody watches.
    pub(super) fn amounts_compared(
        &self,
        operator: Operator,
        (left, right): (&Node, &Node),
        frame: &Frame<'_>,
    ) -> Option<bool> {
        if self.program.seen.is_some() || !(is_computed(left) || is_computed(right)) {
            return None;
        }
        let left = self.amount(left, frame)?;
        let right = self.amount(right, frame)?;
        operator.holds(left.cmp(&right))
    }

    /// The number that an expression comes to, if it is made of numbers, what reckons with them, roundings, and choices
    /// that hang on whether something is there.
    ///
    /// A choice may hang on nothing else: whoever comes to no number here is evaluated once more in the usual way, and
    /// what conditions within conditions cost would double with each of them.
    fn amount(&self, node: &Node, frame: &Frame<'_>) -> Option<Decimal> {
        match node {
            Node::Call(function, arguments, _) if function.name == ROUND_NAME => {
                let [of, Node::Const(Value::Number(places))] = arguments.as_ref() else { return None };
                let of = self.amount(of, frame)?;
                self.charge(1).ok()?;
                rounded_to(of, *places)
            }
            Node::Binary(operator, left, right) if operator.reckons() => {
                operators::reckoned(*operator, self.amount(left, frame)?, self.amount(right, frame)?).ok()
            }
            Node::If(condition, yes, no, _) => {
                let (of, absent) = presence(condition)?;
                let is_absent = self.path(of, frame)?.is_absent();
                self.amount(if is_absent == absent { yes } else { no }, frame)
            }
            _ => match self.path(node, frame)? {
                Value::Number(number) => Some(*number),
                _ => None,
            },
        }
    }
}

/// Whether this way is shorter: what lies in the document, or is no number, is sooner compared as it is.
fn is_computed(node: &Node) -> bool {
    match node {
        Node::Call(function, ..) => function.name == ROUND_NAME,
        Node::Binary(operator, ..) => operator.reckons(),
        Node::If(..) => true,
        _ => false,
    }
}
