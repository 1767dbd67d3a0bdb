//! `/c/{company}/integrations`: how the connection to QuickBooks is doing.

use askama::Template;
use chrono::TimeDelta;

use crate::language::{marked, say, t};
use crate::people::{AuditAction, Role};
use crate::sync::stored::{
    CompanyFile, Ending, JobState, Moment, RefusedSignIn, StoredSession, TroubleSubject,
};
use crate::sync::{LastFailure, Status, differ_for, refused_since};
use crate::web::draw::deed::Sum;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::integrations::session::found_words;
use crate::web::pages::reconcile;
use crate::web::server::answer::{Done, Page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::Patience;
use crate::web::words::filters;
use crate::web::words::meaning::who;
use crate::web::words::states::words;
use crate::web::words::when::{Times, counted, duration};

/// Visits that are listed at first.
const VISITS: usize = 10;
/// Exchanges of each visit that are summed up.
const EXCHANGES: usize = 100;
/// Visits that are listed at most.
const MOST_VISITS: usize = 200;

#[derive(Template)]
#[template(path = "integrations.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct IntegrationsPage<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    status: Status,
    health: Health,
    next: Option<Moment>,
    queue: Vec<QueueRow>,
    visits: Vec<VisitRow>,
    /// Sign-ins of the Web Connector that were refused.
    refused: Vec<RefusedSignIn>,
    /// Whether that was after it was let in last.
    is_refused: bool,
    /// The last visit that failed, and who can help.
    failure: Option<(LastFailure, &'static str)>,
    /// The minutes between two visits by the `.qwc` file that is installed, if settings say otherwise by now.
    old_interval: Option<String>,
    /// Whether servers go by other rules for the domain; told to administrators.
    servers_differ: bool,
    /// The page with the period of the last night's reconciliation.
    night: String,
    /// What was asked for, for news of the same.
    query: String,
    /// How many visits can be listed, if there are more.
    more: Option<usize>,
}

/// The connection, in a word.
pub struct Health {
    /// The kind of pill.
    pub kind: &'static str,
    /// The word.
    pub word: &'static str,
    /// In a sentence.
    pub sentence: String,
}

/// Jobs in one state.
struct QueueRow {
    kind: &'static str,
    word: &'static str,
    count: usize,
    meaning: &'static str,
}

/// A visit of the Web Connector.
struct VisitRow {
    id: i64,
    began_at: Moment,
    took: String,
    kind: &'static str,
    word: &'static str,
    ending: String,
    /// Whether it met records otherwise than they were known.
    has_found: bool,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let store = &*visit.site.store;
    let status = Status::of(store, Some(visit.program()), file, visit.now)?;
    let differs = visit.view(file, Patience::Short)?.differs();
    let wanted = visit.query.number("visits", 1..=MOST_VISITS, VISITS);
    let visits = store.sessions(file.id, wanted + 1)?;
    let page = IntegrationsPage {
        shell: visit.shell(t("Integrations"), Some(file)),
        times: visit.times(file),
        file,
        health: health(&status, visit.now),
        is_refused: !refused_since(&*visit.site.store, file)?.is_empty(),
        refused: store.refused_sign_ins(file.id)?,
        failure: LastFailure::of(store, file)?
            .map(|failure| (failure.known.map_or("", |known| who(known.who)), failure))
            .map(|(who, failure)| (failure, who)),
        servers_differ: visit.may(Role::Administrator)
            && differ_for(&*visit.site.servers, &file.made.domain, visit.now)?,
        old_interval: old_interval(store.qwc_minutes(file.id)?, &status),
        night: status.reconciled.as_ref().map(|night| reconcile::link(file, night)).unwrap_or_default(),
        next: next(&status),
        queue: queue(&status, differs),
        query: if wanted == VISITS { String::new() } else { format!("?visits={wanted}") },
        more: Some(MOST_VISITS).filter(|more| visits.len() > wanted && *more > wanted),
        visits: visits
            .into_iter()
            .take(wanted)
            .map(|it| VisitRow::of(visit, file, it))
            .collect::<Result<_, _>>()?,
        status,
    };
    visit.show(&page, &page.as_inside())
}

fn old_interval(installed: Option<i64>, status: &Status) -> Option<String> {
    let installed = installed.filter(|minutes| *minutes != status.expected_every_minutes)?;
    Some(counted(usize::try_from(installed).unwrap_or_default(), "minute"))
}

/// Asks for a read.
pub fn read(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let to = path(file);
    if file.is_read_asked {
        return Ok(Done::nothing(to, t("A read is already waiting. The next visit does it.")));
    }
    visit.site.store.ask_for_read(file.id)?;
    let words = if file.is_paused {
        t("The first visit after the pause reads everything.")
    } else {
        t("The Web Connector’s next visit reads everything.")
    };
    Ok(Done::go(AuditAction::AskForRead, "", to, words))
}

/// Turns the Web Connector away from now on.
pub fn pause(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    set_pause(visit, file, true)
}

/// Lets the Web Connector in again.
pub fn resume(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    set_pause(visit, file, false)
}

fn set_pause(visit: &Visit, file: &CompanyFile, is_paused: bool) -> Result<Done, Trouble> {
    let to = path(file);
    if file.is_paused == is_paused {
        let words = if is_paused {
            t("The integration is already paused.")
        } else {
            t("The integration is not paused.")
        };
        return Ok(Done::nothing(to, words));
    }
    visit.site.store.pause(file.id, is_paused)?;
    Ok(if is_paused {
        Done::go(AuditAction::Pause, "", to, t("Paused. Nothing is read or sent until you resume."))
    } else {
        Done::go(AuditAction::Resume, "", to, t("Resumed. The next visit carries on."))
    })
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/integrations", file.id.0)
}

/// How the connection of a company file is, in a word and in a sentence.
pub fn health(status: &Status, now: Moment) -> Health {
    let every = counted(usize::try_from(status.expected_every_minutes).unwrap_or_default(), "minute");
    let (kind, word, sentence) = match (status.last_contact, status.is_paused) {
        (None, _) => ("idle", t("Not set up"), t("The Web Connector has not called yet.").to_owned()),
        (_, true) => ("warn", t("Paused"), t("Nothing is read or sent until somebody resumes.").to_owned()),
        (Some(_), _) if status.open_session.is_some() => {
            ("busy", t("Syncing"), t("The Web Connector is connected right now.").to_owned())
        }
        (Some(last), _) if status.is_overdue => {
            let sentence = say!(
                "Last contact {duration} ago, expected every {every}.",
                duration = duration(now - last),
                every
            );
            ("bad", t("Silent"), sentence)
        }
        (Some(_), _) => match status.repeated().next() {
            Some(trouble) => (
                "bad",
                t("Failing"),
                say!("{subject}, {times} times.", subject = trouble.subject, times = trouble.times),
            ),
            None => ("good", t("Connected"), say!("Expected every {every}.", every)),
        },
    };
    Health { kind, word, sentence }
}

/// When the next visit is expected.
fn next(status: &Status) -> Option<Moment> {
    let last = status.last_contact.filter(|_| !status.is_paused && status.open_session.is_none())?;
    Some(last + TimeDelta::minutes(status.expected_every_minutes))
}

fn queue(status: &Status, differs: usize) -> Vec<QueueRow> {
    let of = |state: JobState| {
        let (kind, word, meaning) = words(state);
        let count = status.jobs.get(state.name()).copied()?;
        Some(QueueRow { kind, word, count, meaning })
    };
    let meaning = marked("QuickBooks holds another amount than Steelhead");
    let differing =
        (differs > 0).then_some(QueueRow { kind: "warn", word: marked("Differs"), count: differs, meaning });
    JobState::ALL.into_iter().filter_map(of).chain(differing).collect()
}

impl VisitRow {
    fn of(visit: &Visit, file: &CompanyFile, session: StoredSession) -> Result<Self, Trouble> {
        let took = duration(session.ended_at.unwrap_or(visit.now) - session.began_at);
        let whole = visit.site.activity.visit(file.id, session.id, EXCHANGES)?;
        let counts = visit.site.activity.found_counts(file.id, session.id)?;
        let done =
            whole.map(|whole| Sum::of(&whole.exchanges).told(&found_words(&counts))).unwrap_or_default();
        let has_found = !counts.is_empty();
        let (kind, word, ending) = match (session.ended_at, session.ending) {
            (None, _) => ("busy", marked("Under way"), done),
            (_, Some(Ending::Finished)) => ("good", marked("Finished"), done),
            (_, ending) => {
                let ending = ending.map(|ending| t(&ending.to_string()).to_owned());
                let told = [done, ending.unwrap_or_default()].into_iter().filter(|it| !it.is_empty());
                ("warn", marked("Stopped"), told.collect::<Vec<_>>().join(". "))
            }
        };
        Ok(Self { id: session.id.0, began_at: session.began_at, took, kind, word, ending, has_found })
    }
}
