//! A set of names, kept so small that it is made and asked in no time. It may say that it has a name that it has not.

/// Some names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameSet(u128);

impl NameSet {
    /// The set of one name.
    pub fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let byte = |place: usize| bytes.get(place).map_or(0, |byte| u32::from(*byte));
        let (first, middle, last) = (byte(0), byte(bytes.len() / 2), byte(bytes.len().wrapping_sub(1)));
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        // Multiplied by a large odd number, so that every byte counts in the highest bits.
        let mixed = (first | middle << 8 | last << 16 | length << 24).wrapping_mul(0x9E37_79B1);
        Self(1 << (mixed >> 25))
    }

    /// Adds all names of another set.
    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether it may have all names of another set; if not, it lacks one for certain.
    pub fn may_have(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_what_was_added_and_mostly_nothing_else() {
        let names =
            ["CustomerRef", "TxnDate", "RefNumber", "Memo", "InvoiceLineAdd", "ItemRef", "Quantity", ""];
        let mut set = NameSet::default();
        for name in names {
            set.add(NameSet::of(name));
        }
        assert!(names.iter().all(|name| set.may_have(NameSet::of(name))));
        let others = ["IsPending", "LinkToTxn", "Rate", "Amount", "ExchangeRate", "PONumber", "ServiceDate"];
        assert!(others.iter().filter(|name| set.may_have(NameSet::of(name))).count() <= 1);
    }
}
