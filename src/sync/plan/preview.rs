//! Plans of what is kept, by the same code that a session does them with.

use std::collections::{BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use crate::document::{Decoder, DocumentProblem, Origin, Structure};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::rules::settings::SettingError;
use crate::sync::stored::{CompanyFile, CompanyId, DocumentKey, Moment, Store, StoreError, StoredDocument};
use crate::sync::{Plan, PlanInputs, Planner, Source, check_played, is_of_record, settings};

use crate::sync::company_file::document::document_key;
use crate::sync::company_file::mirror::Mirror;
use crate::sync::plan::closing::{Closing, Sources};

/// What plans of a company file are made from, as it was at one moment. It knows of no rules: plans
/// under other rules are made from the same.
#[derive(Debug)]
pub struct Preview {
    file: CompanyFile,
    mirror: Mirror,
    documents: Vec<StoredDocument>,
    places: HashMap<DocumentKey, usize>,
    /// Nobody knows when the next visit comes, and the same preview is always the same plan: the time at
    /// which the newest document came stands for it.
    played_at: Moment,
}

/// A document that cannot be read, and why.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Where it begins.
    pub origin: Origin,
    /// What is wrong with it.
    pub problems: Vec<DocumentProblem>,
}

/// A plan, and the documents that are not in it because they cannot be read.
#[derive(Debug, Default)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The documents that break their shape.
    pub unreadable: Vec<Unreadable>,
    /// Those that were looked at, where only a few were: with those that they refer to.
    pub read: BTreeSet<DocumentKey>,
}

/// How the documents that are wanted stand to QuickBooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As they do.
    AsIs,
    /// As if they were new to it, and nothing of what it has were known: what a rule makes of a
    /// document that is there already shows only so. What goes only with another document stays as it is.
    AsNew,
}

/// A document, decoded or not.
type Read = Result<Source, Unreadable>;

impl Preview {
    /// As it is now.
    ///
    /// # Errors
    /// The store failed.
    pub fn load(store: &dyn Store, company: CompanyId) -> Result<Self, StoreError> {
        let file = store.company_file(company)?;
        let mirror = Mirror::load(store, company)?;
        let documents = store.all_documents(company, None)?;
        let places = documents.iter().enumerate().map(|(place, it)| (it.document.key.clone(), place));
        let places = places.collect();
        let played_at = documents.iter().map(|stored| stored.loaded_at).max().unwrap_or_default();
        Ok(Self { file, mirror, documents, places, played_at })
    }

    /// Every document that can be in a plan, by object and id.
    pub fn keys(&self) -> impl Iterator<Item = &DocumentKey> {
        let all = self.documents.iter().map(|stored| &stored.document.key);
        all.filter(|key| !is_of_record(key) && !self.mirror.is_archived(key))
    }

    /// The plan of the documents that are wanted; all others are there to be referred to.
    ///
    /// # Errors
    /// The settings that are kept do not fit the rules.
    pub fn plan(
        &self,
        program: &Program,
        standing: Standing,
        wanted: &(dyn Fn(&DocumentKey) -> bool + Sync),
    ) -> Result<Planned, SettingError> {
        let settings = settings(program, &self.file)?;
        let decoder = &program.decoder;
        // Documents of an object that the rules do not have, because its layer is off, are in no plan.
        let is_here =
            |key: &DocumentKey| !self.mirror.is_archived(key) && program.shapes.object(&key.object).is_some();
        let here: Vec<&StoredDocument> =
            self.documents.iter().filter(|stored| is_here(&stored.document.key)).collect();
        let read: Vec<Read> = here.par_iter().map(|stored| decode(decoder, stored)).collect();
        let (mut sources, mut unreadable) = (Vec::with_capacity(read.len()), Vec::new());
        for (read, stored) in read.into_iter().zip(here) {
            match read {
                Ok(source) => sources.push(source),
                Err(problems) if wanted(&stored.document.key) => unreadable.push(problems),
                Err(_) => {}
            }
        }
        let known = self.mirror.connections.documents().chain(self.mirror.agreed.keys());
        let is_linked = |key: &&DocumentKey| {
            standing == Standing::AsIs || !wanted(key) || check_played(program, &key.object).is_err()
        };
        let links = self.mirror.links(program, known.filter(is_linked));
        let unknown = Company::unknown();
        let inputs = PlanInputs {
            owners: Some(&self.mirror.connections),
            closed_until: self.closed_until(standing),
            played_at: Some(self.played_at),
            ..PlanInputs::new(program, &settings, self.company(standing, &unknown))
        };
        let plan = Planner::new(inputs, links).plan(sources, &|object, key| {
            let key = document_key(object, key);
            !is_of_record(&key) && wanted(&key)
        });
        Ok(Planned { plan, unreadable, read: BTreeSet::new() })
    }

