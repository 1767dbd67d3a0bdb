//! Documents that count as done by hand: nothing is sent for them.

use crate::document::{Structure, Value};
use crate::functions::to_text;
use crate::rules::file::Only;
use crate::rules::program::Export;

use super::export::{Engine, Run};
use super::terms::by_hand::ByHand;
use super::terms::context::{Context, Key, Link};
use super::terms::outcome::Note;
use super::values::eval::Frame;

/// The code of a note on a document that a person has settled.
pub const SETTLED: &str = "settled";

impl Engine<'_> {
    /// The date of a document, as `2026-07-01`; nothing if its rules give it none.
    pub fn date(&self, document: &Structure, context: Context<'_>) -> Option<String> {
        let export = self.program.object_of(document.shape)?.export.as_ref()?;
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let frame = Frame::root(&root);
        let date = evaluator.value(export.date.as_ref()?, &frame).ok()?;
        // A time counts by the day it is written with.
        to_text(date.as_ref()).get(..10).map(str::to_owned)
    }

    /// Why a document counts as done by hand; nothing if it does not.
    pub fn settled(&self, document: &Structure, context: Context<'_>) -> Option<Note> {
        let export = self.program.object_of(document.shape)?.export.as_ref()?;
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let key = Key::of(self.program, document);
        let mut run = Run {
            link: key.as_ref().and_then(|key| context.links.get(key)),
            by_hand: key.as_ref().and_then(|key| context.links.by_hand(key)),
            ..Run::new(&evaluator, Frame::root(&root))
        };
        run.settled(export)
    }
}

impl Run<'_> {
    /// Why the document counts as done by hand: a person says so; or the rules do, of a document that has no
    /// record yet.
    pub(super) fn settled(&mut self, export: &Export) -> Option<Note> {
        match self.by_hand {
            Some(ByHand::Settled(message)) => {
                let (code, message) = (SETTLED.to_owned(), message.clone());
                return Some(Note { code, message, ..Note::default() });
            }
            Some(ByHand::TakenBack) => return None,
            None => {}
        }
        if export.settled.is_empty() || matches!(self.link, Some(Link::Connected { .. })) {
            return None;
        }
        self.conditions(&export.settled, Only::Any).into_iter().next()
    }
}
