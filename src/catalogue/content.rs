//! The branches of a choice.

use super::load::catalogue;
use super::parts::{Choice, Particle};
use super::tables::Span;

impl Choice {
    /// The branches, each a sequence of particles, in the schema's order.
    pub fn branches(self) -> impl ExactSizeIterator<Item = &'static [Particle]> {
        let catalogue = catalogue();
        let branches = catalogue.choice(self).map_or(Span::EMPTY, |choice| choice.branches);
        branches.of(&catalogue.branches).iter().map(|branch| branch.of(&catalogue.particles))
    }

    /// How often at least one of the branches must be taken.
    pub fn min(self) -> u32 {
        catalogue().choice(self).map_or(0, |choice| choice.min)
    }

    /// How often at most; `None` if there is no limit.
    pub fn max(self) -> Option<u32> {
        catalogue().choice(self).map_or(Some(1), |choice| choice.max)
    }
}
