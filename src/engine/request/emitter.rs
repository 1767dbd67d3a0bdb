//! A document's elements, written in the order that the program has them in.

use crate::catalogue::{Country, DataType, Element};
use crate::document::{Code, Map, Reference, Value};
use crate::functions::to_text;
use crate::qbxml::{MessageWriter, NodeRef, Record, WrittenMessage};
use crate::rules::LEFT_OUT;
use crate::rules::field_file::Overflow;
use crate::rules::file::{Lacking, Rounding};
use crate::rules::program::{Content, Expr, FieldOp, Leaf};

use crate::engine::terms::fault::Fault;
use crate::engine::terms::outcome::{ASSIGNED, Note, Provenance};
use crate::engine::values::eval::{Evaluator, Frame};
use crate::engine::values::format::{self, Format};

/// Writes elements; keeps going after what is wrong, so that all of it is told.
pub struct Emitter<'e, 'p> {
    /// What evaluates expressions.
    pub evaluator: &'e Evaluator<'p>,
    /// Where elements are written.
    pub writer: MessageWriter,
    /// What is wrong.
    pub rejections: Vec<Note>,
    /// What to warn of.
    pub warnings: Vec<Note>,
    /// Where elements come from; filled only when asked for.
    pub provenance: Option<Vec<Provenance>>,
    /// The record that a message changes: what a map no longer has of it is written empty, for that
    /// is how QuickBooks is told to take it away.
    pub changes: Option<&'e Record>,
    /// The country of the company file's edition, if it is not the United States.
    abroad: Option<Country>,
    /// Elements of the record that stay as they are.
    pub held: Vec<String>,
    /// Whether the own ids of lines are noted.
    pub notes_lines: bool,
    /// The own ids of the lines that were written, with the names of their elements.
    pub lines: Vec<(&'static str, String)>,
    /// Whether an id was written that is not known yet.
    pub awaits: bool,
    /// The choices that were taken in the aggregates that are open: choice, branch, element.
    branches: Vec<(u16, u16, &'static str)>,
    /// Where it is: each element with its number among those of its name.
    pub(in crate::engine) path: Vec<(&'static str, usize)>,
}

impl<'e, 'p> Emitter<'e, 'p> {
    /// An emitter that has written nothing yet; see [`Emitter::take`].
    pub fn new(evaluator: &'e Evaluator<'p>, explain: bool) -> Self {
        Self {
            evaluator,
            writer: evaluator.writer.take(),
            rejections: Vec::new(),
            warnings: Vec::new(),
            provenance: explain.then(Vec::new),
            changes: None,
            abroad: evaluator.context.company.country().filter(|it| *it != Country::US),
            held: Vec::new(),
            notes_lines: false,
            lines: Vec::new(),
            awaits: false,
            branches: Vec::new(),
            path: Vec::with_capacity(8),
        }
    }

    /// What was written. The writer's memory goes back to where it came from, for the next message.
    pub fn take(&mut self) -> WrittenMessage {
        let written = self.writer.take();
        self.evaluator.writer.replace(std::mem::take(&mut self.writer));
        written
    }

    /// Writes elements; says whether any came out.
    pub fn fields(&mut self, ops: &[FieldOp], required: &[&'static str], frame: &Frame<'_>) -> bool {
        let mut any = false;
        let mut present: Vec<&'static str> = Vec::new();
        let branches = self.branches.len();
        for op in ops {
            let count =
                if self.is_lacking(op.element) { self.lacking(op, frame) } else { self.op(op, frame) };
            if count == 0 {
                continue;
            }
            any = true;
            if required.contains(&op.element.name()) {
                present.push(op.element.name());
            }
            self.one_branch(op, branches);
        }
        self.branches.truncate(branches);
        // An aggregate that stays empty is left out; a message never is.
        if any || self.path.is_empty() {
            self.required(required, &present);
        }
        any
    }

    fn required(&mut self, required: &[&'static str], present: &[&'static str]) {
        for name in required {
            if !present.contains(name) && !self.was_told(name) {
                self.reject(Fault::new(Code::Required, "it is required and has no value"), Some(name), None);
            }
        }
    }

    /// Whether something is wrong with an element here that was told already, with its reason.
    fn was_told(&self, name: &str) -> bool {
        let Some(path) = self.path(Some(name)) else {
            return false;
        };
        let is_in = |element: &str| {
            element.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.rejections.iter().any(|note| note.element.as_deref().is_some_and(is_in))
    }

    /// Tells if an element excludes one that came out before it in the same aggregate; `from` is the first of those.
    fn one_branch(&mut self, op: &FieldOp, from: usize) {
        let Some(group) = op.group else { return };
        let here = self.branches.get(from..).unwrap_or_default();
        let other =
            here.iter().find(|(choice, branch, _)| *choice == group.choice && *branch != group.branch);
        if let Some((_, _, other)) = other {
            let message = format!("it and {other} exclude each other, and both have a value");
            self.reject(Fault::new(Code::Exclusive, message), Some(op.element.name()), None);
        }
        self.branches.push((group.choice, group.branch, op.element.name()));
    }

    /// Whether the company file's edition lacks an element.
    fn is_lacking(&self, element: Element) -> bool {
        self.abroad.is_some_and(|country| !element.is_in(country))
    }

    /// Tells of an element that the company file's edition lacks, if it has a value; nothing of it is written.
    fn lacking(&mut self, op: &FieldOp, frame: &Frame<'_>) -> usize {
        let (mark, told) = (self.writer.mark(), (self.rejections.len(), self.warnings.len()));
        let has_value = self.op(op, frame) > 0;
        self.writer.rollback(mark);
        self.rejections.truncate(told.0);
        self.warnings.truncate(told.1);
        let name = op.element.name();
        let element = self.path(Some(name)).unwrap_or_default();
        if let Some(origins) = &mut self.provenance {
            origins.retain(|it| !it.element.starts_with(&element));
        }
        let Some(country) = self.abroad.filter(|_| has_value) else { return 0 };
        let message = format!("the element is not in {} of QuickBooks", country.edition());
        match self.evaluator.program.lacking {
            Lacking::Reject => self.reject(Fault::new(Code::NotInEdition, message), Some(name), None),
            Lacking::LeaveOut => {
                let note =
                    self.note(Code::NotInEdition, format!("{message}; it is left out"), Some(name), None);
                self.warnings.push(note);
            }
        }
        0
    }

    /// Writes one element, as often as its loops say; says how often it came out.
    fn op(&mut self, op: &FieldOp, frame: &Frame<'_>) -> usize {
        if op.loops.is_empty() {
            let written = self.once(op, frame, 0);
            self.note_line(op, frame, written);
            return usize::from(written);
        }
        let mut count = 0;
        self.evaluator.turns(&op.loops, frame, &mut |turn| match turn {
            Ok(frame) => {
                let written = self.once(op, frame, count);
                self.note_line(op, frame, written);
                count += usize::from(written);
            }
            Err(fault) => self.reject(fault, None, None),
        });
        count
    }

    /// Notes by what a line is found again: what the rules say, or its place among those of its kind.
    fn note_line(&mut self, op: &FieldOp, frame: &Frame<'_>, written: bool) {
        let name = op.element.name();
        if !written
            || !self.notes_lines
            || !self.path.is_empty()
            || !(name.ends_with("Add") || name.ends_with("Mod"))
        {
            return;
        }
        let own = match op.id.as_ref().map(|id| self.evaluator.text(id, frame)) {
            Some(Ok(own)) if !own.is_empty() => Some(own),
            Some(Err(fault)) => {
                self.reject(fault, Some(name), op.id.as_ref());
                None
            }
            _ => None,
        };
        let place = || self.lines.iter().filter(|(known, _)| *known == name).count() + 1;
        let own = own.unwrap_or_else(|| place().to_string());
        let again = self.lines.iter().filter(|(known, it)| *known == name && *it == own).count();
        let own = if again > 0 { format!("{own} ({})", again + 1) } else { own };
        self.lines.push((name, own));
    }

    fn once(&mut self, op: &FieldOp, frame: &Frame<'_>, index: usize) -> bool {
        // Numbers are given to what came out, not to turns, so that a message's `[2]` is the second line that
        // the clerk sees.
        self.path.push((op.element.name(), if op.loops.is_empty() { 0 } else { index + 1 }));
        let written = match op.when.as_ref().map(|when| self.evaluator.holds(when, frame)) {
            _ if self.is_held() => false,
            Some(Ok(false)) => false,
            Some(Err(fault)) => {
                self.reject(fault, None, op.when.as_ref());
                false
            }
            _ => self.content(op, frame),
        };
        self.path.pop();
        written
    }

    fn is_held(&self) -> bool {
        !self.held.is_empty() && self.path(None).is_some_and(|path| self.held.contains(&path))
    }

    fn content(&mut self, op: &FieldOp, frame: &Frame<'_>) -> bool {
        match &op.content {
            Content::Leaf(leaf) => self.leaf(op.element, leaf, frame),
            Content::Aggregate { fields, required } => self.within(op.element, |emitter| {
                emitter.checked(op.element, |emitter| emitter.fields(fields, required, frame))
            }),
            Content::Whole { value, overflow } => self.whole(op.element, value, *overflow, frame),
        }
    }

    /// An aggregate; left out if nothing comes out in it.
    fn within(&mut self, element: Element, inside: impl FnOnce(&mut Self) -> bool) -> bool {
        // Whether an aggregate is empty shows only after its elements were tried; QuickBooks refuses an empty one.
        let mark = self.writer.mark();
        self.writer.open(element.name());
        let any = inside(self);
        if any {
            self.writer.close(element.name());
        } else {
            self.writer.rollback(mark);
        }
        any
    }

    fn leaf(&mut self, element: Element, leaf: &Leaf, frame: &Frame<'_>) -> bool {
        let Some(data_type) = element.data_type() else {
            return false;
        };
        let format = Format { element, data_type, overflow: leaf.overflow, rounding: leaf.rounding };
        let evaluator = self.evaluator;
        let written =
            evaluator.with(&leaf.value, frame, |value| self.formatted(value, format, &leaf.value, frame));
        // The value may have asked for a record that is inactive; only here it is known for which element.
        evaluator.inactive.place(|| self.path(None), leaf.value.span);
        written.unwrap_or_else(|fault| {
            self.reject(fault, None, Some(&leaf.value));
            false
        })
    }

    fn formatted(&mut self, value: &Value, format: Format, expr: &Expr, frame: &Frame<'_>) -> bool {
        if value.is_absent() {
            return false;
        }
        if let Value::Text(text) = value
            && self.ready(text, format, expr, frame)
        {
            return true;
        }
        if let Value::Number(number) = value
            && let Some(text) = format::ready_number(*number, format)
        {
            self.writer.ready_leaf(format.element.name(), &text);
            self.explain(&text, expr, frame);
            return true;
        }
        if let (Value::Reference(reference), DataType::Id) = (value, format.data_type) {
            return self.id(reference, format, expr, frame);
        }
        match format::write(value, format) {
            Err(fault) => {
                self.reject(fault, None, Some(expr));
                false
            }
            Ok(written) => {
                for (code, message) in written.warnings {
                    let note = self.note(code, message, None, Some(expr));
                    self.warnings.push(note);
                }
                if written.text.is_empty() {
                    return false;
                }
                self.writer.leaf(format.element.name(), &written.text);
                self.explain(&written.text, expr, frame);
                true
            }
        }
    }

    /// The id of what is referred to. One that QuickBooks has still to assign is waited for.
    fn id(&mut self, reference: &Reference, format: Format, expr: &Expr, frame: &Frame<'_>) -> bool {
        if let Some(id) = &reference.id {
            return self.ready(id, format, expr, frame)
                || self.formatted(&Value::Text(id.clone()), format, expr, frame);
        }
        if !self.evaluator.is_awaited(reference) {
            let name = reference.full_name.as_deref().unwrap_or_default();
            let message = format!("the id of `{name}` in QuickBooks is not known; refer to a document");
            self.reject(Fault::new(Code::WrongValue, message), None, Some(expr));
            return false;
        }
        self.awaits = true;
        self.writer.leaf(format.element.name(), ASSIGNED);
        self.explain(ASSIGNED, expr, frame);
        true
    }

    /// Writes a text as it is, if it can be.
    fn ready(&mut self, text: &str, format: Format, expr: &Expr, frame: &Frame<'_>) -> bool {
        let is_ready = format::is_ready(text, format);
        if is_ready {
            self.writer.ready_leaf(format.element.name(), text);
            self.explain(text, expr, frame);
        }
        is_ready
    }

    /// A reference or a map.
    fn whole(
        &mut self,
        element: Element,
        expr: &Expr,
        overflow: Option<Overflow>,
        frame: &Frame<'_>,
    ) -> bool {
        let evaluator = self.evaluator;
        let value = evaluator.value(expr, frame);
        evaluator.inactive.place(|| self.path(None), expr.span);
        match value {
            Err(fault) => {
                self.reject(fault, None, Some(expr));
                false
            }
            Ok(value) => match value.as_ref() {
                Value::Absent => false,
                Value::Reference(reference) => {
                    self.within(element, |emitter| emitter.reference(element, reference, expr, frame))
                }
                Value::Map(map) => self.within(element, |emitter| {
                    emitter.checked(element, |emitter| emitter.map(element, map, overflow, expr, frame))
                }),
                other => {
                    let message = format!("it is an aggregate; this is {}", other.phrase());
                    self.reject(Fault::new(Code::WrongValue, message), None, Some(expr));
                    false
                }
            },
        }
    }

    fn reference(&mut self, element: Element, reference: &Reference, expr: &Expr, frame: &Frame<'_>) -> bool {
        // An id stays when a record is renamed, so it comes before the name.
        let by_id = reference
            .id
            .as_ref()
            .and_then(|id| Some((element.child("ListID").or(element.child("TxnID"))?, id)));
        let by_name =
            || reference.full_name.as_ref().and_then(|name| Some((element.child("FullName")?, name)));
        let Some((inner, text)) = by_id.or_else(by_name) else {
            return false;
        };
        self.inner(inner, Some(Overflow::Reject), |emitter, format| {
            emitter.ready(text, format, expr, frame)
                || emitter.formatted(&Value::Text(text.clone()), format, expr, frame)
        })
    }

    fn map(
        &mut self,
        element: Element,
        map: &Map,
        overflow: Option<Overflow>,
        expr: &Expr,
        frame: &Frame<'_>,
    ) -> bool {
        let mut any = false;
        for child in element.children() {
            let found = map.iter().find(|(key, _)| key.as_ref() == child.element.name());
            self.path.push((child.element.name(), 0));
            let is_held = self.is_held();
            self.path.pop();
            if let Some((_, value)) = found.filter(|_| !is_held) {
                let written = self.inner(child.element, overflow, |emitter, format| {
                    emitter.formatted(value, format, expr, frame)
                });
                any |= written || value.is_absent() && self.emptied(child.element);
            }
        }
        if let Some((_, left)) =
            map.iter().find(|(key, value)| key.as_ref() == LEFT_OUT && !value.is_absent())
        {
            self.left_out(&to_text(left), overflow, expr);
        }
        any
    }

    /// An element that the record has and shall have no longer, written empty. Within repeated
    /// elements it cannot be told which of the record's is meant.
    fn emptied(&mut self, element: Element) -> bool {
        let steps = self.path.iter().map(|(name, index)| (*index == 0).then_some(*name));
        let there = self.changes.and_then(|record| {
            steps.chain([Some(element.name())]).try_fold(record.root(), |node, name| node.child(name?))
        });
        let is_there = there.and_then(NodeRef::text).is_some_and(|text| !text.is_empty());
        if is_there {
            self.writer.leaf(element.name(), "");
        }
        is_there
    }

    /// An element within a reference or a map.
    fn inner(
        &mut self,
        element: Element,
        overflow: Option<Overflow>,
        write: impl FnOnce(&mut Self, Format) -> bool,
    ) -> bool {
        let Some(data_type) = element.data_type() else {
            return false;
        };
        self.path.push((element.name(), 0));
        let format = Format { element, data_type, overflow, rounding: Rounding::HalfUp };
        let written = write(self, format);
        self.path.pop();
        written
    }
}
