//! "Did you mean": the nearest of the names there are.

/// A word of so many letters says enough to be taken for the beginning of a longer one.
const BEGINNING: usize = 5;

/// The candidate that is nearest to `word`, if one is near enough to have been meant: one that goes on
/// after the word (`invoicedAtAsDate` for `invoicedAt`), or at most a third of the letters differ (two
/// neighbours swapped count once), or the word goes on after it. Upper and lower case count as alike;
/// of equals the first in the alphabet is taken.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let most = (wanted.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .filter_map(|candidate| Some((distance(&wanted, &candidate.to_lowercase(), most)?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How far a candidate is from what was written; nothing if it is too far. What goes on after the word
/// comes before what only looks like it.
fn distance(wanted: &str, candidate: &str, most: usize) -> Option<(bool, usize)> {
    let (long, short) = (wanted.chars().count(), candidate.chars().count());
    let says_enough = long.min(short) >= BEGINNING;
    // No fewer letters differ than one of them has more; and what goes on differs in no others.
    let fewest = long.abs_diff(short);
    if says_enough && candidate.starts_with(wanted) {
        return Some((false, fewest));
    }
    if says_enough && wanted.starts_with(candidate) {
        return Some((true, fewest.min(most)));
    }
    if fewest > most {
        return None;
    }
    let edits = strsim::damerau_levenshtein(wanted, candidate);
    (edits <= most).then_some((true, edits))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        assert_eq!(nearest("TxnDat", ["TxnID", "TxnDate", "TermsRef"]), Some("TxnDate"));
        assert_eq!(nearest("txndate", ["TxnDate"]), Some("TxnDate"));
        assert_eq!(nearest("qantity", ["quantity", "rate"]), Some("quantity"));
        assert_eq!(nearest("Employee", ["VendorRet", "EmployeeRet"]), Some("EmployeeRet"));
        assert_eq!(nearest("InvoiceLines", ["Invoice"]), Some("Invoice"));
        assert_eq!(nearest("colour", ["TxnDate", "Memo"]), None);
    }

    #[test]
    fn what_goes_on_after_the_word_comes_first() {
        let known = ["finalizedAt", "invoicedAtAsDate", "invoiceAt", "voidedAt"];
        assert_eq!(nearest("invoicedAt", known), Some("invoicedAtAsDate"));
        assert_eq!(nearest("Addre", ["AddressBlock", "Address"]), Some("Address"));
        assert_eq!(nearest("id", ["idInDomain", "is"]), Some("is"), "too short to be a beginning");
    }
}
