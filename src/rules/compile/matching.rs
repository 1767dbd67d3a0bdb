//! How a counterpart is found: a query, what it selects by, which record is really it.

use crate::catalogue::{self, Element, Kind};
use crate::document::Code;

use super::condition::named_setting;
use super::leaf::leaf_fits;
use super::program::{Content, Expr, FieldOp, Match, MatchBy};
use super::request::old_enough;
use crate::rules::check::environment::Checked;
use crate::rules::check::environment::Environment;
use crate::rules::check::typed::Typed;
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::field_file::{FieldFile, Overflow};
use crate::rules::files::file::{MatchFile, Text};

/// How a counterpart is found: a record of the type that the request creates.
pub fn matching(
    env: &mut Environment<'_, '_>,
    file: &Spanned<MatchFile>,
    record: &'static str,
    fields: &[FieldOp],
) -> Option<Match> {
    let Some((message, by)) = &file.value.query else {
        env.tell(
            Diagnostic::error(Code::MatchWithoutQuery, file.span, "a match needs a query message")
                .help("such as `CustomerQuery: { FullName: =fields.Name }`"),
        );
        return None;
    };
    let request = query(env, message)?;
    if let Some(more) = &file.value.more {
        query(env, more)?;
        let at = if more.span.file > message.span.file { more } else { message };
        let said = "a match has one query message";
        let help = format!("keep one; a layer takes that of the base away by `{}: null`", more.value);
        env.tell(Diagnostic::error(Code::WrongKind, at.span, said).help(help));
        return None;
    }
    old_enough(env, request, message);
    let records = catalogue::records_of(&message.value);
    finds(env, message, &records, record);
    // A later layer takes one away by `null`.
    let given: Vec<_> =
        by.value.0.iter().filter(|(_, value)| !matches!(value.value, FieldFile::Nothing)).collect();
    let [(key, value)] = given.as_slice() else {
        let found: Vec<_> = given.iter().map(|(key, _)| (selector(env, request, key), key)).collect();
        if found.iter().all(|(element, _)| element.is_some()) {
            let at = found.iter().map(|(_, key)| key.span).max().unwrap_or(by.span);
            let message = "a match searches by one element, such as FullName or RefNumber";
            let help = "keep one of them; a layer takes that of the base away by `RefNumber: null`";
            env.tell(Diagnostic::error(Code::NotSearchedBy, at, message).help(help));
        }
        return None;
    };
    let element = selector(env, request, key)?;
    let by = match_by(env, &value.value, value.span, element, fields)?;
    let under = file.value.under.as_ref().map(|under| names_under(env, under, element));
    let (accept, otherwise) = env.nested(|env| {
        env.scope.push("record", Typed::variable(Type::Record(records.clone())));
        let accept = file.value.accept.as_ref().map(|accept| env.truth(accept));
        (accept, file.value.otherwise.as_ref().map(|text| env.message(text)))
    });
    let records = records.into_iter().map(Element::name).collect();
    let setting = named_setting(env, file.value.setting.as_ref());
    Some(Match { request, records, element: element.name(), by, under, accept, otherwise, setting })
}

/// Names below which a counterpart may stand.
fn names_under(env: &mut Environment<'_, '_>, value: &Text, element: Element) -> Expr {
    let checked = env.value(value);
    env.looks_like_expression(&checked, "the names would be");
    if element.name() != "FullName" {
        let message = format!("`under` goes with a search by FullName, not by {}", element.name());
        env.tell(Diagnostic::error(Code::NotSearchedBy, value.span, message));
    }
    if !matches!(checked.ty, Type::Text(_) | Type::Any | Type::Absent) {
        let message = format!(
            "`under` holds names, with semicolons between them; this is {}",
            env.checker.phrase(&checked.ty)
        );
        env.tell(Diagnostic::error(Code::WrongKind, value.span, message));
    }
    checked.expr
}

