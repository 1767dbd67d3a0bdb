//! The plan of everything: what playing all documents would do now, by the same code that does it.

use crate::document::Origin;
use crate::sync::stored::{CompanyId, StoredDocument};
use crate::sync::{Plan, Planner, Source, settings};

use super::mirror::Mirror;
use super::sessions::{SessionError, Sessions};

impl Sessions {
    /// What playing all documents would do now. Documents that cannot be read, or whose connection is
    /// archived, are not in it.
    pub fn plan(&self, company: CompanyId) -> Result<Plan, SessionError> {
        let store = self.store();
        let program = &self.rules().program;
        let file = store.company_file(company)?;
        let mirror = Mirror::load(store, company)?;
        let settings = settings(program, &file)?;
        let links = mirror.links(program, mirror.connections.keys());
        let decoder = &program.decoder;
        let documents = store.all_documents(company, None)?.into_iter();
        let sent = documents.filter(|stored| !mirror.is_archived(&stored.document.key));
        let sources = sent.filter_map(|stored: StoredDocument| {
            let origin = Origin::file(stored.document.key.to_string());
            let read = decoder.decode(&stored.document.json, &origin).ok()?;
            Some(Source { origin, document: read.root })
        });
        let sources = sources.collect();
        Ok(Planner::new(program, &settings, &mirror.company, links).plan(sources, &|_, _| true))
    }
}
