//! The files of a rule set by kind: read as YAML, layers merged, decoded.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::decode::{Spanned, decode_all};
use super::disk::{RuleFile, RuleFiles};
use super::file::{LayerFile, ObjectFile, RulesetFile, SettingValueFile, SettingsFile, Text};
use super::layers::{Place, merge};
use super::misplaced::{LayerOrder, not_read, not_text, without_base, without_value};
use super::shape_file::ShapeFile;
use super::yaml::{self, Node};
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::{FileId, Sources, Span};
use crate::rules::diagnostics::suggest::did_you_mean;

/// The file that says what a layer is for.
pub const LAYER: &str = "layer.yaml";

/// The files of a rule set by kind, layers merged.
#[derive(Default)]
pub struct Parts {
    ruleset: Option<Node>,
    settings: Option<Node>,
    shapes: Vec<Node>,
    objects: Vec<ObjectPart>,
    scripts: Vec<ScriptFile>,
    /// The rows of tables, by the names of their settings; those of the last layer that has any, and which that is.
    tables: BTreeMap<String, (usize, Text)>,
    /// Where ruleset.yaml would be.
    wanted: FileId,
    /// The names of files that are not YAML.
    unread: Vec<String>,
}

/// A script file.
#[derive(Clone, Copy, Debug)]
pub struct ScriptFile {
    /// The file.
    pub id: FileId,
    /// Its layer, counted from 0.
    pub layer: usize,
}

/// A file for an object, as YAML.
struct ObjectPart {
    node: Node,
    /// What to say when it does not name its object: a later layer's file of a new name.
    hint: Option<String>,
}

/// The files of a rule set as they are written.
pub struct WrittenRules {
    /// `ruleset.yaml`
    pub ruleset: RulesetFile,
    /// `settings.yaml`
    pub settings: Option<SettingsFile>,
    /// `shapes/*.yaml`
    pub shapes: Vec<ShapeFile>,
    /// `<object>.yaml`
    pub objects: Vec<ObjectFile>,
    /// `scripts/*.rhai`, in the order of layers.
    pub scripts: Vec<ScriptFile>,
    /// `tables/*.csv` and `tables/*.yaml`, by the names of their settings.
    pub tables: BTreeMap<String, Text>,
    /// Whether every object's file could be read.
    pub complete: bool,
}

/// Reads all files as YAML and lays later layers over earlier ones.
pub fn load(files: &RuleFiles, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Parts {
    let mut merged: BTreeMap<&str, Node> = BTreeMap::new();
    let mut parts = Parts::default();
    let mut hints: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut order = LayerOrder::default();
    for (layer, files) in files.layers.iter().enumerate() {
        let known: Vec<&str> = hints.keys().copied().collect();
        for file in files {
            let id = sources.add(file.path.clone(), file.text.as_str());
            if !file.is_read() {
                diagnostics.push(not_read(id, file));
                continue;
            }
            diagnostics.extend(sources.get(id).map(|source| not_text(id, source)).unwrap_or_default());
            if file.name.starts_with("scripts/") {
                parts.scripts.push(ScriptFile { id, layer });
                continue;
            }
            if let Some(name) = file.name.strip_prefix("tables/") {
                parts.add_table(name, layer, table(id, file, diagnostics), diagnostics);
                continue;
            }
            if file.name == LAYER {
                if let Some(node) = yaml::parse(id, &file.text, diagnostics) {
                    decoded::<LayerFile>(&node, diagnostics);
                }
                continue;
            }
            hints.entry(&file.name).or_insert_with(|| hint(layer, &file.name, &known));
            let mut found = Diagnostics::default();
            match yaml::parse(id, &file.text, &mut found) {
                Some(node) => {
                    without_value(&node, &mut found);
                    order.look(id, file, &node);
                    lay_over(&mut merged, &file.name, node, &mut found);
                }
                None => parts.unread.push(file.name.clone()),
            }
            diagnostics.extend(found);
        }
    }
    order.tell(&files.layers, diagnostics);
    parts.wanted = place_of_ruleset(files, sources);
    let first_of_layers = FileId(u32::try_from(files.layers.first().map_or(0, Vec::len)).unwrap_or(u32::MAX));
    for (name, mut node) in merged {
        for parts in parts_of(name) {
            without_base(&mut node, *parts, first_of_layers, diagnostics);
        }
        match name {
            "ruleset.yaml" => parts.ruleset = Some(node),
            "settings.yaml" => parts.settings = Some(node),
            name if name.starts_with("shapes/") => parts.shapes.push(node),
            _ => parts.objects.push(ObjectPart { node, hint: hints.remove(name).flatten() }),
        }
    }
    parts
}

/// The rows of a table's file: lines with commas as they stand, a list of YAML as `default` has it.
fn table(id: FileId, file: &RuleFile, diagnostics: &mut Diagnostics) -> Option<Text> {
    if file.name.rsplit('.').next() == Some("csv") {
        let span = Span { file: id, start: 0, end: 0 };
        return Some(Spanned { span, value: file.text.clone() });
    }
    let node = yaml::parse(id, &file.text, diagnostics)?;
    let rows = decoded::<SettingValueFile>(&node, diagnostics)?;
    Some(Spanned { span: node.span, value: rows.into_text() })
}

fn lay_over<'f>(
    merged: &mut BTreeMap<&'f str, Node>,
    name: &'f str,
    node: Node,
    diagnostics: &mut Diagnostics,
) {
    let node = match merged.remove(name) {
        Some(base) => merge(base, node, Place::of_file(name), diagnostics),
        None => node,
    };
    merged.insert(name, node);
}

