//! `/c/{company}/rules`: the rules that are in use, to be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;

use crate::language::{say, t};
use crate::people::Role;
use crate::rules::Program;
use crate::rules::compile;
use crate::rules::source::{Source, Span};
use crate::rules::uses::Thing;
use crate::sync::stored::CompanyFile;
use crate::web::draw::finding::Finding;
use crate::web::draw::highlight::{CodePiece, highlight};
use crate::web::draw::qbxml_view::uses_link;
use crate::web::draw::step_card::RuleLink;
use crate::web::ground::cases::TriedLine;
use crate::web::ground::fields;
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
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
    uses: Vec<UsedThing>,
}

/// Rule sets of which it is kept what the checker says of them.
const FINDINGS: usize = 64;

/// Something that was asked for, with all that uses it.
struct UsedThing {
    /// What it is called.
    name: String,
    /// Where it is declared; nothing for what comes with Ferrule or QuickBooks.
    defined: Option<RuleLink>,
    /// The lines that name it.
    places: Vec<UsedPlace>,
}

/// A line that names something.
struct UsedPlace {
    rule: RuleLink,
    text: String,
}

/// Text of one colour, with who else uses what it names.
pub struct NamedPiece {
    /// The class of its colour.
    class: &'static str,
    /// The text.
    text: String,
    /// Where all uses are shown.
    href: Option<String>,
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
    pub pieces: Vec<NamedPiece>,
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
    let asked = visit.query.get("uses");
    let asked: Vec<&Thing> = program.uses.things.iter().filter(|thing| thing.name == asked).collect();
    let places = || asked.iter().flat_map(|thing| thing.defined.iter().chain(&thing.used));
    let first = places().next();
    let of_first = first.map_or("", |span| program.sources.path(span.file));
    let named = Some(visit.query.get("file")).filter(|name| !name.is_empty());
    let source = chosen(visit, named.unwrap_or(of_first))?;
    let mut marked: Vec<u32> = visit.query.get("line").parse().into_iter().collect();
    let here = places().filter(|span| program.sources.path(span.file) == source.path);
    marked.extend(here.map(|span| program.sources.position(*span).line));
    let all = findings(visit);
    // The cases are about the rules of domains that have none of their own.
    let is_usual = visit.site.rules.is_usual(&visit.set);
    let tried = || visit.site.cases.lines(&source.path, &visit.set.fingerprint);
    let tried = if is_usual { tried() } else { BTreeMap::new() };
    let here: Vec<&Finding> = all.iter().filter(|it| it.path == source.path).collect();
    let page = RulesPage {
        shell: visit.shell(t("Rules"), Some(file)),
        name: program.name.clone(),
        version: program.version.to_string(),
        folders: folders(visit, file, &source.path),
        file: source.path.clone(),
        lines: lines(visit, file, source, &marked, &here, &tried),
        uses: asked.into_iter().map(|thing| used_thing(thing, program, file)).collect(),
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
fn findings(visit: &Visit) -> Arc<[Finding]> {
    let mut known = visit.site.findings.lock();
    if known.len() >= FINDINGS {
        known.clear();
    }
    let find = || {
        let compiled = compile(&visit.program().files);
        compiled.diagnostics.iter().map(|it| Finding::of(it, &compiled.sources)).collect()
    };
    known.entry(visit.rules.fingerprint.clone()).or_insert_with(find).clone()
}

/// How many lines cases try, in words.
fn told_of(tried: &BTreeMap<u32, TriedLine>) -> String {
    match tried.values().filter(|line| line.is_tried).count() {
        _ if tried.is_empty() => String::new(),
        all if all == tried.len() => {
            say!("Cases try each of the {count} that decide something.", count = counted(all, "line"))
        }
        some => {
            say!("Cases try {some} of the {n} that decide something.", some, n = counted(tried.len(), "line"))
        }
    }
}

fn lines(
    visit: &Visit,
    file: &CompanyFile,
    source: &Source,
    marked: &[u32],
    findings: &[&Finding],
    tried: &BTreeMap<u32, TriedLine>,
) -> Vec<RuleLine> {
    let program = visit.program();
    let id = program.sources.iter().find(|(_, other)| other.path == source.path).map(|(id, _)| id);
    let places = id.map(|id| program.uses.of_file(id)).unwrap_or_default();
    let starts = std::iter::once(0).chain(source.text.match_indices('\n').map(|(at, _)| at + 1));
    let lines = (1..).zip(highlight(&source.path, &source.text)).zip(starts);
    lines
        .map(|((number, pieces), start)| RuleLine {
            number,
            pieces: named(pieces, start, &places, file),
            is_marked: marked.contains(&number),
            findings: findings.iter().filter(|it| it.line == number).map(|it| (*it).clone()).collect(),
            tried: tried.get(&number).cloned().unwrap_or_default(),
        })
        .collect()
}

/// The pieces of a line that begins at a byte of its file, cut where names begin and end.
fn named(
    pieces: Vec<CodePiece>,
    start: usize,
    places: &[(Span, &Thing)],
    file: &CompanyFile,
) -> Vec<NamedPiece> {
    let mut named = Vec::new();
    let mut at = start;
    for CodePiece { class, text } in pieces {
        let mut rest = text.as_str();
        let first = places.partition_point(|(span, _)| (span.start as usize) < at);
        for (span, thing) in places.get(first..).unwrap_or_default() {
            let (from, to) = (span.start as usize, span.end as usize);
            if from < at || to > at + rest.len() {
                if from >= at + rest.len() {
                    break;
                }
                continue;
            }
            let (Some(before), Some(name), Some(after)) =
                (rest.get(..from - at), rest.get(from - at..to - at), rest.get(to - at..))
            else {
                continue;
            };
            named.push(NamedPiece { class, text: before.to_owned(), href: None });
            named.push(NamedPiece { class, text: name.to_owned(), href: Some(uses_link(file, &thing.name)) });
            (rest, at) = (after, to);
        }
        named.push(NamedPiece { class, text: rest.to_owned(), href: None });
        at += rest.len();
    }
    named.retain(|piece| !piece.text.is_empty());
    named
}

fn used_thing(thing: &Thing, program: &Program, file: &CompanyFile) -> UsedThing {
    let rule = |span: &Span| {
        RuleLink::to(file, program.sources.path(span.file), program.sources.position(*span).line)
    };
    let place = |span: &Span| {
        let source = program.sources.get(span.file);
        let text = source.map_or("", |source| source.line(span.start as usize).2.trim());
        UsedPlace { rule: rule(span), text: text.to_owned() }
    };
    let mut places: Vec<UsedPlace> = thing.used.iter().map(place).collect();
    places.dedup_by(|a, b| a.rule == b.rule);
    UsedThing { name: thing.name.clone(), defined: thing.defined.as_ref().map(rule), places }
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
