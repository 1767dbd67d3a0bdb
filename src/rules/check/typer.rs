//! The checker's heart: what type does an expression have, which parts of the document does it read,
//! and what small tree is left of it once all names are resolved.
//!
//! The typer goes down into an expression and hands what it learnt of the parts to the files beside it
//! ([`operators`], `fields`, [`calls`], [`references`], [`demands`]), which know nothing of it: they
//! say what comes of values that are known already.

use crate::document::{Code, Value};
use crate::functions::{self, Function, ParamKind};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::{LineColumn, Span};
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::place::Origin;

use super::blocks;
use super::branch::Parts;
use super::calls::{self, Call};
use super::checker::Checker;
use super::demands;
use super::doubts::absent;
use super::doubts::literal;
use super::fields::field;
use super::inlining;
use super::language::special;
use super::language::term::{Term, TermKind};
use super::looked_up;
use super::node::{Input, Node};
use super::operators;
use super::references;
use super::scope::Scope;
use super::typed::{Operand, Typed, constant_type, first_there};
use super::types::Type;
use super::uses::Means;
use super::written;

/// One expression, or the body of one function, being checked: the environment of every step.
pub struct Typer<'t, 'p> {
    /// What is known of the rule set, and what is found.
    pub checker: &'t mut Checker<'p>,
    /// The variables that are seen here.
    pub scope: Scope,
    /// Where the expression, or the script file, stands.
    pub origin: Origin,
    /// The paths read and the functions called so far, for explanations; nothing inside a function.
    pub inputs: Option<Vec<Input>>,
    /// The number of the first variable that the expression itself may add.
    base: u16,
    /// The functions being looked into, outermost first.
    pub calls: Vec<String>,
    /// The first variable that statements here may assign to: the routine's own.
    pub own: u16,
    /// Whether it is inside a value, which a `return` cannot leave.
    pub in_value: bool,
}

impl<'t, 'p> Typer<'t, 'p> {
    /// A typer for an expression that stands there and sees these variables.
    pub fn new(checker: &'t mut Checker<'p>, scope: Scope, origin: Origin) -> Self {
        let (inputs, base) = (Some(Vec::new()), scope.depth);
        Self { checker, scope, origin, inputs, base, calls: Vec::new(), own: 0, in_value: false }
    }

    /// Where the word at a line and column stands in its file.
    pub fn span(&self, at: LineColumn) -> Span {
        self.origin.span_at(at)
    }

    /// An expression with its place.
    pub fn operand(&mut self, term: &Term) -> Operand {
        let span = self.span(term.at);
        Operand { typed: self.term(term), span }
    }

    /// Checks an expression; what is wrong goes to the diagnostics.
    pub fn term(&mut self, term: &Term) -> Typed {
        match &term.kind {
            TermKind::Const(value) => {
                self.looks_like_path(value, term.at);
                Typed::new(Node::Const(value.clone()), constant_type(value)).optional(value.is_absent())
            }
            TermKind::Variable(_) | TermKind::Field(..) => {
                let typed = self.path(term);
                self.note(term.path_text(), &typed.node, false);
                typed
            }
            TermKind::Index(of, index) => self.index(of, index),
            TermKind::List(members) => self.list(members),
            TermKind::Coalesce(parts) => self.coalesce(parts),
            TermKind::And(parts) => self.logical(parts, true, Node::And),
            TermKind::Or(parts) => self.logical(parts, false, Node::Or),
            TermKind::Binary(operator, left, right) => {
                let (left, right) = (self.operand(left), self.operand(right));
                operators::binary(self.checker, *operator, left, right)
            }
            TermKind::Not(of) => Typed::new(Node::Not(self.condition(of).into()), Type::Bool),
            TermKind::Negate(of) => self.negate(of),
            TermKind::Join(parts) => self.join(parts),
            TermKind::Call(name, arguments) => self.call(name, arguments, term.at),
            TermKind::Block(statements) => blocks::value(self, statements),
            TermKind::Refused(what) => {
                let message = format!("{what} is not part of the rule language");
                let help = "`ferrule explain R203` lists what expressions and functions may use";
                self.tell(Code::NotInLanguage, term.at, message, help);
                Typed::unknown()
            }
        }
    }

