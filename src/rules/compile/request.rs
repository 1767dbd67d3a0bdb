//! One request: which message it is, what it holds, which record comes of it.

use crate::catalogue::{self, Element, Kind, Operation};
use crate::document::Code;

use super::confirm::{confirm, lines_beside};
use super::fields::{WholeElement, fields, required_names};
use super::filled::never_filled;
use super::matching::matching;
use super::program::{Content, Expr, FieldOp, Match, MatchBy, Message, Variant};
use super::reconcile::{reconcile, show};
use crate::rules::check::checker::Checker;
use crate::rules::check::environment::Environment;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::field_file::{FieldFile, FieldMap, FieldSpec, Overflow};
use crate::rules::files::file::{MatchFile, Named, ReconcileFile, Text};

/// A request as written.
pub struct WrittenRequest<'f> {
    /// The message that creates the record.
    pub add: &'f Text,
    /// The message that changes it.
    pub modify: Option<&'f Text>,
    /// Its elements.
    pub fields: &'f FieldMap,
    /// How to find a counterpart.
    pub matching: Option<&'f Spanned<MatchFile>>,
    /// What the record must hold afterwards.
    pub confirm: Option<&'f FieldMap>,
    /// What is compared when a period is reconciled.
    pub reconcile: Option<&'f ReconcileFile>,
    /// What is shown of the record.
    pub show: &'f Named<String>,
}

/// One request that a document can become; nothing if its message is none.
pub fn request(
    env: &mut Environment<'_, '_>,
    name: Option<String>,
    when: Option<Expr>,
    request: &WrittenRequest<'_>,
) -> Option<Variant> {
    let add = operation(env, request.add, Kind::Add)?;
    let body = add.body?;
    let record = catalogue::made_by(add.noun).map(Element::name)?;
    let before = env.checker.diagnostics.len();
    let whole = WholeElement { element: body, at: request.add.span };
    let fields = fields(env, request.fields, whole);
    let after = env.checker.diagnostics.len();
    let matching = request.matching.and_then(|file| matching(env, file, record, &fields));
    if after > before {
        // What the match looks for may be among the elements that are wrong.
        env.checker.diagnostics.forget(after, &[Code::MatchNotFilled]);
    }
    if let Some(matching) = &matching {
        cut_in_match(env, matching, &fields);
    }
    let modify = request.modify.and_then(|modify| modification(env, modify, request));
    never_filled(env, request.fields, body, modify.as_ref());
    let confirm = request.confirm.map(|map| confirm(env, map, record)).unwrap_or_default();
    if let Some(map) = request.confirm {
        lines_beside(env, request.fields, body, map);
    }
    let told = env.checker.diagnostics.len();
    let reconcile = request.reconcile.and_then(|file| reconcile(env, file, record, (&fields, &confirm)));
    if told > before {
        // What is reconciled may be among what is wrong.
        env.checker.diagnostics.forget(told, &[Code::NotReconciled]);
    }
    let show = show(env, request.show, record);
    let add = Message { request: add.request, body, fields, required: required_names(body) };
    Some(Variant { name, when, matching, add, modify, record, confirm, reconcile, show })
}

/// Tells of a match by a text that is cut where it is too long: two documents would find one record.
fn cut_in_match(env: &mut Environment<'_, '_>, matching: &Match, fields: &[FieldOp]) {
    let MatchBy::Field(names) = &matching.by else { return };
    let mut level = fields;
    for name in names {
        let Some(op) = level.iter().find(|op| op.element.name() == *name) else { return };
        match &op.content {
            Content::Aggregate { fields, .. } => level = fields,
            Content::Leaf(leaf) if leaf.overflow == Some(Overflow::Truncate) => {
                let message = format!("the match looks for {name}, and this cuts it where it is too long");
                let told = Diagnostic::error(Code::MatchByCutText, leaf.value.span, message)
                    .label("two documents whose texts differ behind the cut would be one");
                env.tell(
                    told.help("write `overflow: reject`, or `overflow: shorten`, which keeps two texts two"),
                );
            }
            _ => {}
        }
    }
}

