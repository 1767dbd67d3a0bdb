//! `/c/{company}/imports`: records of QuickBooks that could become documents of Steelhead.

use askama::Template;

use crate::language::{say, t};
use crate::rules::Program;
use crate::sync::FieldUpdate;
use crate::sync::labelled;
use crate::sync::stored::{CompanyFile, DocumentKey, Moment};
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, Head, Pager};
use crate::web::pages::documents::names::Names;
use crate::web::pages::imports::list::{
    ImportList, imported, kind, path, patience, record_path, title, to_do,
};
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyView, ImportRow, Verdict};
use crate::web::words::filters;
use crate::web::words::when::{Times, counted, grouped};

/// Updated fields that a row shows; the record's page shows all.
const FIELDS: usize = 4;

#[derive(Template)]
#[template(path = "imports.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ImportsPage {
    shell: Shell,
    times: Times,
    path: String,
    live: String,
    /// A newer list is being made.
    is_old: bool,
    last_read: Option<Moment>,
    is_read_asked: bool,
    objects: Vec<ObjectChoice>,
    object_title: String,
    asked: Asked,
    /// This very list, for news of it.
    here: String,
    tab: Option<Verdict>,
    tabs: Vec<VerdictTab>,
    /// How many records the rules or a filter hold back.
    held: usize,
    /// How many there are of them and of the others.
    of_all: usize,
    has_kinds: bool,
    heads: Vec<Head>,
    rows: Vec<RecordLine>,
    pager: Pager,
    bulk: Bulk,
}

/// An object to choose.
struct ObjectChoice {
    name: String,
    label: String,
    is_chosen: bool,
}

/// Records of one verdict.
struct VerdictTab {
    label: &'static str,
    count: String,
    path: String,
    is_chosen: bool,
    has_news: bool,
}

/// A record.
struct RecordLine {
    /// What stands for it in a form.
    value: String,
    name: String,
    path: String,
    kind: String,
    verdict: Verdict,
    summary: String,
    why: String,
    /// The document that it is connected to, as people call it.
    document: Option<String>,
    updates: Vec<FieldUpdate>,
    /// Updated fields that are not shown.
    more: usize,
}

/// What a bulk action would do with everything in the list.
pub struct Bulk {
    /// Records that would be imported.
    pub imports: usize,
    /// Documents that would be updated.
    pub updates: usize,
    /// A hash of all of it.
    pub seen: String,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let view = visit.view(file, patience(visit))?;
    let list = ImportList::of(&visit.query, visit.program(), file, &view);
    let cut = list.cut(&view);
    let has_kinds = has_kinds(visit.program(), &list.object);
    let page = ImportsPage {
        shell: visit.shell(t("Imports"), Some(file)),
        times: visit.times(file),
        path: path(file),
        live: format!("/live/{}?seen={}", file.id.0, file.changes),
        is_old: view.is_old(file),
        last_read: file.last_read,
        is_read_asked: file.is_read_asked,
        objects: choices(visit.program(), &view, &list.object),
        object_title: title(visit.program(), &list.object),
        here: list.asked.on_page(cut.page).link(),
        tab: list.tab,
        tabs: tabs(&list, |word| cut.words.get(word).copied().unwrap_or_default()),
        held: cut.words.get(Verdict::Filtered.words().1).copied().unwrap_or_default(),
        of_all: cut.words.values().sum(),
        has_kinds,
        heads: heads(&list, has_kinds),
        rows: cut.rows.iter().map(|row| RecordLine::of(row, visit, file)).collect(),
        pager: Pager::of(&list.asked, &cut, "record"),
        bulk: Bulk::of(&list.all(&view)),
        asked: list.asked,
    };
    visit.show(&page, &page.as_inside())
}

impl Bulk {
    /// What a bulk action would do with these rows.
    pub fn of(rows: &[&ImportRow]) -> Self {
        let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
        // The order of the rows does not matter.
        let seen = rows.iter().fold(0_u64, |all, row| all.wrapping_add(row.seen));
        Self {
            imports: count(Verdict::Importable),
            updates: count(Verdict::Update),
            seen: format!("{}-{seen:x}", rows.len()),
        }
    }

    fn all(&self) -> String {
        grouped(self.imports + self.updates)
    }

    fn all_imports(&self) -> String {
        grouped(self.imports)
    }

