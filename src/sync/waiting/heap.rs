//! What waits of documents and records, in heaps: what has the same cause, is of the same object and is told in the same
//! words lies together.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value;

use super::noticed::Noticed;
use crate::rules::Program;
use crate::rules::file::Scope;
use crate::sync::company_file::listed::{amount_of, is_over, title};
use crate::sync::imports::field_label;
use crate::sync::stored::{
    CompanyFile, DocumentKey, Job, JobError, JobState, Moment, Store, StoreError, StoredDocument,
};
use crate::sync::{Cause, Differs, has_date};
use crate::text::order::as_people_count;
use crate::text::quotes::{quoted, without_names};

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
    /// What people call it; empty for what concerns the whole company file.
    pub label: String,
    /// The money that it is about.
    pub amount: Option<Decimal>,
    /// What stands in the way, with its own names in it.
    pub told: String,
    /// How it stands: once it stands otherwise, what people said of it counts no more.
    pub seen: String,
    /// Since when, where that is known.
    pub since: Option<Moment>,
}

/// A setting that nobody has filled in: its name, what it is called, and the page that it is on.
pub type MissingSetting = (String, String, Scope);

type Heaps = BTreeMap<(Cause, String, String), Heap>;

/// All that waits of documents and records, the most urgent cause first.
///
/// # Errors
/// The store failed.
pub fn heaps(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    noticed: &Noticed,
) -> Result<Vec<Arc<Heap>>, StoreError> {
    let mut jobs = store.jobs_in_error(file.id)?;
    if !noticed.differs.is_empty() {
        jobs.extend(store.jobs(file.id, Some(JobState::Queued))?);
        jobs.extend(store.jobs(file.id, Some(JobState::Sent))?);
    }
    let jobs: HashMap<&DocumentKey, &Job> = jobs.iter().map(|job| (&job.document, job)).collect();
    let in_error = jobs.iter().filter(|(_, job)| job.error.is_some());
    let mut keys: HashSet<&DocumentKey> = in_error.map(|(key, _)| *key).collect();
    keys.extend(noticed.undone.keys().chain(noticed.differs.keys()));
    let keys: Vec<DocumentKey> = keys.into_iter().cloned().collect();
    let mut heaps = Heaps::new();
    let mut decided_on = HashSet::new();
    for stored in store.documents(file.id, &keys)? {
        let key = &stored.document.key;
        let json = serde_json::from_str(&stored.document.json).unwrap_or_default();
        let document = Known { program, noticed, stored: &stored, json, job: jobs.get(key).copied() };
        for (cause, told) in document.causes() {
            decided_on.extend((cause == Cause::Conflict).then(|| key.clone()));
            let error = document.job.and_then(|job| job.error.as_ref()).filter(|_| cause == Cause::Setting);
            let setting = error.and_then(|error| missing_setting(program, error));
            pile(&mut heaps, cause, (&key.object, told, setting), document.item(cause, told));
        }
    }
    // What somebody decides on is no update besides.
    for newer in noticed.newer.iter().filter(|newer| !decided_on.contains(&newer.document)) {
        let DocumentKey { object, id } = newer.document.clone();
        let list = program.list_of(&object);
        let told: Vec<String> = newer.fields.iter().map(|field| field_label(list, field)).collect();
        let told = told.join(", ");
        let (label, seen) = (newer.name.clone(), format!("{} {told}", newer.edit));
        let item = HeapItem { id, label, amount: None, told, seen, since: None };
        pile(&mut heaps, Cause::Update, (&object, "", None), item);
    }
    for kept in noticed.flaws.iter().filter(|kept| kept.is_set_aside()) {
        let (label, told) = (quoted(&kept.flaw.label()), quoted(&kept.flaw.reason));
        let (since, seen) = (Some(kept.first_at), format!("{} {told}", kept.first_at.timestamp()));
        let item = HeapItem { id: label.clone(), label, amount: None, seen, told, since };
        pile(&mut heaps, Cause::SetAside, ("", "", None), item);
    }
    Ok(heaps.into_values().map(in_order).collect())
}

