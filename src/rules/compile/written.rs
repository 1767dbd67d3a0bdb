//! Which elements the requests of an object write, for `fields.X`, and that none is made of itself.

use std::collections::BTreeMap;

use super::program::{Content, FieldOp, Node, Variant};
use crate::catalogue::{self, Element};
use crate::document::Code;
use crate::rules::check::checker::WrittenElement;
use crate::rules::check::environment::Environment;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::files::draft::{Draft, DraftKind, drafts};
use crate::rules::files::field_file::{FieldFile, FieldMap};
use crate::rules::files::file::{ExportFile, Text};

/// The elements with a value that any of an export's requests writes once.
pub fn written(file: &ExportFile) -> Vec<WrittenElement> {
    let mut all = Vec::new();
    let own = file.fields.as_ref().map(|fields| &fields.value);
    if let (Some(add), Some(fields)) = (&file.add, own) {
        of_request(add, fields, &mut all);
    }
    for (_, variant) in &file.variants.0 {
        let inherited = own.filter(|_| variant.value.inherit);
        for fields in inherited.into_iter().chain(variant.value.fields.as_ref().map(|fields| &fields.value)) {
            of_request(&variant.value.add, fields, &mut all);
        }
    }
    all
}

fn of_request(add: &Text, fields: &FieldMap, all: &mut Vec<WrittenElement>) {
    let body = catalogue::operation(&add.value).and_then(|operation| operation.body);
    if let Some(body) = body {
        for draft in &drafts(fields) {
            of_draft(draft, body, &[], all);
        }
    }
}

fn of_draft(draft: &Draft<'_>, parent: Element, before: &[&'static str], all: &mut Vec<WrittenElement>) {
    let Some(element) = parent.child(draft.name).filter(|element| !element.repeats()) else { return };
    let steps = [before, &[element.name()]].concat();
    match &draft.kind {
        DraftKind::Nested(inner) => inner.iter().for_each(|draft| of_draft(draft, element, &steps, all)),
        DraftKind::File(FieldFile::Spec(spec)) if spec.value.is_none() => {
            for draft in &drafts(&spec.children) {
                of_draft(draft, element, &steps, all);
            }
        }
        DraftKind::File(FieldFile::Value(_) | FieldFile::Spec(_)) if element.data_type().is_some() => {
            let path = steps.join(".");
            if !all.iter().any(|known| known.path == path) {
                all.push(WrittenElement { path, steps: steps.into(), element });
            }
        }
        DraftKind::File(_) => {}
    }
}

/// Tells of an element whose value asks for itself, directly or through others.
pub fn made_of_itself(env: &mut Environment<'_, '_>, variants: &[Variant]) {
    for variant in variants {
        let mut asks: BTreeMap<String, (Vec<String>, Span)> = BTreeMap::new();
        collect(&variant.add.fields, "", &mut asks);
        for (name, (asked, span)) in &asks {
            if leads_to(&asks, asked, name) {
                let message = format!("`fields.{name}` is made of itself");
                let help = "write the expression that is meant in place of `fields`";
                env.tell(Diagnostic::error(Code::CallsItself, *span, message).help(help));
            }
        }
    }
}

fn collect(fields: &[FieldOp], before: &str, asks: &mut BTreeMap<String, (Vec<String>, Span)>) {
    for op in fields {
        let path = if before.is_empty() {
            op.element.name().to_owned()
        } else {
            format!("{before}.{}", op.element.name())
        };
        let mut asked = Vec::new();
        op.when.iter().for_each(|when| written_in(&when.node, &mut asked));
        match &op.content {
            Content::Leaf(leaf) => {
                written_in(&leaf.value.node, &mut asked);
                asks.insert(path, (asked, leaf.value.span));
            }
            Content::Aggregate { fields, .. } => collect(fields, &path, asks),
            Content::Whole { .. } => {}
        }
    }
}

fn written_in(node: &Node, asked: &mut Vec<String>) {
    if let Node::Written(steps) = node {
        asked.push(steps.join("."));
    }
    for part in node.parts() {
        written_in(part, asked);
    }
}

fn leads_to(asks: &BTreeMap<String, (Vec<String>, Span)>, from: &[String], to: &str) -> bool {
    let mut open: Vec<&String> = from.iter().collect();
    let mut seen: Vec<&String> = Vec::new();
    while let Some(next) = open.pop() {
        if next == to {
            return true;
        }
        if !seen.contains(&next) {
            seen.push(next);
            open.extend(asks.get(next).map(|(asked, _)| asked.as_slice()).unwrap_or_default());
        }
    }
    false
}
