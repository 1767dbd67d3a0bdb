//! The elements of a request: known to the catalogue, in its order, each with a value that fits.

use crate::catalogue::Element;
use crate::document::{Code, nearest};

use super::program::{Content, Expr, FieldOp, Leaf, Node};
use crate::rules::check::demands;
use crate::rules::check::environment::Environment;
use crate::rules::check::typed::Typed;
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::draft::{Draft, DraftKind, drafts};
use crate::rules::files::field_file::{FieldFile, FieldMap, FieldSpec, Overflow};
use crate::rules::files::file::{Named, Text};

/// What is wrong with a set of elements is told here.
#[derive(Clone, Copy)]
pub struct WholeElement {
    /// The aggregate or the message.
    pub element: Element,
    /// Where it is named.
    pub at: Span,
}

/// The elements of an aggregate, in the catalogue's order.
pub fn fields(env: &mut Environment<'_, '_>, map: &FieldMap, parent: WholeElement) -> Vec<FieldOp> {
    elements(env, &drafts(map), parent)
}

fn elements(env: &mut Environment<'_, '_>, drafts: &[Draft<'_>], whole: WholeElement) -> Vec<FieldOp> {
    let parent = whole.element;
    let mut found: Vec<(usize, Span, FieldOp)> = Vec::new();
    let mut given: Vec<&str> = Vec::new();
    for draft in drafts {
        let Some(element) = known_element(env, draft, parent) else {
            // What was meant is not missing as well.
            given.extend(nearest(draft.name, names(parent)));
            continue;
        };
        once(env, &given, draft, element);
        if !draft.removes() {
            given.push(element.name());
        }
        let rank = parent.rank(element.name()).unwrap_or(usize::MAX);
        let ops = drafted(env, draft, element);
        found.extend(ops.into_iter().map(|op| (rank, draft.span, op)));
    }
    // QuickBooks takes elements in its schema's order only; rule files may have them in any.
    found.sort_by_key(|(rank, ..)| *rank);
    super::choice::required(env, whole, &given);
    super::choice::exclusive(env, parent, &mut found);
    found.into_iter().map(|(.., op)| op).collect()
}

fn known_element(env: &mut Environment<'_, '_>, draft: &Draft<'_>, parent: Element) -> Option<Element> {
    let version = env.checker.version;
    let Some(element) = parent.child(draft.name).filter(|element| !element.is_abroad()) else {
        unknown_element(env, draft, parent);
        return None;
    };
    if element.since() > version {
        let message = format!(
            "{} came with qbXML {}; the rule set is written in {version}",
            draft.name,
            element.since()
        );
        env.tell(
            Diagnostic::error(Code::TooNew, draft.span, message)
                .help("raise `qbxml` in ruleset.yaml, or leave the element out"),
        );
    }
    Some(element)
}

fn unknown_element(env: &mut Environment<'_, '_>, draft: &Draft<'_>, parent: Element) {
    let message = format!("`{}` is not an element of {}", draft.name, parent.name());
    let help = did_you_mean(draft.name, names(parent))
        .or_else(|| deeper(parent, draft.name))
        .or_else(|| Some(format!("`ferrule fields {}` lists its elements", parent.name())));
    env.tell(Diagnostic::error(Code::UnknownElement, draft.span, message).help_if(help));
}

fn once(env: &mut Environment<'_, '_>, given: &[&str], draft: &Draft<'_>, element: Element) {
    if given.contains(&element.name()) {
        let message = format!("{} is given twice", element.name());
        let help =
            if element.repeats() { "write the values as a list under one key" } else { "keep one of them" };
        env.tell(Diagnostic::error(Code::ElementTwice, draft.span, message).help(help));
    }
}

fn drafted(env: &mut Environment<'_, '_>, draft: &Draft<'_>, element: Element) -> Vec<FieldOp> {
    match &draft.kind {
        DraftKind::Nested(drafts) => {
            let inside = aggregate(env, drafts, WholeElement { element, at: draft.span });
            inside.map(|inside| op(element, inside)).into_iter().collect()
        }
        DraftKind::File(file) => written(env, file, element, draft.span),
    }
}

fn written(env: &mut Environment<'_, '_>, file: &FieldFile, element: Element, at: Span) -> Vec<FieldOp> {
    match file {
        FieldFile::Nothing => Vec::new(),
        FieldFile::Value(text) => {
            let spec = FieldSpec { value: Some(text.clone()), ..FieldSpec::default() };
            specified(env, &spec, element, at).into_iter().collect()
        }
        FieldFile::Spec(spec) => specified(env, spec, element, at).into_iter().collect(),
        FieldFile::List(members) => {
            if !element.repeats() {
                does_not_repeat(env, element, at);
            }
            members.iter().flat_map(|member| written(env, &member.value, element, member.span)).collect()
        }
    }
}

fn does_not_repeat(env: &mut Environment<'_, '_>, element: Element, at: Span) {
    let message = format!("{} comes only once", element.name());
    let help = "give it one value, without a list and without `for`";
    env.tell(Diagnostic::error(Code::DoesNotRepeat, at, message).help(help));
}

fn specified(env: &mut Environment<'_, '_>, spec: &FieldSpec, element: Element, at: Span) -> Option<FieldOp> {
    if let Some((name, _)) = spec.lets.0.first().filter(|_| spec.loops.0.is_empty()) {
        let message = "`let` names a value for each turn of a loop, and there is no `for` beside it";
        let help = "write the expression where it is needed, or put it into a function";
        env.tell(Diagnostic::error(Code::LetWithoutLoop, name.span, message).help(help));
    }
    if !spec.loops.0.is_empty() && !element.repeats() {
        does_not_repeat(env, element, at);
    }
    env.nested(|env| {
        let mut loops = loops(env, &spec.loops);
        loops.extend(lets(env, &spec.lets));
        let when = spec.when.as_ref().map(|when| env.truth(when));
        let id = spec.id.as_ref().map(|id| told_by(env, id));
        let content = filled(env, spec, element, at)?;
        let when_empty = spec.when_empty.as_ref().map(|said| said.value);
        Some(FieldOp { element, loops, id, when, lead: spec.lead, when_empty, content, group: None })
    })
}

/// What tells a line from others: a text or a number.
fn told_by(env: &mut Environment<'_, '_>, id: &Text) -> Expr {
    let checked = env.value(id);
    env.checker.consume(&checked.typed);
    let is_one =
        matches!(checked.ty, Type::Text(_) | Type::Integer | Type::Number | Type::Any | Type::Absent);
    if !is_one {
        let found = env.checker.phrase(&checked.ty);
        let message = format!("`id` tells a line from others by a text or a number; this is {found}");
        let help = demands::to_text(&checked.ty);
        env.tell(Diagnostic::error(Code::WrongType, id.span, message).help_if(help));
    }
    checked.expr
}

fn filled(env: &mut Environment<'_, '_>, spec: &FieldSpec, element: Element, at: Span) -> Option<Content> {
    match (&spec.value, spec.children.0.is_empty()) {
        (Some(value), true) => content(env, value, spec, element),
        (Some(value), false) => {
            let message = format!("{} has both a value and elements", element.name());
            let help = "keep the value, or the elements";
            env.tell(Diagnostic::error(Code::ValueForElements, value.span, message).help(help));
            None
        }
        (None, _) => aggregate(env, &drafts(&spec.children), WholeElement { element, at }),
    }
}

/// The lists of loops; their variables are seen from then on.
pub fn loops(env: &mut Environment<'_, '_>, loops: &Named<String>) -> Vec<Expr> {
    let mut all = Vec::new();
    for (name, list) in &loops.0 {
        let list = Spanned { span: list.span, value: list.value.clone() };
        let checked = env.value(&list);
        let member = match &checked.forgot {
            Some(help) => not_a_list(env, list.span, help),
            None => demands::members(env.checker, &checked.typed, list.span),
        };
        env.checker.present(&checked.typed);
        env.scope.push(&name.value, Typed { ty: member, optional: false, ..checked.typed });
        all.push(checked.expr);
    }
    all
}

/// The values that have a name within a loop. Each is a loop of its own over the one value, so that it is worked out once
/// for every turn, also where it is absent.
fn lets(env: &mut Environment<'_, '_>, lets: &Named<String>) -> Vec<Expr> {
    let mut all = Vec::new();
    for (name, value) in &lets.0 {
        let value = Spanned { span: value.span, value: value.value.clone() };
        let checked = env.value(&value);
        env.checker.consume(&checked.typed);
        env.scope.push(&name.value, checked.typed);
        all.push(Expr { node: Node::List(Box::new([checked.expr.node])), ..checked.expr });
    }
    all
}

fn not_a_list(env: &mut Environment<'_, '_>, span: Span, help: &str) -> Type {
    let message = "`for` goes over a list; this is a text";
    env.tell(Diagnostic::error(Code::LoopOverNoList, span, message).help(help));
    Type::Any
}

fn content(
    env: &mut Environment<'_, '_>,
    value: &Text,
    spec: &FieldSpec,
    element: Element,
) -> Option<Content> {
    let overflow = spec.overflow.as_ref().map(|overflow| overflow.value);
    let mut checked = env.value(value);
    if element.data_type().is_none() {
        return whole(env, checked.expr, &checked.ty, overflow, element);
    }
    super::leaf::leaf_fits(env, &mut checked, element, overflow);
    let rounding = spec.round.unwrap_or(env.checker.rounding);
    Some(Content::Leaf(Leaf { value: checked.expr, overflow, rounding }))
}

/// A value for an aggregate: a reference or a map of its elements.
fn whole(
    env: &mut Environment<'_, '_>,
    value: Expr,
    ty: &Type,
    overflow: Option<Overflow>,
    element: Element,
) -> Option<Content> {
    let refers = element.child("FullName").is_some() || element.child("ListID").is_some();
    match ty {
        Type::Reference if refers => {}
        Type::Absent | Type::Any => {}
        Type::Map(keys) if keys.iter().all(|key| *key == LEFT_OUT || element.child(key).is_some()) => {}
        other => {
            let found = other.phrase(env.checker.shapes);
            let name = element.name();
            let message = if refers {
                format!("{name} refers to a record; this is {found}")
            } else {
                format!("{name} holds elements; this is {found}")
            };
            let help = whole_help(other, element, refers);
            env.tell(Diagnostic::error(Code::ValueForElements, value.span, message).help(help));
            return None;
        }
    }
    Some(Content::Whole { value, overflow })
}

fn aggregate(env: &mut Environment<'_, '_>, drafts: &[Draft<'_>], whole: WholeElement) -> Option<Content> {
    let element = whole.element;
    if element.data_type().is_some() {
        let name = element.name();
        let inner = drafts.first().map_or("elements", |draft| draft.name);
        let message = format!("{name} holds a value, not `{inner}`");
        let help = format!(
            "write `{name}: =...`, or `{name}: {{ value: =... }}` with `overflow`, `round`, `when` or `for` beside it"
        );
        env.tell(Diagnostic::error(Code::ElementsForValue, whole.at, message).help(help));
        return None;
    }
    let fields = elements(env, drafts, whole);
    Some(Content::Aggregate { fields, required: required_names(element) })
}

/// The key of a map that is no element: what did not fit anywhere.
pub const LEFT_OUT: &str = "Overflow";

fn op(element: Element, content: Content) -> FieldOp {
    FieldOp {
        element,
        loops: Vec::new(),
        id: None,
        when: None,
        lead: None,
        when_empty: None,
        content,
        group: None,
    }
}

/// The required elements of an aggregate, those in choices aside.
pub(super) fn required_names(element: Element) -> Vec<&'static str> {
    element
        .children()
        .filter(|child| child.choice.is_none() && child.element.is_required() && !child.element.is_abroad())
        .map(|child| child.element.name())
        .collect()
}

fn names(element: Element) -> impl Iterator<Item = &'static str> {
    element.children().map(|child| child.element.name())
}

/// How to fill an aggregate.
fn whole_help(found: &Type, element: Element, refers: bool) -> String {
    if refers && element.child("FullName").is_some() {
        let name = element.name();
        return format!("use `connection(document)`, `record(\"Type\", name)`, or set `{name}/FullName`");
    }
    if element.child("Addr1").is_some() && matches!(found, Type::Text(_)) {
        return "`address(text)` makes the elements of an address from one text".to_owned();
    }
    format!("give its elements: {}", names(element).collect::<Vec<_>>().join(", "))
}

/// Where an element of that name is, one level further in.
fn deeper(parent: Element, name: &str) -> Option<String> {
    let inside = parent.children().find(|child| child.element.child(name).is_some())?;
    Some(format!("did you mean `{}/{name}`?", inside.element.name()))
}
