//! A glance at one company file between visits: what playing one document would do, by the same code
//! that does it, what people decide on it, and records that they look for.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::engine::{Agreed, Choice, Difference};
use crate::qbxml::Record;
use crate::sync::company_file::document::document_key;
use crate::sync::stored::{Agreement, CompanyId, DocumentKey, JobError, Moment};
use crate::sync::{Plan, Preview, Standing, Step};

use super::batch;
use super::call::SessionCall;
use super::documents::KnownDocuments;
use super::sessions::Sessions;
use super::talk::SessionError;

/// What playing one document would do now.
#[derive(Debug)]
pub struct Glance {
    /// The document, and what is created or changed before it, with where each element comes from.
    pub plan: Plan,
    /// Why it is not in the plan at all, if that is known.
    pub broken: Option<JobError>,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is written down: so many elements are sent, and of so many QuickBooks keeps its value.
    Noted {
        /// Elements of which Steelhead's value is sent with the next play.
        sent: usize,
        /// Elements that stay as they are on both sides.
        kept: usize,
    },
    /// There was nothing to decide on, or nothing was decided.
    Nothing,
}

impl Sessions {
    /// What playing all documents would do now. Documents that cannot be read, or whose connection is
    /// archived, are not in it.
    pub fn plan(&self, company: CompanyId) -> Result<Plan, SessionError> {
        let preview = Preview::load(self.store(), company)?;
        let rules = self.rules(preview.file())?;
        Ok(preview.plan(&rules.program, Standing::AsIs, &|_| true)?.plan)
    }

    /// What playing one document would do now.
    ///
    /// # Errors
    /// The store failed, or holds settings that the rules do not take.
    pub fn preview(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        now: Moment,
    ) -> Result<Glance, SessionError> {
        self.glance(company, now, |call| {
            let wanted = BTreeSet::from([document.clone()]);
            let mut known = KnownDocuments { explain: true, ..KnownDocuments::default() };
            known.read(call, &wanted, true)?;
            let plan = known.plan(call, &wanted)?;
            Ok(Glance { plan, broken: known.broken.remove(document) })
        })
    }

    /// What is wrong with documents that are played, as things stand: what the next visit would make of each of them if it
    /// read nothing new. Nothing is said of what would go.
    ///
    /// # Errors
    /// The store failed, or holds settings that the rules do not take.
    pub fn check(
        &self,
        company: CompanyId,
        documents: &[DocumentKey],
        now: Moment,
    ) -> Result<Vec<(DocumentKey, JobError)>, SessionError> {
        self.glance(company, now, |call| {
            let wanted: BTreeSet<DocumentKey> = documents.iter().cloned().collect();
            let mut known = KnownDocuments::default();
            known.read(call, &wanted, true)?;
            let plan = known.plan(call, &wanted)?;
            let (mut left, mut wrong) = (wanted, Vec::new());
            for step in &plan.steps {
                let key = step.outcome.key.as_ref().map(|key| document_key(&step.object, key));
                let Some(key) = key.filter(|key| left.remove(key)) else { continue };
                let found = batch::settled(call, step, &key, &known).and_then(|(_, error)| error);
                wrong.extend(batch::set_aside(step).or(found).map(|error| (key, error)));
            }
            wrong.extend(left.into_iter().map(|key| {
                let error = batch::not_planned(&key, &known);
                (key, error)
            }));
            Ok(wrong)
        })
    }

