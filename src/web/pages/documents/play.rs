//! Play and double play: documents are queued for the next visit.

use std::collections::{BTreeMap, HashMap, HashSet};

use askama::Template;

use crate::language::{say, t, told};
use crate::people::{AuditAction, AuditSubject};
use crate::rules::program::List;
use crate::sync::stored::{CompanyFile, DocumentKey, JobError, Played, StoredDocument};
use crate::sync::{self, Action, check_played, double_play, is_of_record};
use crate::text::quotes::quoted;
use crate::web::ground::fields::link;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Asked;
use crate::web::pages::documents::narrow::{TERMS, narrowed};
use crate::web::pages::documents::subject::{
    Subject, document_path, list, list_path, listed, row_mark, title,
};
use crate::web::pages::todo;
use crate::web::server::answer::{Done, Page};
use crate::web::server::message::Did;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{DocumentRow, OfMoment as _, Patience, money};
use crate::web::words::filters;
use crate::web::words::when::{counted, named};

/// Documents that one form may play.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "play_all.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct PlayAllTemplate<'v> {
    shell: Shell,
    list: &'v List,
    asked: Asked,
    /// The page of the plan, for the same documents.
    plan: String,
    is_paused: bool,
    open: usize,
    documents: String,
    kinds: Vec<(String, String, usize)>,
    others: usize,
    /// What the plan says of them; nothing while it is being made.
    foresight: Option<Foresight>,
}

impl PlayAllTemplate<'_> {
    /// Whether any of them goes, as far as the plan is known.
    fn goes(&self) -> bool {
        self.foresight.as_ref().is_none_or(|it| it.going > 0)
    }
}

/// What the plan says of documents that are to be played.
struct Foresight {
    /// How many go, and the money that they are about.
    going: usize,
    amount: String,
    /// What would be rejected: what it is called, where it is, its amount, and why.
    rejected: Vec<(String, String, String, String)>,
    /// Rejected ones that are not listed.
    more: usize,
    /// How many the rules leave out.
    left_out: usize,
}

/// Rejected documents that are listed.
const REJECTED: usize = 50;

/// Plays documents of a list.
pub fn some(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = played_list(visit)?;
    let mut ids: Vec<&str> = visit.form.all("id").collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || ids.len() > MOST || ids.iter().any(|id| id.is_empty() || id.len() > 200) {
        return Err(Trouble::Wrong(say!("you can play 1 to {most} documents at once", most = MOST)));
    }
    let keys: Vec<DocumentKey> =
        ids.iter().map(|id| DocumentKey { object: list.object.clone(), id: (*id).to_owned() }).collect();
    let to = match visit.form.get("from") {
        "todo" => todo::page::path(file),
        _ => {
            listed(visit, file, list).link()
                + &keys.first().filter(|_| keys.len() == 1).map_or_else(String::new, |key| row_mark(&key.id))
        }
    };
    play(visit, file, list, &keys, to)
}

/// Plays the document that the path names.
pub fn one(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = played_list(visit)?;
    let subject = Subject::of(visit, file)?;
    play(visit, file, list, &[subject.key().clone()], subject.path)
}

/// Plays documents of a list; the browser goes to that path.
pub fn play(
    visit: &Visit,
    file: &CompanyFile,
    list: &List,
    keys: &[DocumentKey],
    to: String,
) -> Result<Done, Trouble> {
    if let Some(key) = keys.iter().find(|key| is_of_record(key)) {
        return Err(Trouble::Wrong(say!(
            "{key} was imported from QuickBooks; there is nothing to export",
            key
        )));
    }
    let known = visit.site.store.documents(file.id, keys)?;
    if known.len() != keys.len() {
        return Err(Trouble::NotFound);
    }
    let store = &*visit.site.store;
    let played = sync::play(store, visit.program(), file, keys, visit.now).map_err(Trouble::failed)?;
    let one = called(list, &known);
    let words = words(&one, &played, file) + &checked(visit, file, &played)?;
    if played.queued.is_empty() && played.undecided.is_empty() {
        return Ok(Done::nothing(to, words));
    }
    let keys: Vec<&DocumentKey> = played.queued.iter().chain(&played.undecided).collect();
    let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let done = Done::go(AuditAction::Play, named(&names), to, words);
    Ok(match keys.as_slice() {
        [key] => done.by(visit.click(Did::Queue, list, &key.id)).to(AuditSubject::Document((*key).clone())),
        keys => {
            let all = keys.iter().map(|key| (*key).clone()).collect();
            done.by(visit.click(Did::Queue, list, "")).to(AuditSubject::Documents(all))
        }
    })
}

