//! Documents by themselves: what they refer to is not planned before them, but called by its name. Their
//! steps are given away at once, so that any number of documents can go through.

use rayon::prelude::*;

use crate::document::{Origin, ShapeId, Structure};
use crate::engine::{Decision, Engine, Options};
use crate::rules::program::Object;
use crate::sync::plan::planner::Planner;
use crate::sync::plan::taken::Earlier;
use crate::sync::{Source, Step};

/// Reads a document once more that begins at a place. Two documents of one number are compared by it.
pub(in crate::sync) type ReadAgain<'p> = &'p (dyn Fn(&Origin) -> Option<Structure> + Sync);

impl<'p> Planner<'p> {
    /// Takes this for reading a document once more whose step was given away.
    #[must_use]
    pub fn reading_again(mut self, read: ReadAgain<'p>) -> Self {
        self.read_again = Some(read);
        self
    }

    /// Notes how documents of an object can be referred to: as what they are in QuickBooks, or by the name
    /// that their rules give them. They are not planned.
    pub fn refer(&mut self, object: &Object, others: &[Source]) {
        self.recognize(object, others.iter().map(|source| &source.document));
        let engine = Engine::new(self.inputs.program);
        for source in others {
            let outcome = engine.export(&source.document, self.context(), Options::default());
            let key = outcome.key.as_ref().filter(|key| self.links.get(key).is_none());
            if let (Decision::Create(_) | Decision::Connect(_), Some(key)) = (&outcome.decision, key)
                && let Some(link) = self.link(object, key, &outcome)
            {
                self.links.insert(key.clone(), link);
            }
        }
    }

    /// What becomes of documents of one object, in their order. Whatever earlier ones have taken is taken.
    ///
    /// `read` makes a document of a text, if it is one of these, and says what else there is to say of it. The
    /// worker that decides on the document calls it: memory that one thread takes and another gives back is
    /// dear.
    pub fn alone<T: Send, R: Send>(
        &mut self,
        shape: ShapeId,
        texts: Vec<T>,
        read: impl Fn(T) -> (Option<Source>, R) + Send + Sync,
    ) -> (Vec<Step>, Vec<R>) {
        let Some(object) = self.inputs.program.object_of(shape) else { return Default::default() };
        let decided = if self.can_recognize(object) {
            let read: Vec<_> = texts.into_par_iter().map(read).collect();
            let documents = read.iter().filter_map(|(source, _)| source.as_ref());
            self.recognize(object, documents.map(|source| &source.document));
            self.decide_each(object, read, |read| read)
        } else {
            self.decide_each(object, texts, read)
        };
        let (mut steps, mut rest) = (Vec::with_capacity(decided.len()), Vec::with_capacity(decided.len()));
        for (step, said) in decided {
            rest.push(said);
            let Some(mut step) = step else { continue };
            let place = Earlier::Given(step.origin.clone().unwrap_or_default());
            self.check(object, None, &mut step.outcome, place);
            if step.outcome.request().is_none() {
                step.mark = None;
            }
            steps.push(step);
        }
        (steps, rest)
    }

    fn decide_each<T: Send, R: Send>(
        &self,
        object: &Object,
        texts: Vec<T>,
        read: impl Fn(T) -> (Option<Source>, R) + Send + Sync,
    ) -> Vec<(Option<Step>, R)> {
        let decide = |engine: &mut Engine<'_>, text| {
            let (source, said) = read(text);
            let step = source.map(|Source { origin, document }| {
                let mut outcome = engine.export(&document, self.context(), self.options(false));
                // Nobody asks for them, and they hold on to parts of the document.
                outcome.dependencies.clear();
                let mark = self.mark(object, &outcome);
                Step { object: object.name.clone(), origin: Some(origin), outcome, mark }
            });
            (step, said)
        };
        texts.into_par_iter().map_init(|| Engine::new(self.inputs.program), decide).collect()
    }
}