    /// The plan of a few documents with all that they refer to, told where each element comes from.
    ///
    /// # Errors
    /// The settings that are kept do not fit the rules.
    pub fn explained(
        &self,
        program: &Program,
        standing: Standing,
        wanted: &BTreeSet<DocumentKey>,
    ) -> Result<Planned, SettingError> {
        let settings = settings(program, &self.file)?;
        let (mut unreadable, mut all) = (Vec::new(), BTreeSet::new());
        let mut read = |keys: &BTreeSet<DocumentKey>| {
            let mut sources = Sources::new();
            all.extend(keys.iter().cloned());
            for stored in keys.iter().filter_map(|key| self.document(key)) {
                match decode(&program.decoder, stored) {
                    Ok(source) => _ = sources.insert(stored.document.key.clone(), source),
                    Err(problems) => unreadable.push(problems),
                }
            }
            Ok::<_, SettingError>(sources)
        };
        let (mirror, played_at) = (&self.mirror, Some(self.played_at));
        let closing = Closing {
            program,
            settings: &settings,
            mirror,
            standing,
            closed_until: self.closed_until(standing),
            played_at,
            explain: true,
        };
        let plan = closing.plan(wanted, &mut read(wanted)?, &mut read)?;
        Ok(Planned { plan, unreadable, read: all })
    }

    /// The company file.
    pub(in crate::sync) fn file(&self) -> &CompanyFile {
        &self.file
    }

    /// Its records and connections.
    pub(in crate::sync) fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// All documents of these objects, also those whose connections are archived; and how many cannot be read.
    pub(in crate::sync) fn transactions(
        &self,
        program: &Program,
        objects: &HashSet<&str>,
    ) -> (Vec<Structure>, usize) {
        let wanted: Vec<&StoredDocument> =
            self.documents.iter().filter(|it| objects.contains(it.document.key.object.as_str())).collect();
        let read: Vec<Read> = wanted.par_iter().map(|stored| decode(&program.decoder, stored)).collect();
        let count = read.len();
        let documents: Vec<Structure> = read.into_iter().flatten().map(|source| source.document).collect();
        let unreadable = count - documents.len();
        (documents, unreadable)
    }

    fn company<'c>(&'c self, standing: Standing, unknown: &'c Company) -> &'c Company {
        match standing {
            Standing::AsIs => &self.mirror.company,
            Standing::AsNew => unknown,
        }
    }

    /// The day up to which the books are closed.
    fn closed_until(&self, standing: Standing) -> Option<&str> {
        self.file.closed_until().filter(|_| standing == Standing::AsIs)
    }

    /// When documents count as played.
    pub(in crate::sync) fn played_at(&self) -> Moment {
        self.played_at
    }

    /// A document, unless its connection is archived.
    pub(in crate::sync) fn document(&self, key: &DocumentKey) -> Option<&StoredDocument> {
        let place = self.places.get(key).filter(|_| !self.mirror.is_archived(key))?;
        self.documents.get(*place)
    }
}

fn decode(decoder: &Decoder, stored: &StoredDocument) -> Read {
    let origin = Origin::file(stored.document.key.to_string());
    match decoder.decode(&stored.document.json, &origin) {
        Ok(read) => Ok(Source { origin, document: read.root }),
        Err(problems) => Err(Unreadable { origin, problems }),
    }
}
