//! Script functions with loops or assignments: the only part of the rules that runs in Rhai.

use std::cell::OnceCell;
use std::sync::Arc;

use rhai::{AST, Dynamic, Engine, EvalAltResult, INT, ImmutableString, Scope};
use rust_decimal::Decimal;

use crate::document::{Code, ShapeId, Shapes, Value};
use crate::functions;
use crate::rules::Program;
use crate::rules::program::Scripts as Compiled;
use crate::rules::script::sandbox;

use super::fault::Fault;

/// Runs script functions. Each worker has its own, because threads that share syntax trees wait for
/// each other at every constant. The interpreter is made when it is first needed: most documents
/// need none.
#[derive(Debug)]
pub struct Scripts {
    compiled: Compiled,
    interpreter: OnceCell<Interpreter>,
}

#[derive(Debug)]
struct Interpreter {
    engine: Engine,
    ast: AST,
    shapes: Arc<Shapes>,
}

/// A value that Rhai has no type for, with the names of its fields.
#[derive(Clone)]
struct Part {
    value: Value,
    shapes: Arc<Shapes>,
}

impl Scripts {
    /// A runner for the scripts of a program.
    pub fn new(compiled: &Compiled) -> Self {
        Self { compiled: compiled.clone(), interpreter: OnceCell::new() }
    }

    /// Calls a script function.
    pub fn call(&self, program: &Program, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
        let Interpreter { engine, ast, shapes } =
            self.interpreter.get_or_init(|| Interpreter::new(&self.compiled, program));
        let arguments: Vec<Dynamic> =
            arguments.iter().map(|value| to_dynamic(value.clone(), shapes)).collect();
        let result = engine.call_fn::<Dynamic>(&mut Scope::new(), ast, name, arguments);
        result.map(from_dynamic).map_err(|error| fault(name, &error))
    }
}

impl Interpreter {
    fn new(compiled: &Compiled, program: &Program) -> Self {
        let mut engine = sandbox(&compiled.limits);
        rhai::packages::Package::register_into_engine(&rhai::packages::CorePackage::new(), &mut engine);
        register_parts(&mut engine);
        register_arithmetic(&mut engine);
        register_functions(&mut engine);
        Self { engine, ast: compiled.ast.as_ref().clone(), shapes: Arc::new(program.shapes.clone()) }
    }
}

fn fault(name: &str, error: &EvalAltResult) -> Fault {
    let mut inner = error;
    while let EvalAltResult::ErrorInFunctionCall(_, _, next, _) = inner {
        inner = next;
    }
    let position = inner.position();
    let place = position.line().map(|line| format!(" (line {line} of its file)")).unwrap_or_default();
    let reason = match inner {
        EvalAltResult::ErrorTooManyOperations(_) => "it runs for too long".to_owned(),
        EvalAltResult::ErrorDataTooLarge(what, _) => format!("it makes too much: {}", what.to_lowercase()),
        EvalAltResult::ErrorStackOverflow(_) => "it calls itself too often".to_owned(),
        EvalAltResult::ErrorRuntime(message, _) => message.to_string(),
        other => other.to_string(),
    };
    Fault::new(Code::Script, format!("the function `{name}` failed{place}: {reason}"))
}

fn to_dynamic(value: Value, shapes: &Arc<Shapes>) -> Dynamic {
    match value {
        Value::Absent => Dynamic::UNIT,
        Value::Bool(truth) => truth.into(),
        Value::Number(number) => Dynamic::from_decimal(number),
        Value::Text(text) => ImmutableString::from(text.as_ref()).into(),
        Value::List(members) => {
            let members: rhai::Array =
                members.iter().map(|member| to_dynamic(member.clone(), shapes)).collect();
            members.into()
        }
        value => Dynamic::from(Part { value, shapes: shapes.clone() }),
    }
}

