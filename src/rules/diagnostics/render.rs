//! Diagnostics as people read them: the source line, a caret, the reason, the fix.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::diagnostic::{Diagnostic, Severity};
use super::source::{Sources, Span};
use crate::text::counted::counted;

/// A line of more bytes than this is not shown: nobody reads it, and the renderer goes through all of it for each diagnostic.
const LONGEST: usize = 2_000;

/// The diagnostics as text, one after the other with an empty line between; coloured or not.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&[report(diagnostic, sources)]));
        text.push_str("\n\n");
    }
    text
}

/// How many errors and warnings there are, such as `no errors, 2 warnings`.
pub fn counts(errors: usize, warnings: usize) -> String {
    let errors = if errors == 0 { "no errors".to_owned() } else { counted(errors, "error") };
    if warnings == 0 { errors } else { format!("{errors}, {}", counted(warnings, "warning")) }
}

fn report<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> Group<'d> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let Some(source) = sources.get(diagnostic.span.file) else {
        return Group::with_title(title);
    };
    // Only the line itself: the renderer looks through all that it is given, for each diagnostic.
    let (line, start, text) = source.line(diagnostic.span.start as usize);
    if text.len() > LONGEST {
        let at = source.position(diagnostic.span.start as usize);
        let place = Origin::path(source.path.as_str()).line(line).char_column(at.column as usize);
        let group = title.element(place);
        return with_help(group, diagnostic);
    }
    let mut annotation = AnnotationKind::Primary.span(range(diagnostic.span, start, text));
    if !diagnostic.label.is_empty() {
        annotation = annotation.label(diagnostic.label.as_str());
    }
    let snippet = Snippet::source(text).line_start(line).path(source.path.as_str()).annotation(annotation);
    with_help(title.element(snippet), diagnostic)
}

fn with_help<'d>(group: Group<'d>, diagnostic: &'d Diagnostic) -> Group<'d> {
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// The span within its first line, which begins at that byte.
fn range(span: Span, line: usize, text: &str) -> Range<usize> {
    let within = |at: u32| (at as usize).saturating_sub(line).min(text.len());
    within(span.start)..within(span.end.max(span.start))
}
