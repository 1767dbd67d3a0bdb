//! What each address answers. The shapes are those of the commands.

use std::io::Cursor;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::part::Part;
use super::problem::Problem;
use super::room::Api;
use crate::people::{ApiToken, AuditAction, AuditSubject, NewAuditEntry};
use crate::steelhead::Chunks;
use crate::sync::session::Rulebook;
use crate::sync::stored::{CompanyFile, CompanyId, DocumentKey, Moment, StoreError};
use crate::sync::{Loading, check_played, is_of_record, play as queue};
use crate::text::counted::counted;
use crate::told::{LoadView, PlayView};

/// Documents that one call may bring.
pub const MOST_LOADED: usize = 20_000;
/// Documents that one call may play.
const MOST_PLAYED: usize = 500;
/// The longest object or id of a document, in bytes.
const LONGEST: usize = 200;

/// A call by somebody whose token may do it.
pub struct Call<'c> {
    /// What the API stands on.
    pub api: &'c Api,
    /// The token.
    pub token: &'c ApiToken,
    /// The time.
    pub now: Moment,
    /// The part of a list that is asked for.
    pub part: Part,
    /// The body, if there is one.
    pub body: Vec<u8>,
}

/// A company file, in the list of them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CompanyFile")]
pub struct Listed {
    /// What other addresses take.
    id: i64,
    /// What people call it.
    company: String,
    /// The Steelhead domain.
    domain: String,
    /// The Web Connector's user name.
    user: String,
}

/// Documents that are to be played.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToPlay {
    /// Which.
    #[schemars(length(min = 1, max = MOST_PLAYED))]
    documents: Vec<DocumentToPlay>,
}

/// A document that is to be played.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentToPlay {
    /// The object's name, such as `invoice`.
    #[schemars(length(min = 1, max = LONGEST))]
    object: String,
    /// The document's id, as text.
    #[schemars(length(min = 1, max = LONGEST))]
    id: String,
}

/// What is answered, if all is well.
#[derive(Debug)]
pub struct Said {
    /// JSON.
    pub body: Vec<u8>,
    /// The query of the next part, if there is one.
    pub next: Option<String>,
    /// Whether something has changed since that was made, and a newer one is being made.
    pub is_old: bool,
}

/// What is answered.
pub type Answer = Result<Said, Problem>;

/// The company files of the token's domain, by name.
pub fn company_files(call: &Call<'_>) -> Answer {
    let files = call.api.store.company_files().map_err(Problem::failed)?;
    let ours = files.iter().filter(|file| file.made.domain == call.token.domain);
    let listed = ours.map(|file| Listed {
        id: file.id.0,
        company: file.made.name.clone(),
        domain: file.made.domain.clone(),
        user: file.made.user_name.clone(),
    });
    Said::json(&listed.collect::<Vec<_>>())
}

/// As `ferrule load` of a file does: what is no JSON keeps nothing, a document that breaks its shape keeps no other one
/// out. The answer is that of `ferrule load --json`.
pub fn load(call: &Call<'_>, file: &CompanyFile) -> Answer {
    let bytes: Arc<[u8]> = call.body.as_slice().into();
    let chunks = || Chunks::read("the content", Cursor::new(bytes.clone()));
    let count = Loading::check(chunks(), |_| {});
    let count = count.map_err(|problem| Problem::Wrong(format!("{problem}. Nothing was kept.")))?;
    if count == 0 {
        return Err(Problem::Wrong("There are no documents in what you sent.".to_owned()));
    }
    if count > MOST_LOADED {
        let words = format!("At most {MOST_LOADED} documents go at once. Send the rest in another call.");
        return Err(Problem::TooLarge(words));
    }
    let rules = call.rules(file)?;
    let store = call.api.store.as_ref();
    let loading = Loading { program: &rules.program, store, file, now: call.now };
    let report = loading.whole(chunks()).map_err(Problem::failed)?;
    let loaded = report.loaded;
    if loaded.new + loaded.changed > 0 {
        let details =
            format!("{} new, {} changed, {} the same as before", loaded.new, loaded.changed, loaded.same);
        call.note(file, AuditAction::LoadDocuments, None, details)?;
    }
    Said::json(&LoadView::of(&report))
}

