//! What a document's record is called.

use crate::document::{Structure, Value};

use super::export::Engine;
use super::terms::context::Context;
use super::values::eval::Frame;

impl Engine<'_> {
    /// The full name that a document's rules give its record; nothing if they give it none.
    pub fn name(&self, document: &Structure, context: Context<'_>) -> Option<String> {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let name = evaluator.full_name(document.shape, &Frame::root(&root));
        name.ok().flatten().map(|name| name.to_string())
    }
}
