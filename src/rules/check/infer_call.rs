//! Calls: of provided functions and of script functions.

use crate::document::{Code, Value};
use crate::functions::{self, Function, Param, ParamKind, Returns};

use super::infer::{Checker, Context, shared};
use super::infer_must::to_number;
use super::node::Node;
use super::syntax::{Term, TermKind};
use super::typed::{Scope, Typed, Variable};
use super::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::{LineColumn, Span};
use crate::rules::diagnostics::suggest::did_you_mean;

/// The functions that the checker itself knows, with how they are called.
const SPECIAL: [(&str, &str); 3] = [
    ("connection", "connection(document)"),
    ("record", "record(\"Class\", name)"),
    ("connected", "connected(document)"),
];

/// A call being checked.
pub(super) struct Call<'t> {
    pub(super) name: &'t str,
    pub(super) arguments: &'t [Term],
    pub(super) span: Span,
}

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        name: &str,
        arguments: &[Term],
        at: LineColumn,
        scope: &Scope,
        context: &mut Context<'_>,
    ) -> Typed {
        let call = Call { name, arguments, span: context.span(at) };
        match name {
            "connection" | "connected" => self.follow(&call, scope, context),
            "record" => self.record(&call, scope, context),
            _ if self.functions.contains_key(name) => self.script(&call, scope, context),
            _ => match functions::find(name) {
                Some(function) => self.provided(function, &call, scope, context),
                None => self.unknown_function(&call, scope, context),
            },
        }
    }

    /// Whether a function of that name can be called.
    pub(super) fn is_function(&self, name: &str) -> bool {
        self.functions.contains_key(name)
            || functions::find(name).is_some()
            || SPECIAL.iter().any(|(special, _)| *special == name)
    }

    fn unknown_function(&mut self, call: &Call<'_>, scope: &Scope, context: &mut Context<'_>) -> Typed {
        for argument in call.arguments {
            self.term(argument, scope, context);
        }
        if self.unread.functions {
            return Typed::unknown();
        }
        let provided = functions::all().iter().map(|function| function.name);
        let names =
            self.functions.keys().map(String::as_str).chain(provided).chain(SPECIAL.map(|(name, _)| name));
        let help = did_you_mean(call.name, names);
        self.diagnostics.push(
            Diagnostic::error(Code::UnknownFunction, call.span, format!("unknown function `{}`", call.name))
                .help_if(help.or_else(|| {
                    Some(
                        "functions are defined in scripts/*.rhai; the provided ones are in the handbook"
                            .to_owned(),
                    )
                })),
        );
        Typed::unknown()
    }

    pub(super) fn arguments(
        &mut self,
        call: &Call<'_>,
        scope: &Scope,
        context: &mut Context<'_>,
    ) -> Vec<Typed> {
        call.arguments.iter().map(|argument| self.term(argument, scope, context)).collect()
    }

    /// Tells that there are too many or too few arguments.
    pub(super) fn count(&mut self, call: &Call<'_>, expected: usize, usage: &str) -> bool {
        let given = call.arguments.len();
        if given == expected {
            return true;
        }
        let plural = if expected == 1 { "argument" } else { "arguments" };
        self.diagnostics.push(
            Diagnostic::error(
                Code::WrongArguments,
                call.span,
                format!("`{}` takes {expected} {plural}, {given} given", call.name),
            )
            .help(format!("it is called as `{usage}`")),
        );
        false
    }

    fn provided(
        &mut self,
        function: &'static Function,
        call: &Call<'_>,
        scope: &Scope,
        context: &mut Context<'_>,
    ) -> Typed {
        if !self.count(call, function.params.len(), &usage(function)) {
            return Typed::unknown();
        }
        let mut values: Vec<Typed> = Vec::new();
        for (param, argument) in function.params.iter().zip(call.arguments) {
            let span = context.span(argument.at);
            let typed = match param.kind {
                ParamKind::FieldName => self.projection(values.first(), argument, span),
                ParamKind::Pattern => self.pattern(argument, span),
                _ => self.term(argument, scope, context),
            };
            let fits = self.fits(function, param, &typed, span);
            values.push(if fits { typed } else { Typed::unknown() });
        }
        let passes_through = matches!(function.returns, Returns::MemberOf(0) | Returns::MembersOf(0));
        for (index, value) in values.iter().enumerate() {
            match (index, passes_through, function.name) {
                (0, true, _) | (_, _, "exists" | "empty" | "count") => self.present(value),
                _ => self.consume(value),
            }
        }
        let ty = returned(function.returns, &values);
        let optional =
            !(matches!(ty, Type::Bool | Type::List(_)) || matches!(function.name, "sum" | "count"));
        let paths = if passes_through {
            values.first().map(|value| value.paths.clone()).unwrap_or_default()
        } else {
            vec![]
        };
        let nodes: Option<Vec<Node>> = values.into_iter().map(|value| value.node).collect();
        Typed { node: nodes.map(|nodes| Node::Call(function, nodes.into(), call.span)), ty, optional, paths }
    }

    /// The values of one field of all members of a list, absent ones kept.
    fn projection(&mut self, list: Option<&Typed>, argument: &Term, span: Span) -> Typed {
        let TermKind::Const(Value::Text(name)) = &argument.kind else {
            self.diagnostics.push(Diagnostic::error(
                Code::WrongArguments,
                span,
                "the name of the field must be written out, as a text",
            ));
            return Typed::unknown();
        };
        let Some(list) = list else { return Typed::unknown() };
        let mut field = self.field(list.clone(), name, span);
        field.node = field.node.map(|node| match node {
            Node::Field { of, name, slots } => Node::Project { of, name, slots },
            other => other,
        });
        field
    }

    fn pattern(&mut self, argument: &Term, span: Span) -> Typed {
        let TermKind::Const(Value::Text(pattern)) = &argument.kind else {
            self.diagnostics.push(Diagnostic::error(
                Code::WrongArguments,
                span,
                "the pattern must be written out, as a text",
            ));
            return Typed::unknown();
        };
        if let Err(reason) = functions::check_pattern(pattern) {
            self.diagnostics.push(Diagnostic::error(Code::WrongPattern, span, reason));
        }
        Typed::new(Node::Const(Value::Text(pattern.clone())), Type::TEXT)
    }

    /// Whether an argument is what the function takes; what is not is told.
    fn fits(&mut self, function: &Function, param: &Param, typed: &Typed, span: Span) -> bool {
        let (fits, wanted) = match (param.kind, &typed.ty) {
            (_, Type::Any | Type::Absent)
            | (ParamKind::Any | ParamKind::FieldName | ParamKind::Pattern, _) => return true,
            (ParamKind::Text | ParamKind::Filter, ty) => {
                (ty.max_length().is_some() || matches!(ty, Type::Text(_) | Type::List(_)), "text")
            }
            (ParamKind::Number, ty) => (ty.is_number(), "a number"),
            (ParamKind::Date, ty) => (matches!(ty, Type::Date | Type::DateTime | Type::Text(_)), "a date"),
            (ParamKind::List, ty) => (matches!(ty, Type::List(_)), "a list"),
            (ParamKind::Structures, ty) => {
                let inner = if let Type::List(member) = ty { Some(member.as_ref()) } else { None };
                (
                    matches!(inner, Some(Type::Struct(_) | Type::Any | Type::Record(_) | Type::Map(_))),
                    "a list of structures",
                )
            }
            (ParamKind::Record, ty) => (matches!(ty, Type::Record(_)), "a record"),
        };
        if !fits {
            let found = typed.ty.phrase(self.shapes);
            let message = format!("`{}` of `{}` is {wanted}; this is {found}", param.name, function.name);
            let help = match param.kind {
                ParamKind::Number => to_number(&typed.ty),
                ParamKind::Text => to_text(&typed.ty)
                    .or_else(|| matches!(typed.ty, Type::Struct(_)).then(|| self.one_field(&typed.ty))),
                _ => None,
            };
            self.diagnostics.push(Diagnostic::error(Code::WrongType, span, message).help_if(help));
        }
        fits
    }

    /// A script function: looked into with the types it is called with, and put in place of the call
    /// unless it has loops or assignments.
    fn script(&mut self, call: &Call<'_>, scope: &Scope, context: &mut Context<'_>) -> Typed {
        let Some(function) = self.functions.get(call.name) else {
            return Typed::unknown();
        };
        if !self.count(call, function.params.len(), &function.usage()) {
            return Typed::unknown();
        }
        if context.calls.iter().any(|outer| outer == call.name) {
            return Typed::unknown();
        }
        let mut lets = Vec::new();
        let mut inner = Scope { variables: Vec::new(), depth: scope.depth };
        for (param, term) in function.params.iter().zip(call.arguments) {
            // The variables of earlier arguments are in place when this one is evaluated.
            let at = Scope { variables: scope.variables.clone(), depth: inner.depth };
            let mut argument = self.term(term, &at, context);
            if argument.node.as_ref().is_some_and(|node| !is_cheap(node)) {
                lets.push(argument.node.replace(Node::Local(inner.depth)));
                inner.depth += 1;
            }
            inner.variables.push(Variable { name: param.clone(), value: argument });
        }
        let mut calls = context.calls.clone();
        calls.push(call.name.to_owned());
        let mark = self.diagnostics.len();
        let body = self.block(
            &function.body,
            &inner,
            &mut Context { origin: function.origin.clone(), inputs: None, calls },
        );
        if self.diagnostics.len() > mark {
            self.diagnostics.called_at(mark, function.origin.file, &self.sources.place(call.span));
        }
        self.place_body(call, body, &inner.variables, lets)
    }

    /// The function in place of its call: its arguments as variables, then its body, or the call into
    /// Rhai for one with loops.
    fn place_body(
        &mut self,
        call: &Call<'_>,
        body: Typed,
        variables: &[Variable],
        lets: Vec<Option<Node>>,
    ) -> Typed {
        let inner = match body.node {
            Some(node) => Some(node),
            None => self.script_node(call, variables),
        };
        let node = inner.map(|node| {
            let lets = lets.into_iter().rev().flatten();
            lets.fold(node, |body, value| Node::Let(value.into(), body.into()))
        });
        Typed { node, ..body }
    }

    fn script_node(&mut self, call: &Call<'_>, variables: &[Variable]) -> Option<Node> {
        for variable in variables {
            self.consume_for_script(&variable.value);
        }
        let arguments: Option<Vec<Node>> =
            variables.iter().map(|variable| variable.value.node.clone()).collect();
        arguments.map(|arguments| Node::Script {
            name: shared(call.name),
            arguments: arguments.into(),
            span: call.span,
        })
    }

    /// A value goes to Rhai: its fields were noted where the function reads them, a plain value is
    /// read as a whole.
    fn consume_for_script(&mut self, typed: &Typed) {
        match &typed.ty {
            Type::Struct(_) => self.present(typed),
            Type::List(member) if matches!(**member, Type::Struct(_)) => self.present(typed),
            _ => self.consume(typed),
        }
    }
}

