//! Plans of a few documents, with all that they refer to in full: what is referred to shows only in a plan,
//! so it is planned again until nothing new is met.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Value;
use crate::qbxml::Company;
use crate::rules::Program;
use crate::sync::stored::{DocumentKey, Moment};
use crate::sync::{Plan, PlanInputs, Planner, Source};

use crate::sync::company_file::document::document_key;
use crate::sync::company_file::mirror::Mirror;
use crate::sync::plan::preview::Standing;

/// Documents, decoded.
pub(in crate::sync) type Sources = BTreeMap<DocumentKey, Source>;

/// By what documents are planned.
pub(in crate::sync) struct Closing<'c> {
    /// The rules.
    pub program: &'c Program,
    /// The settings of the company file.
    pub settings: &'c [Value],
    /// What is known of it.
    pub mirror: &'c Mirror,
    /// How the wanted documents stand to it.
    pub standing: Standing,
    /// The day up to which the books are closed.
    pub closed_until: Option<&'c str>,
    /// When the wanted documents are played, if they are and none of them is finalized already.
    pub played_at: Option<Moment>,
    /// Say of every element where it comes from.
    pub explain: bool,
}

impl Closing<'_> {
    /// The plan of the wanted documents. `sources` holds them, and all that was read in the end; `read`
    /// gives those of other documents that are known.
    ///
    /// # Errors
    /// What `read` says.
    pub fn plan<E>(
        &self,
        wanted: &BTreeSet<DocumentKey>,
        sources: &mut Sources,
        read: &mut dyn FnMut(&BTreeSet<DocumentKey>) -> Result<Sources, E>,
    ) -> Result<Plan, E> {
        let mut asked: BTreeSet<DocumentKey> = wanted.clone();
        loop {
            let plan = self.plan_once(wanted, &asked, sources);
            let met: BTreeSet<DocumentKey> = plan
                .steps
                .iter()
                .flat_map(|step| &step.outcome.dependencies)
                .filter_map(|it| Some(document_key(&self.program.object_of(it.key.shape)?.name, &it.key)))
                .filter(|key| !asked.contains(key))
                .collect();
            let found = read(&met)?;
            // Nothing is known of those that were met: the plan would be the same.
            if found.is_empty() && !self.mirror.is_any_connected(&met) {
                return Ok(plan);
            }
            sources.extend(found);
            asked.extend(met);
        }
    }

    fn plan_once(
        &self,
        wanted: &BTreeSet<DocumentKey>,
        asked: &BTreeSet<DocumentKey>,
        sources: &Sources,
    ) -> Plan {
        let unknown = Company::unknown();
        let (company, is_new) = match self.standing {
            Standing::AsIs => (&self.mirror.company, false),
            Standing::AsNew => (&unknown, true),
        };
        let linked = asked.iter().filter(|key| !(is_new && wanted.contains(key)));
        let inputs = PlanInputs {
            program: self.program,
            settings: self.settings,
            company,
            owners: Some(&self.mirror.connections),
            closed_until: self.closed_until,
            played_at: self.played_at,
            explain: self.explain,
        };
        let planner = Planner::new(inputs, self.mirror.links(self.program, linked));
        let sources = sources.values().cloned().collect();
        planner.plan(sources, &|object, key| wanted.contains(&document_key(object, key)))
    }
}
