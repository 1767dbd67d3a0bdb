//! The functions of script files, by their words: a script that is half typed is no script.

use std::path::Path;

use crate::lsp::cursor::tokens::{Kind, Token, tokens};
use crate::rules::source::{FileId, Sources, Span};

/// A function of a script file.
#[derive(Clone, Debug)]
pub struct ScriptFunction<'s> {
    /// Its name.
    pub name: &'s str,
    /// Its parameters.
    pub params: Vec<&'s str>,
    /// The comment above it.
    pub about: String,
    /// Its file, for people.
    pub path: &'s str,
    /// Where its name stands.
    pub span: Span,
    /// Where it ends: where the next one begins.
    pub end: usize,
}

impl ScriptFunction<'_> {
    /// How it is called.
    pub fn usage(&self) -> String {
        format!("{}({})", self.name, self.params.join(", "))
    }
}

/// The functions of all script files. Those of later layers stand last.
pub fn functions(sources: &Sources) -> Vec<ScriptFunction<'_>> {
    let scripts = sources
        .iter()
        .filter(|(_, source)| Path::new(&source.path).extension().is_some_and(|ending| ending == "rhai"));
    scripts.flat_map(|(file, source)| in_file(file, &source.path, &source.text)).collect()
}

/// The functions of one script file.
pub fn in_file<'s>(file: FileId, path: &'s str, text: &'s str) -> Vec<ScriptFunction<'s>> {
    let tokens = tokens(text);
    let mut found: Vec<ScriptFunction<'s>> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Some(name) = tokens.get(index + 1).filter(|it| is_fn(token) && it.kind == Kind::Word) else {
            continue;
        };
        if let Some(last) = found.last_mut() {
            last.end = token.at;
        }
        let inside = tokens.iter().skip(index + 2).take_while(|token| token.text != ")" && token.text != "{");
        let params = inside.filter(|token| token.kind == Kind::Word).map(|token| token.text).collect();
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let span = Span { file, start: narrow(name.at), end: narrow(name.at + name.text.len()) };
        let about = comment_above(text, token.at);
        found.push(ScriptFunction { name: name.text, params, about, path, span, end: text.len() });
    }
    found
}

fn is_fn(token: &Token<'_>) -> bool {
    token.kind == Kind::Word && token.text == "fn"
}

fn comment_above(text: &str, at: usize) -> String {
    let above = text.get(..at).unwrap_or_default().lines().rev();
    let mut lines: Vec<&str> = above.map_while(|line| line.trim().strip_prefix("///")).collect();
    lines.reverse();
    lines.concat().trim().to_owned()
}
