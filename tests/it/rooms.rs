//! The house: which room stands above which, and that no files lean on each other in a ring.
//!
//! A new file belongs into the lowest room that has all it needs: a room imports from rooms that stand before it
//! in [`ROOMS`], never from later ones. `docs/architecture.md` says what each room is about.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// The rooms from the ground up. A room whose name has another's before it is a part of that.
const ROOMS: [&str; 57] = [
    // The ground: texts, XML, secrets, how others are called, the Web Connector's calls, the vocabulary of qbXML.
    "text",
    "xml",
    "secrets",
    "calls",
    "wire",
    "catalogue",
    // qbXML in and out. QuickBooks as we know it stands so low because it must know nothing of the rest: it
    // would agree with our own mistakes.
    "qbxml",
    "simulator",
    // Documents of Steelhead; what expressions may call.
    "document",
    "functions",
    "steelhead",
    // Rules to a checked program, and what it makes of a document.
    "rules/diagnostics",
    "rules/files",
    "rules/format",
    // The language that people read; it is read from a file like rules, and what settings are refused for goes through it.
    "language",
    "rules/check",
    "rules/compile",
    "rules",
    "engine/terms",
    "engine/values",
    "engine/request",
    "engine",
    // Other people's qbXML.
    "validate",
    // What is kept, and what is to be done.
    "sync/stored",
    "sync/company_file",
    "sync/plan",
    "sync/show",
    "sync/reconcile",
    "sync/imports",
    "sync/actions",
    "sync/session",
    "sync",
    // People, what happened, and who is told of it.
    "people",
    "activity",
    "alerts",
    "store",
    // What programs are told, by commands and by the API.
    "told",
    // Faces: snapshot checks, editors, the Web Connector's service, the pages, the commands.
    "snapshots",
    "lsp/files",
    "lsp/cursor",
    "lsp/known",
    "lsp/symbols",
    "lsp",
    "connector",
    // Numbers for Prometheus.
    "metrics",
    // The handbook as a book.
    "handbook",
    "web/words",
    "web/ground",
    "web/listing",
    "web/views",
    "web/draw",
    "web/server",
    "web/pages",
    "web",
    "api",
    "cli",
    "",
];

/// As many files may lean on each other.
const MOST_IN_A_RING: usize = 3;

/// As many files and lines may stand in one room; what is more gets rooms of its own.
const MOST_FILES: usize = 25;
const MOST_LINES: usize = 4_000;

/// The files of the house, and who takes what from whom.
struct House {
    /// Each module's file, by its path: `["sync", "plan", "planner"]`.
    modules: BTreeMap<Vec<String>, PathBuf>,
    /// What a module hands on under a name of its own: where it comes from.
    handed_on: BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>>,
}

/// A file that takes a name from another one.
#[derive(Debug)]
struct Import {
    from: PathBuf,
    to: PathBuf,
    name: String,
}

#[test]
fn rooms_import_downwards_only() {
    let house = House::read();
    let imports = house.imports();
    assert!(imports.len() > 1_000, "only {} imports were found: is the house read rightly?", imports.len());
    let upwards: BTreeSet<String> = imports
        .iter()
        .filter(|it| rank(&it.from) < rank(&it.to))
        .map(|it| format!("{} takes `{}` from {}", it.from.display(), it.name, it.to.display()))
        .collect();
    assert!(upwards.is_empty(), "{upwards:#?}\nA room takes from rooms below it only: see ROOMS.");
}

#[test]
fn no_ring_of_files_is_large() {
    let house = House::read();
    let mut takes: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    for import in house.imports() {
        takes.entry(import.from).or_default().insert(import.to);
    }
    let large: Vec<_> = rings(&takes).into_iter().filter(|ring| ring.len() > MOST_IN_A_RING).collect();
    assert!(large.is_empty(), "{large:#?}\nThese files take from each other: part what they share.");
}

#[test]
fn no_room_is_crowded() {
    let mut rooms: BTreeMap<PathBuf, (usize, usize)> = BTreeMap::new();
    let mut files = Vec::new();
    source_files(&source(), &mut files);
    for file in files {
        let lines = std::fs::read_to_string(source().join(&file)).unwrap().lines().count();
        let room = rooms.entry(file.parent().unwrap().to_owned()).or_default();
        *room = (room.0 + 1, room.1 + lines);
    }
    let crowded: Vec<_> =
        rooms.iter().filter(|(_, (files, lines))| *files > MOST_FILES || *lines > MOST_LINES).collect();
    assert!(crowded.is_empty(), "rooms with their files and lines: {crowded:#?}");
}

/// The place of a file's room in the order.
fn rank(file: &Path) -> usize {
    let file = file.to_string_lossy();
    let inside = |room: &str| room.is_empty() || file.starts_with(&format!("{room}/"));
    let place = |(place, room): (usize, &&str)| inside(room).then_some((room.len(), place));
    ROOMS.iter().enumerate().filter_map(place).max().unwrap().1
}

impl House {
    fn read() -> Self {
        let mut files = Vec::new();
        source_files(&source(), &mut files);
        let modules = files.into_iter().map(|file| (module_of(&file), file)).collect();
        let mut house = Self { modules, handed_on: BTreeMap::new() };
        for (module, file) in &house.modules.clone() {
            let code = code(file);
            let uses = uses(&code).into_iter().filter(|(is_handed_on, _)| *is_handed_on);
            for (name, path) in uses.flat_map(|(_, tree)| leaves(&tree)) {
                if let Some(path) = house.absolute(module, file, &path) {
                    house.handed_on.entry(module.clone()).or_default().insert(name, path);
                }
            }
        }
        house
    }