/// Where a file has parts of which a layer may say the differences only, and what makes one of them whole.
fn parts_of(name: &str) -> &'static [(&'static [&'static str], &'static str)] {
    match name {
        "settings.yaml" => &[(&["settings"], "type")],
        "ruleset.yaml" => &[],
        name if name.starts_with("shapes/") => &[],
        _ => &[(&["export", "variants"], "add")],
    }
}

/// A later layer's file that no layer below has is probably misspelt, if it does not say what it is for.
fn hint(layer: usize, name: &str, known: &[&str]) -> Option<String> {
    let near = did_you_mean(name, known.iter().copied()).unwrap_or_default();
    (layer > 0)
        .then(|| format!("the layers below have no `{name}`; {near}").trim_end_matches("; ").to_owned())
}

/// The file `ruleset.yaml`, or an empty one in its place to point at.
fn place_of_ruleset(files: &RuleFiles, sources: &mut Sources) -> FileId {
    let is_ruleset = |file: &&RuleFile| file.name == "ruleset.yaml";
    if files.layers.iter().flatten().any(|file| is_ruleset(&file)) {
        return FileId::default();
    }
    let first = files.layers.iter().flatten().next();
    let folder = first.and_then(|file| file.path.strip_suffix(file.name.as_str())).unwrap_or_default();
    sources.add(format!("{folder}ruleset.yaml"), "")
}

impl Parts {
    /// Adds the rows of a table's file; two files of one layer cannot both be meant.
    fn add_table(&mut self, file: &str, layer: usize, rows: Option<Text>, diagnostics: &mut Diagnostics) {
        let name = file.split('.').next().unwrap_or(file);
        let Some(rows) = rows else { return };
        let at = rows.span;
        let before = self.tables.insert(name.to_owned(), (layer, rows));
        if before.is_some_and(|(of, _)| of == layer) {
            let message = format!("the rows of `{name}` stand in two files");
            diagnostics.push(Diagnostic::error(Code::GivenTwice, at, message).help("keep one of the two"));
        }
    }

    /// Decodes all files. What is wrong is told for all of them; nothing comes of it where the rest
    /// could not be checked without what is wrong.
    pub fn decode(self, diagnostics: &mut Diagnostics) -> Option<WrittenRules> {
        if self.ruleset.is_none() && !self.is_unread("ruleset.yaml") {
            let start = Span { file: self.wanted, start: 0, end: 0 };
            diagnostics.push(Diagnostic::error(Code::NoRulesetFile, start, "the rule set has no ruleset.yaml").help(
                "the first layer needs one, with `name` and `qbxml`; layers are given base first: `--rules rules --rules my-shop`",
            ));
        }
        let ruleset = self.ruleset.as_ref().and_then(|node| decoded::<RulesetFile>(node, diagnostics));
        let settings = self.settings.as_ref().map(|node| decoded::<SettingsFile>(node, diagnostics));
        let shapes: Vec<ShapeFile> =
            self.shapes.iter().filter_map(|node| decoded(node, diagnostics)).collect();
        let objects: Vec<ObjectFile> =
            self.objects.iter().filter_map(|part| part.decode(diagnostics)).collect();
        let whole = shapes.len() == self.shapes.len()
            && !self.is_unread("shapes/")
            && !self.is_unread("settings.yaml");
        let complete = objects.len() == self.objects.len() && self.unread.is_empty();
        let settings = match settings {
            Some(decoded) => Some(decoded?),
            None => None,
        };
        let ruleset = ruleset.filter(|_| whole)?;
        Some(WrittenRules {
            ruleset,
            settings,
            shapes,
            objects,
            scripts: self.scripts,
            tables: self.tables.into_iter().map(|(name, (_, rows))| (name, rows)).collect(),
            complete,
        })
    }

    fn is_unread(&self, name: &str) -> bool {
        self.unread.iter().any(|unread| unread.starts_with(name))
    }
}

impl ObjectPart {
    fn decode(&self, diagnostics: &mut Diagnostics) -> Option<ObjectFile> {
        let found = match decode_all(&self.node) {
            Ok(file) => return Some(file),
            Err(found) => found,
        };
        for mut diagnostic in found {
            if diagnostic.code == Code::MissingKey
                && diagnostic.help.is_none()
                && diagnostic.message.contains("`object`")
            {
                diagnostic.help.clone_from(&self.hint);
            }
            diagnostics.push(diagnostic);
        }
        None
    }
}

fn decoded<T: DeserializeOwned>(node: &Node, diagnostics: &mut Diagnostics) -> Option<T> {
    decode_all(node)
        .map_err(|found| {
            for diagnostic in found {
                diagnostics.push(diagnostic);
            }
        })
        .ok()
}
