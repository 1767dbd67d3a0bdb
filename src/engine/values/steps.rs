//! What is told of expressions, functions and statements as they run, for who asks how a value came about.

use rust_decimal::Decimal;

use crate::document::Value;
use crate::functions::{Function, to_text};
use crate::rules::program::{Action, Expr, Node, Seen, SeenStep, Step};
use crate::rules::source::Span;

use super::budget::size;
use super::eval::{Evaluator, Frame};
use crate::engine::terms::fault::Fault;

impl Evaluator<'_> {
    /// Where steps are noted, if they are.
    pub(in crate::engine) fn stepping(&self) -> Option<&Seen> {
        self.program.seen.as_ref().filter(|seen| seen.keeps_steps())
    }

    /// The values of the paths that an expression reads, or of the functions that it calls.
    pub(in crate::engine) fn inputs(
        &self,
        expr: &Expr,
        are_calls: bool,
        frame: &Frame<'_>,
    ) -> Vec<(String, String)> {
        // What is evaluated only to be shown is no step.
        let mark = self.stepping().map(Seen::mark);
        let inputs = expr.inputs.iter().filter(|input| input.is_call == are_calls).map(|input| {
            let value = self.eval(&input.node, frame).map(|value| shown(value.as_ref()));
            (input.text.clone(), value.unwrap_or_default())
        });
        let inputs = inputs.collect();
        if let Some((seen, mark)) = self.stepping().zip(mark) {
            seen.back_to(mark);
        }
        inputs
    }

    /// Notes what came of an expression.
    pub(in crate::engine) fn step_of(&self, seen: &Seen, expr: &Expr, value: &Value, frame: &Frame<'_>) {
        let expression = expr.text.trim_end().to_owned();
        let (read, called) = (self.inputs(expr, false, frame), self.inputs(expr, true, frame));
        let step = Step::Expression { expression, read, called };
        seen.step(SeenStep { span: Some(expr.span), step, value: shown(value) });
    }

    /// Calls a provided function, and notes with what and what it gave.
    pub(in crate::engine) fn call_told(
        &self,
        seen: &Seen,
        (function, span): (&Function, Span),
        arguments: &[Node],
        frame: &Frame<'_>,
    ) -> Result<Value, Fault> {
        let values =
            arguments.iter().map(|node| self.eval(node, frame)).collect::<Result<Vec<_>, Fault>>()?;
        let values: Vec<&Value> = values.iter().map(AsRef::as_ref).collect();
        self.charge(1 + values.iter().map(|value| size(value)).sum::<u64>())
            .map_err(|fault| fault.at(span))?;
        let made = (function.run)(&values).map_err(|message| Fault::evaluation(message).at(span));
        let value = made.as_ref().map_or_else(|fault| fault.message().to_owned(), shown);
        let arguments = values.into_iter().map(shown).collect();
        let step = Step::Call { function: function.name.to_owned(), arguments };
        seen.step(SeenStep { span: Some(span), step, value });
        made
    }

    /// Notes what was looked up in QuickBooks or among the documents, if a node does that.
    pub(in crate::engine) fn looked_up_told(&self, node: &Node, value: &Value, frame: &Frame<'_>) {
        let Some(seen) = self.stepping() else { return };
        let function = match node {
            Node::Record { noun, .. } => format!("record of {noun}"),
            Node::RecordWhere(sought) => format!("record_where of {}, {}", sought.noun, sought.element),
            Node::Connection(..) => "connection".to_owned(),
            Node::Connected(_) => "connected".to_owned(),
            Node::LineOf(..) => "line_of".to_owned(),
            Node::Referred(..) => "referred".to_owned(),
            Node::RecordType(_) => "record_type".to_owned(),
            Node::Counterpart(..) => "counterpart".to_owned(),
            _ => return,
        };
        let mark = seen.mark();
        let of = |part: &Node| self.eval(part, frame).map(|value| shown(value.as_ref())).unwrap_or_default();
        let arguments = node.parts().into_iter().map(of).collect();
        seen.back_to(mark);
        seen.step(SeenStep { span: None, step: Step::Call { function, arguments }, value: shown(value) });
    }

    /// Notes what a statement of a function gave its variable, or gives back.
    pub(in crate::engine) fn statement_told(&self, action: &Action, span: Span, value: Option<&Value>) {
        let does = match action {
            Action::Let(_) => "let",
            Action::Assign(..) => "assign",
            Action::Return(_) => "return",
            Action::Value(_) => "value",
            Action::For(..) | Action::If(..) | Action::Block(_) => return,
        };
        if let (Some(seen), Some(value)) = (self.stepping(), value) {
            seen.step(SeenStep { span: Some(span), step: Step::Statement { does }, value: shown(value) });
        }
    }
}

/// A value as explanations show it.
fn shown(value: &Value) -> String {
    match value {
        Value::Absent => "(nothing)".to_owned(),
        Value::Text(text) => format!("\"{text}\""),
        Value::List(members) => format!("a list of {}", members.len()),
        Value::Structure(_) | Value::Map(_) => value.phrase().to_owned(),
        Value::Number(number) if number.scale() > 10 => format!("{}", Decimal::round_dp(number, 28)),
        other => to_text(other).into_owned(),
    }
}
