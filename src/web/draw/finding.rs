//! What the checker says of the rules, for pages.

use crate::rules::Diagnostic;
use crate::rules::source::Sources;
use crate::text::quotes::quoted;

/// What the checker says.
#[derive(Clone)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The code.
    pub code: &'static str,
    /// What is wrong, with the reason.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl Finding {
    /// A diagnostic, with its place.
    pub fn of(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let place = sources.position(diagnostic.span);
        let reason =
            if diagnostic.label.is_empty() { String::new() } else { format!(": {}", diagnostic.label) };
        Self {
            path: sources.path(diagnostic.span.file).to_owned(),
            line: place.line,
            column: place.column,
            severity: diagnostic.severity.as_str(),
            code: diagnostic.code.as_str(),
            message: quoted(&format!("{}{reason}", diagnostic.message)),
            help: diagnostic.help.as_deref().map(quoted).unwrap_or_default(),
        }
    }

    /// The kind of colour.
    pub fn kind(&self) -> &'static str {
        if self.severity == "error" { "bad" } else { "warn" }
    }
}
