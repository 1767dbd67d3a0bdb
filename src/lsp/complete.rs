//! Completion: what may stand where the cursor is.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent, MarkupKind,
    TextEdit,
};

use crate::catalogue::{self, Kind as Does};
use crate::functions;
use crate::rules::schema::RuleFileKind;
use crate::rules::special;

use super::cursor::outline::At;
use super::cursor::tokens::{Kind, chain, tokens};
use super::files::positions::{Encoding, Lines};
use super::known::{about, elements, keys, sorts};
use super::view::{Expression, View, is_script};

/// Words of the language in expressions.
const WORDS: [&str; 8] = ["if", "else", "let", "for", "in", "return", "true", "false"];
/// The types of fields in shapes.
const TYPES: [&str; 7] = ["text", "integer", "number", "boolean", "date", "datetime", "any"];

/// What may stand somewhere.
struct Offer {
    /// The word.
    name: String,
    /// What is written; the word if nothing else.
    written: Option<String>,
    kind: CompletionItemKind,
    detail: String,
    about: String,
}

impl Offer {
    fn new(name: impl Into<String>, kind: CompletionItemKind) -> Self {
        Self { name: name.into(), written: None, kind, detail: String::new(), about: String::new() }
    }

    fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    fn about(self, about: impl Into<String>) -> Self {
        Self { about: about.into(), ..self }
    }

    fn written(self, written: String) -> Self {
        Self { written: Some(written), ..self }
    }
}

/// What may stand where the cursor is, in order.
pub fn complete(view: &View<'_>, encoding: Encoding) -> Vec<CompletionItem> {
    let (start, offers) = offers(view);
    let range = Lines::new(view.text, encoding).range(start.min(view.offset), view.offset);
    let item = |(place, offer): (usize, Offer)| {
        let about = MarkupContent { kind: MarkupKind::Markdown, value: offer.about };
        let documentation = (!about.value.is_empty()).then_some(Documentation::MarkupContent(about));
        let new_text = offer.written.unwrap_or_else(|| offer.name.clone());
        CompletionItem {
            label: offer.name,
            kind: Some(offer.kind),
            detail: (!offer.detail.is_empty()).then_some(offer.detail),
            documentation,
            // Editors sort by the alphabet unless they are told.
            sort_text: Some(format!("{place:05}")),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
            ..Default::default()
        }
    };
    offers.into_iter().enumerate().map(item).collect()
}

/// What may stand there, and where the word begins that it stands for.
fn offers(view: &View<'_>) -> (usize, Vec<Offer>) {
    if let Some(expression) = view.expression() {
        return in_expression(view, &expression);
    }
    match view.place.at {
        At::Nothing => (view.offset, Vec::new()),
        At::Key { word, start } => of_key(view, word, start),
        At::Value { key, text, start } => {
            let quoted = text.len() - text.trim_start_matches(['"', '\'']).len();
            (start + quoted, of_value(view, key))
        }
    }
}

fn of_key(view: &View<'_>, word: &str, start: usize) -> (usize, Vec<Offer>) {
    let typed = view.text.get(start..view.offset).unwrap_or_default();
    let beside: Vec<&str> = view.place.levels.last().into_iter().flatten().map(|(key, _)| *key).collect();
    let is_new = |name: &str| name == word || !beside.contains(&name);
    let path = &view.place.path;
    let around = elements::around(view.program, view.object, &view.place);
    let mut offers = Vec::new();
    // A path into an element: what is before the last `/` stands.
    let (before, parent) = match (around, typed.rsplit_once('/')) {
        (Some(around), Some((before, _))) => (before.len() + 1, around.parent.descend(before)),
        (around, _) => (0, around.map(|around| around.parent)),
    };
    if let Some(parent) = parent {
        let children = parent.children().map(|child| child.element).filter(|it| is_new(it.name()));
        offers.extend(children.map(|element| {
            Offer::new(element.name(), CompletionItemKind::FIELD)
                .detail(about::short(element))
                .about(about::element(element))
                .written(format!("{}: ", element.name()))
        }));
    }
    if before == 0 && around.is_none_or(|around| around.is_inside) {
        let known = keys::keys(view.file, path).into_iter().filter(|key| is_new(&key.name));
        offers.extend(known.map(|key| {
            Offer::new(&key.name, CompletionItemKind::PROPERTY)
                .about(key.about)
                .written(format!("{}: ", key.name))
        }));
    }
    if path.last() == Some(&"match") {
        let queries = catalogue::operations().filter(|operation| operation.kind == Does::Query);
        offers.extend(
            queries
                .map(|it| Offer::new(it.name, CompletionItemKind::CLASS).written(format!("{}: ", it.name))),
        );
    }
    (start + before, offers)
}

