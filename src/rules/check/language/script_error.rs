//! What Rhai says of an expression or a script that does not parse, in words for the people who write rules.

use rhai::ParseErrorType as Kind;

use super::foreign;
use super::script::FORBIDDEN;
use super::syntax;
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::{Span, line_column, offset_of};
use crate::rules::files::place::Origin;

/// What Rhai said, at its place in the file.
pub fn parse_error(error: &rhai::ParseError, origin: &Origin) -> Diagnostic {
    let at = syntax::place(error.position());
    let offset = offset_of(&origin.text, at);
    let said = said(error.err_type());
    if let Some(comment) = foreign::comment_without_end(&origin.text) {
        let message = "this comment is never closed";
        return Diagnostic::error(
            Code::DoesNotParse,
            origin.span_at(line_column(&origin.text, comment)),
            message,
        )
        .help("close it with `*/`, or begin each of its lines with `//`");
    }
    if let Some(at) = unfinished(&said, origin, offset) {
        return Diagnostic::error(
            Code::DoesNotParse,
            at,
            format!("this does not parse: {}", lower_first(&said)),
        )
        .help(before(origin, offset).unwrap_or_else(|| after(origin, offset)));
    }
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
        _ => Diagnostic::error(
            Code::DoesNotParse,
            span,
            format!("this does not parse: {}", lower_first(&said)),
        )
        .help_if(
            comment(origin)
                .or_else(|| of_number(origin, offset))
                .or_else(|| foreign::sign(rest))
                .or_else(|| of_words(&said))
                .or_else(|| help(rest, &word))
                .or_else(|| beside(origin, offset, &word)),
        ),
    }
}

/// What Rhai said, once.
fn said(kind: &Kind) -> String {
    match kind {
        Kind::BadInput(rhai::LexError::UnexpectedInput(input)) => format!("unexpected `{input}`"),
        kind => kind.to_string(),
    }
}

/// A word that follows another one, or a value: a sign is missing between the two.
fn beside(origin: &Origin, offset: usize, word: &str) -> Option<String> {
    let before = origin.text.get(..offset)?.trim_end();
    let follows = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '"' | '`'));
    (follows && !word.is_empty()).then(|| BESIDE.to_owned())
}

/// What to do where two values stand beside each other.
const BESIDE: &str = "put a sign between the two: a comma between the values of a function, `+` to join texts; a function has \
                      parentheses, and a name has no blanks";

/// Where a statement is not finished: Rhai stops at what follows it, mostly on the next line.
fn unfinished(said: &str, origin: &Origin, offset: usize) -> Option<Span> {
    if !said.contains("';'") {
        return None;
    }
    let before = origin.text.get(..offset)?.trim_end();
    let last = before.char_indices().next_back().map(|(at, _)| at)?;
    Some(origin.span_at(line_column(&origin.text, last)))
}

/// What a word of another language that stands before is here.
fn before(origin: &Origin, offset: usize) -> Option<&'static str> {
    let before = origin.text.get(..offset)?.trim_end();
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next()?;
    match word {
        "function" | "def" | "func" | "sub" => Some("a function is written `fn name(parameter) { ... }`"),
        _ => None,
    }
}

/// What is missing, seen from what follows: the next function, or the next statement.
fn after(origin: &Origin, offset: usize) -> &'static str {
    let rest = origin.text.get(offset..).unwrap_or_default().trim_start();
    let begins_function = rest.starts_with("fn ") || rest.starts_with("//");
    if begins_function { "a `}` may be missing after this" } else { "end the statement with `;`" }
}

/// A number as people write it: `10,000`, `12,50`, `10%`.
fn of_number(origin: &Origin, offset: usize) -> Option<String> {
    let before = origin.text.get(..offset)?;
    let rest = origin.text.get(offset..)?;
    let ends_in_digit = before.ends_with(|c: char| c.is_ascii_digit());
    if ends_in_digit && rest.starts_with(',') {
        return Some("a number has a point and no commas: `10000`, `12.50`".to_owned());
    }
    let is_percent = origin.text.trim_end().ends_with('%') || before.trim_end().ends_with('%');
    is_percent.then(|| "a percentage is written as a part of one: 10 % is `0.10`".to_owned())
}

/// The usual cause, seen from what Rhai said.
fn of_words(said: &str) -> Option<String> {
    let help = match said {
        said if said.contains("'}'") => "a `{` before this is not closed",
        said if said.contains("')'") => "a `(` before this is not closed",
        said if said.contains("string is not terminated") => {
            "close the text: `\"` or a backtick at its end, and `}` behind each `${`"
        }
        said if said.contains("iteration variable") => {
            "write `for x in list { ... }`, without brackets round it"
        }
        said if said.contains("already exists") => "give one of the two another name",
        said if said.contains("boolean expression") => {
            "both sides of `&&` and `||` are conditions: `x == \"a\" || x == \"b\"`"
        }
        said if said.contains("function name in function") => {
            "a function is written `fn name(parameter) { ... }`"
        }
        said if said.contains("separate the arguments") => BESIDE,
        said if said.contains("'->'") => "write a dot: `a.b`",
        said if said.contains("escape sequence") => {
            "in a text `\\` is written twice: `\"\\\\d+\"` is the pattern \\d+"
        }
        said if said.contains("'++'") => "write `x += 1`",
        said if said.contains("'--'") => "write `x -= 1`",
        said if said.contains("'var'") => "a new variable is written `let x = ...;`",
        said if said.contains("'#'") => "a comment begins with `//`",
        said if said.contains("reserved keyword") => {
            "the word has no meaning here; give the name another spelling"
        }
        _ => return None,
    };
    Some(help.to_owned())
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
        "if" => "write `if a { b } else { c }`, or `a ?? b` for `b` where `a` is absent",
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
        _ if rest.starts_with("<>") || rest.starts_with('>') => "to ask whether two differ, write `!=`",
        _ if rest.starts_with('=') => "to compare, write `==`",
        _ if rest.starts_with(';') => "an expression is one value: take the `;` out",
        _ if rest.starts_with('}') => "something is missing before this `}`, or it is one too many",
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
