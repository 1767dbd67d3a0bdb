//! How a company file is doing, from what is kept.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::Serialize;

use crate::catalogue::Who;
use crate::rules::Program;
use crate::sync::company_file::settings::import_every;
use crate::sync::company_file::window::Window;
use crate::sync::stored::{
    CompanyFile, DocumentKey, Ending, Job, JobError, JobState, Moment, Pull, Reconciled, Store, StoreError,
    StoredSession, Trouble,
};
use crate::sync::{NotSent, held_up};

/// A session that was heard of so short a time before is under way.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(2);
/// How long it is told.
const RECENT: TimeDelta = TimeDelta::days(7);

/// How a company file is doing.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Status {
    /// The Steelhead domain.
    pub domain: String,
    /// What people call the company file.
    pub company: String,
    /// The Web Connector's user name.
    pub user: String,
    /// Whether the Web Connector is sent away for now.
    pub is_paused: bool,
    /// Why nothing at all is sent at this moment. As data the fields around say the same.
    #[serde(skip)]
    pub held_up: Vec<NotSent>,
    /// Whether the next visit reads everything, because a person asked for it.
    pub is_read_asked: bool,
    /// When the Web Connector last called.
    pub last_contact: Option<Moment>,
    /// Minutes between two visits, as they are expected.
    pub expected_every_minutes: i64,
    /// Whether a visit is missing: nothing was heard for twice that time.
    pub is_overdue: bool,
    /// When the last read of everything ended.
    pub last_read: Option<Moment>,
    /// When a visit last ended with nothing left to do.
    pub last_sync: Option<Moment>,
    /// How many jobs are in which state; states without any are left out.
    pub jobs: BTreeMap<&'static str, usize>,
    /// The sync hours, if there are any.
    pub window: Option<WindowView>,
    /// The last time that a visit began while another one was under way, in the last week.
    pub overtaken: Option<Overtaken>,
    /// The visit that goes on.
    pub open_session: Option<OpenSession>,
    /// Writes whose answer never came: the next visit finds out what became of them.
    pub open_writes: Vec<OpenWrite>,
    /// How many jobs wait for whom.
    pub waiting: BTreeMap<&'static str, usize>,
    /// How many jobs failed and are tried again by themselves.
    pub retried: usize,
    /// What the last night's reconciliation found, if there was one.
    pub reconciled: Option<Reconciled>,
    /// How many records of QuickBooks could not be read and were set aside.
    pub set_aside: usize,
    /// How many were read with other characters.
    pub unknown_characters: usize,
    /// How far documents are taken over from Steelhead's API, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull: Option<Pull>,
    /// What went wrong and has not gone well since.
    pub troubles: Vec<Trouble>,
    /// How many documents have a record that holds something else than it must. Whoever shows it counts
    /// them, since it takes a look at all of them.
    pub differs: usize,
    /// How many documents count as done by hand. Whoever shows it counts them, as above.
    pub settled: usize,
}

/// A visit of the Web Connector that goes on.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct OpenSession {
    /// Since when.
    pub began_at: Moment,
    /// When it last did something.
    pub active_at: Moment,
}

/// When the Web Connector may work.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct WindowView {
    /// When it opens; nothing if it is open.
    pub opens_at: Option<Moment>,
    /// What is wrong with its settings: then it counts as open.
    pub problem: Option<String>,
}

/// A visit that began while another one was under way: a second Web Connector has the same user name,
/// or the one there is, or the service, was started anew.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Overtaken {
    /// When it began.
    pub at: Moment,
    /// When the other one had begun.
    pub other_began_at: Moment,
    /// When the other one was last heard of.
    pub other_active_at: Moment,
}

/// A write whose answer never came.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct OpenWrite {
    /// Its key in the history.
    pub exchange: i64,
    /// When it left.
    pub sent_at: Moment,
    /// What it is about.
    pub documents: Vec<DocumentKey>,
}

