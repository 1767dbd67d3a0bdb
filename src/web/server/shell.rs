//! What stands around every page.

use crate::language::{marked, spoken};
use crate::people::Role;
use crate::sync::stored::CompanyFile;
use crate::web::ground::fields::{link, segment};
use crate::web::server::assets;
use crate::web::server::message::{Did, Message};
use crate::web::server::visit::Visit;
use crate::web::server::waiting::waiting;

/// What stands around a page.
pub struct Shell {
    /// The page's name.
    pub title: String,
    /// What the last action said.
    pub message: Option<Said>,
    /// Only the inside of the page is sent.
    pub is_fragment: bool,
    /// The way around, if somebody is signed in.
    pub frame: Option<Frame>,
}

/// What the last action said, and what can be done about it.
pub struct Said {
    /// In words.
    pub words: String,
    /// Nothing was done: that is not shown in green.
    pub did_nothing: bool,
    /// What takes it back, if the person may.
    pub undo: Option<Undo>,
    /// Where it is to be seen; empty if there is no such page, or if that is shown.
    pub view: String,
}

/// The form that takes a click back.
pub struct Undo {
    /// Where it goes.
    pub action: String,
    /// What the click did.
    pub did: &'static str,
    /// When, in milliseconds.
    pub at: i64,
    /// Where one goes then.
    pub back: String,
}

/// The way around.
pub struct Frame {
    /// Who is signed in.
    pub person: String,
    /// Their role.
    pub role: Role,
    /// What every form must carry.
    pub token: String,
    /// The company file that the page is about.
    pub file: Option<FileChoice>,
    /// The company files to choose from.
    pub files: Vec<FileChoice>,
    /// The pages of that company file.
    pub pages: Vec<MenuEntry>,
    /// How much waits for a person in that company file, as far as that is known already.
    pub waits: usize,
}

/// A company file to choose.
pub struct FileChoice {
    /// Its key.
    pub id: i64,
    /// What people call it.
    pub name: String,
}

/// A page of the company file.
pub struct MenuEntry {
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub path: String,
    /// Whether it, or a page below it, is shown.
    pub is_current: bool,
    /// Whether it is the page with all that waits.
    pub is_todo: bool,
}

/// The pages of a company file that the way around names, in order: what each is called, and where it
/// is below `/c/{company}/`. Between them stand the lists of documents.
const FIRST: &[(&str, &str)] = &[
    (marked("To do"), TODO),
    (marked("Integrations"), "integrations"),
    (marked("Errors"), "errors"),
    (marked("Plan"), "plan"),
    (marked("Reconcile"), "reconcile"),
    (marked("Imports"), "imports"),
];
const LAST: &[(&str, &str)] = &[
    (marked("Charts"), "charts"),
    (marked("Activity"), "activity"),
    (marked("Alerts"), "alerts"),
    (marked("Rules"), "rules"),
    (marked("Domain"), "domain"),
    (marked("People"), "people"),
];
/// The page with all that waits for a person.
const TODO: &str = "todo";
/// Pages that belong to another one: the pages of records are reached from the Imports page, the steps of the set-up from
/// Integrations.
const PARTS: &[(&str, &str)] = &[("records", "imports"), ("set-up", "integrations")];
/// Pages that only administrators are shown.
const OF_ADMINISTRATORS: &[&str] = &["people"];

impl Shell {
    /// Around a page for somebody who is signed in.
    pub fn of(visit: &Visit, title: &str, file: Option<&CompanyFile>) -> Self {
        let chosen = |file: &CompanyFile| FileChoice { id: file.id.0, name: file.made.name.clone() };
        let frame = Frame {
            person: visit.person.name.clone(),
            role: visit.person.role,
            token: visit.form_token.clone(),
            file: file.map(chosen),
            files: visit.files.iter().map(chosen).collect(),
            pages: file.map(|file| entries(visit, file)).unwrap_or_default(),
            waits: file.map_or(0, |file| waits(visit, file)),
        };
        let message = visit.message.as_ref().filter(|_| !visit.is_fragment);
        let message = message.map(|message| Said::of(visit, message, file));
        Self { title: title.to_owned(), message, is_fragment: visit.is_fragment, frame: Some(frame) }
    }

