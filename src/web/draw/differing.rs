//! Where a document and its record differ, for a person to decide on.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::catalogue::words_of_path;
use crate::engine::{Difference, Fate, lines_of};
use crate::rules::Program;
use crate::sync::Step;
use crate::sync::stored::CompanyFile;
use crate::web::draw::step_card::capital;
use crate::web::ground::fields::segment;

/// What a person may decide on a document.
pub struct Differing {
    /// Where the document's page is.
    pub path: String,
    /// How many elements differ from the first, and are left as they are.
    pub left: usize,
    /// What stands for these in a form.
    pub left_seen: String,
    /// What both sides have changed.
    pub contested: Vec<Contested>,
    /// What stands for that in a form.
    pub contested_seen: String,
}

/// An element that both sides have changed since they agreed.
pub struct Contested {
    /// What people call it.
    pub name: String,
    /// What the choice is called in a form. Lines of one kind go together, so only the first of them has one.
    pub choice: Option<String>,
    /// What both had.
    pub agreed: Option<String>,
    /// What Steelhead has.
    pub steelhead: Option<String>,
    /// What QuickBooks has.
    pub quickbooks: Option<String>,
    /// What the rules would do.
    pub fate: Fate,
}

impl Contested {
    /// Whether Steelhead's value goes if nobody decides.
    pub fn is_sent(&self) -> bool {
        self.fate == Fate::Sent
    }

    /// Whether QuickBooks' value stays if nobody decides.
    pub fn is_kept(&self) -> bool {
        self.fate == Fate::Conflict
    }
}

impl Differing {
    /// Of a step; nothing if nothing in it is to be decided.
    pub fn of(step: &Step, program: &Program, file: &CompanyFile) -> Option<Self> {
        let counterpart = step.outcome.decision.counterpart()?;
        counterpart.whole.as_ref()?;
        let id = &step.outcome.key.as_ref().filter(|_| step.origin.is_some())?.id;
        let list = program.list_of(&step.object)?;
        let left: Vec<&Difference> = counterpart.changes.iter().filter(|it| is_left(it)).collect();
        let both: Vec<&Difference> = counterpart.changes.iter().filter(|it| is_contested(it)).collect();
        if left.is_empty() && both.is_empty() {
            return None;
        }
        let mut units: Vec<&str> = Vec::new();
        let contested = both.iter().map(|it| {
            let unit = unit(&it.path);
            let is_first = !units.contains(&unit);
            units.push(unit);
            Contested {
                name: capital(&words_of_path(&it.path)),
                choice: is_first.then(|| element(unit)),
                agreed: it.agreed.clone(),
                steelhead: it.after.clone(),
                quickbooks: it.before.clone(),
                fate: it.fate,
            }
        });
        Some(Self {
            path: format!("/c/{}/{}/{}", file.id.0, list.path, segment(id)),
            left: left.len(),
            left_seen: seen(left.iter().copied()),
            contested: contested.collect(),
            contested_seen: seen(both.iter().copied()),
        })
    }
}

/// Whether an element differs from the first, and is left as it is.
pub fn is_left(difference: &Difference) -> bool {
    difference.fate == Fate::Left
}

/// Whether both sides have changed an element since they agreed, whoever leads.
pub fn is_contested(difference: &Difference) -> bool {
    match difference.fate {
        Fate::Conflict | Fate::Asked => true,
        Fate::Sent => difference.agreed.is_some(),
        Fate::Theirs | Fate::Left | Fate::Never => false,
    }
}

/// What is decided as one: an element, or all lines of a kind.
pub fn unit(path: &str) -> &str {
    lines_of(path).unwrap_or(path)
}

/// What the choice about an element is called in a form.
pub fn element(unit: &str) -> String {
    format!("element:{unit}")
}

/// What stands for differences as a page shows them: other values give another.
pub fn seen<'d>(differences: impl Iterator<Item = &'d Difference>) -> String {
    let mut hash = DefaultHasher::new();
    for Difference { path, before, after, agreed, .. } in differences {
        (path, before, after, agreed).hash(&mut hash);
    }
    format!("{:x}", hash.finish())
}
