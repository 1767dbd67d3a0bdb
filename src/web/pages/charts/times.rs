//! How long it took from when documents were finalized until QuickBooks had them, week by week.

use chrono::{NaiveDate, TimeDelta};

use crate::language::{many, say, t};
use crate::rules::program::List;
use crate::sync::stored::{CompanyFile, Moment};
use crate::web::draw::chart::{Chart, RowOf, Series};
use crate::web::pages::charts::page::ShownWeeks;
use crate::web::pages::documents::subject::{document_path, title};
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyView, DocumentRow};
use crate::web::words::when::{counted, day_of_year, duration};

/// How long it took.
pub(super) struct TimesOf {
    /// The weeks.
    pub chart: Chart,
    /// The document that took longest: what people call it, its page, and how long it took. A bar says nothing of one alone.
    pub longest: Option<(String, String, String)>,
    /// What is not counted, and why; empty if all is.
    pub left_out: String,
}

/// A document that reached QuickBooks in one of the weeks.
struct Reached<'v> {
    list: &'v List,
    row: &'v DocumentRow,
    week: usize,
    took: TimeDelta,
}

impl TimesOf {
    /// Of the weeks that are shown. What was finalized before Ferrule had anything in QuickBooks is not counted: how long it
    /// lay there says nothing of how long documents take, and beside it no other bar would be seen.
    pub fn of(visit: &Visit, file: &CompanyFile, view: &CompanyView, shown: &ShownWeeks) -> Self {
        let zone = visit.times(file).zone;
        let day = |at: Moment| at.with_timezone(&zone).date_naive();
        let lists = visit.program().lists();
        let rows =
            lists.iter().flat_map(|list| view.documents(&list.object).iter().map(move |row| (*list, row)));
        let began = rows.clone().filter_map(|(_, row)| row.reached_at()).min();
        let in_weeks: Vec<Reached<'_>> =
            rows.filter_map(|(list, row)| reached(list, row, &|at| shown.place(day(at)))).collect();
        let is_counted = |it: &&Reached<'_>| it.row.reached_at().map(|at| at - it.took) >= began;
        let counted: Vec<&Reached<'_>> = in_weeks.iter().filter(is_counted).collect();
        let longest = counted.iter().max_by_key(|it| it.took);
        Self {
            chart: chart(&lists, &counted, shown),
            longest: longest.map(|it| {
                let link = document_path(file, it.list, &it.row.key.id);
                (title(it.list, it.row), link, duration(it.took))
            }),
            left_out: began
                .map(day)
                .map_or_else(String::new, |day| left_out(in_weeks.len() - counted.len(), day)),
        }
    }
}

/// Nothing for what did not come from Steelhead, or did not get there in these weeks.
fn reached<'v>(
    list: &'v List,
    row: &'v DocumentRow,
    week: &dyn Fn(Moment) -> Option<usize>,
) -> Option<Reached<'v>> {
    let (at, took) = row.took()?;
    Some(Reached { list, row, week: week(at)?, took })
}

fn left_out(count: usize, began: NaiveDate) -> String {
    if count == 0 {
        return String::new();
    }
    many!(
        "{n} document is not counted: it was finalized before {day}, when Ferrule began to send.",
        "{n} documents are not counted: they were finalized before {day}, when Ferrule began to send.",
        count,
        day = day_of_year(began)
    )
}

fn chart(lists: &[&List], counted_ones: &[&Reached<'_>], shown: &ShownWeeks) -> Chart {
    let mut rows = Vec::new();
    let mut seen = vec![false; shown.count];
    for list in lists {
        let mut weeks: Vec<Vec<TimeDelta>> = vec![Vec::new(); shown.count];
        for it in counted_ones.iter().filter(|it| it.list.object == list.object) {
            if let (Some(week), Some(is_seen)) = (weeks.get_mut(it.week), seen.get_mut(it.week)) {
                week.push(it.took);
                *is_seen = true;
            }
        }
        if weeks.iter().all(Vec::is_empty) {
            continue;
        }
        for week in &mut weeks {
            week.sort_unstable();
        }
        let within = |share| weeks.iter().map(|week| within(week, share)).collect();
        let series = vec![
            Series { class: "c-busy", name: t("half within"), values: within(5) },
            Series { class: "c-there", name: t("nine in ten within"), values: within(9) },
        ];
        rows.push(RowOf { title: list.title.clone(), series });
    }
    let mut whole: Vec<TimeDelta> = counted_ones.iter().map(|it| it.took).collect();
    whole.sort_unstable();
    let told = say!(
        "{n} reached QuickBooks: half of them within {within} of being finalized, nine in ten within {within2}.",
        n = counted(whole.len(), "document"),
        within = within(&whole, 5).1,
        within2 = within(&whole, 9).1
    );
    Chart::of(t("From finalized to QuickBooks"), told, &shown.stretches, &rows, &seen)
}

/// The time within which so many tenths of them were there, and how it is written.
fn within(sorted: &[TimeDelta], tenths: usize) -> (i64, String) {
    let place = (sorted.len() * tenths).div_ceil(10).saturating_sub(1);
    sorted.get(place).map_or((0, String::new()), |took| (took.num_seconds(), duration(*took)))
}
