//! White space within the lines of a YAML file: one blank behind a colon, none before a comma.

use crate::rules::diagnostics::source::Span;
use crate::rules::files::yaml::{Kind, Node};

/// The text with its white space in form.
pub fn spaced(text: &str, node: &Node) -> String {
    let mut gaps = Vec::new();
    collect(text, node, &mut gaps);
    gaps.sort_unstable();
    let (mut out, mut at) = (String::new(), 0);
    for (start, end, instead) in gaps {
        // An alias says again what stands elsewhere.
        if start < at {
            continue;
        }
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(instead);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Between two bytes stands this instead.
type Gap = (usize, usize, &'static str);

fn collect(text: &str, node: &Node, gaps: &mut Vec<Gap>) {
    let mut inside: Vec<(Span, Span)> = Vec::new();
    match &node.kind {
        Kind::Scalar { .. } => return,
        Kind::List(members) => {
            for member in members {
                collect(text, member, gaps);
            }
            inside.extend(members.iter().map(|member| (member.span, member.span)));
        }
        Kind::Map(entries) => {
            for entry in entries {
                add(text, gaps, entry.key_span.end, entry.value.span.start, (":", ": "));
                collect(text, &entry.value, gaps);
                inside.push((entry.key_span, entry.value.span));
            }
        }
    }
    let (open, close, blank) = match text.get(node.span.start as usize..).and_then(|it| it.chars().next()) {
        Some('{') => ("{", "}", true),
        Some('[') => ("[", "]", false),
        _ => return,
    };
    let (Some((first, _)), Some((_, last))) = (inside.first(), inside.last()) else { return };
    add(text, gaps, node.span.start, first.start, (open, if blank { "{ " } else { "[" }));
    add(text, gaps, last.end, node.span.end, (close, if blank { " }" } else { "]" }));
    for (before, after) in inside.iter().zip(inside.iter().skip(1)) {
        add(text, gaps, before.1.end, after.0.start, (",", ", "));
    }
}

/// What stands between two bytes of one line, if it is a sign and blanks, gets its form.
fn add(text: &str, gaps: &mut Vec<Gap>, start: u32, end: u32, (sign, form): (&str, &'static str)) {
    let (start, end) = (start as usize, end as usize);
    let Some(between) = text.get(start..end) else { return };
    if between.trim_matches(' ') == sign && between != form {
        gaps.push((start, end, form));
    }
}
