//! `ferrule diff --against`: what these rules would send that those would not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::documents;
use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::rule_set;
use crate::cli::rules::diff::Args;
use crate::cli::rules::git::Revision;
use crate::cli::rules::quickbooks;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::document::Origin;
use crate::qbxml::Company;
use crate::rules::files::{RuleFile, is_layer};
use crate::rules::{Program, RuleFiles, compile};
use crate::snapshots::{self, Case, FindError};
use crate::sync::{ComparisonView, Fates, PlanInputs, Planner, compare, fates, rejected_by_both};

/// A folder of fixtures that holds this folder holds a company's documents, not cases.
const DOCUMENTS: &str = "documents";
/// What the company file of such documents holds. The demo has none of its own: it adds documents to the shop.
const QUICKBOOKS: &str = "quickbooks";
const SHOP: &str = "shop";

/// Where rules come from.
enum Origins {
    /// Folders, base first.
    Folders(Vec<PathBuf>),
    /// The layers as a revision has them.
    Revisions(Vec<Layer>),
}

/// A layer beside a revision.
enum Layer {
    /// As the revision has it.
    OfRevision(Revision),
    /// As it is now: it is no folder.
    Now(PathBuf),
}

impl Layer {
    /// The files of the layer, or of a folder below it.
    fn files(&self, below: &str) -> Result<Vec<RuleFile>> {
        match self {
            Self::OfRevision(revision) => revision.layer(below),
            Self::Now(folder) => {
                let folder = if below.is_empty() { folder.clone() } else { folder.join(below) };
                Ok(RuleFiles::read(&[folder])?.layers.into_iter().flatten().collect())
            }
        }
    }
}

/// Documents and the QuickBooks to plan them against.
enum Corpus {
    /// Files of documents.
    Files { documents: PathBuf, quickbooks: Vec<PathBuf> },
    /// A fixture, with settings and connections of its own.
    Case(Box<Case>),
}

/// Rule sets by their further layers, each compiled once.
struct RuleSets<'a> {
    origins: Origins,
    name: String,
    terminal: Terminal,
    args: &'a Args,
    compiled: BTreeMap<Vec<String>, Program>,
}

/// Runs the comparison.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let mut these =
        RuleSets::new(Origins::Folders(args.rules.folders()?), args.rules.name()?, args, terminal);
    let mut others = RuleSets::new(others(args)?, args.against.join(" + "), args, terminal);
    these.compile(&[])?;
    others.compile(&[])?;
    let progress = Progress::start(terminal);
    let (mut before, mut after) = (Fates::new(), Fates::new());
    let all = corpora(args)?;
    let count = all.len();
    for (index, corpus) in all.iter().enumerate() {
        progress.now(format!("planning {} of {count}", index + 1));
        let layers = corpus.layers();
        if let (true, Err(error)) = (!layers.is_empty(), others.compile(layers)) {
            terminal.warning(&format!("{} is left out: {error:#}", corpus.name()));
            continue;
        }
        after.extend(these.fates(corpus)?);
        before.extend(others.fates(corpus)?);
    }
    drop(progress);
    let groups = compare(&before, &after);
    let documents = before.keys().chain(after.keys()).collect::<std::collections::BTreeSet<_>>().len();
    let mut view = ComparisonView::new(others.name.clone(), documents, &groups);
    view.rejected_under_both = Some(rejected_by_both(&before, &after));
    if args.json {
        terminal.print_json(&view)?;
    } else {
        terminal.print(&view.text(terminal.out))?;
    }
    Ok(if groups.is_empty() { Exit::Well } else { Exit::Changes })
}

/// The other rules: folders if all that is named are folders, else one revision.
fn others(args: &Args) -> Result<Origins> {
    if args.against.iter().all(|path| is_layer(Path::new(path))) {
        return Ok(Origins::Folders(args.against.iter().map(PathBuf::from).collect()));
    }
    let [name] = args.against.as_slice() else {
        let missing = args.against.iter().find(|path| !is_layer(Path::new(path)));
        bail!("`{}` is not a folder; layers of rules are folders", missing.map_or("", String::as_str));
    };
    let layers = args.rules.folders()?.into_iter().map(|folder| {
        // The rules that ship, and the version of qbXML, are of no revision.
        if folder.is_dir() {
            Revision::find(&folder, name).map(Layer::OfRevision)
        } else {
            Ok(Layer::Now(folder))
        }
    });
    let layers: Vec<Layer> = layers.collect::<Result<_>>()?;
    if !layers.iter().any(|layer| matches!(layer, Layer::OfRevision(_))) {
        bail!("`{name}` is not a folder, and no layer is a folder of a git repository");
    }
    Ok(Origins::Revisions(layers))
}

/// What is planned: the documents that were named, or else all fixtures.
fn corpora(args: &Args) -> Result<Vec<Corpus>> {
    if let Some(documents) = args.corpus.as_ref().or(args.steelhead.as_ref()) {
        return named(documents, args);
    }
    let fixtures = rule_set::fixtures()?;
    if !fixtures.is_dir() {
        bail!(
            "there is no folder `{}` here; name the documents to compare with after --corpus",
            fixtures.display()
        );
    }
    of_folder(&fixtures)
}