    /// Around a page for anybody.
    pub fn bare(title: &str) -> Self {
        Self { title: title.to_owned(), message: None, is_fragment: false, frame: None }
    }

    /// The address of a page of the company file.
    pub fn below(&self, page: &str) -> String {
        let file = self.frame.as_ref().and_then(|frame| frame.file.as_ref());
        file.map_or_else(String::new, |file| format!("/c/{}/{page}", file.id))
    }

    /// The address of a file of ours.
    #[expect(clippy::unused_self, reason = "templates have it at hand")]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::path(name)
    }

    /// The tag of the language that the page is in.
    #[expect(clippy::unused_self, reason = "templates have it at hand")]
    pub fn lang(&self) -> &'static str {
        spoken::tag()
    }

    /// How much waits for a person.
    pub fn waits(&self) -> usize {
        self.frame.as_ref().map_or(0, |frame| frame.waits)
    }

    /// What every form must carry.
    pub fn token(&self) -> &str {
        self.frame.as_ref().map_or("", |frame| &frame.token)
    }

    /// Whether the person may do what that role may.
    pub fn may(&self, role: &str) -> bool {
        let role = Role::named(role);
        self.frame.as_ref().is_some_and(|frame| role.is_some_and(|role| frame.role >= role))
    }
}

impl Said {
    fn of(visit: &Visit, message: &Message, file: Option<&CompanyFile>) -> Self {
        let (words, did_nothing) = (message.words.clone(), message.did_nothing);
        let Some((file, click)) = file.zip(message.click.as_ref()) else {
            return Self { words, did_nothing, undo: None, view: String::new() };
        };
        let base = format!("/c/{}", file.id.0);
        let undo = visit.may(Role::Clerk).then(|| Undo {
            action: format!("{base}/undo"),
            did: click.did.name(),
            at: click.at,
            back: visit.here.clone(),
        });
        // A cookie may name what is not there.
        let list = visit.program().list_at(&click.list).map(|list| format!("{base}/{}", list.path));
        // What the rows that it was done to are called then.
        let is = match click.did {
            Did::Queue => marked("Queued"),
            Did::Connect | Did::Restore => marked("Connected"),
            Did::Archive => marked("Connection archived"),
        };
        let view = match (list, click.id.as_str()) {
            (None, _) => String::new(),
            (Some(list), "") => link(&list, [("is", is)]),
            (Some(list), id) => format!("{list}/{}", segment(id)),
        };
        let view = if view == visit.here || view == visit.path { String::new() } else { view };
        Self { words, did_nothing, undo, view }
    }
}

/// How much waits for a person in a company file: nothing while nobody has looked through its lists. A page never waits
/// for that.
pub fn waits(visit: &Visit, file: &CompanyFile) -> usize {
    let view = visit.site.views.peek(file.id);
    let all = view.and_then(|view| waiting(visit, file, &view).ok()).unwrap_or_default();
    all.iter().map(|waiting| waiting.open.len()).sum()
}

fn entries(visit: &Visit, file: &CompanyFile) -> Vec<MenuEntry> {
    let base = format!("/c/{}/", file.id.0);
    let shown = visit.path.strip_prefix(&base).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let shown = PARTS.iter().find(|(part, _)| *part == shown).map_or(shown, |(_, whole)| whole);
    let entry = |(label, page): (&str, &str)| MenuEntry {
        label: label.to_owned(),
        path: format!("{base}{page}"),
        is_current: page == shown,
        is_todo: page == TODO,
    };
    let is_theirs = |page: &str| visit.may(Role::Administrator) || !OF_ADMINISTRATORS.contains(&page);
    // A page of no company file may stand around one with layers of its own.
    let rules = visit.rules_of(file).unwrap_or_else(|_| visit.rules.clone());
    let lists = rules.program.lists().into_iter().map(|list| (list.title.as_str(), list.path.as_str()));
    let all = FIRST.iter().copied().chain(lists).chain(LAST.iter().copied());
    all.filter(|(_, page)| is_theirs(page)).map(entry).collect()
}
