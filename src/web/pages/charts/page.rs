//! `/c/{company}/charts`: how it goes, week by week: money on both sides, how long documents take, syncs.

use askama::Template;
use chrono::{Datelike as _, Days, NaiveDate};

use crate::language::{say, t};
use crate::rules::Program;
use crate::sync::stored::CompanyFile;
use crate::sync::{Ledger, Money, Weeks, monday};
use crate::web::draw::chart::{Chart, RowOf, Series, Stretch};
use crate::web::draw::timeline::{COUNTED, Stretches, timeline};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::charts::times::TimesOf;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{OfMoment as _, Patience};
use crate::web::words::filters;
use crate::web::words::when::{self, day_of_year};

/// How many weeks may be shown; the middle ones, if nobody asks for others.
const WEEKS: [usize; 3] = [13, 26, 52];

#[derive(Template)]
#[template(path = "charts.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ChartsPage<'v> {
    shell: Shell,
    file: &'v CompanyFile,
    path: String,
    /// How many weeks may be shown, and which are.
    choices: [usize; 3],
    count: usize,
    /// The last day that is shown, if it is an earlier one than today.
    until: String,
    /// To the weeks before and behind.
    earlier: String,
    later: Option<String>,
    /// The last day with any money, and its weeks, if these have none.
    last: Option<(String, String)>,
    /// Nothing while it is worked out.
    money: Option<Chart>,
    times: TimesOf,
    syncs: Chart,
    /// A newer one is being worked out.
    is_old: bool,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let patience = if visit.is_fragment { Patience::Long } else { Patience::Short };
    let [_, usual, _] = WEEKS;
    let count =
        WEEKS.into_iter().find(|count| visit.query.get("weeks") == count.to_string()).unwrap_or(usual);
    let zone = visit.times(file).zone;
    let today = visit.now.with_timezone(&zone).date_naive();
    let until =
        visit.query.get("until").parse().ok().filter(|day: &NaiveDate| *day < today && day.year() > 1900);
    let shown = ShownWeeks::until(until.unwrap_or(today), count);
    let path = format!("/c/{}/charts", file.id.0);
    let to = |day: NaiveDate| {
        let until = if day < today { format!("&until={day}") } else { String::new() };
        format!("{path}?weeks={count}{until}")
    };
    let plans = visit.site.plans.get(file, patience)?;
    let ledger = plans.as_ref().map(|plans| plans.ledger(visit.program())).transpose()?;
    let view = visit.view(file, patience)?;
    let bounds = Stretches::Days.bounds(visit.now, zone);
    let [first, last] = [bounds.first(), bounds.last()].map(|at| at.copied().unwrap_or(visit.now));
    let tallies = visit.site.activity.tally(file.id, first, last, COUNTED)?;
    let page = ChartsPage {
        shell: visit.shell(t("Charts"), Some(file)),
        file,
        choices: WEEKS,
        count,
        until: until.map(|day| day.to_string()).unwrap_or_default(),
        earlier: to(shown.first.pred_opt().unwrap_or(shown.first)),
        later: until.map(|day| to(day.checked_add_days(shown.days()).unwrap_or(today))),
        last: ledger
            .and_then(Ledger::last_day)
            .filter(|day| *day < shown.first)
            .map(|day| (day.to_string(), to(day))),
        path: path.clone(),
        money: ledger.map(|ledger| shown.money(visit.program(), &ledger.weeks(shown.first, count))),
        times: TimesOf::of(visit, file, &view, &shown),
        syncs: timeline(&tallies, Stretches::Days, visit.now, zone),
        is_old: view.is_old(file) || plans.is_none_or(|plans| !plans.is_of(file)),
    };
    visit.show(&page, &page.as_inside())
}

/// The weeks that are shown.
pub(super) struct ShownWeeks {
    first: NaiveDate,
    pub(super) count: usize,
    pub(super) stretches: Vec<Stretch>,
}

impl ShownWeeks {
    /// How long they are.
    fn days(&self) -> Days {
        Days::new(7 * u64::try_from(self.count).unwrap_or_default())
    }

    /// So many weeks, the last of them with that day.
    fn until(day: NaiveDate, count: usize) -> Self {
        let back = Days::new(7 * u64::try_from(count - 1).unwrap_or_default());
        let first = monday(day).checked_sub_days(back).unwrap_or(day);
        let weeks = first.iter_weeks().take(count);
        let stretch = |day: NaiveDate| Stretch {
            name: say!("Week of {day}", day = day_of_year(day)),
            tick: when::day(day),
        };
        Self { first, count, stretches: weeks.map(stretch).collect() }
    }

    /// Where a day's week is among them.
    pub(super) fn place(&self, day: NaiveDate) -> Option<usize> {
        let week = usize::try_from((day - self.first).num_days().div_euclid(7)).ok()?;
        Some(week).filter(|week| *week < self.count)
    }

    /// What each object comes to on both sides.
    fn money(&self, program: &Program, all: &[Weeks]) -> Chart {
        let series = |name, class, side: &dyn Fn(&(Money, Money)) -> Money, of: &Weeks| {
            let value = |sums| (side(sums).hundredths(), side(sums).told());
            Series { class, name, values: of.sums.iter().map(value).collect() }
        };
        let titled = |of: &Weeks| {
            let title = program.list_of(&of.object).map_or(of.title.as_str(), |list| list.title.as_str());
            of.currency.as_ref().map_or_else(|| title.to_owned(), |currency| format!("{title}, {currency}"))
        };
        let row = |of: &Weeks| RowOf {
            title: titled(of),
            series: vec![
                series("Steelhead", "c-busy", &|sums| sums.0, of),
                series("QuickBooks", "c-there", &|sums| sums.1, of),
            ],
        };
        let told = |of: &Weeks| {
            let add = |(a, b): (Money, Money), (c, d): &(Money, Money)| (a + *c, b + *d);
            let (ours, theirs) = of.sums.iter().fold((Money::ZERO, Money::ZERO), add);
            say!(
                "{titled}: Steelhead billed {told}, QuickBooks holds {told2}.",
                titled = titled(of),
                told = ours.told(),
                told2 = theirs.told()
            )
        };
        let nothing = |sums: &(Money, Money)| sums.0.is_zero() && sums.1.is_zero();
        let is_seen =
            |place: usize| all.iter().any(|of| of.sums.get(place).is_some_and(|sums| !nothing(sums)));
        let seen: Vec<bool> = (0..self.count).map(is_seen).collect();
        let told: Vec<String> = all.iter().map(told).collect();
        let rows: Vec<RowOf> = all.iter().map(row).collect();
        Chart::of(t("Money per week"), told.join(" "), &self.stretches, &rows, &seen)
    }
}
