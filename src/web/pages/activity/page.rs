//! `/c/{company}/activity`: everything that happened.

use askama::Template;
use chrono::{DateTime, NaiveDate};

use crate::activity::{Cursor, Event, Happened, Happening};
use crate::language::{marked, t};
use crate::people::AuditArea;
use crate::sync::stored::{CompanyFile, Moment};
use crate::web::draw::chart::Chart;
use crate::web::draw::timeline::{COUNTED, Stretches, midnight, timeline};
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, Head, Jump, Pager, Terms, Turn};
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::Times;

use crate::web::pages::activity::row::EventRow;
use crate::web::pages::documents::names::Names;

/// `by=hour` is about the timeline; `before` is a cursor: the list shows what happened before that.
pub(super) const TERMS: Terms = Terms { filters: &["kind", "from", "to", "by", "before"], ..Terms::PLAIN };
/// Events that a search looks through before it says how far it came.
const LOOKED_AT: usize = 1_000;
/// Events that are fetched at a time.
const AT_ONCE: usize = 250;

#[derive(Template)]
#[template(path = "activity.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ActivityPage {
    shell: Shell,
    times: Times,
    asked: Asked,
    is_hours: bool,
    heads: Vec<Head>,
    kinds: &'static [(&'static str, &'static str)],
    areas: Vec<(&'static str, &'static str)>,
    chart: Chart,
    rows: Vec<EventRow>,
    pager: Pager,
    /// How far a search came that did not look through everything.
    looked_back_to: Option<Moment>,
    problem: &'static str,
}

/// Kinds to choose.
const KINDS: &[(&str, &str)] = &[
    ("visit", marked("Visits")),
    ("exchange", marked("Exchanges")),
    ("job", marked("Results of documents")),
    ("action", marked("Everything people did")),
    ("night", marked("Reconciliations")),
];

/// What was found.
#[derive(Default)]
pub(super) struct FoundEvents {
    pub(super) rows: Vec<EventRow>,
    more: Option<Cursor>,
    is_broken_off: bool,
}

/// How many events are wanted at most, and how many are looked through for them.
#[derive(Clone, Copy)]
pub(super) struct Most {
    pub(super) rows: usize,
    pub(super) looked_at: usize,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let asked = Asked::of(path(file), &visit.query, &TERMS);
    let is_hours = asked.filter("by") == "hour";
    let zone = visit.times(file).zone;
    let problem = asked.days().err().unwrap_or_default();
    let found = find(visit, file, &asked, Most { rows: asked.per, looked_at: LOOKED_AT })?;
    let stretches = if is_hours { Stretches::Hours } else { Stretches::Days };
    let bounds = stretches.bounds(visit.now, zone);
    let (first, last) =
        (bounds.first().copied().unwrap_or(visit.now), bounds.last().copied().unwrap_or(visit.now));
    let tallies = visit.site.activity.tally(file.id, first, last, COUNTED)?;
    let looked_back_to = found.more.filter(|_| found.is_broken_off);
    let page = ActivityPage {
        shell: visit.shell(t("Activity"), Some(file)),
        times: visit.times(file),
        kinds: KINDS,
        areas: AuditArea::ALL.map(|area| (area.name(), area.label())).to_vec(),
        chart: timeline(&tallies, stretches, visit.now, zone),
        looked_back_to: looked_back_to.and_then(|it| DateTime::from_timestamp_millis(it.at)),
        heads: [t("When"), t("What"), t("Result"), t("About")].map(Head::plain).into(),
        pager: pager(&asked, &found),
        rows: found.rows,
        problem,
        is_hours,
        asked,
    };
    visit.show(&page, &page.as_inside())
}

/// What is asked for, the newest first; nothing if the days are none.
pub(super) fn find(
    visit: &Visit,
    file: &CompanyFile,
    asked: &Asked,
    most: Most,
) -> Result<FoundEvents, Trouble> {
    let Ok((from, to)) = asked.days() else { return Ok(FoundEvents::default()) };
    let starts = |day: NaiveDate| midnight(day, visit.times(file).zone);
    let (from, until) = (from.map(starts), to.and_then(|day| day.succ_opt()).map(starts));
    let area = AuditArea::named(asked.filter("kind"));
    let kind = area.map(|_| Happening::Action).or_else(|| Happening::named(asked.filter("kind")));
    let kinds = kind.map_or(Happening::ALL.to_vec(), |kind| vec![kind]);
    let newest = until.map_or(Cursor::NEWEST, |until| Cursor {
        at: until.timestamp_millis(),
        kind: Happening::Action,
        id: i64::MIN,
    });
    let mut cursor = Cursor::read(asked.filter("before")).unwrap_or(newest);
    let words: Vec<String> = asked.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let limit = if words.is_empty() && area.is_none() { most.rows + 1 } else { AT_ONCE };
    let mut found = FoundEvents::default();
    let mut looked_at = 0;
    let names = Names::new(visit, file);
    loop {
        let domain = &file.made.domain;
        let events = visit.site.activity.events(file.id, domain, &kinds, cursor, from, limit)?;
        let count = events.len();
        for event in events {
            if found.rows.len() == most.rows {
                found.more = Some(cursor);
                return Ok(found);
            }
            cursor = event.cursor();
            if area.is_some_and(|area| !is_in(area, &event)) {
                continue;
            }
            let row = EventRow::of(event, file, &names);
            if row.has(&words) {
                found.rows.push(row);
            }
        }
        looked_at += count;
        if count < limit {
            return Ok(found);
        }
        if looked_at >= most.looked_at {
            found.more = Some(cursor);
            found.is_broken_off = true;
            return Ok(found);
        }
    }
}

/// Whether a person did it, in that area.
fn is_in(area: AuditArea, event: &Event) -> bool {
    matches!(&event.happened, Happened::Action(entry) if entry.said.action.area() == area)
}

/// A cursor leads through the events, not a page number: new events come while somebody reads.
fn pager(asked: &Asked, found: &FoundEvents) -> Pager {
    let to = |label, before: &str| Turn { label, link: asked.with("before", before).link() };
    let label = if found.is_broken_off { t("Look further back") } else { t("Earlier") };
    Pager {
        back: (!asked.filter("before").is_empty()).then(|| to(t("Newest"), "")),
        on: found.more.map(|cursor| to(label, &cursor.written())),
        jump: Some(Jump::of(asked, 1, 1)),
        ..Pager::default()
    }
}

/// Where the page is.
pub(super) fn path(file: &CompanyFile) -> String {
    format!("/c/{}/activity", file.id.0)
}
