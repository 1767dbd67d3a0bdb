//! `/c/{company}/activity`: everything that happened.

use askama::Template;
use chrono::{DateTime, NaiveDate};

use crate::activity::{Cursor, Event, Happened, Happening};
use crate::sync::stored::{CompanyFile, Moment};
use crate::web::answer::Page;
use crate::web::chart::{COUNTED, Chart, Stretches, midnight};
use crate::web::fields::link;
use crate::web::shell::Shell;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::when::Times;

use super::activity_row::EventRow;

/// Events on a page.
const PER_PAGE: usize = 50;
/// Events that a search looks through before it says how far it came.
const LOOKED_AT: usize = 1_000;
/// Events that are fetched at a time.
const AT_ONCE: usize = 250;

#[derive(Template)]
#[template(path = "activity.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ActivityPage {
    shell: Shell,
    times: Times,
    path: String,
    asked: Asked,
    kinds: &'static [(&'static str, &'static str)],
    areas: Vec<(&'static str, &'static str)>,
    chart: Chart,
    rows: Vec<EventRow>,
    /// Behind the last event that was looked at, if there are more.
    more: Option<String>,
    /// How far a search came that did not look through everything.
    looked_back_to: Option<Moment>,
    problem: &'static str,
}

/// Kinds to choose.
const KINDS: &[(&str, &str)] = &[
    ("visit", "Visits"),
    ("exchange", "Exchanges"),
    ("job", "Ends of jobs"),
    ("action", "All that people did"),
];

/// What people do, by what it is about.
struct Area {
    /// In addresses.
    name: &'static str,
    label: &'static str,
    /// What the audit calls it.
    actions: &'static [&'static str],
}

const AREAS: &[Area] = &[
    Area {
        name: "plays",
        label: "Plays and reads",
        actions: &["play", "double play", "ask for a read", "pause", "resume"],
    },
    Area {
        name: "imports",
        label: "Imports and updates",
        actions: &[
            "import records",
            "update documents",
            "update document",
            "ignore records",
            "ignore records no longer",
            "download documents",
        ],
    },
    Area {
        name: "connections",
        label: "Connections",
        actions: &[
            "connect",
            "archive connection",
            "archive connections",
            "restore connection",
            "restore connections",
            "archive request",
            "restore request",
        ],
    },
    Area {
        name: "settings",
        label: "Settings, rules, Web Connector",
        actions: &[
            "change settings",
            "change settings of the domain",
            "download a patch of the rules",
            "new Web Connector password",
            "download .qwc",
            "add company file",
        ],
    },
    Area {
        name: "people",
        label: "People and sign-ins",
        actions: &[
            "add person",
            "new link",
            "change role",
            "remove person",
            "unlock person",
            "sign in",
            "set password",
        ],
    },
];

/// What is asked for.
#[derive(Clone)]
struct Asked {
    path: String,
    search: String,
    kind: String,
    from: String,
    to: String,
    is_hours: bool,
    before: String,
}

/// What was found.
#[derive(Default)]
struct Found {
    rows: Vec<EventRow>,
    more: Option<Cursor>,
    is_broken_off: bool,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let asked = Asked::of(visit, file);
    let zone = visit.times(file).zone;
    let (from, to) = (day(&asked.from), day(&asked.to));
    let is_wrong = (from.is_none() && !asked.from.is_empty()) || (to.is_none() && !asked.to.is_empty());
    let is_upside_down = from.zip(to).is_some_and(|(from, to)| from > to);
    let problem = match (is_wrong, is_upside_down) {
        (true, _) => "A day is written like 2026-07-01.",
        (_, true) => "The first day is after the last one.",
        _ => "",
    };
    let starts = |day: NaiveDate| midnight(day, zone);
    let until = to.and_then(|day| day.succ_opt()).map(starts);
    let found = if problem.is_empty() {
        find(visit, file, &asked, from.map(starts), until)?
    } else {
        Found::default()
    };
    let stretches = if asked.is_hours { Stretches::Hours } else { Stretches::Days };
    let bounds = stretches.bounds(visit.now, zone);
    let (first, last) =
        (bounds.first().copied().unwrap_or(visit.now), bounds.last().copied().unwrap_or(visit.now));
    let tallies = visit.site.activity.tally(file.id, first, last, COUNTED)?;
    let looked_back_to = found.more.filter(|_| found.is_broken_off);
    let page = ActivityPage {
        shell: visit.shell("Activity", Some(file)),
        times: visit.times(file),
        path: path(file),
        kinds: KINDS,
        areas: AREAS.iter().map(|area| (area.name, area.label)).collect(),
        chart: Chart::of(&tallies, stretches, visit.now, zone),
        looked_back_to: looked_back_to.and_then(|it| DateTime::from_timestamp_millis(it.at)),
        more: found.more.map(|cursor| asked.behind(cursor)),
        rows: found.rows,
        problem,
        asked,
    };
    visit.show(&page, &page.as_inside())
}

