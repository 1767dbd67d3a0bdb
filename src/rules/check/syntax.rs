//! From Rhai's syntax tree to ours: the same expression with the sugar taken off, so that the
//! checker has few cases. Rhai remains the only parser.

use rhai::{ASTFlags, ASTNode, Expr, FnCallExpr, Position, Stmt};
use rust_decimal::Decimal;

use super::node::Operator;
use crate::document::Value;
use crate::rules::diagnostics::source::LineColumn;

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
    /// `if a { b } else { c }`
    If(Box<Term>, Box<Term>, Box<Term>),
    /// `f(a)`, and `a.f()`, which is the same.
    Call(String, Vec<Term>),
    /// Statements, the last of which may be a value.
    Block(Vec<Step>),
    /// Something that the language leaves out, in words.
    Refused(&'static str),
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Step {
    /// `let name = value`
    Let(String, Term),
    /// `name = value`, `name += value`: what is assigned to, and the value.
    Assign(Term, Term),
    /// `return value`
    Return(Term),
    /// `for name in list { ... }`
    For(String, Term, Vec<Step>),
    /// `if condition { ... } else { ... }`
    If(Term, Vec<Step>, Vec<Step>),
    /// A value, or a call for its own sake.
    Value(Term),
}

/// The expression of a compiled expression.
pub fn expression(ast: &rhai::AST) -> Term {
    match ast.statements() {
        [Stmt::Expr(inner)] => expr(inner),
        [statement] => Term {
            at: place(statement.position()),
            kind: TermKind::Block(steps(std::slice::from_ref(statement))),
        },
        other => Term { at: place(Position::NONE), kind: TermKind::Block(steps(other)) },
    }
}

/// The statements of the one function that a syntax tree holds. Rhai does not hand out a function's
/// body, but it walks through it.
pub fn body(ast: &rhai::AST) -> Vec<Step> {
    let mut found = Vec::new();
    ast.walk(&mut |path: &[ASTNode]| {
        if let [ASTNode::Stmt(statement)] = path
            && !statement.is_noop()
        {
            found.push(step(statement));
        }
        true
    });
    found
}

pub(super) fn place(position: Position) -> LineColumn {
    let narrow = |n: Option<usize>| u32::try_from(n.unwrap_or(1)).unwrap_or(1).max(1);
    LineColumn { line: narrow(position.line()), column: narrow(position.position()) }
}

fn term(position: Position, kind: TermKind) -> Term {
    Term { at: place(position), kind }
}

fn refused(position: Position, what: &'static str) -> Term {
    term(position, TermKind::Refused(what))
}

fn many<'e>(exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<Term> {
    exprs.into_iter().map(expr).collect()
}

fn expr(e: &Expr) -> Term {
    let at = e.start_position();
    let kind = match e {
        Expr::DynamicConstant(value, _) => constant(value),
        Expr::BoolConstant(value, _) => TermKind::Const(Value::Bool(*value)),
        Expr::IntegerConstant(value, _) => TermKind::Const(Value::Number(Decimal::from(*value))),
        Expr::CharConstant(value, _) => TermKind::Const(Value::text(value.to_string())),
        Expr::StringConstant(value, _) => TermKind::Const(Value::text(value.as_str())),
        Expr::Unit(_) => TermKind::Const(Value::Absent),
        Expr::InterpolatedString(parts, _) => TermKind::Join(many(parts.iter())),
        Expr::Array(members, _) => TermKind::List(many(members.iter())),
        Expr::Map(..) => TermKind::Refused("a map literal"),
        Expr::Variable(name, ..) => TermKind::Variable(name.1.to_string()),
        Expr::ThisPtr(_) => TermKind::Refused("`this`"),
        Expr::Property(name, _) => TermKind::Variable(name.2.to_string()),
        Expr::MethodCall(call, _) | Expr::FnCall(call, _) => return called(call, None, e.position()),
        Expr::Stmt(block) => match block.statements() {
            [Stmt::Expr(inner)] => return expr(inner),
            statements => TermKind::Block(steps(statements)),
        },
        Expr::Dot(pair, flags, position) => {
            return chain(expr(&pair.lhs), &pair.rhs, false, *flags, *position);
        }
        Expr::Index(pair, flags, position) => {
            return chain(expr(&pair.lhs), &pair.rhs, true, *flags, *position);
        }
        Expr::And(parts, _) => TermKind::And(many(parts.iter())),
        Expr::Or(parts, _) => TermKind::Or(many(parts.iter())),
        Expr::Coalesce(parts, _) => TermKind::Coalesce(many(parts.iter())),
        _ => TermKind::Refused("this kind of expression"),
    };
    term(at, kind)
}

fn constant(value: &rhai::Dynamic) -> TermKind {
    match value.as_decimal() {
        Ok(number) => TermKind::Const(Value::Number(number)),
        Err(_) => TermKind::Refused("this kind of constant"),
    }
}