    /// Tells of a text that holds what was meant to be worked out.
    fn looks_like_path(&mut self, value: &Value, at: LineColumn) {
        let help = match value {
            Value::Text(text) => literal::forgotten_braces(self.checker, &self.scope, text),
            _ => None,
        };
        if let Some(help) = help {
            self.tell(Code::LooksLikeExpression, at, "this text is taken as it stands", &help);
        }
    }

    /// Tells what is wrong at a place, and what helps.
    pub fn tell(&mut self, code: Code, at: LineColumn, message: impl Into<String>, help: &str) {
        let span = self.span(at);
        self.checker.tell(Diagnostic::error(code, span, message).help(help));
    }

    /// Notes a path that ends here, or a call.
    fn note(&mut self, text: Option<String>, node: &Node, is_call: bool) {
        if let (Some(inputs), Some(text)) = (self.inputs.as_mut(), text)
            && !inputs.iter().any(|input| input.text == text)
        {
            inputs.push(Input { text, node: node.clone(), is_call });
        }
    }

    /// A variable, or a field of something.
    ///
    /// Not [`Self::term`], which would note each beginning of a path as a path of its own: an explanation
    /// shows `invoice.customer.name`, not `invoice` and `invoice.customer` too.
    fn path(&mut self, term: &Term) -> Typed {
        match &term.kind {
            TermKind::Variable(name) => self.variable(name, term.at),
            TermKind::Field(of, name) => {
                if let Some(steps) = self.written_steps(term) {
                    return written::element(self.checker, &steps, self.span(term.at));
                }
                let of = self.path(of);
                let span = self.span(term.at);
                field(self.checker, of, name, span)
            }
            _ => self.term(term),
        }
    }

    /// The steps of `fields.A.B`, unless a variable is called so.
    fn written_steps(&self, term: &Term) -> Option<Vec<String>> {
        let path = term.path_text()?;
        let steps = path.strip_prefix("fields.")?;
        let is_free = self.calls.is_empty() && self.scope.find("fields").is_none();
        is_free.then(|| steps.split('.').map(str::to_owned).collect())
    }

    fn variable(&mut self, name: &str, at: LineColumn) -> Typed {
        if let Some(found) = self.scope.ask(name) {
            return found.clone();
        }
        if name == "settings" && self.calls.is_empty() {
            return Typed::new(Node::Settings, Type::Settings);
        }
        let known: Vec<&str> = self.scope.variables.iter().map(|variable| variable.name.as_str()).collect();
        let known = [known.as_slice(), &["settings"]].concat();
        let help = match name {
            "fields" => "name one of the elements, such as `fields.RefNumber`".to_owned(),
            "settings" => "a function sees only its parameters: pass `settings` to it".to_owned(),
            _ => did_you_mean(name, known.iter().copied())
                .unwrap_or_else(|| format!("the variables here are {}", known.join(", "))),
        };
        self.tell(Code::UnknownVariable, at, format!("unknown variable `{name}`"), &help);
        Typed::unknown()
    }

    fn index(&mut self, of: &Term, index: &Term) -> Typed {
        let (of, index) = (self.operand(of), self.operand(index));
        self.checker.consume(&index.typed);
        if !index.typed.ty.is_number() && index.typed.ty != Type::Any {
            let found = self.checker.phrase(&index.typed.ty);
            let message = format!("a list is indexed by a number, not by {found}");
            self.checker.tell(Diagnostic::error(Code::WrongType, index.span, message));
        }
        let ty = match &of.typed.ty {
            Type::List(member) => (**member).clone(),
            Type::Any => Type::Any,
            other => {
                let message = format!("only a list can be indexed; this is {}", self.checker.phrase(other));
                self.checker.tell(Diagnostic::error(Code::WrongType, of.span, message));
                Type::Any
            }
        };
        let node = Node::Index(of.typed.node.into(), index.typed.node.into());
        Typed { node, ty, optional: true, paths: of.typed.paths }
    }

