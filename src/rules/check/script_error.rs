//! What Rhai says of an expression or a script that does not parse, in words for the people who write rules.

use rhai::ParseErrorType as Kind;

use super::script::FORBIDDEN;
use super::syntax;
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::offset_of;
use crate::rules::files::place::Origin;

/// What Rhai said, at its place in the file.
pub fn parse_error(error: &rhai::ParseError, origin: &Origin) -> Diagnostic {
    let at = syntax::place(error.position());
    let offset = offset_of(&origin.text, at);
    let past = error.position().is_none() || offset >= origin.text.trim_end().len();
    let span = if past { end_of(origin) } else { origin.span_at(at) };
    let rest = origin.text.get(offset..).unwrap_or("");
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if FORBIDDEN.contains(&word.as_str()) {
        return Diagnostic::error(Code::NotAllowed, span, format!("`{word}` is not allowed in rules"))
            .help(instead_of(&word));
    }
    if rest.starts_with('|') {
        return Diagnostic::error(Code::NotAllowed, span, "functions without a name (`|x| ...`) are not allowed in rules")
            .help("`pick(list, field, value)` and `where(list, field, value)` choose members; a function in scripts/*.rhai may use `for`");
    }
    if origin.text.trim().is_empty() {
        return Diagnostic::error(Code::DoesNotParse, origin.span, "nothing follows the `=`")
            .help("write an expression; a text that begins with `=` is written `=\"=...\"`");
    }
    match error.err_type() {
        Kind::ExprTooDeep => {
            Diagnostic::error(Code::NestedTooDeep, span, "the expression is nested too deep")
                .help("give its parts names with `let` in a function in scripts/*.rhai")
        }
        Kind::MismatchedType(wanted, found) if wanted.contains("iter") => Diagnostic::error(
            Code::LoopOverNoList,
            span,
            format!("`for` goes over a list; this is {}", lower_first(found)),
        ),
        kind => Diagnostic::error(
            Code::DoesNotParse,
            span,
            format!("this does not parse: {}", lower_first(&kind.to_string())),
        )
        .help_if(help(rest, &word).or_else(|| comment(origin))),
    }
}

/// The last byte of a text that ended too early.
fn end_of(origin: &Origin) -> crate::rules::diagnostics::source::Span {
    let end = origin.text.trim_end().len().saturating_sub(1);
    origin.span_at(crate::rules::diagnostics::source::line_column(&origin.text, end))
}

fn instead_of(word: &str) -> &'static str {
    match word {
        "while" | "loop" | "do" => "go over a list with `for`: a loop of another kind may never end",
        "switch" => "write `if a { ... } else if b { ... } else { ... }`",
        "throw" | "try" => {
            "a `reject` or a `skip` of the object's file stops a document, with a message for people"
        }
        "import" | "export" => "all functions of scripts/*.rhai can be called by their names",
        _ => "functions may use `let`, `if`, `for` over a list, and `return`",
    }
}

/// The usual cause, seen from where Rhai stopped.
fn help(rest: &str, word: &str) -> Option<String> {
    let help = match word.to_lowercase().as_str() {
        "and" | "or" | "not" => "write `&&` for and, `||` for or, `!` for not",
        "let" | "return" | "for" => {
            "statements belong into a function in scripts/*.rhai; an expression is one value"
        }
        "fn" => "a `}` may be missing before this",
        "null" | "nil" | "none" => "write `()` for nothing: `x == ()`",
        "like" | "in" | "contains" => "write `contains(text, part)`, or `matches(text, pattern)`",
        "is" => "to compare, write `==`; to ask whether something is there, `x != ()`",
        "then" | "begin" | "end" => "write `if a { b } else { c }`",
        "elif" | "elsif" | "elseif" => "write `else if`",
        _ if rest.starts_with(['“', '”', '„', '‘', '’']) => {
            "text stands in straight double quotes: \"text\""
        }
        _ if rest.starts_with('?') => "write `if a { b } else { c }`; `a ?? b` gives `b` where `a` is absent",
        _ if rest.starts_with("<>") => "to ask whether two differ, write `!=`",
        _ if rest.starts_with('=') => "to compare, write `==`",
        _ if rest.starts_with('\'') => "text stands in double quotes: \"text\"",
        _ => return None,
    };
    Some(help.to_owned())
}

/// A plain value of YAML ends where a comment begins.
fn comment(origin: &Origin) -> Option<String> {
    let rest = origin.source.get(origin.span.end as usize..)?;
    let cut = origin.written().starts_with('=') && rest.lines().next()?.trim_start().starts_with('#');
    cut.then(|| "` #` begins a comment in YAML: put the expression in quotes".to_owned())
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}
