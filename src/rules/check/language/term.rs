//! What an expression or a function says, with the sugar of its language taken off.

use crate::document::Value;
use crate::rules::diagnostics::source::LineColumn;

use crate::rules::check::node::Operator;

/// An expression and where it begins, relative to the text that was compiled.
#[derive(Clone, Debug)]
pub struct Term {
    /// Where it begins.
    pub at: LineColumn,
    /// What it is.
    pub kind: TermKind,
}

/// What a [`Term`] is.
#[derive(Clone, Debug)]
pub enum TermKind {
    /// A constant; `true` beside a whole number that was written as one.
    Const(Value),
    /// A variable.
    Variable(String),
    /// `of.name`
    Field(Box<Term>, String),
    /// `of[index]`
    Index(Box<Term>, Box<Term>),
    /// `[a, b]`
    List(Vec<Term>),
    /// `a ?? b`
    Coalesce(Vec<Term>),
    /// `a && b`
    And(Vec<Term>),
    /// `a || b`
    Or(Vec<Term>),
    /// `a + b` and the like.
    Binary(Operator, Box<Term>, Box<Term>),
    /// `!a`
    Not(Box<Term>),
    /// `-a`
    Negate(Box<Term>),
    /// A text with `${}` in it.
    Join(Vec<Term>),
    /// `f(a)`, and `a.f()`, which is the same.
    Call(String, Vec<Term>),
    /// Statements, the last of which may be a value.
    Block(Vec<Statement>),
    /// Something that the language leaves out, in words.
    Refused(&'static str),
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `let name = value`
    Let(String, Term),
    /// `name = value`, `name += value`: what is assigned to, and the value.
    Assign(Term, Term),
    /// `return value`
    Return(Term),
    /// `for name in list { ... }`
    For(String, Term, Vec<Statement>),
    /// `if condition { ... } else { ... }`
    If(Term, Vec<Statement>, Vec<Statement>),
    /// A value, or a call for its own sake.
    Value(Term),
}

impl Term {
    /// Where its first word stands; of a path, what names something wrong stands at its last.
    pub fn start(&self) -> LineColumn {
        match &self.kind {
            TermKind::Field(of, _) | TermKind::Index(of, _) | TermKind::Binary(_, of, _) => of.start(),
            TermKind::And(parts) | TermKind::Or(parts) | TermKind::Coalesce(parts) => {
                parts.first().map_or(self.at, Self::start)
            }
            _ => self.at,
        }
    }

