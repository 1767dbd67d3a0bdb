//! What is usually the cause where YAML cannot be read, and what helps. The parser says where it stopped and what it
//! expected there; people want to know what they did.

use crate::rules::diagnostics::diagnostic::Diagnostic;

/// What the parser said, with the usual cause.
pub fn explained(text: &str, mut diagnostic: Diagnostic) -> Diagnostic {
    let said = |words: &str| diagnostic.message.contains(words);
    let help = if let Some(tab) = indented_by_tab(text, diagnostic.span.start as usize) {
        diagnostic.span.start = u32::try_from(tab).unwrap_or(u32::MAX);
        diagnostic.span.end = diagnostic.span.start + 1;
        "this is not YAML: the line is indented with a tab".clone_into(&mut diagnostic.message);
        "indent with spaces: YAML takes no tabs there"
    } else if let Some(help) = expression_in_quotes(text, diagnostic.span.start as usize) {
        return diagnostic.help(help);
    } else if let Some((place, help)) = text_without_colon(text, &diagnostic) {
        (diagnostic.span.start, diagnostic.span.end) = place;
        help
    } else if let Some((place, help)) =
        said("mapping").then(|| line_before(text, diagnostic.span.start as usize)).flatten()
    {
        if let Some((start, end)) = place {
            let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            (diagnostic.span.start, diagnostic.span.end) = (narrow(start), narrow(end));
        }
        help
    } else if said("mapping values are not allowed") {
        "`: ` begins a value; put a text that holds one in quotes, or write it as a block (`>-`)"
    } else if said("did not find expected key") {
        "check the indentation: the keys of one mapping begin in the same column"
    } else if said("unknown anchor") || said("anchor or alias") {
        "`*` begins an alias; put a text that begins with it in quotes"
    } else if said("unexpected character") || said("node content") {
        "put a value that begins with such a sign in quotes"
    } else if said("unprintable") {
        "delete the character; an editor that shows control characters helps to find it"
    } else if said("one YAML document") {
        "remove the `---`, or make two files of it"
    } else if said("quote") {
        "close the quote; a quote inside double quotes is written `\\\"`"
    } else {
        return diagnostic;
    };
    diagnostic.help(help)
}

/// The first tab of the line that a byte lies in, or of the next, if it is among the blanks that indent it. The
/// parser may stop on either.
fn indented_by_tab(text: &str, at: usize) -> Option<usize> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let mut begins = start;
    for line in text.get(start..)?.split_inclusive('\n').take(2) {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..blanks)?.find('\t').filter(|_| !line.trim().is_empty()) {
            return Some(begins + tab);
        }
        begins += line.len();
    }
    None
}

/// The usual cause where a key stands and YAML expects none: the line before has no colon, or this line is indented
/// deeper than the keys above. Gives the place of the line before where that is the cause.
fn line_before(text: &str, at: usize) -> Option<(Option<(usize, usize)>, &'static str)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.lines().next()?;
    let key = line.trim_start().split(':').next()?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '/'));
    // The colon of the key itself, not one within its value.
    if !is_key || at != start + (line.len() - line.trim_start().len()) + key.len() {
        return None;
    }
    let above = text.get(..start.saturating_sub(1))?;
    let begins = above.rfind('\n').map_or(0, |newline| newline + 1);
    let above = above.get(begins..)?;
    if !above.trim().is_empty() && !above.contains(':') && !above.trim_start().starts_with(['-', '#']) {
        let first = begins + (above.len() - above.trim_start().len());
        let place = (first, begins + above.trim_end().len());
        return Some((Some(place), "a `:` is missing at the end of this line"));
    }
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let help = "check the indentation: the keys of one mapping begin in the same column";
    (indent(line) > indent(above)).then_some((None, help))
}

/// The usual cause where the line before is to blame: a dash without a blank after it, or a text that goes on in the
/// column of the keys.
fn text_without_colon(text: &str, diagnostic: &Diagnostic) -> Option<((u32, u32), &'static str)> {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let said = |words: &str| diagnostic.message.contains(words);
    let at = diagnostic.span.start as usize;
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let above = text.get(..start)?.trim_end();
    let begins = above.rfind('\n').map_or(0, |newline| newline + 1);
    let line = above.get(begins..)?;
    let first = begins + (line.len() - line.trim_start().len());
    let place = (narrow(first), narrow(above.len()));
    let dash = line.trim_start().strip_prefix('-');
    if dash.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())) && said("mapping") {
        return Some((place, "a blank follows the dash of a list: `- id: ...`"));
    }
    let goes_on = said("simple key") && !line.contains(':');
    goes_on.then_some((
        place,
        "a `:` is missing, or the text goes on from the line above: indent it deeper than its key",
    ))
}

/// How to write an expression with quotes in it, where YAML took these for its own or ended the value at `: `.
fn expression_in_quotes(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.lines().next()?;
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    let word = key.trim_start_matches(['-', ' ']);
    if word.contains(['{', '[', '#', '"', '\'']) || value.starts_with(['{', '[', '|', '>', '#', '&', '*']) {
        return None;
    }
    let is_expression = value.starts_with('=') || value.starts_with("\"=") || value.contains("\" +");
    if !is_expression || !value.contains(['"', '`']) {
        return None;
    }
    let expression = value.trim_start_matches("\"=").trim_start_matches('=');
    if expression.contains('\'') {
        return Some(format!(
            "write the expression as a block: `{word}: >-`, and `={expression}` indented below it"
        ));
    }
    Some(format!("put the whole expression in single quotes: `{word}: '={expression}'`"))
}
