//! What the words of expressions and scripts name.

use crate::lsp::cursor::tokens::{Kind, Token, chain};
use crate::lsp::known::scope::Scope;
use crate::lsp::known::sorts::Sort;
use crate::rules::Program;
use crate::rules::source::Span;

use super::index::{Occurrence, Symbol};

/// The names that an expression sees: what they stand for, and where they are given.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// What they stand for.
    pub scope: Scope,
    /// Where they are given; an object is not.
    pub given: Vec<(String, Span)>,
}

impl Names {
    fn at(&self, name: &str) -> Option<Span> {
        self.given.iter().rev().find(|(known, _)| known == name).map(|(_, span)| *span)
    }
}

/// What the words of some tokens name. `place` says where a token stands in its file.
pub fn occurrences(
    program: &Program,
    tokens: &[Token<'_>],
    names: &Names,
    place: &dyn Fn(&Token<'_>) -> Span,
) -> Vec<Occurrence> {
    let words = tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Word);
    words
        .filter_map(|(index, token)| {
            let symbol = symbol(program, tokens, index, names)?;
            Some(Occurrence { symbol, span: place(token), is_definition: false })
        })
        .collect()
}

fn symbol(program: &Program, tokens: &[Token<'_>], index: usize, names: &Names) -> Option<Symbol> {
    let token = tokens.get(index)?;
    let is_call = tokens.get(index + 1).is_some_and(|next| next.text == "(");
    let before = index.checked_sub(1).and_then(|before| tokens.get(before));
    let is_field = before.is_some_and(|before| before.kind == Kind::Dot);
    let text = token.text.to_owned();
    if is_call && !is_field {
        return Some(Symbol::Function(text));
    }
    if !is_field {
        let object = || program.shapes.object(&text).map(|_| Symbol::Object(text.clone()));
        return names.at(&text).map(Symbol::Name).or_else(object);
    }
    let all = chain(tokens, index);
    let (_, above) = all.split_last()?;
    match names.scope.chain(program, above)?.sort {
        Sort::Settings => Some(Symbol::Setting(text)),
        Sort::Shape(shape) => Some(Symbol::Field(program.shapes.get(shape).name.clone(), text)),
        Sort::Element(_) | Sort::Plain => None,
    }
}
