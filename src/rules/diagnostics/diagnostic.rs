//! What the checker has to say: a code, a place, a reason and, where there is one, a fix.

use std::collections::HashSet;

use super::source::{FileId, Sources, Span};
use crate::document::Code;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rule set cannot be used.
    Error,
    /// The rule set can be used; something in it is probably not what was meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }

    /// How many diagnostics are so grave.
    pub fn count(self, all: &[Diagnostic]) -> usize {
        all.iter().filter(|diagnostic| diagnostic.severity == self).count()
    }
}

/// One finding of the checker. Codes are explained by [`super::codes::page`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, such as `R301`.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one line without a final period.
    pub message: String,
    /// The offending value.
    pub span: Span,
    /// The words beside the caret: the reason, if the message needs one.
    pub label: String,
    /// How to fix it, if that is known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span,
            label: String::new(),
            help: None,
        }
    }

    /// A warning at a place.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Adds the words beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds how to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds how to fix it, if that is known.
    #[must_use]
    pub fn help_if(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    fn said(&self) -> Said {
        let is_missing =
            matches!(self.code, Code::MissingKey | Code::RequiredElementMissing | Code::NoneOfSeveral);
        (self.code, self.span, is_missing.then(|| self.message.clone()))
    }
}

/// The diagnostics of one run, in the order of files and lines.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
    /// What each of them says, to see at once whether its like is there already.
    said: HashSet<Said>,
}

/// What a diagnostic says: one code at one place, in whatever words. Of what is missing, several things
/// may be missing at one place, so there the words count too.
type Said = (Code, Span, Option<String>);

impl Diagnostics {
    /// Adds one, unless its like is there already: a function that is called twice is checked twice.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.said.insert(diagnostic.said()) {
            self.all.push(diagnostic);
        }
    }

    /// Names the place of a call for all that came after a mark and has no reason of its own yet: they
    /// are due to what the function was given there.
    pub fn called_at(&mut self, mark: usize, file: FileId, place: &str) {
        for diagnostic in self.all.iter_mut().skip(mark) {
            if diagnostic.label.is_empty() && diagnostic.span.file == file {
                diagnostic.label = format!("when called at {place}");
            }
        }
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// All of them, by file and place.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.all.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
        self.all
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.all.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Takes over all of another run's.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        other.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Forgets those of some codes that came after a mark.
    pub fn forget(&mut self, mark: usize, codes: &[Code]) {
        let gone = |diagnostic: &mut Diagnostic| codes.contains(&diagnostic.code);
        for diagnostic in self.all.extract_if(mark.min(self.all.len()).., gone) {
            self.said.remove(&diagnostic.said());
        }
    }

    /// Takes out those that came after a mark and are of a kind.
    pub fn take(&mut self, mark: usize, is_it: impl Fn(&Diagnostic) -> bool) -> Vec<Diagnostic> {
        let taken: Vec<Diagnostic> =
            self.all.extract_if(mark.min(self.all.len()).., |diagnostic| is_it(diagnostic)).collect();
        for diagnostic in &taken {
            self.said.remove(&diagnostic.said());
        }
        taken
    }

    /// How many there are: a mark to compare with later.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

/// A diagnostic with its place written out, for `--json`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Located<'a> {
    /// The code.
    pub code: &'a str,
    /// `error` or `warning`.
    pub severity: &'a str,
    /// The file.
    pub file: &'a str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: &'a str,
    /// The reason, beside the caret.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub reason: &'a str,
    /// How to fix it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<&'a str>,
}

impl Diagnostic {
    /// This diagnostic with its place written out.
    pub fn located<'a>(&'a self, sources: &'a Sources) -> Located<'a> {
        let position = sources.position(self.span);
        Located {
            code: self.code.as_str(),
            severity: self.severity.as_str(),
            file: sources.path(self.span.file),
            line: position.line,
            column: position.column,
            message: &self.message,
            reason: &self.label,
            help: self.help.as_deref(),
        }
    }
}
