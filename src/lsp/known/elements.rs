//! Which elements may stand where the cursor is.

use crate::catalogue::{self, Element};
use crate::lsp::cursor::outline::{Entries, Place};
use crate::rules::Program;
use crate::rules::program::{Export, Variant};

/// What the keys at a place are, beside those of the rule language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    /// The element whose elements stand there.
    pub parent: Element,
    /// Whether keys that say how a value is treated may stand there too.
    pub is_inside: bool,
}

/// The element that the keys beside the cursor stand in; nothing where no elements stand.
pub fn around(program: &Program, object: Option<&str>, place: &Place<'_>) -> Option<Around> {
    let (at, parent) = begin(program, object, place)?;
    let mut around = Around { parent, is_inside: false };
    for step in place.path.get(at + 1..).unwrap_or_default() {
        around.is_inside = true;
        if !is_element(step) {
            // What stands in loops and values has names of its own.
            if matches!(*step, "for" | "let") {
                return None;
            }
            continue;
        }
        around.parent = around.parent.descend(step)?;
    }
    Some(around)
}

/// The record of the message, for what names its elements.
pub fn record(program: &Program, object: Option<&str>, place: &Place<'_>) -> Option<Element> {
    let levels = place.levels.iter().rev();
    let add = levels.into_iter().find_map(|level| value(level, "add"));
    let written = add.and_then(|add| catalogue::record(&format!("{}Ret", add.strip_suffix("Add")?)));
    written.or_else(|| catalogue::record(variant(program, object, place)?.record))
}

/// Whether a key is the name of an element: those begin with a capital.
pub fn is_element(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Where in the path elements begin, and in which element.
fn begin(program: &Program, object: Option<&str>, place: &Place<'_>) -> Option<(usize, Element)> {
    if place.path.first() != Some(&"export") {
        return None;
    }
    // A later `fields` is one of an element.
    let is_begin = |key: &str| matches!(key, "fields" | "confirm") || key.ends_with("Query");
    let at = place.path.iter().position(|key| is_begin(key))?;
    let key = place.path.get(at)?;
    let element = match *key {
        "fields" => message(program, object, place, at),
        "confirm" => record(program, object, place),
        query => catalogue::operation(query).map(catalogue::Operation::fields),
    };
    Some((at, element?))
}

/// The message whose elements `fields` at some depth gives.
fn message(program: &Program, object: Option<&str>, place: &Place<'_>, at: usize) -> Option<Element> {
    let beside = place.levels.get(at)?;
    let named = ["send", "add", "mod"].iter().find_map(|key| value(beside, key));
    let written = named.and_then(catalogue::operation).map(catalogue::Operation::fields);
    if place.path.contains(&"then") {
        return written;
    }
    written.or_else(|| Some(variant(program, object, place)?.add.body))
}

/// The request that a layer's file changes without naming its message.
fn variant<'p>(program: &'p Program, object: Option<&str>, place: &Place<'_>) -> Option<&'p Variant> {
    let export: &Export = program.object(object?)?.export.as_ref()?;
    let name = place.path.iter().skip_while(|key| **key != "variants").nth(1);
    let named = export.variants.iter().find(|variant| variant.name.as_deref() == name.copied());
    named.or_else(|| export.variants.last())
}

fn value<'t>(level: &Entries<'t>, key: &str) -> Option<&'t str> {
    level.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
}
