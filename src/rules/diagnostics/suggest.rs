//! "did you mean": the nearest of the names that would have been right.

use crate::document::nearest;

/// The words `did you mean X?` for the nearest candidate.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}
