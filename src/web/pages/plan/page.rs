//! `/c/{company}/plan`: what Ferrule would send, before it sends anything.

use std::sync::Arc;

use askama::Template;

use crate::language::t;
use crate::people::Role;
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::sync::{Action, Unreadable};
use crate::text::quotes::quoted;
use crate::web::draw::step_card::{Depth, ElementValue, StepCard, colour};
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, Pager, Terms};
use crate::web::pages::plan::approve::{Approval, approval, pick};
use crate::web::pages::plan::document;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyPlans, OfMoment as _, Patience, PlanRow, PlanRows};
use crate::web::words::filters;
use crate::web::words::when::{counted, grouped};

/// `of=queue` is the plan of the next visit, `open=1` shows every step open.
pub const TERMS: Terms = Terms { filters: &["of", "object", "open"], per: 25 };

#[derive(Template)]
#[template(path = "plan.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct PlanPage {
    shell: Shell,
    asked: Asked,
    is_queue: bool,
    is_open: bool,
    /// What can be approved, if anything.
    approval: Option<Approval>,
    /// Nothing while the first plan is being made.
    shown: Option<PlanCut>,
    /// Whether something changed since the plan was made.
    is_old: bool,
}

/// A page of it.
struct PlanCut {
    tiles: Vec<ActionTile>,
    /// The objects: the name, what people call such documents, and how many there are.
    objects: Vec<(String, String, String)>,
    steps: Vec<PlanEntry>,
    general: Vec<(String, String, String)>,
    summary: String,
    found: String,
    pager: Pager,
}

/// How many steps do one thing.
struct ActionTile {
    sign: char,
    kind: &'static str,
    title: &'static str,
    count: String,
    link: String,
    is_chosen: bool,
}

/// A step, or a document that cannot be read.
enum PlanEntry {
    /// With what stands for it in a form, if it goes.
    Step(Box<StepCard>, Option<String>),
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

fn list(visit: &Visit, file: &CompanyFile, plans: Option<&Arc<CompanyPlans>>) -> Result<Page, Trouble> {
    let asked = Asked::of(path(file), &visit.query, &TERMS);
    let is_queue = asked.filter("of") == "queue";
    let rows = plans.map(|plans| if is_queue { &plans.queue } else { &plans.all });
    let page = PlanPage {
        shell: visit.shell(t("Plan"), Some(file)),
        approval: match rows.filter(|_| !is_queue) {
            Some(rows) => approval(visit, file, rows, &asked)?,
            None => None,
        },
        shown: rows.map(|rows| shown(rows, &asked, visit, file)),
        is_old: plans.is_some_and(|plans| !plans.is_of(file)),
        is_queue,
        is_open: asked.filter("open") == "1",
        asked,
    };
    visit.show(&page, &page.as_inside())
}

impl PlanPage {
    /// Whether any of the steps on this page can be selected.
    fn has_picks(&self) -> bool {
        let steps = self.shown.iter().flat_map(|shown| &shown.steps);
        !self.is_old && steps.into_iter().any(|step| matches!(step, PlanEntry::Step(_, Some(_))))
    }

    /// The whole plan of everything, or of the queue.
    fn whole(&self, of: &str) -> String {
        let mut fresh = self.asked.being("");
        fresh.search.clear();
        fresh.with("of", of).with("object", "").link()
    }
}

fn shown(rows: &PlanRows, asked: &Asked, visit: &Visit, file: &CompanyFile) -> PlanCut {
    let chosen: Vec<PlanRow> = rows.rows.iter().filter(|row| is_shown(row, asked)).cloned().collect();
    let cut = asked.cut(&chosen);
    let is_picked = asked.filter("of") != "queue" && visit.may(Role::Clerk);
    let entry = |row: &&PlanRow| match rows.plan.steps.get(row.place) {
        Some(step) => {
            let pick = pick(visit, row).filter(|_| is_picked);
            PlanEntry::Step(Box::new(StepCard::of(step, visit.program(), file, Depth::Plan)), pick)
        }
        None => unreadable(rows.unreadable.get(row.place - rows.plan.steps.len())),
    };
    let object = |(object, count): &(String, usize)| {
        let title = visit.program().list_of(object).map_or(object, |list| &list.title);
        (object.clone(), title.clone(), grouped(*count))
    };
    PlanCut {
        tiles: tiles(rows, asked),
        objects: rows.objects.iter().map(object).collect(),
        steps: cut.rows.iter().map(entry).collect(),
        general: rows.general.iter().map(general).collect(),
        summary: rows.counts.to_string(),
        found: counted(cut.found, "document"),
        pager: Pager::of(asked, &cut, "document"),
    }
}

/// Whether a row is one of those that are asked for, but for the search and the word.
pub fn is_shown(row: &PlanRow, asked: &Asked) -> bool {
    (asked.filter("object").is_empty() || row.object == asked.filter("object"))
        && (row.says_something || !asked.word.is_empty())
}

fn general((code, message, count): &(String, String, usize)) -> (String, String, String) {
    let times = if *count > 1 { counted(*count, "document") } else { String::new() };
    (code.clone(), message.clone(), times)
}

fn unreadable(document: Option<&Unreadable>) -> PlanEntry {
    let name = document.and_then(|it| it.origin.file.as_deref()).unwrap_or_default().to_owned();
    let problems = document.iter().flat_map(|it| &it.problems).map(|it| quoted(&it.message)).collect();
    PlanEntry::Unreadable(name, problems)
}

fn tiles(rows: &PlanRows, asked: &Asked) -> Vec<ActionTile> {
    let counts = rows.counts;
    let all = [
        (Action::Create, counts.create),
        (Action::Change, counts.change),
        (Action::Connect, counts.connect),
        (Action::Reject, counts.rejected),
        (Action::Unchanged, counts.unchanged),
        (Action::Skip, counts.skipped),
        (Action::Settled, counts.settled),
    ];
    let tile = |(action, count): (Action, usize)| {
        let word = action.word();
        let is_chosen = asked.word == word;
        ActionTile {
            sign: action.sign(),
            kind: colour(action).0,
            title: action.told(),
            count: grouped(count),
            link: asked.being(if is_chosen { "" } else { word }).link(),
            is_chosen,
        }
    };
    all.into_iter().map(tile).collect()
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/plan", file.id.0)
}
