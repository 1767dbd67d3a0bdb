//! Double play: which documents go.

use std::collections::{HashMap, HashSet};

use crate::document::Origin;
use crate::engine::{Agreed, Context, Decision, Engine, Links, Options, Outcome, Wish};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::sync::actions::settled::settled_among;
use crate::sync::company_file::document::{engine_key, is_of_record};
use crate::sync::company_file::settings::settings;
use crate::sync::company_file::{KeptError, agree_on_connected, by_hand};
use crate::sync::plan::draft::{as_played, is_draft};
use crate::sync::plan::played::played_objects;
use crate::sync::stored::{
    Agreement, CompanyFile, DocumentKey, JobState, Moment, NewDocument, Played, Store, StoreError,
    StoredDocument,
};

/// What double play takes.
#[derive(Clone, Debug, Default)]
pub struct DoublePlay {
    /// To be queued.
    pub keys: Vec<DocumentKey>,
    /// How many of them are drafts, which playing finalizes.
    pub drafts: usize,
    /// What the rules leave out, such as what was voided.
    pub left_out: Vec<DocumentKey>,
    /// What waits for a person's decision, and goes when it is played by itself.
    pub waiting: Vec<DocumentKey>,
}

/// All documents that double play takes: those of the object, or of all objects that are exported on
/// play, in the order of the rule set. What was imported and is not in Steelhead yet is none of them.
/// A document that breaks its shape is taken: the visit says what is wrong with it. One that waits for
/// a person is not: playing it is the decision, and double play decides nothing.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn double_play(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    object: Option<&str>,
) -> Result<DoublePlay, KeptError> {
    let (settings, company) = (settings(program, file)?, Company::unknown());
    let links = links(store, program, file, &company)?;
    let context = Context { settings: &settings, company: &company, links: &links };
    let engine = Engine::new(program);
    let decoder = &program.decoder;
    let mut play = DoublePlay::default();
    let waiting = waiting(store, file)?;
    for name in played_objects(program).filter(|name| object.is_none_or(|object| object == *name)) {
        for stored in store.all_documents(file.id, Some(name))? {
            let StoredDocument { document: NewDocument { key, json, .. }, loaded_at } = stored;
            if is_of_record(&key) {
                continue;
            }
            if waiting.contains(&key) {
                play.waiting.push(key);
                continue;
            }
            let document = decoder.decode(&json, &Origin::default()).map(|it| it.root);
            let is_draft = document.as_ref().is_ok_and(|it| is_draft(program, it));
            let document = document.map(|it| as_played(program, it, loaded_at));
            let outcome = document.map(|it| engine.export(&it, context, Options::default()));
            if let Ok(Outcome { decision: Decision::Skip(_), waits: false, .. }) = outcome {
                play.left_out.push(key);
            } else {
                play.drafts += usize::from(is_draft);
                play.keys.push(key);
            }
        }
    }
    Ok(play)
}

/// The documents of which a person has to decide what becomes of them.
fn waiting(store: &dyn Store, file: &CompanyFile) -> Result<HashSet<DocumentKey>, StoreError> {
    let mut waiting = HashSet::new();
    for state in [JobState::OutcomeUnknown, JobState::Waiting] {
        waiting.extend(store.jobs(file.id, Some(state))?.into_iter().map(|job| job.document));
    }
    Ok(waiting)
}

/// Whether a document is left out may depend on whether it is connected, not on to what; and on whether it is
/// done by hand.
pub(super) fn links(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    company: &Company,
) -> Result<Links, StoreError> {
    let mut links = Links::default();
    for connection in store.connections(file.id)?.into_iter().filter(|it| !it.is_archived) {
        if let Some(key) = engine_key(program, &connection.document) {
            links.connect(key, &connection.record_id, company);
        }
    }
    for said in store.settlements(file.id)? {
        if let Some(key) = engine_key(program, &said.document) {
            links.note_by_hand(key, by_hand(&said));
        }
    }
    Ok(links)
}

/// Plays documents: queues them for the next visit. What counts as done by hand is not queued, whoever says so.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn play(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    keys: &[DocumentKey],
    now: Moment,
) -> Result<Played, KeptError> {
    let settled = settled_among(store, program, file, keys)?;
    let (settled, keys): (Vec<_>, Vec<_>) = keys.iter().cloned().partition(|key| settled.contains_key(key));
    let mut played = store.play(file.id, &keys, now)?;
    played.settled.extend(settled);
    Ok(played)
}

/// Has all of Steelhead's values written into the records of documents when they are sent next: also what
/// differed from the first, and what `QuickBooks` has changed.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn adopt(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    keys: &[DocumentKey],
) -> Result<(), KeptError> {
    agree_on_connected(store, program, file)?;
    let known = store.agreements(file.id)?;
    let mut known: HashMap<_, _> = known.into_iter().map(|it| (it.document, it.agreed)).collect();
    let mut adopted = |key: &DocumentKey| {
        let agreed = Agreed { wish: Wish::Everything, ..known.remove(key).unwrap_or_default() };
        Agreement { document: key.clone(), agreed }
    };
    // Nothing is noted of documents that are not there: they may come later, and nobody would remember.
    let there = store.documents(file.id, keys)?;
    let adopted: Vec<Agreement> = there.iter().map(|stored| adopted(&stored.document.key)).collect();
    Ok(store.agree(file.id, &adopted)?)
}
