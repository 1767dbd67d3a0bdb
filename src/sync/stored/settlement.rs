//! What people say of documents that were done by hand.

use std::fmt;

use super::{DocumentKey, Moment};

/// What a person has said of a document: that it is done by hand, or that it is not.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Settlement {
    /// The document.
    pub document: DocumentKey,
    /// Whether it is done by hand. If not, the person took back what the rules say.
    pub is_settled: bool,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why, in the person's words; may be empty.
    pub why: String,
}

/// What became of documents that were to be settled.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Settled {
    /// They count as done by hand from now on.
    pub settled: Vec<DocumentKey>,
    /// They were settled before.
    pub already: Vec<DocumentKey>,
    /// Left as they are: they have been sent, and the answer is not here.
    pub under_way: Vec<DocumentKey>,
    /// Not known.
    pub unknown: Vec<DocumentKey>,
}

/// The sentence that people read.
impl fmt::Display for Settlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is_settled, by, at, why, .. } = self;
        let what = if *is_settled { "settled it by hand" } else { "took back that it is settled by hand" };
        write!(f, "{by} {what} on {}", at.format("%Y-%m-%d"))?;
        let why = why.trim();
        if !why.is_empty() {
            write!(f, ": {why}")?;
        }
        if why.ends_with(['.', '!', '?']) { Ok(()) } else { f.write_str(".") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_when_and_why() {
        let document = DocumentKey { object: "bill".to_owned(), id: "1".to_owned() };
        let by = "Kim".to_owned();
        let mut said =
            Settlement { document, is_settled: true, by, at: Moment::default(), why: String::new() };
        assert_eq!(said.to_string(), "Kim settled it by hand on 1970-01-01.");
        said.why = " booked in April. ".to_owned();
        assert_eq!(said.to_string(), "Kim settled it by hand on 1970-01-01: booked in April.");
        said.is_settled = false;
        said.why = "no".to_owned();
        assert_eq!(said.to_string(), "Kim took back that it is settled by hand on 1970-01-01: no.");
    }
}
