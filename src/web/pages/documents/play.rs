//! Play and double play: documents are queued for the next visit.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use askama::Template;

use crate::people::{AuditAction, AuditSubject};
use crate::rules::program::List;
use crate::sync::stored::{CompanyFile, DocumentKey, Played};
use crate::sync::{self, check_played, double_play, is_of_record};
use crate::web::ground::fields::link;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, Terms};
use crate::web::pages::todo;
use crate::web::pages::documents::subject::{Subject, list, list_path, listed};
use crate::web::server::answer::{Done, Page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{DocumentRow, Patience};
use crate::web::words::when::counted;

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
}

/// Plays documents of a list.
pub fn some(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = played_list(visit)?;
    let mut ids: Vec<&str> = visit.form.all("id").collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || ids.len() > MOST || ids.iter().any(|id| id.is_empty() || id.len() > 200) {
        return Err(Trouble::Wrong(format!("you can play 1 to {MOST} documents at once")));
    }
    let keys: Vec<DocumentKey> =
        ids.iter().map(|id| DocumentKey { object: list.object.clone(), id: (*id).to_owned() }).collect();
    let to = match visit.form.get("from") {
        "todo" => todo::page::path(file),
        _ => listed(visit, file, list).link(),
    };
    play(visit, file, list, &keys, to)
}

/// Plays the document that the path names.
pub fn one(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = played_list(visit)?;
    let subject = Subject::of(visit, file)?;
    play(visit, file, list, &[subject.key().clone()], subject.path)
}

fn play(
    visit: &Visit,
    file: &CompanyFile,
    list: &List,
    keys: &[DocumentKey],
    to: String,
) -> Result<Done, Trouble> {
    if let Some(key) = keys.iter().find(|key| is_of_record(key)) {
        return Err(Trouble::Wrong(format!(
            "{key} was imported from QuickBooks; there is nothing to export"
        )));
    }
    let known = visit.site.store.documents(file.id, keys)?;
    if known.len() != keys.len() {
        return Err(Trouble::NotFound);
    }
    let store = &*visit.site.store;
    let played = sync::play(store, visit.program(), file, keys, visit.now).map_err(Trouble::failed)?;
    let words = words(list, &played, file);
    if played.queued.is_empty() && played.undecided.is_empty() {
        return Ok(Done::nothing(to, words));
    }
    let keys: Vec<&DocumentKey> = played.queued.iter().chain(&played.undecided).collect();
    let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let done = Done::go(AuditAction::Play, names.join(", "), to, words);
    Ok(match keys.as_slice() {
        [key] => done.to(AuditSubject::Document((*key).clone())),
        _ => done,
    })
}

/// What double play would take, before anybody presses it.
pub fn all_page(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let list = played_list(visit)?;
    let view = visit.site.views.get(file, Patience::Long)?;
    let asked = Asked::of(list_path(file, list), &visit.query, &Terms::PLAIN);
    let listed = asked.all(view.documents(&list.object));
    let mut kinds: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in listed.iter().filter(|row| row.is_open) {
        *kinds.entry((&row.state.word, &row.state.pill)).or_default() += 1;
    }
    let open = kinds.values().sum();
    let template = PlayAllTemplate {
        shell: visit.shell("Double play", Some(file)),
        list,
        plan: plan(file, list, &asked),
        is_paused: file.is_paused,
        open,
        documents: counted(open, "document"),
        kinds: kinds.into_iter().map(|((word, pill), it)| (word.to_owned(), pill.to_owned(), it)).collect(),
        others: listed.len() - open,
        asked,
    };
    visit.show(&template, &template.as_inside())
}

/// Plays everything in a list, on all its pages, that is not done.
pub fn all(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = played_list(visit)?;
    let asked = listed(visit, file, list);
    let seen = visit.form.get("seen").parse::<usize>();
    let seen = seen.map_err(|_| Trouble::Wrong("the form does not say how many were seen".to_owned()))?;
    let view = visit.site.views.get(file, Patience::Long)?;
    let shown = asked.all(view.documents(&list.object));
    let open: HashSet<&DocumentKey> =
        shown.iter().filter(|row: &&&DocumentRow| row.is_open).map(|row| &row.key).collect();
    if open.len() != seen {
        return Err(Trouble::Conflict(format!(
            "{} were not done when you opened the page, and now it is {}; nothing was queued",
            counted(seen, "document"),
            open.len()
        )));
    }
    let store = &*visit.site.store;
    let mut play = double_play(store, visit.program(), file, Some(&list.object)).map_err(Trouble::failed)?;
    play.keys.retain(|key| open.contains(key));
    play.left_out.retain(|key| open.contains(key));
    let played = store.play(file.id, &play.keys, visit.now)?;
    let mut words = words(list, &played, file);
    if !play.left_out.is_empty() {
        _ = write!(words, " The rules left out {}.", play.left_out.len());
    }
    let to = asked.link();
    if played.queued.is_empty() {
        return Ok(Done::nothing(to, words));
    }
    let details = format!("{}: {} queued", list.object, counted(played.queued.len(), "document"));
    Ok(Done::go(AuditAction::DoublePlay, details, to, words))
}

fn played_list(visit: &Visit) -> Result<&List, Trouble> {
    let list = list(visit)?;
    check_played(visit.program(), &list.object).map_err(|why| Trouble::Wrong(why.to_string()))?;
    Ok(list)
}

/// The page of the plan, for what a list shows.
fn plan(file: &CompanyFile, list: &List, asked: &Asked) -> String {
    link(&format!("/c/{}/plan", file.id.0), [("object", &*list.object), ("q", &asked.search)])
}

fn words(list: &List, played: &Played, file: &CompanyFile) -> String {
    let when = if file.is_paused {
        "The integration is paused. Nothing is sent until somebody resumes it."
    } else {
        "The Web Connector’s next visit sends them."
    };
    let mut words = Vec::new();
    match played.queued.len() {
        0 => {}
        1 => words.push(format!("{} queued. {}", list.one, when.replace("them", "it"))),
        count => words.push(format!("{} queued. {when}", counted(count, "document"))),
    }
    for (count, what) in [
        (played.already_queued.len(), "already in the queue"),
        (played.already_done.len(), "already done"),
        (played.settled.len(), "settled by hand, so nothing is sent"),
    ] {
        match count {
            0 => {}
            1 if played.queued.is_empty() => words.push(format!("{} is {what}.", list.one)),
            1 => words.push(format!("One is {what}.")),
            count => words.push(format!("{count} are {what}.")),
        }
    }
    if !played.undecided.is_empty() {
        words.push(format!(
            "Ferrule does not know whether QuickBooks has an earlier version of {}. Look there, then play again.",
            counted(played.undecided.len(), "document")
        ));
    }
    if words.is_empty() {
        words.push("There was nothing to do.".to_owned());
    }
    words.join(" ")
}
