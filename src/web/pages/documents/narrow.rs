//! What a list of documents is narrowed to besides a search and a word: days, and why documents are not done.

use crate::rules::program::{ColumnKind, List};
use crate::web::listing::{Asked, LONGEST, Terms};
use crate::web::views::{CompanyView, DocumentRow};

/// `from` and `to` are days, `why` is the reason.
pub const TERMS: Terms = Terms { filters: &["from", "to", "why"], ..Terms::PLAIN };

/// The column with the day that documents of a list are dated.
pub fn day_column(list: &List) -> Option<usize> {
    list.columns.iter().position(|column| column.kind == ColumnKind::Date)
}

/// The documents of the days and with the reason that are asked for. Days that are none narrow nothing.
pub fn narrowed<'v>(
    asked: &Asked,
    list: &List,
    view: &'v CompanyView,
) -> impl Iterator<Item = &'v DocumentRow> + use<'v> {
    let column = day_column(list);
    let (from, to) = asked.days().ok().filter(|_| column.is_some()).unwrap_or_default();
    let [from, to] = [from, to].map(|day| day.map(|day| day.to_string()));
    let why = asked.filter("why").to_owned();
    let is_of_days = move |row: &DocumentRow| {
        let day = column.and_then(|column| row.day(column)).unwrap_or_default();
        from.as_deref().is_none_or(|from| day >= from)
            && to.as_deref().is_none_or(|to| !day.is_empty() && day <= to)
    };
    let is_why = move |row: &DocumentRow| why.is_empty() || row.reason().is_some_and(|it| short(&it) == why);
    view.documents(&list.object).iter().filter(move |row| is_of_days(row) && is_why(row))
}

/// A reason, as far as addresses hold it.
pub fn short(reason: &str) -> String {
    reason.chars().take(LONGEST).collect::<String>().trim().to_owned()
}
