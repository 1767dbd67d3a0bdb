//! Documents from Steelhead's API into the store, again and again.
//!
//! Everything is compared now and then. In between a look at the ids and the times of changes says what is new or has
//! changed, and only that is read in full. Reading everything goes on where it broke off.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde_json::value::RawValue;

use crate::rules::Program;
use crate::steelhead::graphql::{Api, ApiError, ApiSource, Page, Reading};
use crate::sync::session::Rulebooks;
use crate::sync::stored::{
    CompanyFile, DocumentKey, Moment, Place, Pull, Store, StoreError, TroubleChange, TroubleSubject,
};
use crate::sync::{ImportError, LoadReport, Loading};
use crate::text::counted::counted;

/// Documents that are asked for by their ids at once.
const AT_ONCE: usize = 20;
/// Problems of documents that are told as the reason of a failure.
const NAMED: usize = 3;

/// Where one company file's documents come from, and how often.
#[derive(Clone)]
pub struct Pulls {
    /// Steelhead's API.
    pub api: Api,
    /// How often it is looked what has changed.
    pub every: TimeDelta,
    /// How often everything is compared.
    pub full_every: TimeDelta,
}

/// Why documents could not be taken over.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// Steelhead's API.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was imported could not be compared.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The rules do not fit.
    #[error("{0}")]
    Rules(String),
}

impl Pulls {
    /// Takes documents over, if it is time, and nobody else does. Gives what came; what went wrong is kept too, for the
    /// pages.
    ///
    /// # Errors
    /// [`PullError`]
    pub fn tick(
        &self,
        store: &dyn Store,
        rules: &Rulebooks,
        file: &CompanyFile,
        clock: &dyn Fn() -> Moment,
    ) -> Result<Option<LoadReport>, PullError> {
        let now = clock();
        if !store.begin_pull(file.id, now - self.every, now)? {
            return Ok(None);
        }
        let book = rules.of(file).map_err(|error| PullError::Rules(error.to_string()));
        let found =
            book.and_then(|book| Pulling { pulls: self, program: &book.program, store, file, clock }.run());
        match found {
            Ok(report) => Ok(Some(report)),
            Err(error) => {
                let pull = store.pull(file.id)?.unwrap_or_else(|| Pull::new(now));
                let told = TroubleChange::happened(TroubleSubject::Steelhead, error.to_string());
                store.keep_pull(file.id, &Pull { at: clock(), ..pull }, Some(&told))?;
                Err(error)
            }
        }
    }
}

struct Pulling<'p> {
    pulls: &'p Pulls,
    program: &'p Program,
    store: &'p dyn Store,
    file: &'p CompanyFile,
    clock: &'p dyn Fn() -> Moment,
}

