//! "did you mean": the nearest of the names that would have been right.

/// The candidate nearest to `name`, if one is near enough to be meant: ignoring case, within a third of
/// its length in edits (a swap of neighbours is one edit), or where one only goes on after the other.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (distance(&wanted, &candidate.to_lowercase(), limit), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits from one name to the other; a name that only goes on after the other counts as near.
fn distance(wanted: &str, candidate: &str, limit: usize) -> usize {
    let edits = strsim::damerau_levenshtein(wanted, candidate);
    let begins = wanted.len().min(candidate.len()) >= 5
        && (wanted.starts_with(candidate) || candidate.starts_with(wanted));
    if begins { edits.min(limit) } else { edits }
}

/// The words `did you mean X?` for the nearest candidate.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        assert_eq!(nearest("TxnDat", ["TxnID", "TxnDate", "TermsRef"]), Some("TxnDate"));
        assert_eq!(nearest("txndate", ["TxnDate"]), Some("TxnDate"));
        assert_eq!(nearest("qantity", ["quantity", "rate"]), Some("quantity"));
        assert_eq!(nearest("Employee", ["VendorRet", "EmployeeRet"]), Some("EmployeeRet"));
        assert_eq!(nearest("colour", ["TxnDate", "Memo"]), None);
    }
}
