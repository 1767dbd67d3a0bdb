//! The elements of a request: known to the catalogue, in its order, each with a value that fits.

use crate::catalogue::{self, Element};
use crate::document::{Code, nearest};

use super::program::{Content, Expr, FieldOp, Leaf, Node};
use crate::rules::check::demands;
use crate::rules::check::doubts::{names, unused};
use crate::rules::check::environment::Environment;
use crate::rules::check::fold;
use crate::rules::check::typed::Typed;
use crate::rules::check::types::Type;
use crate::rules::check::uses::Means;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::files::decode::Spanned;
use crate::rules::files::draft::{Draft, DraftKind, drafts};
use crate::rules::files::field_file::{FIELD_KEYS, FieldFile, FieldMap, FieldSpec, Overflow};
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
    let mut removed: Vec<(&str, Span)> = Vec::new();
    let mut places: Vec<(&str, Span)> = Vec::new();
    for draft in drafts {
        let element = match known_element(env, draft, parent) {
            Ok(element) => element,
            Err(meant) => {
                // What was meant is not missing as well.
                given.extend(meant);
                continue;
            }
        };
        once(env, &places, draft, element);
        env.checker.uses.note(Means::Element(parent.name(), element.name()), draft.span);
        places.push((element.name(), draft.span));
        if draft.removes() {
            removed.push((element.name(), draft.span));
        } else {
            given.push(element.name());
        }
        let rank = parent.rank(element.name()).unwrap_or(usize::MAX);
        let ops = drafted(env, draft, element);
        found.extend(ops.into_iter().map(|op| (rank, draft.span, op)));
    }
    // QuickBooks takes elements in its schema's order only; rule files may have them in any.
    found.sort_by_key(|(rank, ..)| *rank);
    super::choice::required(env, whole, &given, &removed);
    super::choice::exclusive(env, parent, &mut found);
    found.into_iter().map(|(.., op)| op).collect()
}

/// The element, or the one that was probably meant.
fn known_element(
    env: &mut Environment<'_, '_>,
    draft: &Draft<'_>,
    parent: Element,
) -> Result<Element, Option<&'static str>> {
    let version = env.checker.version;
    let Some(element) = parent.child(draft.name).filter(|element| !element.is_abroad()) else {
        let meant = nearest(draft.name, names(parent));
        unknown_element(env, draft, parent, meant);
        return Err(meant);
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
    Ok(element)
}

fn unknown_element(
    env: &mut Environment<'_, '_>,
    draft: &Draft<'_>,
    parent: Element,
    meant: Option<&'static str>,
) {
    let message = format!("`{}` is not an element of {}", draft.name, parent.name());
    let treats = FIELD_KEYS
        .contains(&draft.name)
        .then(|| format!("`{0}` belongs to one element: `Memo: {{ value: ..., {0}: ... }}`", draft.name));
    let help = treats
        .or_else(|| meant.map(|name| format!("did you mean `{name}`?")))
        .or_else(|| deeper(parent, draft.name))
        .or_else(|| Some(format!("`ferrule fields {}` lists its elements", parent.name())));
    env.tell(Diagnostic::error(Code::UnknownElement, draft.span, message).help_if(help));
}

