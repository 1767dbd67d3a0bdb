//! Findings as continuous integration takes them: beside the lines of a change, or in a list of tests.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::json;

use crate::cli::terminal::Terminal;
use crate::document::Code;
use crate::rules::Compiled;
use crate::snapshots::{Checked, Tally, Verdict};
use crate::xml::Writer;

/// How the findings of the checker are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OfRules {
    /// Notes that GitHub Actions shows beside the lines
    Github,
    /// SARIF 2.1.0, which services for code read
    Sarif,
}

/// How the results of cases are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OfCases {
    /// Notes that GitHub Actions shows beside the files
    Github,
    /// The XML of `JUnit`, which every service for tests reads
    Junit,
}

/// Writes what the checker found.
pub fn of_rules(form: OfRules, compiled: &Compiled, terminal: Terminal) -> Result<()> {
    match form {
        OfRules::Github => {
            let notes = compiled.diagnostics.iter().map(|diagnostic| {
                let it = diagnostic.located(&compiled.sources);
                let help = it.help.map(|help| format!("\n{help}")).unwrap_or_default();
                note(it.severity, it.file, (it.line, it.column), it.code, &format!("{}{help}", it.message))
            });
            terminal.print(&notes.collect::<String>())
        }
        OfRules::Sarif => terminal.print_json(&sarif(compiled)),
    }
}

/// Writes what came of cases.
pub fn of_cases(form: OfCases, all: &[Checked], terminal: Terminal) -> Result<()> {
    let text = match form {
        OfCases::Github => {
            let notes = all.iter().filter_map(|checked| {
                let why = failure(&checked.verdict)?;
                let (path, word) = (checked.path.display().to_string(), checked.verdict.word());
                Some(note("error", &path, (1, 1), word, &why))
            });
            notes.collect()
        }
        OfCases::Junit => junit(all),
    };
    terminal.print(&text)
}

/// One note. GitHub reads it line by line, so what would end the line or a part of it is escaped.
fn note(severity: &str, file: &str, (line, column): (u32, u32), title: &str, message: &str) -> String {
    let text = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let part = |part: &str| text(part).replace(':', "%3A").replace(',', "%2C");
    format!(
        "::{severity} file={},line={line},col={column},title={}::{}\n",
        part(file),
        part(title),
        text(message)
    )
}

fn sarif(compiled: &Compiled) -> serde_json::Value {
    let codes: BTreeMap<&str, Code> =
        compiled.diagnostics.iter().map(|diagnostic| (diagnostic.code.as_str(), diagnostic.code)).collect();
    let rules: Vec<_> = codes
        .iter()
        .map(|(id, code)| json!({ "id": id, "shortDescription": { "text": code.about() } }))
        .collect();
    let results: Vec<_> = compiled
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let it = diagnostic.located(&compiled.sources);
            let help = it.help.map(|help| format!(". {help}")).unwrap_or_default();
            json!({
                "ruleId": it.code,
                "level": it.severity,
                "message": { "text": format!("{}{help}", it.message) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": it.file },
                    "region": { "startLine": it.line, "startColumn": it.column },
                } }],
            })
        })
        .collect();
    let driver = json!({ "name": "ferrule", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    })
}

/// Why a case does not pass; nothing if it passes.
fn failure(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Same { .. } => None,
        Verdict::Different { diff, .. } => Some(diff.clone()),
        Verdict::New { .. } => Some("there is no snapshot of this case".to_owned()),
        Verdict::Unmet(unmet) => Some(unmet.join("\n")),
        Verdict::Broken(error) => Some(error.to_string()),
    }
}

fn junit(all: &[Checked]) -> String {
    let tally = Tally::of(all);
    let counts = [tally.cases(), tally.different + tally.new + tally.unmet, tally.broken];
    let [tests, failed, errors] = counts.map(|count| count.to_string());
    let counts = [("tests", tests.as_str()), ("failures", &failed), ("errors", &errors)];
    let mut writer = Writer::new();
    writer.open_with("testsuites", counts);
    writer.open_with("testsuite", [("name", "ferrule test")].into_iter().chain(counts));
    for checked in all {
        let folder = checked.path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        let name =
            checked.path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        writer.open_with("testcase", [("classname", folder.as_str()), ("name", &name)]);
        if let Some(why) = failure(&checked.verdict) {
            let is_broken = matches!(checked.verdict, Verdict::Broken(_));
            let element = if is_broken { "error" } else { "failure" };
            writer.open_with(element, [("message", checked.verdict.word())]);
            writer.text(&why);
            writer.close(element);
        }
        writer.close("testcase");
    }
    writer.close("testsuite");
    writer.close("testsuites");
    format!("<?xml version=\"1.0\"?>\n{}\n", String::from_utf8_lossy(writer.as_bytes()))
}