    /// What each file takes from others.
    fn imports(&self) -> Vec<Import> {
        let inline = Regex::new(r"\b(?:crate|super)(?:::\w+)+").unwrap();
        let statements = Regex::new(r"(?s)\buse [^;]*;|pub\(in [\w:]+\)").unwrap();
        let mut imports = Vec::new();
        for (module, file) in &self.modules {
            let code = code(file);
            let uses = uses(&code).into_iter().filter(|(is_handed_on, _)| !is_handed_on);
            let mut paths: Vec<Vec<String>> =
                uses.flat_map(|(_, tree)| leaves(&tree)).map(|(_, path)| path).collect();
            let rest = statements.replace_all(&code, "");
            let written = |found: regex::Match<'_>| found.as_str().split("::").map(str::to_owned).collect();
            paths.extend(inline.find_iter(&rest).map(written));
            for path in paths {
                let Some(absolute) = self.absolute(module, file, &path) else { continue };
                let Some(to) = self.home(&absolute, 0) else { continue };
                if to != file {
                    imports.push(Import { from: file.clone(), to: to.clone(), name: path.join("::") });
                }
            }
        }
        imports
    }

    /// A path from the top of the crate; nothing for one into another crate.
    fn absolute(&self, module: &[String], file: &Path, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let is_folder = file.file_name().is_some_and(|name| name == "mod.rs");
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.to_vec(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            // `pub use child::Name` in a folder's own file.
            name => {
                let child = [module, &[name.to_owned()]].concat();
                if !is_folder || !self.modules.contains_key(&child) {
                    return None;
                }
                child
            }
        };
        for part in rest {
            if part == "super" {
                base.pop();
            } else {
                base.push(part.clone());
            }
        }
        Some(base)
    }

    /// The file that a path's name is written in.
    fn home(&self, path: &[String], depth: usize) -> Option<&PathBuf> {
        assert!(depth < 20, "{path:?} is handed on in a ring");
        let longest = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        let (module, rest) = path.split_at(longest);
        let handed_on = rest.first().and_then(|name| self.handed_on.get(module)?.get(name));
        match handed_on {
            Some(origin) => self.home(&[origin.clone(), rest[1..].to_vec()].concat(), depth + 1),
            None => self.modules.get(module),
        }
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" && name != "generate" {
            source_files(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs")
            && name != "main.rs"
            && !name.starts_with("testing")
        {
            files.push(path.strip_prefix(source()).unwrap().to_owned());
        }
    }
}

fn module_of(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// The code of a file without comments, and without the tests at its end.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(source().join(file)).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The trees of all `use`, and whether what they name is handed on.
fn uses(code: &str) -> Vec<(bool, String)> {
    static STATEMENT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?ms)^\s*(pub(?:\([^)]*\))? )?use ([^;]*);").unwrap());
    STATEMENT.captures_iter(code).map(|found| (found.get(1).is_some(), found[2].to_owned())).collect()
}

/// The names that a tree of `use` brings, each with its path.
fn leaves(tree: &str) -> Vec<(String, Vec<String>)> {
    let tree = tree.trim();
    if let Some((prefix, inner)) = tree.split_once("::{") {
        let inner = inner.strip_suffix('}').unwrap();
        let prefix: Vec<String> = prefix.split("::").map(str::to_owned).collect();
        return at_commas(inner)
            .iter()
            .flat_map(|part| leaves(part))
            .map(|(name, path)| (name, [prefix.clone(), path].concat()))
            .collect();
    }
    let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
    let path: Vec<String> = path.split("::").map(|part| part.trim().to_owned()).collect();
    let last = path.last().unwrap().clone();
    match (last.as_str(), name) {
        ("self", _) if path.len() > 1 => {
            vec![(path[path.len() - 2].clone(), path[..path.len() - 1].to_vec())]
        }
        (_, "" | "_") => vec![(last, path)],
        (_, name) => vec![(name.trim().to_owned(), path)],
    }
}

fn at_commas(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in text.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match c {
            ',' if depth == 0 => parts.push(String::new()),
            c => parts.last_mut().unwrap().push(c),
        }
    }
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// The groups of files each of which reaches every other of its group.
fn rings(takes: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> BTreeSet<BTreeSet<PathBuf>> {
    let reached: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> =
        takes.keys().map(|file| (file, reached_from(file, takes))).collect();
    let mutual = |file: &PathBuf, other: &PathBuf| reached.get(other).is_some_and(|it| it.contains(file));
    let ring = |(file, all): (&&PathBuf, &BTreeSet<&PathBuf>)| -> BTreeSet<PathBuf> {
        all.iter().filter(|other| mutual(file, other)).map(|other| (*other).clone()).collect()
    };
    reached.iter().map(ring).filter(|ring| !ring.is_empty()).collect()
}

fn reached_from<'t>(
    file: &'t PathBuf,
    takes: &'t BTreeMap<PathBuf, BTreeSet<PathBuf>>,
) -> BTreeSet<&'t PathBuf> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(file) = open.pop() {
        open.extend(takes.get(file).into_iter().flatten().filter(|next| seen.insert(*next)));
    }
    seen
}
