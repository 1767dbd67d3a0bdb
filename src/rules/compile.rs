//! From the files of a rule set to a program. Nothing runs before everything compiles.

use std::sync::Arc;

use crate::catalogue::Version;
use crate::document::{Decoder, Need, ShapeId};

use super::compile_fields::FieldContext;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::expression::Parser;
use super::file::{Limits, ObjectFile, RulesetFile};
use super::files::RuleFiles;
use super::infer::{Checker, Unread};
use super::load::{Written, load};
use super::order;
use super::program::{Object, Program, Scripts};
use super::script;
use super::settings::Settings;
use super::source::Sources;
use super::suggest::did_you_mean;
use super::typed::Link;
use super::{shapes, types};

/// What compiling gives: a program unless there are errors, and what there is to say.
#[derive(Debug)]
pub struct Compiled {
    /// The program, if there is no error.
    pub program: Option<Program>,
    /// Errors and warnings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, to show places in.
    pub sources: Sources,
}

/// Compiles a rule set.
pub fn compile(files: &RuleFiles) -> Compiled {
    let mut diagnostics = Diagnostics::default();
    let mut sources = Sources::default();
    let parts = load(files, &mut sources, &mut diagnostics);
    let program =
        parts.decode(&mut diagnostics).map(|written| build(written, files, &sources, &mut diagnostics));
    let program = program.filter(|_| !diagnostics.has_errors());
    Compiled { program, diagnostics: diagnostics.sorted(), sources }
}

fn build(
    written: Written,
    rule_files: &RuleFiles,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Program {
    let Written { ruleset, settings, shapes, objects: files, scripts, complete } = written;
    let version = version(&ruleset, diagnostics);
    let settings = settings.map(|file| Settings::declare(file, diagnostics)).unwrap_or_default();
    let shapes = shapes::declare(&shapes, diagnostics);
    let engine = script::sandbox(&ruleset.limits);
    let mut unread = Unread { objects: !complete, functions: false };
    let script::Compiled { functions, ast, complete } =
        script::compile(&scripts, sources, &engine, diagnostics);
    unread.functions = !complete;
    let exported: Vec<ShapeId> = files
        .iter()
        .filter(|file| file.export.is_some())
        .filter_map(|file| shapes.object(&file.object.value))
        .collect();
    let parser = Parser { engine: &engine, sources };
    let context = FieldContext { parser: &parser, version, rounding: ruleset.rounding };
    let mut checker = Checker {
        sources,
        shapes: &shapes,
        settings: &settings,
        functions: &functions,
        exported: &exported,
        unread,
        needs: vec![Need::Nothing; shapes.len()],
        links: Vec::new(),
        diagnostics: std::mem::take(diagnostics),
    };
    checker.all_functions();
    let objects = all_objects(&files, &mut checker, &context);
    let Checker { needs, links, diagnostics: found, .. } = checker;
    *diagnostics = found;
    if !unread.objects && objects.len() == files.len() {
        check_order(&ruleset, &objects, diagnostics);
    }
    let rank = |object: &Object| ruleset.order.iter().position(|name| name.value == object.name);
    let objects = order::sorted(objects, &links, rank, diagnostics);
    let needs = followed(needs, &objects, &links, &shapes);
    let scripts = scripts_of(ast, ruleset.limits);
    let decoder = Decoder::new(&shapes, |shape| needs.get(shape.0 as usize).unwrap_or(&Need::Nothing));
    Program {
        name: ruleset.name,
        version,
        sources: sources.clone(),
        files: Arc::new(rule_files.clone()),
        shapes,
        settings,
        objects,
        scripts,
        needs,
        decoder,
    }
}

fn scripts_of(ast: rhai::AST, limits: Limits) -> Scripts {
    Scripts { ast: Arc::new(ast), limits }
}

fn version(ruleset: &RulesetFile, diagnostics: &mut Diagnostics) -> Version {
    let newest = Version::NEWEST;
    match ruleset.qbxml.value.parse::<Version>() {
        Ok(version) if version <= newest => version,
        _ => {
            let message = format!("`{}` is not a qbXML version that is known here", ruleset.qbxml.value);
            diagnostics.push(
                Diagnostic::error("R303", ruleset.qbxml.span, message)
                    .help(format!("the newest is {newest}")),
            );
            newest
        }
    }
}

fn all_objects(files: &[ObjectFile], checker: &mut Checker<'_>, context: &FieldContext<'_>) -> Vec<Object> {
    let mut objects: Vec<Object> = Vec::new();
    for file in files {
        if objects.iter().any(|object| object.name == file.object.value) {
            let message = format!("the object `{}` has two files", file.object.value);
            checker.diagnostics.push(Diagnostic::error("R104", file.object.span, message));
            continue;
        }
        objects.extend(checker.object(file, context));
    }
    objects
}

fn check_order(ruleset: &RulesetFile, objects: &[Object], diagnostics: &mut Diagnostics) {
    for name in &ruleset.order {
        if !objects.iter().any(|object| object.name == name.value) {
            let names = objects.iter().map(|object| object.name.as_str());
            let message = format!("no rule file is for the object `{}`", name.value);
            diagnostics.push(
                Diagnostic::error("R507", name.span, message).help_if(did_you_mean(&name.value, names)),
            );
        }
    }
}

/// A document that is followed is read as its own rules read it. Objects come after those that they
/// refer to, so one pass is enough.
fn followed(
    mut needs: Vec<Need>,
    objects: &[Object],
    links: &[Link],
    shapes: &crate::document::Shapes,
) -> Vec<Need> {
    for object in objects {
        let index = object.shape.0 as usize;
        let mut need = needs.get(index).cloned().unwrap_or_default();
        if let Some(slot) = shapes.get(object.shape).slot("id") {
            need.add_path(&[slot], &Need::All);
        }
        for link in links.iter().filter(|link| link.path.root == object.shape) {
            let target = needs.get(link.target.0 as usize).cloned().unwrap_or_default();
            need.add_path(&link.path.slots, &target);
        }
        if let Some(place) = needs.get_mut(index) {
            *place = need;
        }
    }
    needs
}

impl Checker<'_> {
    /// Every function is looked into whether rules call it or not, so that what is wrong in it is told
    /// as the function's own mistake.
    fn all_functions(&mut self) {
        for function in self.functions.values() {
            let mut scope = super::typed::Scope::default();
            for param in &function.params {
                scope = scope.with(param, types::Type::Any, Vec::new(), true);
            }
            let calls = vec![function.name.clone()];
            let mut context = super::infer::Context { origin: function.origin.clone(), inputs: None, calls };
            self.block(&function.body, &scope, &mut context);
        }
    }
}