/// What double play would take, before anybody presses it.
pub fn all_page(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let list = played_list(visit)?;
    let view = visit.view(file, Patience::Long)?;
    let asked = Asked::of(list_path(file, list), &visit.query, &TERMS);
    let listed = asked.all(narrowed(&asked, list, &view));
    let mut kinds: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in listed.iter().filter(|row| row.is_open) {
        *kinds.entry((&row.state.word, &row.state.pill)).or_default() += 1;
    }
    let open = kinds.values().sum();
    let template = PlayAllTemplate {
        shell: visit.shell(t("Double play"), Some(file)),
        list,
        plan: plan(file, list, &asked),
        is_paused: file.is_paused,
        open,
        documents: counted(open, "document"),
        kinds: kinds.into_iter().map(|((word, pill), it)| (word.to_owned(), pill.to_owned(), it)).collect(),
        others: listed.len() - open,
        foresight: foresight(visit, file, list, &listed)?,
        asked,
    };
    visit.show(&template, &template.as_inside())
}

/// What the plan says of the documents that would be played.
fn foresight(
    visit: &Visit,
    file: &CompanyFile,
    list: &List,
    listed: &[&DocumentRow],
) -> Result<Option<Foresight>, Trouble> {
    let Some(plans) = visit.site.plans.get(file, Patience::Long)?.filter(|plans| plans.is_of(file)) else {
        return Ok(None);
    };
    let open: HashMap<&DocumentKey, &DocumentRow> =
        listed.iter().filter(|row| row.is_open).map(|row| (&row.key, *row)).collect();
    let mut found =
        Foresight { going: open.len(), amount: String::new(), rejected: Vec::new(), more: 0, left_out: 0 };
    let mut sum = open.values().filter_map(|row| row.amount()).reduce(|sum, amount| sum + amount);
    let rows = plans.all.rows.iter().filter_map(|row| Some((row, open.get(row.key.as_ref()?)?)));
    for (planned, row) in rows {
        let step = plans.all.plan.steps.get(planned.place);
        let (is_rejected, is_out) = (planned.action == Action::Reject, planned.action == Action::Skip);
        if !is_rejected && !is_out {
            continue;
        }
        found.going -= 1;
        found.left_out += usize::from(is_out);
        sum = sum.map(|sum| sum - row.amount().unwrap_or_default());
        if is_rejected && found.rejected.len() < REJECTED {
            let why =
                step.and_then(|step| step.outcome.rejections().first()).map(|note| quoted(&note.message));
            let amount = row.amount().map(money).unwrap_or_default();
            let path = document_path(file, list, &row.key.id);
            found.rejected.push((title(list, row), path, amount, why.unwrap_or_default()));
        } else {
            found.more += usize::from(is_rejected);
        }
    }
    found.amount = sum.map(money).unwrap_or_default();
    Ok(Some(found))
}

/// Plays everything in a list, on all its pages, that is not done.
pub fn all(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = played_list(visit)?;
    let asked = listed(visit, file, list);
    let seen = visit.form.get("seen").parse::<usize>();
    let seen = seen.map_err(|_| Trouble::Wrong(t("the form does not say how many were seen").to_owned()))?;
    let view = visit.view(file, Patience::Long)?;
    let shown = asked.all(narrowed(&asked, list, &view));
    let open: HashSet<&DocumentKey> =
        shown.iter().filter(|row: &&&DocumentRow| row.is_open).map(|row| &row.key).collect();
    if open.len() != seen {
        return Err(Trouble::Conflict(say!(
            "{count} were not done when you opened the page, and now it is {n}; nothing was queued",
            count = counted(seen, "document"),
            n = open.len()
        )));
    }
    let store = &*visit.site.store;
    let mut play = double_play(store, visit.program(), file, Some(&list.object)).map_err(Trouble::failed)?;
    play.keys.retain(|key| open.contains(key));
    play.left_out.retain(|key| open.contains(key));
    let played = store.play(file.id, &play.keys, visit.now)?;
    let mut words = words(&list.one, &played, file) + &checked(visit, file, &played)?;
    if !play.left_out.is_empty() {
        words.push_str(&say!(" The rules left out {n}.", n = play.left_out.len()));
    }
    let to = asked.link();
    if played.queued.is_empty() {
        return Ok(Done::nothing(to, words));
    }
    let details = format!("{}: {} queued", list.object, counted(played.queued.len(), "document"));
    let about = AuditSubject::Documents(played.queued);
    let click = visit.click(Did::Queue, list, "");
    Ok(Done::go(AuditAction::DoublePlay, details, to, words).by(click).to(about))
}

/// Plays documents of any object, as a plan that was approved has them. Gives those that were queued, and what to say.
pub fn play_all(
    visit: &Visit,
    file: &CompanyFile,
    keys: &[DocumentKey],
) -> Result<(Vec<DocumentKey>, String), Trouble> {
    let store = &*visit.site.store;
    let played = sync::play(store, visit.program(), file, keys, visit.now).map_err(Trouble::failed)?;
    let words = words(t("The document"), &played, file) + &checked(visit, file, &played)?;
    Ok((played.queued, words))
}

