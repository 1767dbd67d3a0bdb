//! Expressions: a small tree in, a value out.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use crate::document::{Code, Reference, Shapes, Value};
use crate::functions::{Function, to_text};
use crate::qbxml::MessageWriter;
use crate::rules::Program;
use crate::rules::program::{Expr, Fork, Node, Operator, Parts};
use crate::rules::source::Span;

use super::budget::{Budget, excess, size};
use super::choose::Chooser;
use super::inactive::InactiveOnes;
use super::member::{element, field, member, project, slot};
use super::operators;
use super::reference::Sought;
use crate::engine::terms::context::Context;
use crate::engine::terms::fault::Fault;
use crate::engine::terms::outcome::{Dependency, Note};

/// The variables of an expression, innermost first. A frame holds one, or those of a routine.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'f> {
    values: &'f [Value],
    /// The number of the first of them.
    first: u16,
    outer: Option<&'f Frame<'f>>,
}

impl<'f> Frame<'f> {
    /// The outermost variable: the document or the record.
    pub fn root(value: &'f Value) -> Self {
        Self { values: std::slice::from_ref(value), first: 0, outer: None }
    }

    /// One more variable.
    pub fn inner(&'f self, value: &'f Value) -> Self {
        self.inner_all(std::slice::from_ref(value))
    }

    /// Some more variables.
    pub(in crate::engine) fn inner_all(&'f self, values: &'f [Value]) -> Self {
        Self { values, first: self.next(), outer: Some(self) }
    }

    /// The number that the next variable gets.
    pub(in crate::engine) fn next(&self) -> u16 {
        self.first.saturating_add(u16::try_from(self.values.len()).unwrap_or(u16::MAX))
    }

    fn find(&self, number: u16) -> &'f Value {
        let mut frame = self;
        while frame.first > number {
            match frame.outer {
                Some(outer) => frame = outer,
                None => break,
            }
        }
        frame.values.get(usize::from(number.saturating_sub(frame.first))).unwrap_or(&ABSENT)
    }

    fn bottom(&self) -> &'f Value {
        self.find(0)
    }
}

/// What expressions may ask, and what asking leaves behind.
pub struct Evaluator<'e> {
    /// The rules.
    pub program: &'e Program,
    /// What the document is mapped against.
    pub context: Context<'e>,
    /// What is left of the limits of script functions.
    pub(in crate::engine) budget: Budget,
    /// A writer whose memory is used again and again.
    pub writer: &'e RefCell<MessageWriter>,
    /// Documents that were followed.
    pub dependencies: RefCell<Vec<Dependency>>,
    /// What is to be told although nothing is wrong.
    pub warnings: RefCell<Vec<Note>>,
    /// The reference to the document's own record, while what follows is written.
    pub(in crate::engine) own: RefCell<Option<Reference>>,
    /// Records that were referred to although they are inactive.
    pub(in crate::engine) inactive: InactiveOnes,
}

static ABSENT: Value = Value::Absent;

/// A value, or why there is none.
pub(in crate::engine) type Outcome<'v> = Result<Cow<'v, Value>, Fault>;

