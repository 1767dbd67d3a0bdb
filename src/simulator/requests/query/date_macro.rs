//! The spans of days that a query may call by name, such as `LastMonth`.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::simulator::time_zone::{day_of, later};

/// The first and the last day of a span, as they are written; no bound where there is none.
///
/// The fiscal year is taken to be the calendar's.
pub(crate) fn days_of(name: &str, today: &str) -> (Option<String>, Option<String>) {
    let span = day_of(today).and_then(|today| span(name, today));
    match span {
        Some((first, last)) => (Some(first.to_string()), Some(last.to_string())),
        None => (None, None),
    }
}

fn span(name: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    match name {
        "Today" => return Some((today, today)),
        "Yesterday" => return today.pred_opt().map(|day| (day, day)),
        "NextFourWeeks" => return Some((week(today, 1)?, week(today, 5)?.pred_opt()?)),
        _ => {}
    }
    let (name, is_to_date) = match name.strip_suffix("ToDate") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let steps = [("This", 0), ("Last", -1), ("Next", 1)];
    let (unit, step) = steps.into_iter().find_map(|(word, step)| Some((name.strip_prefix(word)?, step)))?;
    let unit = unit.trim_start_matches("Calendar").trim_start_matches("Fiscal");
    let (first, end) = (start(unit, today, step)?, start(unit, today, step + 1)?);
    // A span to date ends on the day of it that today is of the present one.
    let into = (today - start(unit, today, 0)?).num_days().unsigned_abs();
    let last = end.pred_opt()?;
    let to_date = first.checked_add_days(Days::new(into))?.min(last);
    Some((first, if is_to_date { to_date } else { last }))
}

/// The first day of the week, month, quarter or year that is `step` after today's.
fn start(unit: &str, today: NaiveDate, step: i32) -> Option<NaiveDate> {
    let month = today.with_day(1)?;
    let (first, length) = match unit {
        "Week" => return week(today, step),
        "Month" => (month, 1),
        "Quarter" => (month.with_month0(month.month0() / 3 * 3)?, 3),
        "Year" => (month.with_month0(0)?, 12),
        _ => return None,
    };
    let months = Months::new(step.unsigned_abs() * length);
    if step < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) }
}

/// The Sunday that begins the week `step` after today's.
fn week(today: NaiveDate, step: i32) -> Option<NaiveDate> {
    let sunday = today.checked_sub_days(Days::new(today.weekday().num_days_from_sunday().into()))?;
    later(sunday, i64::from(step) * 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_found() {
        let days = |name| {
            let (first, last) = days_of(name, "2024-05-15");
            format!("{}..{}", first.unwrap_or_default(), last.unwrap_or_default())
        };
        assert_eq!(days("Today"), "2024-05-15..2024-05-15");
        assert_eq!(days("ThisWeek"), "2024-05-12..2024-05-18");
        assert_eq!(days("ThisMonthToDate"), "2024-05-01..2024-05-15");
        assert_eq!(days("LastMonthToDate"), "2024-04-01..2024-04-15");
        assert_eq!(days("LastCalendarQuarter"), "2024-01-01..2024-03-31");
        assert_eq!(days("NextFiscalYear"), "2025-01-01..2025-12-31");
        assert_eq!(days("NextFourWeeks"), "2024-05-19..2024-06-15");
        assert_eq!(days("All"), "..");
    }
}