/// `of` and what follows it: Rhai nests `a.b.c` to the right, we nest it to the left.
fn chain(of: Term, rest: &Expr, index: bool, flags: ASTFlags, position: Position) -> Term {
    let (first, more) = match rest {
        Expr::Dot(pair, next, position) if !flags.intersects(ASTFlags::BREAK) => {
            (&pair.lhs, Some((&pair.rhs, false, *next, *position)))
        }
        Expr::Index(pair, next, position) if !flags.intersects(ASTFlags::BREAK) => {
            (&pair.lhs, Some((&pair.rhs, true, *next, *position)))
        }
        other => (other, None),
    };
    let step = if index { indexed(of, first, position) } else { member(of, first) };
    match more {
        Some((rest, index, flags, position)) => chain(step, rest, index, flags, position),
        None => step,
    }
}

fn indexed(of: Term, index: &Expr, position: Position) -> Term {
    match index {
        Expr::StringConstant(name, at) => term(*at, TermKind::Field(Box::new(of), name.to_string())),
        index => term(position, TermKind::Index(Box::new(of), Box::new(expr(index)))),
    }
}

fn member(of: Term, member: &Expr) -> Term {
    match member {
        Expr::Property(name, position) => term(*position, TermKind::Field(Box::new(of), name.2.to_string())),
        Expr::MethodCall(call, position) | Expr::FnCall(call, position) => called(call, Some(of), *position),
        other => refused(other.position(), "this after a dot"),
    }
}

fn called(call: &FnCallExpr, receiver: Option<Term>, position: Position) -> Term {
    let mut arguments: Vec<Term> = receiver.into_iter().collect();
    arguments.extend(many(call.args.iter()));
    let at = if call.op_token.is_some() {
        arguments.first().map_or(place(position), |first| first.at)
    } else {
        place(position)
    };
    let kind = match (call.op_token.is_some(), arguments.len()) {
        (true, 1) => unary(&call.name, arguments),
        (true, 2) => binary(&call.name, arguments),
        _ => TermKind::Call(call.name.to_string(), arguments),
    };
    Term { at, kind }
}

fn unary(name: &str, arguments: Vec<Term>) -> TermKind {
    let mut arguments = arguments.into_iter();
    match (name, arguments.next()) {
        ("!", Some(of)) => TermKind::Not(Box::new(of)),
        ("-", Some(of)) => TermKind::Negate(Box::new(of)),
        ("+", Some(of)) => of.kind,
        _ => TermKind::Refused("this operator"),
    }
}

fn binary(name: &str, arguments: Vec<Term>) -> TermKind {
    let operator = match name {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        "%" => Operator::Remainder,
        "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        _ => return TermKind::Refused("this operator"),
    };
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next()) {
        (Some(left), Some(right)) => TermKind::Binary(operator, Box::new(left), Box::new(right)),
        _ => TermKind::Refused("this operator"),
    }
}

fn steps(statements: &[Stmt]) -> Vec<Step> {
    statements.iter().filter(|statement| !statement.is_noop()).map(step).collect()
}

fn step(statement: &Stmt) -> Step {
    match statement {
        Stmt::Var(var, ..) => Step::Let(var.0.name.to_string(), expr(&var.1)),
        Stmt::Return(Some(value), flags, _) if !flags.intersects(ASTFlags::BREAK) => {
            Step::Return(expr(value))
        }
        Stmt::Return(None, flags, position) if !flags.intersects(ASTFlags::BREAK) => {
            Step::Return(term(*position, TermKind::Const(Value::Absent)))
        }
        Stmt::If(flow, _) => {
            Step::If(expr(&flow.expr), steps(flow.body.statements()), steps(flow.branch.statements()))
        }
        Stmt::For(parts, _) => {
            Step::For(parts.0.name.to_string(), expr(&parts.2.expr), steps(parts.2.body.statements()))
        }
        Stmt::Assignment(parts) => Step::Assign(expr(&parts.1.lhs), expr(&parts.1.rhs)),
        Stmt::Block(block) => Step::Value(term(block.position(), TermKind::Block(steps(block.statements())))),
        Stmt::Expr(value) => Step::Value(expr(value)),
        Stmt::FnCall(call, position) => Step::Value(called(call, None, *position)),
        Stmt::Switch(_, position) => Step::Value(refused(*position, "`switch`")),
        Stmt::TryCatch(_, position) => Step::Value(refused(*position, "`try`")),
        other => Step::Value(refused(other.position(), "this statement")),
    }
}

/// The names of all functions called in statements, and where.
pub fn called_in(steps: &[Step], names: &mut Vec<(String, LineColumn)>) {
    for step in steps {
        match step {
            Step::Let(_, term) | Step::Return(term) | Step::Value(term) => called_in_term(term, names),
            Step::Assign(target, value) => {
                called_in_term(target, names);
                called_in_term(value, names);
            }
            Step::For(_, list, body) => {
                called_in_term(list, names);
                called_in(body, names);
            }
            Step::If(condition, yes, no) => {
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
        TermKind::If(a, b, c) => {
            for part in [a, b, c] {
                called_in_term(part, names);
            }
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