/// Tells of an element that is given twice; the places are those of the elements before it. What a layer wrote is told
/// at the layer's line, wherever it stands.
fn once(env: &mut Environment<'_, '_>, places: &[(&str, Span)], draft: &Draft<'_>, element: Element) {
    let Some((_, first)) = places.iter().find(|(name, _)| *name == element.name()) else { return };
    let of_two_layers = first.file != draft.span.file;
    let at = if first.file > draft.span.file { *first } else { draft.span };
    let help = if of_two_layers {
        format!("write it as the layers below do, or take theirs away too: `{}: null`", element.name())
    } else if element.repeats() {
        "write the values as a list under one key".to_owned()
    } else {
        "keep one of them".to_owned()
    };
    let message = format!("{} is given twice", element.name());
    env.tell(Diagnostic::error(Code::ElementTwice, at, message).help(help));
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
        FieldFile::List(members) | FieldFile::Append(members) => {
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
    let before = env.checker.diagnostics.len();
    let made = env.nested(|env| {
        let mut loops = loops(env, &spec.loops);
        loops.extend(lets(env, &spec.lets));
        let when = spec.when.as_ref().map(|when| env.truth(when));
        never_sent(env, element, when.as_ref());
        let id = spec.id.as_ref().map(|id| told_by(env, id, spec, element));
        let before = env.checker.diagnostics.len();
        let content = env.knowing(when.as_ref(), |env| filled(env, spec, element, at));
        if env.checker.diagnostics.len() == before {
            let names: Vec<_> = names_of(&spec.loops).into_iter().chain(names_of(&spec.lets)).collect();
            unused::loop_variables(env.checker, &env.scope, &names);
        }
        let content = content?;
        let when_empty = spec.when_empty.as_ref().map(|said| said.value);
        Some(FieldOp { element, loops, id, when, lead: spec.lead, when_empty, content, group: None })
    });
    lost_variables(env, spec, before);
    made
}

/// What the layers below write inside a loop asks for its variables: a layer that gives it other loops must name them
/// too. That is told once, and at the layer's line.
fn lost_variables(env: &mut Environment<'_, '_>, spec: &FieldSpec, before: usize) {
    let Some((name, _)) = spec.loops.0.first() else { return };
    let lost = env
        .checker
        .diagnostics
        .take(before, |it| it.code == Code::UnknownVariable && it.span.file < name.span.file);
    let Some(first) = lost.first() else { return };
    let place = env.checker.sources.place(first.span);
    let told = Diagnostic::error(
        Code::UnknownVariable,
        name.span,
        format!("{}, which is asked for inside this loop", first.message),
    );
    env.tell(told.label(format!("asked for at {place}")).help(
        "a layer's `for` is instead of the base's loops: name all of them that what is inside asks for",
    ));
}

/// Tells of an element whose condition contradicts itself.
fn never_sent(env: &mut Environment<'_, '_>, element: Element, when: Option<&Expr>) {
    let Some(when) = when.filter(|when| fold::known(&when.node) == Some(false) && when.text.starts_with('='))
    else {
        return;
    };
    let message = format!("{} is never sent", element.name());
    let told = Diagnostic::error(Code::NeverApplies, when.span, message).label("this is never true");
    env.tell(told.help("correct the condition; to leave the element out, write `null`"));
}

/// The names of loops or of values within them, and where they stand.
pub fn names_of(named: &Named<String>) -> Vec<(&str, Span)> {
    named.0.iter().map(|(name, _)| (name.value.as_str(), name.span)).collect()
}

/// What tells a line from others: a text or a number.
fn told_by(env: &mut Environment<'_, '_>, id: &Text, spec: &FieldSpec, element: Element) -> Expr {
    let checked = env.value(id);
    env.checker.consume(&checked.typed);
    if element.data_type().is_some() {
        let message = format!("`id` tells lines from each other, and {} is a value", element.name());
        let help = "put it beside the `for` of the lines";
        env.tell(Diagnostic::error(Code::UnknownKey, id.span, message).help(help));
    } else if checked.literal.is_some() && !spec.loops.0.is_empty() {
        let message = "all lines of this loop would have the same `id`";
        let help = checked.forgot.clone().unwrap_or_else(|| "name what differs: `id: =item.id`".to_owned());
        env.tell(Diagnostic::error(Code::LooksLikeExpression, id.span, message).help(help));
    }
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
        names::hides(env.checker, &env.scope, &name.value, name.span);
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
        env.looks_like_expression(&checked, &format!("`{}` would be", name.value));
        names::hides(env.checker, &env.scope, &name.value, name.span);
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
        Type::Reference(records) if refers => to_other_kind(env, element, records, value.span),
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

/// Tells of a reference to a record of a kind that the element never refers to.
fn to_other_kind(env: &mut Environment<'_, '_>, element: Element, records: &[&'static str], at: Span) {
    let wanted = catalogue::referred(element.name());
    if wanted.is_empty() || records.is_empty() || records.iter().any(|record| wanted.contains(record)) {
        return;
    }
    let listed = |names: &[&str]| {
        let names: Vec<&str> = names.iter().map(|name| name.trim_end_matches("Ret")).collect();
        names.join(" or ")
    };
    let message = format!(
        "{} refers to a record of the type {}; this is {}",
        element.name(),
        listed(wanted),
        listed(records)
    );
    let help =
        "connect it to a document that becomes such a record, or name the list: `record(\"Type\", name)`";
    env.tell(Diagnostic::error(Code::RefersToOtherKind, at, message).help(help));
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