    fn list(&mut self, members: &[Term]) -> Typed {
        let mut nodes = Vec::new();
        let mut ty: Option<Type> = None;
        for member in members {
            let member = self.term(member);
            self.checker.consume(&member);
            ty = Some(match ty {
                Some(ty) => ty.join(member.ty),
                None => member.ty,
            });
            nodes.push(member.node);
        }
        Typed::new(Node::List(nodes.into()), Type::List(Box::new(ty.unwrap_or(Type::Any))))
    }

    fn coalesce(&mut self, parts: &[Term]) -> Typed {
        let all: Vec<Operand> = parts.iter().map(|part| self.operand(part)).collect();
        // What is not the last is asked whether it is there. That the value is used is noted by whoever uses
        // it, through the paths that the whole carries on.
        for part in all.iter().take(all.len().saturating_sub(1)) {
            self.checker.present(&part.typed);
            if !part.typed.optional && part.typed.ty != Type::Any {
                let message = "this is always there, so what follows `??` is never used";
                let told = Diagnostic::warning(Code::FallbackNeverUsed, part.span, message);
                self.checker.tell(told.help("take out `??` and what follows it"));
            }
        }
        references::never_tried(self.checker, &all);
        let starts = parts.iter().map(|part| self.span(part.start())).collect();
        first_there(all.into_iter().map(|part| part.typed).collect(), starts)
    }

    /// An expression that must be true or false; absent counts as false.
    pub fn condition(&mut self, term: &Term) -> Node {
        let of = self.operand(term);
        self.checker.consume(&of.typed);
        demands::condition(self.checker, &of);
        of.typed.node
    }

    /// Conditions joined by `&&` (then each of them is looked at where those before it hold) or by `||` (where they do not).
    fn logical(&mut self, parts: &[Term], holds: bool, make: fn(Parts) -> Node) -> Typed {
        let mark = self.checker.known.len();
        let mut nodes = Vec::new();
        for part in parts {
            let node = self.condition(part);
            absent::learn(&node, holds, &mut self.checker.known);
            nodes.push((node, self.span(part.start())));
        }
        self.checker.known.truncate(mark);
        Typed::new(make(nodes.into_iter().collect()), Type::Bool)
    }

    /// Does something where a condition holds, or does not.
    pub fn knowing<T>(&mut self, condition: &Node, holds: bool, inside: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.checker.known.len();
        absent::learn(condition, holds, &mut self.checker.known);
        let given = inside(self);
        self.checker.known.truncate(mark);
        given
    }

    fn negate(&mut self, of: &Term) -> Typed {
        let of = self.operand(of);
        self.checker.consume(&of.typed);
        demands::number(self.checker, &of);
        let Typed { node, ty, optional, .. } = of.typed;
        let ty = if ty.is_number() { ty } else { Type::Number };
        Typed::new(Node::Negate(node.into()), ty).optional(optional)
    }

    fn join(&mut self, parts: &[Term]) -> Typed {
        let mut nodes = Vec::new();
        let mut max = Some(0u32);
        for part in parts {
            let Operand { typed, span } = self.operand(part);
            self.checker.consume(&typed);
            demands::writable(self.checker, &typed, span);
            max = max.zip(typed.ty.max_length()).map(|(a, b)| a.saturating_add(b));
            nodes.push(typed.node);
        }
        Typed::new(Node::Join(nodes.into()), max.map_or(Type::TEXT, Type::text_of))
    }

