//! The elements of a request: known to the catalogue, in its order, required ones there, branches of
//! a choice not mixed.

use crate::catalogue::{Element, Version};

use super::decode::Spanned;
use super::diagnostic::Diagnostic;
use super::expression::Parser;
use super::field_file::{FieldFile, FieldMap, FieldSpec, Overflow};
use super::file::{Named, Rounding, Text};
use super::infer::{Checker, Scope};
use super::program::{Content, Exclusive, Expr, FieldOp, Leaf};
use super::source::Span;
use super::suggest::did_you_mean;
use super::types::Type;

/// What holds for all fields of a request.
pub struct FieldContext<'p> {
    /// What parses expressions.
    pub parser: &'p Parser<'p>,
    /// No element may be newer.
    pub version: Version,
    /// How numbers are rounded unless a field says otherwise.
    pub rounding: Rounding,
}

/// One element as written, with paths taken apart: `A/B: x` is `A: { B: x }`.
struct Draft<'f> {
    name: &'f str,
    span: Span,
    kind: DraftKind<'f>,
}

enum DraftKind<'f> {
    File(&'f FieldFile),
    Nested(Vec<Draft<'f>>),
}

/// The elements of `map`, with paths taken apart and joined where they share a beginning.
fn drafts(map: &FieldMap) -> Vec<Draft<'_>> {
    let mut all = Vec::new();
    for (key, file) in &map.0 {
        insert(&mut all, &key.value, key, &file.value);
    }
    all
}

fn insert<'f>(into: &mut Vec<Draft<'f>>, path: &'f str, key: &'f Text, file: &'f FieldFile) {
    let Some((first, rest)) = path.split_once('/') else {
        into.push(Draft {
            name: path,
            span: key.span,
            kind: DraftKind::File(file),
        });
        return;
    };
    let known = into.iter_mut().find_map(|draft| match &mut draft.kind {
        DraftKind::Nested(inner) if draft.name == first => Some(inner),
        _ => None,
    });
    match known {
        Some(inner) => insert(inner, rest, key, file),
        None => {
            let mut inner = Vec::new();
            insert(&mut inner, rest, key, file);
            into.push(Draft {
                name: first,
                span: key.span,
                kind: DraftKind::Nested(inner),
            });
        }
    }
}

