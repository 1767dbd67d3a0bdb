//! The rule sets of a server: the one of all domains, and those that domains have of their own. They may be replaced while
//! the server runs; a visit that began ends with the set with which it began.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parking_lot::RwLock;

use crate::rules::{Program, Shelf};
use crate::sync::stored::{CompanyFile, Moment, StoredSession};

use super::rule_set::{RuleSet, Rulebook, RulebookError};

/// Sets that were replaced and are kept for visits that began with them.
const FORMER: usize = 64;

/// The set of a domain; if there is none, because it was refused and there was none before, why.
pub type OfDomain = Result<Arc<RuleSet>, Arc<str>>;

/// The rule sets of a server. Copies are the same: all of them see what is taken.
#[derive(Clone, Debug)]
pub struct Rulebooks(Arc<RwLock<Kept>>);

#[derive(Debug)]
struct Kept {
    sets: Sets,
    former: Vec<Former>,
}

/// Which rule set each domain goes by.
#[derive(Clone, Debug)]
pub struct Sets {
    /// That of each domain which has none of its own.
    pub usual: Arc<RuleSet>,
    /// Those of the others, by domain.
    pub own: BTreeMap<String, OfDomain>,
}

/// A set that no domain goes by any more.
#[derive(Debug)]
struct Former {
    set: Arc<RuleSet>,
    /// When it was replaced, or a visit last went by it.
    used_at: Moment,
}

/// Without layers that could be switched on.
impl From<Arc<Rulebook>> for Rulebooks {
    fn from(base: Arc<Rulebook>) -> Self {
        Sets::all(RuleSet::only(base)).into()
    }
}

impl From<Sets> for Rulebooks {
    fn from(sets: Sets) -> Self {
        Self(Arc::new(RwLock::new(Kept { sets, former: Vec::new() })))
    }
}

impl Sets {
    /// One for all domains.
    pub fn all(usual: RuleSet) -> Self {
        Self { usual: Arc::new(usual), own: BTreeMap::new() }
    }

    /// That of a domain.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of_domain(&self, domain: &str) -> OfDomain {
        self.own.get(domain).map_or_else(|| Ok(self.usual.clone()), Clone::clone)
    }

    /// Every set once, however many domains go by it.
    pub fn each(&self) -> Vec<&Arc<RuleSet>> {
        let mut known = BTreeSet::new();
        let all = std::iter::once(&self.usual).chain(self.own.values().flatten());
        all.filter(|set| known.insert(Arc::as_ptr(set))).collect()
    }
}

impl Rulebooks {
    /// These rules and the optional layers beside them, for every domain.
    pub fn new(program: Program, shelf: Shelf) -> Self {
        Sets::all(RuleSet::new(program, shelf)).into()
    }

    /// The sets as they are now.
    pub fn sets(&self) -> Sets {
        self.0.read().sets.clone()
    }

    /// The set of a domain.
    ///
    /// # Errors
    /// It was refused, and there was none before.
    pub fn of_domain(&self, domain: &str) -> Result<Arc<RuleSet>, RulebookError> {
        self.0.read().sets.of_domain(domain).map_err(RulebookError::Refused)
    }

    /// Whether that is the set of all domains that have none of their own.
    pub fn is_usual(&self, set: &Arc<RuleSet>) -> bool {
        Arc::ptr_eq(&self.0.read().sets.usual, set)
    }

    /// The rules of a company file.
    ///
    /// # Errors
    /// Its domain has none, or its layers do not fit them: they were switched on with others.
    pub fn of(&self, file: &CompanyFile) -> Result<Arc<Rulebook>, RulebookError> {
        self.of_domain(&file.made.domain)?.of(file)
    }

    /// From now on domains go by these sets. Those that no domain goes by any more are kept for visits under way, as long as
    /// a visit may be silent.
    pub fn take(&self, sets: Sets, now: Moment) {
        let mut kept = self.0.write();
        let before = std::mem::replace(&mut kept.sets, sets);
        let Kept { sets, former } = &mut *kept;
        former.retain(|it| now - it.used_at < StoredSession::LONGEST_SILENCE);
        let now_used = sets.each();
        for set in before.each() {
            former.retain(|it| it.set.fingerprint != set.fingerprint);
            if !now_used.iter().any(|it| Arc::ptr_eq(it, set)) {
                former.push(Former { set: set.clone(), used_at: now });
            }
        }
        former.sort_by_key(|it| std::cmp::Reverse(it.used_at));
        former.truncate(FORMER);
    }

    /// The set with that fingerprint, for a visit of this domain that began with it; nothing if this server does not have
    /// it, or not any more.
    pub(super) fn begun_with(&self, domain: &str, fingerprint: &str, now: Moment) -> Option<Arc<RuleSet>> {
        let is_it = |set: &Arc<RuleSet>| set.fingerprint == fingerprint;
        if let Some(set) = self.0.read().sets.of_domain(domain).ok().filter(is_it) {
            return Some(set);
        }
        let mut kept = self.0.write();
        if let Some(former) = kept.former.iter_mut().find(|it| is_it(&it.set)) {
            former.used_at = now;
            return Some(former.set.clone());
        }
        // Another domain goes by it, and this one did when the visit began.
        kept.sets.each().into_iter().find(|set| is_it(set)).cloned()
    }
}