impl Status {
    /// How the company file is doing at this moment. Without rules the usual interval is expected.
    ///
    /// # Errors
    /// The store failed.
    pub fn of(
        store: &dyn Store,
        program: Option<&Program>,
        file: &CompanyFile,
        now: Moment,
    ) -> Result<Self, StoreError> {
        let every = import_every(program, file);
        let jobs = store.job_counts(file.id)?;
        let sessions = store.sessions(file.id, SESSIONS)?;
        let window = window(program, file, now);
        let held_up = held_up(program, file, now);
        let (waiting, retried) = waiting(&store.jobs_in_error(file.id)?);
        let flaws = store.flaws(file.id)?;
        let set_aside = flaws.iter().filter(|flaw| flaw.is_set_aside()).count();
        Ok(Self {
            domain: file.made.domain.clone(),
            company: file.made.name.clone(),
            user: file.made.user_name.clone(),
            is_paused: file.is_paused,
            is_read_asked: file.is_read_asked,
            last_contact: file.last_contact,
            expected_every_minutes: every.num_minutes(),
            is_overdue: held_up.iter().any(|reason| matches!(reason, NotSent::NoVisit(_))),
            held_up,
            window,
            overtaken: overtaken(&sessions, now),
            last_read: file.last_read,
            last_sync: file.last_sync,
            jobs: jobs.into_iter().filter(|(_, count)| *count > 0).map(|(it, n)| (it.name(), n)).collect(),
            open_session: open_session(&sessions, now),
            open_writes: open_writes(store, file)?,
            waiting,
            retried,
            reconciled: store.last_reconciled(file.id)?,
            set_aside,
            unknown_characters: flaws.len() - set_aside,
            pull: store.pull(file.id)?,
            troubles: store.troubles(file.id)?,
            differs: 0,
            settled: 0,
        })
    }

    /// What went wrong more than once in a row.
    pub fn repeated(&self) -> impl Iterator<Item = &Trouble> {
        self.troubles.iter().filter(|trouble| trouble.repeats())
    }

    /// Whether somebody has to do something: a document waits for a person, or the Web Connector
    /// does not call although it should.
    pub fn needs_someone(&self) -> bool {
        self.is_overdue
            || !self.waiting.is_empty()
            || self.differs > 0
            || self.set_aside > 0
            || self.repeated().next().is_some()
            || self.reconciled.as_ref().is_some_and(|found| found.differing > 0)
            || self.window.as_ref().is_some_and(|window| window.problem.is_some())
    }
}

/// Of jobs in error, those that nothing happens to by itself, by who can help; and how many go again by
/// themselves.
fn waiting(jobs: &[Job]) -> (BTreeMap<&'static str, usize>, usize) {
    let mut waiting: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut retried = 0;
    for job in jobs {
        match (job.state, &job.error) {
            (JobState::Queued, Some(error)) if !error.retryable => {
                *waiting.entry(error.who.name()).or_default() += 1;
            }
            (JobState::Queued | JobState::Sent, _) => retried += 1,
            // What counts as done by hand waits for nobody.
            (_, Some(JobError { who: Who::Nobody, .. })) => {}
            (_, error) => {
                let who = error.as_ref().map_or("somebody", |error| error.who.name());
                *waiting.entry(who).or_default() += 1;
            }
        }
    }
    (waiting, retried)
}

fn window(program: Option<&Program>, file: &CompanyFile, now: Moment) -> Option<WindowView> {
    match Window::of(program, file) {
        Ok(window) => window.map(|window| WindowView { opens_at: window.opens_at(now), problem: None }),
        Err(error) => Some(WindowView { opens_at: None, problem: Some(error.to_string()) }),
    }
}

/// So many sessions are looked through.
const SESSIONS: usize = 100;

fn overtaken(sessions: &[StoredSession], now: Moment) -> Option<Overtaken> {
    let pairs = sessions.iter().zip(sessions.iter().skip(1));
    let found = pairs.take_while(|(new, _)| now - new.began_at < RECENT).find(|(new, old)| {
        let was_ended = old.ending == Some(Ending::Overtaken);
        was_ended && new.began_at - old.active_at < UNDER_WAY
    });
    found.map(|(new, old)| Overtaken {
        at: new.began_at,
        other_began_at: old.began_at,
        other_active_at: old.active_at,
    })
}

/// The visit that goes on. One of which nothing was heard for a day has ended.
fn open_session(sessions: &[StoredSession], now: Moment) -> Option<OpenSession> {
    let is_open = |session: &&StoredSession| session.ended_at.is_none() && !session.is_abandoned(now);
    let open = sessions.first().filter(is_open)?;
    Some(OpenSession { began_at: open.began_at, active_at: open.active_at })
}

fn open_writes(store: &dyn Store, file: &CompanyFile) -> Result<Vec<OpenWrite>, StoreError> {
    let open = store.unanswered(file.id)?.into_iter();
    Ok(open
        .map(|exchange| OpenWrite {
            exchange: exchange.id.0,
            sent_at: exchange.sent_at,
            documents: exchange.items.into_iter().filter_map(|item| item.document).collect(),
        })
        .collect())
}
