//! Expressions inside `{ }` and `[ ]`: there YAML ends a plain value at a comma or a bracket, so that an
//! expression with one of these is cut. What was meant can be seen from the expression's own brackets.

use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::{FileId, Span};

/// The whole expression of which YAML took only the beginning, if that is what happened to a plain value.
pub fn cut_value<'t>(file: &'t str, span: Span, text: &str) -> Option<&'t str> {
    let rest = file.get(span.start as usize..)?;
    if !text.starts_with('=') || is_balanced(text) || !rest.starts_with(text) {
        return None;
    }
    let line = rest.lines().next()?;
    expression(line).filter(|whole| whole.len() > text.len() && *whole != line.trim_end())
}

/// What is wrong, where an expression without quotes made the file unreadable.
pub fn cut_before(file: FileId, text: &str, failure: &Diagnostic) -> Option<Diagnostic> {
    if failure.code != Code::FileNotYaml {
        return None;
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if start > failure.span.start as usize {
            break;
        }
        if let Some((at, whole)) = unquoted(line) {
            let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let span = Span { file, start: narrow(start + at), end: narrow(start + at + whole.len()) };
            return Some(diagnostic(span, whole));
        }
        start += line.len();
    }
    None
}

/// An expression that needs quotes.
pub fn diagnostic(span: Span, expression: &str) -> Diagnostic {
    let quoted = expression.replace('\\', "\\\\").replace('"', "\\\"");
    Diagnostic::error(
        Code::ExpressionNeedsQuotes,
        span,
        "inside `{ }` and `[ ]` this expression needs quotes",
    )
    .label("a comma, a colon or a bracket in it ends the value")
    .help(format!("put the expression in quotes: `\"{quoted}\"`"))
}

/// The first expression inside `{ }` or `[ ]` of a line that YAML would cut, and where it begins.
fn unquoted(line: &str) -> Option<(usize, &str)> {
    let mut inside = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '"' | '\'' | '`' => return None,
            '=' if inside && matches!(before, ' ' | '{' | '[' | ',') => {
                let whole = expression(line.get(at..)?)?;
                return is_cut(whole).then_some((at, whole));
            }
            '#' | '=' if before == ' ' => return None,
            '{' | '[' => inside = true,
            _ => {}
        }
        before = c;
    }
    None
}

/// Whether YAML ends a plain value somewhere inside it.
fn is_cut(expression: &str) -> bool {
    expression.contains([',', '{', '}', '[', ']']) || expression.contains(": ") || expression.contains(" #")
}

/// An expression at the beginning of a text: up to the comma or bracket that does not belong to it.
fn expression(text: &str) -> Option<&str> {
    let mut depth = 0usize;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ',' | ')' | ']' | '}') if depth == 0 => return text.get(..at).map(str::trim_end),
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn is_balanced(text: &str) -> bool {
    let count = |c: char| text.matches(c).count();
    count('(') == count(')')
        && count('[') == count(']')
        && count('{') == count('}')
        && count('"').is_multiple_of(2)
        && count('`').is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_ends_where_its_own_brackets_end() {
        assert_eq!(expression("=f(a, b), overflow: reject }"), Some("=f(a, b)"));
        assert_eq!(expression("=join([a, b], \", \") }"), Some("=join([a, b], \", \")"));
        assert_eq!(expression("=if a { b } else { c } }"), Some("=if a { b } else { c }"));
        assert_eq!(expression("=f(a, b"), None);
    }

    #[test]
    fn only_expressions_in_brackets_are_meant() {
        assert_eq!(unquoted("a: { value: =f(a, b) }").map(|(at, _)| at), Some(12));
        assert_eq!(unquoted("a: { value: =f(a) }"), None);
        assert_eq!(unquoted("a: =f([a, b])"), None);
        assert_eq!(unquoted("a: { value: \"=f(a, b)\" }"), None);
        assert_eq!(unquoted("# a: { value: =f(a, b) }"), None);
    }
}
