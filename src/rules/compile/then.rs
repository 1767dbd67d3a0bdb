//! What follows once a document has its record: further requests.

use crate::catalogue::{self, Element};
use crate::document::Code;

use super::fields::{WholeElement, fields, required_names};
use super::program::{Message, Then};
use super::request::old_enough;
use crate::rules::check::environment::Environment;
use crate::rules::check::typed::Typed;
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::field_file::FieldMap;
use crate::rules::files::file::{Text, ThenFile};

/// The requests that follow; `records` are the types that the document's record may have.
pub fn then(env: &mut Environment<'_, '_>, files: &[Spanned<ThenFile>], records: &[Element]) -> Vec<Then> {
    for (index, file) in files.iter().enumerate() {
        let id = &file.value.id;
        if files.iter().take(index).any(|other| other.value.id.value == id.value) {
            let message = format!("the id `{}` is given twice in one list", id.value);
            let help = "give each request its own `id`";
            env.tell(Diagnostic::error(Code::GivenTwice, id.span, message).help(help));
        }
    }
    files.iter().filter(|file| !file.value.remove).filter_map(|file| one(env, &file.value, records)).collect()
}

fn one(env: &mut Environment<'_, '_>, file: &ThenFile, records: &[Element]) -> Option<Then> {
    let (Some(until), Some(send)) = (&file.until, &file.send) else {
        let missing = if file.until.is_none() { "until" } else { "send" };
        let message = format!("the key `{missing}` of `{}` is missing", file.id.value);
        let help = "`send` names the message, `until` says of `record` when nothing is left to send";
        env.tell(Diagnostic::error(Code::MissingKey, file.id.span, message).help(help));
        return None;
    };
    // It is the document's own record that these requests are about.
    let links = env.checker.links.len();
    let then = env.nested(|env| {
        env.scope.push("record", Typed::variable(Type::Record(records.to_vec())));
        let when = file.when.as_ref().map(|when| env.truth(when));
        let until = env.truth(until);
        let message = message(env, send, file.fields.as_ref())?;
        Some(Then { id: file.id.value.clone(), when, until, message })
    });
    let own: Vec<_> = env.checker.links.drain(links..).collect();
    env.checker.links.extend(own.into_iter().filter(|link| !link.path.slots.is_empty()));
    then
}

fn message(env: &mut Environment<'_, '_>, send: &Text, map: Option<&Spanned<FieldMap>>) -> Option<Message> {
    let Some(operation) = catalogue::operation(&send.value).filter(|it| it.kind != catalogue::Kind::Query)
    else {
        let all = catalogue::operations().filter(|it| it.kind != catalogue::Kind::Query);
        let help = did_you_mean(&send.value, all.map(|operation| operation.name));
        let said = format!("`{}` is not a message that does something", send.value);
        env.tell(Diagnostic::error(Code::UnknownMessage, send.span, said).help_if(help));
        return None;
    };
    old_enough(env, operation.request, send);
    let body = operation.fields();
    let none = FieldMap::default();
    let map = map.map_or(&none, |map| &map.value);
    let fields = fields(env, map, WholeElement { element: body, at: send.span });
    Some(Message { request: operation.request, body, fields, required: required_names(body) })
}
