//! From the files of a rule set to a program. Nothing runs before everything compiles.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::{self, Element, Version};
use crate::document::{Code, Decoder, Need, ShapeId};
use crate::rules::check::checker::{Checker, Unread};
use crate::rules::check::doubts::unused;
use crate::rules::check::settings::Settings;
use crate::rules::check::typed::FollowedLink;
use crate::rules::check::uses::{Declared, Noted, Uses};
use crate::rules::check::{inlining, script, shapes};
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::{FileId, Sources};
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::RuleFiles;
use crate::rules::files::file::{ObjectFile, RulesetFile};
use crate::rules::files::load::{WrittenRules, load};
use crate::rules::files::shape_file::ShapeFile;

use super::list;
use super::object::object;
use super::order;
use super::program::{Object, Program, Stop};
use super::proved;
use super::sources::all as all_sources;

/// What compiling gives: a program unless there are errors, and what there is to say.
#[derive(Debug)]
pub struct Compiled {
    /// The program, if there is no error.
    pub program: Option<Program>,
    /// Errors and warnings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, to show places in.
    pub sources: Sources,
    /// Who uses what, also where there are errors.
    pub uses: Arc<Uses>,
}

/// Compiles a rule set.
pub fn compile(files: &RuleFiles) -> Compiled {
    let mut diagnostics = Diagnostics::default();
    let mut sources = Sources::default();
    let parts = load(files, &mut sources, &mut diagnostics);
    let program =
        parts.decode(&mut diagnostics).map(|written| build(written, files, &sources, &mut diagnostics));
    let uses = program.as_ref().map(|program| program.uses.clone()).unwrap_or_default();
    let program = program.filter(|_| !diagnostics.has_errors());
    Compiled { program, diagnostics: diagnostics.sorted(), sources, uses }
}

fn build(
    written: WrittenRules,
    rule_files: &RuleFiles,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Program {
    let WrittenRules { ruleset, settings, shapes: shape_files, objects: files, scripts, tables, complete } =
        written;
    let version = version(&ruleset, diagnostics);
    let mut shapes = shapes::declare(&shape_files, diagnostics);
    let settings = settings.map(|file| Settings::declare(file, tables, &mut shapes, diagnostics));
    let settings = settings.unwrap_or_default();
    let parser = script::parser(&ruleset.limits);
    let mut unread = Unread { objects: !complete, functions: false };
    let script::CompiledScripts { functions, complete } =
        script::compile(&scripts, sources, &parser, diagnostics);
    unread.functions = !complete;
    let mut checker = Checker {
        sources,
        parser: &parser,
        version,
        rounding: ruleset.rounding,
        shapes: &shapes,
        settings: &settings,
        functions: &functions,
        exported: &exported(&files, &shapes),
        records: records(&files, &shapes),
        without_name: Vec::new(),
        unread,
        needs: vec![Need::Nothing; shapes.len()],
        links: Vec::new(),
        uses: Noted::default(),
        known: Vec::new(),
        inlined: 0,
        is_too_much: false,
        written: None,
        of_every_record: false,
        diagnostics: std::mem::take(diagnostics),
    };
    // First of all on their own: a mistake in a function is the function's, and told without a caller.
    inlining::look_into_all(&mut checker);
    let objects = all_objects(&files, &mut checker);
    unused::tell(&mut checker, first_of_last_layer(rule_files));
    let uses = index(&mut checker, &shape_files);
    let Checker { needs, links, diagnostics: found, .. } = checker;
    *diagnostics = found;
    look_over(&objects, &ruleset, !unread.objects && objects.len() == files.len(), diagnostics);
    let objects = in_order(objects, &links, &ruleset, diagnostics);
    // Documents are read no further than rules look, so what they look at must be known before the decoder
    // is made, and what a followed document's own rules look at too.
    let needs = followed(needs, &objects, &links, &shapes);
    Program {
        sources_of_documents: all_sources(&shape_files, &shapes, &needs, diagnostics),
        decoder: Decoder::new(&shapes, |shape| needs.get(shape.0 as usize).unwrap_or(&Need::Nothing)),
        name: ruleset.name,
        version,
        editions: ruleset.editions.0,
        lacking: ruleset.lacking,
        sources: sources.clone(),
        uses: Arc::new(uses),
        files: Arc::new(rule_files.clone()),
        shapes,
        settings,
        objects,
        limits: ruleset.limits,
        stop: Stop::default(),
        seen: None,
        needs,
    }
}

/// Who uses what.
fn index(checker: &mut Checker<'_>, files: &[ShapeFile]) -> Uses {
    let noted = std::mem::take(&mut checker.uses);
    let Checker { sources, settings, functions, shapes, .. } = checker;
    Declared { sources, settings, functions, shapes, files }.index(noted)
}

/// The objects, each after those that it refers to.
fn in_order(
    objects: Vec<Object>,
    links: &[FollowedLink],
    ruleset: &RulesetFile,
    diagnostics: &mut Diagnostics,
) -> Vec<Object> {
    let rank = |object: &Object| ruleset.order.iter().position(|name| name.value == object.name);
    order::sorted(objects, links, rank, diagnostics)
}

/// The shapes of the objects that have an export half.
fn exported(files: &[ObjectFile], shapes: &crate::document::Shapes) -> Vec<ShapeId> {
    let exported = files.iter().filter(|file| file.export.is_some());
    exported.filter_map(|file| shapes.object(&file.object.value)).collect()
}

/// The types of records that documents of each shape become, are found as, or come from.
fn records(files: &[ObjectFile], shapes: &crate::document::Shapes) -> BTreeMap<ShapeId, Vec<&'static str>> {
    let record = |name: &str| catalogue::record(name).map(Element::name);
    let mut all: BTreeMap<ShapeId, Vec<&'static str>> = BTreeMap::new();
    for file in files {
        let Some(shape) = shapes.object(&file.object.value) else { continue };
        let found = all.entry(shape).or_default();
        let export = file.export.as_ref();
        let variants = export.into_iter().flat_map(|export| &export.variants.0);
        let adds =
            variants.map(|(_, variant)| &variant.value.add).chain(export.and_then(|it| it.add.as_ref()));
        found.extend(
            adds.filter_map(|add| catalogue::made_by(add.value.strip_suffix("Add")?).map(Element::name)),
        );
        let query = export.and_then(|export| export.matching.as_ref()?.value.query.as_ref());
        let looked_for = query.map(|(query, _)| catalogue::records_of(&query.value)).unwrap_or_default();
        found.extend(looked_for.into_iter().map(Element::name));
        let from = file.import.iter().flat_map(|import| &import.from);
        found.extend(from.filter_map(|name| record(&name.value)));
    }
    all
}

