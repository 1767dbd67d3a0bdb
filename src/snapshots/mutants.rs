//! Rules with one thing changed: does a snapshot notice?

use std::collections::BTreeMap;
use std::mem;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use crate::document::Value;
use crate::rules::Program;
use crate::rules::program::Node;

use super::case::Case;
use super::rule_sets::{RuleSetError, RuleSets};
use super::run::run;
use super::snap::Snapshot;
use super::things::{Role, visit};
use super::verdict::Broken;

/// Rules in which one thing is changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mutant {
    /// `file:line` of the thing.
    pub place: String,
    /// What it is, and how it is changed.
    pub what: String,
    /// The byte at which it begins.
    #[serde(skip)]
    start: u32,
    #[serde(skip)]
    change: Change,
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

    fn node(self) -> Node {
        Node::Const(match self {
            Self::Never => Value::Bool(false),
            Self::Always => Value::Bool(true),
            Self::Nothing => Value::Absent,
        })
    }
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

/// Changes one thing of the rules at a time, and sees whether any case then differs from its snapshot. `told` hears how many
/// of how many were tried.
///
/// # Errors
/// The rules cannot be used, or a case is not as its snapshot.
pub fn mutants<P: AsRef<Path>>(
    folders: &[P],
    paths: &[PathBuf],
    told: &dyn Fn(usize, usize),
) -> Result<Mutants, MutantError> {
    let not_clean = |path: &Path| MutantError::NotClean { path: path.to_owned() };
    let known: Vec<Known> =
        paths.par_iter().map(|path| known(path).map_err(|_| not_clean(path))).collect::<Result<_, _>>()?;
    let mut rules = RuleSets::compile(folders, known.iter().map(|known| known.case.layers.clone()))?;
    if let Some(other) = known.par_iter().find_any(|known| differs(known, &rules)) {
        return Err(not_clean(&other.case.path));
    }
    let all = all(&mut rules);
    let mut unnoticed = Vec::new();
    for (number, mutant) in all.iter().enumerate() {
        told(number + 1, all.len());
        let kept: Vec<_> = rules.programs_mut().map(|program| change(program, mutant)).collect();
        if !known.par_iter().any(|known| differs(known, &rules)) {
            unnoticed.push(mutant.clone());
        }
        rules.programs_mut().zip(kept).for_each(|(program, kept)| restore(program, mutant, kept));
    }
    Ok(Mutants { tried: all.len(), unnoticed })
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
    let mut all = BTreeMap::new();
    for program in rules.programs_mut() {
        let sources = program.sources.clone();
        visit(program, &mut |role, what, expr| {
            let changes: &[Change] = match role {
                Role::Condition | Role::Branch => &[Change::Never, Change::Always],
                Role::Value => &[Change::Nothing],
                Role::Beside => &[],
            };
            for change in changes.iter().copied().filter(|change| !is(&expr.node, *change)) {
                let place = sources.line(expr.span);
                let key = (place.clone(), expr.span.start, change);
                let what = format!("{what} {}", change.words());
                all.entry(key).or_insert(Mutant { place, what, start: expr.span.start, change });
            }
        });
    }
    all.into_values().collect()
}

/// Whether a thing is so already.
fn is(node: &Node, change: Change) -> bool {
    match (node, change) {
        (Node::Const(Value::Bool(holds)), Change::Never) => !holds,
        (Node::Const(Value::Bool(holds)), Change::Always) => *holds,
        _ => false,
    }
}

/// Changes a thing wherever the program has it; gives what stood there.
fn change(program: &mut Program, mutant: &Mutant) -> Vec<Node> {
    let mut kept = Vec::new();
    each(program, mutant, &mut |node| kept.push(mem::replace(node, mutant.change.node())));
    kept
}

fn restore(program: &mut Program, mutant: &Mutant, kept: Vec<Node>) {
    let mut kept = kept.into_iter();
    each(program, mutant, &mut |node| {
        if let Some(old) = kept.next() {
            *node = old;
        }
    });
}

fn each(program: &mut Program, mutant: &Mutant, act: &mut dyn FnMut(&mut Node)) {
    let sources = mem::take(&mut program.sources);
    visit(program, &mut |role, _, expr| {
        if role != Role::Beside && expr.span.start == mutant.start && sources.line(expr.span) == mutant.place
        {
            act(&mut expr.node);
        }
    });
    program.sources = sources;
}