impl Evaluator<'_> {
    /// The value of an expression.
    pub fn value<'v>(&'v self, expr: &'v Expr, frame: &'v Frame<'v>) -> Outcome<'v> {
        self.part(expr, &expr.node, frame)
    }

    /// The value of a part of an expression that stands for the whole.
    pub(in crate::engine) fn part<'v>(
        &'v self,
        expr: &'v Expr,
        node: &'v Node,
        frame: &'v Frame<'v>,
    ) -> Outcome<'v> {
        let value = self.watched((expr.span, Fork::Whole), || self.eval(node, frame))?;
        self.stepped(expr, &value, frame);
        Ok(value)
    }

    /// Notes what came of an expression, where somebody asks for steps.
    fn stepped(&self, expr: &Expr, value: &Value, frame: &Frame<'_>) {
        if let Some(seen) = self.stepping() {
            self.step_of(seen, expr, value, frame);
        }
    }

    /// What is asked at a branch; where somebody watches, that is noted, or something else comes of it.
    fn watched<'v>(&'v self, (span, fork): (Span, Fork), ask: impl FnOnce() -> Outcome<'v>) -> Outcome<'v> {
        let Some(seen) = &self.program.seen else { return ask() };
        let value = seen.instead(span, fork).map_or_else(ask, |value| Ok(Cow::Borrowed(value)))?;
        seen.branch(span, fork, !value.is_absent());
        Ok(value)
    }

    /// Whether what is asked at a branch holds; where somebody watches, that is noted, or something else comes of it.
    pub(in crate::engine) fn judged(
        &self,
        node: &Node,
        (span, fork): (Span, Fork),
        frame: &Frame<'_>,
    ) -> Result<bool, Fault> {
        let Some(seen) = &self.program.seen else { return self.decided(node, frame) };
        let holds = seen.instead(span, fork).map_or_else(|| self.decided(node, frame), truth)?;
        seen.branch(span, fork, holds);
        Ok(holds)
    }

    /// Hands the value of an expression over.
    pub(in crate::engine) fn with<T>(
        &self,
        expr: &Expr,
        frame: &Frame<'_>,
        see: impl FnOnce(&Value) -> T,
    ) -> Result<T, Fault> {
        let value = self.watched((expr.span, Fork::Whole), || self.eval(&expr.node, frame))?;
        self.stepped(expr, &value, frame);
        Ok(see(value.as_ref()))
    }

    /// Whether a condition holds; absent counts as false.
    pub fn holds(&self, expr: &Expr, frame: &Frame<'_>) -> Result<bool, Fault> {
        let holds = self.judged(&expr.node, (expr.span, Fork::Whole), frame)?;
        self.stepped(expr, &Value::Bool(holds), frame);
        Ok(holds)
    }

    /// Whether a condition holds in no turn of its loop, because it begins with a question about settings that says no:
    /// then nobody has to go over the lines. Where somebody watches, each turn is gone through.
    pub(in crate::engine) fn is_off_for_all(&self, when: &Node, frame: &Frame<'_>) -> bool {
        let Node::And(parts) = when else { return false };
        let first = parts.placed().next().map(|(part, _)| part);
        self.program.seen.is_none()
            && first.is_some_and(|it| asks_only_settings(it) && matches!(self.decided(it, frame), Ok(false)))
    }

    /// The text of an expression.
    pub fn text(&self, expr: &Expr, frame: &Frame<'_>) -> Result<String, Fault> {
        Ok(to_text(self.value(expr, frame)?.as_ref()).into_owned())
    }

    /// The value of a path, where it lies: most expressions are nothing else, and this is the short
    /// way for them. Nothing for what has to be computed.
    pub(in crate::engine) fn path<'v>(&'v self, node: &'v Node, frame: &'v Frame<'v>) -> Option<&'v Value> {
        match node {
            Node::Const(value) => Some(value),
            Node::Local(number) => Some(frame.find(*number)),
            Node::Setting(index) => {
                if let Some(seen) = &self.program.seen {
                    seen.setting(*index);
                }
                Some(self.context.settings.get(*index).unwrap_or(&ABSENT))
            }
            Node::Field { of, name, slots } => {
                let of = match of.as_ref() {
                    Node::Local(number) => frame.find(*number),
                    of => self.path(of, frame)?,
                };
                match of {
                    Value::Structure(structure) => {
                        Some(slot(structure, name, slots, self.shapes()).unwrap_or(&ABSENT))
                    }
                    Value::Absent => Some(&ABSENT),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Evaluates one node.
    pub fn eval<'v>(&'v self, node: &'v Node, frame: &'v Frame<'v>) -> Outcome<'v> {
        match self.path(node, frame) {
            Some(value) => Ok(Cow::Borrowed(value)),
            None => self.made(node, frame),
        }
    }

    /// Evaluates one node that is no path. Calls and operators are most of them, so they do not go the way of those
    /// that look for records.
    fn made<'v>(&'v self, node: &'v Node, frame: &'v Frame<'v>) -> Outcome<'v> {
        match node {
            Node::Settings => Ok(Cow::Owned(self.settings())),
            Node::Field { of, name, slots } => {
                let of = self.eval(of, frame)?;
                self.charge_list(&of)?;
                Ok(field(of, name, slots, self.shapes()))
            }
            Node::Project { of, name, slots } => {
                let of = self.eval(of, frame)?;
                self.charge_list(&of)?;
                Ok(Cow::Owned(project(of.as_ref(), name, slots, self.shapes())))
            }
            Node::Element { of, name, data_type } => {
                Ok(Cow::Owned(element(self.eval(of, frame)?.as_ref(), name, *data_type)))
            }
            Node::Coalesce(parts) => self.coalesce(parts, frame),
            Node::If(condition, yes, no, at) => {
                let branch = if self.judged(condition, (*at, Fork::If), frame)? { yes } else { no };
                self.eval(branch, frame)
            }
            Node::Let(value, body) => {
                let value = self.eval(value, frame)?;
                let inner = frame.inner(value.as_ref());
                Ok(Cow::Owned(self.eval(body, &inner)?.into_owned()))
            }
            Node::Call(function, arguments, span) => {
                if let Some(seen) = self.stepping() {
                    return self.call_told(seen, (function, *span), arguments, frame).map(Cow::Owned);
                }
                match Chooser::of(node).and_then(|chooser| self.chosen(chooser, frame)) {
                    Some(chosen) => chosen,
                    None => self.call(function, arguments, *span, frame).map(Cow::Owned),
                }
            }
            Node::Binary(operator, ..) if !operator.reckons() => {
                Ok(Cow::Owned(Value::Bool(self.decided(node, frame)?)))
            }
            Node::Binary(operator, left, right) => {
                let made =
                    self.both(left, right, frame, |left, right| operators::binary(*operator, left, right))??;
                let made = if *operator == Operator::Add { self.bounded(made) } else { Ok(made) };
                made.map(Cow::Owned)
            }
            other => {
                let value = self.computed(other, frame)?;
                self.looked_up_told(other, &value, frame);
                Ok(Cow::Owned(value))
            }
        }
    }

    /// Other nodes that make a new value.
    fn computed(&self, node: &Node, frame: &Frame<'_>) -> Result<Value, Fault> {
        match node {
            Node::Index(of, index) => {
                let index = self.eval(index, frame)?;
                Ok(member(self.eval(of, frame)?.as_ref(), index.as_ref()))
            }
            Node::List(members) => self.list(members, frame),
            Node::And(_) | Node::Or(_) | Node::Not(_) => self.decided(node, frame).map(Value::Bool),
            Node::Negate(of) => operators::negate(self.eval(of, frame)?.as_ref()),
            Node::Join(parts) => self.join(parts, frame),
            Node::RecordWhere(sought) => {
                let (value, preferred) =
                    (self.eval(&sought.value, frame)?, self.eval(&sought.preferred, frame)?);
                self.record_where(sought, value.as_ref(), preferred.as_ref())
            }
            Node::Referred(of, types) => Ok(self.referred(self.eval(of, frame)?.as_ref(), types)),
            Node::Routine(routine) => self.routine(routine, frame),
            Node::Connection(of, kinds) => {
                self.connection(self.eval(of, frame)?.as_ref(), frame.bottom(), kinds)
            }
            Node::Written(steps) => self.written(steps, frame.bottom()),
            Node::LineOf(of, id) => {
                let id = self.eval(id, frame)?;
                self.line_of(self.eval(of, frame)?.as_ref(), id.as_ref(), frame.bottom())
            }
            Node::RecordType(of) => Ok(self.record_type(self.eval(of, frame)?.as_ref())),
            Node::Counterpart(shape, of) => Ok(self.document_of(*shape, self.eval(of, frame)?.as_ref())),
            Node::Connected(of) => Ok(Value::Bool(self.connected(self.eval(of, frame)?.as_ref()))),
            Node::Record { records, is_several, noun, name, kinds } => {
                let name = self.eval(name, frame)?;
                self.record(Sought { records, is_several: *is_several, noun, kinds }, name.as_ref())
            }
            other => Ok(self.eval(other, frame)?.into_owned()),
        }
    }

    /// Calls a function. Few have more than three parameters.
    fn call(
        &self,
        function: &Function,
        arguments: &[Node],
        span: Span,
        frame: &Frame<'_>,
    ) -> Result<Value, Fault> {
        let value = |node| self.eval(node, frame);
        let run = |values: &[&Value]| {
            let taken: u64 = values.iter().map(|value| size(value)).sum();
            self.charge(1 + taken).map_err(|fault| fault.at(span))?;
            (function.run)(values).map_err(|message| Fault::evaluation(message).at(span))
        };
        let value = match arguments {
            [] => run(&[]),
            [a] => run(&[value(a)?.as_ref()]),
            [a, b] => run(&[value(a)?.as_ref(), value(b)?.as_ref()]),
            [a, b, c] => run(&[value(a)?.as_ref(), value(b)?.as_ref(), value(c)?.as_ref()]),
            more => {
                let values = more.iter().map(value).collect::<Result<Vec<_>, Fault>>()?;
                run(&values.iter().map(Cow::as_ref).collect::<Vec<_>>())
            }
        }?;
        let made = size(&value);
        if made > 0 {
            self.charge(made).map_err(|fault| fault.at(span))?;
        }
        match self.budget.is_running().then(|| excess(&value, &self.program.limits)).flatten() {
            Some(what) => {
                let message = format!("`{}` makes too much: {what}", function.name);
                Err(Fault::new(Code::Script, message).at(span))
            }
            None => Ok(value),
        }
    }

    /// Counts work of the document.
    pub(in crate::engine) fn charge(&self, operations: u64) -> Result<(), Fault> {
        if self.budget.charge(operations, &self.program.limits, &self.program.stop) {
            return Ok(());
        }
        Err(Fault::new(Code::Script, "the rules make too much work of this document"))
    }

    /// Counts the members of a list that is gone over.
    pub(in crate::engine) fn charge_list(&self, value: &Value) -> Result<(), Fault> {
        match value {
            Value::List(members) => self.charge(u64::try_from(members.len()).unwrap_or(u64::MAX)),
            _ => Ok(()),
        }
    }

    /// Counts operations of the function that runs; says whether there were enough.
    pub(in crate::engine) fn spent(&self, operations: u32) -> bool {
        self.budget.charge(u64::from(operations), &self.program.limits, &self.program.stop)
    }

    /// A text or a list that is made of others. Made of itself again and again it could fill the memory.
    fn bounded(&self, value: Value) -> Result<Value, Fault> {
        self.charge(size(&value))?;
        match excess(&value, &self.program.limits) {
            Some(what) => Err(Fault::new(Code::Script, format!("this makes too much: {what}"))),
            None => Ok(value),
        }
    }

    fn list(&self, members: &[Node], frame: &Frame<'_>) -> Result<Value, Fault> {
        let mut list: Arc<[Value]> = (0..members.len()).map(|_| Value::Absent).collect();
        // Nobody else has it yet.
        for (place, member) in Arc::get_mut(&mut list).into_iter().flatten().zip(members) {
            *place = self.eval(member, frame)?.into_owned();
        }
        Ok(Value::List(list))
    }

    pub(in crate::engine) fn shapes(&self) -> &Shapes {
        &self.program.shapes
    }

    fn settings(&self) -> Value {
        let names = self.program.settings.names().map(Arc::from);
        Value::Map(Arc::new(names.zip(self.context.settings.iter().cloned()).collect()))
    }

    fn coalesce<'v>(&'v self, parts: &'v Parts, frame: &'v Frame<'v>) -> Outcome<'v> {
        for (part, span) in parts.placed() {
            let value = self.watched((span, Fork::Coalesce), || self.eval(part, frame))?;
            if !value.is_absent() {
                return Ok(value);
            }
        }
        Ok(Cow::Owned(Value::Absent))
    }

    /// Whether a condition holds.
    fn decided(&self, node: &Node, frame: &Frame<'_>) -> Result<bool, Fault> {
        match node {
            Node::And(parts) => self.any((parts, Fork::And), false, frame).map(|one_fails| !one_fails),
            Node::Or(parts) => self.any((parts, Fork::Or), true, frame),
            Node::Not(of) => self.decided(of, frame).map(|holds| !holds),
            Node::Binary(operator, left, right) if !operator.reckons() => {
                // What rules ask most: whether something is there.
                if let Some((of, absent)) = presence(node) {
                    return Ok(self.eval(of, frame)?.is_absent() == absent);
                }
                match self.amounts_compared(*operator, (left, right), frame) {
                    Some(holds) => Ok(holds),
                    None => self
                        .both(left, right, frame, |left, right| operators::compared(*operator, left, right)),
                }
            }
            Node::If(condition, yes, no, at) => {
                let branch = if self.judged(condition, (*at, Fork::If), frame)? { yes } else { no };
                self.decided(branch, frame)
            }
            _ => truth(self.eval(node, frame)?.as_ref()),
        }
    }

    /// Whether any of the conditions is as asked for; what follows it is not looked at.
    fn any(&self, (parts, fork): (&Parts, Fork), wanted: bool, frame: &Frame<'_>) -> Result<bool, Fault> {
        for (part, span) in parts.placed() {
            if self.judged(part, (span, fork), frame)? == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn both<T>(
        &self,
        left: &Node,
        right: &Node,
        frame: &Frame<'_>,
        join: impl FnOnce(&Value, &Value) -> T,
    ) -> Result<T, Fault> {
        let (known_left, known_right) = (self.path(left, frame), self.path(right, frame));
        if let (Some(left), Some(right)) = (known_left, known_right) {
            return Ok(join(left, right));
        }
        let value =
            |known: Option<_>, node| known.map_or_else(|| self.made(node, frame), |it| Ok(Cow::Borrowed(it)));
        let left = value(known_left, left)?;
        let right = value(known_right, right)?;
        Ok(join(left.as_ref(), right.as_ref()))
    }

    fn join(&self, parts: &[Node], frame: &Frame<'_>) -> Result<Value, Fault> {
        let mut text = String::new();
        for part in parts {
            text.push_str(&to_text(self.eval(part, frame)?.as_ref()));
        }
        self.bounded(Value::text(text))
    }
}

/// What a node asks for, if it asks no more than whether something is there, and whether it holds where it is absent.
pub(super) fn presence(node: &Node) -> Option<(&Node, bool)> {
    match node {
        Node::Binary(operator @ (Operator::Equal | Operator::NotEqual), of, right)
            if matches!(**right, Node::Const(Value::Absent)) =>
        {
            Some((of, *operator == Operator::Equal))
        }
        _ => None,
    }
}

fn asks_only_settings(node: &Node) -> bool {
    match node {
        Node::Const(_) | Node::Setting(_) => true,
        Node::Binary(_, left, right) => asks_only_settings(left) && asks_only_settings(right),
        Node::Not(of) => asks_only_settings(of),
        _ => false,
    }
}

/// Whether a value is true; absent counts as false.
pub fn truth(value: &Value) -> Result<bool, Fault> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::Absent => Ok(false),
        other => Err(Fault::evaluation(format!("a condition is true or false; this is {}", other.phrase()))),
    }
}
