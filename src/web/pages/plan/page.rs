//! `/c/{company}/plan`: what would be sent, before it is sent.

use std::sync::Arc;

use askama::Template;

use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::sync::{Action, Unreadable};
use crate::web::draw::step_card::{Depth, StepCard, Value, colour};
use crate::web::fields::link;
use crate::web::pages::plan::document;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::trouble::Trouble;
use crate::web::views::{Patience, PlanRow, PlanRows, PlanView, Wanted};
use crate::web::words::when::{counted, grouped};

/// Steps on a page, unless another number is asked for.
const PER_PAGE: usize = 25;

#[derive(Template)]
#[template(path = "plan.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct PlanPage {
    shell: Shell,
    asked: Asked,
    /// Nothing while the first plan is being made.
    shown: Option<Cut>,
    /// Whether something changed since the plan was made.
    is_old: bool,
}

/// What is wanted of the plan.
#[derive(Clone)]
struct Asked {
    path: String,
    is_queue: bool,
    is_open: bool,
    object: String,
    wanted: Wanted,
}

/// A page of it.
struct Cut {
    tiles: Vec<Tile>,
    objects: Vec<(String, String)>,
    steps: Vec<Entry>,
    general: Vec<(String, String, String)>,
    summary: String,
    found: String,
    page: usize,
    pages: usize,
}

/// So many steps do one thing.
struct Tile {
    sign: char,
    kind: &'static str,
    title: &'static str,
    count: String,
    word: &'static str,
    is_chosen: bool,
}

/// A step, or a document that cannot be read.
enum Entry {
    Step(Box<StepCard>),
    Unreadable(String, Vec<String>),
}

/// The page: of everything, or of one document.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let patience = if visit.is_fragment { Patience::Long } else { Patience::Short };
    let plans = visit.site.plans.get(file, patience)?;
    let (object, id) = (visit.query.get("object"), visit.query.get("id"));
    if id.is_empty() {
        return list(visit, file, plans.as_ref());
    }
    let key = DocumentKey { object: object.to_owned(), id: id.to_owned() };
    document::show(visit, file, plans.as_deref(), &key, path(file))
}

fn list(visit: &Visit, file: &CompanyFile, plans: Option<&Arc<PlanView>>) -> Result<Page, Trouble> {
    let asked = Asked::of(visit, file);
    let rows = plans.map(|plans| if asked.is_queue { &plans.queue } else { &plans.all });
    let page = PlanPage {
        shell: visit.shell("Plan", Some(file)),
        shown: rows.map(|rows| cut(rows, &asked, visit, file)),
        is_old: plans.is_some_and(|plans| !plans.is_of(file)),
        asked,
    };
    visit.show(&page, &page.as_inside())
}

impl Asked {
    fn of(visit: &Visit, file: &CompanyFile) -> Self {
        let query = &visit.query;
        let per = query.number("per", 1..=200, PER_PAGE);
        Self {
            path: path(file),
            is_queue: query.get("of") == "queue",
            is_open: query.get("open") == "1",
            object: query.get("object").to_owned(),
            wanted: Wanted { per, ..Wanted::of(query) },
        }
    }

    fn link(&self) -> String {
        let Wanted { word, search, page, per, .. } = &self.wanted;
        let number =
            |number: usize, usual: usize| if number == usual { String::new() } else { number.to_string() };
        let flag = |is: bool, word: &'static str| if is { word } else { "" };
        let query = [
            ("of", flag(self.is_queue, "queue")),
            ("object", &*self.object),
            ("is", word),
            ("q", search),
            ("open", flag(self.is_open, "1")),
            ("page", &number(*page, 1)),
            ("per", &number(*per, PER_PAGE)),
        ];
        link(&self.path, query)
    }

    fn being(&self, word: &str) -> String {
        let word = if self.wanted.word == word { "" } else { word };
        let wanted = Wanted { word: word.to_owned(), page: 1, ..self.wanted.clone() };
        Self { wanted, ..self.clone() }.link()
    }

    fn to_page(&self, page: usize) -> String {
        Self { wanted: Wanted { page, ..self.wanted.clone() }, ..self.clone() }.link()
    }

    fn opened(&self, is_open: bool) -> String {
        Self { is_open, ..self.clone() }.link()
    }

    fn of_queue(&self, is_queue: bool) -> String {
        let wanted = Wanted { per: self.wanted.per, page: 1, ..Wanted::default() };
        Self { is_queue, object: String::new(), wanted, ..self.clone() }.link()
    }
}

fn cut(rows: &PlanRows, asked: &Asked, visit: &Visit, file: &CompanyFile) -> Cut {
    let is_of = |row: &&PlanRow| {
        (asked.object.is_empty() || row.object == asked.object)
            && (row.says_something || !asked.wanted.word.is_empty())
    };
    let chosen: Vec<PlanRow> = rows.rows.iter().filter(is_of).cloned().collect();
    let page = asked.wanted.cut(&chosen);
    let entry = |row: &&PlanRow| match rows.plan.steps.get(row.place) {
        Some(step) => Entry::Step(Box::new(StepCard::of(step, visit.program(), file, Depth::Plan))),
        None => unreadable(rows.unreadable.get(row.place - rows.plan.steps.len())),
    };
    Cut {
        tiles: tiles(rows, asked),
        objects: rows.objects.iter().map(|(object, count)| (object.clone(), grouped(*count))).collect(),
        steps: page.rows.iter().map(entry).collect(),
        general: rows.general.iter().map(general).collect(),
        summary: rows.counts.to_string(),
        found: counted(page.found, "document"),
        page: page.page,
        pages: page.pages,
    }
}

fn general((code, message, count): &(String, String, usize)) -> (String, String, String) {
    let times = if *count > 1 { counted(*count, "document") } else { String::new() };
    (code.clone(), message.clone(), times)
}

fn unreadable(document: Option<&Unreadable>) -> Entry {
    let name = document.and_then(|it| it.origin.file.as_deref()).unwrap_or_default().to_owned();
    let problems = document.iter().flat_map(|it| &it.problems).map(|it| it.message.clone()).collect();
    Entry::Unreadable(name, problems)
}

fn tiles(rows: &PlanRows, asked: &Asked) -> Vec<Tile> {
    let counts = rows.counts;
    let all = [
        (Action::Create, "To create", counts.create),
        (Action::Change, "To change", counts.change),
        (Action::Connect, "To connect", counts.connect),
        (Action::Reject, "Rejected", counts.rejected),
        (Action::Unchanged, "Unchanged", counts.unchanged),
        (Action::Skip, "Not sent", counts.skipped),
    ];
    let tile = |(action, title, count): (Action, &'static str, usize)| {
        let word = action.word();
        Tile {
            sign: action.sign(),
            kind: colour(action).0,
            title,
            count: grouped(count),
            word,
            is_chosen: asked.wanted.word == word,
        }
    };
    all.into_iter().map(tile).collect()
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/plan", file.id.0)
}
