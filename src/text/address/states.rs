//! The states and territories of the United States.

use std::borrow::Cow;

/// Abbreviation and name of the 50 states, the District of Columbia, the territories, and the three
/// "states" of military mail (USPS Publication 28, appendix B).
const STATES: [(&str, &str); 59] = [
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("DC", "District of Columbia"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VA", "Virginia"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
    ("AS", "American Samoa"),
    ("GU", "Guam"),
    ("MP", "Northern Mariana Islands"),
    ("PR", "Puerto Rico"),
    ("VI", "Virgin Islands"),
    ("AA", "Armed Forces Americas"),
    ("AE", "Armed Forces Europe"),
    ("AP", "Armed Forces Pacific"),
];

/// True for an abbreviation (`OH`, `D.C.`) or a full name (`West Virginia`), whatever its case.
pub(super) fn is_state(text: &str) -> bool {
    let plain = without_points(text);
    STATES.iter().any(|(short, name)| plain.eq_ignore_ascii_case(short) || plain.eq_ignore_ascii_case(name))
}

/// True for a line that says "United States" (`USA`, `U.S.`, `United States of America`).
pub(super) fn is_united_states(text: &str) -> bool {
    let plain = without_points(text);
    ["US", "USA", "United States", "United States of America"]
        .iter()
        .any(|name| plain.eq_ignore_ascii_case(name))
}

/// `D.C.` as `DC`; most texts have no points, and need no copy.
fn without_points(text: &str) -> Cow<'_, str> {
    if text.contains('.') { Cow::Owned(text.replace('.', "")) } else { Cow::Borrowed(text) }
}
