//! The names in each kind of file.

use crate::lsp::cursor::tokens::{Kind, Token, tokens};
use crate::lsp::files::checked::Checked;
use crate::lsp::known::scope::Scope;
use crate::lsp::known::scripts;
use crate::lsp::known::sorts::Sort;
use crate::rules::Program;
use crate::rules::diagnostic::Diagnostics;
use crate::rules::files::RuleFile;
use crate::rules::place::Origin;
use crate::rules::schema::RuleFileKind;
use crate::rules::source::{FileId, Span, line_column};
use crate::rules::yaml::{self, Entry, Kind as NodeKind, Node};

use super::index::{Occurrence, Symbol};
use super::words::{self, Names};

/// The names in all files of a rule set.
pub fn occurrences(checked: &Checked) -> Vec<Occurrence> {
    let Some(program) = checked.program() else { return Vec::new() };
    let mut found = Vec::new();
    for (file, id) in checked.files.layers.iter().flatten().zip((0..).map(FileId)) {
        let mut reader = Reader { program, checked, file: id, name: &file.name, found: &mut found };
        reader.read(file);
    }
    mark_lowest(&mut found);
    found
}

/// A key is defined by the lowest layer that has it.
fn mark_lowest(found: &mut [Occurrence]) {
    let mut seen: Vec<Symbol> = Vec::new();
    for occurrence in found.iter_mut().filter(|it| matches!(it.symbol, Symbol::Key(..))) {
        occurrence.is_definition = !seen.contains(&occurrence.symbol);
        if occurrence.is_definition {
            seen.push(occurrence.symbol.clone());
        }
    }
}

struct Reader<'r> {
    program: &'r Program,
    checked: &'r Checked,
    file: FileId,
    name: &'r str,
    found: &'r mut Vec<Occurrence>,
}

