//! Script functions with loops or assignments: instructions that run one after the other.
//!
//! Their expressions are the same small trees as everywhere, evaluated by the same evaluator. A routine
//! adds only variables that can change. They lie in one list that grows and shrinks with the blocks; each
//! expression sees it as one frame above those of the caller, so that numbers count on.

use std::borrow::Cow;

use crate::document::{Code, Value};
use crate::rules::program::{Action, Fork, Instruction, Node, Routine};
use crate::rules::source::Span;

use super::budget::excess;
use super::eval::{Evaluator, Frame};
use crate::engine::terms::fault::Fault;

impl Evaluator<'_> {
    /// What a routine gives.
    pub(in crate::engine) fn routine(&self, routine: &Routine, frame: &Frame<'_>) -> Result<Value, Fault> {
        let mut run = RoutineRun { evaluator: self, frame, routine, variables: Vec::new() };
        let may_run = self.budget.enter(&self.program.limits);
        let given = if may_run { run.block(&routine.body) } else { Err(run.failed("its calls go too deep")) };
        self.budget.leave();
        match given? {
            NextStep::Next(value) | NextStep::Return(value) => Ok(value),
        }
    }
}

/// What an instruction leads to.
enum NextStep {
    /// The next one. If there is none, this is the value of the block.
    Next(Value),
    /// The end of the routine, with this value.
    Return(Value),
}

/// A routine on its way.
struct RoutineRun<'r, 'p> {
    evaluator: &'r Evaluator<'p>,
    /// The variables around it.
    frame: &'r Frame<'r>,
    routine: &'r Routine,
    /// Its own variables, those of the innermost block last.
    variables: Vec<Value>,
}

impl RoutineRun<'_, '_> {
    fn block(&mut self, body: &[Instruction]) -> Result<NextStep, Fault> {
        let mark = self.variables.len();
        let mut last = Value::Absent;
        for instruction in body {
            if !self.evaluator.spent(instruction.cost) {
                return Err(self.failed("it runs for too long").at(instruction.span));
            }
            let next = self
                .act(&instruction.action, instruction.span)
                .map_err(|fault| self.named(fault).at(instruction.span))?;
            self.tell(instruction, &next);
            match next {
                NextStep::Next(value) => last = value,
                returned @ NextStep::Return(_) => return Ok(returned),
            }
        }
        self.variables.truncate(mark);
        Ok(NextStep::Next(last))
    }

    /// Notes what a statement did, where somebody asks for it.
    fn tell(&self, Instruction { action, span, .. }: &Instruction, next: &NextStep) {
        let value = match action {
            Action::Let(_) => self.variables.last(),
            Action::Assign(number, _) => {
                self.variables.get(usize::from(number.saturating_sub(self.frame.next())))
            }
            _ => match next {
                NextStep::Next(value) | NextStep::Return(value) => Some(value),
            },
        };
        self.evaluator.statement_told(action, *span, value);
    }

    fn act(&mut self, action: &Action, at: Span) -> Result<NextStep, Fault> {
        match action {
            Action::Let(node) => {
                let value = self.value(node)?;
                self.variables.push(value);
            }
            Action::Assign(number, node) => {
                let value = self.made(node)?;
                let own = usize::from(number.saturating_sub(self.frame.next()));
                if let Some(variable) = self.variables.get_mut(own) {
                    *variable = value;
                }
            }
            Action::For(list, body) => return self.each((list, at), body),
            Action::If(condition, yes, no) => {
                let frame = self.frame.inner_all(&self.variables);
                let holds = self.evaluator.judged(condition, (at, Fork::If), &frame)?;
                let branch = if holds { yes } else { no };
                return self.block(branch);
            }
            Action::Block(body) => return self.block(body),
            Action::Return(node) => return self.value(node).map(NextStep::Return),
            Action::Value(node) => return self.value(node).map(NextStep::Next),
        }
        Ok(NextStep::Next(Value::Absent))
    }

    fn each(&mut self, (list, at): (&Node, Span), body: &[Instruction]) -> Result<NextStep, Fault> {
        let list = self.value(list)?;
        let members = match &list {
            Value::List(members) => members.as_ref(),
            Value::Absent => &[],
            // An element of a record that may repeat, and comes once.
            one @ Value::Record(_) => std::slice::from_ref(one),
            other => {
                return Err(Fault::evaluation(format!("`for` goes over a list; this is {}", other.phrase())));
            }
        };
        if let Some(seen) = &self.evaluator.program.seen {
            seen.branch(at, Fork::For, !members.is_empty());
        }
        for member in members {
            self.variables.push(member.clone());
            if let returned @ NextStep::Return(_) = self.block(body)? {
                return Ok(returned);
            }
            self.variables.pop();
        }
        Ok(NextStep::Next(Value::Absent))
    }

    fn value(&self, node: &Node) -> Result<Value, Fault> {
        let frame = self.frame.inner_all(&self.variables);
        self.evaluator.eval(node, &frame).map(Cow::into_owned)
    }

    /// A value for a variable that had another. Turn by turn it could grow without end.
    fn made(&self, node: &Node) -> Result<Value, Fault> {
        let value = self.value(node)?;
        match excess(&value, &self.evaluator.program.limits) {
            Some(what) => Err(self.failed(&format!("it makes too much: {what}"))),
            None => Ok(value),
        }
    }

    /// What is too large is told of the function that makes it.
    fn named(&self, fault: Fault) -> Fault {
        match fault.message().strip_prefix("this makes too much") {
            Some(rest) => self.failed(&format!("it makes too much{rest}")),
            None => fault,
        }
    }

    fn failed(&self, reason: &str) -> Fault {
        Fault::new(Code::Script, format!("the function `{}` failed: {reason}", self.routine.function))
    }
}
