//! `/c/{company}/rules`: the rules that are in use, to be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;

use crate::people::Role;
use crate::rules::compile;
use crate::rules::source::Source;
use crate::sync::stored::CompanyFile;
use crate::web::draw::finding::Finding;
use crate::web::draw::highlight::{CodePiece, highlight};
use crate::web::ground::cases::TriedLine;
use crate::web::ground::fields;
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::when::counted;

#[derive(Template)]
#[template(path = "rules.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct RulesPage {
    shell: Shell,
    name: String,
    version: String,
    folders: Vec<Folder>,
    file: String,
    lines: Vec<RuleLine>,
    may_try: bool,
    try_link: String,
    findings: usize,
    /// What can be tried in the file, and what is, if there are cases.
    tried: String,
}

/// Files of one folder.
pub struct Folder {
    /// The folder.
    name: String,
    /// Its files.
    files: Vec<FileLink>,
}

/// A file to choose.
struct FileLink {
    name: String,
    href: String,
    is_shown: bool,
}

/// A line of a file.
pub struct RuleLine {
    /// From 1.
    pub number: u32,
    /// Its text, in colours.
    pub pieces: Vec<CodePiece>,
    /// Whether it was asked for.
    pub is_marked: bool,
    /// What the checker says of it.
    pub findings: Vec<Finding>,
    /// What cases do with it.
    pub tried: TriedLine,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let program = visit.program();
    let source = chosen(visit, visit.query.get("file"))?;
    let marked = visit.query.get("line").parse().ok();
    let all = findings(visit, file);
    let tried = visit.site.cases.lines(&source.path);
    let here: Vec<&Finding> = all.iter().filter(|it| it.path == source.path).collect();
    let page = RulesPage {
        shell: visit.shell("Rules", Some(file)),
        name: program.name.clone(),
        version: program.version.to_string(),
        folders: folders(visit, file, &source.path),
        file: source.path.clone(),
        lines: lines(source, marked, &here, &tried),
        may_try: visit.may(Role::Administrator),
        try_link: link(&format!("{}/try", path(file)), &source.path),
        findings: here.len(),
        tried: told_of(&tried),
    };
    visit.show(&page, &page.as_inside())
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/rules", file.id.0)
}

/// Whether a file of the rule set is that of an object, by its name.
pub fn is_of(path: &str, object: &str) -> bool {
    let stem = path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
    let folded = |name: &str| name.replace('_', "").to_lowercase();
    folded(stem) == folded(object)
}

/// The file of that name among those of the rule set, and nothing else; if none is named, that of the first object in
/// the menu.
pub fn chosen<'v>(visit: &'v Visit, name: &str) -> Result<&'v Source, Trouble> {
    let all: Vec<&Source> = visit.program().sources.iter().map(|(_, source)| source).collect();
    let found = if name.is_empty() {
        let first = visit.program().lists().first().map(|list| list.object.as_str());
        let of_first = |source: &&&Source| first.is_some_and(|object| is_of(&source.path, object));
        all.iter().find(of_first).or_else(|| all.first())
    } else {
        all.iter().find(|source| source.path == name)
    };
    found.copied().ok_or(Trouble::NotFound)
}

/// What the checker says of the rules in use. It has no errors, or they would not be.
fn findings(visit: &Visit, file: &CompanyFile) -> Arc<[Finding]> {
    let mut known = visit.site.findings.lock();
    let find = || {
        let compiled = compile(&visit.program().files);
        compiled.diagnostics.iter().map(|it| Finding::of(it, &compiled.sources)).collect()
    };
    known.entry(file.layers.clone()).or_insert_with(find).clone()
}

/// How many lines cases try, in words.
fn told_of(tried: &BTreeMap<u32, TriedLine>) -> String {
    match tried.values().filter(|line| line.is_tried).count() {
        _ if tried.is_empty() => String::new(),
        all if all == tried.len() => {
            format!("Cases try each of the {} that decide something.", counted(all, "line"))
        }
        some => format!("Cases try {some} of the {} that decide something.", counted(tried.len(), "line")),
    }
}

fn lines(
    source: &Source,
    marked: Option<u32>,
    findings: &[&Finding],
    tried: &BTreeMap<u32, TriedLine>,
) -> Vec<RuleLine> {
    let lines = (1..).zip(highlight(&source.path, &source.text));
    lines
        .map(|(number, pieces)| RuleLine {
            number,
            pieces,
            is_marked: marked == Some(number),
            findings: findings.iter().filter(|it| it.line == number).map(|it| (*it).clone()).collect(),
            tried: tried.get(&number).cloned().unwrap_or_default(),
        })
        .collect()
}

/// The files of the rule set by folder, with links to a page of each.
fn folders(visit: &Visit, file: &CompanyFile, shown: &str) -> Vec<Folder> {
    let mut folders: Vec<Folder> = Vec::new();
    for (_, source) in visit.program().sources.iter() {
        let (folder, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
        let link = FileLink {
            name: name.to_owned(),
            href: link(&path(file), &source.path),
            is_shown: source.path == shown,
        };
        match folders.iter_mut().find(|it| it.name == folder) {
            Some(known) => known.files.push(link),
            None => folders.push(Folder { name: folder.to_owned(), files: vec![link] }),
        }
    }
    folders
}

/// A path with a file of the rule set in its query.
pub fn link(path: &str, file: &str) -> String {
    fields::link(path, [("file", file)])
}
