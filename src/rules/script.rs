//! Script files: functions in Rhai, and the sandbox that everything is parsed and run in.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::file::Limits;
use super::place::Origin;
use super::source::{FileId, LineColumn, Source, Sources, Span};
use super::syntax::{self, Step};

/// A function of a script file.
#[derive(Clone, Debug)]
pub struct ScriptFunction {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub params: Vec<String>,
    /// Its statements.
    pub body: Vec<Step>,
    /// The file it stands in.
    pub origin: Origin,
    /// Where its body begins.
    pub span: Span,
    /// The script functions it calls.
    pub calls: Vec<String>,
}

impl ScriptFunction {
    /// How it is called.
    pub fn usage(&self) -> String {
        format!("{}({})", self.name, self.params.join(", "))
    }
}

/// Words that lead out of the sandbox, or round its limits.
const FORBIDDEN: [&str; 12] = [
    "eval", "print", "debug", "while", "loop", "do", "switch", "try", "throw", "Fn", "call", "curry",
];

/// The engine that parses everything: nothing reaches out of it, everything in it is bounded.
pub fn sandbox(limits: &Limits) -> rhai::Engine {
    let mut engine = rhai::Engine::new_raw();
    engine.set_optimization_level(rhai::OptimizationLevel::None);
    engine.set_max_operations(u64::from(limits.operations));
    engine.set_max_call_levels(limits.calls as usize);
    engine.set_max_expr_depths(64, 64);
    engine.set_max_string_size(limits.text as usize);
    engine.set_max_array_size(limits.list as usize);
    engine.set_max_map_size(limits.map as usize);
    engine.set_max_variables(64);
    engine.set_max_functions(500);
    engine.set_allow_anonymous_fn(false);
    engine.set_fail_on_invalid_map_property(true);
    for word in FORBIDDEN {
        engine.disable_symbol(word);
    }
    engine
}

/// The functions of all script files, by name, and the whole as Rhai runs it.
pub fn compile(
    files: &[FileId],
    sources: &Sources,
    engine: &rhai::Engine,
    diagnostics: &mut Diagnostics,
) -> (BTreeMap<String, ScriptFunction>, rhai::AST) {
    let mut functions: BTreeMap<String, ScriptFunction> = BTreeMap::new();
    let mut whole = rhai::AST::empty();
    for file in files {
        let Some(source) = sources.get(*file) else {
            continue;
        };
        match engine.compile(source.text.as_ref()) {
            Ok(ast) => {
                only_functions(&ast, *file, source, diagnostics);
                // A later layer's function replaces an earlier one of its name.
                functions.extend(functions_of(&ast, *file, source));
                whole = whole.merge(&ast.clone_functions_only());
            }
            Err(error) => diagnostics.push(parse_error(&error, &whole_file(*file, source))),
        }
    }
    refuse_recursion(&functions, diagnostics);
    (functions, whole)
}

fn whole_file(file: FileId, source: &Source) -> Origin {
    let end = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
    Origin {
        source: source.text.clone(),
        file,
        span: Span { file, start: 0, end },
        text: source.text.clone(),
    }
}

fn functions_of(ast: &rhai::AST, file: FileId, source: &Source) -> Vec<(String, ScriptFunction)> {
    let origin = whole_file(file, source);
    ast.iter_fn_def()
        .map(|definition| {
            let (body, at, calls) = body_of(ast, definition);
            let function = ScriptFunction {
                name: definition.name.to_string(),
                params: definition.params.iter().map(ToString::to_string).collect(),
                body,
                origin: origin.clone(),
                span: origin.span_at(at),
                calls,
            };
            (function.name.clone(), function)
        })
        .collect()
}

/// A function's statements, where they begin, and the script functions they call.
fn body_of(ast: &rhai::AST, definition: &rhai::ScriptFuncDef) -> (Vec<Step>, LineColumn, Vec<String>) {
    let (name, arity) = (definition.name.as_str(), definition.params.len());
    let mut alone = ast.clone_functions_only();
    alone.retain_functions(|_, _, other, params| other == name && params == arity);
    let body = syntax::body(&alone);
    let mut calls = Vec::new();
    syntax::called_in(&body, &mut calls);
    (body, syntax::place(definition.body.start_position()), calls)
}

fn only_functions(ast: &rhai::AST, file: FileId, source: &Source, diagnostics: &mut Diagnostics) {
    if let Some(statement) = ast.statements().iter().find(|statement| !statement.is_noop()) {
        let at = syntax::place(statement.position());
        diagnostics.push(
            Diagnostic::error(
                "R204",
                whole_file(file, source).span_at(at),
                "a script file holds functions only",
            )
            .help("put it into a function: `fn name(...) { ... }`"),
        );
    }
}

/// A function that calls itself, directly or through others, may never end.
fn refuse_recursion(functions: &BTreeMap<String, ScriptFunction>, diagnostics: &mut Diagnostics) {
    for function in functions.values() {
        let mut seen = Vec::new();
        let mut open = function.calls.clone();
        while let Some(name) = open.pop() {
            if name == function.name {
                let message = format!("`{name}` calls itself, so it may never end");
                diagnostics.push(
                    Diagnostic::error("R205", function.span, message)
                        .help("go over a list with `for` instead"),
                );
                break;
            }
            if !seen.contains(&name) {
                open.extend(
                    functions
                        .get(&name)
                        .map(|called| called.calls.clone())
                        .unwrap_or_default(),
                );
                seen.push(name);
            }
        }
    }
}

/// What Rhai said, at its place in the file.
pub fn parse_error(error: &rhai::ParseError, origin: &Origin) -> Diagnostic {
    let span = origin.span_at(syntax::place(error.position()));
    let kind = error.err_type().to_string();
    let sandboxed = FORBIDDEN.iter().find(|word| mentions(&kind, word));
    match sandboxed {
        Some(word) => Diagnostic::error("R202", span, format!("`{word}` is not allowed in rules"))
            .help("functions may use `let`, `if`, `for` over a list, and `return`"),
        None if kind.contains("complex") || kind.contains("depth") => {
            Diagnostic::error("R206", span, "the expression is nested too deep")
        }
        None => Diagnostic::error(
            "R201",
            span,
            format!("this does not parse: {}", lower_first(&kind)),
        ),
    }
}

fn mentions(message: &str, word: &str) -> bool {
    message.contains(&format!("'{word}'")) && (message.contains("reserved") || message.contains("disabled"))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}
