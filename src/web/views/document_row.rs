//! Documents, as lists show them.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde_json::Value;

use super::cell::{Cell, moment};
use crate::language::marked;
use crate::rules::program::List;
use crate::sync::stored::{Connection, DocumentKey, Job, JobError, JobState, Moment, StoredDocument};
use crate::sync::{Differs, RecordFact, SettledBy, Undone, is_of_record, state_of};
use crate::text::quotes::{quoted, without_names};
use crate::web::listing::Row;
use crate::web::words::states::words;

/// A search looks through about so much of a document, in bytes.
const LONGEST_SEARCH: usize = 4096;

/// A document, as lists show it.
#[derive(Clone, Debug)]
pub struct DocumentRow {
    /// Which document.
    pub key: DocumentKey,
    /// Its version.
    pub version: String,
    /// What it has in each column of its list.
    pub cells: Vec<Cell>,
    /// What it is.
    pub state: RowState,
    /// What became of its newest job, if it was ever played.
    pub job: Option<JobState>,
    /// Why that job is not done.
    pub error: Option<JobError>,
    /// What its record holds otherwise than it must, with what to do.
    pub differs: Option<JobError>,
    /// What is left to do for it in QuickBooks, that only a person can do there.
    pub undone: Option<String>,
    /// When it was last played.
    pub played_at: Option<Moment>,
    /// Who says that it is done by hand, if somebody does.
    pub by_hand: Option<String>,
    /// When it last became the same in QuickBooks by a job.
    pub last_sync: Option<Moment>,
    /// When it was finalized, if its rules say where that stands.
    finalized_at: Option<Moment>,
    /// Its record in QuickBooks.
    pub connection: Option<Connection>,
    /// It was imported and is not in Steelhead, so it cannot be played.
    pub is_of_record: bool,
    /// Its present version is done or on its way.
    pub is_settled: bool,
    /// It is not done, and nobody has to decide about it, so double play takes it.
    pub is_open: bool,
    /// What a search looks through.
    search: String,
    /// How much of that is the document's own; what its record is called stands behind it.
    own_search: usize,
    /// How often that job was sent.
    attempts: u32,
    /// The version that was played last.
    job_version: Option<String>,
    own: Own,
    /// How many of the cells are the document's own; what its record tells stands behind them.
    own_cells: usize,
}

/// What a document says of itself.
#[derive(Clone, Debug)]
struct Own {
    /// A state that counts more than its job.
    first: Option<RowState>,
    /// A state that counts less than its job, such as a draft.
    later: Option<RowState>,
    /// What it is where nothing else applies.
    otherwise: RowState,
}

/// What a document is, in a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowState {
    /// The kind of pill.
    pub pill: String,
    /// The word.
    pub word: String,
    /// What to tell, if the document is connected.
    pub note: Option<String>,
}

impl DocumentRow {
    /// Whether it is over whatever its job says, because it is voided, for example. Then nothing is sent.
    pub fn is_over(&self) -> bool {
        self.own.first.is_some()
    }

    /// A document that was never played and is connected to nothing; `finalize` is the field that says when it was finalized.
    pub fn of(list: &List, finalize: Option<&str>, stored: &StoredDocument) -> Self {
        let document: Value = serde_json::from_str(&stored.document.json).unwrap_or_default();
        let cells: Vec<Cell> = list.columns.iter().map(|column| Cell::of(column, &document)).collect();
        let details = list.details.iter().map(|column| Cell::of(column, &document));
        let mut search: String =
            cells.iter().cloned().chain(details).map(|cell| cell.text.to_lowercase() + "\n").collect();
        add_words(&document, &mut search);
        search.push_str(&stored.document.key.id);
        let own = Own::of(list, &document);
        Self {
            is_of_record: is_of_record(&stored.document.key),
            key: stored.document.key.clone(),
            version: stored.document.version.clone(),
            cells,
            state: own.now(),
            job: None,
            error: None,
            differs: None,
            undone: None,
            played_at: None,
            by_hand: None,
            last_sync: None,
            finalized_at: finalize.and_then(|way| moment(&document, way)),
            connection: None,
            is_settled: false,
            is_open: false,
            own_search: search.len(),
            search,
            attempts: 0,
            job_version: None,
            own,
            own_cells: list.columns.len(),
        }
    }

