//! What a word means.

use crate::functions;
use crate::rules::schema::RuleFileKind;
use crate::rules::special;

use super::cursor::outline::At;
use super::cursor::tokens::{Kind, Token, chain, tokens};
use super::known::{about, elements, keys};
use super::view::{Expression, View};

/// What there is to say of a word.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// Where the word begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it means, as Markdown.
    pub text: String,
}

/// What the word at the cursor means.
pub fn hover(view: &View<'_>) -> Option<Said> {
    if let Some(expression) = view.expression() {
        return in_expression(view, &expression);
    }
    match view.place.at {
        At::Key { word, start } => {
            let text = of_key(view, word)?;
            Some(Said { start, end: start + word.len(), text })
        }
        At::Value { key, text, start } => {
            let path: Vec<&str> = view.place.path.iter().copied().chain([key]).collect();
            let word = keys::values(view.file, &path).into_iter().find(|word| word.name == text)?;
            Some(Said {
                start,
                end: start + text.len(),
                text: format!("**{}**\n\n{}", word.name, word.about),
            })
        }
        At::Nothing => None,
    }
}

/// What the cursor is at, of which a case may have a value: the way of an element, or the name that an expression reads.
pub fn read(view: &View<'_>) -> Option<String> {
    if let Some(expression) = view.expression() {
        let tokens = tokens(&expression.text);
        let cursor = view.offset - expression.start;
        let is_at = |token: &Token<'_>| (token.at..=token.at + token.text.len()).contains(&cursor);
        let last = tokens.iter().position(|token| token.kind == Kind::Word && is_at(token))?;
        let names: Vec<&str> = chain(&tokens, last).iter().map(|name| name.text).collect();
        return Some(names.join("."));
    }
    let At::Key { word, .. } = view.place.at else { return None };
    elements::around(view.program, view.object, &view.place)?;
    let below = view.place.path.iter().skip_while(|key| **key != "fields").skip(1);
    let steps = below.chain([&word]).filter(|key| elements::is_element(key)).copied();
    Some(steps.collect::<Vec<_>>().join("/"))
}

fn of_key(view: &View<'_>, word: &str) -> Option<String> {
    let path = &view.place.path;
    if view.kind() == Some(RuleFileKind::Settings) && path.as_slice() == ["settings"] {
        return view.program.settings.find(word).map(|(_, setting)| about::setting(setting));
    }
    let around = elements::around(view.program, view.object, &view.place);
    let element = around.filter(|_| elements::is_element(word)).and_then(|it| it.parent.descend(word));
    if let Some(element) = element {
        return Some(about::element(element));
    }
    keys::about(view.file, path, word)
}

fn in_expression(view: &View<'_>, expression: &Expression<'_>) -> Option<Said> {
    let tokens = tokens(&expression.text);
    let cursor = view.offset - expression.start;
    let is_at = |token: &Token<'_>| (token.at..=token.at + token.text.len()).contains(&cursor);
    let last = tokens.iter().position(|token| token.kind == Kind::Word && is_at(token))?;
    let word = tokens.get(last)?;
    let is_call = tokens.get(last + 1).is_some_and(|next| next.text == "(");
    let names = chain(&tokens, last);
    let text = if is_call {
        of_function(view, word.text)?
    } else {
        let member = expression.scope.chain(view.program, &names)?;
        let path: Vec<&str> = names.iter().map(|name| name.text).collect();
        if member.about.is_empty() { format!("`{}`", path.join(".")) } else { member.about }
    };
    let start = expression.start + word.at;
    Some(Said { start, end: start + word.text.len(), text })
}

fn of_function(view: &View<'_>, name: &str) -> Option<String> {
    if let Some(function) = view.functions().iter().rfind(|function| function.name == name) {
        return Some(about::script(function));
    }
    let provided = functions::find(name).map(about::function);
    provided.or_else(|| special::names().any(|known| known == name).then(|| special::about(name)))
}
