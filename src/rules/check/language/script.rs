//! Script files: functions in the syntax of Rhai, and what parses them.

use std::collections::BTreeMap;

use super::script_error::parse_error;
use super::special;
use super::syntax;
use super::term::{self, Statement, Term, TermKind};
use crate::document::Code;
use crate::functions;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::{FileId, LineColumn, Source, Sources, Span, offset_of};
use crate::rules::files::file::Limits;
use crate::rules::files::load::ScriptFile;
use crate::rules::files::place::Origin;

/// A function of a script file.
#[derive(Clone, Debug)]
pub struct ScriptFunction {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub params: Vec<String>,
    /// Its statements.
    pub body: Vec<Statement>,
    /// The file it stands in.
    pub origin: Origin,
    /// Its name in its file.
    pub span: Span,
    /// The functions it calls, and where.
    pub calls: Vec<(String, Span)>,
}

/// All script files, compiled.
#[derive(Debug)]
pub struct CompiledScripts {
    /// The functions by name.
    pub functions: BTreeMap<String, ScriptFunction>,
    /// Whether every file could be read.
    pub complete: bool,
}

impl ScriptFunction {
    /// How it is called.
    pub fn usage(&self) -> String {
        format!("{}({})", self.name, self.params.join(", "))
    }
}

/// Words that lead out of the sandbox, or round its limits.
pub(super) const FORBIDDEN: [&str; 14] = [
    "eval", "print", "debug", "while", "loop", "do", "switch", "try", "throw", "Fn", "call", "curry",
    "import", "export",
];

/// What parses everything: Rhai, without what leads out of the rules. It runs nothing.
pub fn parser(limits: &Limits) -> rhai::Engine {
    let mut engine = rhai::Engine::new_raw();
    engine.set_optimization_level(rhai::OptimizationLevel::None);
    engine.set_max_expr_depths(64, 64);
    engine.set_max_string_size(limits.text as usize);
    engine.set_max_array_size(limits.list as usize);
    engine.set_max_map_size(limits.map as usize);
    engine.set_max_variables(64);
    engine.set_max_functions(500);
    engine.set_allow_anonymous_fn(false);
    for word in FORBIDDEN {
        engine.disable_symbol(word);
    }
    engine
}

/// The functions of all script files. A later layer's function replaces an earlier one of its name.
pub fn compile(
    files: &[ScriptFile],
    sources: &Sources,
    engine: &rhai::Engine,
    diagnostics: &mut Diagnostics,
) -> CompiledScripts {
    let mut compiled = CompiledScripts { functions: BTreeMap::new(), complete: true };
    let mut layers: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        let Some(source) = sources.get(file.id) else {
            continue;
        };
        let ast = match engine.compile(source.text.as_ref()) {
            Ok(ast) => ast,
            Err(error) => {
                compiled.complete = false;
                diagnostics.push(parse_error(&error, &whole_file(file.id, source)));
                continue;
            }
        };
        only_functions(&ast, file.id, source, diagnostics);
        for function in functions_of(&ast, file.id, source) {
            if layers.insert(function.name.clone(), file.layer) == Some(file.layer) {
                tell_twice(&function, compiled.functions.get(&function.name), sources, diagnostics);
                continue;
            }
            refuse_provided(&function, diagnostics);
            compiled.functions.insert(function.name.clone(), function);
        }
    }
    refuse_recursion(&compiled.functions, diagnostics);
    compiled
}

