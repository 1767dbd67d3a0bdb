//! `/c/{company}/integrations/visits/{visit}/found`: the records that a visit met otherwise than they were known, with
//! import and ignore beside each.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;

use crate::activity::{Found, FoundAs};
use crate::catalogue;
use crate::language::{marked, t};
use crate::sync::stored::{CompanyFile, RecordKey, SessionId};
use crate::text::order::as_people_count;
use crate::web::draw::step_card::capital;
use crate::web::ground::fields::segment;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::{Asked, Head, Pager, Row, Terms};
use crate::web::pages::documents::names::Names;
use crate::web::pages::imports::list::{path as imports_path, patience, record_path};
use crate::web::pages::imports::page::value;
use crate::web::pages::integrations::page as integrations;
use crate::web::pages::integrations::session::found_words;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{ImportRow, Verdict};
use crate::web::words::filters;
use crate::web::words::when::grouped;

/// Records of one visit that are looked at.
const MOST: usize = 100_000;
/// What a record is that no rule imports.
const OTHER: &str = marked("Not for import");

#[derive(Template)]
#[template(path = "found.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct FoundPage<'v> {
    shell: Shell,
    visits: String,
    visit: i64,
    back: String,
    summary: String,
    imports: String,
    asked: Asked,
    chips: Vec<(String, String, String, bool)>,
    heads: Vec<Head>,
    rows: Vec<ShownRow<'v>>,
    pager: Pager,
}

/// A record that was found.
struct FoundRow {
    found: Found,
    kind: String,
    /// What becomes of it, if rules import such records.
    import: Option<Arc<ImportRow>>,
    search: String,
}

/// The same, as it is shown.
struct ShownRow<'v> {
    row: &'v FoundRow,
    name: String,
    path: String,
    /// What stands for it in a form, and for the list that it is in.
    value: String,
    list: String,
}

impl FoundRow {
    fn of(found: Found, import: Option<Arc<ImportRow>>) -> Self {
        let kind = capital(&catalogue::words(&found.record.record_type));
        let name = import.as_ref().map_or("", |row| row.name.as_str());
        let search = format!("{name}\n{kind}\n{}", found.what.name()).to_lowercase();
        Self { found, kind, import, search }
    }

    fn verdict(&self) -> Option<Verdict> {
        self.import.as_ref().filter(|_| self.found.what != FoundAs::Gone).map(|row| row.verdict)
    }

    /// What can be done about it stands first.
    fn rank(&self) -> (bool, Option<Verdict>, &str, &str) {
        let name = self.import.as_ref().map_or("", |row| row.name.as_str());
        (self.verdict().is_none(), self.verdict(), &self.kind, name)
    }
}

impl Row for FoundRow {
    fn search(&self) -> &str {
        &self.search
    }

    fn word(&self) -> &str {
        self.verdict().map_or(OTHER, |verdict| verdict.words().1)
    }

    fn in_order(&self, other: &Self, column: usize) -> Ordering {
        match column {
            0 => as_people_count(&self.search, &other.search),
            1 => self.kind.cmp(&other.kind),
            2 => self.found.what.cmp(&other.found.what),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let id: i64 = visit.name("visit").parse().map_err(|_| Trouble::NotFound)?;
    let activity = &visit.site.activity;
    if activity.visit(file.id, SessionId(id), 0)?.is_none() {
        return Err(Trouble::NotFound);
    }
    let found = activity.found_in(file.id, SessionId(id), MOST)?;
    let view = visit.view(file, patience(visit))?;
    let mut imports: HashMap<&RecordKey, &Arc<ImportRow>> = HashMap::new();
    for row in view.imports.iter() {
        let known = imports.entry(&row.key).or_insert(row);
        if row.verdict < known.verdict {
            *known = row;
        }
    }
    let with_fate = |it: Found| {
        let import = imports.get(&it.record).map(|row| Arc::clone(row));
        FoundRow::of(it, import)
    };
    let mut rows: Vec<FoundRow> = found.into_iter().map(with_fate).collect();
    rows.sort_by(|a, b| a.rank().cmp(&b.rank()));
    let back = format!("{}/visits/{id}", integrations::path(file));
    let asked = Asked::of(format!("{back}/found"), &visit.query, &Terms::PLAIN);
    let cut = asked.cut(&rows);
    let all = (t("All").to_owned(), grouped(rows.len()), asked.being("").link(), asked.word.is_empty());
    let chip = |(word, count): (&&str, &usize)| {
        let is_chosen = asked.word.eq_ignore_ascii_case(word);
        ((*word).to_owned(), grouped(*count), asked.being(word).link(), is_chosen)
    };
    let names = Names::new(visit, file);
    let page = FoundPage {
        shell: visit.shell(t("What a visit found"), Some(file)),
        visit: id,
        visits: integrations::path(file),
        back,
        summary: capital(&found_words(&activity.found_counts(file.id, SessionId(id))?).join(", ")),
        imports: imports_path(file),
        chips: std::iter::once(all).chain(cut.words.iter().map(chip)).collect(),
        heads: heads(&asked),
        pager: Pager::of(&asked, &cut, "record"),
        rows: cut.rows.iter().map(|row| shown(row, file, &names)).collect(),
        asked: asked.clone(),
    };
    visit.show(&page, &page.as_inside())
}

fn heads(asked: &Asked) -> Vec<Head> {
    let sorted = [t("Record"), t("Type"), t("Found"), t("Import")].into_iter().enumerate();
    sorted.map(|(column, label)| Head::of(asked, column, label, "")).collect()
}

fn shown<'v>(row: &'v FoundRow, file: &CompanyFile, names: &Names<'_>) -> ShownRow<'v> {
    let RecordKey { record_type, id } = &row.found.record;
    let own = row.import.as_ref().map(|it| it.name.clone()).filter(|name| !name.is_empty());
    let name = own.or_else(|| names.called(&row.found.record)).unwrap_or_else(|| row.kind.clone());
    let is_there = row.found.what != FoundAs::Gone;
    ShownRow {
        name,
        path: if is_there { record_path(file, record_type, id) } else { String::new() },
        value: row.import.as_ref().map(|it| value(it)).unwrap_or_default(),
        list: row.import.as_ref().map(|it| format!("object={}", segment(&it.object))).unwrap_or_default(),
        row,
    }
}
