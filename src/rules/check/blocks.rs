//! Statements. `let`, `if`, `return` and a final value become a small tree, which costs nothing when it
//! runs; with a loop or an assignment among them they become a routine, whose variables can change.
//!
//! Both mean the same: which of the two it is shows only in speed.

use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;

use super::demands;
use super::doubts::{absent, names};
use super::language::term::{Statement, Term, TermKind, always_return, assign_to, only_reckoned};
use super::node::{Action, Instruction, Node, Routine};
use super::typed::{Typed, choice};
use super::typer::Typer;
use super::types::Type;

/// The body of a function, or a whole expression: a `return` ends it.
pub fn body(typer: &mut Typer<'_, '_>, statements: &[Statement]) -> Typed {
    if is_plain(statements) { tree(typer, statements) } else { routine(typer, statements) }
}

/// A block whose value something else is made of. A `return` in it would have to leave that too.
pub fn value(typer: &mut Typer<'_, '_>, statements: &[Statement]) -> Typed {
    let outer = std::mem::replace(&mut typer.in_value, true);
    let given = body(typer, statements);
    typer.in_value = outer;
    given
}

/// Whether statements can be a tree: none has to run before another but `let`.
fn is_plain(statements: &[Statement]) -> bool {
    match statements {
        [Statement::Value(Term { kind: TermKind::Block(inner), .. })] => is_plain(inner),
        [] | [Statement::Return(_), ..] | [Statement::Value(_)] => true,
        [Statement::Let(_, _), rest @ ..] => is_plain(rest),
        [Statement::If(_, yes, no)] => is_plain(yes) && is_plain(no),
        [Statement::If(_, yes, no), rest @ ..] => {
            no.is_empty() && always_return(yes) && is_plain(yes) && is_plain(rest)
        }
        _ => false,
    }
}

fn tree(typer: &mut Typer<'_, '_>, statements: &[Statement]) -> Typed {
    let Some((first, rest)) = statements.split_first() else {
        return Typed::nothing();
    };
    match first {
        Statement::Return(value) => {
            unreachable(typer, rest);
            returned(typer, value)
        }
        Statement::Let(name, value) => {
            let (value, variable) = binding(typer, name, value, rest);
            let mark = typer.scope.mark();
            typer.scope.push(name, variable);
            let body = tree(typer, rest);
            typer.scope.back_to(mark);
            Typed { node: Node::Let(value.into(), body.node.into()), ..body }
        }
        Statement::If(condition, yes, no) => {
            let at = typer.span(condition.start());
            let condition = typer.condition(condition);
            let no = if rest.is_empty() { no } else { rest };
            let yes = typer.knowing(&condition, true, |typer| tree(typer, yes));
            let no = typer.knowing(&condition, false, |typer| tree(typer, no));
            choice((condition, at), yes, no)
        }
        Statement::Value(Term { kind: TermKind::Block(inner), .. }) => tree(typer, inner),
        Statement::Value(value) => typer.term(value),
        Statement::For(..) | Statement::Assign(..) => Typed::nothing(),
    }
}

fn returned(typer: &mut Typer<'_, '_>, value: &Term) -> Typed {
    if typer.in_value {
        let help = "a block that gives a value ends with it, without `return`; or make the `if` a statement";
        typer.tell(Code::NotInLanguage, value.at, "`return` cannot stand inside a value", help);
    }
    typer.term(value)
}

/// What a new variable is given, and what is known of it from then on.
fn binding(typer: &mut Typer<'_, '_>, name: &str, value: &Term, rest: &[Statement]) -> (Node, Typed) {
    let mut variable = typer.term(value);
    let node = variable.node.clone();
    // Of a variable that is assigned to later its first value says little.
    if assign_to(rest, name) {
        typer.checker.consume(&variable);
        // What is reckoned is there, or a fault.
        variable.optional |= !only_reckoned(rest, name);
        variable.ty = match variable.ty {
            Type::Text(_) => Type::TEXT,
            Type::Integer => Type::Number,
            Type::Absent => Type::Any,
            ty => ty,
        };
    }
    (node, variable)
}

fn unreachable(typer: &mut Typer<'_, '_>, rest: &[Statement]) {
    if let Some(first) = rest.first() {
        let span = typer.span(first.at());
        typer.checker.tell(
            Diagnostic::warning(Code::NeverReached, span, "this is never reached")
                .help("take it out, or what ends the function before it"),
        );
    }
}

fn routine(typer: &mut Typer<'_, '_>, statements: &[Statement]) -> Typed {
    let Some(function) = typer.calls.last().cloned() else {
        let message = "an expression has no loops or assignments";
        let help = "move it into a function in scripts/*.rhai and call that";
        let told = Diagnostic::error(Code::NotInLanguage, typer.origin.span, message).help(help);
        typer.checker.tell(told);
        return Typed::unknown();
    };
    let outer = std::mem::replace(&mut typer.own, typer.scope.depth);
    let mut writer = Writer { typer, gives: None };
    let body = writer.block(statements, true);
    let gives = writer.gives.unwrap_or_else(Typed::nothing);
    typer.own = outer;
    let routine = Routine { function: function.into(), body };
    Typed { node: Node::Routine(Box::new(routine)), ..gives }
}

/// Writes the instructions of one routine.
struct Writer<'w, 't, 'p> {
    typer: &'w mut Typer<'t, 'p>,
    /// What the routine gives: all that it returns, and its last value.
    gives: Option<Typed>,
}

