//! One QuickBooks record through an object's import rules.

use std::sync::Arc;

use serde_json::{Map as JsonMap, Value as Json};

use crate::document::Value;
use crate::functions::to_text;
use crate::qbxml::{Record, RecordNode};
use crate::rules::program::{Condition, Expr, Import, ImportContent, ImportOp};

use super::context::Context;
use super::eval::{Evaluator, Frame};
use super::export::Engine;
use super::fault::Fault;

/// What a record would become in Steelhead, or why it would not.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The record.
    pub record: Arc<Record>,
    /// Why it is not importable; nothing if it is.
    pub reasons: Vec<ImportNote>,
    /// The document; nothing if it is not importable.
    pub document: Option<Json>,
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
        let run = Run { evaluator: &evaluator, frame: Frame::root(&root) };
        let mut reasons = run.reasons(import);
        let mut document = JsonMap::new();
        document.insert("object".to_owned(), Json::from(object));
        if reasons.is_empty() {
            match run.fields(&import.fields) {
                Ok(fields) => document.extend(fields),
                Err(fault) => reasons.push(note(&fault)),
            }
        }
        let document = reasons.is_empty().then_some(Json::Object(document));
        Imported { record: record.clone(), reasons, document }
    }
}

fn note(fault: &Fault) -> ImportNote {
    ImportNote { code: fault.code().to_owned(), message: fault.message().to_owned() }
}

struct Run<'r> {
    evaluator: &'r Evaluator<'r>,
    frame: Frame<'r>,
}

impl Run<'_> {
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

    fn fields(&self, ops: &[ImportOp]) -> Result<JsonMap<String, Json>, Fault> {
        let mut fields = JsonMap::new();
        for op in ops {
            let value = self.content(&op.content)?;
            if !value.is_null() {
                fields.insert(op.name.clone(), value);
            }
        }
        Ok(fields)
    }

    fn content(&self, content: &ImportContent) -> Result<Json, Fault> {
        match content {
            ImportContent::Value(expr) => self.value(expr),
            ImportContent::Struct(ops) => Ok(filled(self.fields(ops)?)),
            ImportContent::List(members) => {
                let members =
                    members.iter().map(|ops| self.fields(ops).map(filled)).collect::<Result<Vec<_>, _>>()?;
                let members: Vec<Json> = members.into_iter().filter(|member| !member.is_null()).collect();
                Ok(if members.is_empty() { Json::Null } else { Json::Array(members) })
            }
        }
    }

    fn value(&self, expr: &Expr) -> Result<Json, Fault> {
        let value = self.evaluator.value(expr, &self.frame)?;
        Ok(match value.as_ref() {
            Value::Absent => Json::Null,
            Value::Bool(truth) => Json::from(*truth),
            other => match to_text(other) {
                text if text.is_empty() => Json::Null,
                text => Json::from(text.into_owned()),
            },
        })
    }
}

fn filled(fields: JsonMap<String, Json>) -> Json {
    if fields.is_empty() { Json::Null } else { Json::Object(fields) }
}
