//! What the Imports page is asked for, and what there is of it.

use std::sync::Arc;

use crate::rules::Program;
use crate::rules::program::Object;
use crate::sync::stored::CompanyFile;
use crate::web::ground::fields::{Fields, segment};
use crate::web::listing::{Asked, Cut, Terms};
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyView, ImportRow, Patience, Verdict};

/// A list of records: of one object, of one tab, searched and sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportList {
    /// The object; empty if the rules import none.
    pub object: String,
    /// The records of that verdict, or all.
    pub tab: Option<Verdict>,
    /// All that was asked for; its word is the tab's name in the address.
    pub asked: Asked,
}

/// The tab that shows everything, in an address.
const ALL: &str = "all";

const TERMS: Terms = Terms { filters: &["object"], ..Terms::PLAIN };

impl ImportList {
    /// From the query of the page. What makes no sense is as if it were not there: the object is the
    /// one with most to do then.
    pub fn of(query: &Fields, program: &Program, file: &CompanyFile, view: &CompanyView) -> Self {
        let asked = Asked::of(path(file), query, &TERMS);
        let named = imported(program).find(|object| object.name == asked.filter("object"));
        let object = named.or_else(|| busiest(program, view)).map(|object| object.name.clone());
        let object = object.unwrap_or_default();
        let is_named = |verdict: &Verdict| verdict.words().1.eq_ignore_ascii_case(&asked.word);
        let tab = match Verdict::ALL.into_iter().find(is_named) {
            None if asked.word.eq_ignore_ascii_case(ALL) => None,
            found => Some(found.unwrap_or(Verdict::Importable)),
        };
        let asked = asked.with("object", &object).of_word(&tab_word(tab));
        Self { object, tab, asked }
    }

    /// The address of the same list on another tab.
    pub fn to_tab(&self, tab: Option<Verdict>) -> String {
        self.asked.being(&tab_word(tab)).link()
    }

    /// The page of the list.
    pub fn cut<'v>(&self, view: &'v CompanyView) -> Cut<'v, Arc<ImportRow>> {
        self.shown().cut(view.imports_of(&self.object))
    }

    /// Everything that the list shows, on all pages.
    pub fn all<'v>(&self, view: &'v CompanyView) -> Vec<&'v ImportRow> {
        let all = self.shown().unsorted().all(view.imports_of(&self.object));
        all.into_iter().map(|row| &**row).collect()
    }

    /// The same in the order in which the list shows it.
    pub fn in_order<'v>(&self, view: &'v CompanyView) -> Vec<&'v ImportRow> {
        let all = self.shown().all(view.imports_of(&self.object));
        all.into_iter().map(|row| &**row).collect()
    }

    fn shown(&self) -> Asked {
        self.asked.of_word(self.tab.map_or("", |verdict| verdict.words().1))
    }
}

/// What a tab is called in an address.
fn tab_word(tab: Option<Verdict>) -> String {
    match tab {
        None => ALL.to_owned(),
        Some(Verdict::Importable) => String::new(),
        Some(verdict) => verdict.words().1.to_lowercase(),
    }
}

/// How long a page waits for what it shows: who just did something wants to see it done.
pub fn patience(visit: &Visit) -> Patience {
    match (visit.is_fragment, visit.message.is_some()) {
        (true, _) => Patience::Long,
        (false, true) => Patience::Sure,
        (false, false) => Patience::Short,
    }
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/imports", file.id.0)
}

/// The objects that the rules import, in the order of the rule set.
pub fn imported(program: &Program) -> impl Iterator<Item = &Object> {
    program.objects.iter().filter(|object| object.import.is_some())
}

/// What people call documents of an object.
pub fn title(program: &Program, object: &str) -> String {
    let list = program.list_of(object).map(|list| list.title.as_str());
    let named = || program.object(object).map(|object| object.title.as_str());
    list.or_else(named).unwrap_or(object).to_owned()
}

/// How many records of an object wait for somebody.
pub fn to_do(view: &CompanyView, object: &str) -> usize {
    let is_open = |row: &&Arc<ImportRow>| matches!(row.verdict, Verdict::Importable | Verdict::Update);
    view.imports_of(object).iter().filter(is_open).count()
}

fn busiest<'p>(program: &'p Program, view: &CompanyView) -> Option<&'p Object> {
    // `max_by_key` takes the last of several greatest; the first is wanted.
    let all: Vec<&Object> = imported(program).collect();
    all.into_iter().rev().max_by_key(|object| to_do(view, &object.name))
}

/// `ItemServiceRet` as `Item Service`.
pub fn kind(record_type: &str) -> String {
    let stem = record_type.strip_suffix("Ret").unwrap_or(record_type);
    let mut words = String::with_capacity(stem.len() + 4);
    for letter in stem.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter);
    }
    words
}

/// The page of a record.
pub fn record_path(file: &CompanyFile, record_type: &str, id: &str) -> String {
    format!("/c/{}/records/{}/{}", file.id.0, segment(record_type), segment(id))
}