impl Pulling<'_> {
    fn run(&self) -> Result<LoadReport, PullError> {
        let sources = &self.program.sources_of_documents;
        if sources.is_empty() {
            return Err(PullError::Rules("no shape of the rules has a `source`".to_owned()));
        }
        let now = (self.clock)();
        let mut pull = self.store.pull(self.file.id)?.unwrap_or_else(|| Pull::new(now));
        let is_due = pull.full_at.is_none_or(|full_at| now - full_at >= self.pulls.full_every);
        let mut report = LoadReport::default();
        (pull.documents, pull.changed) = (0, 0);
        let refused = if is_due || pull.unfinished.is_some() {
            self.everything(sources, &mut pull, &mut report)?
        } else {
            let mut refused = Vec::new();
            for source in sources {
                refused.extend(others_go_on(self.news(source, &mut pull, &mut report))?);
            }
            refused
        };
        self.loading().merge(&mut report)?;
        pull.done_at = Some((self.clock)());
        self.keep(&mut pull, &report, Some(&outcome(&report, &refused)))?;
        Ok(report)
    }

    /// Reads everything, from where it broke off.
    fn everything(
        &self,
        sources: &[ApiSource],
        pull: &mut Pull,
        report: &mut LoadReport,
    ) -> Result<Vec<ApiError>, PullError> {
        let mut refused = Vec::new();
        let begun = pull.unfinished.take();
        let from = begun.as_ref().and_then(|place| sources.iter().position(|it| it.object == place.object));
        let began_at = begun.as_ref().map_or_else(|| (self.clock)(), |place| place.began_at);
        let mut cursor = begun.filter(|_| from.is_some()).and_then(|place| place.cursor);
        for source in sources.iter().skip(from.unwrap_or(0)) {
            let object = source.object.clone();
            let mut place = Place { began_at, object, cursor: cursor.take() };
            refused.extend(others_go_on(self.whole(source, &mut place, pull, report))?);
        }
        (pull.unfinished, pull.full_at) = (None, Some(began_at));
        Ok(refused)
    }

    /// Reads all documents of one object, from a place on.
    fn whole(
        &self,
        source: &ApiSource,
        place: &mut Place,
        pull: &mut Pull,
        report: &mut LoadReport,
    ) -> Result<(), PullError> {
        for page in Reading::from(&self.pulls.api, source, place.cursor.clone()) {
            let page = page?;
            self.loading().page(&page, self.pulls.api.shown(), report)?;
            place.cursor = page.next;
            pull.unfinished = Some(place.clone());
            self.keep(pull, report, None)?;
        }
        Ok(())
    }

    /// Reads what is new or has changed.
    fn news(&self, source: &ApiSource, pull: &mut Pull, report: &mut LoadReport) -> Result<(), PullError> {
        let api = &self.pulls.api;
        let heads = source.heads();
        for page in Reading::from(api, heads.as_ref().unwrap_or(source), None) {
            let page = page?;
            if heads.is_some() {
                for ids in self.wanted(source, &page)?.chunks(AT_ONCE) {
                    self.loading().page(&api.some(source, ids)?, api.shown(), report)?;
                }
            } else {
                self.loading().page(&page, api.shown(), report)?;
            }
            self.keep(pull, report, None)?;
        }
        Ok(())
    }

    /// The ids of the documents on a page that are new, have changed, or may be edited.
    fn wanted(&self, source: &ApiSource, heads: &Page) -> Result<Vec<String>, StoreError> {
        type Fields = HashMap<String, Box<RawValue>>;
        let fields = |json: &str| serde_json::from_str::<Fields>(json).unwrap_or_default();
        let heads = heads.documents.iter().map(|head| fields(head));
        let heads: Vec<(DocumentKey, Fields)> = heads
            .filter_map(|head| {
                let id = head.get("id")?.get().trim_matches('"').to_owned();
                Some((DocumentKey { object: source.object.clone(), id }, head))
            })
            .collect();
        let keys: Vec<DocumentKey> = heads.iter().map(|(key, _)| key.clone()).collect();
        let kept = self.store.documents(self.file.id, &keys)?.into_iter();
        let kept: HashMap<DocumentKey, Fields> =
            kept.map(|it| (it.document.key, fields(&it.document.json))).collect();
        let is_same = |name: &String, one: &Fields, other: &Fields| {
            one.get(name).map(|it| it.get()) == other.get(name).map(|it| it.get())
        };
        let is_known = |(key, head): &&(DocumentKey, Fields)| {
            let is_closed = source.locked.as_ref().is_none_or(|locked| head.contains_key(locked));
            let same = |kept: &Fields| source.changed.iter().all(|way| is_same(&way.field, head, kept));
            is_closed && kept.get(key).is_some_and(same)
        };
        Ok(heads.iter().filter(|head| !is_known(head)).map(|(key, _)| key.id.clone()).collect())
    }

    fn keep(
        &self,
        pull: &mut Pull,
        report: &LoadReport,
        change: Option<&TroubleChange>,
    ) -> Result<(), StoreError> {
        pull.at = (self.clock)();
        pull.documents = report.handled();
        pull.changed = report.loaded.new + report.loaded.changed;
        self.store.keep_pull(self.file.id, pull, change)
    }

    fn loading(&self) -> Loading<'_> {
        Loading { program: self.program, store: self.store, file: self.file, now: (self.clock)() }
    }
}

/// What is wrong with one object's list holds up no other.
fn others_go_on(read: Result<(), PullError>) -> Result<Option<ApiError>, PullError> {
    match read {
        Ok(()) => Ok(None),
        Err(PullError::Api(error)) if error.is_of_one_list() => Ok(Some(error)),
        Err(error) => Err(error),
    }
}

/// All is well, or not everything could be read or kept.
fn outcome(report: &LoadReport, refused: &[ApiError]) -> TroubleChange {
    let mut reasons: Vec<String> = refused.iter().map(ToString::to_string).collect();
    if report.not_kept > 0 {
        let named = report.problems.first.iter().take(NAMED).map(|problem| problem.message.as_str());
        let count = counted(report.not_kept, "document");
        reasons.push(format!("{count} not kept: {}", named.collect::<Vec<_>>().join("; ")));
    }
    if reasons.is_empty() {
        return TroubleChange::is_over(TroubleSubject::Steelhead);
    }
    TroubleChange::happened(TroubleSubject::Steelhead, reasons.join(". "))
}
