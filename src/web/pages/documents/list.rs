//! `/c/{company}/{object}`: Invoicing, Bills, Customers and all other lists of documents.

use std::collections::HashSet;

use askama::Template;

use crate::sync::check_played;
use crate::sync::stored::{CompanyFile, Moment};
use crate::web::pages::documents::subject::{document_path, list, list_path, query_of, title};
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::trouble::Trouble;
use crate::web::views::{Cell, DocumentRow, Kind, List, ListPage, Patience, Verdict, View, Wanted};
use crate::web::words::meaning::quoted;
use crate::web::words::when::{Times, counted, grouped};

#[derive(Template)]
#[template(path = "list.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ListTemplate<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    list: &'v List,
    /// A newer list is being made.
    is_old: bool,
    path: String,
    /// Whether such documents are exported on play.
    is_played: bool,
    wanted: Wanted,
    /// What was asked for, for news of the same.
    query: String,
    heads: Vec<Head<'v>>,
    chips: Vec<Chip<'v>>,
    rows: Vec<Line<'v>>,
    /// `51–100 of 1,234`.
    shown: String,
    earlier: Option<String>,
    later: Option<String>,
    /// How many are listed on all pages that are not done.
    open: usize,
    /// There are no such documents at all.
    is_empty: bool,
}

/// The head of a column.
struct Head<'v> {
    label: &'v str,
    kind: &'static str,
    to: String,
    /// `ascending` or `descending`, if the list is sorted by it.
    sorted: Option<&'static str>,
}

/// A word to filter by.
struct Chip<'v> {
    word: &'v str,
    count: String,
    to: String,
    is_chosen: bool,
}

/// A document, in a line.
struct Line<'v> {
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
    let wanted = Wanted::of(&visit.query);
    let page = wanted.cut(documents);
    let is_played = check_played(visit.program(), &list.object).is_ok();
    let updates = updates(&view, list);
    let rows = page.rows.iter().map(|row| {
        let has_update = updates.contains(row.key.id.as_str());
        Line::of(file, list, row, is_played, has_update, visit.times(file))
    });
    let template = ListTemplate {
        shell: visit.shell(&list.title, Some(file)),
        times: visit.times(file),
        file,
        list,
        is_old: view.is_old(file),
        path: list_path(file, list),
        is_played,
        heads: heads(list, &wanted),
        chips: chips(&wanted, &page),
        rows: rows.collect(),
        shown: shown(&wanted, &page),
        earlier: (page.page > 1).then(|| wanted.to_page(page.page - 1)),
        later: (page.page < page.pages).then(|| wanted.to_page(page.page + 1)),
        open: if is_played { open(&wanted, documents) } else { 0 },
        is_empty: documents.is_empty(),
        query: query_of(&wanted),
        wanted,
    };
    visit.show(&template, &template.as_inside())
}

/// How many of those that are wanted, on all pages, double play would take.
fn open(wanted: &Wanted, documents: &[DocumentRow]) -> usize {
    let in_no_order = Wanted { sort: None, ..wanted.clone() };
    in_no_order.all(documents).iter().filter(|row| row.is_open).count()
}

fn view(visit: &Visit, file: &CompanyFile) -> Result<std::sync::Arc<View>, Trouble> {
    let patience = if visit.is_fragment { Patience::Long } else { Patience::Short };
    visit.site.views.get(file, patience)
}

/// The documents of the list for which QuickBooks has newer data.
fn updates<'v>(view: &'v View, list: &List) -> HashSet<&'v str> {
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

fn heads<'v>(list: &'v List, wanted: &Wanted) -> Vec<Head<'v>> {
    let head = |(index, label, kind): (usize, &'v str, Kind)| Head {
        label,
        kind: class(kind),
        to: wanted.sorted(index),
        sorted: (wanted.sort == Some(index)).then_some(if wanted.is_down {
            "descending"
        } else {
            "ascending"
        }),
    };
    let columns = list.columns.iter().enumerate();
    let columns = columns.map(|(index, column)| (index, column.label.as_str(), column.kind));
    columns.chain([(list.columns.len(), "Status", Kind::Text)]).map(head).collect()
}

/// What a cell shows.
pub fn shown_cell(kind: Kind, cell: &Cell) -> String {
    if kind == Kind::Money { cell.grouped() } else { cell.text.clone() }
}

/// The class of a cell.
pub fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Money => "number money",
        Kind::Date => "date",
        Kind::Text => "",
    }
}

fn chips<'v>(wanted: &Wanted, page: &ListPage<'v, DocumentRow>) -> Vec<Chip<'v>> {
    let all = Chip {
        word: "All",
        count: grouped(page.words.values().sum()),
        to: wanted.being(""),
        is_chosen: wanted.word.is_empty(),
    };
    let chip = |(word, count): (&&'v str, &usize)| Chip {
        word,
        count: grouped(*count),
        to: wanted.being(word),
        is_chosen: wanted.word.eq_ignore_ascii_case(word),
    };
    std::iter::once(all).chain(page.words.iter().map(chip)).collect()
}

fn shown(wanted: &Wanted, page: &ListPage<'_, DocumentRow>) -> String {
    let first = (page.page - 1) * wanted.per;
    match page.found {
        0 => "None".to_owned(),
        found if page.pages == 1 => counted(found, "document"),
        found => format!(
            "{}–{} of {}",
            grouped(first + 1),
            grouped(first + page.rows.len()),
            counted(found, "document")
        ),
    }
}

impl<'v> Line<'v> {
    fn of(
        file: &CompanyFile,
        list: &'v List,
        row: &'v DocumentRow,
        is_played: bool,
        has_update: bool,
        times: Times,
    ) -> Self {
        let cells = list.columns.iter().zip(&row.cells);
        Self {
            title: title(list, row),
            path: document_path(file, list, &row.key.id),
            cells: cells
                .map(|(it, cell)| (it.label.as_str(), class(it.kind), shown_cell(it.kind, cell)))
                .collect(),
            why: row.error.as_ref().and_then(|error| error.happened.lines().next()).map(quoted),
            has_update,
            standing: standing(row, times),
            last_sync: row.last_sync,
            can_play: is_played && !row.is_of_record && !row.is_settled && !row.is_over(),
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
    format!("{connection}. {}{last}", row.state.word)
}