/// The request that changes a record has the same fields as the one that creates it, as far as its
/// message knows them; the record's own id and edit sequence are put in when it is sent.
fn modification(
    env: &mut Environment<'_, '_>,
    modify: &Text,
    request: &WrittenRequest<'_>,
) -> Option<Message> {
    let operation = operation(env, modify, Kind::Mod)?;
    let body = operation.body?;
    let known = for_change(request.fields, body);
    let before = env.checker.diagnostics.len();
    let whole = WholeElement { element: body, at: modify.span };
    let fields = fields(env, &known, whole);
    // A change may leave out what a creation must have.
    env.checker.diagnostics.forget(before, &[Code::RequiredElementMissing, Code::NoneOfSeveral]);
    Some(Message { request: operation.request, body, fields, required: Vec::new() })
}

/// The elements that the message which changes a record has as well. Its lines have another name in it, and may lack
/// what a new line has.
fn for_change(fields: &FieldMap, body: Element) -> FieldMap {
    let one = |(key, file): &(Text, Spanned<FieldFile>)| {
        let first = key.value.split('/').next().unwrap_or_default();
        if body.child(first).is_some() {
            return Some((key.clone(), file.clone()));
        }
        let name = format!("{}Mod", first.strip_suffix("Add")?);
        let line = body.child(&name)?;
        let rest = key.value.get(first.len()..).unwrap_or_default();
        let key = Text { span: key.span, value: format!("{name}{rest}") };
        Some((key, Spanned { span: file.span, value: line_for_change(&file.value, line) }))
    };
    Named(fields.0.iter().filter_map(one).collect())
}

fn line_for_change(file: &FieldFile, line: Element) -> FieldFile {
    let each = |members: &[Spanned<FieldFile>]| {
        let one = |member: &Spanned<FieldFile>| Spanned {
            span: member.span,
            value: line_for_change(&member.value, line),
        };
        members.iter().map(one).collect()
    };
    match file {
        FieldFile::Spec(spec) => {
            let children = for_change(&spec.children, line);
            FieldFile::Spec(Box::new(FieldSpec { children, ..spec.as_ref().clone() }))
        }
        FieldFile::List(members) => FieldFile::List(each(members)),
        FieldFile::Append(members) => FieldFile::Append(each(members)),
        FieldFile::Nothing | FieldFile::Value(_) => file.clone(),
    }
}

/// The operation of a message of that kind.
fn operation(env: &mut Environment<'_, '_>, message: &Text, kind: Kind) -> Option<Operation> {
    let found = catalogue::operation(&message.value).filter(|operation| operation.kind == kind);
    if found.is_none() {
        let names = catalogue::operations()
            .filter(|operation| operation.kind == kind)
            .map(|operation| operation.body.map_or("", Element::name));
        let what = match kind {
            Kind::Add => "creates a record",
            Kind::Mod => "changes a record",
            _ => "finds records",
        };
        let said = format!("`{}` is not a message that {what}", message.value);
        let names: Vec<&str> = names.collect();
        let (noun, ending) =
            (message.value.trim_end_matches("Rq"), if kind == Kind::Mod { "Mod" } else { "Add" });
        let is_meant = |name: &&&str| **name == noun || name.strip_suffix(ending) == Some(noun);
        let meant = names.iter().find(is_meant).map(|name| format!("did you mean `{name}`?"));
        let help = meant.or_else(|| did_you_mean(&message.value, names.iter().copied()));
        env.tell(Diagnostic::error(Code::UnknownMessage, message.span, said).help_if(help));
    }
    if let Some(operation) = found {
        old_enough(env, operation.request, message);
    }
    found
}

/// Tells of a message that is newer than the rule set's version.
pub fn old_enough(env: &mut Environment<'_, '_>, request: Element, message: &Text) {
    let since = request.since();
    if since > env.checker.version {
        let said = format!(
            "{} came with qbXML {since}; the rule set is written in {}",
            message.value, env.checker.version
        );
        env.tell(
            Diagnostic::error(Code::TooNew, message.span, said)
                .help("raise `qbxml` in ruleset.yaml, or use another message"),
        );
    }
}

/// The type of record of that name.
pub fn record_type(checker: &mut Checker<'_>, name: &Text) -> Option<Element> {
    let found = catalogue::record(&name.value);
    if found.is_none() {
        let names: Vec<&str> = catalogue::records().map(Element::name).collect();
        let noun = name.value.trim_end_matches('s');
        let meant = names.iter().find(|known| known.strip_suffix("Ret") == Some(noun));
        let help = meant
            .map(|name| format!("did you mean `{name}`?"))
            .or_else(|| did_you_mean(&name.value, names.iter().copied()));
        let message = format!("`{}` is not a type of record", name.value);
        checker.tell(Diagnostic::error(Code::UnknownRecordType, name.span, message).help_if(help));
    }
    found
}
