//! `/c/{company}/{object}`: Invoicing, Bills, Customers and all other lists of documents.

use std::collections::HashSet;

use askama::Template;

use crate::rules::program::{ColumnKind, List};
use crate::sync::stored::{CompanyFile, Moment};
use crate::sync::{check_played, fact_labels, has_date};
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, Cut, Head, Pager, Terms};
use crate::web::pages::documents::subject::{document_path, list, list_path, title};
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{Cell, CompanyView, DocumentRow, Patience, Verdict};
use crate::web::words::meaning::quoted;
use crate::web::words::when::{Times, grouped};

#[derive(Template)]
#[template(path = "list.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ListTemplate<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    list: &'v List,
    /// A newer list is being made.
    is_old: bool,
    /// Whether such documents are exported on play.
    is_played: bool,
    asked: Asked,
    heads: Vec<Head>,
    chips: Vec<Chip<'v>>,
    rows: Vec<DocumentLine<'v>>,
    pager: Pager,
    /// How many of the rows on all pages are not done.
    open: usize,
    /// The page that settles those dated before a day, if such documents have a date.
    by_date: Option<String>,
    /// There are no such documents at all.
    is_empty: bool,
}

/// A word to filter by.
struct Chip<'v> {
    word: &'v str,
    count: String,
    link: String,
    is_chosen: bool,
}

/// A document, in a line.
struct DocumentLine<'v> {
    row: &'v DocumentRow,
    title: String,
    path: String,
    cells: Vec<(&'v str, &'static str, String)>,
    /// Why it is not done, in a line.
    why: Option<String>,
    /// QuickBooks has newer data for it.
    has_update: bool,
    /// What the building icon says.
    standing: String,
    last_sync: Option<Moment>,
    can_play: bool,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let list = list(visit)?;
    let view = view(visit, file)?;
    let documents = view.documents(&list.object);
    let asked = Asked::of(list_path(file, list), &visit.query, &Terms::PLAIN);
    let cut = asked.cut(documents);
    let is_played = check_played(visit.program(), &list.object).is_ok();
    let updates = updates(&view, list);
    let facts = fact_labels(visit.program(), &list.object);
    let rows = cut.rows.iter().map(|row| {
        let has_update = updates.contains(row.key.id.as_str());
        DocumentLine::of(file, (list, &facts), row, is_played, has_update, visit.times(file))
    });
    let template = ListTemplate {
        shell: visit.shell(&list.title, Some(file)),
        times: visit.times(file),
        file,
        list,
        is_old: view.is_old(file),
        is_played,
        heads: heads(list, &facts, &asked),
        chips: chips(&asked, &cut),
        rows: rows.collect(),
        pager: Pager::of(&asked, &cut, "document"),
        open: if is_played { open(&asked, documents) } else { 0 },
        by_date: has_date(visit.program(), &list.object).then(|| format!("{}/settle", asked.path)),
        is_empty: documents.is_empty(),
        asked,
    };
    visit.show(&template, &template.as_inside())
}

/// How many of the rows on all pages double play would take.
fn open(asked: &Asked, documents: &[DocumentRow]) -> usize {
    asked.unsorted().all(documents).iter().filter(|row| row.is_open).count()
}

fn view(visit: &Visit, file: &CompanyFile) -> Result<std::sync::Arc<CompanyView>, Trouble> {
    let patience = if visit.is_fragment { Patience::Long } else { Patience::Short };
    visit.site.views.get(file, patience)
}

/// The documents of the list for which QuickBooks has newer data.
fn updates<'v>(view: &'v CompanyView, list: &List) -> HashSet<&'v str> {
    let news = view.imports.iter().filter(|row| row.verdict == Verdict::Update && row.object == list.object);
    let records: HashSet<_> = news.map(|row| (&*row.key.record_type, &*row.key.id)).collect();
    if records.is_empty() {
        return HashSet::new();
    }
    let has_news = |row: &&DocumentRow| {
        let connection = row.connection.as_ref().filter(|it| !it.is_archived);
        connection.is_some_and(|it| records.contains(&(&*it.record_type, &*it.record_id)))
    };
    view.documents(&list.object).iter().filter(has_news).map(|row| row.key.id.as_str()).collect()
}

