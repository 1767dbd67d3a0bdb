//! Calls of provided functions: what they take, what they give.

use crate::document::{Code, Value};
use crate::functions::{self, Function, Param, ParamKind, Returns};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;

use super::checker::Checker;
use super::demands;
use super::elsewhere::written_here;
use super::fields::field;
use super::language::special;
use super::language::term::{Term, TermKind};
use super::node::Node;
use super::typed::{Operand, Typed};
use super::types::Type;

/// A call being checked.
pub struct Call<'t> {
    /// The function's name.
    pub name: &'t str,
    /// What it is given, as written.
    pub arguments: &'t [Term],
    /// Where the name stands.
    pub span: Span,
}

impl Call<'_> {
    /// The call in words: what it is given stands there as far as it is a path.
    pub fn text(&self) -> String {
        let arguments =
            self.arguments.iter().map(|term| term.path_text().unwrap_or_else(|| "...".to_owned()));
        format!("{}({})", self.name, arguments.collect::<Vec<_>>().join(", "))
    }
}

/// Whether a function of that name can be called.
pub fn is_function(checker: &Checker<'_>, name: &str) -> bool {
    checker.functions.contains_key(name) || functions::find(name).is_some() || special::is_special(name)
}

/// Tells that nothing of that name can be called.
pub fn unknown(checker: &mut Checker<'_>, call: &Call<'_>) -> Typed {
    if checker.unread.functions {
        return Typed::unknown();
    }
    let provided = functions::all().iter().map(|function| function.name);
    let own = checker.functions.keys().map(String::as_str);
    let mut names: Vec<&str> = own.chain(provided).collect();
    special::names().for_each(|name| names.push(name));
    let elsewhere = written_here(call.name).map(str::to_owned);
    let help = elsewhere.or_else(|| did_you_mean(call.name, names)).unwrap_or_else(|| {
        "functions are defined in scripts/*.rhai; the provided ones are in the handbook".to_owned()
    });
    let message = format!("unknown function `{}`", call.name);
    checker.tell(Diagnostic::error(Code::UnknownFunction, call.span, message).help(help));
    Typed::unknown()
}

/// Whether there are as many arguments as the function takes; if not, that is told.
pub fn count(checker: &mut Checker<'_>, call: &Call<'_>, expected: usize, usage: &str) -> bool {
    let given = call.arguments.len();
    if given == expected {
        return true;
    }
    let plural = if expected == 1 { "argument" } else { "arguments" };
    let message = format!("`{}` takes {expected} {plural}, {given} given", call.name);
    checker.tell(
        Diagnostic::error(Code::WrongArguments, call.span, message)
            .help(format!("it is called as `{usage}`")),
    );
    false
}

/// An argument as the function gets it; one that does not fit is told, and nothing is concluded from it.
pub fn fitting(
    checker: &mut Checker<'_>,
    function: &Function,
    param: &Param,
    typed: Typed,
    span: Span,
) -> Typed {
    if fits(checker, function, param, &typed, span) { typed } else { Typed::unknown() }
}

/// What a provided function gives for values that are known already and fit.
pub fn provided(
    checker: &mut Checker<'_>,
    function: &'static Function,
    call: &Call<'_>,
    values: Vec<Typed>,
) -> Typed {
    let passes_through = matches!(function.returns, Returns::MemberOf(0) | Returns::MembersOf(0));
    for (index, value) in values.iter().enumerate() {
        match (index, passes_through, function.name) {
            (0, true, _) | (_, _, "exists" | "empty" | "count") => checker.present(value),
            _ => checker.consume(value),
        }
    }
    let ty = returned(function.returns, &values);
    let optional = may_give_nothing(function, &ty, &values);
    let passed = values.first().filter(|_| passes_through);
    let paths = passed.map(|value| value.paths.clone()).unwrap_or_default();
    let nodes: Box<[Node]> = values.into_iter().map(|value| value.node).collect();
    constants(checker, function, &nodes, call.span);
    turned_round(checker, function, &nodes, call.span);
    Typed { node: Node::Call(function, nodes, call.span), ty, optional, paths }
}

/// Tells of `starts_with("SH:", text)`: what is written out is looked for, and not what it is looked for in.
fn turned_round(checker: &mut Checker<'_>, function: &Function, nodes: &[Node], at: Span) {
    let (Some(Node::Const(Value::Text(_) | Value::Number(_))), Some(last)) = (nodes.first(), nodes.last())
    else {
        return;
    };
    if matches!(last, Node::Const(_)) {
        return;
    }
    if matches!(function.name, "split" | "replace" | "round") {
        let message = format!("`{}` works on its first value, which is written out here", function.name);
        let help = format!("it is called as `{}`", usage(function));
        checker.tell(Diagnostic::warning(Code::WrongArguments, at, message).help(help));
    }
    if matches!(function.name, "starts_with" | "ends_with" | "contains") {
        let message =
            format!("`{}` looks for its second value in the first, which is written out", function.name);
        let help = format!("turn the two round: `{}(text, \"...\")`", function.name);
        checker.tell(Diagnostic::warning(Code::WrongArguments, at, message).help(help));
    }
}

