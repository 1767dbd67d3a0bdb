//! The chapters of the book: what they are written in.

use std::fmt::Write as _;

use crate::catalogue::{self, StatusCode};
use crate::rules::codes;

use super::book::slug;

/// A chapter: one page of the book.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The part of the book that it belongs to.
    pub part: &'static str,
    /// Its title.
    pub title: String,
    /// The name of its page, without `.html`.
    pub name: String,
    /// The file that it stands in, by which its links are meant; nothing for one that is made of data.
    pub file: &'static str,
    /// What it says, in Markdown.
    pub text: String,
}

/// The files, each with the part it makes, and whether each of its headings is a chapter.
const FILES: [(&str, &str, &str, bool); 14] = [
    ("Ferrule", "README.md", include_str!("../../README.md"), false),
    ("The rule language", "rules/README.md", include_str!("../../rules/README.md"), true),
    ("The rule language", "docs/editors.md", include_str!("../../docs/editors.md"), false),
    ("The rule language", "docs/steelhead-api.md", include_str!("../../docs/steelhead-api.md"), false),
    ("Running the service", "docs/operating.md", include_str!("../../docs/operating.md"), false),
    ("Running the service", "docs/api.md", include_str!("../../docs/api.md"), false),
    ("Words", "docs/languages.md", include_str!("../../docs/languages.md"), false),
    ("Words", "docs/words.md", include_str!("../../docs/words.md"), false),
    ("How Ferrule is built", "docs/architecture.md", include_str!("../../docs/architecture.md"), false),
    ("How Ferrule is built", "docs/postgresql.md", include_str!("../../docs/postgresql.md"), false),
    ("How Ferrule is built", "docs/several-servers.md", include_str!("../../docs/several-servers.md"), false),
    ("How Ferrule is built", "docs/constraints.md", include_str!("../../docs/constraints.md"), false),
    ("How Ferrule is built", "docs/CONTRIBUTING.md", include_str!("../../docs/CONTRIBUTING.md"), false),
    ("How Ferrule is built", "docs/CHANGELOG.md", include_str!("../../docs/CHANGELOG.md"), false),
];

const CODES: &str = "Codes";

/// All chapters, in the order of the book.
pub fn chapters() -> Vec<Chapter> {
    let mut all = Vec::new();
    for (part, file, text, is_split) in FILES {
        let first = all.is_empty();
        let sections = if is_split { sections(text) } else { vec![text.to_owned()] };
        all.extend(sections.into_iter().map(|text| {
            let title = heading(&text);
            let name = if first { "index".to_owned() } else { slug(&title) };
            Chapter { part, title, name, file, text }
        }));
    }
    let made = |title: &str, text: String| {
        let name = slug(title);
        Chapter { part: CODES, title: title.to_owned(), name, file: "", text: format!("# {title}\n\n{text}") }
    };
    all.push(made("What the checker says", diagnostics()));
    all.push(made("Status codes of QuickBooks", statuses(catalogue::status_codes())));
    all.push(made("Codes of the connection to QuickBooks", statuses(catalogue::hresults())));
    all.push(made("Codes of the Web Connector", statuses(catalogue::web_connector_codes())));
    all
}

/// The first heading of a text.
fn heading(text: &str) -> String {
    let line = text.lines().find(|line| line.starts_with('#')).unwrap_or_default();
    line.trim_start_matches('#').trim().to_owned()
}

/// A text in pieces that begin with a heading of the second level; the first is what stands before them. The list of
/// codes is left out: the book has a page for them.
fn sections(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut is_code = false;
    for line in text.lines() {
        is_code ^= line.starts_with("```");
        if line.starts_with("## ") && !is_code {
            all.push(String::new());
        }
        if let Some(last) = all.last_mut() {
            _ = writeln!(last, "{line}");
        }
    }
    all.retain(|section| !section.contains("<!-- generated: codes -->"));
    all
}

fn diagnostics() -> String {
    let mut text = String::new();
    for codes::Page { code, title, meaning, example, fix } in codes::all() {
        _ = write!(text, "## {code}: {title}\n\n{meaning}\n\n");
        _ = write!(text, "```yaml\n{}\n```\n\n**How to mend it.** {fix}\n\n", example.trim_end());
    }
    text
}

fn statuses(all: &[StatusCode]) -> String {
    let mut text = String::new();
    for StatusCode { code, happened, cause, who, how, .. } in all {
        _ = write!(text, "## {code}\n\n{happened} {cause}\n\n**Whose turn:** {}. {how}\n\n", who.phrase());
    }
    text
}
