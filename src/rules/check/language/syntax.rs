//! From Rhai's syntax tree to ours: the same expression with the sugar taken off, so that the
//! checker has few cases. Rhai remains the only parser.

use rhai::{ASTFlags, ASTNode, Expr, FnCallExpr, OpAssignment, Position, Stmt};
use rust_decimal::Decimal;

use crate::document::Value;
use crate::rules::diagnostics::source::LineColumn;

use super::term::{Statement, Term, TermKind};
use crate::rules::check::node::Operator;

/// The expression of a compiled expression.
pub fn expression(ast: &rhai::AST) -> Term {
    match ast.statements() {
        [Stmt::Expr(inner)] => expr(inner),
        [statement] => Term {
            at: place(statement.position()),
            kind: TermKind::Block(statements(std::slice::from_ref(statement))),
        },
        other => Term { at: place(Position::NONE), kind: TermKind::Block(statements(other)) },
    }
}

/// The statements of the one function that a syntax tree holds. Rhai does not hand out a function's
/// body, but it walks through it.
pub fn body(ast: &rhai::AST) -> Vec<Statement> {
    let mut found = Vec::new();
    ast.walk(&mut |path: &[ASTNode]| {
        if let [ASTNode::Stmt(statement)] = path
            && !statement.is_noop()
        {
            found.push(self::statement(statement));
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
            many => TermKind::Block(statements(many)),
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
        "&" | "|" | "^" => {
            return TermKind::Refused("this operator (texts are joined by `+`; and is `&&`, or is `||`)");
        }
        ".." | "..=" => return TermKind::Refused("a range (`for` goes over a list of the document)"),
        "**" => return TermKind::Refused("this operator (there are no powers: multiply)"),
        _ => return TermKind::Refused("this operator"),
    };
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next()) {
        (Some(left), Some(right)) => TermKind::Binary(operator, Box::new(left), Box::new(right)),
        _ => TermKind::Refused("this operator"),
    }
}

fn statements(statements: &[Stmt]) -> Vec<Statement> {
    statements.iter().filter(|of| !of.is_noop()).map(statement).collect()
}

fn statement(of: &Stmt) -> Statement {
    match of {
        Stmt::Var(var, ..) => Statement::Let(var.0.name.to_string(), expr(&var.1)),
        Stmt::Return(Some(value), flags, _) if !flags.intersects(ASTFlags::BREAK) => {
            Statement::Return(expr(value))
        }
        Stmt::Return(None, flags, position) if !flags.intersects(ASTFlags::BREAK) => {
            Statement::Return(term(*position, TermKind::Const(Value::Absent)))
        }
        Stmt::If(flow, _) => Statement::If(
            expr(&flow.expr),
            statements(flow.body.statements()),
            statements(flow.branch.statements()),
        ),
        Stmt::For(parts, _) => Statement::For(
            parts.0.name.to_string(),
            expr(&parts.2.expr),
            statements(parts.2.body.statements()),
        ),
        Stmt::Assignment(parts) => assignment(&parts.0, expr(&parts.1.lhs), expr(&parts.1.rhs)),
        Stmt::Block(block) => {
            Statement::Value(term(block.position(), TermKind::Block(statements(block.statements()))))
        }
        Stmt::Expr(value) => Statement::Value(expr(value)),
        Stmt::FnCall(call, position) => Statement::Value(called(call, None, *position)),
        Stmt::Switch(_, position) => Statement::Value(refused(*position, "`switch`")),
        Stmt::TryCatch(_, position) => Statement::Value(refused(*position, "`try`")),
        other => Statement::Value(refused(other.position(), "this statement")),
    }
}

/// `a = b`; `a += b` is `a = a + b`.
fn assignment(sign: &OpAssignment, target: Term, value: Term) -> Statement {
    let value = match sign.get_op_assignment_info() {
        Some((.., operator)) => {
            let at = value.at;
            Term { at, kind: binary(operator, vec![target.clone(), value]) }
        }
        None => value,
    };
    Statement::Assign(target, value)
}
