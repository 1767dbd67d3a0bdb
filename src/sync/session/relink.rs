//! A record that is gone: which other one may have taken its place.

use crate::document::Structure;
use crate::engine::{Context, Engine, Links};
use crate::sync::settings;
use crate::sync::stored::Candidate;

use super::step::Step;

/// So many records are offered.
const LIMIT: usize = 5;

impl Step<'_> {
    /// The records that a document may be connected to in the place of the one that is gone.
    pub(super) fn candidates(&self, document: &Structure) -> Vec<Candidate> {
        let Ok(settings) = settings(&self.rules.program, &self.file) else {
            return Vec::new();
        };
        let (company, links) = (&self.mirror.company, &Links::default());
        let context = Context { settings: &settings, company, links };
        let engine = Engine::new(&self.rules.program);
        let records = engine.candidates(document, context, LIMIT);
        let candidates = records.iter().filter_map(|record| {
            Some(Candidate {
                record_type: record.name().to_owned(),
                id: record.id()?.to_owned(),
                name: record.full_name().or_else(|| record.get("RefNumber")).unwrap_or_default().to_owned(),
                changed_at: record.get("TimeModified").unwrap_or_default().to_owned(),
            })
        });
        candidates.collect()
    }
}