/// What is called by the greatest number comes first: it is the newest.
fn in_order(mut heap: Heap) -> Arc<Heap> {
    heap.items.sort_by(|a, b| as_people_count(&b.label, &a.label).then_with(|| b.id.cmp(&a.id)));
    Arc::new(heap)
}

/// A setting that an error asks for: what it is called, and which page it is on.
fn missing_setting(program: &Program, error: &JobError) -> Option<MissingSetting> {
    let (_, setting) = program.settings.find(error.setting.as_deref()?)?;
    Some((setting.name.clone(), setting.label.clone(), setting.scope))
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

/// A document that may wait.
struct Known<'k> {
    program: &'k Program,
    noticed: &'k Noticed,
    stored: &'k StoredDocument,
    json: Value,
    /// Its newest job, if that has an error or is on its way.
    job: Option<&'k Job>,
}

impl<'k> Known<'k> {
    /// Why it waits for a person, with what is said of it.
    fn causes(&self) -> Vec<(Cause, &'k str)> {
        let key = &self.stored.document.key;
        if let Some(undone) = self.noticed.undone.get(key) {
            return vec![(Cause::ToBeDone, &undone.message)];
        }
        let list = self.program.list_of(&key.object);
        if self.noticed.settled.contains_key(key) || list.is_some_and(|list| is_over(list, &self.json)) {
            return Vec::new();
        }
        let mut causes = Vec::new();
        if let Some((job, error)) = self.job.and_then(|job| Some((job, job.error.as_ref()?)))
            // What became of an earlier version says nothing of this one.
            && job.version == self.stored.document.version
        {
            let told = error.happened.split('\n').next().unwrap_or_default();
            causes.extend(Cause::of_job(job.state, error).map(|cause| (cause, told)));
        }
        // What differs and is on its way is not done yet.
        let is_done = self.job.is_none_or(|job| job.state == JobState::Done);
        if let Some(differs) = self.noticed.differs.get(key).filter(|_| is_done) {
            causes.push((Cause::Differs, &differs.error.happened));
        }
        causes
    }

    fn item(&self, cause: Cause, told: &str) -> HeapItem {
        let key = &self.stored.document.key;
        let list = self.program.list_of(&key.object);
        let label = list.map_or_else(|| key.to_string(), |list| title(list, &self.json, &key.id));
        let differing = self.noticed.differs.get(key).filter(|_| cause == Cause::Differs);
        let amount = match differing {
            Some(differs) => apart(differs),
            // The price of a thing is not money that waits.
            None => list
                .filter(|_| has_date(self.program, &key.object))
                .and_then(|list| amount_of(list, &self.json)),
        };
        let seen = format!("{} {} {told}", self.stands(cause), self.stored.document.version);
        let since = self.job.filter(|_| !matches!(cause, Cause::Differs | Cause::ToBeDone));
        let since = since.map(|job| job.changed_at);
        HeapItem { id: key.id.clone(), label, amount, told: quoted(told), seen, since }
    }

    /// What is another once it is solved and happens again: the play of it, or the edit of its record.
    fn stands(&self, cause: Cause) -> String {
        let key = &self.stored.document.key;
        let edit = match cause {
            Cause::Differs => self.noticed.differs.get(key).map(|it| it.edit.clone()),
            Cause::ToBeDone => self.noticed.undone.get(key).map(|it| it.edit.clone()),
            _ => None,
        };
        let played = self.job.map(|job| job.played_at.timestamp_millis().to_string());
        edit.or(played).unwrap_or_default()
    }
}

/// How much money the two sides are apart.
fn apart(differs: &Differs) -> Option<Decimal> {
    let amounts = differs.differences.iter().filter(|it| it.is_amount);
    let apart = amounts.filter_map(|it| {
        let (here, there) = (Decimal::from_str(&it.steelhead).ok()?, Decimal::from_str(&it.quickbooks).ok()?);
        Some((here - there).abs())
    });
    apart.max()
}
