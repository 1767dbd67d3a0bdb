//! Who looks after what waits, what should be known of it, and until when it is put off.

use chrono::{Days, NaiveTime};

use crate::language::{say, t};
use crate::people::{AuditAction, Care, CareKey};
use crate::sync::stored::{CompanyFile, Moment};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::todo::page::path;
use crate::web::server::answer::Done;
use crate::web::server::visit::Visit;
use crate::web::server::waiting::waiting;
use crate::web::views::Patience;
use crate::web::words::when::counted;

/// The longest note, in characters.
const NOTE: usize = 500;
/// The longest time for which something is put off, in days.
const DAYS: usize = 366;

/// Keeps what a form says of a heap, or of some of it. Without `id` it is about all that is open in it.
pub fn take(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let form = &visit.form;
    let view = visit.view(file, Patience::Sure)?;
    let all = waiting(visit, file, &view)?;
    let (cause, object, told) = (form.get("cause"), form.get("object"), form.raw("told").unwrap_or_default());
    let found = all
        .iter()
        .find(|it| it.heap.cause.name() == cause && it.heap.object == object && it.heap.told == told);
    let gone =
        || Trouble::Conflict(t("this does not wait any more, or waits for something else by now").to_owned());
    let found = found.ok_or_else(gone)?;
    let ids: Vec<&str> = form.all("id").collect();
    let places = found.open.iter().chain(found.later.iter().filter(|_| !ids.is_empty()));
    let items = places.filter_map(|place| found.heap.items.get(*place));
    let care = |item: &crate::sync::HeapItem| Care {
        about: CareKey { cause: cause.to_owned(), object: object.to_owned(), id: item.id.clone() },
        seen: item.seen.clone(),
        person: form.get("person").to_owned(),
        note: form.get("note").chars().take(NOTE).collect(),
        until: until(visit, file, form.number("days", 1..=DAYS, 0)),
        by: visit.person.name.clone(),
        at: visit.now,
    };
    let cares: Vec<Care> =
        items.filter(|item| ids.is_empty() || ids.contains(&item.id.as_str())).map(care).collect();
    let Some(first) = cares.first() else { return Err(gone()) };
    let people = visit.site.people.people(Some(&visit.person.domain))?;
    if !first.person.is_empty() && !people.iter().any(|person| person.name == first.person) {
        return Err(Trouble::Wrong(t("nobody of that name can look after it").to_owned()));
    }
    visit.site.people.take_care(file.id, &cares)?;
    let words = words(first, cares.len());
    let details = format!("{cause} {object}: {words}");
    Ok(Done::go(AuditAction::LookAfter, details, path(file), words))
}

/// The morning of the day, in the domain's time zone, so many days from now.
fn until(visit: &Visit, file: &CompanyFile, days: usize) -> Option<Moment> {
    let zone = visit.times(file).zone;
    let days = u64::try_from(days).ok().filter(|days| *days > 0)?;
    let day = visit.now.with_timezone(&zone).date_naive().checked_add_days(Days::new(days))?;
    day.and_time(NaiveTime::MIN).and_local_timezone(zone).earliest().map(|at| at.to_utc())
}

fn words(care: &Care, count: usize) -> String {
    let what = counted(count, "thing");
    let put_off = care
        .until
        .map_or(String::new(), |until| say!(" Put off until {format}.", format = until.format("%Y-%m-%d")));
    let whom = if care.person.is_empty() { t("nobody in particular") } else { &care.person };
    say!("Noted: {what} for {whom}.{put_off}", what, whom, put_off)
}
