//! `/c/{company}/search`: one search over all documents and all records.

use askama::Template;

use crate::language::t;
use crate::rules::program::List;
use crate::sync::stored::CompanyFile;
use crate::web::ground::fields::link;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, LONGEST, Row};
use crate::web::pages::documents::list::shown_cell;
use crate::web::pages::documents::subject::{document_path, list_path, title};
use crate::web::pages::imports::list::{kind, record_path};
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyView, DocumentRow, Patience, RecordRow};
use crate::web::words::filters;
use crate::web::words::when::counted;

/// What is shown of each kind.
const SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "search.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct SearchPage {
    shell: Shell,
    path: String,
    search: String,
    /// How much was found, in words; empty if nothing was asked for.
    found: String,
    groups: Vec<Group>,
}

/// What was found of one kind.
struct Group {
    title: String,
    count: usize,
    hits: Vec<Hit>,
    /// The list with all of them; empty for records, which have none.
    all: String,
}

/// Something that was found.
struct Hit {
    href: String,
    name: String,
    /// What else is told of it; none of these is broken over two lines if it need not be.
    about: Vec<String>,
    /// The kind of pill and its word; empty for a record.
    state: (String, String),
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let search: String = visit.query.get("q").chars().take(LONGEST).collect();
    let mut groups = Vec::new();
    if !search.is_empty() {
        let view = visit.view(file, Patience::Short)?;
        groups.extend(visit.program().lists().into_iter().map(|list| documents(file, list, &view, &search)));
        groups.extend(records(file, &view, &search));
        groups.retain(|group| group.count > 0);
    }
    let count = groups.iter().map(|group| group.count).sum();
    let page = SearchPage {
        shell: visit.shell(t("Search"), Some(file)),
        path: format!("/c/{}/search", file.id.0),
        found: if search.is_empty() { String::new() } else { counted(count, "result") },
        groups,
        search,
    };
    visit.show(&page, &page.as_inside())
}

fn documents(file: &CompanyFile, list: &List, view: &CompanyView, search: &str) -> Group {
    let found = best_first(Asked::searching(search).all(view.documents(&list.object)), search);
    let hit = |row: &&DocumentRow| {
        let cells = list.columns.iter().zip(&row.cells).skip(1);
        let about: Vec<String> =
            cells.map(|(column, cell)| shown_cell(column.kind, cell)).filter(|it| !it.is_empty()).collect();
        Hit {
            href: document_path(file, list, &row.key.id),
            name: title(list, row),
            about,
            state: (row.state.pill.clone(), row.state.word.clone()),
        }
    };
    Group {
        title: list.title.clone(),
        count: found.len(),
        hits: found.iter().take(SHOWN).map(hit).collect(),
        all: link(&list_path(file, list), [("q", search)]),
    }
}

/// Records by their types, in the order of the types' names.
fn records(file: &CompanyFile, view: &CompanyView, search: &str) -> Vec<Group> {
    let found = best_first(Asked::searching(search).all(view.records.iter()), search);
    let mut groups: Vec<Group> = Vec::new();
    for row in found {
        let title = format!("QuickBooks: {}", kind(&row.key.record_type));
        let place = groups.iter().position(|group| group.title == title).unwrap_or_else(|| {
            groups.push(Group { title, count: 0, hits: Vec::new(), all: String::new() });
            groups.len() - 1
        });
        let Some(group) = groups.get_mut(place) else { continue };
        group.count += 1;
        if group.hits.len() < SHOWN {
            group.hits.push(Hit::of(file, row));
        }
    }
    groups.sort_by(|a, b| a.title.cmp(&b.title));
    groups
}

impl Hit {
    fn of(file: &CompanyFile, row: &RecordRow) -> Self {
        let name = if row.name.is_empty() { &row.key.id } else { &row.name };
        Self {
            href: record_path(file, &row.key.record_type, &row.key.id),
            name: name.clone(),
            about: vec![row.about.clone()],
            state: (String::new(), String::new()),
        }
    }
}

/// First what holds exactly what was looked for, as a number or a name.
fn best_first<'r, R: Row>(mut found: Vec<&'r R>, search: &str) -> Vec<&'r R> {
    let search = search.to_lowercase();
    found.sort_by_key(|row| !row.search().lines().any(|line| line == search));
    found
}
