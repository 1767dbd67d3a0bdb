//! One QuickBooks record through an object's import rules.

use std::sync::Arc;

use crate::document::Value;
use crate::functions::to_text;
use crate::qbxml::{Record, RecordNode};
use crate::rules::program::{Condition, Expr, Import, ImportContent, ImportMember, ImportOp};

use super::export::Engine;
use super::terms::context::Context;
use super::terms::fault::Fault;
use super::terms::imported::ImportedValue;
use super::values::eval::{Evaluator, Frame};

/// What a record would become in Steelhead, or why it would not.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The record.
    pub record: Arc<Record>,
    /// Why it is not importable; nothing if it is.
    pub reasons: Vec<ImportNote>,
    /// Whether an update replaces what the document has, and does not only fill what is empty.
    pub overwrites: bool,
    /// The document; nothing if it is not importable.
    pub document: Option<ImportedValue>,
}

/// Why a record is not importable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportNote {
    /// The id of the rule's condition, or a code.
    pub code: String,
    /// The words.
    pub message: String,
}

impl Engine<'_> {
    /// What becomes of a record under an object's import rules.
    pub fn import(
        &self,
        object: &str,
        import: &Import,
        record: &Arc<Record>,
        context: Context<'_>,
    ) -> Imported {
        let evaluator = self.evaluator(context);
        let root = Value::Record(RecordNode::new(record.clone()));
        let run = ImportRun { evaluator: &evaluator, frame: Frame::root(&root) };
        let mut reasons = run.reasons(import);
        let mut document = vec![("object".to_owned(), ImportedValue::Text(object.to_owned()))];
        if reasons.is_empty() {
            match run.fields(&import.fields, &run.frame) {
                Ok(fields) => document.extend(fields),
                Err(fault) => reasons.push(note(&fault)),
            }
        }
        let overwrites = match import.overwrite.as_ref().map(|it| evaluator.holds(it, &run.frame)) {
            Some(Err(fault)) => {
                reasons.push(note(&fault));
                false
            }
            Some(Ok(overwrites)) => overwrites,
            None => true,
        };
        let document = reasons.is_empty().then_some(ImportedValue::Fields(document));
        Imported { record: record.clone(), reasons, overwrites, document }
    }
}

fn note(fault: &Fault) -> ImportNote {
    ImportNote { code: fault.code().to_string(), message: fault.message().to_owned() }
}

struct ImportRun<'r> {
    evaluator: &'r Evaluator<'r>,
    frame: Frame<'r>,
}

impl ImportRun<'_> {
    fn reasons(&self, import: &Import) -> Vec<ImportNote> {
        let mut reasons = Vec::new();
        match import.when.as_ref().map(|when| self.evaluator.holds(when, &self.frame)) {
            Some(Ok(false)) => reasons.push(ImportNote {
                code: "when".to_owned(),
                message: "the rules do not import it".to_owned(),
            }),
            Some(Err(fault)) => reasons.push(note(&fault)),
            _ => {}
        }
        reasons.extend(import.skip.iter().filter_map(|condition| self.reason(condition)));
        reasons
    }

    fn reason(&self, condition: &Condition) -> Option<ImportNote> {
        match self.evaluator.holds(&condition.when, &self.frame) {
            Ok(false) => None,
            Ok(true) => {
                let message =
                    self.evaluator.text(&condition.message, &self.frame).unwrap_or_else(Fault::into_message);
                Some(ImportNote { code: condition.id.clone(), message })
            }
            Err(fault) => Some(note(&fault)),
        }
    }

    fn fields(&self, ops: &[ImportOp], frame: &Frame<'_>) -> Result<Vec<(String, ImportedValue)>, Fault> {
        let mut fields = Vec::new();
        for op in ops {
            if let Some(value) = self.content(&op.content, frame)? {
                fields.push((op.name.clone(), value));
            }
        }
        Ok(fields)
    }

    /// A field's value; nothing if there is nothing in it.
    fn content(&self, content: &ImportContent, frame: &Frame<'_>) -> Result<Option<ImportedValue>, Fault> {
        match content {
            ImportContent::Value(expr) => self.value(expr, frame),
            ImportContent::Struct(ops) => self.structure(ops, frame),
            ImportContent::List(members) => {
                let mut all = Vec::new();
                for member in members {
                    all.extend(self.members(member, frame)?);
                }
                Ok((!all.is_empty()).then_some(ImportedValue::List(all)))
            }
        }
    }

    /// The members that come of one in the rules: one, or one for each turn of its loops.
    fn members(&self, member: &ImportMember, frame: &Frame<'_>) -> Result<Vec<ImportedValue>, Fault> {
        let mut all = Ok(Vec::new());
        self.evaluator.turns(&member.loops, frame, &mut |turn| {
            let Ok(known) = &mut all else { return };
            match turn.and_then(|frame| self.member(member, frame)) {
                Ok(value) => known.extend(value),
                Err(fault) => all = Err(fault),
            }
        });
        all
    }

    /// One member; nothing if it is not to be there, or nothing is in it.
    fn member(&self, member: &ImportMember, frame: &Frame<'_>) -> Result<Option<ImportedValue>, Fault> {
        let is_there = member.when.as_ref().map_or(Ok(true), |when| self.evaluator.holds(when, frame))?;
        if is_there { self.structure(&member.fields, frame) } else { Ok(None) }
    }

    fn structure(&self, ops: &[ImportOp], frame: &Frame<'_>) -> Result<Option<ImportedValue>, Fault> {
        let fields = self.fields(ops, frame)?;
        Ok((!fields.is_empty()).then_some(ImportedValue::Fields(fields)))
    }

    fn value(&self, expr: &Expr, frame: &Frame<'_>) -> Result<Option<ImportedValue>, Fault> {
        let value = self.evaluator.value(expr, frame)?;
        Ok(match value.as_ref() {
            Value::Absent => None,
            Value::Bool(truth) => Some(ImportedValue::Truth(*truth)),
            other => match to_text(other) {
                text if text.is_empty() => None,
                text => Some(ImportedValue::Text(text.into_owned())),
            },
        })
    }
}