    /// Writes down what a person decides on a document and its record: what is kept counts as agreed, what is sent
    /// as changed by Steelhead. `choose` gets the differences as they are now, and may refuse. What QuickBooks changes
    /// after that is a conflict again, and is not overwritten.
    ///
    /// # Errors
    /// `choose` refused, the store failed, or it holds settings that the rules do not take.
    pub fn decide<E: From<SessionError>>(
        &self,
        company: CompanyId,
        document: &DocumentKey,
        now: Moment,
        choose: impl FnOnce(&[Difference]) -> Result<Vec<(String, Choice)>, E>,
    ) -> Result<Decided, E> {
        let decided = self.glance(company, now, |call| {
            let wanted = BTreeSet::from([document.clone()]);
            let mut known = KnownDocuments::default();
            known.read(call, &wanted, true)?;
            let plan = known.plan(call, &wanted)?;
            let step = plan.steps.iter().find(|step| is_of(step, document));
            let Some(counterpart) = step.and_then(|step| step.outcome.decision.counterpart()) else {
                return Ok(Ok(Decided::Nothing));
            };
            let choices = match choose(&counterpart.changes) {
                Ok(choices) => choices,
                Err(refused) => return Ok(Err(refused)),
            };
            let known = call.mirror.agreed.get(document).map(AsRef::as_ref);
            let agreed = Agreed::decided(known, counterpart, &choices, &call.mirror.company);
            let Some(agreed) = agreed.filter(|_| !choices.is_empty()) else {
                return Ok(Ok(Decided::Nothing));
            };
            call.store.agree(company, &[Agreement { document: document.clone(), agreed }])?;
            let sent = choices.iter().filter(|(_, choice)| *choice == Choice::Send).count();
            Ok(Ok(Decided::Noted { sent, kept: choices.len() - sent }))
        });
        decided?
    }

    /// The first records of these types in which all these words occur: in the name or number, or in the
    /// name of what the record refers to first. Words are small letters.
    ///
    /// # Errors
    /// The store failed.
    pub fn search(
        &self,
        company: CompanyId,
        types: &[&str],
        words: &[String],
        limit: usize,
    ) -> Result<Vec<Arc<Record>>, SessionError> {
        self.glance(company, Moment::default(), |call| {
            let company = &call.mirror.company;
            let all = types.iter().flat_map(|kind| company.records(kind));
            let found = all.filter(|record| {
                let text = text(record);
                words.iter().all(|word| text.contains(word.as_str()))
            });
            Ok(found.take(limit).cloned().collect())
        })
    }

    /// The records of these types that are called so, whatever letters are small, by that in small letters.
    ///
    /// # Errors
    /// The store failed.
    pub fn called(
        &self,
        company: CompanyId,
        types: &[&str],
        names: &HashSet<String>,
    ) -> Result<HashMap<String, Vec<Arc<Record>>>, SessionError> {
        self.glance(company, Moment::default(), |call| {
            let mut found: HashMap<String, Vec<Arc<Record>>> = HashMap::new();
            for record in types.iter().flat_map(|kind| call.mirror.company.records(kind)) {
                let name = record.called().unwrap_or_default().trim().to_lowercase();
                if names.contains(&name) {
                    found.entry(name).or_default().push(record.clone());
                }
            }
            Ok(found)
        })
    }

    fn glance<T>(
        &self,
        company: CompanyId,
        now: Moment,
        look: impl FnOnce(&SessionCall<'_>) -> Result<T, SessionError>,
    ) -> Result<T, SessionError> {
        let place = self.place(company);
        let mut place = place.lock();
        let file = self.store().company_file(company)?;
        let mut memory = self.current(&mut place, &file)?;
        // It is no session, and makes no commit of one.
        let rules = self.rules(&file)?;
        let seen = look(&self.call_of(&rules, file, &mut memory, now));
        *place = Some(memory);
        seen
    }
}

fn is_of(step: &Step, document: &DocumentKey) -> bool {
    step.object == document.object && step.outcome.key.as_ref().is_some_and(|key| *key.id == *document.id)
}

/// What people look for a record by, in small letters.
fn text(record: &Record) -> String {
    let mut text = String::new();
    for name in [record.full_name(), record.get("RefNumber")].into_iter().flatten() {
        text.push_str(name);
        text.push(' ');
    }
    if record.full_name().is_none() {
        let party = record.root().children().find_map(|child| child.get("FullName"));
        text.push_str(party.unwrap_or_default());
    }
    text.to_lowercase()
}
