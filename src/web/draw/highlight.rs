//! The files of a rule set in colours: pieces of text with the class of a colour, never markup.

use std::path::Path;

/// Text of one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePiece {
    /// `y-key`, `y-text`, `y-number`, `y-note`, `y-rule` for expressions, `y-word` for words of the
    /// language; empty for everything else.
    pub class: &'static str,
    /// The text, not escaped for HTML.
    pub text: String,
}

/// The lines of a file, by its name's ending: YAML, or Rhai's for `.rhai`. The pieces of a line are
/// together that line, without its end.
pub fn highlight(path: &str, text: &str) -> Vec<Vec<CodePiece>> {
    if Path::new(path).extension().is_some_and(|it| it == "rhai") {
        let mut state = Rhai::default();
        return text.lines().map(|line| state.line(line)).collect();
    }
    let mut state = Yaml::default();
    text.lines().map(|line| state.line(line)).collect()
}

/// Pieces of one line.
#[derive(Default)]
struct LinePieces(Vec<CodePiece>);

impl LinePieces {
    fn push(&mut self, class: &'static str, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut().filter(|last| last.class == class) {
            Some(last) => last.text.push_str(text),
            None => self.0.push(CodePiece { class, text: text.to_owned() }),
        }
    }
}

/// What a line of YAML needs to know of those before.
#[derive(Default)]
struct Yaml {
    /// A block of text that goes on: how deep what holds it stands, and whether it is an expression
    /// (nothing before its first line).
    block: Option<(usize, Option<bool>)>,
}

impl Yaml {
    fn line(&mut self, line: &str) -> Vec<CodePiece> {
        let mut pieces = LinePieces::default();
        let indent = line.len() - line.trim_start().len();
        if let Some((depth, is_rule)) = &mut self.block {
            if line.trim().is_empty() || indent > *depth {
                let text = line.trim_start();
                let is_rule = *is_rule.get_or_insert_with(|| text.starts_with('='));
                pieces.push(if is_rule { "y-rule" } else { "y-text" }, line);
                return pieces.0;
            }
            self.block = None;
        }
        let (blank, mut rest) = line.split_at(indent);
        pieces.push("", blank);
        while let Some(after) = rest.strip_prefix("- ") {
            pieces.push("", "- ");
            rest = after;
        }
        if let Some((key, value)) = key(rest) {
            pieces.push("y-key", key);
            pieces.push("", ":");
            rest = value;
        }
        self.value(rest, indent, &mut pieces);
        pieces.0
    }

    fn value(&mut self, text: &str, indent: usize, pieces: &mut LinePieces) {
        let value = text.trim_start();
        let (blank, _) = text.split_at(text.len() - value.len());
        pieces.push("", blank);
        if value.starts_with(['|', '>']) {
            self.block = Some((indent, None));
            pieces.push("y-word", value);
        } else if value.starts_with(['{', '[']) {
            flow(value, pieces);
        } else {
            let (value, note) = without_note(value);
            pieces.push(class(value), value);
            pieces.push("y-note", note);
        }
    }
}

/// `key: value`; the key may be quoted.
fn key(text: &str) -> Option<(&str, &str)> {
    let is_quoted = text.starts_with(['"', '\'']);
    let from = if is_quoted { text.get(1..)?.find(['"', '\''])? + 2 } else { 0 };
    let colon = from + text.get(from..)?.find(':')?;
    let (key, value) = (text.get(..colon)?, text.get(colon + 1..)?);
    let is_key = is_quoted || !(key.contains(['#', '{', '[', '"', '\'', '`', ' ']) || key.starts_with('='));
    (is_key && (value.is_empty() || value.starts_with(' '))).then_some((key, value))
}

/// A value, and the comment behind it.
fn without_note(text: &str) -> (&str, &str) {
    if text.starts_with('#') {
        return ("", text);
    }
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\''));
    let from = quote.and_then(|quote| text.get(1..)?.rfind(quote)).map_or(0, |end| end + 2);
    match text.get(from..).and_then(|rest| rest.find(" #")) {
        Some(at) => text.split_at(from + at),
        None => (text, ""),
    }
}

fn class(value: &str) -> &'static str {
    let plain = value.trim_start_matches(['"', '\'']);
    if plain.starts_with('=') {
        "y-rule"
    } else if value.starts_with(['"', '\'']) {
        "y-text"
    } else if matches!(value.trim(), "true" | "false" | "null") || value.trim().parse::<f32>().is_ok() {
        "y-number"
    } else {
        ""
    }
}