/// Whether a function may give nothing for these values.
fn may_give_nothing(function: &Function, ty: &Type, values: &[Typed]) -> bool {
    let given = |index: usize| values.get(index).is_none_or(|value| value.optional);
    if values.iter().all(|value| matches!(&value.node, Node::Const(value) if !value.is_absent())) {
        return false;
    }
    match function.name {
        "sum" | "count" | "join" => false,
        // These give nothing for nothing only.
        "round" | "abs" | "money" | "trim" | "upper" | "lower" | "digits" | "replace" | "text" => given(0),
        "min" | "max" => given(0) && given(1),
        "days_between" => given(0) || given(1),
        _ => !matches!(ty, Type::Bool | Type::List(_)),
    }
}

/// Tells of a call whose values are all known, and which has no result for them.
fn constants(checker: &mut Checker<'_>, function: &'static Function, nodes: &[Node], at: Span) {
    let known: Option<Vec<&Value>> = nodes
        .iter()
        .map(|node| match node {
            Node::Const(value) => Some(value),
            _ => None,
        })
        .collect();
    // What is absent here may be the place of something that is wrong and was told.
    let Some(known) = known.filter(|known| known.iter().any(|value| !value.is_absent())) else { return };
    if let Err(reason) = (function.run)(&known) {
        let help = (function.name == "date" || function.name == "days_between")
            .then(|| "a date is written as a text of the form \"2030-01-31\"".to_owned());
        checker.tell(Diagnostic::error(Code::NoResult, at, reason).help_if(help));
    }
}

/// The values of one field of all members of a list, absent ones kept: in place of the field's name, which
/// the functions that choose by a field cannot look up.
pub fn projection(checker: &mut Checker<'_>, list: Option<&Operand>, argument: &Term, span: Span) -> Typed {
    let TermKind::Const(Value::Text(name)) = &argument.kind else {
        let message = "the name of the field must be written out, as a text";
        let help = "such as `lookup(list, \"account\", value, \"class\")` or `where(list, \"name\", value)`";
        checker.tell(Diagnostic::error(Code::WrongArguments, span, message).help(help));
        return Typed::unknown();
    };
    let Some(list) = list else { return Typed::unknown() };
    let mut found = field(checker, list.typed.clone(), name, span);
    found.node = match found.node {
        Node::Field { of, name, slots } => Node::Project { of, name, slots },
        Node::Element { of, name, .. } => Node::Project { of, name, slots: Box::default() },
        other => other,
    };
    found
}

/// A regular expression, which must be one before anything runs.
pub fn pattern(checker: &mut Checker<'_>, argument: &Term, span: Span) -> Typed {
    let TermKind::Const(Value::Text(pattern)) = &argument.kind else {
        let message = "the pattern must be written out, as a text";
        let help = "the pattern comes second, in double quotes: `matches(text, \"^PN\")`";
        checker.tell(Diagnostic::error(Code::WrongArguments, span, message).help(help));
        return Typed::unknown();
    };
    if pattern.len() > 2 && pattern.starts_with('/') && pattern.ends_with('/') {
        let message = "the slashes are looked for too: only filters have expressions between slashes";
        let help = format!("write `\"{}\"`", pattern.trim_matches('/'));
        checker.tell(Diagnostic::warning(Code::WrongPattern, span, message).help(help));
    }
    if let Err(reason) = functions::check_pattern(pattern) {
        let help = "a sign that is meant as itself gets two backslashes: `\\\\(`";
        checker.tell(Diagnostic::error(Code::WrongPattern, span, reason).help(help));
    }
    Typed::new(Node::Const(Value::Text(pattern.clone())), Type::TEXT)
}

/// Tells of a filter that is written out and means something else than it seems to.
pub fn filter(checker: &mut Checker<'_>, typed: &Typed, span: Span) {
    let Node::Const(Value::Text(text)) = &typed.node else { return };
    for doubt in functions::filter_doubts(text) {
        let message = format!("`{}` {}", doubt.entry, doubt.reason);
        let help = format!("did you mean `{}`?", doubt.meant);
        checker.tell(Diagnostic::warning(Code::DoubtfulFilter, span, message).help(help));
    }
}

/// Whether an argument is what the function takes; what is not is told.
fn fits(checker: &mut Checker<'_>, function: &Function, param: &Param, typed: &Typed, span: Span) -> bool {
    let (fits, wanted) = match (param.kind, &typed.ty) {
        (_, Type::Any | Type::Absent) | (ParamKind::Any | ParamKind::FieldName | ParamKind::Pattern, _) => {
            return true;
        }
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
        let found = checker.phrase(&typed.ty);
        let message = format!("`{}` of `{}` is {wanted}; this is {found}", param.name, function.name);
        let help = match param.kind {
            ParamKind::Number => demands::to_number(&typed.ty),
            ParamKind::Text => demands::to_text(&typed.ty).or_else(|| {
                matches!(typed.ty, Type::Struct(_)).then(|| demands::one_field(checker, &typed.ty))
            }),
            ParamKind::List | ParamKind::Structures => Some(demands::to_list(checker, &typed.ty)),
            _ => None,
        };
        checker.tell(Diagnostic::error(Code::WrongType, span, message).help_if(help));
    }
    fits
}

/// How a provided function is called.
pub fn usage(function: &Function) -> String {
    let params: Vec<_> = function.params.iter().map(|param| param.name).collect();
    format!("{}({})", function.name, params.join(", "))
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
