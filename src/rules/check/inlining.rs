//! Script functions in place of their calls. Each call is looked into with the types that it gives, so
//! that what a function reads of a document is known, and a mistake is told with the call that makes it
//! one. No function calls itself, so this ends.

use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;

use super::blocks;
use super::calls::{self, Call};
use super::checker::Checker;
use super::doubts::unused;
use super::language::script::ScriptFunction;
use super::node::Node;
use super::scope::{Scope, Variable};
use super::typed::Typed;
use super::typer::Typer;

/// What a call of a script function gives.
pub fn call(typer: &mut Typer<'_, '_>, call: &Call<'_>) -> Typed {
    let Some(function) = typer.checker.functions.get(call.name) else {
        return Typed::unknown();
    };
    if !calls::count(typer.checker, call, function.params.len(), &function.usage()) {
        return Typed::unknown();
    }
    if typer.calls.iter().any(|outer| outer == call.name) || is_too_much(typer, call) {
        return Typed::unknown();
    }
    let (scope, lets) = arguments(typer, call, function);
    let calls = [typer.calls.as_slice(), &[call.name.to_owned()]].concat();
    let mark = typer.checker.diagnostics.len();
    let body = body(typer.checker, function, scope, calls);
    if typer.checker.diagnostics.len() > mark {
        let place = typer.checker.sources.place(call.span);
        typer.checker.diagnostics.called_at(mark, function.origin.file, &place);
    }
    let node = lets.into_iter().rev().fold(body.node, |body, value| Node::Let(value.into(), body.into()));
    Typed { node, ..body }
}

/// A function stands in place of each of its calls. One that calls another twice, which calls another twice, and so on,
/// would stand there more often than there is memory for.
const MOST: u32 = 5_000;

fn is_too_much(typer: &mut Typer<'_, '_>, call: &Call<'_>) -> bool {
    typer.checker.inlined = typer.checker.inlined.saturating_add(1);
    if typer.checker.inlined <= MOST && !typer.checker.is_too_much {
        return false;
    }
    if !std::mem::replace(&mut typer.checker.is_too_much, true) {
        let message = format!("functions call each other more than {MOST} times for this one value");
        let help = "give what is called twice a name with `let`, and use that";
        typer.checker.tell(Diagnostic::error(Code::NestedTooDeep, call.span, message).help(help));
    }
    true
}

/// The variables that the function sees: its parameters. One that is costly to evaluate becomes a variable
/// when it runs; any other stands wherever the parameter does.
fn arguments(typer: &mut Typer<'_, '_>, call: &Call<'_>, function: &ScriptFunction) -> (Scope, Vec<Node>) {
    let mark = typer.scope.mark();
    let mut lets = Vec::new();
    let mut inner = Scope { variables: Vec::new(), depth: typer.scope.depth };
    for (param, term) in function.params.iter().zip(call.arguments) {
        // The variables of earlier arguments are in place when this one is evaluated.
        typer.scope.depth = inner.depth;
        let mut argument = typer.term(term);
        if !is_cheap(&argument.node) {
            lets.push(std::mem::replace(&mut argument.node, Node::Local(inner.depth)));
            inner.depth += 1;
        }
        inner.variables.push(Variable { name: param.clone(), value: argument, is_used: false });
    }
    typer.scope.back_to(mark);
    (inner, lets)
}

fn body(checker: &mut Checker<'_>, function: &ScriptFunction, scope: Scope, calls: Vec<String>) -> Typed {
    let mut typer = Typer::new(checker, scope, function.origin.clone());
    typer.inputs = None;
    typer.calls = calls;
    blocks::body(&mut typer, &function.body)
}

/// Looks into every function whether rules call it or not, so that what is wrong in it is told as the
/// function's own mistake.
pub fn look_into_all(checker: &mut Checker<'_>) {
    checker.uses.is_survey = true;
    for function in checker.functions.values() {
        let before = checker.diagnostics.len();
        checker.inlined = 0;
        let mut scope = Scope::default();
        for param in &function.params {
            scope.push(param, Typed::unknown());
        }
        body(checker, function, scope, vec![function.name.clone()]);
        if checker.diagnostics.len() == before {
            unused::variables(checker, function);
        }
    }
    checker.uses.is_survey = false;
}

/// Whether evaluating it twice costs nothing.
fn is_cheap(node: &Node) -> bool {
    match node {
        Node::Const(_) | Node::Local(_) | Node::Setting(_) | Node::Settings => true,
        Node::Field { of, .. } => matches!(**of, Node::Local(_)),
        _ => false,
    }
}