fn heads<'v>(list: &'v List, facts: &[(&'v str, bool)], asked: &Asked) -> Vec<Head> {
    let columns = list.columns.iter().map(|column| (column.label.as_str(), class(column.kind)));
    let facts = facts.iter().map(|(label, is_amount)| (*label, class(kind_of_fact(*is_amount))));
    let all = columns.chain(facts).chain([("Status", "")]).enumerate();
    let all = all.map(|(index, (label, class))| Head::of(asked, index, label, class));
    all.chain([Head::plain("Last sync")]).collect()
}

/// What a cell shows.
pub fn shown_cell(kind: ColumnKind, cell: &Cell) -> String {
    if matches!(kind, ColumnKind::Money | ColumnKind::Rate) { cell.grouped() } else { cell.text.clone() }
}

/// The kind of a column with what records tell.
pub fn kind_of_fact(is_amount: bool) -> ColumnKind {
    if is_amount { ColumnKind::Money } else { ColumnKind::Text }
}

/// The class of a cell.
pub fn class(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number | ColumnKind::Rate => "number",
        ColumnKind::Money => "number money",
        ColumnKind::Date => "date",
        ColumnKind::Text => "",
    }
}

fn chips<'v>(asked: &Asked, cut: &Cut<'v, DocumentRow>) -> Vec<Chip<'v>> {
    let all = Chip {
        word: "All",
        count: grouped(cut.words.values().sum()),
        link: asked.being("").link(),
        is_chosen: asked.word.is_empty(),
    };
    let chip = |(word, count): (&&'v str, &usize)| Chip {
        word,
        count: grouped(*count),
        link: asked.being(word).link(),
        is_chosen: asked.word.eq_ignore_ascii_case(word),
    };
    std::iter::once(all).chain(cut.words.iter().map(chip)).collect()
}

impl<'v> DocumentLine<'v> {
    fn of(
        file: &CompanyFile,
        (list, facts): (&'v List, &[(&'v str, bool)]),
        row: &'v DocumentRow,
        is_played: bool,
        has_update: bool,
        times: Times,
    ) -> Self {
        let columns = list.columns.iter().map(|it| (it.label.as_str(), it.kind));
        let facts = facts.iter().map(|(label, is_amount)| (*label, kind_of_fact(*is_amount)));
        let cells = columns.chain(facts).zip(&row.cells);
        Self {
            title: title(list, row),
            path: document_path(file, list, &row.key.id),
            cells: cells.map(|((label, kind), cell)| (label, class(kind), shown_cell(kind, cell))).collect(),
            why: row
                .by_hand
                .as_deref()
                .or(row.undone.as_deref())
                .or_else(|| row.wrong().and_then(|error| error.happened.lines().next()))
                .map(quoted),
            has_update,
            standing: standing(row, times),
            last_sync: row.last_sync,
            can_play: is_played
                && !row.is_of_record
                && !row.is_settled
                && row.by_hand.is_none()
                && !row.is_over(),
            row,
        }
    }

    fn connection(&self) -> &'static str {
        match &self.row.connection {
            Some(connection) if connection.is_archived => "archived",
            Some(_) => "connected",
            None => "none",
        }
    }
}

/// How a document stands, in a line.
pub fn standing(row: &DocumentRow, times: Times) -> String {
    let connection = match &row.connection {
        Some(connection) if connection.is_archived => "Connection archived",
        Some(_) => "Connected",
        None => "Not connected",
    };
    let last = row.last_sync.or(row.connection.as_ref().map(|it| it.connected_at));
    let last = last.map(|at| format!("; last update {}", times.at(&at))).unwrap_or_default();
    let state = if row.state.word == connection { String::new() } else { format!(". {}", row.state.word) };
    format!("{connection}{state}{last}")
}