impl Checker<'_> {
    /// The elements of an aggregate, in the catalogue's order.
    pub(super) fn fields(
        &mut self,
        map: &FieldMap,
        parent: Element,
        at: Span,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Vec<FieldOp> {
        self.elements(&drafts(map), parent, at, scope, context)
    }

    fn elements(
        &mut self,
        drafts: &[Draft<'_>],
        parent: Element,
        at: Span,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Vec<FieldOp> {
        let mut found: Vec<(usize, Span, FieldOp)> = Vec::new();
        for draft in drafts {
            let Some(element) = self.known_element(draft, parent, context.version) else {
                continue;
            };
            self.once(&found, draft, element);
            let rank = parent.rank(element.name()).unwrap_or(usize::MAX);
            let ops = self.draft(draft, element, scope, context);
            found.extend(ops.into_iter().map(|op| (rank, draft.span, op)));
        }
        found.sort_by_key(|(rank, ..)| *rank);
        self.required(parent, &found, at);
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
                Diagnostic::error("R302", draft.span, message)
                    .help("raise `qbxml` in ruleset.yaml, or leave the element out"),
            );
        }
        Some(element)
    }

    fn unknown_element(&mut self, draft: &Draft<'_>, parent: Element) {
        let message = format!("`{}` is not an element of {}", draft.name, parent.name());
        let names = parent.children().map(|child| child.element.name());
        let help = did_you_mean(draft.name, names)
            .or_else(|| deeper(parent, draft.name))
            .or_else(|| Some(format!("`ferrule fields {}` lists its elements", parent.name())));
        self.diagnostics
            .push(Diagnostic::error("R301", draft.span, message).help_if(help));
    }

    fn once(&mut self, found: &[(usize, Span, FieldOp)], draft: &Draft<'_>, element: Element) {
        if found.iter().any(|(_, _, op)| op.element.name() == element.name()) {
            let message = format!("{} is given twice", element.name());
            let help = if element.repeats() {
                "write the values as a list under one key"
            } else {
                "keep one of them"
            };
            self.diagnostics
                .push(Diagnostic::error("R305", draft.span, message).help(help));
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
            DraftKind::Nested(inner) => {
                let content = self.aggregate(inner, element, draft.span, scope, context);
                content.map(|content| op(element, content)).into_iter().collect()
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
                let spec = FieldSpec {
                    value: Some(text.clone()),
                    ..FieldSpec::default()
                };
                self.spec(&spec, element, at, scope, context)
                    .into_iter()
                    .collect()
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
        self.diagnostics.push(Diagnostic::error("R304", at, message));
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
        let when = spec
            .when
            .as_ref()
            .map(|when| self.truth(context.parser, when, &scope).expr);
        let content = match (&spec.value, spec.children.0.is_empty()) {
            (Some(value), true) => self.content(value, spec, element, &scope, context),
            (Some(value), false) => {
                let message = format!("{} has both a value and elements", element.name());
                self.diagnostics
                    .push(Diagnostic::error("R330", value.span, message));
                None
            }
            (None, _) => self.aggregate(&drafts(&spec.children), element, at, &scope, context),
        }?;
        Some(FieldOp {
            element,
            loops,
            when,
            content,
            group: None,
        })
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
            let list = Spanned {
                span: list.span,
                value: list.value.clone(),
            };
            let checked = self.value(parser, &list, &scope);
            let member = self.member(&checked.typed, list.span);
            self.present(&checked.typed);
            scope = scope.with(&name.value, member, checked.typed.paths.clone(), false);
            all.push(checked.expr);
        }
        (all, scope)
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
        Some(Content::Leaf(Leaf {
            value: checked.expr,
            overflow,
            rounding,
        }))
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
            Type::Map(keys)
                if keys
                    .iter()
                    .all(|key| *key == LEFT_OUT || element.child(key).is_some()) => {}
            other => {
                let found = other.phrase(self.shapes);
                let message = format!("{} is an aggregate; this is {found}", element.name());
                let help = match (refers, element.child("FullName")) {
                    (true, Some(_)) => format!(
                        "use `connection(document)`, `record(\"Type\", name)`, or set `{}/FullName`",
                        element.name()
                    ),
                    _ => format!("give its elements: {}", names(element)),
                };
                self.diagnostics
                    .push(Diagnostic::error("R330", value.span, message).help(help));
                return None;
            }
        }
        Some(Content::Whole { value, overflow })
    }

    fn aggregate(
        &mut self,
        drafts: &[Draft<'_>],
        element: Element,
        at: Span,
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<Content> {
        if element.data_type().is_some() {
            let inner = drafts.first().map_or("elements", |draft| draft.name);
            let message = format!("{} holds a value, not `{inner}`", element.name());
            self.diagnostics
                .push(Diagnostic::error("R331", at, message).help("give it a `value`"));
            return None;
        }
        let fields = self.elements(drafts, element, at, scope, context);
        Some(Content::Aggregate {
            fields,
            required: required_names(element),
        })
    }

    /// Tells which required elements have no rule.
    fn required(&mut self, parent: Element, found: &[(usize, Span, FieldOp)], at: Span) {
        let has = |name: &str| found.iter().any(|(_, _, op)| op.element.name() == name);
        for name in required_names(parent) {
            if !has(name) {
                let message = format!("{} needs {name}", parent.name());
                self.diagnostics
                    .push(Diagnostic::error("R320", at, message).help(format!("add `{name}: ...`")));
            }
        }
        let mut told = Vec::new();
        for choice in parent.children().filter_map(|child| child.choice) {
            if choice.min() == 0 || told.contains(&choice) {
                continue;
            }
            told.push(choice);
            let branches: Vec<_> = parent
                .children()
                .filter(|child| child.choice == Some(choice))
                .map(|child| child.element.name())
                .collect();
            if !branches.iter().any(|name| has(name)) {
                let message = format!("{} needs one of {}", parent.name(), branches.join(", "));
                self.diagnostics.push(Diagnostic::error("R321", at, message));
            }
        }
    }

    /// Branches of a choice: two that are always there are an error; where conditions decide, the
    /// engine looks.
    fn exclusive(&mut self, parent: Element, found: &mut [(usize, Span, FieldOp)]) {
        let places: Vec<_> = parent.children().collect();
        let mut groups: Vec<(crate::catalogue::Choice, Vec<(usize, usize)>)> = Vec::new();
        for (index, (_, _, op)) in found.iter().enumerate() {
            let Some(child) = places.iter().find(|child| child.element == op.element) else {
                continue;
            };
            let Some(choice) = child.choice.filter(|choice| choice.max() == Some(1)) else {
                continue;
            };
            match groups.iter_mut().find(|(known, _)| *known == choice) {
                Some((_, members)) => members.push((index, child.branch)),
                None => groups.push((choice, vec![(index, child.branch)])),
            }
        }
        for (number, (_, members)) in groups.into_iter().enumerate() {
            self.one_branch(number, &members, found);
        }
    }

    fn one_branch(
        &mut self,
        number: usize,
        members: &[(usize, usize)],
        found: &mut [(usize, Span, FieldOp)],
    ) {
        let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let mut always: Option<(usize, &'static str)> = None;
        for (index, branch) in members {
            let Some((_, span, op)) = found.get_mut(*index) else {
                continue;
            };
            op.group = Some(Exclusive {
                choice: narrow(number),
                branch: narrow(*branch),
            });
            let name = op.element.name();
            match always {
                Some((other, first)) if other != *branch && op.when.is_none() => {
                    let message = format!("{name} and {first} exclude each other");
                    let help = "keep one of them, or give each a `when`";
                    self.diagnostics
                        .push(Diagnostic::error("R322", *span, message).help(help));
                }
                None if op.when.is_none() => always = Some((*branch, name)),
                _ => {}
            }
        }
    }
}

/// The key of a map that is no element: what did not fit anywhere.
pub const LEFT_OUT: &str = "Overflow";

fn op(element: Element, content: Content) -> FieldOp {
    FieldOp {
        element,
        loops: Vec::new(),
        when: None,
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

fn names(element: Element) -> String {
    element
        .children()
        .map(|child| child.element.name())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Where an element of that name is, one level further in.
fn deeper(parent: Element, name: &str) -> Option<String> {
    let inside = parent
        .children()
        .find(|child| child.element.child(name).is_some())?;
    Some(format!("did you mean `{}/{name}`?", inside.element.name()))
}