impl Writer<'_, '_, '_> {
    fn gives(&mut self, typed: Typed) {
        self.gives = Some(match self.gives.take() {
            Some(other) => other.or(typed),
            None => typed,
        });
    }

    /// The instructions of a block; the last value is the routine's if the block is its end.
    fn block(&mut self, statements: &[Statement], is_end: bool) -> Box<[Instruction]> {
        let (mark, known) = (self.typer.scope.mark(), self.typer.checker.known.len());
        let mut all = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            let rest = statements.get(index + 1..).unwrap_or_default();
            let span = self.typer.span(statement.at());
            let (action, cost) = self.instruction(statement, rest, is_end && rest.is_empty());
            all.push(Instruction { action, span, cost });
            if matches!(statement, Statement::Return(_)) {
                unreachable(self.typer, rest);
                break;
            }
        }
        let has_value =
            matches!(statements.last(), Some(Statement::Value(_) | Statement::Return(_) | Statement::If(..)));
        if is_end && !has_value {
            self.gives(Typed::nothing());
        }
        self.typer.scope.back_to(mark);
        self.typer.checker.known.truncate(known);
        all.into()
    }

    /// What a statement does, and how many operations that counts for.
    fn instruction(&mut self, statement: &Statement, rest: &[Statement], is_end: bool) -> (Action, u32) {
        match statement {
            Statement::Let(name, value) => {
                let (node, variable) = binding(self.typer, name, value, rest);
                self.typer.scope.push(name, variable);
                let cost = node.cost();
                (Action::Let(node), cost)
            }
            Statement::Assign(target, value) => self.assign(target, value),
            Statement::For(name, list, body) => self.each(name, list, body),
            Statement::If(condition, yes, no) => {
                let condition = self.typer.condition(condition);
                let leaves = always_return(yes);
                let (yes, no) = self.branches(&condition, (yes, no), is_end);
                if leaves {
                    // What follows runs only where the condition did not hold.
                    absent::learn(&condition, false, &mut self.typer.checker.known);
                }
                let cost = condition.cost();
                (Action::If(condition, yes, no), cost)
            }
            Statement::Return(value) => {
                let typed = returned(self.typer, value);
                let node = typed.node.clone();
                self.gives(typed);
                let cost = node.cost();
                (Action::Return(node), cost)
            }
            Statement::Value(Term { kind: TermKind::Block(body), .. }) => {
                (Action::Block(self.block(body, is_end)), 1)
            }
            Statement::Value(value) => {
                let typed = self.typer.term(value);
                let node = typed.node.clone();
                if is_end {
                    self.gives(typed);
                } else {
                    let span = self.typer.span(value.at);
                    let told = Diagnostic::warning(Code::NeverUsed, span, "nothing takes this value");
                    self.typer
                        .checker
                        .tell(told.help("write `return` before it if the function gives it, or take it out"));
                    self.typer.checker.consume(&typed);
                }
                let cost = node.cost();
                (Action::Value(node), cost)
            }
        }
    }

    fn branches(
        &mut self,
        condition: &Node,
        (yes, no): (&[Statement], &[Statement]),
        is_end: bool,
    ) -> (Box<[Instruction]>, Box<[Instruction]>) {
        let mark = self.typer.checker.known.len();
        absent::learn(condition, true, &mut self.typer.checker.known);
        let yes = self.block(yes, is_end);
        self.typer.checker.known.truncate(mark);
        absent::learn(condition, false, &mut self.typer.checker.known);
        let no = self.block(no, is_end);
        self.typer.checker.known.truncate(mark);
        (yes, no)
    }

    /// What was known of a variable that gets another value holds no longer.
    fn forget(&mut self, number: u16) {
        let (own, part) = (format!("v{number}"), format!("v{number}."));
        self.typer.checker.known.retain(|path| *path != own && !path.starts_with(&part));
    }

    fn each(&mut self, name: &str, list: &Term, body: &[Statement]) -> (Action, u32) {
        let list = self.typer.operand(list);
        let ty = demands::members(self.typer.checker, &list.typed, list.span);
        self.typer.checker.present(&list.typed);
        let Typed { node, paths, .. } = list.typed;
        let mark = self.typer.scope.mark();
        names::hides(self.typer.checker, &self.typer.scope, name, list.span);
        for number in self.typer.own..self.typer.scope.depth {
            self.forget(number);
        }
        // Lists of a document have no gaps; others may.
        let optional = paths.is_empty() || assign_to(body, name);
        self.typer.scope.push(name, Typed { paths, ..Typed::variable(ty).optional(optional) });
        let body = self.block(body, false);
        self.typer.scope.back_to(mark);
        let cost = node.cost();
        (Action::For(node, body), cost)
    }

    /// Only the routine's own variables can be given another value: what it reads stays as it is.
    fn assign(&mut self, target: &Term, value: &Term) -> (Action, u32) {
        let place = self.typer.term(target);
        let given = self.typer.operand(value);
        self.typer.checker.consume(&place);
        self.typer.checker.consume(&given.typed);
        let number = match (&target.kind, &place.node) {
            (TermKind::Variable(_), Node::Local(number)) if *number >= self.typer.own => *number,
            _ => {
                let help =
                    "give the value to a variable that this block sees: `let x = ...;`, then `x = ...;`";
                let message = "only a variable of the function can be assigned to";
                self.typer.tell(Code::NotInLanguage, target.at, message, help);
                return (Action::Value(given.typed.node), 1);
            }
        };
        self.forget(number);
        let is_list = |ty: &Type| matches!(ty, Type::List(_));
        if is_list(&place.ty) && !is_list(&given.typed.ty) && given.typed.ty != Type::Any {
            let found = self.typer.checker.phrase(&given.typed.ty);
            let message = format!("this variable holds a list, and would become {found}");
            let help = "to add a member to a list, write `list += [member]`";
            let told = Diagnostic::error(Code::WrongType, given.span, message).help(help);
            self.typer.checker.tell(told);
        }
        let cost = given.typed.node.cost();
        (Action::Assign(number, given.typed.node), cost)
    }
}