    fn all_updates(&self) -> String {
        grouped(self.updates)
    }

    fn records(&self) -> String {
        counted(self.imports, "record")
    }

    fn documents(&self) -> String {
        counted(self.updates, "document")
    }

    fn both(&self) -> String {
        let imports = counted(self.imports, "record");
        let updates = counted(self.updates, "document");
        match (self.imports, self.updates) {
            (_, 0) => say!("import {imports}", imports),
            (0, _) => say!("update {updates} with newer data", updates),
            _ => say!("import {imports} and update {updates} with newer data", imports, updates),
        }
    }
}

impl RecordLine {
    fn of(row: &ImportRow, visit: &Visit, file: &CompanyFile) -> Self {
        let titled = |key: &DocumentKey| {
            Names::new(visit, file).of(key).map_or_else(|| key.to_string(), |named| named.title)
        };
        let shown = row.updates.get(..FIELDS).unwrap_or(&row.updates);
        Self {
            value: value(row),
            name: if row.name.is_empty() { row.key.id.clone() } else { row.name.clone() },
            path: record_path(file, &row.key.record_type, &row.key.id),
            kind: kind(&row.key.record_type),
            verdict: row.verdict,
            summary: row.summary.clone(),
            why: row.why.clone(),
            document: row.document.as_ref().map(titled),
            updates: labelled(visit.program().list_of(&row.object), shown),
            more: row.updates.len().saturating_sub(FIELDS),
        }
    }
}

/// The value of a row in a form: which record, and a hash of what the page showed of it.
pub fn value(row: &ImportRow) -> String {
    format!("{} {} {:x}", row.key.record_type, row.key.id, row.seen)
}

fn choices(program: &Program, view: &CompanyView, chosen: &str) -> Vec<ObjectChoice> {
    let choice = |object: &crate::rules::program::Object| {
        let (title, open) = (title(program, &object.name), to_do(view, &object.name));
        let label = if open == 0 { title } else { format!("{title} ({})", grouped(open)) };
        ObjectChoice { name: object.name.clone(), label, is_chosen: object.name == chosen }
    };
    imported(program).map(choice).collect()
}

fn tabs(list: &ImportList, count: impl Fn(&str) -> usize) -> Vec<VerdictTab> {
    let tab = |label, verdict: Option<Verdict>| {
        let count = match verdict {
            Some(verdict) => count(verdict.words().1),
            None => Verdict::ALL.iter().map(|verdict| count(verdict.words().1)).sum(),
        };
        VerdictTab {
            label,
            count: grouped(count),
            path: list.to_tab(verdict),
            is_chosen: list.tab == verdict,
            has_news: verdict == Some(Verdict::Update) && count > 0,
        }
    };
    vec![
        tab(t("Importable"), Some(Verdict::Importable)),
        tab(t("Updates"), Some(Verdict::Update)),
        tab(t("Connected"), Some(Verdict::Connected)),
        tab(t("Archived"), Some(Verdict::Archived)),
        tab(t("Ignored"), Some(Verdict::Ignored)),
        tab(t("Filtered out"), Some(Verdict::Filtered)),
        tab(t("All"), None),
    ]
}

/// Whether an object's records are of several types.
fn has_kinds(program: &Program, object: &str) -> bool {
    let import = program.object(object).and_then(|object| object.import.as_ref());
    import.is_some_and(|import| import.from.len() > 1)
}

fn heads(list: &ImportList, has_kinds: bool) -> Vec<Head> {
    let all = [(t("Name"), true), (t("Type"), has_kinds), (t("State"), list.tab.is_none())];
    let mut heads: Vec<Head> = Vec::new();
    for (column, (label, _)) in all.into_iter().enumerate().filter(|(_, (_, is_shown))| *is_shown) {
        heads.push(Head::of(&list.asked, column, label, ""));
    }
    let about = match list.tab {
        Some(Verdict::Importable) => t("Becomes"),
        Some(Verdict::Update) => t("Field, old and new value"),
        Some(Verdict::Connected | Verdict::Archived) => t("Document"),
        Some(Verdict::Ignored) => t("Why"),
        Some(Verdict::Filtered) => t("Why not"),
        None => t("Details"),
    };
    heads.push(Head::plain(about));
    heads
}
