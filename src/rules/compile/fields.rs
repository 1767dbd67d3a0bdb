//! The elements of a request: known to the catalogue, in its order, each with a value that fits.

use crate::catalogue::{Element, Version};
use crate::document::{Code, nearest};

use super::program::{Content, Expr, FieldOp, Leaf};
use crate::rules::check::expression::Parser;
use crate::rules::check::infer::Checker;
use crate::rules::check::typed::Scope;
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::draft::{Draft, DraftKind, drafts};
use crate::rules::files::field_file::{FieldFile, FieldMap, FieldSpec, Overflow};
use crate::rules::files::file::{Named, Rounding, Text};

/// What holds for all fields of a request.
pub struct FieldContext<'p> {
    /// What parses expressions.
    pub parser: &'p Parser<'p>,
    /// No element may be newer.
    pub version: Version,
    /// How numbers are rounded unless a field says otherwise.
    pub rounding: Rounding,
}

/// What is wrong with a set of elements is told here.
#[derive(Clone, Copy)]
pub struct Whole {
    /// The aggregate or the message.
    pub element: Element,
    /// Where it is named.
    pub at: Span,
}

impl Checker<'_> {
    /// The elements of an aggregate, in the catalogue's order.
    pub(super) fn fields(
        &mut self,
        map: &FieldMap,
        parent: Whole,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Vec<FieldOp> {
        self.elements(&drafts(map), parent, scope, context)
    }

    fn elements(
        &mut self,
        drafts: &[Draft<'_>],
        whole: Whole,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Vec<FieldOp> {
        let parent = whole.element;
        let mut found: Vec<(usize, Span, FieldOp)> = Vec::new();
        let mut given: Vec<&str> = Vec::new();
        for draft in drafts {
            let Some(element) = self.known_element(draft, parent, context.version) else {
                // What was meant is not missing as well.
                given.extend(nearest(draft.name, names(parent)));
                continue;
            };
            self.once(&given, draft, element);
            if !draft.removes() {
                given.push(element.name());
            }
            let rank = parent.rank(element.name()).unwrap_or(usize::MAX);
            let ops = self.draft(draft, element, scope, context);
            found.extend(ops.into_iter().map(|op| (rank, draft.span, op)));
        }
        found.sort_by_key(|(rank, ..)| *rank);
        self.required(whole, &given);
        self.exclusive(parent, &mut found);
        found.into_iter().map(|(.., op)| op).collect()
    }

    fn known_element(&mut self, draft: &Draft<'_>, parent: Element, version: Version) -> Option<Element> {
        let Some(element) = parent.child(draft.name).filter(|element| !element.is_abroad()) else {
            self.unknown_element(draft, parent);
            return None;
        };
        if element.since() > version {
            let message = format!(
                "{} came with qbXML {}; the rule set is written in {version}",
                draft.name,
                element.since()
            );
            self.diagnostics.push(
                Diagnostic::error(Code::TooNew, draft.span, message)
                    .help("raise `qbxml` in ruleset.yaml, or leave the element out"),
            );
        }
        Some(element)
    }

    fn unknown_element(&mut self, draft: &Draft<'_>, parent: Element) {
        let message = format!("`{}` is not an element of {}", draft.name, parent.name());
        let help = did_you_mean(draft.name, names(parent))
            .or_else(|| deeper(parent, draft.name))
            .or_else(|| Some(format!("`ferrule fields {}` lists its elements", parent.name())));
        self.diagnostics.push(Diagnostic::error(Code::UnknownElement, draft.span, message).help_if(help));
    }

    fn once(&mut self, given: &[&str], draft: &Draft<'_>, element: Element) {
        if given.contains(&element.name()) {
            let message = format!("{} is given twice", element.name());
            let help = if element.repeats() {
                "write the values as a list under one key"
            } else {
                "keep one of them"
            };
            self.diagnostics.push(Diagnostic::error(Code::ElementTwice, draft.span, message).help(help));
        }
    }

    fn draft(
        &mut self,
        draft: &Draft<'_>,
        element: Element,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Vec<FieldOp> {
        match &draft.kind {
            DraftKind::Nested(drafts) => {
                let inside = self.aggregate(drafts, Whole { element, at: draft.span }, scope, context);
                inside.map(|inside| op(element, inside)).into_iter().collect()
            }
            DraftKind::File(file) => self.file(file, element, draft.span, scope, context),
        }
    }

    fn file(
        &mut self,
        file: &FieldFile,
        element: Element,
        at: Span,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Vec<FieldOp> {
        match file {
            FieldFile::Nothing => Vec::new(),
            FieldFile::Value(text) => {
                let spec = FieldSpec { value: Some(text.clone()), ..FieldSpec::default() };
                self.spec(&spec, element, at, scope, context).into_iter().collect()
            }
            FieldFile::Spec(spec) => self.spec(spec, element, at, scope, context).into_iter().collect(),
            FieldFile::List(members) => {
                if !element.repeats() {
                    self.does_not_repeat(element, at);
                }
                members
                    .iter()
                    .flat_map(|member| self.file(&member.value, element, member.span, scope, context))
                    .collect()
            }
        }
    }

    fn does_not_repeat(&mut self, element: Element, at: Span) {
        let message = format!("{} comes only once", element.name());
        let help = "give it one value, without a list and without `for`";
        self.diagnostics.push(Diagnostic::error(Code::DoesNotRepeat, at, message).help(help));
    }

    fn spec(
        &mut self,
        spec: &FieldSpec,
        element: Element,
        at: Span,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<FieldOp> {
        if !spec.loops.0.is_empty() && !element.repeats() {
            self.does_not_repeat(element, at);
        }
        let (loops, scope) = self.loops(&spec.loops, scope, context.parser);
        let when = spec.when.as_ref().map(|when| self.truth(context.parser, when, &scope).expr);
        let filled = match (&spec.value, spec.children.0.is_empty()) {
            (Some(value), true) => self.content(value, spec, element, &scope, context),
            (Some(value), false) => {
                let message = format!("{} has both a value and elements", element.name());
                let help = "keep the value, or the elements";
                self.diagnostics
                    .push(Diagnostic::error(Code::ValueForElements, value.span, message).help(help));
                None
            }
            (None, _) => self.aggregate(&drafts(&spec.children), Whole { element, at }, &scope, context),
        }?;
        Some(FieldOp { element, loops, when, content: filled, group: None })
    }

    /// Loops and the scope inside them.
    pub(super) fn loops(
        &mut self,
        loops: &Named<String>,
        scope: &Scope,
        parser: &Parser<'_>,
    ) -> (Vec<Expr>, Scope) {
        let mut scope = scope.clone();
        let mut all = Vec::new();
        for (name, list) in &loops.0 {
            let list = Spanned { span: list.span, value: list.value.clone() };
            let checked = self.value(parser, &list, &scope);
            let member = match &checked.forgot {
                Some(help) => self.not_a_list(list.span, help),
                None => self.member(&checked.typed, list.span),
            };
            self.present(&checked.typed);
            scope = scope.with(&name.value, member, checked.typed.paths.clone(), false);
            all.push(checked.expr);
        }
        (all, scope)
    }

    fn not_a_list(&mut self, span: Span, help: &str) -> Type {
        let message = "`for` goes over a list; this is a text";
        self.diagnostics.push(Diagnostic::error(Code::LoopOverNoList, span, message).help(help));
        Type::Any
    }

    fn content(
        &mut self,
        value: &Text,
        spec: &FieldSpec,
        element: Element,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<Content> {
        let overflow = spec.overflow.as_ref().map(|overflow| overflow.value);
        let mut checked = self.value(context.parser, value, scope);
        if element.data_type().is_none() {
            return self.whole(checked.expr, &checked.ty, overflow, element);
        }
        self.leaf_fits(&mut checked, element, overflow);
        let rounding = spec.round.unwrap_or(context.rounding);
        Some(Content::Leaf(Leaf { value: checked.expr, overflow, rounding }))
    }

    /// A value for an aggregate: a reference or a map of its elements.
    fn whole(
        &mut self,
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
                let found = other.phrase(self.shapes);
                let name = element.name();
                let message = if refers {
                    format!("{name} refers to a record; this is {found}")
                } else {
                    format!("{name} holds elements; this is {found}")
                };
                let help = whole_help(other, element, refers);
                self.diagnostics
                    .push(Diagnostic::error(Code::ValueForElements, value.span, message).help(help));
                return None;
            }
        }
        Some(Content::Whole { value, overflow })
    }

    fn aggregate(
        &mut self,
        drafts: &[Draft<'_>],
        whole: Whole,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<Content> {
        let element = whole.element;
        if element.data_type().is_some() {
            let name = element.name();
            let inner = drafts.first().map_or("elements", |draft| draft.name);
            let message = format!("{name} holds a value, not `{inner}`");
            let help = format!(
                "write `{name}: =...`, or `{name}: {{ value: =... }}` with `overflow`, `round`, `when` or `for` beside it"
            );
            self.diagnostics.push(Diagnostic::error(Code::ElementsForValue, whole.at, message).help(help));
            return None;
        }
        let fields = self.elements(drafts, whole, scope, context);
        Some(Content::Aggregate { fields, required: required_names(element) })
    }
}

/// The key of a map that is no element: what did not fit anywhere.
pub const LEFT_OUT: &str = "Overflow";

fn op(element: Element, content: Content) -> FieldOp {
    FieldOp { element, loops: Vec::new(), when: None, content, group: None }
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