/// The plan runs at the click: what would be rejected is noted on its row at once, and told. It stays queued, since
/// the visit reads first, and may find what is missing now.
fn checked(visit: &Visit, file: &CompanyFile, played: &Played) -> Result<String, Trouble> {
    let keys: Vec<DocumentKey> = played.queued.iter().chain(&played.already_queued).cloned().collect();
    // What cannot be planned, for a setting that is wrong, say, was queued all the same.
    let Ok(wrong) = visit.site.sessions.check(file.id, &keys, visit.now) else { return Ok(String::new()) };
    let mut wrong: HashMap<DocumentKey, JobError> = wrong.into_iter().collect();
    let all: Vec<_> = keys.into_iter().map(|key| (key.clone(), wrong.remove(&key))).collect();
    visit.site.store.note_checked(file.id, &all)?;
    let refused = all.iter().filter_map(|(_, error)| error.as_ref()).filter(|error| !error.retryable);
    let refused: Vec<&str> = refused.filter_map(|error| error.happened.lines().next()).collect();
    Ok(match refused.as_slice() {
        [] => String::new(),
        [one] if all.len() == 1 => {
            say!(" But as things stand it will be rejected: {quoted}", quoted = quoted(one))
        }
        [one] => say!(" But as things stand one will be rejected: {quoted}", quoted = quoted(one)),
        all => say!(" But as things stand {n} will be rejected; To do lists them.", n = all.len()),
    })
}

/// Takes documents of a list out of the queue again.
pub fn unplay(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = played_list(visit)?;
    let key = |id: &str| DocumentKey { object: list.object.clone(), id: id.to_owned() };
    let keys: Vec<DocumentKey> = visit.form.all("id").take(MOST).map(key).collect();
    let to = match (visit.form.get("from"), keys.as_slice()) {
        ("document", [key]) => document_path(file, list, &key.id),
        (_, [key]) => listed(visit, file, list).link() + &row_mark(&key.id),
        _ => listed(visit, file, list).link(),
    };
    let known = visit.site.store.documents(file.id, &keys)?;
    take_out(visit, file, &called(list, &known), &keys, to)
}

/// Takes documents out of the queue; one alone is called so.
pub fn take_out(
    visit: &Visit,
    file: &CompanyFile,
    one: &str,
    keys: &[DocumentKey],
    to: String,
) -> Result<Done, Trouble> {
    let taken = visit.site.store.unplay(file.id, keys)?;
    let Some(first) = taken.first() else {
        return Ok(Done::nothing(
            to,
            t("Nothing was taken back: it is on its way, or was sent before and is tried again."),
        ));
    };
    let words = match taken.len() {
        1 => say!("{one} was taken out of the queue.", one),
        count => say!("{count} were taken out of the queue.", count = counted(count, "document")),
    };
    let names: Vec<String> = taken.iter().map(ToString::to_string).collect();
    let done = Done::go(AuditAction::TakeBack, format!("from the queue: {}", named(&names)), to, words);
    Ok(if taken.len() == 1 {
        done.to(AuditSubject::Document(first.clone()))
    } else {
        done.to(AuditSubject::Documents(taken))
    })
}

fn played_list(visit: &Visit) -> Result<&List, Trouble> {
    let list = list(visit)?;
    check_is_played(visit, list)?;
    Ok(list)
}

/// Whether documents of a list are played.
///
/// # Errors
/// [`Trouble::Wrong`], if they are not.
pub fn check_is_played(visit: &Visit, list: &List) -> Result<(), Trouble> {
    check_played(visit.program(), &list.object).map_err(|why| Trouble::Wrong(told(&why)))
}

/// What people call a document, if it is one; else what they call any of the list.
pub fn called(list: &List, known: &[StoredDocument]) -> String {
    match known {
        [one] => title(list, &DocumentRow::of(list, None, one)),
        _ => list.one.clone(),
    }
}

/// The page of the plan, for what a list shows.
fn plan(file: &CompanyFile, list: &List, asked: &Asked) -> String {
    link(&format!("/c/{}/plan", file.id.0), [("object", &*list.object), ("q", &asked.search)])
}

fn words(one: &str, played: &Played, file: &CompanyFile) -> String {
    let when = match (file.is_paused, played.queued.len()) {
        (true, _) => t("The integration is paused. Nothing is sent until somebody resumes it."),
        (false, 1) => t("The Web Connector’s next visit sends it."),
        (false, _) => t("The Web Connector’s next visit sends them."),
    };
    let mut words = Vec::new();
    match played.queued.len() {
        0 => {}
        1 => words.push(say!("{one} queued. {when}", one, when)),
        count => words.push(say!("{count} queued. {when}", count = counted(count, "document"), when)),
    }
    for (count, what) in [
        (played.already_queued.len(), t("already in the queue")),
        (played.already_done.len(), t("already done")),
        (played.settled.len(), t("settled by hand, so nothing is sent")),
    ] {
        match count {
            0 => {}
            1 if played.queued.is_empty() => words.push(say!("{one} is {what}.", one, what)),
            1 => words.push(say!("One is {what}.", what)),
            count => words.push(say!("{count} are {what}.", count, what)),
        }
    }
    if !played.undecided.is_empty() {
        words.push(say!("Ferrule does not know whether QuickBooks has an earlier version of {n}. Look there, then play again.", n = counted(played.undecided.len(), "document")));
    }
    if words.is_empty() {
        words.push(t("There was nothing to do.").to_owned());
    }
    words.join(" ")
}
