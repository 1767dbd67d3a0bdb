//! What an editor asks about: a place in one of the files of a rule set.

use std::borrow::Cow;

use crate::rules::Program;
use crate::rules::schema::RuleFileKind;
use crate::rules::source::FileId;

use super::cursor::outline::{At, Place, place};
use super::cursor::tokens::{Kind, Token, tokens};
use super::files::checked::Checked;
use super::known::scope::Scope;
use super::known::scripts::{self, ScriptFunction};

/// A place in a file.
#[derive(Debug)]
pub struct View<'w> {
    /// The rule set.
    pub checked: &'w Checked,
    /// What it is compiled to.
    pub program: &'w Program,
    /// The file's name within its layer.
    pub file: &'w str,
    /// Its text.
    pub text: &'w str,
    /// The byte that the cursor is before.
    pub offset: usize,
    /// What is around the cursor, if the file is YAML.
    pub place: Place<'w>,
    /// The object that the file is about.
    pub object: Option<&'w str>,
}

/// An expression around the cursor.
#[derive(Debug)]
pub struct Expression<'t> {
    /// Its text, without the sign that it begins with. What is escaped is as long as it is written.
    pub text: Cow<'t, str>,
    /// Where that begins in the file.
    pub start: usize,
    /// What it sees.
    pub scope: Scope,
}

impl<'w> View<'w> {
    /// The place at a byte of a file.
    pub fn new(checked: &'w Checked, file: &'w str, text: &'w str, offset: usize) -> Option<Self> {
        let program = checked.program()?;
        let place = if is_script(file) { Place::default() } else { place(text, offset) };
        let mut view = Self { checked, program, file, text, offset, place, object: None };
        view.object = view.named();
        Some(view)
    }

    /// What kind of file it is.
    pub fn kind(&self) -> Option<RuleFileKind> {
        RuleFileKind::of_file(self.file)
    }

    /// The object that the file names, or that the file of its name in another layer names.
    fn named(&self) -> Option<&'w str> {
        let layers = self.checked.files.layers.iter().flatten();
        let others = layers.filter(|other| other.name == self.file).map(|other| other.text.as_str());
        let all = std::iter::once(self.text).chain(others);
        all.flat_map(str::lines)
            .find_map(|line| line.strip_prefix("object:"))
            .map(|it| it.trim().trim_matches('"'))
    }

    /// The expression around the cursor, if there is one.
    pub fn expression(&self) -> Option<Expression<'w>> {
        if is_script(self.file) {
            return Some(Expression { text: self.text.into(), start: 0, scope: self.scope_of_script() });
        }
        let At::Value { text, start, .. } = self.place.at else { return None };
        if self.kind() != Some(RuleFileKind::Object) {
            return None;
        }
        let scope = || Scope::of_place(self.program, self.object, &self.place);
        let expression = |text, start| Expression { text, start, scope: scope() };
        let found = if let Some(text) = text.strip_prefix('=') {
            expression(text.into(), start + 1)
        } else if let Some(text) = text.strip_prefix("\"=") {
            let text = text.strip_suffix('"').unwrap_or(text);
            expression(text.replace("\\\"", " \"").into(), start + 2)
        } else {
            let text = text.strip_prefix("'=")?;
            let text = text.strip_suffix('\'').unwrap_or(text);
            expression(text.replace("''", "' ").into(), start + 2)
        };
        (self.offset >= found.start).then_some(found)
    }

    /// The functions of the scripts; of several with one name the last counts.
    pub fn functions(&self) -> Vec<ScriptFunction<'w>> {
        scripts::functions(&self.checked.sources)
    }

    fn scope_of_script(&self) -> Scope {
        let functions = scripts::in_file(FileId::default(), "", self.text);
        let around = functions.iter().rfind(|function| function.span.start as usize <= self.offset);
        let Some(function) = around else { return Scope::default() };
        let mut scope = Scope::of_function(self.program, function, &self.loops());
        let body = self.text.get(function.span.start as usize..self.offset).unwrap_or_default();
        self.bind_in(&mut scope, body);
        scope
    }

    /// Adds the variables of a function's body.
    fn bind_in(&self, scope: &mut Scope, body: &str) {
        let tokens = tokens(body);
        for (index, token) in tokens.iter().enumerate() {
            let Some(name) = tokens.get(index + 1).filter(|name| name.kind == Kind::Word) else { continue };
            let Some(sign) = tokens.get(index + 2) else { continue };
            if !matches!((token.text, sign.text), ("let", "=") | ("for", "in")) {
                continue;
            }
            let given = tokens.iter().skip(index + 3);
            let given =
                given.take_while(|it| matches!(it.kind, Kind::Word | Kind::Dot)).collect::<Vec<&Token<'_>>>();
            let text: String = given.iter().map(|token| token.text).collect();
            scope.bind(self.program, name.text, &format!("={text}"));
        }
    }

    /// The names of all loops in the files of objects.
    fn loops(&self) -> Scope {
        let mut all = Scope::default();
        for file in self.checked.files.layers.iter().flatten() {
            if RuleFileKind::of_file(&file.name) != Some(RuleFileKind::Object) {
                continue;
            }
            for (at, _) in file.text.match_indices("for:") {
                let view = Self::new(self.checked, &file.name, &file.text, at);
                all.0.extend(view.into_iter().flat_map(|view| {
                    let scope = Scope::of_place(view.program, view.object, &view.place).0;
                    let names: Vec<&str> = view.place.names.iter().map(|(name, _)| *name).collect();
                    scope.into_iter().filter(move |(name, _)| names.contains(&name.as_str()))
                }));
            }
        }
        all
    }
}

/// Whether a file is a script.
pub fn is_script(file: &str) -> bool {
    file.starts_with("scripts/")
}