pub(super) fn to_text(ty: &Type) -> Option<String> {
    let writable = ty.is_number() || matches!(ty, Type::Bool | Type::Date | Type::DateTime);
    writable.then(|| "`text(x)` makes a text of it".to_owned())
}

fn usage(function: &Function) -> String {
    let params: Vec<_> = function.params.iter().map(|param| param.name).collect();
    format!("{}({})", function.name, params.join(", "))
}

/// Whether evaluating it twice costs nothing.
fn is_cheap(node: &Node) -> bool {
    match node {
        Node::Const(_) | Node::Local(_) | Node::Setting(_) | Node::Settings => true,
        Node::Field { of, .. } => matches!(**of, Node::Local(_)),
        _ => false,
    }
}

fn returned(returns: Returns, values: &[Typed]) -> Type {
    let of = |index: usize| values.get(index).map_or(Type::Any, |value| value.ty.clone());
    match returns {
        Returns::Bool => Type::Bool,
        Returns::Integer => Type::Integer,
        Returns::Number => Type::Number,
        Returns::Date => Type::Date,
        Returns::Text => Type::TEXT,
        Returns::TextOf(max) => Type::text_of(max),
        Returns::TextLike(index) => of(index).max_length().map_or(Type::TEXT, Type::text_of),
        Returns::Texts => Type::List(Box::new(Type::TEXT)),
        Returns::MemberOf(index) => match of(index) {
            Type::List(member) => *member,
            _ => Type::Any,
        },
        Returns::MembersOf(index) | Returns::Like(index) => of(index),
        Returns::Map(keys) => Type::Map(keys),
    }
}