impl Reader<'_> {
    fn read(&mut self, file: &RuleFile) {
        if file.name.starts_with("scripts/") {
            self.script(&file.text);
            return;
        }
        let Some(kind) = RuleFileKind::of_file(&file.name) else { return };
        let Some(node) = yaml::parse(self.file, &file.text, &mut Diagnostics::default()) else { return };
        match kind {
            RuleFileKind::Settings => self.settings(&node),
            RuleFileKind::Shape => self.shape(&node),
            RuleFileKind::Ruleset => {
                let order = node.get("order").map(Node::members).unwrap_or_default();
                for object in order {
                    self.object(object, false);
                }
            }
            RuleFileKind::Object => self.object_file(&node),
            RuleFileKind::Layer => {}
        }
    }

    fn add(&mut self, symbol: Symbol, span: Span, is_definition: bool) {
        self.found.push(Occurrence { symbol, span, is_definition });
    }

    fn object(&mut self, node: &Node, is_definition: bool) {
        let name = node.scalar().map(|text| text.trim_end_matches('!'));
        let Some(name) = name.filter(|name| self.program.shapes.object(name).is_some()) else { return };
        let end = node.span.start + u32::try_from(name.len()).unwrap_or_default();
        let is_plain = matches!(&node.kind, NodeKind::Scalar { plain: true, .. });
        let span = if is_plain { Span { end, ..node.span } } else { node.span };
        self.add(Symbol::Object(name.to_owned()), span, is_definition);
    }

    fn settings(&mut self, node: &Node) {
        for entry in node.get("settings").and_then(Node::entries).unwrap_or_default() {
            self.add(Symbol::Setting(entry.key.clone()), entry.key_span, true);
            let mut path = vec!["settings".to_owned(), entry.key.clone()];
            self.keys(&entry.value, &mut path);
        }
    }

    fn shape(&mut self, node: &Node) {
        let Some(name) = node.get("shape") else { return };
        self.object(name, true);
        let path = name.scalar().unwrap_or_default().to_owned();
        if let Some(fields) = node.get("fields") {
            self.fields(fields, &path);
        }
    }

    /// The fields of a shape; those of a structure inside one go by its path.
    fn fields(&mut self, node: &Node, shape: &str) {
        match &node.kind {
            NodeKind::Map(entries) => {
                for entry in entries {
                    self.add(Symbol::Field(shape.to_owned(), entry.key.clone()), entry.key_span, true);
                    self.fields(&entry.value, &format!("{shape}.{}", entry.key));
                }
            }
            NodeKind::List(members) => members.iter().for_each(|member| self.fields(member, shape)),
            NodeKind::Scalar { .. } => self.object(node, false),
        }
    }

    fn object_file(&mut self, node: &Node) {
        let own = node.get("object").and_then(Node::scalar);
        let others = self.checked.files.layers.iter().flatten().filter(|file| file.name == self.name);
        let mut named =
            others.flat_map(|file| file.text.lines()).filter_map(|line| line.strip_prefix("object:"));
        let object = own.or_else(|| named.next().map(str::trim));
        if let Some(object) = node.get("object") {
            self.object(object, false);
        }
        let mut seen = Names::default();
        seen.scope.0.push(("settings".to_owned(), Sort::Settings));
        if let Some((object, shape)) = object.and_then(|it| Some((it, self.program.shapes.object(it)?))) {
            seen.scope.0.push((object.to_owned(), Sort::Shape(shape)));
        }
        self.keys(node, &mut Vec::new());
        self.values(node, &seen);
    }

    /// The keys of a file, by the keys above them; a member of a list goes by its id.
    fn keys(&mut self, node: &Node, path: &mut Vec<String>) {
        match &node.kind {
            NodeKind::Map(entries) => {
                for Entry { key, key_span, value } in entries {
                    path.push(key.clone());
                    self.add(Symbol::Key(self.name.to_owned(), path.clone()), *key_span, false);
                    self.keys(value, path);
                    path.pop();
                }
            }
            NodeKind::List(members) => {
                for (index, member) in members.iter().enumerate() {
                    let id = member.get("id").and_then(Node::scalar).map(str::to_owned);
                    path.push(id.unwrap_or_else(|| index.to_string()));
                    self.keys(member, path);
                    path.pop();
                }
            }
            NodeKind::Scalar { .. } => {}
        }
    }

    /// The expressions of a file, each with the names that it sees.
    fn values(&mut self, node: &Node, names: &Names) {
        match &node.kind {
            NodeKind::Map(entries) => {
                let mut names = names.clone();
                for key in ["for", "let"] {
                    if let Some(given) = node.get(key).and_then(Node::entries) {
                        for entry in given {
                            self.bind(entry, &mut names);
                        }
                    }
                }
                let is_given = |entry: &&Entry| {
                    matches!(entry.key.as_str(), "for" | "let") && entry.value.entries().is_some()
                };
                let rest = entries.iter().filter(|entry| !is_given(entry));
                rest.for_each(|entry| self.values(&entry.value, &names));
            }
            NodeKind::List(members) => members.iter().for_each(|member| self.values(member, names)),
            NodeKind::Scalar { text, .. } => {
                if let Some(expression) = text.strip_prefix('=') {
                    self.expression(expression, node.span, names);
                }
            }
        }
    }

    fn bind(&mut self, entry: &Entry, names: &mut Names) {
        self.values(&entry.value, names);
        names.scope.bind(self.program, &entry.key, entry.value.scalar().unwrap_or_default());
        names.given.push((entry.key.clone(), entry.key_span));
        self.add(Symbol::Name(entry.key_span), entry.key_span, true);
    }

    fn expression(&mut self, expression: &str, span: Span, names: &Names) {
        let Some(source) = self.checked.sources.get(self.file) else { return };
        let origin = Origin { source: source.text.clone(), file: self.file, span, text: expression.into() };
        let place = |token: &Token<'_>| origin.span_at(line_column(expression, token.at));
        let found = words::occurrences(self.program, &tokens(expression), names, &place);
        self.found.extend(found);
    }

    fn script(&mut self, text: &str) {
        let file = self.file;
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        for function in scripts::in_file(file, "", text) {
            self.add(Symbol::Function(function.name.to_owned()), function.span, true);
            let begins = function.span.end as usize;
            let all = tokens(text.get(begins..function.end).unwrap_or_default());
            let place = |token: &Token<'_>| {
                let start = narrow(begins + token.at);
                Span { file, start, end: start + narrow(token.text.len()) }
            };
            let mut names = Names {
                scope: Scope::of_function(self.program, &function, &Scope::default()),
                given: Vec::new(),
            };
            for token in given(&all, &function.params) {
                let known = names.given.iter().any(|(name, _)| name == token.text);
                if !known {
                    names.given.push((token.text.to_owned(), place(token)));
                }
            }
            for mut found in words::occurrences(self.program, &all, &names, &place) {
                found.is_definition = found.symbol == Symbol::Name(found.span);
                self.found.push(found);
            }
        }
    }
}

/// The words that give a name in a function: its parameters, and its variables. One of several of a name stands for all.
fn given<'t, 's>(all: &'t [Token<'s>], params: &[&str]) -> Vec<&'t Token<'s>> {
    let variable = |(index, token): (usize, &'t Token<'s>)| {
        let before = index.checked_sub(1).and_then(|before| all.get(before))?;
        let is_given = before.kind == Kind::Word && matches!(before.text, "let" | "for");
        is_given.then_some(token)
    };
    let head = all.iter().take_while(|token| token.text != "{");
    let head = head.filter(|token| params.contains(&token.text));
    head.chain(all.iter().enumerate().filter_map(variable)).collect()
}