/// As `ferrule play` of named documents. The answer is that of `ferrule play --json`.
pub fn play(call: &Call<'_>, file: &CompanyFile) -> Answer {
    let wrong = |words: String| Err(Problem::Wrong(words));
    let asked: ToPlay = match serde_json::from_slice(&call.body) {
        Ok(asked) => asked,
        Err(error) => return wrong(format!("That does not say which documents are to be played: {error}.")),
    };
    let rules = call.rules(file)?;
    let mut keys: Vec<DocumentKey> = Vec::new();
    for DocumentToPlay { object, id } in asked.documents {
        if object.len() > LONGEST || id.is_empty() || id.len() > LONGEST {
            return wrong(format!(
                "An object and an id have at most {LONGEST} bytes, and an id at least one."
            ));
        }
        if let Err(error) = check_played(&rules.program, &object) {
            return wrong(format!("{error}."));
        }
        let key = DocumentKey { object, id };
        if is_of_record(&key) {
            return wrong(format!("{key} was imported from QuickBooks; there is nothing to export."));
        }
        keys.push(key);
    }
    keys.sort();
    keys.dedup();
    if keys.is_empty() || keys.len() > MOST_PLAYED {
        return wrong(format!("You can play 1 to {MOST_PLAYED} documents at once."));
    }
    let store = call.api.store.as_ref();
    let played = queue(store, &rules.program, file, &keys, call.now).map_err(Problem::failed)?;
    if !played.queued.is_empty() {
        let details = counted(played.queued.len(), "document");
        let about = AuditSubject::Documents(played.queued.clone());
        call.note(file, AuditAction::Play, Some(about), details)?;
    }
    Said::json(&PlayView { played: &played, drafts: 0, left_out: &[], waiting: &[] })
}

impl Said {
    /// All of it, as it is now.
    ///
    /// # Errors
    /// [`Problem::Failed`], if it cannot be written as JSON.
    pub fn json(what: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(what).map_err(Problem::failed)?;
        Ok(Self { body, next: None, is_old: false })
    }
}

impl Call<'_> {
    /// The company file with that id, if it is one of the token's domain.
    pub fn file(&self, id: &str) -> Result<CompanyFile, Problem> {
        let id = id.parse().map(CompanyId).map_err(|_| Problem::NotFound)?;
        match self.api.store.company_file(id) {
            Ok(file) if file.made.domain == self.token.domain => Ok(file),
            Ok(_) | Err(StoreError::NoCompanyFile(_)) => Err(Problem::NotFound),
            Err(error) => Err(Problem::failed(error)),
        }
    }

    /// The rules of a company file.
    ///
    /// # Errors
    /// [`Problem::Conflict`], if its layers do not fit them.
    pub fn rules(&self, file: &CompanyFile) -> Result<Arc<Rulebook>, Problem> {
        self.api.rules.of(file).map_err(|error| {
            Problem::Conflict(format!(
                "The optional layers that are on for the company file do not fit the rules: {error}. Whoever runs Ferrule \
                 switches them off with `ferrule layers --off`, or gives it the rules that belong to them."
            ))
        })
    }

    fn note(
        &self,
        file: &CompanyFile,
        action: AuditAction,
        about: Option<AuditSubject>,
        details: String,
    ) -> Result<(), Problem> {
        let entry = NewAuditEntry {
            at: self.now,
            domain: self.token.domain.clone(),
            company: Some(file.id),
            person: format!("token {}", self.token.name),
            action,
            about,
            details,
        };
        self.api.store.note(&entry).map_err(Problem::failed)
    }
}
