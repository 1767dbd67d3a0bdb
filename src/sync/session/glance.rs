//! A glance at one company file between visits: what playing one document would do, by the same code
//! that does it, and records that people look for.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::qbxml::Record;
use crate::sync::stored::{CompanyId, DocumentKey, JobError, Moment};
use crate::sync::{Plan, Preview, Standing};

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

impl Sessions {
    /// What playing all documents would do now. Documents that cannot be read, or whose connection is
    /// archived, are not in it.
    pub fn plan(&self, company: CompanyId) -> Result<Plan, SessionError> {
        let preview = Preview::load(self.store(), company)?;
        Ok(preview.plan(&self.rules().program, Standing::AsIs, &|_| true)?.plan)
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
        // It is no session, and commits nothing.
        let seen = look(&self.call_of(file, &mut memory, now));
        *place = Some(memory);
        seen
    }
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
