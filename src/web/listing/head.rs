//! The heads of a list's columns.

use super::asked::Asked;

/// The head of a column; the macro `heads` draws it.
#[derive(Debug)]
pub struct Head {
    /// What it says.
    pub label: String,
    /// The class of its cells; empty for text.
    pub class: &'static str,
    /// The same list sorted by it; empty if nothing sorts by it.
    pub link: String,
    /// `ascending`, `descending` or nothing.
    pub sorted: &'static str,
}

impl Head {
    /// A column that the list can be sorted by.
    pub fn of(asked: &Asked, column: usize, label: &str, class: &'static str) -> Self {
        let sorted = match (asked.sort == Some(column), asked.is_down) {
            (false, _) => "",
            (true, false) => "ascending",
            (true, true) => "descending",
        };
        Self { label: label.to_owned(), class, link: asked.by_column(column).link(), sorted }
    }

    /// A column that the list cannot be sorted by.
    pub fn plain(label: &str) -> Self {
        Self { label: label.to_owned(), class: "", link: String::new(), sorted: "" }
    }
}
