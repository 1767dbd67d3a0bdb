//! Which documents can be played.

use std::collections::HashSet;

use super::finalizing::{as_played, is_draft};
use super::given::settings;
use super::loading::is_of_record;
use super::session::SessionError;
use super::stored::{CompanyFile, DocumentKey, JobState, NewDocument, Store, StoreError, StoredDocument};
use crate::document::{Origin, nearest};
use crate::engine::{Context, Decision, Engine, Key, Links, Options, Outcome};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::rules::file::Trigger;

/// Why documents of an object cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPlayed {
    /// No rules are about it.
    #[error("no object is called `{object}`; {hint}there are {known}")]
    Unknown {
        /// What it was called.
        object: String,
        /// "did you mean", if a name is near.
        hint: String,
        /// Those that can be played.
        known: String,
    },
    /// The rules export it only with another document.
    #[error("`{object}` is exported only with a document that refers to it; play that one")]
    OnReference {
        /// The object.
        object: String,
    },
    /// The rules only import it.
    #[error("`{object}` is not exported; exported on play are {known}")]
    OnlyImported {
        /// The object.
        object: String,
        /// Those that can be played.
        known: String,
    },
}

/// The objects whose documents are exported on play, in the order of the rule set.
pub fn played_objects(program: &Program) -> impl Iterator<Item = &str> {
    let is_played = |trigger: Option<Trigger>| trigger == Some(Trigger::Play);
    let all = program.objects.iter();
    all.filter(move |object| is_played(object.export.as_ref().map(|export| export.trigger)))
        .map(|object| object.name.as_str())
}

/// Whether documents of an object are exported on play.
///
/// # Errors
/// Why they are not.
pub fn check_played(program: &Program, object: &str) -> Result<(), NotPlayed> {
    let known = || played_objects(program).collect::<Vec<_>>().join(", ");
    match program.object(object).map(|found| found.export.as_ref().map(|export| export.trigger)) {
        Some(Some(Trigger::Play)) => Ok(()),
        Some(Some(Trigger::Reference)) => Err(NotPlayed::OnReference { object: object.to_owned() }),
        Some(None) => Err(NotPlayed::OnlyImported { object: object.to_owned(), known: known() }),
        None => {
            let near = nearest(object, played_objects(program));
            let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            Err(NotPlayed::Unknown { object: object.to_owned(), hint, known: known() })
        }
    }
}

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
) -> Result<DoublePlay, SessionError> {
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

/// Whether a document is left out may depend on whether it is connected, not on to what.
fn links(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    company: &Company,
) -> Result<Links, StoreError> {
    let mut links = Links::default();
    for connection in store.connections(file.id)?.into_iter().filter(|it| !it.is_archived) {
        if let Some(shape) = program.shapes.object(&connection.document.object) {
            let id = connection.document.id.as_str().into();
            links.connect(Key { shape, id }, &connection.record_id, company);
        }
    }
    Ok(links)
}
