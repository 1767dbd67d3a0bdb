//! From the files of a rule set to a program. Nothing runs before everything compiles.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::catalogue::Version;
use crate::document::{Need, ShapeId};

use super::compile_fields::FieldContext;
use super::decode::decode;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::expression::Parser;
use super::file::{Limits, ObjectFile, RulesetFile, SettingsFile, ShapeFile};
use super::files::RuleFiles;
use super::infer::{Checker, Link};
use super::layers::merge;
use super::order;
use super::program::{Object, Program, Scripts};
use super::script;
use super::settings::Settings;
use super::source::{FileId, Sources, Span};
use super::suggest::did_you_mean;
use super::yaml::{self, Node};
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

/// The files of a rule set by kind, layers merged.
#[derive(Default)]
struct Parts {
    ruleset: Option<Node>,
    settings: Option<Node>,
    shapes: Vec<Node>,
    objects: Vec<Node>,
    scripts: Vec<FileId>,
}

/// Compiles a rule set.
pub fn compile(files: &RuleFiles) -> Compiled {
    let mut diagnostics = Diagnostics::default();
    let mut sources = Sources::default();
    let parts = read(files, &mut sources, &mut diagnostics);
    let program = build(&parts, &sources, &mut diagnostics);
    let program = program.filter(|_| !diagnostics.has_errors());
    Compiled {
        program,
        diagnostics: diagnostics.sorted(),
        sources,
    }
}

fn read(files: &RuleFiles, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Parts {
    let mut merged: BTreeMap<&str, Node> = BTreeMap::new();
    let mut parts = Parts::default();
    for file in files.layers.iter().flatten() {
        let id = sources.add(file.path.clone(), file.text.as_str());
        if file.name.starts_with("scripts/") {
            parts.scripts.push(id);
            continue;
        }
        let mut found = Diagnostics::default();
        let node = yaml::parse(id, &file.text, &mut found);
        diagnostics.extend(found);
        if let Some(node) = node {
            let node = match merged.remove(file.name.as_str()) {
                Some(base) => merge(base, node),
                None => node,
            };
            merged.insert(&file.name, node);
        }
    }
    for (name, node) in merged {
        match name {
            "ruleset.yaml" => parts.ruleset = Some(node),
            "settings.yaml" => parts.settings = Some(node),
            name if name.starts_with("shapes/") => parts.shapes.push(node),
            _ => parts.objects.push(node),
        }
    }
    parts
}

fn decoded<'n, T: Deserialize<'n>>(node: &'n Node, diagnostics: &mut Diagnostics) -> Option<T> {
    decode(node)
        .map_err(|diagnostic| diagnostics.push(*diagnostic))
        .ok()
}

fn all_decoded<'n, T: Deserialize<'n>>(nodes: &'n [Node], diagnostics: &mut Diagnostics) -> Vec<T> {
    nodes
        .iter()
        .filter_map(|node| decoded(node, diagnostics))
        .collect()
}

fn build(parts: &Parts, sources: &Sources, diagnostics: &mut Diagnostics) -> Option<Program> {
    let start = Span {
        file: FileId(0),
        start: 0,
        end: 0,
    };
    let Some(ruleset) = &parts.ruleset else {
        diagnostics.push(Diagnostic::error(
            "R105",
            start,
            "the rule set has no ruleset.yaml",
        ));
        return None;
    };
    let ruleset: RulesetFile = decoded(ruleset, diagnostics)?;
    let version = version(&ruleset, diagnostics);
    let settings = parts
        .settings
        .as_ref()
        .and_then(|node| decoded::<SettingsFile>(node, diagnostics));
    let settings = settings
        .map(|file| Settings::declare(file, diagnostics))
        .unwrap_or_default();
    let shape_files: Vec<ShapeFile> = all_decoded(&parts.shapes, diagnostics);
    let shapes = shapes::declare(&shape_files, diagnostics);
    let files: Vec<ObjectFile> = all_decoded(&parts.objects, diagnostics);
    let engine = script::sandbox(&ruleset.limits);
    let (functions, ast) = script::compile(&parts.scripts, sources, &engine, diagnostics);
    let exported: Vec<ShapeId> = files
        .iter()
        .filter(|file| file.export.is_some())
        .filter_map(|file| shapes.object(&file.object.value))
        .collect();
    let parser = Parser {
        engine: &engine,
        sources,
    };
    let context = FieldContext {
        parser: &parser,
        version,
        rounding: ruleset.rounding,
    };
    let mut checker = Checker {
        shapes: &shapes,
        settings: &settings,
        functions: &functions,
        exported: &exported,
        needs: vec![Need::Nothing; shapes.len()],
        links: Vec::new(),
        diagnostics: std::mem::take(diagnostics),
    };
    let objects = all_objects(&files, &mut checker, &context);
    checker.uncalled_functions();
    let Checker {
        needs,
        links,
        diagnostics: found,
        ..
    } = checker;
    *diagnostics = found;
    check_order(&ruleset, &objects, diagnostics);
    let rank = |object: &Object| ruleset.order.iter().position(|name| name.value == object.name);
    let objects = order::sorted(objects, &links, rank, diagnostics);
    let needs = followed(needs, &objects, &links, &shapes);
    let scripts = scripts(ast, ruleset.limits);
    Some(Program {
        name: ruleset.name,
        version,
        sources: sources.clone(),
        shapes,
        settings,
        objects,
        scripts,
        needs,
    })
}

fn scripts(ast: rhai::AST, limits: Limits) -> Scripts {
    Scripts {
        ast: Arc::new(ast),
        limits,
    }
}

fn version(ruleset: &RulesetFile, diagnostics: &mut Diagnostics) -> Version {
    let newest = Version { major: 13, minor: 0 };
    match ruleset.qbxml.value.parse::<Version>() {
        Ok(version) if version <= newest => version,
        _ => {
            let message = format!(
                "`{}` is not a qbXML version that is known here",
                ruleset.qbxml.value
            );
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
            checker
                .diagnostics
                .push(Diagnostic::error("R104", file.object.span, message));
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
    /// A function that no rule calls is looked into all the same, so that what is wrong in it is told.
    fn uncalled_functions(&mut self) {
        for function in self.functions.values() {
            let mut scope = super::infer::Scope::default();
            for param in &function.params {
                scope = scope.with(param, types::Type::Any, Vec::new(), true);
            }
            let calls = vec![function.name.clone()];
            let mut context = super::infer::Context {
                origin: function.origin.clone(),
                inputs: None,
                calls,
            };
            self.block(&function.body, &scope, &mut context);
        }
    }
}
