//! What an emitter tells of elements: what is wrong, and where each comes from.

use std::fmt::Write as _;

use crate::document::Code;
use crate::rules::program::Expr;

use super::emitter::Emitter;
use crate::engine::terms::fault::Fault;
use crate::engine::terms::outcome::{Note, Provenance};
use crate::engine::values::eval::Frame;

impl Emitter<'_, '_> {
    /// The elements that lead to where the emitter is, and one below.
    pub(in crate::engine) fn path(&self, last: Option<&str>) -> Option<String> {
        let mut text = String::new();
        let steps = self.path.iter().map(|(name, index)| (*name, *index)).chain(last.map(|name| (name, 0)));
        for (name, index) in steps {
            if !text.is_empty() {
                text.push('/');
            }
            text.push_str(name);
            if index > 0 {
                let _ = write!(text, "[{index}]");
            }
        }
        (!text.is_empty()).then_some(text)
    }

    /// What is to be told of the element.
    pub(in crate::engine) fn note(
        &self,
        code: Code,
        message: String,
        last: Option<&str>,
        expr: Option<&Expr>,
    ) -> Note {
        Note {
            code: code.to_string(),
            message,
            element: self.path(last),
            span: expr.map(|expr| expr.span),
            setting: None,
            command: None,
        }
    }

    /// The document is refused for it.
    pub(in crate::engine) fn reject(&mut self, fault: Fault, last: Option<&str>, expr: Option<&Expr>) {
        let (code, span, setting) = (fault.code(), fault.span(), fault.setting().cloned());
        let command = fault.command().map(str::to_owned);
        let mut note = self.note(code, fault.into_message(), last, expr);
        note.span = span.or(note.span);
        note.setting = setting;
        note.command = command;
        if !self.is_told(&note) {
            self.rejections.push(note);
        }
    }

    /// Whether it was told already. That a record is missing is told once, not for every line that
    /// refers to it.
    fn is_told(&self, note: &Note) -> bool {
        let once = note.code == Code::NoRecord || note.code == Code::Dependency;
        self.rejections.iter().any(|told| {
            told.code == note.code
                && told.message == note.message
                && (once || told.element == note.element && told.span == note.span)
        })
    }

    /// Where the element that was just written comes from, if that was asked for.
    pub(in crate::engine) fn explain(&mut self, text: &str, expr: &Expr, frame: &Frame<'_>) {
        let Some(element) = self.provenance.as_ref().and_then(|_| self.path(None)) else {
            return;
        };
        let inputs = self.evaluator.inputs(expr, false, frame);
        let entry = Provenance {
            element,
            value: text.to_owned(),
            span: expr.span,
            expression: expr.text.clone(),
            inputs,
        };
        self.provenance.iter_mut().for_each(|all| all.push(entry.clone()));
    }
}
