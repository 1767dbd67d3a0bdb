//! Documents of one plan that get nearly the same name.

use crate::document::Code;
use crate::engine::{Decision, Note, Outcome};
use crate::rules::program::Object;
use crate::sync::plan::planner::Planner;
use crate::sync::plan::taken::Taken;
use crate::text::alike::{differences, is_alike, root};

impl Planner<'_> {
    /// Two documents that would make two records of nearly one name are perhaps the same thing twice: that is told
    /// of the second. Which of the two is right, only Steelhead can say.
    pub(in crate::sync) fn near_names(&mut self, object: &Object, outcome: &mut Outcome) {
        let near = object.export.as_ref().and_then(|export| export.near.as_ref());
        let (Some(rule), Decision::Create(request), Some(name)) = (near, &outcome.decision, &outcome.name)
        else {
            return;
        };
        let taken = self.read_names.entry(root(name)).or_default();
        let other = taken
            .iter()
            .find(|other| request.record == other.record && is_alike(name, &other.name, rule.words));
        let note = other.map(|other| told(name, other));
        taken.push(Taken::by(outcome, request.record, name));
        outcome.warnings.extend(note);
    }
}

fn told(name: &str, other: &Taken) -> Note {
    let (mine, theirs) = differences(name, &other.name);
    let has = |what: &str, marks: &[String]| {
        (!marks.is_empty()).then(|| format!("{what} has {}", marks.join(" and ")))
    };
    let parts = [has("that name", &theirs), has("this one", &mine)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let message = format!(
        "{} (id {}) is created too, with nearly the same name `{}`: {}. If they are the same, keep one of them in Steelhead.",
        other.label,
        other.id,
        other.name,
        parts.join(", ")
    );
    Note { code: Code::NearlyThere.to_string(), message, ..Note::default() }
}
