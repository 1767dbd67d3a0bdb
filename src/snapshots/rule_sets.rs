//! The rule sets that cases run under: the rules, with the further layers that a case names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::rules::files::is_layer;
use crate::rules::program::Seen;
use crate::rules::{FilesError, Program, RuleFiles, compile, render};

use super::coverage::Coverage;

/// Why cases cannot run under a rule set.
#[derive(Debug, thiserror::Error)]
pub enum RuleSetError {
    /// Its files cannot be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// It has errors; these are all diagnostics, as text.
    #[error("the rules have errors:\n{0}")]
    Wrong(String),
    /// A case names a layer that none of the folders has.
    #[error("no layer `{layer}` below {}", folders.iter().map(|folder| format!("`{}`", folder.display())).collect::<Vec<_>>().join(", "))]
    NoLayer {
        /// The layer.
        layer: String,
        /// Where it was looked for.
        folders: Vec<PathBuf>,
    },
}

/// A compiled rule set.
#[derive(Debug)]
pub(super) struct RuleSet {
    pub program: Program,
}

/// Rule sets, each compiled once.
#[derive(Debug)]
pub struct RuleSets {
    sets: BTreeMap<Vec<String>, Result<RuleSet, RuleSetError>>,
}

impl RuleSets {
    /// Compiles the rules in `folders` (base first), and for each of `layers` the rules with those
    /// further layers. A layer is a path below one of the folders; the last that has it counts.
    ///
    /// # Errors
    /// The rules without further layers cannot be used. What is wrong with a layer is told by the
    /// cases that name it.
    pub fn compile<P: AsRef<Path>>(
        folders: &[P],
        layers: impl IntoIterator<Item = Vec<String>>,
    ) -> Result<Self, RuleSetError> {
        let folders: Vec<PathBuf> = folders.iter().map(|folder| folder.as_ref().to_owned()).collect();
        let base = rule_set(&folders, &[])?;
        let mut sets = BTreeMap::from([(Vec::new(), Ok(base))]);
        for layers in layers {
            let compiled = |layers: &Vec<String>| rule_set(&folders, layers);
            sets.entry(layers).or_insert_with_key(compiled);
        }
        Ok(Self { sets })
    }

    /// Notes from now on what runs touch.
    pub(super) fn watch(&mut self) {
        self.sets_mut().for_each(|(_, set)| set.program.seen = Some(Seen::default()));
    }

    /// Notes from now on what runs under these further layers touch.
    pub(super) fn watch_one(&mut self, layers: &[String]) {
        if let Some(Ok(set)) = self.sets.get_mut(layers) {
            set.program.seen = Some(Seen::default());
        }
    }

    /// What runs under these further layers have touched since then; they are watched no longer.
    pub(super) fn take(&mut self, layers: &[String]) -> Option<Seen> {
        self.sets.get_mut(layers)?.as_mut().ok()?.program.seen.take()
    }

    /// What runs have touched since then.
    pub(super) fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        self.sets.values().flatten().for_each(|set| coverage.add(&set.program));
        coverage
    }

    /// All sets that can be used, with their further layers.
    pub(super) fn sets_mut(&mut self) -> impl Iterator<Item = (&Vec<String>, &mut RuleSet)> {
        self.sets.iter_mut().filter_map(|(layers, set)| Some((layers, set.as_mut().ok()?)))
    }

    /// The rules with these further layers, if they were asked for.
    pub(super) fn get(&self, layers: &[String]) -> Option<&Result<RuleSet, RuleSetError>> {
        self.sets.get(layers)
    }
}

fn rule_set(folders: &[PathBuf], layers: &[String]) -> Result<RuleSet, RuleSetError> {
    let mut all = folders.to_vec();
    for layer in layers {
        let places = folders.iter().rev().map(|folder| folder.join(layer));
        let found = places.into_iter().find(|place| is_layer(place));
        all.push(
            found.ok_or_else(|| RuleSetError::NoLayer { layer: layer.clone(), folders: folders.to_vec() })?,
        );
    }
    let compiled = compile(&RuleFiles::read(&all)?);
    let Some(program) = compiled.program else {
        let told = render::render(&compiled.diagnostics, &compiled.sources, false);
        return Err(RuleSetError::Wrong(told));
    };
    Ok(RuleSet { program })
}
