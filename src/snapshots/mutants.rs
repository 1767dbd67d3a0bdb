//! Rules with one thing changed: does a snapshot notice?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use crate::document::Value;
use crate::rules::program::{Asked, Branch, Fork, Node, Operator, Seen, learn};

use super::case::Case;
use super::coverage::{snippet, stands_in};
use super::rule_sets::{RuleSet, RuleSetError, RuleSets};
use super::run::run;
use super::snap::Snapshot;
use super::things::{Role, visit};
use super::verdict::Broken;

/// Rules in which one thing is changed.
#[derive(Clone, Debug, Serialize)]
pub struct Mutant {
    /// `file:line:column` of the thing.
    pub place: String,
    /// What it is, and how it is changed.
    pub what: String,
    #[serde(skip)]
    change: Change,
    /// The thing in each set of layers that has it.
    #[serde(skip)]
    branches: BTreeMap<Vec<String>, Branch>,
}

/// How one thing is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// It never holds.
    Never,
    /// It always holds.
    Always,
    /// It has no value.
    Nothing,
}

impl Change {
    fn words(self) -> &'static str {
        match self {
            Self::Never => "never holds",
            Self::Always => "always holds",
            Self::Nothing => "has no value",
        }
    }

    fn value(self) -> Value {
        match self {
            Self::Never => Value::Bool(false),
            Self::Always => Value::Bool(true),
            Self::Nothing => Value::Absent,
        }
    }

    /// How a thing of an expression is changed that goes one way or another.
    fn of(asked: Asked<'_>) -> &'static [Self] {
        match asked.branch.fork {
            Fork::If => &[Self::Never, Self::Always],
            Fork::And if !is_said_again(asked) => &[Self::Always],
            Fork::Or => &[Self::Never],
            Fork::Coalesce => &[Self::Nothing],
            Fork::Whole | Fork::And | Fork::For => &[],
        }
    }
}

/// Whether a part only asks for something to be there, which a later part asks for too: `x != () && x < 5`, as the checker wants
/// it written. Without it the rules would mean the same.
fn is_said_again(asked: Asked<'_>) -> bool {
    let only_asks = matches!(asked.node, Node::Binary(Operator::NotEqual, _, of) if matches!(**of, Node::Const(Value::Absent)));
    let (mut here, mut later) = (Vec::new(), Vec::new());
    learn(asked.node, true, &mut here);
    asked.rest.iter().for_each(|part| learn(part, true, &mut later));
    only_asks && !here.is_empty() && here.iter().all(|path| later.contains(path))
}

/// What became of all mutants.
#[derive(Debug, Default, Serialize)]
pub struct Mutants {
    /// How many were tried.
    pub tried: usize,
    /// Those that no snapshot notices, by place.
    pub unnoticed: Vec<Mutant>,
}

/// Why mutants cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum MutantError {
    /// The rules cannot be used.
    #[error(transparent)]
    Rules(#[from] RuleSetError),
    /// A case is not as its snapshot, so a change would not show.
    #[error("`{}` is not as its snapshot; look at that first: `ferrule test`", path.display())]
    NotClean {
        /// The case.
        path: PathBuf,
    },
}

/// A case with what its snapshot says.
struct Known {
    case: Case,
    text: String,
}

/// Changes one thing of the rules at a time, or of one layer of them, and sees whether any case then differs from its snapshot.
/// `told` hears how many of how many were tried.
///
/// # Errors
/// The rules cannot be used, or a case is not as its snapshot.
pub fn mutants<P: AsRef<Path>>(
    folders: &[P],
    paths: &[PathBuf],
    layer: Option<&str>,
    told: &dyn Fn(usize, usize),
) -> Result<Mutants, MutantError> {
    let not_clean = |path: &Path| MutantError::NotClean { path: path.to_owned() };
    let known: Vec<Known> =
        paths.par_iter().map(|path| known(path).map_err(|_| not_clean(path))).collect::<Result<_, _>>()?;
    let mut rules = RuleSets::compile(folders, known.iter().map(|known| known.case.layers.clone()))?;
    let touched = known.iter().map(|known| touched(known, &mut rules)).collect::<Result<Vec<_>, _>>()?;
    let mut all = all(&mut rules);
    all.retain(|mutant| layer.is_none_or(|layer| stands_in(&mutant.place, layer)));
    let mut unnoticed = Vec::new();
    for (number, mutant) in all.iter().enumerate() {
        told(number + 1, all.len());
        for (layers, set) in rules.sets_mut() {
            let changed = |branch: &Branch| Seen::changed(*branch, mutant.change.value());
            set.program.seen = mutant.branches.get(layers).map(changed);
        }
        // Where a thing is not asked, nothing comes of a change.
        let asked = known.par_iter().zip(&touched).filter(|(known, touched)| {
            mutant.branches.get(&known.case.layers).is_some_and(|branch| touched.has_any(*branch))
        });
        if !asked.any(|(known, _)| differs(known, &rules)) {
            unnoticed.push(mutant.clone());
        }
    }
    Ok(Mutants { tried: all.len(), unnoticed })
}

/// What a case touches; its output must be as its snapshot.
fn touched(known: &Known, rules: &mut RuleSets) -> Result<Seen, MutantError> {
    rules.watch_one(&known.case.layers);
    if differs(known, rules) {
        return Err(MutantError::NotClean { path: known.case.path.clone() });
    }
    Ok(rules.take(&known.case.layers).unwrap_or_default())
}

fn known(path: &Path) -> Result<Known, Broken> {
    let case = Case::read(path)?;
    let text = Snapshot::read(&case.snapshot_path())?.map(|snapshot| snapshot.text).unwrap_or_default();
    Ok(Known { case, text })
}

fn differs(known: &Known, rules: &RuleSets) -> bool {
    run(&known.case, rules).map_or(true, |text| Snapshot::new(&text, "").text != known.text)
}

/// All mutants, each once though several rule sets have it.
fn all(rules: &mut RuleSets) -> Vec<Mutant> {
    let mut all: BTreeMap<_, Mutant> = BTreeMap::new();
    for (layers, RuleSet { program }) in rules.sets_mut() {
        let mut note = |branch: Branch, node: &Node, what: &str, changes: &[Change]| {
            for change in changes.iter().copied().filter(|change| !is(node, *change)) {
                let place = program.sources.place(branch.span);
                let (start, end) = (branch.span.start, branch.span.end);
                // In the order of the files, however many digits a line's number has.
                let key =
                    (program.sources.path(branch.span.file).to_owned(), start, end, branch.fork, change);
                let what = format!("{what} {}", change.words());
                let fresh = || Mutant { place, what, change, branches: BTreeMap::new() };
                all.entry(key).or_insert_with(fresh).branches.insert(layers.clone(), branch);
            }
        };
        visit(program, &mut |role, what, expr| {
            let changes: &[Change] = match role {
                Role::Condition | Role::Branch => &[Change::Never, Change::Always],
                Role::Value | Role::Words => &[Change::Nothing],
                Role::Beside => &[],
            };
            note(Branch { span: expr.span, fork: Fork::Whole }, &expr.node, what, changes);
            expr.node.branches(&mut |asked| {
                let what = snippet(asked.branch, expr.span, &program.sources);
                note(asked.branch, asked.node, &what, Change::of(asked));
            });
        });
    }
    all.into_values().collect()
}

/// Whether a thing is so already.
fn is(node: &Node, change: Change) -> bool {
    matches!(
        (node, change),
        (Node::Const(Value::Bool(false)), Change::Never) | (Node::Const(Value::Bool(true)), Change::Always)
    )
}
