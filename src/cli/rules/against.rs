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
use crate::rules::{Program, RuleFiles, compile};
use crate::snapshots::{self, Case, FindError};
use crate::sync::{ComparisonView, Fates, PlanInputs, Planner, compare, fates};

/// Where documents are looked for unless a corpus is named.
const FIXTURES: &str = "fixtures";
/// A folder of fixtures that holds this folder holds a company's documents, not cases.
const DOCUMENTS: &str = "documents";
/// What the company file of such documents holds. The demo has none of its own: it adds documents to the shop.
const QUICKBOOKS: &str = "quickbooks";
const SHOP: &str = "shop";

/// Where rules come from.
enum Origins {
    /// Folders, base first.
    Folders(Vec<PathBuf>),
    /// A revision for every folder of `--rules`.
    Revisions(Vec<Revision>),
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
        RuleSets::new(Origins::Folders(args.rules.rules.clone()), args.rules.name(), args, terminal);
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
    let view = ComparisonView::new(others.name.clone(), documents, &groups);
    if args.json {
        terminal.print_json(&view)?;
    } else {
        terminal.print(&view.text(terminal.out))?;
    }
    Ok(if groups.is_empty() { Exit::Well } else { Exit::Changes })
}

/// The other rules: folders if all that is named are folders, else one revision.
fn others(args: &Args) -> Result<Origins> {
    if args.against.iter().all(|path| Path::new(path).is_dir()) {
        return Ok(Origins::Folders(args.against.iter().map(PathBuf::from).collect()));
    }
    let [name] = args.against.as_slice() else {
        let missing = args.against.iter().find(|path| !Path::new(path).is_dir());
        bail!("`{}` is not a folder; layers of rules are folders", missing.map_or("", String::as_str));
    };
    let revisions = args.rules.rules.iter().map(|folder| Revision::find(folder, name));
    Ok(Origins::Revisions(revisions.collect::<Result<_>>()?))
}

/// What is planned: the documents that were named, or else all fixtures.
fn corpora(args: &Args) -> Result<Vec<Corpus>> {
    if let Some(documents) = args.corpus.as_ref().or(args.steelhead.as_ref()) {
        return Ok(vec![Corpus::Files { documents: documents.clone(), quickbooks: args.quickbooks.clone() }]);
    }
    let fixtures = Path::new(FIXTURES);
    if !fixtures.is_dir() {
        bail!("there is no folder `{FIXTURES}` here; name the documents to compare with after --corpus");
    }
    let mut all = companies(fixtures).with_context(|| format!("cannot read `{FIXTURES}`"))?;
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
                    let found = places.into_iter().find(|place| place.is_dir());
                    all.push(found.with_context(|| format!("{} has no layer `{layer}`", self.name))?);
                }
                Ok(RuleFiles::read(&all)?)
            }
            Origins::Revisions(revisions) => {
                let mut all: Vec<_> =
                    revisions.iter().map(|revision| revision.layer("")).collect::<Result<_>>()?;
                for layer in layers {
                    let found = revisions.iter().rev().find_map(|revision| revision.layer(layer).ok());
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
                let found = documents::decode(&all, program);
                let inputs = PlanInputs { played_at, ..PlanInputs::new(program, &settings, &case.company) };
                let plan =
                    Planner::new(inputs, links).plan(found.sources, &|object, key| args.wants(object, key));
                Ok(fates(&plan, &found.unreadable))
            }
        }
    }
}
