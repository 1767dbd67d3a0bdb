//! Which documents count as done by hand: a person says so, or the rules.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use rayon::prelude::*;

use crate::document::Origin;
use crate::engine::{Context, Engine, Note};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::sync::actions::playing::links;
use crate::sync::company_file::KeptError;
use crate::sync::company_file::settings::settings;
use crate::sync::stored::{CompanyFile, DocumentKey, Settlement, Store, StoredDocument};

/// Who says that a document counts as done by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettledBy {
    /// A person.
    Person(Settlement),
    /// The rules.
    Rules(Note),
}

/// The sentence that people read.
impl fmt::Display for SettledBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(said) => said.fmt(f),
            Self::Rules(note) => f.write_str(&note.message),
        }
    }
}

/// All documents that count as done by hand, by document.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn settled(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
) -> Result<BTreeMap<DocumentKey, SettledBy>, KeptError> {
    let said = said(store, file)?;
    let objects = program
        .objects
        .iter()
        .filter(|object| object.export.as_ref().is_some_and(|export| !export.settled.is_empty()));
    let mut documents = Vec::new();
    for object in objects {
        documents.extend(store.all_documents(file.id, Some(&object.name))?);
    }
    by_rules_or(store, program, file, said, &documents)
}

/// Who says so of one document; nothing if nobody does.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn settled_of(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    document: &DocumentKey,
) -> Result<Option<SettledBy>, KeptError> {
    Ok(settled_among(store, program, file, std::slice::from_ref(document))?.remove(document))
}

/// Which of these documents count as done by hand.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub(super) fn settled_among(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    keys: &[DocumentKey],
) -> Result<BTreeMap<DocumentKey, SettledBy>, KeptError> {
    let mut said = said(store, file)?;
    said.retain(|key, _| keys.contains(key));
    let documents = store.documents(file.id, keys)?;
    by_rules_or(store, program, file, said, &documents)
}

/// What people have said, by document.
fn said(store: &dyn Store, file: &CompanyFile) -> Result<HashMap<DocumentKey, Settlement>, KeptError> {
    let all = store.settlements(file.id)?.into_iter();
    Ok(all.map(|said| (said.document.clone(), said)).collect())
}

fn by_rules_or(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    said: HashMap<DocumentKey, Settlement>,
    documents: &[StoredDocument],
) -> Result<BTreeMap<DocumentKey, SettledBy>, KeptError> {
    let (settings, company) = (settings(program, file)?, Company::unknown());
    let links = links(store, program, file, &company)?;
    let context = Context { settings: &settings, company: &company, links: &links };
    let open: Vec<&StoredDocument> =
        documents.iter().filter(|stored| !said.contains_key(&stored.document.key)).collect();
    let by_rules = open.par_iter().map_init(
        || Engine::new(program),
        |engine, stored| {
            let read = program.decoder.decode(&stored.document.json, &Origin::default()).ok()?;
            let note = engine.settled(&read.root, context)?;
            Some((stored.document.key.clone(), SettledBy::Rules(note)))
        },
    );
    let mut all: BTreeMap<DocumentKey, SettledBy> = by_rules.flatten().collect();
    let said = said.into_iter().filter(|(_, said)| said.is_settled);
    all.extend(said.map(|(key, said)| (key, SettledBy::Person(said))));
    Ok(all)
}
