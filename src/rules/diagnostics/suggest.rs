//! "did you mean": the nearest of the names that would have been right.

use crate::document::nearest;

const BEFORE: &str = "did you mean `";
const BEHIND: &str = "`?";

/// The words `did you mean X?` for the nearest candidate.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("{BEFORE}{candidate}{BEHIND}"))
}

/// The candidate in such words, which an editor can put in the place of what was written.
pub fn meant(help: &str) -> Option<&str> {
    let (_, rest) = help.split_once(BEFORE)?;
    rest.split_once(BEHIND).map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_read_back() {
        let help = did_you_mean("Mamo", ["Memo", "Rate"]).unwrap();
        assert_eq!(help, "did you mean `Memo`?");
        assert_eq!(meant(&format!("no such element; {help}")), Some("Memo"));
        assert_eq!(meant("put it in quotes"), None);
    }
}
