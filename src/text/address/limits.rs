//! How long an address and its parts may be.

/// The most lines that are printed of an address, and so the most address lines (`Addr1` to `Addr5`).
pub const MAX_LINES: usize = 5;
/// The most address lines beside a city, state, postal code or country.
pub(super) const BESIDE_TOWN: usize = 3;
/// The most characters of an address line.
pub(super) const MAX_LINE: usize = 41;
pub(super) const MAX_CITY: usize = 31;
pub(super) const MAX_STATE: usize = 21;
pub(super) const MAX_POSTAL_CODE: usize = 13;
pub(super) const MAX_COUNTRY: usize = 31;

/// Whether a text has so many characters at most.
pub(super) fn fits(text: &str, max: usize) -> bool {
    text.chars().count() <= max
}
