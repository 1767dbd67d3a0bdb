//! Settling by hand: documents that somebody has booked without Ferrule.

use askama::Template;
use chrono::NaiveDate;

use crate::language::{say, t, told};
use crate::people::{AuditAction, AuditSubject};
use crate::rules::program::List;
use crate::sync::stored::{CompanyFile, DocumentKey, Settled};
use crate::sync::{self, NotSettled, SaidBy, TakenBack, earlier, has_date};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::subject::{Subject, list, list_path};
use crate::web::server::answer::{Done, Page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::counted;

/// The longest reason, in characters.
const LONGEST: usize = 300;

#[derive(Template)]
#[template(path = "settle.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct SettleTemplate<'v> {
    shell: Shell,
    list: &'v List,
    /// Where the list is.
    path: String,
    /// The day that was asked for, as it was typed.
    before: String,
    /// What is wrong with that.
    problem: Option<String>,
    found: Option<Found>,
}

/// The documents dated before the day.
struct Found {
    open: usize,
    /// The same in words.
    documents: String,
    settled: usize,
    settled_documents: String,
    in_quickbooks: usize,
    undated: usize,
}

/// Settles the document that the path names.
pub fn one(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let keys = std::slice::from_ref(subject.key());
    let store = &*visit.site.store;
    let done = sync::settle(store, visit.program(), file, keys, said(visit)?).map_err(refused)?;
    let about = AuditSubject::Document(subject.key().clone());
    let Settled { settled, under_way, .. } = done;
    if !under_way.is_empty() {
        return Err(Trouble::Conflict(
            t("the document is on its way to QuickBooks; wait for the visit to end").to_owned(),
        ));
    }
    if settled.is_empty() {
        return Ok(Done::nothing(subject.path, t("It is settled already.")));
    }
    let words = t("Settled by hand. Nothing is sent for this document.");
    Ok(Done::go(AuditAction::Settle, subject.key().to_string(), subject.path, words).to(about))
}

/// The document that the path names no longer counts as done by hand.
pub fn take_back_one(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let keys = std::slice::from_ref(subject.key());
    let store = &*visit.site.store;
    let done = sync::take_back(store, visit.program(), file, keys, said(visit)?).map_err(refused)?;
    if done.taken_back.is_empty() {
        return Ok(Done::nothing(subject.path, t("It is not settled.")));
    }
    let about = AuditSubject::Document(subject.key().clone());
    let words = t("Taken back. Play sends it.");
    Ok(Done::go(AuditAction::TakeBack, subject.key().to_string(), subject.path, words).to(about))
}

/// The page: settles all documents of a list that are dated before a day.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let list = dated_list(visit)?;
    let before = visit.query.get("before").to_owned();
    let (found, problem) = match day(&before) {
        Ok(Some(day)) => (Some(Found::of(visit, file, list, &day)?), None),
        Ok(None) => (None, None),
        Err(problem) => (None, Some(problem)),
    };
    let template = SettleTemplate {
        shell: visit.shell(t("Settle by hand"), Some(file)),
        path: list_path(file, list),
        list,
        before,
        problem,
        found,
    };
    visit.show(&template, &template.as_inside())
}

/// Settles them.
pub fn all(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let (list, before, keys) = chosen(visit, file, |found| found.open)?;
    let store = &*visit.site.store;
    let done = sync::settle(store, visit.program(), file, &keys, said(visit)?).map_err(refused)?;
    let them = counted(done.settled.len(), "document");
    let mut words = say!("{them} settled by hand. Nothing is sent for them.", them);
    if !done.under_way.is_empty() {
        words.push_str(t(" What is on its way to QuickBooks was left out."));
    }
    let details = format!("{}: {them} dated before {before}", list.object);
    let about = AuditSubject::Documents(done.settled);
    Ok(Done::go(AuditAction::Settle, details, list_path(file, list), words).to(about))
}

/// They no longer count as done by hand.
pub fn take_back_all(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let (list, before, keys) = chosen(visit, file, |found| found.settled)?;
    let store = &*visit.site.store;
    let done = sync::take_back(store, visit.program(), file, &keys, said(visit)?).map_err(refused)?;
    let TakenBack { taken_back, .. } = done;
    let them = counted(taken_back.len(), "document");
    let details = format!("{}: {them} dated before {before}", list.object);
    let about = AuditSubject::Documents(taken_back);
    let words = say!("{them} taken back. Play sends them.", them);
    Ok(Done::go(AuditAction::TakeBack, details, list_path(file, list), words).to(about))
}

/// The documents that a form is about: those dated before its day, if they are as many as were shown.
fn chosen<'v>(
    visit: &'v Visit,
    file: &CompanyFile,
    which: fn(sync::Earlier) -> Vec<DocumentKey>,
) -> Result<(&'v List, String, Vec<DocumentKey>), Trouble> {
    let list = dated_list(visit)?;
    let before = day(visit.form.get("before")).map_err(Trouble::Wrong)?;
    let before = before.ok_or_else(|| Trouble::Wrong(t("the form names no date").to_owned()))?;
    let seen = visit.form.get("seen").parse::<usize>();
    let seen = seen.map_err(|_| Trouble::Wrong(t("the form does not say how many were seen").to_owned()))?;
    let objects = [list.object.clone()];
    let found = earlier(&*visit.site.store, visit.program(), file, &objects, &before).map_err(refused)?;
    let keys = which(found);
    if keys.len() != seen {
        return Err(Trouble::Conflict(say!(
            "there were {count} when you opened the page, and now there are {n}; nothing was changed",
            count = counted(seen, "document"),
            n = keys.len()
        )));
    }
    Ok((list, before, keys))
}

impl Found {
    fn of(visit: &Visit, file: &CompanyFile, list: &List, before: &str) -> Result<Self, Trouble> {
        let objects = [list.object.clone()];
        let found = earlier(&*visit.site.store, visit.program(), file, &objects, before).map_err(refused)?;
        Ok(Self {
            open: found.open.len(),
            documents: counted(found.open.len(), "document"),
            settled: found.settled.len(),
            settled_documents: counted(found.settled.len(), "document"),
            in_quickbooks: found.in_quickbooks.len(),
            undated: found.undated.len(),
        })
    }
}

/// A list whose documents have a date.
fn dated_list(visit: &Visit) -> Result<&List, Trouble> {
    let list = list(visit)?;
    if has_date(visit.program(), &list.object) { Ok(list) } else { Err(Trouble::NotFound) }
}

/// A day as it is typed; nothing if nothing is.
fn day(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let day =
        text.parse::<NaiveDate>().map_err(|_| say!("“{text}” is not a date, such as 2026-07-01", text))?;
    Ok(Some(day.format("%Y-%m-%d").to_string()))
}

/// What the person says.
pub(super) fn said(visit: &Visit) -> Result<SaidBy<'_>, Trouble> {
    let why = visit.form.get("why");
    if why.chars().count() > LONGEST {
        return Err(Trouble::Wrong(say!("the reason has more than {longest} characters", longest = LONGEST)));
    }
    Ok(SaidBy { by: &visit.person.name, why, at: visit.now })
}

pub(super) fn refused(why: NotSettled) -> Trouble {
    match why {
        NotSettled::Store(error) => error.into(),
        NotSettled::Kept(error) => Trouble::failed(error),
        other => Trouble::Wrong(told(&other)),
    }
}