fn of_value(view: &View<'_>, key: &str) -> Vec<Offer> {
    let of_kind = |kind: Does| -> Vec<Offer> {
        let all = catalogue::operations()
            .filter(|it| it.kind == kind && (kind == Does::Query || it.body.is_some()));
        all.map(|operation| Offer::new(operation.name, CompletionItemKind::CLASS)).collect()
    };
    let objects =
        || view.program.shapes.objects().map(|(name, _)| Offer::new(name, CompletionItemKind::STRUCT));
    match (view.kind(), key) {
        (Some(RuleFileKind::Object), "add") => return of_kind(Does::Add),
        (Some(RuleFileKind::Object), "mod") => return of_kind(Does::Mod),
        (Some(RuleFileKind::Object), "send") => {
            return [Does::Add, Does::Mod, Does::Other].into_iter().flat_map(of_kind).collect();
        }
        (Some(RuleFileKind::Object), "object") => return objects().collect(),
        (Some(RuleFileKind::Object), "from" | "unique_with") => {
            return catalogue::records().map(|it| Offer::new(it.name(), CompletionItemKind::CLASS)).collect();
        }
        (Some(RuleFileKind::Object), "finalize" | "field" | "sum" | "at") => return fields_of_object(view),
        (Some(RuleFileKind::Shape), _) => {
            let types = TYPES.into_iter().map(|name| Offer::new(name, CompletionItemKind::TYPE_PARAMETER));
            return types.chain(objects()).collect();
        }
        _ => {}
    }
    if matches!(view.place.path.last(), Some(&"reconcile" | &"show")) {
        let record = elements::record(view.program, view.object, &view.place);
        let children = record.into_iter().flat_map(catalogue::Element::children).map(|child| child.element);
        return children
            .map(|it| Offer::new(it.name(), CompletionItemKind::FIELD).detail(about::short(it)))
            .collect();
    }
    let around = elements::around(view.program, view.object, &view.place);
    let element = around.and_then(|around| match key {
        "value" => Some(around.parent),
        key => around.parent.descend(key),
    });
    let listed = element.into_iter().flat_map(catalogue::Element::values);
    let listed = listed.map(|value| Offer::new(*value, CompletionItemKind::ENUM_MEMBER));
    let path: Vec<&str> = view.place.path.iter().copied().chain([key]).collect();
    let words = keys::values(view.file, &path).into_iter();
    listed
        .chain(words.map(|word| Offer::new(word.name, CompletionItemKind::ENUM_MEMBER).about(word.about)))
        .collect()
}

/// The fields of the file's object, for keys that name one.
fn fields_of_object(view: &View<'_>) -> Vec<Offer> {
    let shape = view.object.and_then(|object| view.program.shapes.object(object));
    let members = shape.map(|shape| sorts::members(view.program, &sorts::Sort::Shape(shape)));
    members.into_iter().flatten().map(of_member).collect()
}

fn of_member(member: sorts::Member) -> Offer {
    Offer::new(member.name, CompletionItemKind::FIELD).detail(member.detail).about(member.about)
}

fn in_expression(view: &View<'_>, expression: &Expression<'_>) -> (usize, Vec<Offer>) {
    let before = expression.text.get(..view.offset - expression.start).unwrap_or_default();
    let tokens = tokens(before);
    let ends = |at: usize, text: &str| at + text.len() == before.len();
    let word = tokens.last().filter(|token| token.kind == Kind::Word && ends(token.at, token.text));
    let start = word.map_or(before.len(), |word| word.at);
    let (offset, rest) = (expression.start + start, tokens.len() - usize::from(word.is_some()));
    let dot = rest.checked_sub(1).filter(|at| tokens.get(*at).is_some_and(|token| token.kind == Kind::Dot));
    if let Some(dot) = dot {
        let names = dot.checked_sub(1).map(|last| chain(&tokens, last)).unwrap_or_default();
        let of = expression.scope.chain(view.program, &names);
        let members = of.map(|of| sorts::members(view.program, &of.sort)).unwrap_or_default();
        return (offset, members.into_iter().map(of_member).collect());
    }
    if let Some(text) = tokens.last().filter(|token| token.kind == Kind::Text && ends(token.at, token.text)) {
        let is_open = text.text.len() == 1 || !text.text.ends_with('"');
        let called = tokens.len().checked_sub(3).and_then(|at| tokens.get(at)).map_or("", |token| token.text);
        let offers = if is_open { in_text(view, called) } else { Vec::new() };
        return (expression.start + text.at + 1, offers);
    }
    (offset, names(view, expression))
}

/// What may stand in the quotes of a first argument.
fn in_text(view: &View<'_>, called: &str) -> Vec<Offer> {
    match called {
        "record" | "record_where" => {
            let nouns = catalogue::records().filter_map(|record| record.name().strip_suffix("Ret"));
            nouns.map(|noun| Offer::new(noun, CompletionItemKind::CLASS)).collect()
        }
        "counterpart" => {
            let objects = view.program.shapes.objects();
            objects.map(|(name, _)| Offer::new(name, CompletionItemKind::STRUCT)).collect()
        }
        _ => Vec::new(),
    }
}

/// Variables, functions and words.
fn names(view: &View<'_>, expression: &Expression<'_>) -> Vec<Offer> {
    let mut offers = Vec::new();
    let mut add = |offer: Offer| {
        if !offers.iter().any(|known: &Offer| known.name == offer.name) {
            offers.push(offer);
        }
    };
    for (name, _) in expression.scope.0.iter().rev() {
        add(Offer::new(name, CompletionItemKind::VARIABLE));
    }
    let called = |name: &str| format!("{name}(");
    for function in view.functions().iter().rev() {
        add(Offer::new(function.name, CompletionItemKind::FUNCTION)
            .detail(function.usage())
            .about(about::script(function))
            .written(called(function.name)));
    }
    for function in functions::all() {
        add(Offer::new(function.name, CompletionItemKind::FUNCTION)
            .detail(function.usage())
            .about(about::function(function))
            .written(called(function.name)));
    }
    // What asks QuickBooks is not for every place, but the checker says where.
    for name in special::names() {
        add(Offer::new(name, CompletionItemKind::FUNCTION).about(special::about(name)).written(called(name)));
    }
    let is_word = |word: &&&str| is_script(view.file) || !matches!(**word, "return" | "for" | "in");
    for word in WORDS.iter().filter(is_word) {
        add(Offer::new(*word, CompletionItemKind::KEYWORD));
    }
    offers
}
