//! What waits for a person, in heaps: what has the same cause, is of the same object and is told in the same words lies
//! together.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::document_row::DocumentRow;
use super::import_row::{ImportRow, Verdict};
use crate::rules::Program;
use crate::rules::file::Scope;
use crate::sync::stored::{DocumentKey, JobState, KeptFlaw};
use crate::sync::{Cause, Differs, has_date};
use crate::web::words::meaning::{quoted, without_names};

/// What waits for one cause.
#[derive(Clone, Debug)]
pub struct Heap {
    /// Why.
    pub cause: Cause,
    /// The object; empty for what concerns the whole company file.
    pub object: String,
    /// What is the matter, in a sentence that fits all of them.
    pub told: String,
    /// The setting that has to be filled in.
    pub setting: Option<MissingSetting>,
    /// What waits.
    pub items: Vec<HeapItem>,
}

/// One thing that waits.
#[derive(Clone, Debug)]
pub struct HeapItem {
    /// The document or record.
    pub id: String,
    /// What people call it; empty for a document, which its list knows how to call.
    pub label: String,
    /// The money that it is about.
    pub amount: Option<Decimal>,
    /// What stands in the way, with its own names in it.
    pub told: String,
    /// How it stands: once it stands otherwise, what people said of it counts no more.
    pub seen: String,
}

/// What waits, and where it is put together from.
pub(super) struct Found<'v> {
    pub program: &'v Program,
    pub documents: &'v HashMap<String, Arc<Vec<DocumentRow>>>,
    pub imports: &'v [Arc<ImportRow>],
    pub differs: &'v HashMap<DocumentKey, Differs>,
    pub flaws: &'v [KeptFlaw],
}

/// A setting that nobody has filled in: its name, what it is called, and the page that it is on.
pub type MissingSetting = (String, String, Scope);

type Heaps = BTreeMap<(Cause, String, String), Heap>;

impl Found<'_> {
    /// The heaps, the most urgent cause first.
    pub fn heaps(&self) -> Vec<Arc<Heap>> {
        let mut heaps = Heaps::new();
        let mut decided_on = HashSet::new();
        for (object, rows) in self.documents {
            for row in rows.iter() {
                for (cause, told) in causes(row) {
                    decided_on.extend((cause == Cause::Conflict).then_some(&row.key));
                    let setting = row.error.as_ref().filter(|_| cause == Cause::Setting);
                    let setting = setting.and_then(|error| self.setting(error.setting.as_deref()?));
                    pile(&mut heaps, cause, (object, told, setting), self.item(row, cause, told));
                }
            }
        }
        // What somebody decides on is no update besides.
        let is_other =
            |row: &&Arc<ImportRow>| row.document.as_ref().is_none_or(|key| !decided_on.contains(key));
        for row in self.imports.iter().filter(|row| row.verdict == Verdict::Update).filter(is_other) {
            let fields: Vec<&str> = row.updates.iter().map(|update| update.field.as_str()).collect();
            let id = row.document.as_ref().map_or_else(|| row.key.id.clone(), |key| key.id.clone());
            let (label, told) = (row.name.clone(), fields.join(", "));
            let seen = row.seen.to_string();
            let item = HeapItem { id, label, amount: None, told, seen };
            pile(&mut heaps, Cause::Update, (&row.object, "", None), item);
        }
        for kept in self.flaws.iter().filter(|kept| kept.is_set_aside()) {
            let (label, told) = (quoted(&kept.flaw.label()), quoted(&kept.flaw.reason));
            let item = HeapItem { id: label.clone(), label, amount: None, seen: told.clone(), told };
            pile(&mut heaps, Cause::SetAside, ("", "", None), item);
        }
        heaps.into_values().map(Arc::new).collect()
    }

    fn item(&self, row: &DocumentRow, cause: Cause, told: &str) -> HeapItem {
        let differing = self.differs.get(&row.key).filter(|_| cause == Cause::Differs);
        let amount = match differing {
            Some(differs) => missing(differs),
            // The price of a thing is not money that waits.
            None => row.amount().filter(|_| has_date(self.program, &row.key.object)),
        };
        let played = row.played_at.map_or_else(String::new, |at| at.timestamp_millis().to_string());
        let (id, label) = (row.key.id.clone(), String::new());
        HeapItem { id, label, amount, told: quoted(told), seen: format!("{played} {} {told}", row.version) }
    }

    /// A setting by its name: what it is called, and which page it is on.
    fn setting(&self, name: &str) -> Option<MissingSetting> {
        let (_, setting) = self.program.settings.find(name)?;
        Some((setting.name.clone(), setting.label.clone(), setting.scope))
    }
}

/// Puts what waits with what has the same cause, is of the same object and is told in the same words.
fn pile(
    heaps: &mut Heaps,
    cause: Cause,
    (object, told, setting): (&str, &str, Option<MissingSetting>),
    item: HeapItem,
) {
    let told = quoted(&without_names(told));
    let heap = heaps.entry((cause, object.to_owned(), told.clone())).or_insert_with(|| Heap {
        cause,
        object: object.to_owned(),
        told,
        setting,
        items: Vec::new(),
    });
    heap.items.push(item);
}

/// Why a document waits for a person, with what is said of it.
fn causes(row: &DocumentRow) -> Vec<(Cause, &str)> {
    let first_line = |text: &'_ str| text.find('\n').unwrap_or(text.len());
    if let Some(undone) = &row.undone {
        return vec![(Cause::ToBeDone, undone)];
    }
    if row.by_hand.is_some() || row.is_over() {
        return Vec::new();
    }
    let mut causes = Vec::new();
    // What became of an earlier version says nothing of this one.
    if let (Some(state), Some(error), false) = (row.job, &row.error, row.has_changed()) {
        let told = error.happened.get(..first_line(&error.happened)).unwrap_or_default();
        causes.extend(Cause::of_job(state, error).map(|cause| (cause, told)));
    }
    // What differs and is on its way is not done yet.
    if let Some(differs) = row.differs.as_ref().filter(|_| matches!(row.job, Some(JobState::Done) | None)) {
        causes.push((Cause::Differs, differs.happened.as_str()));
    }
    causes
}

/// How much money the two sides are apart.
fn missing(differs: &Differs) -> Option<Decimal> {
    let amounts = differs.differences.iter().filter(|it| it.is_amount);
    let apart = amounts.filter_map(|it| {
        let (here, there) = (Decimal::from_str(&it.steelhead).ok()?, Decimal::from_str(&it.quickbooks).ok()?);
        Some((here - there).abs())
    });
    apart.max()
}