    /// The same with what its record tells, a cell for each of these heads, and what it is called.
    #[must_use]
    pub fn telling(mut self, heads: &[(&str, bool)], facts: &[RecordFact], number: Option<&str>) -> Self {
        self.search.truncate(self.own_search);
        self.search.extend(number.map(|number| format!("\n{}", number.to_lowercase())));
        self.cells.truncate(self.own_cells);
        let fact = |label: &str| facts.iter().find(|fact| fact.label == label);
        let cells = heads.iter().map(|(label, _)| fact(label).map(Cell::of_record).unwrap_or_default());
        self.cells.extend(cells);
        self
    }

    /// The same document, with its newest job and its connection.
    #[must_use]
    pub fn with(mut self, job: Option<&Job>, connection: Option<&Connection>) -> Self {
        self.job = job.map(|job| job.state);
        self.played_at = job.map(|job| job.played_at);
        self.attempts = job.map_or(0, |job| job.attempts);
        self.job_version = job.map(|job| job.version.clone());
        self.error = job.and_then(|job| job.error.clone());
        self.last_sync = job.filter(|job| job.state == JobState::Done).map(|job| job.changed_at);
        self.connection = connection.cloned();
        self.state = self.state_now(job);
        let is_under_way =
            |job: &Job| matches!(job.state, JobState::Queued | JobState::Sent | JobState::Done);
        self.is_settled = job.is_some_and(|job| job.version == self.version && is_under_way(job));
        self.is_open = !self.is_of_record && self.own.first.is_none() && self.lacks(job);
        self
    }

    /// The same, if its record holds something else than it must: then it is not as good as it looks.
    #[must_use]
    pub fn differing(mut self, differs: Option<&Differs>) -> Self {
        self.differs = differs.map(|it| it.error.clone());
        if self.differs.is_some() && self.state.pill == "good" {
            self.state = RowState::of("warn", marked("Differs"));
        }
        self
    }

    /// The same, if something is left to do for it in QuickBooks: then it is not over.
    #[must_use]
    pub fn undone(mut self, undone: Option<&Undone>) -> Self {
        self.undone = undone.map(|it| it.message.clone());
        if self.undone.is_some() && self.state.pill == "idle" {
            "warn".clone_into(&mut self.state.pill);
        }
        self
    }

    /// The money that it is about: the first of its own cells that holds some.
    pub fn amount(&self) -> Option<Decimal> {
        self.cells.iter().take(self.own_cells).find_map(Cell::amount)
    }

    /// The day that it is dated, as `2026-07-01`; nothing if that column has none.
    pub fn day(&self, column: usize) -> Option<&str> {
        self.cells.get(column).and_then(|cell| cell.text.get(..10))
    }

    /// Why it is not done, or why it counts as done, in a line.
    pub fn told(&self) -> Option<String> {
        let wrong = || self.wrong().and_then(|error| error.happened.lines().next());
        self.by_hand.as_deref().or(self.undone.as_deref()).or_else(wrong).map(quoted)
    }

    /// Why it is not done, or what differs, with `…` in the place of names.
    pub fn reason(&self) -> Option<String> {
        let told =
            self.wrong().filter(|_| self.by_hand.is_none()).and_then(|error| error.happened.lines().next());
        told.map(|told| quoted(&without_names(told)))
    }

    /// Whether play is offered for it, where such documents are played.
    pub fn can_play(&self) -> bool {
        !self.is_of_record && !self.is_settled && self.by_hand.is_none() && !self.is_over()
    }

    /// Whether somebody can say that it is done by hand: it is of Steelhead, and neither done nor on its way.
    pub fn can_settle(&self) -> bool {
        let is_connected = self.connection.as_ref().is_some_and(|it| !it.is_archived);
        let is_sent = matches!(self.job, Some(JobState::Sent | JobState::Done));
        !self.is_of_record && self.by_hand.is_none() && !is_connected && !is_sent
    }

    /// When QuickBooks had it first, if it came from Steelhead.
    pub fn reached_at(&self) -> Option<Moment> {
        self.connection.as_ref().filter(|_| !self.is_of_record).map(|it| it.connected_at)
    }

    /// When QuickBooks had it, and how long that was after it was finalized.
    pub fn took(&self) -> Option<(Moment, TimeDelta)> {
        let at = self.reached_at()?;
        let took = at - self.finalized_at?;
        (took >= TimeDelta::zero()).then_some((at, took))
    }

