//! Something that happened, in a sentence that links to what it is about.

/// A sentence with one link in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What stands before the link.
    pub before: String,
    /// What the link says; empty if there is none.
    pub label: String,
    /// Where it leads; empty if what it says has no page.
    pub href: String,
    /// What stands behind it.
    pub after: String,
    /// What is to be said besides.
    pub details: String,
}

impl Told {
    /// A sentence without a link.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { before: text.into(), ..Self::default() }
    }

    /// The same sentence without links, as a search looks through it.
    pub fn text(&self) -> String {
        let Self { before, label, after, details, .. } = self;
        format!("{before}{label}{after} {details}")
    }
}
