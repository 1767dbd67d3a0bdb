//! Quick fixes. Each is tried on the rules before it is offered: what it is for must be gone, and nothing new be wrong.

use crate::document::Code;
use crate::rules::diagnostic::{Diagnostic, Severity};
use crate::rules::source::{FileId, Span};
use crate::rules::suggest::meant;

use super::files::checked::{Checked, Edit};

/// So many fixes are tried for one question.
const MOST: usize = 12;

/// A change that mends something.
#[derive(Debug)]
pub struct Fix {
    /// What it does, for people.
    pub title: String,
    /// The change.
    pub edit: Edit,
    /// What it mends.
    pub mends: Diagnostic,
}

/// The fixes for what is wrong between two bytes of a file.
pub fn fixes(checked: &Checked, file: FileId, start: usize, end: usize) -> Vec<Fix> {
    let touches = |span: Span| span.file == file && span.start as usize <= end && start <= span.end as usize;
    let here = checked.diagnostics.iter().filter(|it| touches(it.span));
    let possible =
        here.flat_map(|it| ideas(checked, it).into_iter().map(move |(title, edit)| (it, title, edit)));
    possible
        .take(MOST)
        .filter(|(diagnostic, _, edit)| mends(checked, diagnostic, edit))
        .map(|(diagnostic, title, edit)| Fix { title, edit, mends: diagnostic.clone() })
        .collect()
}

/// What may mend something.
fn ideas(checked: &Checked, diagnostic: &Diagnostic) -> Vec<(String, Edit)> {
    let span = diagnostic.span;
    let written = checked.sources.slice(span);
    let replace = |text: String| Edit { span, text };
    let insert = |at: u32, text: String| Edit { span: Span { start: at, end: at, ..span }, text };
    let mut ideas = Vec::new();
    if let Some(name) = diagnostic.help.as_deref().and_then(meant) {
        let quote = written.get(..1).filter(|first| matches!(*first, "\"" | "'" | "`")).unwrap_or_default();
        ideas.push((format!("Write `{name}`"), replace(format!("{quote}{name}{quote}"))));
    }
    let quoted = || format!("\"{}\"", written.replace('\\', "\\\\").replace('"', "\\\""));
    match diagnostic.code {
        Code::ExpressionNeedsQuotes | Code::CutByComment => {
            ideas.push(("Put it in quotes".to_owned(), replace(quoted())));
        }
        Code::LooksLikeExpression => {
            ideas.push(("Make it an expression".to_owned(), insert(span.start, "=".to_owned())));
        }
        Code::MayBeTooLong => {
            let value = if written.starts_with('=') { quoted() } else { written.to_owned() };
            let indent = checked.sources.get(span.file).map(|source| {
                let (_, _, line) = source.line(span.start as usize);
                " ".repeat(line.len() - line.trim_start().len())
            });
            let indent = indent.unwrap_or_default();
            for (word, title) in [
                ("truncate", "Cut what is too long"),
                ("reject", "Reject the document if it is too long"),
                ("shorten", "Shorten it so that names stay unique"),
            ] {
                let whole = format!("{{ value: {value}, overflow: {word} }}");
                ideas.push((title.to_owned(), replace(whole)));
                ideas.push((title.to_owned(), insert(span.end, format!(", overflow: {word}"))));
                ideas.push((title.to_owned(), insert(span.end, format!("\n{indent}overflow: {word}"))));
            }
        }
        _ => {}
    }
    ideas
}

fn mends(checked: &Checked, diagnostic: &Diagnostic, edit: &Edit) -> bool {
    let Some(compiled) = checked.tried(std::slice::from_ref(edit)) else { return false };
    let errors = Severity::Error.count(&compiled.diagnostics);
    let is_gone = |it: &Diagnostic| {
        let is_there = it.span.file == diagnostic.span.file && it.span.start == diagnostic.span.start;
        !(it.code == diagnostic.code && is_there)
    };
    // Where a file can be read again, other mistakes in it may come to light.
    let is_better = errors <= Severity::Error.count(&checked.diagnostics)
        || diagnostic.code == Code::ExpressionNeedsQuotes;
    is_better && compiled.diagnostics.iter().all(is_gone)
}