    /// Whether it can be taken out of the queue: it is in it, and was not sent yet.
    pub fn can_be_unplayed(&self) -> bool {
        self.job == Some(JobState::Queued) && self.attempts == 0
    }

    /// Whether it came in another version since it was played.
    pub fn has_changed(&self) -> bool {
        self.job_version.as_ref().is_some_and(|played| *played != self.version)
    }

    /// The same, if it counts as done by hand: nothing is sent for it, and nothing waits.
    #[must_use]
    pub fn settled(mut self, by: Option<&SettledBy>) -> Self {
        self.by_hand = by.map(ToString::to_string);
        if self.by_hand.is_some() {
            self.is_open = false;
            self.error = None;
            if self.own.first.is_none() {
                self.state = RowState::of("idle", marked("Settled by hand"));
            }
        }
        self
    }

    /// What is wrong with it: why it is not done, or what differs although it is.
    pub fn wrong(&self) -> Option<&JobError> {
        match self.job {
            Some(JobState::Done) | None => self.differs.as_ref().or(self.error.as_ref()),
            Some(_) => self.error.as_ref(),
        }
    }

    fn lacks(&self, job: Option<&Job>) -> bool {
        match (job, &self.connection) {
            (_, Some(connection)) if connection.is_archived => false,
            (Some(job), _) if job.version == self.version => {
                matches!(job.state, JobState::Rejected | JobState::Failed)
            }
            (Some(_), _) => true,
            (None, connection) => connection.is_none(),
        }
    }

    fn state_now(&self, job: Option<&Job>) -> RowState {
        let state = RowState::of;
        if let Some(own) = &self.own.first {
            return own.clone();
        }
        match (job, &self.connection) {
            (Some(job), _) if job.version != self.version => state("warn", marked("Changed since")),
            (Some(job), _) if job.state == JobState::Queued && is_doubtful(job) => {
                state("bad", marked("Will be rejected"))
            }
            (Some(job), _) => {
                let (pill, word, _) = words(job.state);
                state(pill, word)
            }
            (None, Some(connection)) if connection.is_archived => {
                state("idle", marked("Connection archived"))
            }
            (None, Some(_)) => state("good", marked("Connected")),
            (None, None) => self.own.now(),
        }
    }
}

/// Whether a job would be rejected as things stand.
fn is_doubtful(job: &Job) -> bool {
    job.error.as_ref().is_some_and(|error| !error.retryable)
}

impl RowState {
    fn of(pill: &str, word: &str) -> Self {
        Self { pill: pill.to_owned(), word: word.to_owned(), note: None }
    }
}

impl Own {
    fn of(list: &List, document: &Value) -> Self {
        let found = state_of(list, document);
        let is = |first: bool| {
            found
                .filter(|found| found.first == first)
                .map(|found| RowState { note: found.note.clone(), ..RowState::of("idle", &found.word) })
        };
        Self { first: is(true), later: is(false), otherwise: RowState::of("idle", &list.otherwise) }
    }

    /// What it is if it was never played and is connected to nothing.
    fn now(&self) -> RowState {
        self.first.as_ref().or(self.later.as_ref()).unwrap_or(&self.otherwise).clone()
    }
}

impl Row for DocumentRow {
    fn search(&self) -> &str {
        &self.search
    }

    fn word(&self) -> &str {
        &self.state.word
    }

    fn in_order(&self, other: &Self, column: usize) -> std::cmp::Ordering {
        match (self.cells.get(column), other.cells.get(column)) {
            (Some(a), Some(b)) => a.in_order(b),
            // Behind the status stands the last sync.
            _ if column > self.cells.len() => self.last_sync.cmp(&other.last_sync),
            _ => self.state.word.cmp(&other.state.word),
        }
    }

    fn is_blank(&self, column: usize) -> bool {
        match self.cells.get(column) {
            Some(cell) => cell.text.trim().is_empty(),
            None => column > self.cells.len() && self.last_sync.is_none(),
        }
    }
}

/// All that is written in a document, as a search finds it: orders, parts, descriptions.
fn add_words(value: &Value, search: &mut String) {
    if search.len() > LONGEST_SEARCH {
        return;
    }
    match value {
        Value::String(text) => {
            search.push_str(&text.to_lowercase());
            search.push('\n');
        }
        Value::Array(all) => all.iter().for_each(|value| add_words(value, search)),
        Value::Object(all) => all.values().for_each(|value| add_words(value, search)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
