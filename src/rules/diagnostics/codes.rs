//! A page for every code: what it means, an example of the mistake, and how to mend it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::wrap::wrapped;
use crate::document::Code;

/// The pages, as YAML. A test compares their codes with those that occur in the program's source.
const PAGES: &str = include_str!("codes.yaml");

/// What there is to say of one code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The code, such as `R301`.
    pub code: Code,
    /// What it is about, in a few words.
    pub title: String,
    /// What it means and why it matters.
    pub meaning: String,
    /// An example of the mistake, or of the document that brings it about.
    pub example: String,
    /// How to mend it.
    pub fix: String,
}

static ALL: LazyLock<Vec<Page>> = LazyLock::new(|| serde_yaml::from_str(PAGES).unwrap_or_default());

/// The pages of all codes, in the order of codes.
pub fn all() -> &'static [Page] {
    &ALL
}

/// The page of a code; upper and lower case do not matter.
pub fn page(code: &str) -> Option<&'static Page> {
    ALL.iter().find(|page| page.code.as_str().eq_ignore_ascii_case(code))
}

/// What the codes of a group are about, by the group's digit.
const GROUPS: [(&str, &str); 6] = [
    ("R1", "the shape of rule files"),
    ("R2", "expressions and scripts"),
    ("R3", "qbXML"),
    ("R4", "limits"),
    ("R5", "references"),
    ("R6", "documents"),
];

impl Page {
    /// What the group of its code is about.
    pub fn group(&self) -> &'static str {
        let group = GROUPS.iter().find(|(start, _)| self.code.as_str().starts_with(start));
        group.map_or("", |(_, about)| about)
    }

    /// The page as plain text of at most 80 columns, examples aside, which are shown as they are.
    pub fn to_text(&self) -> String {
        let Self { code, title, .. } = self;
        let head = wrapped(&format!("{code}: {title} ({})", self.group()));
        let example = self.example.lines().fold(String::new(), |text, line| text + "    " + line + "\n");
        let (meaning, fix) = (wrapped(&self.meaning), wrapped(&self.fix));
        format!("{head}\n{meaning}\nFor example:\n\n{example}\nHow to mend it:\n\n{fix}")
    }
}