/// `{ value: =f(a, b), overflow: reject }`, on one line.
fn flow(text: &str, pieces: &mut LinePieces) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(note) = rest.strip_prefix(" #") {
            pieces.push("y-note", " #");
            return pieces.push("y-note", note);
        }
        if "{}[], ".contains(c) {
            let (mark, after) = rest.split_at(c.len_utf8());
            pieces.push("", mark);
            rest = after;
            continue;
        }
        let (item, after) = rest.split_at(end_of_item(rest));
        match key(item) {
            Some((name, value)) => {
                pieces.push("y-key", name);
                pieces.push("", ":");
                let blank = value.len() - value.trim_start().len();
                let (blank, value) = value.split_at(blank);
                pieces.push("", blank);
                if value.starts_with(['{', '[']) {
                    rest = rest.get(rest.len() - after.len() - value.len()..).unwrap_or_default();
                    continue;
                }
                pieces.push(class(value), value);
            }
            None => pieces.push(class(item), item),
        }
        rest = after;
    }
}

/// Where an item of a flow ends: at the next comma or bracket that is not within brackets or quotes of
/// the item. At least one character.
fn end_of_item(text: &str) -> usize {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') if depth > 0 => depth -= 1,
            (None, ',' | ']' | '}') if depth == 0 && at > 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// Words of the language of scripts.
const WORDS: [&str; 11] =
    ["fn", "let", "const", "if", "else", "for", "in", "return", "true", "false", "private"];

/// What a line of Rhai needs to know of those before.
#[derive(Default)]
struct Rhai {
    is_note: bool,
}

impl Rhai {
    fn line(&mut self, line: &str) -> Vec<CodePiece> {
        let mut pieces = LinePieces::default();
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let (class, end) = self.token(rest, c);
            let (token, after) = rest.split_at(end);
            pieces.push(class, token);
            rest = after;
        }
        pieces.0
    }

    fn token(&mut self, rest: &str, c: char) -> (&'static str, usize) {
        if self.is_note || rest.starts_with("/*") {
            let end = rest.find("*/").map(|end| end + 2);
            self.is_note = end.is_none();
            return ("y-note", end.unwrap_or(rest.len()));
        }
        if rest.starts_with("//") {
            return ("y-note", rest.len());
        }
        let of = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        match c {
            '"' | '`' | '\'' => ("y-text", end_of_text(rest, c)),
            '0'..='9' => ("y-number", of(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')),
            c if c.is_alphabetic() || c == '_' => {
                let end = of(|c| c.is_alphanumeric() || c == '_');
                let (word, after) = rest.split_at(end);
                let class = if WORDS.contains(&word) {
                    "y-word"
                } else if after.starts_with('(') {
                    "y-key"
                } else {
                    ""
                };
                (class, end)
            }
            c => ("", c.len_utf8()),
        }
    }
}

/// Behind the closing quote, or the end of the line.
fn end_of_text(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(path: &str, line: &str) -> Vec<(&'static str, String)> {
        let mut lines = highlight(path, line);
        lines.remove(0).into_iter().map(|piece| (piece.class, piece.text)).collect()
    }

    fn pieces(all: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        all.iter().map(|(class, text)| (*class, (*text).to_owned())).collect()
    }

    #[test]
    fn keys_expressions_texts_and_comments_are_told_apart() {
        let line = "  Memo: =plain(invoice.notes) # why";
        let expected = [
            ("", "  "),
            ("y-key", "Memo"),
            ("", ": "),
            ("y-rule", "=plain(invoice.notes)"),
            ("y-note", " # why"),
        ];
        assert_eq!(told("a.yaml", line), pieces(&expected));
        let line = "RefNumber: { value: =f(a, [1, 2]), overflow: reject }";
        assert_eq!(told("a.yaml", line)[3..5], pieces(&[("", ": "), ("y-rule", "=f(a, [1, 2])")]));
        assert_eq!(told("a.yaml", "max: 31")[2], ("y-number", "31".to_owned()));
        let block = highlight("a.yaml", "when: >-\n  =a\n  b\nid: x");
        assert_eq!((block[2][0].class, block[3][0].class), ("y-rule", "y-key"));
        let expected = [("y-word", "fn"), ("", " "), ("y-key", "f"), ("", "(a) { "), ("y-text", "\"x\\\"\"")];
        assert_eq!(told("a.rhai", "fn f(a) { \"x\\\"\" } // x")[..5], pieces(&expected));
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn pieces_together_are_the_text(text in "[a-z:{}\\[\\]'\"`=#/*|>, éß<&\n-]{0,80}", is_rhai: bool) {
            let path = if is_rhai { "a.rhai" } else { "a.yaml" };
            let lines: Vec<String> = highlight(path, &text)
                .into_iter()
                .map(|line| line.into_iter().map(|piece| piece.text).collect())
                .collect();
            prop_assert_eq!(lines, text.lines().map(str::to_owned).collect::<Vec<_>>());
        }
    }
}
