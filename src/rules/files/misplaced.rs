//! Files that are in the wrong place: not read, not text, in layers whose order cannot be meant.

use std::collections::BTreeMap;

use super::disk::RuleFile;
use super::yaml::{Entry, Kind, Node};
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::{FileId, Source, Span};
use crate::rules::diagnostics::suggest::did_you_mean;

/// A file of rules has a name and a place; what has another is told, and what would be right.
pub fn not_read(id: FileId, file: &RuleFile) -> Diagnostic {
    let start = Span { file: id, start: 0, end: 0 };
    let message = format!("`{}` is not read", file.name);
    Diagnostic::warning(Code::FileNotRead, start, message).help(right_place(&file.name))
}

fn right_place(name: &str) -> String {
    let lower = name.to_lowercase();
    let (folder, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = file.split('.').next().unwrap_or_default();
    let is_script = file.contains(".rh");
    let wanted = match (folder, is_script) {
        // The name is in small letters here.
        _ if file.split('.').next_back() == Some("csv") => format!("tables/{stem}.csv"),
        (folder, _) if folder.starts_with("table") => format!("tables/{stem}.yaml"),
        ("scripts", _) | (_, true) => format!("scripts/{stem}.rhai"),
        (folder, _) if folder.starts_with("shape") => format!("shapes/{stem}.yaml"),
        _ => format!("{stem}.yaml"),
    };
    if lower == wanted {
        return format!("names count as they are written: call it `{wanted}`");
    }
    format!(
        "call it `{wanted}`: Ferrule reads `*.yaml`, `shapes/*.yaml`, `scripts/*.rhai`, `tables/*.csv` and `tables/*.yaml`, and no other folder"
    )
}

/// The first character that was no text when the file was read; every line that has one.
pub fn not_text(id: FileId, source: &Source) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let mut last = 0;
    for (at, mark) in source.text.match_indices(char::REPLACEMENT_CHARACTER) {
        let line = source.position(at).line;
        if line == last {
            continue;
        }
        last = line;
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let span = Span { file: id, start: narrow(at), end: narrow(at + mark.len()) };
        let message = "the file is not UTF-8: a byte here is no text";
        told.push(
            Diagnostic::error(Code::RulesNotUtf8, span, message)
                .help("save the file with the encoding UTF-8, and write the character anew"),
        );
    }
    told
}

/// What each layer has of a file, to see whether layers are given base first.
#[derive(Default)]
pub struct LayerOrder<'f> {
    /// The first layer's file of each name, and whether that says what it is for.
    first: BTreeMap<&'f str, (FileId, bool)>,
    /// What is wrong; told once.
    found: Option<Diagnostic>,
}

impl<'f> LayerOrder<'f> {
    /// Looks at one more file; layers come in their order.
    pub fn look(&mut self, id: FileId, file: &'f RuleFile, node: &Node) {
        let Some(key) = names_itself_by(&file.name) else { return };
        let is_whole = node.get(key).is_some();
        match self.first.get(file.name.as_str()) {
            None => drop(self.first.insert(&file.name, (id, is_whole))),
            Some((earlier, false)) if is_whole && self.found.is_none() => {
                self.found = Some(wrong_order(*earlier, &file.path));
            }
            Some(_) => {}
        }
    }

    /// Tells if the first layer is none that others could be laid over.
    pub fn tell(mut self, layers: &[Vec<RuleFile>], diagnostics: &mut Diagnostics) {
        let has_ruleset = |layer: &Vec<RuleFile>| layer.iter().position(|file| file.name == "ruleset.yaml");
        let first = layers.first();
        if self.found.is_none()
            && first.is_some_and(|layer| has_ruleset(layer).is_none())
            && let Some(file) = layers.iter().skip(1).find_map(|layer| layer.get(has_ruleset(layer)?))
        {
            self.found = Some(wrong_order(FileId(0), &file.path));
        }
        let mut folders: Vec<&str> = Vec::new();
        for file in layers.iter().filter_map(|layer| layer.first()) {
            let folder = file.path.strip_suffix(file.name.as_str()).unwrap_or_default();
            if folders.contains(&folder) && !folder.is_empty() && self.found.is_none() {
                let message = format!("the layer `{}` is given twice", folder.trim_end_matches('/'));
                let start = Span { file: FileId(0), start: 0, end: 0 };
                self.found = Some(
                    Diagnostic::error(Code::LayerOrder, start, message)
                        .help("give each folder once, base first"),
                );
            }
            folders.push(folder);
        }
        diagnostics.extend(self.found);
    }
}

fn wrong_order(earlier: FileId, later: &str) -> Diagnostic {
    let start = Span { file: earlier, start: 0, end: 0 };
    let message = format!(
        "the layers stand in the wrong order: this one changes what `{later}` brings, and comes before it"
    );
    Diagnostic::error(Code::LayerOrder, start, message)
        .label("nothing in this layer would count that the later one says too")
        .help("give layers base first: `--rules rules --rules my-shop`")
}

/// The key by which a file says what it is for; a layer that only changes a file leaves it out.
fn names_itself_by(name: &str) -> Option<&'static str> {
    match name {
        "settings.yaml" => None,
        "ruleset.yaml" => Some("qbxml"),
        name if name.starts_with("shapes/") => Some("shape"),
        name if name.starts_with("scripts/") => None,
        _ => Some("object"),
    }
}

/// Keys that stand there without a value. What is meant to be nothing is written `null`.
pub fn without_value(node: &Node, diagnostics: &mut Diagnostics) {
    for entry in node.entries().into_iter().flatten() {
        if entry.value.is_empty() {
            let message = format!("the key `{}` has no value", entry.key);
            diagnostics.push(
                Diagnostic::warning(Code::KeyWithoutValue, entry.key_span, message)
                    .label("it counts as `null`: an element is left out, and a later layer takes it away")
                    .help(format!("give it a value, or write `{}: null` if nothing is meant", entry.key)),
            );
        }
        without_value(&entry.value, diagnostics);
    }
    for member in node.members() {
        without_value(member, diagnostics);
    }
}

/// Takes out what a layer says only a part of, where the layers below do not have the rest, and tells of it. `way` leads
/// to the parts, each of which needs a key to be whole.
pub fn without_base(
    node: &mut Node,
    (way, needs): (&[&str], &str),
    first_of_layers: FileId,
    diagnostics: &mut Diagnostics,
) {
    let Kind::Map(entries) = &mut node.kind else { return };
    if let Some((step, rest)) = way.split_first() {
        let inside = entries.iter_mut().find(|entry| entry.key == *step);
        return inside.into_iter().for_each(|entry| {
            without_base(&mut entry.value, (rest, needs), first_of_layers, diagnostics);
        });
    }
    let is_part = |entry: &Entry| {
        let of_layer = entry.key_span.file >= first_of_layers;
        of_layer && entry.value.entries().is_some() && entry.value.get(needs).is_none()
    };
    let names: Vec<String> =
        entries.iter().filter(|entry| !is_part(entry)).map(|entry| entry.key.clone()).collect();
    for entry in entries.extract_if(.., |entry| is_part(entry)) {
        let message = format!("this changes a part of `{}`, which the layers below do not have", entry.key);
        let help = did_you_mean(&entry.key, names.iter().map(String::as_str))
            .unwrap_or_else(|| format!("say all of it, `{needs}` too, or take it out"));
        diagnostics.push(Diagnostic::error(Code::ChangesNothing, entry.key_span, message).help(help));
    }
}