/// Two functions of one name in one layer: which of the two would be called?
fn tell_twice(
    function: &ScriptFunction,
    first: Option<&ScriptFunction>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    let place = first.map(|first| sources.place(first.span)).unwrap_or_default();
    diagnostics.push(
        Diagnostic::error(
            Code::FunctionTwice,
            function.span,
            format!("the function `{}` is defined twice", function.name),
        )
        .label(format!("also defined at {place}"))
        .help("rename one of them; only a later layer's function replaces one of the same name"),
    );
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

fn functions_of(ast: &rhai::AST, file: FileId, source: &Source) -> Vec<ScriptFunction> {
    let origin = whole_file(file, source);
    ast.iter_fn_def()
        .map(|definition| {
            let (body, calls) = body_of(ast, definition);
            let called = |(name, at)| (name, origin.span_at(at));
            ScriptFunction {
                name: definition.name.to_string(),
                params: definition.params.iter().map(ToString::to_string).collect(),
                body,
                origin: origin.clone(),
                span: name_span(source, file, definition),
                calls: calls.into_iter().map(called).collect(),
            }
        })
        .collect()
}

/// Where a function is named: Rhai knows only where its body begins.
fn name_span(source: &Source, file: FileId, definition: &rhai::ScriptFuncDef) -> Span {
    let body = offset_of(&source.text, syntax::place(definition.body.start_position()));
    let name = definition.name.as_str();
    let at = source
        .text
        .get(..body)
        .and_then(|before| before.rfind(&format!("fn {name}")))
        .map_or(body, |start| start + 3);
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span { file, start: narrow(at), end: narrow((at + name.len()).min(source.text.len())) }
}

/// A function's statements, and the functions they call.
fn body_of(ast: &rhai::AST, definition: &rhai::ScriptFuncDef) -> (Vec<Statement>, Vec<(String, LineColumn)>) {
    let (name, arity) = (definition.name.as_str(), definition.params.len());
    let mut alone = ast.clone_functions_only();
    alone.retain_functions(|_, _, other, params| other == name && params == arity);
    let mut body = syntax::body(&alone);
    // A parameter that is assigned to becomes a variable of the function's own.
    for param in definition.params.iter().filter(|param| term::assign_to(&body, param)).collect::<Vec<_>>() {
        let at = syntax::place(definition.body.start_position());
        let given = Term { at, kind: TermKind::Variable(param.to_string()) };
        body.insert(0, Statement::Let(param.to_string(), given));
    }
    let mut calls = Vec::new();
    term::called_in(&body, &mut calls);
    (body, calls)
}

fn only_functions(ast: &rhai::AST, file: FileId, source: &Source, diagnostics: &mut Diagnostics) {
    if let Some(statement) = ast.statements().iter().find(|statement| !statement.is_noop()) {
        let at = syntax::place(statement.position());
        diagnostics.push(
            Diagnostic::error(
                Code::StatementOutsideFunction,
                whole_file(file, source).span_at(at),
                "a script file holds functions only",
            )
            .help("put it into a function: `fn name(...) { ... }`"),
        );
    }
}

/// Tells of a function that has the name of one that is provided.
fn refuse_provided(function: &ScriptFunction, diagnostics: &mut Diagnostics) {
    let name = function.name.as_str();
    if functions::find(name).is_none() && !special::is_special(name) {
        return;
    }
    let message = format!("the function `{name}` is provided; this one would replace it in all rules");
    let help = format!("give it a name of its own, such as `own_{name}`, and call that");
    diagnostics.push(Diagnostic::error(Code::ProvidedFunction, function.span, message).help(help));
}

/// A function that calls itself, directly or through others, may never end.
fn refuse_recursion(functions: &BTreeMap<String, ScriptFunction>, diagnostics: &mut Diagnostics) {
    for function in functions.values() {
        for (called, span) in &function.calls {
            let Some(way) = way_back(functions, called, &function.name) else {
                continue;
            };
            let message = match way.as_slice() {
                [_] => format!("`{}` calls itself, so it may never end", function.name),
                way => format!(
                    "`{}` calls itself through `{}`, so it may never end",
                    function.name,
                    way.first().copied().unwrap_or_default()
                ),
            };
            diagnostics.push(
                Diagnostic::error(Code::CallsItself, *span, message)
                    .help("go over a list with `for` instead"),
            );
        }
    }
}

/// The functions from one to another, if the one calls the other, directly or through others.
fn way_back<'f>(
    functions: &'f BTreeMap<String, ScriptFunction>,
    from: &'f str,
    to: &str,
) -> Option<Vec<&'f str>> {
    let mut ways = vec![vec![from]];
    let mut seen = vec![from];
    while let Some(way) = ways.pop() {
        let last = way.last().copied().unwrap_or_default();
        if last == to {
            return Some(way);
        }
        for (next, _) in functions.get(last).map(|function| function.calls.as_slice()).unwrap_or_default() {
            if !seen.contains(&next.as_str()) {
                seen.push(next);
                ways.push(way.iter().copied().chain([next.as_str()]).collect());
            }
        }
    }
    None
}
