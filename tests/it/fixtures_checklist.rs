//! The cases that must be there: every behaviour, and what is awkward about documents.

use crate::fixtures::{cases, name};

/// What must be shown, and the case that shows it.
const WANTED: &[(&str, &str)] = &[
    ("a part number goes with its first invoice", "part_number/created-when-first-invoiced"),
    ("and not before", "part_number/not-sent-on-its-own"),
    ("a part number on both sides is connected", "part_number/match"),
    ("importable items pass the filter", "part_number/import-by-type"),
    ("an empty filter lets nothing through", "part_number/import-filter-empty"),
    ("part number name on the line", "invoice/part-number-name-on-line"),
    ("part number description on the line", "invoice/part-number-description-on-line"),
    ("classes match exactly", "invoice/class-matches"),
    ("classes on bills", "bill/classes"),
    ("zero-quantity line", "invoice/zero-quantity"),
    ("negative quantity", "invoice/negative-quantity"),
    ("negative rate", "invoice/negative-rate"),
    ("zero rate", "invoice/zero-rate"),
    ("total exactly 0", "invoice/total-zero"),
    ("negative total", "invoice/total-negative"),
    ("negative total with the optional layer", "invoice/credit-memo"),
    ("no lines", "invoice/no-lines"),
    ("charge without part number", "invoice/charge-without-part-number"),
    ("two sales orders on one invoice", "invoice/two-sales-orders"),
    ("duplicate part names", "part_number/two-of-one-name"),
    ("32-character names", "part_number/name-of-32-characters"),
    ("`:` in a name", "part_number/colon-in-name"),
    ("`:` in a customer's name", "customer/colon-in-name"),
    ("customer that collides with a vendor", "customer/called-like-a-vendor"),
    ("inactive record of the same name", "customer/match-is-inactive"),
    ("inactive item of the same name", "part_number/match-is-inactive"),
    ("class that differs in case", "invoice/class-differs-in-case"),
    ("dimension `Class`", "invoice/dimension-called-class"),
    ("line dimension over document dimension", "invoice/class-of-line-over-document"),
    ("Markdown", "invoice/markdown"),
    ("accents", "invoice/accents"),
    ("emoji", "invoice/emoji"),
    ("CJK", "invoice/chinese"),
    ("control character", "invoice/control-character"),
    ("quotes and ampersands", "invoice/quotes-and-ampersands"),
    ("5,000-character description", "invoice/description-of-5000-characters"),
    ("12-character RefNumber with prefix", "invoice/ref-number-of-12-with-prefix"),
    ("12-character RefNumber without prefix", "invoice/ref-number-of-12-without-prefix"),
    ("number as string", "invoice/numbers-as-text"),
    ("micro noise", "invoice/binary-noise"),
    ("missing fields", "invoice/missing-customer-and-date"),
    ("null fields", "invoice/null-fields"),
    ("unknown extra fields", "invoice/unknown-extra-fields"),
    ("wrong types", "document/wrong-type-number"),
    ("several wrong types at once", "document/several-faults-in-one-document"),
    ("5-line foreign address", "invoice/foreign-address"),
    ("terms that do not match", "invoice/terms-do-not-match"),
    ("voided invoice", "invoice/voided-after-sent"),
    ("voided before it was sent", "invoice/voided-before-sent"),
    ("draft invoice", "invoice/draft"),
    ("500-line invoice", "invoice/500-lines"),
];

#[test]
fn nothing_of_the_list_is_missing() {
    let there: Vec<String> = cases().iter().map(name).collect();
    assert!(there.len() >= 60);
    let missing = WANTED.iter().filter(|(_, case)| !there.iter().any(|name| name == case));
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty(), "{missing:?}");
}
