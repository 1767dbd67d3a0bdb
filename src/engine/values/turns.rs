//! Loops of the rules: one turn for each member of a list, loops within loops.

use crate::document::Value;
use crate::engine::terms::fault::Fault;
use crate::rules::program::{Expr, Node};

use super::eval::{Evaluator, Frame};

impl Evaluator<'_> {
    /// Hands over the variables of each turn of these loops, outermost first, or why there are none.
    ///
    /// What is absent has no turn. An element of a record that may repeat comes alone when there is one of it: it has one.
    pub(in crate::engine) fn turns(
        &self,
        loops: &[Expr],
        frame: &Frame<'_>,
        turn: &mut dyn FnMut(Result<&Frame<'_>, Fault>),
    ) {
        let Some((first, rest)) = loops.split_first() else { return turn(Ok(frame)) };
        let failed = |fault: Fault| Err(fault.at(first.span));
        if let Some(only) = alone(&first.node) {
            return match self.part(first, only, frame) {
                Err(fault) => turn(failed(fault)),
                Ok(value) => self.turns(rest, &frame.inner(value.as_ref()), turn),
            };
        }
        match self.value(first, frame) {
            Err(fault) => turn(failed(fault)),
            Ok(value) => match value.as_ref() {
                Value::List(members) => {
                    for member in members.iter() {
                        if let Err(fault) = self.charge(1) {
                            return turn(failed(fault));
                        }
                        self.turns(rest, &frame.inner(member), turn);
                    }
                }
                Value::Absent => {}
                one => self.turns(rest, &frame.inner(one), turn),
            },
        }
    }
}

/// The one member of a list that is written out, as that of a `let` is: its value has a name for one turn, and no list
/// has to be made for that.
fn alone(node: &Node) -> Option<&Node> {
    let Node::List(members) = node else { return None };
    match members.as_ref() {
        [only] => Some(only),
        _ => None,
    }
}