    /// The path as it is written, if it is nothing but a path.
    pub fn path_text(&self) -> Option<String> {
        match &self.kind {
            TermKind::Variable(name) => Some(name.clone()),
            TermKind::Field(of, name) => of.path_text().map(|of| format!("{of}.{name}")),
            _ => None,
        }
    }
}

impl Statement {
    /// Where it begins.
    pub fn at(&self) -> LineColumn {
        match self {
            Self::Let(_, term)
            | Self::Return(term)
            | Self::Value(term)
            | Self::Assign(term, _)
            | Self::For(_, term, _) => term.at,
            Self::If(term, ..) => term.start(),
        }
    }
}

/// Whether statements always end the function.
pub fn always_return(statements: &[Statement]) -> bool {
    match statements.last() {
        Some(Statement::Return(_)) => true,
        Some(Statement::If(_, yes, no)) => always_return(yes) && always_return(no),
        _ => false,
    }
}

/// Whether a variable of that name is assigned to somewhere in statements.
pub fn assign_to(statements: &[Statement], name: &str) -> bool {
    statements.iter().any(|statement| match statement {
        Statement::Assign(target, _) => {
            matches!(&target.kind, TermKind::Variable(variable) if variable == name)
        }
        Statement::If(_, yes, no) => assign_to(yes, name) || assign_to(no, name),
        Statement::For(_, _, body) | Statement::Value(Term { kind: TermKind::Block(body), .. }) => {
            assign_to(body, name)
        }
        _ => false,
    })
}

/// Whether all that is assigned to a variable of that name is reckoned from it, as `x += 1` is.
pub fn only_reckoned(statements: &[Statement], name: &str) -> bool {
    statements.iter().all(|statement| match statement {
        Statement::Assign(target, value) => {
            let is_it = matches!(&target.kind, TermKind::Variable(variable) if variable == name);
            !is_it || matches!(&value.kind, TermKind::Binary(operator, ..) if operator.reckons())
        }
        Statement::If(_, yes, no) => only_reckoned(yes, name) && only_reckoned(no, name),
        Statement::For(_, _, body) | Statement::Value(Term { kind: TermKind::Block(body), .. }) => {
            only_reckoned(body, name)
        }
        _ => true,
    })
}

/// Whether a variable of that name occurs in statements.
pub fn mentions(statements: &[Statement], name: &str) -> bool {
    statements.iter().any(|statement| match statement {
        Statement::Let(_, term) | Statement::Return(term) | Statement::Value(term) => mentioned(term, name),
        Statement::Assign(target, value) => mentioned(target, name) || mentioned(value, name),
        Statement::For(_, list, body) => mentioned(list, name) || mentions(body, name),
        Statement::If(condition, yes, no) => {
            mentioned(condition, name) || mentions(yes, name) || mentions(no, name)
        }
    })
}

/// Whether a variable of that name occurs in an expression.
pub fn mentioned(term: &Term, name: &str) -> bool {
    match &term.kind {
        TermKind::Variable(variable) => variable == name,
        TermKind::Const(_) | TermKind::Refused(_) => false,
        TermKind::Field(of, _) | TermKind::Not(of) | TermKind::Negate(of) => mentioned(of, name),
        TermKind::Index(a, b) | TermKind::Binary(_, a, b) => mentioned(a, name) || mentioned(b, name),
        TermKind::List(parts)
        | TermKind::Coalesce(parts)
        | TermKind::And(parts)
        | TermKind::Or(parts)
        | TermKind::Join(parts)
        | TermKind::Call(_, parts) => parts.iter().any(|part| mentioned(part, name)),
        TermKind::Block(statements) => mentions(statements, name),
    }
}

/// The names of all functions called in statements, and where.
pub fn called_in(steps: &[Statement], names: &mut Vec<(String, LineColumn)>) {
    for step in steps {
        match step {
            Statement::Let(_, term) | Statement::Return(term) | Statement::Value(term) => {
                called_in_term(term, names);
            }
            Statement::Assign(target, value) => {
                called_in_term(target, names);
                called_in_term(value, names);
            }
            Statement::For(_, list, body) => {
                called_in_term(list, names);
                called_in(body, names);
            }
            Statement::If(condition, yes, no) => {
                called_in_term(condition, names);
                called_in(yes, names);
                called_in(no, names);
            }
        }
    }
}

fn called_in_term(term: &Term, names: &mut Vec<(String, LineColumn)>) {
    match &term.kind {
        TermKind::Const(_) | TermKind::Variable(_) | TermKind::Refused(_) => {}
        TermKind::Field(of, _) | TermKind::Not(of) | TermKind::Negate(of) => called_in_term(of, names),
        TermKind::Index(a, b) | TermKind::Binary(_, a, b) => {
            called_in_term(a, names);
            called_in_term(b, names);
        }
        TermKind::List(parts)
        | TermKind::Coalesce(parts)
        | TermKind::And(parts)
        | TermKind::Or(parts)
        | TermKind::Join(parts) => {
            for part in parts {
                called_in_term(part, names);
            }
        }
        TermKind::Call(name, arguments) => {
            names.push((name.clone(), term.at));
            for argument in arguments {
                called_in_term(argument, names);
            }
        }
        TermKind::Block(steps) => called_in(steps, names),
    }
}
