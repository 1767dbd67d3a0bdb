//! Every text of the pages, and the file that a translator fills in. `english.yaml` is made from the source by a test,
//! which holds it exact.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::language::file::{Kept, category_name};

static ENGLISH: LazyLock<English> = LazyLock::new(|| read().unwrap_or_default());

/// Every text of the pages.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct English {
    /// Each text, and the files that have it.
    pub texts: BTreeMap<String, Vec<String>>,
    /// Each text that counts, by the one for a single thing.
    pub counts: BTreeMap<String, Counted>,
}

/// A text that counts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The text for any other number.
    pub other: String,
    /// The files that have it.
    #[serde(rename = "in")]
    pub files: Vec<String>,
}

/// The text is embedded and a test reads it, so a user never meets one that cannot be read.
fn read() -> Result<English, serde_yaml::Error> {
    serde_yaml::from_str(include_str!("data/english.yaml"))
}

/// Every text of the pages.
pub fn english() -> &'static English {
    &ENGLISH
}

/// What stands above a file of a language.
const HEAD: &str = "\
# A language for Ferrule’s pages. `ferrule serve --language FILE` speaks it.
#
# language  the tag of the language, as in `de` or `pt-BR`
# texts     for each English text yours, in quotes
# counts    for each text that counts, one for each form that your language has
#
# A text that is left empty stays English. Names in braces, as {n}, are values: put them where your language wants
# them. Marks, as <strong> and </strong>, stand around the words that they mark. The comment names the files that have
# the text.
";

/// A file of a language with what is kept of another one, all else empty.
pub fn file(kept: &Kept) -> String {
    let mut out = String::from(HEAD);
    _ = writeln!(out, "language: {}\ntexts:", quoted(&kept.tag));
    for (text, files) in &english().texts {
        let own = kept.texts.get(text).map_or("", String::as_str);
        _ = writeln!(out, "  # {}\n  {}:\n    {}", files.join(", "), quoted(text), quoted(own));
    }
    out.push_str("counts:\n");
    for (one, counted) in &english().counts {
        _ = writeln!(out, "  # {}: {}\n  {}:", counted.files.join(", "), counted.other, quoted(one));
        for category in kept.forms() {
            let forms = kept.counts.get(one);
            let own = forms.and_then(|forms| forms.iter().find(|(it, _)| *it == category));
            let own = own.map_or("", |(_, text)| text.as_str());
            _ = writeln!(out, "    {}: {}", category_name(category), quoted(own));
        }
    }
    out
}

/// As JSON has it, which YAML reads too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::file::language;

    #[test]
    fn the_list_can_be_read_and_the_file_made_of_it_too() {
        let all = read().unwrap();
        assert!(all.texts.len() > 500 && all.counts.len() > 20, "{} {}", all.texts.len(), all.counts.len());
        let empty = file(&Kept::empty("de"));
        let language = language("de.yaml", &empty).unwrap();
        assert_eq!((language.tag.as_str(), language.texts.len(), language.counts.len()), ("de", 0, 0));
    }
}
