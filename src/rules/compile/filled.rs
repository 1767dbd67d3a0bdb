//! `when_empty: fill` where nothing could ever be filled.

use crate::catalogue::Element;
use crate::document::Code;

use super::program::Message;
use crate::rules::check::environment::Environment;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::files::draft::{Draft, DraftKind, drafts};
use crate::rules::files::field_file::{FieldFile, FieldMap, FieldSpec};
use crate::rules::files::file::WhenEmpty;

/// Tells of every element that the rules want filled and no message fills: `body` is what makes the record,
/// `modify` what changes it.
pub fn never_filled(env: &mut Environment<'_, '_>, map: &FieldMap, body: Element, modify: Option<&Message>) {
    for draft in drafts(map) {
        let is_changed = modify.is_some_and(|modify| modify.body.child(draft.name).is_some());
        let why = (!is_changed).then_some(match modify {
            None => "the rules never change such a record",
            Some(_) => "the message that changes the record does not have it",
        });
        inside(env, &draft, body, why);
    }
}

fn inside(env: &mut Environment<'_, '_>, draft: &Draft<'_>, parent: Element, why: Option<&'static str>) {
    let Some(element) = parent.child(draft.name) else { return };
    let why =
        why.or(element.repeats().then_some("it comes several times, and those go together or not at all"));
    match &draft.kind {
        DraftKind::Nested(inner) => inner.iter().for_each(|draft| inside(env, draft, element, why)),
        DraftKind::File(file) => written(env, file, element, why),
    }
}

fn written(env: &mut Environment<'_, '_>, file: &FieldFile, element: Element, why: Option<&'static str>) {
    match file {
        FieldFile::Nothing | FieldFile::Value(_) => {}
        FieldFile::List(members) | FieldFile::Append(members) => {
            for member in members {
                written(env, &member.value, element, why);
            }
        }
        FieldFile::Spec(spec) => {
            tell(env, spec, element, why);
            for draft in drafts(&spec.children) {
                inside(env, &draft, element, why);
            }
        }
    }
}

fn tell(env: &mut Environment<'_, '_>, spec: &FieldSpec, element: Element, why: Option<&'static str>) {
    let fills = spec.when_empty.as_ref().filter(|said| said.value == WhenEmpty::Fill);
    if let Some((said, why)) = fills.zip(why) {
        let message = format!("{} is never filled: {why}", element.name());
        let help = "leave `when_empty` out here";
        env.tell(Diagnostic::warning(Code::NeverFilled, said.span, message).help(help));
    }
}