fn find(
    visit: &Visit,
    file: &CompanyFile,
    asked: &Asked,
    from: Option<Moment>,
    until: Option<Moment>,
) -> Result<Found, Trouble> {
    let area = AREAS.iter().find(|area| area.name == asked.kind);
    let kind = area.map(|_| Happening::Action).or_else(|| Happening::named(&asked.kind));
    let kinds = kind.map_or(Happening::ALL.to_vec(), |kind| vec![kind]);
    let newest = until.map_or(Cursor::NEWEST, |until| Cursor {
        at: until.timestamp_millis(),
        kind: Happening::Action,
        id: i64::MIN,
    });
    let mut cursor = Cursor::read(&asked.before).unwrap_or(newest);
    let words: Vec<String> = asked.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let limit = if words.is_empty() && area.is_none() { PER_PAGE + 1 } else { AT_ONCE };
    let mut found = Found::default();
    let mut looked_at = 0;
    loop {
        let domain = &file.made.domain;
        let events = visit.site.activity.events(file.id, domain, &kinds, cursor, from, limit)?;
        let count = events.len();
        for event in events {
            if found.rows.len() == PER_PAGE {
                found.more = Some(cursor);
                return Ok(found);
            }
            cursor = event.cursor();
            if area.is_some_and(|area| !area.has(&event)) {
                continue;
            }
            let row = EventRow::of(event, file);
            if row.has(&words) {
                found.rows.push(row);
            }
        }
        looked_at += count;
        if count < limit {
            return Ok(found);
        }
        if looked_at >= LOOKED_AT {
            found.more = Some(cursor);
            found.is_broken_off = true;
            return Ok(found);
        }
    }
}

/// A day, `2026-07-01`.
fn day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    (1970..9999).contains(&chrono::Datelike::year(&day)).then_some(day)
}

impl Area {
    fn has(&self, event: &Event) -> bool {
        matches!(&event.happened, Happened::Action(entry) if self.actions.contains(&entry.said.action.as_str()))
    }
}

impl Asked {
    fn of(visit: &Visit, file: &CompanyFile) -> Self {
        let get = |name: &str| visit.query.get(name).chars().take(200).collect::<String>();
        Self {
            path: path(file),
            search: get("q"),
            kind: get("kind"),
            from: get("from"),
            to: get("to"),
            is_hours: visit.query.get("by") == "hour",
            before: get("before"),
        }
    }

    fn link(&self) -> String {
        let by = if self.is_hours { "hour" } else { "" };
        let all = [
            ("q", &*self.search),
            ("kind", &self.kind),
            ("from", &self.from),
            ("to", &self.to),
            ("by", by),
            ("before", &self.before),
        ];
        link(&self.path, all)
    }

    fn by_hours(&self, is_hours: bool) -> String {
        Self { is_hours, ..self.clone() }.link()
    }

    fn behind(&self, cursor: Cursor) -> String {
        Self { before: cursor.written(), ..self.clone() }.link()
    }

    fn newest(&self) -> String {
        Self { before: String::new(), ..self.clone() }.link()
    }
}

/// Where the page is.
fn path(file: &CompanyFile) -> String {
    format!("/c/{}/activity", file.id.0)
}
