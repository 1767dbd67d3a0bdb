//! One seeded mistake: the default rule set, changed, and what the checker must say of it.
//!
//! ```yaml
//! about: One sentence on the mistake.
//! change:                        # optional: text of the default rules, replaced
//!   - in: invoice.yaml
//!     from: "TxnDate: =invoice"  # occurs once in the file
//!     to: "‹TxnDat›: =invoice"   # ‹› marks the offending text; without `from`, the file's new text
//! layer:                         # optional: the files of a further layer, called `site`
//!   customer.yaml: |
//!     export: ...
//! remove: [ruleset.yaml]         # optional: files that are not there
//! expect:                        # all diagnostics; each stands at the next mark, or at `at`
//!   - code: R301
//!     help: did you mean `TxnDate`?
//!   - { code: R104, at: site/customer.yaml:3:5, warning: true }
//! meant: site/customer.yaml:2    # optional: the line of the mistake, where it is told at another one
//! ```
//!
//! A file may also be a list of such cases. A mistake that the checker does not see expects nothing. Beside the file `<case>.snap` has the diagnostics as people read them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ferrule::rules::{Compiled, RuleFiles, Severity, compile};
use serde::Deserialize;

/// A case as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// One sentence on the mistake.
    pub about: String,
    #[serde(default)]
    change: Vec<Change>,
    #[serde(default)]
    layer: BTreeMap<String, String>,
    #[serde(default)]
    remove: Vec<String>,
    /// What the checker must say; nothing if it does not see the mistake.
    pub expect: Vec<Expected>,
    /// The line of the mistake, where it is told at another one.
    #[serde(default)]
    meant: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(rename = "in")]
    file: String,
    #[serde(default)]
    from: Option<String>,
    to: String,
}

/// A diagnostic that the checker must give.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Its code.
    pub code: String,
    /// `file:line:column`; without it, the next mark.
    #[serde(default)]
    at: Option<String>,
    /// Its help; without it, anything.
    #[serde(default)]
    help: Option<String>,
    /// Whether it is only a warning.
    #[serde(default)]
    warning: bool,
}

/// What there was to say of a case.
pub struct Outcome {
    /// What differs from what is expected; empty if nothing does.
    pub wrong: String,
    /// The diagnostics as people read them.
    pub rendered: String,
    /// Whether the mistake is told at all.
    pub is_told: bool,
    /// Whether it is told at the line of the mistake.
    pub is_at_its_line: bool,
    /// Whether what is told comes with help.
    pub has_help: bool,
}

/// All cases, by path.
pub fn all() -> Vec<(PathBuf, Vec<Case>)> {
    let mut paths = Vec::new();
    collect(&root().join("tests/faults"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let read = if text.starts_with("- ") {
            serde_yaml::from_str(&text)
        } else {
            serde_yaml::from_str(&text).map(|case| vec![case])
        };
        let cases = read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, cases)
    };
    paths.into_iter().map(read).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            paths.push(path);
        }
    }
}

/// The default rule set, with paths as they are shown from the project's folder.
pub fn default_rules() -> RuleFiles {
    let folder = root().join("rules");
    let mut files = RuleFiles::read(&[&folder]).unwrap();
    for file in files.layers.iter_mut().flatten() {
        file.path = format!("rules/{}", file.name);
    }
    files
}

impl Case {
    /// Checks the changed rule set.
    pub fn run(&self) -> Outcome {
        let mut marks = Vec::new();
        let compiled = compile(&self.files(&mut marks));
        let rendered = ferrule::rules::render::render(&compiled.diagnostics, &compiled.sources, false);
        let is_told = !compiled.diagnostics.is_empty();
        Outcome {
            wrong: self.differences(&compiled, &marks),
            rendered,
            is_told,
            is_at_its_line: is_told && self.meant.is_none(),
            has_help: compiled.diagnostics.iter().any(|diagnostic| diagnostic.help.is_some()),
        }
    }

    /// The rule set with the change in it; the marked places go to `marks`.
    fn files(&self, marks: &mut Vec<String>) -> RuleFiles {
        let mut files = default_rules();
        let base = &mut files.layers[0];
        base.retain(|file| !self.remove.contains(&file.name));
        for change in &self.change {
            if !base.iter().any(|file| file.name == change.file) {
                base.push(file("rules", &change.file, String::new()));
            }
            let changed = base.iter_mut().find(|file| file.name == change.file).unwrap();
            changed.text = match &change.from {
                Some(from) => {
                    assert_eq!(
                        changed.text.matches(from.as_str()).count(),
                        1,
                        "`{from}` must occur once in {}",
                        change.file
                    );
                    changed.text.replacen(from.as_str(), &change.to, 1)
                }
                None => change.to.clone(),
            };
        }
        base.sort_by(|a, b| a.name.cmp(&b.name));
        if !self.layer.is_empty() {
            files
                .layers
                .push(self.layer.iter().map(|(name, text)| file("site", name, text.clone())).collect());
        }
        files
            .layers
            .iter_mut()
            .flatten()
            .for_each(|file| file.text = unmarked(&file.path, &file.text, marks));
        files
    }

    fn differences(&self, compiled: &Compiled, marks: &[String]) -> String {
        let mut places = marks.iter();
        let expected: Vec<_> = self.expect.iter().map(|expected| expected.line(&mut places)).collect();
        let found: Vec<_> = compiled
            .diagnostics
            .iter()
            .zip(self.expect.iter().map(Some).chain(std::iter::repeat(None)))
            .map(|(diagnostic, expected)| {
                let help = expected.is_some_and(|expected| expected.help.is_some());
                line(
                    diagnostic.code.as_str(),
                    &compiled.sources.place(diagnostic.span),
                    diagnostic.severity == Severity::Warning,
                    diagnostic.help.as_deref().filter(|_| help),
                )
            })
            .collect();
        let left = places.count();
        let unused = if left == 0 { String::new() } else { format!("{left} marks are not expected\n") };
        if expected == found
            && left == 0
            && compiled.program.is_none() == self.expect.iter().any(|expected| !expected.warning)
        {
            return String::new();
        }
        format!("expected\n  {}\nfound\n  {}\n{unused}", expected.join("\n  "), found.join("\n  "))
    }
}

impl Expected {
    fn line<'m>(&self, marks: &mut impl Iterator<Item = &'m String>) -> String {
        let place =
            self.at.as_ref().or_else(|| marks.next()).map_or("nowhere: no mark is left", String::as_str);
        line(&self.code, place, self.warning, self.help.as_deref())
    }
}

fn line(code: &str, place: &str, warning: bool, help: Option<&str>) -> String {
    let kind = if warning { "warning" } else { "error" };
    format!("{kind} {code} at {place} {}", help.unwrap_or_default())
}

fn file(layer: &str, name: &str, text: String) -> ferrule::rules::files::RuleFile {
    ferrule::rules::files::RuleFile { name: name.to_owned(), path: format!("{layer}/{name}"), text }
}

/// The text without its marks, whose places go to `marks`.
fn unmarked(path: &str, text: &str, marks: &mut Vec<String>) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '‹' => {
                let at = ferrule::rules::source::line_column(&plain, plain.len());
                marks.push(format!("{path}:{}:{}", at.line, at.column));
            }
            '›' => {}
            other => plain.push(other),
        }
    }
    plain
}
