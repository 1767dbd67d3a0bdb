//! The names that an expression sees, with what each stands for.

use crate::catalogue;
use crate::lsp::cursor::outline::Place;
use crate::lsp::cursor::tokens::{Kind, Token, chain, tokens};
use crate::rules::Program;

use super::elements;
use super::scripts::ScriptFunction;
use super::sorts::{Member, Sort, member};

/// The names that an expression sees; a later one hides an earlier one of its name.
#[derive(Clone, Debug, Default)]
pub struct Scope(pub Vec<(String, Sort)>);

impl Scope {
    /// The names that an expression of a rule file sees.
    pub fn of_place(program: &Program, object: Option<&str>, place: &Place<'_>) -> Self {
        let mut scope = Self(vec![("settings".to_owned(), Sort::Settings)]);
        let is_import = place.path.first() == Some(&"import");
        if let Some(object) = object.filter(|_| !is_import)
            && let Some(shape) = program.shapes.object(object)
        {
            scope.0.push((object.to_owned(), Sort::Shape(shape)));
        }
        if is_import {
            scope.add("record", imported(program, object));
        } else {
            scope.add("record", elements::record(program, object, place).map(Sort::Element));
            let body = program.object(object.unwrap_or_default()).and_then(|it| it.export.as_ref());
            let body = body.and_then(|export| export.variants.last()).map(|variant| variant.add.body);
            scope.add("fields", body.map(Sort::Element));
        }
        for (name, expression) in &place.names {
            scope.bind(program, name, expression);
        }
        scope
    }

    /// The names that a function of a script sees: its parameters. Nobody says what these are; one that is called as an object, or
    /// as a name in a loop over its documents, is taken for that.
    pub fn of_function(program: &Program, function: &ScriptFunction<'_>, loops: &Self) -> Self {
        let sort = |name: &str| match name {
            "settings" => Sort::Settings,
            name => {
                let object = program.shapes.object(name).map(Sort::Shape);
                object.or_else(|| loops.get(name).cloned()).unwrap_or(Sort::Plain)
            }
        };
        Self(function.params.iter().map(|name| ((*name).to_owned(), sort(name))).collect())
    }

    /// Adds a name of a loop, or of a value: what its expression gives, or a member of it.
    pub fn bind(&mut self, program: &Program, name: &str, expression: &str) {
        let found = self.ends_with(program, expression).map(|member| member.sort);
        self.0.push((name.to_owned(), found.unwrap_or(Sort::Plain)));
    }

    fn add(&mut self, name: &str, sort: Option<Sort>) {
        self.0.extend(sort.map(|sort| (name.to_owned(), sort)));
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<&Sort> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, sort)| sort)
    }

    /// What names with dots between them stand for.
    pub fn chain(&self, program: &Program, names: &[Token<'_>]) -> Option<Member> {
        let (first, rest) = names.split_first()?;
        let sort = self.get(first.text)?.clone();
        let about = String::new();
        let mut found = Member { name: first.text.to_owned(), sort, detail: String::new(), about };
        for name in rest {
            found = member(program, &found.sort, name.text)?;
        }
        Some(found)
    }

    /// What an expression that is nothing but names with dots gives.
    fn ends_with(&self, program: &Program, expression: &str) -> Option<Member> {
        let expression = expression.trim_matches(['"', '\'']).strip_prefix('=')?;
        let tokens = tokens(expression);
        let is_plain = |token: &Token<'_>| matches!(token.kind, Kind::Word | Kind::Dot);
        let last = tokens.len().checked_sub(1).filter(|_| tokens.iter().all(is_plain))?;
        self.chain(program, &chain(&tokens, last))
    }
}

fn imported(program: &Program, object: Option<&str>) -> Option<Sort> {
    let import = program.object(object?)?.import.as_ref()?;
    import.from.first().and_then(|from| catalogue::record(from)).map(Sort::Element)
}
