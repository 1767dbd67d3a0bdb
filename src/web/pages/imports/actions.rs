//! What is done from the Imports page: import, update, ignore, archive, each with its undoing.

use std::collections::HashMap;

use crate::language::{say, t};
use crate::people::AuditSubject;
use crate::sync::stored::CompanyFile;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::imports::list::{ImportList, path, record_path};
use crate::web::pages::imports::page::{Bulk, value};
use crate::web::pages::imports::work::{Work, WorkReport};
use crate::web::server::answer::Done;
use crate::web::server::message::Did;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyView, ImportRow, Patience};
use crate::web::words::when::{counted, named};

/// What is done with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Import what can be imported, and take newer data over.
    Import,
    /// Take newer data over.
    Update,
    /// Never import them.
    Ignore,
    /// Ignore them no longer.
    Restore,
    /// Put their connections aside.
    Archive,
    /// Take their connections back.
    Reconnect,
}

/// Imports records; what is connected and has newer data is updated.
pub fn import(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    act(visit, file, Act::Import)
}

/// Takes newer data over.
pub fn update(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    act(visit, file, Act::Update)
}

/// Ignores records.
pub fn ignore(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    act(visit, file, Act::Ignore)
}

/// Ignores records no longer.
pub fn unignore(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    act(visit, file, Act::Restore)
}

/// Archives connections.
pub fn archive(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    act(visit, file, Act::Archive)
}

/// Takes archived connections back.
pub fn restore(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    act(visit, file, Act::Reconnect)
}

fn act(visit: &Visit, file: &CompanyFile, act: Act) -> Result<Done, Trouble> {
    let view = visit.view(file, Patience::Sure)?;
    let query = Fields::parse(visit.form.get("list").as_bytes());
    let list = ImportList::of(&query, visit.program(), file, &view);
    let back = match (visit.form.get("visit").parse::<i64>(), visit.form.get("record_page")) {
        (Ok(read), _) => format!("/c/{}/integrations/visits/{read}/found", file.id.0),
        (_, "") => list.asked.link(),
        _ => visit.form.all("only").next().and_then(|it| record_page(file, it)).unwrap_or_else(|| path(file)),
    };
    let ChosenRows { rows, late } = chosen(visit, &list, &view)?;
    if rows.is_empty() && late == 0 {
        return Ok(Done::nothing(back, t("Nothing was selected, so nothing was done.")));
    }
    let (fit, unfit): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| act.fits(row.verdict));
    if fit.is_empty() && late == 0 {
        return Ok(Done::nothing(back, say!("Nothing was done: {nothing}.", nothing = act.nothing())));
    }
    let work = Work { visit, file, object: &list.object };
    let report = if fit.is_empty() { WorkReport::default() } else { work.do_it(act, &fit)? };
    let late = late + fit.len() - report.done();
    if report.done() == 0 {
        let words = t("these records have changed in the meantime; nothing was done");
        return Err(Trouble::Conflict(words.to_owned()));
    }
    work.note(act, &report, &view)?;
    let mut words = vec![report.words(act)];
    if late > 0 {
        let late = counted(late, "record");
        words.push(say!("Left out, because of changes in the meantime: {late}.", late));
    }
    if !unfit.is_empty() {
        let unfit = counted(unfit.len(), "record");
        words.push(say!("Left out, because it does not apply to them: {unfit}.", unfit));
    }
    let details = format!("{}: {}", list.object, named(&report.names));
    let done = Done::go(act.action(), details, back, words.join(" "));
    let did = match act {
        Act::Archive => Some(Did::Archive),
        Act::Reconnect => Some(Did::Restore),
        Act::Import | Act::Update | Act::Ignore | Act::Restore => None,
    };
    let done = match (did, visit.program().list_of(&list.object), report.documents.as_slice()) {
        (Some(did), Some(list), [one]) => done.by(visit.click(did, list, &one.id)),
        (Some(did), Some(list), [_, ..]) => done.by(visit.click(did, list, "")),
        _ => done,
    };
    Ok(done.to(if report.documents.is_empty() {
        AuditSubject::Object(list.object)
    } else {
        AuditSubject::Documents(report.documents)
    }))
}

/// The rows that a form is about, and how many of them are no longer as it showed them.
struct ChosenRows<'v> {
    rows: Vec<&'v ImportRow>,
    late: usize,
}

fn chosen<'v>(visit: &Visit, list: &ImportList, view: &'v CompanyView) -> Result<ChosenRows<'v>, Trouble> {
    if visit.form.raw("only").is_none() && visit.form.get("all") == "1" {
        let rows = list.all(view);
        if visit.form.get("seen") != Bulk::of(&rows).seen {
            let words = t("the list has changed since you looked at it; nothing was done");
            return Err(Trouble::Conflict(words.to_owned()));
        }
        return Ok(ChosenRows { rows, late: 0 });
    }
    let name = if visit.form.raw("only").is_some() { "only" } else { "record" };
    let mut chosen = ChosenRows { rows: Vec::new(), late: 0 };
    let mut known: HashMap<String, &ImportRow> = HashMap::new();
    let mut wanted: Vec<&str> = visit.form.all(name).collect();
    if wanted.is_empty() {
        return Ok(chosen);
    }
    wanted.sort_unstable();
    wanted.dedup();
    known.extend(view.imports_of(&list.object).iter().map(|row| (value(row), &**row)));
    for text in wanted {
        if text.split(' ').count() < 3 {
            return Err(Trouble::Wrong(t("the form does not name a record the way our pages do").to_owned()));
        }
        match known.get(text) {
            Some(row) => chosen.rows.push(row),
            None => chosen.late += 1,
        }
    }
    Ok(chosen)
}

fn record_page(file: &CompanyFile, value: &str) -> Option<String> {
    let (record_type, rest) = value.split_once(' ')?;
    let (id, _) = rest.rsplit_once(' ')?;
    Some(record_path(file, record_type, id))
}