/// The first file of the last layer: files are numbered layer by layer.
fn first_of_last_layer(files: &RuleFiles) -> FileId {
    let before = files.layers.len().saturating_sub(1);
    let count: usize = files.layers.iter().take(before).map(Vec::len).sum();
    FileId(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Tells what only all objects together show; of their order only where all could be read.
fn look_over(objects: &[Object], ruleset: &RulesetFile, is_whole: bool, diagnostics: &mut Diagnostics) {
    if is_whole {
        check_order(ruleset, objects, diagnostics);
    }
    proved::look_into(objects, &ruleset.editions.0, diagnostics);
}

fn version(ruleset: &RulesetFile, diagnostics: &mut Diagnostics) -> Version {
    let newest = Version::NEWEST;
    match ruleset.qbxml.value.parse::<Version>() {
        Ok(version) if version <= newest => version,
        _ => {
            let message = format!("`{}` is not a qbXML version that is known here", ruleset.qbxml.value);
            diagnostics.push(
                Diagnostic::error(Code::UnknownVersion, ruleset.qbxml.span, message)
                    .help(format!("the newest is {newest}")),
            );
            newest
        }
    }
}

fn all_objects(files: &[ObjectFile], checker: &mut Checker<'_>) -> Vec<Object> {
    let mut objects: Vec<Object> = Vec::new();
    for file in files {
        if objects.iter().any(|object| object.name == file.object.value) {
            let message = format!("the object `{}` has two files", file.object.value);
            let help = "a layer's file has the name of the file that it changes, and the object of that";
            checker.tell(Diagnostic::error(Code::GivenTwice, file.object.span, message).help(help));
            continue;
        }
        objects.extend(object(checker, file));
    }
    list::each_has_its_path(checker, files);
    objects
}

fn check_order(ruleset: &RulesetFile, objects: &[Object], diagnostics: &mut Diagnostics) {
    for name in &ruleset.order {
        if !objects.iter().any(|object| object.name == name.value) {
            let names = objects.iter().map(|object| object.name.as_str());
            let message = format!("no rule file is for the object `{}`", name.value);
            diagnostics.push(
                Diagnostic::error(Code::UnknownObject, name.span, message)
                    .help_if(did_you_mean(&name.value, names)),
            );
        }
    }
}

/// A document that is followed is read as its own rules read it. Objects come after those that they
/// refer to, so one pass is enough.
fn followed(
    mut needs: Vec<Need>,
    objects: &[Object],
    links: &[FollowedLink],
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