fn from_dynamic(value: Dynamic) -> Value {
    if value.is_unit() {
        return Value::Absent;
    }
    if let Ok(truth) = value.as_bool() {
        return Value::Bool(truth);
    }
    if let Ok(number) = value.as_decimal() {
        return Value::Number(number);
    }
    if let Ok(number) = value.as_int() {
        return Value::Number(number.into());
    }
    if let Some(part) = value.read_lock::<Part>() {
        return part.value.clone();
    }
    if value.is_array() {
        return Value::List(value.into_array().unwrap_or_default().into_iter().map(from_dynamic).collect());
    }
    value.into_string().map_or(Value::Absent, Value::text)
}

impl Part {
    fn field(&self, name: &str) -> Dynamic {
        let slots: Vec<(ShapeId, usize)> = match &self.value {
            Value::Structure(structure) => {
                let slot = self.shapes.get(structure.shape).slot(name);
                slot.map(|slot| (structure.shape, slot)).into_iter().collect()
            }
            _ => Vec::new(),
        };
        let value = super::member::field(std::borrow::Cow::Borrowed(&self.value), name, &slots);
        to_dynamic(value.into_owned(), &self.shapes)
    }
}

/// Fields of parts and of lists of them, and `()` for a field of nothing.
fn register_parts(engine: &mut Engine) {
    engine.register_indexer_get(|part: &mut Part, name: ImmutableString| part.field(&name));
    engine.register_indexer_get(|(): &mut (), _: ImmutableString| ());
    engine.register_fn("==", |a: Part, b: Part| super::operators::same(&a.value, &b.value));
    engine.register_fn("!=", |a: Part, b: Part| !super::operators::same(&a.value, &b.value));
    engine.set_fast_operators(false);
}

/// Sums, differences and products as expressions have them: exact, or an error.
fn register_arithmetic(engine: &mut Engine) {
    type Exact = fn(Decimal, Decimal) -> Result<Decimal, String>;
    let all: [(&str, &str, Exact); 3] = [
        ("+", "+=", functions::exact_sum),
        ("-", "-=", |a, b| functions::exact_sum(a, -b)),
        ("*", "*=", functions::exact_product),
    ];
    for (operator, assign, exact) in all {
        let give = move |a, b| exact(a, b).map_err(Box::<EvalAltResult>::from);
        engine.register_fn(assign, move |a: &mut Decimal, b: Decimal| give(*a, b).map(|result| *a = result));
        engine
            .register_fn(assign, move |a: &mut Decimal, b: INT| give(*a, b.into()).map(|result| *a = result));
        engine.register_fn(operator, move |a: Decimal, b: Decimal| give(a, b));
        engine.register_fn(operator, move |a: Decimal, b: INT| give(a, b.into()));
        engine.register_fn(operator, move |a: INT, b: Decimal| give(a.into(), b));
    }
    engine.register_fn("/", divide);
}

/// Whole numbers divide exactly, as all numbers do.
fn divide(a: INT, b: INT) -> Result<Dynamic, Box<EvalAltResult>> {
    let (a, b) = (Decimal::from(a), Decimal::from(b));
    a.checked_div(b).map(Dynamic::from_decimal).ok_or_else(|| format!("{a} cannot be divided by {b}").into())
}

/// The provided functions, by the number of their parameters.
fn register_functions(engine: &mut Engine) {
    type Answer = Result<Dynamic, Box<EvalAltResult>>;
    for function in functions::all() {
        let run = function.run;
        let call = move |arguments: Vec<Dynamic>| -> Answer {
            let values: Vec<Value> = arguments.into_iter().map(from_dynamic).collect();
            let values: Vec<&Value> = values.iter().collect();
            let result = run(&values).map_err(|message| -> Box<EvalAltResult> { message.into() })?;
            Ok(to_dynamic(result, &Arc::default()))
        };
        match function.params.len() {
            1 => _ = engine.register_fn(function.name, move |a: Dynamic| call(vec![a])),
            2 => _ = engine.register_fn(function.name, move |a: Dynamic, b: Dynamic| call(vec![a, b])),
            3 => {
                _ = engine.register_fn(function.name, move |a: Dynamic, b: Dynamic, c: Dynamic| {
                    call(vec![a, b, c])
                });
            }
            _ => {}
        }
    }
}
