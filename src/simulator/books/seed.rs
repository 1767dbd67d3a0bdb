//! Numbers that look random and are the same for the same seed.

use serde::{Deserialize, Serialize};

/// The state of `SplitMix64`, which is short and good enough for identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A GUID in braces.
    pub(crate) fn guid(&mut self) -> String {
        uuid::Uuid::from_u64_pair(self.next(), self.next()).braced().to_string()
    }
}
