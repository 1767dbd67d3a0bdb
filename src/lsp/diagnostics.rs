//! What is wrong, file by file. What was told of a file is taken back as soon as it no longer holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{DiagnosticSeverity, NumberOrString, PublishDiagnosticsParams};

use crate::rules::diagnostic::{Diagnostic, Severity};
use crate::rules::source::Sources;

use super::files::buffers::Buffers;
use super::files::house::Unread;
use super::files::positions::{Encoding, Lines};

/// Who tells it.
const SOURCE: &str = "ferrule";

/// What is to be told, by file.
#[derive(Debug, Default)]
pub struct Told(BTreeMap<PathBuf, Vec<lsp_types::Diagnostic>>);

impl Told {
    /// Adds what the checker says. What is said of a file that ships in the program is told in `instead`, which the person can
    /// change.
    pub fn add(&mut self, found: &[Diagnostic], sources: &Sources, instead: &Path, encoding: Encoding) {
        for diagnostic in found {
            let Some(source) = sources.get(diagnostic.span.file) else { continue };
            let path = Path::new(source.path.as_str());
            let mut told = as_told(diagnostic, Lines::new(&source.text, encoding));
            if path.is_absolute() {
                self.put(path, told);
                continue;
            }
            told.message = format!("{}: {}", sources.place(diagnostic.span), told.message);
            told.range = lsp_types::Range::default();
            self.put(instead, told);
        }
    }

    /// Adds why a rule set cannot be read.
    pub fn add_unread(&mut self, unread: &Unread, buffers: &Buffers, encoding: Encoding) {
        let text = buffers.read(&unread.path).unwrap_or_else(|_| Arc::from(""));
        let at = text.find(unread.word.as_str()).unwrap_or(0);
        let range = Lines::new(&text, encoding).range(at, at + unread.word.len());
        let severity = Some(DiagnosticSeverity::ERROR);
        let message = unread.message.clone();
        self.put(
            &unread.path,
            lsp_types::Diagnostic {
                range,
                severity,
                message,
                source: Some(SOURCE.to_owned()),
                ..Default::default()
            },
        );
    }

    /// Adds one of a file, unless it is there already: a file may be in several rule sets.
    fn put(&mut self, path: &Path, told: lsp_types::Diagnostic) {
        let of_file = self.0.entry(path.to_owned()).or_default();
        if !of_file.contains(&told) {
            of_file.push(told);
        }
    }

    /// What was told of a file counts as not told.
    pub fn forget(&mut self, path: &Path) {
        self.0.remove(path);
    }

    /// What differs from what was told before: that of files where nothing is wrong any more is empty.
    pub fn since(&self, before: &Self, buffers: &Buffers) -> Vec<PublishDiagnosticsParams> {
        let gone = before.0.keys().filter(|path| !self.0.contains_key(*path)).map(|path| (path, Vec::new()));
        let come = self.0.iter().filter(|(path, told)| before.0.get(*path) != Some(*told));
        let come = come.map(|(path, told)| (path, told.clone()));
        gone.chain(come)
            .filter_map(|(path, diagnostics)| {
                let version = buffers.get(path).map(|buffer| buffer.version);
                Some(PublishDiagnosticsParams { uri: buffers.url(path)?, diagnostics, version })
            })
            .collect()
    }
}

/// One as the protocol tells it.
pub fn as_told(diagnostic: &Diagnostic, lines: Lines<'_>) -> lsp_types::Diagnostic {
    let words = [&diagnostic.message, &diagnostic.label].into_iter().filter(|text| !text.is_empty());
    let help = diagnostic.help.as_ref().map(|help| format!("help: {help}"));
    let message: Vec<String> = words.cloned().chain(help).collect();
    lsp_types::Diagnostic {
        range: lines.span(diagnostic.span),
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(diagnostic.code.as_str().to_owned())),
        source: Some(SOURCE.to_owned()),
        message: message.join("\n"),
        ..Default::default()
    }
}
