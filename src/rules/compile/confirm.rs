//! What a record must hold once its document was sent: `confirm`.

use crate::catalogue::{self, DataType, Element};
use crate::document::Code;

use super::leaf::leaf_fits;
use super::program::{Confirm, Leaf};
use crate::rules::check::environment::Environment;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::FileId;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::field_file::{FieldFile, FieldMap, Overflow};
use crate::rules::files::file::Text;

/// The elements of a record of that type, each with what it must hold.
pub fn confirm(env: &mut Environment<'_, '_>, map: &FieldMap, record: &str) -> Vec<Confirm> {
    let Some(record) = catalogue::record(record) else { return Vec::new() };
    map.0.iter().filter_map(|(path, file)| confirmed(env, record, path, file)).collect()
}

/// Tells of lines of a layer that bring an amount, where `confirm` is still that of the layers below: QuickBooks adds the lines
/// up, and every document would differ from what is asked.
pub fn lines_beside(env: &mut Environment<'_, '_>, fields: &FieldMap, body: Element, confirm: &FieldMap) {
    let said = confirm.0.iter().map(|(path, _)| path.span.file).max();
    let Some(said) = said.max(worked_out_in(env, confirm)) else { return };
    let added = fields.0.iter().filter_map(|(key, file)| match &file.value {
        FieldFile::List(members) | FieldFile::Append(members) => {
            let element = body.child(&key.value)?;
            members.iter().find(|it| brings_amount(&it.value, element, said))
        }
        _ => None,
    });
    for line in added.collect::<Vec<_>>() {
        let message = "these lines bring an amount, and `confirm` is that of the layers below";
        let help = "say in this layer what the record must hold with them: `confirm`, and the total that `accept` of the match \
                    asks for";
        env.tell(Diagnostic::warning(Code::LinesBesideConfirm, line.span, message).help(help));
    }
}

/// The last file with a function that works out what is confirmed: a layer may have replaced it.
fn worked_out_in(env: &Environment<'_, '_>, confirm: &FieldMap) -> Option<FileId> {
    let functions = env.checker.functions;
    let values = confirm.0.iter().filter_map(|(_, file)| match &file.value {
        FieldFile::Value(text) => Some(text.value.as_str()),
        _ => None,
    });
    let is_called = |text: &str, name: &str| text.contains(&format!("{name}("));
    let mut names: Vec<&str> = values
        .flat_map(|text| functions.keys().map(String::as_str).filter(|name| is_called(text, name)))
        .collect();
    let mut next = 0;
    while let Some(function) = names.get(next).and_then(|name| functions.get(*name)) {
        next += 1;
        for (called, _) in &function.calls {
            if functions.contains_key(called) && !names.contains(&called.as_str()) {
                names.push(called);
            }
        }
    }
    names.iter().filter_map(|name| Some(functions.get(*name)?.span.file)).max()
}

/// Whether a line that stands in later files only has an amount. Of the base's own line a layer may have said something more.
fn brings_amount(line: &FieldFile, element: Element, said: FileId) -> bool {
    let FieldFile::Spec(spec) = line else { return false };
    if spec.children.0.iter().any(|(key, _)| key.span.file <= said) {
        return false;
    }
    let types = spec.children.0.iter().filter_map(|(key, _)| element.child(&key.value)?.data_type());
    types.into_iter().any(|ty| matches!(ty, DataType::Amount | DataType::Price))
}

fn confirmed(
    env: &mut Environment<'_, '_>,
    record: Element,
    path: &Text,
    file: &Spanned<FieldFile>,
) -> Option<Confirm> {
    let value = match &file.value {
        // A later layer takes it away.
        FieldFile::Nothing => return None,
        FieldFile::Value(value) => value,
        FieldFile::Spec(_) | FieldFile::List(_) | FieldFile::Append(_) => {
            let message = format!("`confirm` takes one value for {}", path.value);
            let help = format!("write `{}: =...`", path.value);
            env.tell(Diagnostic::error(Code::ElementsForValue, path.span, message).help(help));
            return None;
        }
    };
    let element = leaf_at(env, record, path, "confirm")?;
    let mut checked = env.value(value);
    let overflow = Some(Overflow::Reject);
    leaf_fits(env, &mut checked, element, overflow);
    let leaf = Leaf { value: checked.expr, overflow, rounding: env.checker.rounding };
    Some(Confirm { path: path.value.clone(), element, leaf })
}

/// The element of a record at a path: one that comes once and holds a value. `key` is the key of the rules that
/// names it.
pub(super) fn leaf_at(
    env: &mut Environment<'_, '_>,
    record: Element,
    path: &Text,
    key: &str,
) -> Option<Element> {
    let element = element_at(env, record, path, key)?;
    if element.data_type().is_none() {
        let message = format!("{} holds elements; `{key}` looks at one value", element.name());
        let first = element.children().next().map(|child| child.element.name());
        let help = first.map(|first| format!("name one of them, such as `{}/{first}`", path.value));
        env.tell(Diagnostic::error(Code::ValueForElements, path.span, message).help_if(help));
        return None;
    }
    Some(element)
}

/// The element of a record at a path, if it comes once.
pub(super) fn element_at(
    env: &mut Environment<'_, '_>,
    record: Element,
    path: &Text,
    key: &str,
) -> Option<Element> {
    let mut element = record;
    for step in path.value.split('/') {
        let Some(child) = element.child(step).filter(|child| !child.is_abroad()) else {
            let message = format!("`{step}` is not an element of {}", element.name());
            let names = element.children().map(|child| child.element.name());
            let help = did_you_mean(step, names)
                .or_else(|| Some(format!("`ferrule fields {}` lists its elements", element.name())));
            env.tell(Diagnostic::error(Code::UnknownElement, path.span, message).help_if(help));
            return None;
        };
        if child.repeats() {
            let message = format!("a record can have several {step}; `{key}` looks at what comes once");
            env.tell(Diagnostic::error(Code::ValueForElements, path.span, message));
            return None;
        }
        element = child;
    }
    let (since, version) = (element.since(), env.checker.version);
    if since > version {
        let message = format!("{} came with qbXML {since}; the rule set is written in {version}", path.value);
        let help = "raise `qbxml` in ruleset.yaml, or name something else";
        env.tell(Diagnostic::error(Code::TooNew, path.span, message).help(help));
    }
    Some(element)
}
