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
    pub fn alone(&mut self, shape: ShapeId, documents: Vec<Source>) -> Vec<Step> {
        let Some(object) = self.inputs.program.object_of(shape) else { return Vec::new() };
        self.recognize(object, documents.iter().map(|source| &source.document));
        let this = &*self;
        let decide = |engine: &mut Engine<'_>, Source { origin, document }| {
            let outcome = engine.export(&document, this.context(), this.options(false));
            (origin, document, outcome)
        };
        let engine = || Engine::new(this.inputs.program);
        let decided: Vec<_> = documents.into_par_iter().map_init(engine, decide).collect();
        let checked = decided.into_iter().map(|(origin, document, mut outcome)| {
            self.check(object, &document, &mut outcome, Earlier::Given(origin.clone()));
            Step { object: object.name.clone(), origin: Some(origin), outcome, marked: None }
        });
        let mut steps: Vec<Step> = checked.collect();
        steps.par_iter_mut().for_each(|step| step.marked = self.marked(object, &step.outcome));
        steps
    }
}