/// What is at a path: a case, a folder with cases or companies, or documents.
fn named(path: &Path, args: &Args) -> Result<Vec<Corpus>> {
    if is_case(path) {
        return Ok(vec![Corpus::Case(Box::new(Case::read(path)?))]);
    }
    let is_folder_of_cases =
        || snapshots::find(&[path]).is_ok_and(|files| files.iter().any(|file| is_case(file)));
    if path.is_dir() && (is_folder_of_cases() || !companies(path)?.is_empty()) {
        return of_folder(path);
    }
    Ok(vec![Corpus::Files { documents: path.to_owned(), quickbooks: args.quickbooks.clone() }])
}

/// Whether a file is a case and not documents: it says what it is about.
fn is_case(path: &Path) -> bool {
    let is_yaml = path.extension().is_some_and(|ending| ending == "yaml");
    is_yaml
        && std::fs::read_to_string(path).is_ok_and(|text| text.lines().any(|line| line.starts_with("about:")))
}

/// The documents of companies and the cases in a folder.
fn of_folder(fixtures: &Path) -> Result<Vec<Corpus>> {
    let mut all = companies(fixtures).with_context(|| format!("cannot read `{}`", fixtures.display()))?;
    let cases = match snapshots::find(&[fixtures]) {
        Err(FindError::None { .. }) if !all.is_empty() => Vec::new(),
        found => found?,
    };
    for path in cases {
        let case = Case::read(&path)?;
        if case.documents.is_some() {
            all.push(Corpus::Case(Box::new(case)));
        }
    }
    Ok(all)
}

/// The documents of companies among the fixtures.
fn companies(fixtures: &Path) -> std::io::Result<Vec<Corpus>> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(fixtures)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    folders.retain(|folder| folder.join(DOCUMENTS).is_dir());
    folders.sort();
    let corpus = |folder: PathBuf| {
        let places = [folder.join(QUICKBOOKS), fixtures.join(SHOP).join(QUICKBOOKS)];
        let quickbooks = places.into_iter().find(|place| place.is_dir());
        Corpus::Files { documents: folder.join(DOCUMENTS), quickbooks: quickbooks.into_iter().collect() }
    };
    Ok(folders.into_iter().map(corpus).collect())
}

impl Corpus {
    fn layers(&self) -> &[String] {
        match self {
            Self::Files { .. } => &[],
            Self::Case(case) => &case.layers,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Files { documents, .. } => documents.display().to_string(),
            Self::Case(case) => case.path.display().to_string(),
        }
    }
}

impl<'a> RuleSets<'a> {
    fn new(origins: Origins, name: String, args: &'a Args, terminal: Terminal) -> Self {
        Self { origins, name, terminal, args, compiled: BTreeMap::new() }
    }

    fn compile(&mut self, layers: &[String]) -> Result<&Program> {
        if !self.compiled.contains_key(layers) {
            let files = self.files(layers)?;
            let program = rule_set::program(compile(&files), &self.name, self.terminal)?;
            self.compiled.insert(layers.to_vec(), program);
        }
        self.compiled.get(layers).context("a rule set is missing")
    }

    fn files(&self, layers: &[String]) -> Result<RuleFiles> {
        match &self.origins {
            Origins::Folders(folders) => {
                let mut all = folders.clone();
                for layer in layers {
                    let places = folders.iter().rev().map(|folder| folder.join(layer));
                    let found = places.into_iter().find(|place| is_layer(place));
                    all.push(found.with_context(|| format!("{} has no layer `{layer}`", self.name))?);
                }
                Ok(RuleFiles::read(&all)?)
            }
            Origins::Revisions(revisions) => {
                let mut all: Vec<_> =
                    revisions.iter().map(|revision| revision.files("")).collect::<Result<_>>()?;
                for layer in layers {
                    let found = revisions.iter().rev().find_map(|revision| revision.files(layer).ok());
                    all.push(found.with_context(|| format!("{} has no layer `{layer}`", self.name))?);
                }
                Ok(RuleFiles { layers: all })
            }
        }
    }

    /// What becomes of the documents of a corpus.
    fn fates(&mut self, corpus: &Corpus) -> Result<Fates> {
        let (args, terminal) = (self.args, self.terminal);
        let program = self.compile(corpus.layers())?;
        let played_at = Some(now());
        match corpus {
            Corpus::Files { documents, quickbooks } => {
                let settings = args.settings.values(program, terminal)?;
                let company = quickbooks::load(quickbooks, terminal)?.unwrap_or_else(Company::empty);
                let found = documents::read(documents, program, terminal)?;
                let links = crate::engine::Links::default();
                let inputs = PlanInputs { played_at, ..PlanInputs::new(program, &settings, &company) };
                let plan =
                    Planner::new(inputs, links).plan(found.sources, &|object, key| args.wants(object, key));
                Ok(fates(&plan, &found.unreadable))
            }
            Corpus::Case(case) => {
                let settings = snapshots::settings(case, program)?;
                let links = snapshots::links(case, program)?;
                let all: Vec<(&str, Origin)> = case
                    .documents
                    .iter()
                    .flatten()
                    .map(|(json, origin)| (json.as_str(), origin.clone()))
                    .collect();
                let found = crate::sync::decode(&all, program);
                let inputs = PlanInputs { played_at, ..PlanInputs::new(program, &settings, &case.company) };
                let plan =
                    Planner::new(inputs, links).plan(found.sources, &|object, key| args.wants(object, key));
                Ok(fates(&plan, &found.unreadable))
            }
        }
    }
}
