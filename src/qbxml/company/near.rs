//! Names like a given name.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::qbxml::index::fold_case;

/// The names of one record type, prepared for comparing.
#[derive(Debug)]
pub(super) struct Candidates {
    names: Vec<Candidate>,
}

#[derive(Debug)]
struct Candidate {
    name: Box<str>,
    key: Key,
    /// The last step of the name, if it has several.
    last: Option<Key>,
}

/// A name without case and white space, with what rules most names out at a glance.
#[derive(Debug)]
struct Key {
    text: Box<str>,
    length: usize,
    /// How often each kind of character occurs; several characters share a kind.
    counts: [u8; KINDS],
}

const KINDS: usize = 32;

impl Key {
    fn new(name: &str) -> Self {
        let text: String = fold_case(name).chars().filter(|c| !c.is_whitespace()).collect();
        let mut counts = [0_u8; KINDS];
        for character in text.chars() {
            if let Some(count) = counts.get_mut(u32::from(character) as usize % KINDS) {
                *count = count.saturating_add(1);
            }
        }
        Self { length: text.chars().count(), counts, text: text.into() }
    }

    /// The number of edits between the two, if it is at most `limit`.
    fn distance(&self, other: &Self, limit: usize) -> Option<usize> {
        if self.text == other.text {
            return Some(0);
        }
        if self.length.abs_diff(other.length) > limit || self.surplus(other).max(other.surplus(self)) > limit
        {
            return None;
        }
        Some(strsim::osa_distance(&self.text, &other.text)).filter(|distance| *distance <= limit)
    }

    /// How many characters this has that the other lacks. One edit removes one of them at most.
    fn surplus(&self, other: &Self) -> usize {
        let pairs = self.counts.iter().zip(&other.counts);
        pairs.map(|(own, theirs)| usize::from(own.saturating_sub(*theirs))).sum()
    }
}

impl Candidates {
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let candidate = |name: &'a str| Candidate {
            name: name.into(),
            key: Key::new(name),
            last: name.rsplit_once(':').map(|(_, last)| Key::new(last)),
        };
        Self { names: names.map(candidate).collect() }
    }
}

/// The names of these lists that are nearest to `name`, best first, each once.
pub(super) fn nearest(lists: &[Arc<Candidates>], name: &str, limit: usize) -> Vec<String> {
    let wanted = Key::new(name);
    let tolerance = (wanted.length / 3).clamp(1, 6);
    let mut found: Vec<(usize, &str)> = lists
        .iter()
        .flat_map(|list| &list.names)
        .filter_map(|candidate| Some((rank(candidate, &wanted, tolerance)?, &*candidate.name)))
        .collect();
    found.sort_unstable();
    let mut seen = BTreeSet::new();
    found.retain(|(_, name)| seen.insert(*name));
    found.into_iter().take(limit).map(|(_, name)| name.to_owned()).collect()
}

/// 0 for the same name, otherwise the edits needed; leaving steps out in front costs one edit.
fn rank(candidate: &Candidate, wanted: &Key, tolerance: usize) -> Option<usize> {
    let whole = candidate.key.distance(wanted, tolerance);
    let last =
        candidate.last.as_ref().and_then(|last| last.distance(wanted, tolerance - 1)).map(|edits| edits + 1);
    [whole, last].into_iter().flatten().min()
}