    fn call(&mut self, name: &str, arguments: &[Term], at: LineColumn) -> Typed {
        let call = Call { name, arguments, span: self.span(at) };
        if calls::is_function(self.checker, name) {
            self.checker.uses.note(Means::Function(name.to_owned()), call.span);
        }
        match name {
            "connection" | "connected" | "record_type" => self.follow(&call),
            "line_of" => self.line_of(&call),
            "record" => self.record(&call),
            "record_where" => self.record_where(&call),
            "referred" => self.referred(&call),
            "counterpart" => self.counterpart(&call),
            _ if self.checker.functions.contains_key(name) => {
                let called = inlining::call(self, &call);
                // Beside variables of the expression's own it means nothing alone.
                if self.scope.depth == self.base {
                    self.note(Some(call.text()), &called.node, true);
                }
                called
            }
            _ => {
                if let Some(function) = functions::find(name) {
                    return self.provided(function, &call);
                }
                for argument in arguments {
                    self.term(argument);
                }
                calls::unknown(self.checker, &call)
            }
        }
    }

    fn provided(&mut self, function: &'static Function, call: &Call<'_>) -> Typed {
        if !calls::count(self.checker, call, function.params.len(), &calls::usage(function)) {
            return Typed::unknown();
        }
        let mut operands: Vec<Operand> = Vec::new();
        for (param, argument) in function.params.iter().zip(call.arguments) {
            let span = self.span(argument.at);
            let typed = match param.kind {
                ParamKind::FieldName => calls::projection(self.checker, operands.first(), argument, span),
                ParamKind::Pattern => calls::pattern(self.checker, argument, span),
                _ => self.term(argument),
            };
            let typed = calls::fitting(self.checker, function, param, typed, span);
            if param.kind == ParamKind::Filter {
                calls::filter(self.checker, &typed, span);
            }
            if matches!(function.name, "text" | "join") {
                demands::writable(self.checker, &typed, span);
            }
            operands.push(Operand { typed, span });
        }
        let values = operands.into_iter().map(|operand| operand.typed).collect();
        calls::provided(self.checker, function, call, values)
    }

    fn follow(&mut self, call: &Call<'_>) -> Typed {
        let (document, kinds) = match call.arguments {
            [document] => (document, None),
            [document, kinds] if call.name == "connection" => (document, Some((kinds, self.span(kinds.at)))),
            _ => {
                calls::count(self.checker, call, 1, special::usage(call.name));
                return Typed::unknown();
            }
        };
        let document = self.operand(document);
        references::follow(self.checker, call, document, kinds)
    }

    fn line_of(&mut self, call: &Call<'_>) -> Typed {
        let [document, id] = call.arguments else {
            calls::count(self.checker, call, 2, special::usage(call.name));
            return Typed::unknown();
        };
        let (document, id) = (self.operand(document), self.operand(id));
        references::line_of(self.checker, call, document, &id)
    }

    fn record_where(&mut self, call: &Call<'_>) -> Typed {
        let [kind, element, value, preferred] = call.arguments else {
            calls::count(self.checker, call, 4, special::usage(call.name));
            return Typed::unknown();
        };
        let (kind, element) = ((kind, self.span(kind.at)), (element, self.span(element.at)));
        let (value, preferred) = (self.operand(value), self.operand(preferred));
        looked_up::record_where(self.checker, kind, element, value, preferred)
    }

    fn referred(&mut self, call: &Call<'_>) -> Typed {
        let [reference] = call.arguments else {
            calls::count(self.checker, call, 1, special::usage(call.name));
            return Typed::unknown();
        };
        let reference = self.operand(reference);
        looked_up::referred(self.checker, reference)
    }

    fn counterpart(&mut self, call: &Call<'_>) -> Typed {
        let [object, record] = call.arguments else {
            calls::count(self.checker, call, 2, special::usage(call.name));
            return Typed::unknown();
        };
        let (object, record) = ((object, self.span(object.at)), self.operand(record));
        looked_up::counterpart(self.checker, object, record)
    }

    fn record(&mut self, call: &Call<'_>) -> Typed {
        let (types, name, kinds) = match call.arguments {
            [types, name] => (types, name, None),
            [types, name, kinds] => (types, name, Some((kinds, self.span(kinds.at)))),
            _ => {
                calls::count(self.checker, call, 2, special::usage(call.name));
                return Typed::unknown();
            }
        };
        let (types_at, name) = (self.span(types.at), self.operand(name));
        references::record(self.checker, (types, types_at), name, kinds)
    }
}
