//! Moments and durations, for people.

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::language::sentence::{Markup, escaped};
pub use crate::language::{counted, grouped};
use crate::language::{marked, say, t};
use crate::sync::stored::Moment;
use crate::sync::told_in;

/// How moments are shown.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The time of the request.
    pub now: Moment,
    /// The domain's time zone.
    pub zone: Tz,
}

impl Times {
    /// The moment, for the `datetime` of a `time` element.
    #[expect(clippy::unused_self, reason = "templates have it at hand")]
    pub fn machine(&self, moment: &Moment) -> String {
        moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// `2026-07-01 13:20 EDT`, in the domain's time zone.
    pub fn at(&self, moment: &Moment) -> String {
        told_in(self.zone, *moment)
    }

    /// `3 minutes ago`, `in 2 hours`.
    pub fn ago(&self, moment: &Moment) -> String {
        let passed = self.now - *moment;
        match passed.num_seconds() {
            -4..5 => t("just now").to_owned(),
            ..-4 => say!("in {time}", time = nearly(-passed)),
            _ => say!("{time} ago", time = duration(passed)),
        }
    }

    /// The moment as an element of a page: how long ago, and when exactly for who points at it.
    pub fn told(&self, moment: &Moment) -> Markup {
        let (machine, at, ago) = (self.machine(moment), self.at(moment), self.ago(moment));
        Markup(format!("<time datetime=\"{machine}\" title=\"{at}\">{}</time>", escaped(&ago)))
    }
}

/// The months, as charts name them.
const MONTHS: [&str; 12] = [
    marked("Jan"),
    marked("Feb"),
    marked("Mar"),
    marked("Apr"),
    marked("May"),
    marked("Jun"),
    marked("Jul"),
    marked("Aug"),
    marked("Sep"),
    marked("Oct"),
    marked("Nov"),
    marked("Dec"),
];

/// `Jul 13`.
pub fn day(date: NaiveDate) -> String {
    let month = usize::try_from(date.month0()).ok().and_then(|month| MONTHS.get(month));
    say!("{month} {day}", month = t(month.copied().unwrap_or_default()), day = date.day())
}

/// `Jul 13, 2026`.
pub fn day_of_year(date: NaiveDate) -> String {
    say!("{day}, {year}", day = day(date), year = date.year())
}

/// `under a second`, `45 seconds`, `3 minutes`, `2 hours`, `5 days`.
pub fn duration(duration: TimeDelta) -> String {
    if duration.num_seconds() == 0 {
        return t("under a second").to_owned();
    }
    let whole = |count| usize::try_from(count).unwrap_or_default();
    match duration.num_seconds() {
        seconds @ ..90 => counted(whole(seconds), "second"),
        5400.. if duration.num_hours() >= 48 => counted(whole(duration.num_days()), "day"),
        5400.. => counted(whole(duration.num_hours()), "hour"),
        _ => counted(whole(duration.num_minutes()), "minute"),
    }
}

/// How long it takes until something comes, to the nearest unit: what is good for 90 days is good for 90 a moment later.
fn nearly(left: TimeDelta) -> String {
    let half = match left.num_seconds() {
        ..90 => TimeDelta::zero(),
        5400.. if left.num_hours() >= 48 => TimeDelta::hours(12),
        5400.. => TimeDelta::minutes(30),
        _ => TimeDelta::seconds(30),
    };
    duration(left + half)
}

/// The most names that are told of many.
const NAMES: usize = 20;

/// `1041, 1042`; of many the first, and how many more there are.
pub fn named(names: &[String]) -> String {
    let told: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
    match names.len() - told.len() {
        0 => told.join(", "),
        more => say!("{names}, and {more} more", names = told.join(", "), more = grouped(more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_told_to_the_nearest_unit() {
        let told = |seconds| nearly(TimeDelta::seconds(seconds));
        let all = [30, 119, 3 * 3600 - 5, 86_400 * 90 - 1, 86_400 * 2 + 1].map(told);
        assert_eq!(all, ["30 seconds", "2 minutes", "3 hours", "90 days", "2 days"]);
    }

    #[test]
    fn durations_are_told_in_one_unit() {
        let told = |seconds| duration(TimeDelta::seconds(seconds));
        assert_eq!(told(0), "under a second");
        let all = [1, 89, 90, 5399, 5400, 172_799, 172_800].map(told);
        assert_eq!(all, ["1 second", "89 seconds", "1 minute", "89 minutes", "1 hour", "47 hours", "2 days"]);
    }
}