fn query(env: &mut Environment<'_, '_>, query: &Text) -> Option<Element> {
    let found = catalogue::operation(&query.value).filter(|operation| operation.kind == Kind::Query);
    if found.is_none() {
        let nouns: Vec<String> = catalogue::operations()
            .filter(|o| o.kind == Kind::Query)
            .map(|o| format!("{}Query", o.noun))
            .collect();
        let message = format!("`{}` is not a message that finds records", query.value);
        let noun = query.value.trim_end_matches("Rq");
        let meant = nouns.iter().find(|name| *name == noun || name.strip_suffix("Query") == Some(noun));
        let help = meant
            .map(|name| format!("did you mean `{name}`?"))
            .or_else(|| did_you_mean(&query.value, nouns.iter().map(String::as_str)));
        env.tell(Diagnostic::error(Code::MatchWithoutQuery, query.span, message).help_if(help));
    }
    found.map(|operation| operation.request)
}

/// A counterpart is of the type that the request creates.
fn finds(env: &mut Environment<'_, '_>, query: &Text, records: &[Element], record: &'static str) {
    if records.iter().any(|found| found.name() == record) {
        return;
    }
    let found: Vec<_> = records.iter().map(|found| found.name()).collect();
    let message = format!("{} finds {}, but the request creates {record}", query.value, found.join(", "));
    let own = format!("{}Query", record.trim_end_matches("Ret"));
    let help = catalogue::operation(&own).map(|_| format!("did you mean `{own}`?"));
    env.tell(Diagnostic::error(Code::MatchOfOtherType, query.span, message).help_if(help));
}

/// An element by which a query selects: a repeating one, which names the records wanted.
fn selector(env: &mut Environment<'_, '_>, request: Element, key: &Text) -> Option<Element> {
    let selects = |element: &Element| {
        element.data_type().is_some() && element.repeats() && element.name() != "IncludeRetElement"
    };
    let found = request.child(&key.value).filter(selects);
    if found.is_none() {
        let children = request.children().map(|child| child.element);
        let names: Vec<_> = children.filter(selects).map(Element::name).collect();
        let query = request.name().trim_end_matches("Rq");
        let message = format!("{query} does not search by `{}`", key.value);
        let help = did_you_mean(&key.value, names.iter().copied())
            .or_else(|| Some(format!("it searches by {}", names.join(", "))));
        env.tell(Diagnostic::error(Code::NotSearchedBy, key.span, message).help_if(help));
    }
    found
}

fn match_by(
    env: &mut Environment<'_, '_>,
    value: &FieldFile,
    span: Span,
    element: Element,
    fields: &[FieldOp],
) -> Option<MatchBy> {
    let FieldFile::Value(text) = value else {
        env.tell(Diagnostic::error(Code::NotSearchedBy, span, "a match searches by a value"));
        return None;
    };
    let path = text.value.strip_prefix("=fields.");
    if let Some(path) = path.filter(|path| path.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')) {
        return written_field(env, path, text.span, fields);
    }
    let mut checked: Checked = env.value(text);
    leaf_fits(env, &mut checked, element, Some(Overflow::Reject));
    Some(MatchBy::Value(checked.expr))
}

/// `fields.Name`: what the document's own fields give that element.
fn written_field(
    env: &mut Environment<'_, '_>,
    path: &str,
    span: Span,
    fields: &[FieldOp],
) -> Option<MatchBy> {
    let mut names = Vec::new();
    let mut level = fields;
    for step in path.split('.') {
        let Some(op) = level.iter().find(|op| op.element.name() == step) else {
            let known: Vec<_> = level.iter().map(|op| op.element.name()).collect();
            let message = format!("the `fields` of the request give no `{step}`");
            let help = did_you_mean(step, known.iter().copied())
                .or_else(|| Some(format!("they give {}", known.join(", "))));
            env.tell(Diagnostic::error(Code::MatchNotFilled, span, message).help_if(help));
            return None;
        };
        names.push(op.element.name());
        level = match &op.content {
            Content::Aggregate { fields, .. } => fields,
            _ => &[],
        };
    }
    Some(MatchBy::Field(names))
}
