//! One object's rules: which request a document becomes, which records it can come from.

use crate::catalogue::{self, Element};
use crate::document::{Code, FieldType, ShapeId};

use super::condition;
use super::import::import;
use super::list::list;
use super::near::near;
use super::program::{Export, Expr, Object, Variant};
use super::request::{WrittenRequest, record_type, request};
use super::then::then;
use super::written;
use crate::rules::check::checker::Checker;
use crate::rules::check::environment::Environment;
use crate::rules::check::fold;
use crate::rules::check::scope::Scope;
use crate::rules::check::typed::ReadPath;
use crate::rules::check::types::Type;
use crate::rules::check::uses::Means;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::field_file::{FieldFile, FieldMap};
use crate::rules::files::file::{ExportFile, ObjectFile, Text, VariantFile};

/// Compiles an object file.
pub fn object(checker: &mut Checker<'_>, file: &ObjectFile) -> Option<Object> {
    let name = &file.object;
    let Some(shape) = checker.shapes.object(&name.value) else {
        let names: Vec<_> = checker.shapes.objects().map(|(name, _)| name).collect();
        let help = did_you_mean(&name.value, names).or_else(|| Some("add a file to shapes/".to_owned()));
        checker.tell(
            Diagnostic::error(Code::UnknownObject, name.span, format!("no shape is named `{}`", name.value))
                .help_if(help),
        );
        return None;
    };
    let env = &mut Environment { checker, scope: document_scope(&name.value, shape) };
    let label = file.label.as_ref().map(|label| env.message(label));
    let list = file.list.as_ref().map(|file| list(env.checker, file, &name.value, shape));
    let export = file.export.as_ref().map(|file| export(env, file, shape, name.span));
    let import = file.import.as_ref().map(|file| import(env.checker, file, shape));
    Some(Object {
        name: name.value.clone(),
        title: file.title.clone().unwrap_or_else(|| name.value.clone()),
        shape,
        label,
        list,
        export,
        import,
    })
}

fn export(env: &mut Environment<'_, '_>, file: &ExportFile, shape: ShapeId, at: Span) -> Export {
    env.checker.written = Some(written::written(file));
    let export = exported(env, file, shape, at);
    env.checker.written = None;
    written::made_of_itself(env, &export.variants);
    export
}

fn exported(env: &mut Environment<'_, '_>, file: &ExportFile, shape: ShapeId, at: Span) -> Export {
    let when = file.when.as_ref().map(|when| env.truth(when));
    let date = file.date.as_ref().map(|date| date_of(env, date));
    let mut settled = condition::conditions(env, &file.settled);
    let mut skip = condition::conditions(env, &file.skip);
    let mut reject = condition::conditions(env, &file.reject);
    let mut warn = condition::conditions(env, &file.warn);
    condition::never_reached(env, &skip, &reject);
    let unique_with = file
        .unique_with
        .iter()
        .filter_map(|name| record_type(env.checker, name))
        .map(Element::name)
        .collect();
    // The export's own request first: what is wrong in it is told where it stands, and not as inherited by a variant.
    let own = file.add.as_ref().and_then(|add| own_request(env, file, add, at));
    let mut variants: Vec<Variant> = Vec::new();
    for (name, written) in &file.variants.0 {
        let before = env.checker.diagnostics.len();
        variants.extend(variant(env, &name.value, &written.value, file));
        inherited(env, before, written);
    }
    variants.extend(own);
    if file.add.is_none() && file.variants.0.is_empty() {
        env.tell(
            Diagnostic::error(Code::MissingKey, at, "the key `add` is missing from `export`")
                .help("`add` names the message that creates the record; `ferrule fields` lists them"),
        );
    }
    let records: Vec<Element> =
        variants.iter().filter_map(|variant| catalogue::record(variant.record)).collect();
    condition::until(env, &file.skip, &mut skip, Some(&variants));
    let then = then(env, &file.then, &records);
    for (files, conditions) in
        [(&file.settled, &mut settled), (&file.reject, &mut reject), (&file.warn, &mut warn)]
    {
        condition::until(env, files, conditions, None);
    }
    let finalize = file.finalize.as_ref().and_then(|field| finalized_by(env, field, shape));
    Export {
        trigger: file.on,
        when,
        finalize,
        date,
        settled,
        skip,
        reject,
        warn,
        unique_with,
        duplicates: file.duplicates,
        near: file.near.as_ref().map(|file| near(env, file)),
        variants,
        then,
    }
}

fn own_request(env: &mut Environment<'_, '_>, file: &ExportFile, add: &Text, at: Span) -> Option<Variant> {
    let none = Spanned { span: at, value: FieldMap::default() };
    let fields = file.fields.as_ref().unwrap_or(&none);
    let written = WrittenRequest {
        add,
        modify: file.modify.as_ref(),
        fields: &fields.value,
        matching: file.matching.as_ref(),
        confirm: file.confirm.as_ref(),
        reconcile: file.reconcile.as_ref(),
        show: &file.show,
    };
    request(env, None, None, &written)
}

/// What a variant has from the export and does not fit its record is the variant's affair, and told there.
fn inherited(env: &mut Environment<'_, '_>, before: usize, written: &Spanned<VariantFile>) {
    let whole = written.span;
    let outside = |span: Span| span.file != whole.file || span.start < whole.start || span.end > whole.end;
    let of_record = [
        Code::MatchOfOtherType,
        Code::MatchNotFilled,
        Code::NotSearchedBy,
        Code::UnknownElement,
        Code::UnknownRecordElement,
        Code::NotReconciled,
    ];
    let found = env.checker.diagnostics.take(before, |it| of_record.contains(&it.code) && outside(it.span));
    for diagnostic in found {
        let place = env.checker.sources.place(diagnostic.span);
        env.tell(
            Diagnostic { span: written.value.add.span, ..diagnostic }
                .label(format!("the variant has {place} from the export"))
                .help("give the variant a `match`, `confirm`, `reconcile` or `show` of its own, or fields that fit it"),
        );
    }
}

/// The date of a document.
fn date_of(env: &mut Environment<'_, '_>, date: &Text) -> Expr {
    let checked = env.value(date);
    if !matches!(checked.ty, Type::Date | Type::DateTime | Type::Any | Type::Absent) {
        let found = env.checker.phrase(&checked.ty);
        let message = format!("`date` is the date of a document; this is {found}");
        let help = "name a field that has the type `date` in the shape";
        env.tell(Diagnostic::error(Code::DoesNotFitField, date.span, message).help(help));
    }
    checked.expr
}

/// The field that says when a document was finalized: a point in time.
fn finalized_by(env: &mut Environment<'_, '_>, field: &Text, shape: ShapeId) -> Option<String> {
    let id = shape;
    let shape = env.checker.shapes.get(id);
    let Some((slot, declared)) = shape.field(&field.value) else {
        let names = shape.fields.iter().map(|field| field.name.as_str());
        let message = format!("unknown field `{}` of `{}`", field.value, shape.name);
        let help = did_you_mean(&field.value, names);
        env.tell(Diagnostic::error(Code::UnknownField, field.span, message).help_if(help));
        return None;
    };
    env.checker.uses.note(Means::Field(id, slot), field.span);
    if declared.ty != FieldType::DateTime {
        let message =
            format!("`{}` is not a datetime, and playing a document fills it with one", field.value);
        env.tell(Diagnostic::error(Code::DoesNotFitField, field.span, message));
        return None;
    }
    Some(field.value.clone())
}

fn variant(
    env: &mut Environment<'_, '_>,
    name: &str,
    file: &VariantFile,
    export: &ExportFile,
) -> Option<Variant> {
    // Which request it is has to be known before what it writes.
    let written = env.checker.written.take();
    let when = env.truth(&file.when);
    env.checker.written = written;
    let mut merged = FieldMap::default();
    if file.inherit
        && let Some(base) = &export.fields
    {
        merged.0.extend(base.value.0.iter().cloned());
    }
    if let Some(own) = &file.fields {
        let mut own = own.value.clone();
        for (key, file) in &mut own.0 {
            let below = merged.0.iter().find(|(base, _)| base.value == key.value);
            if let (FieldFile::Append(added), Some((_, below))) = (&mut file.value, below) {
                added.insert(0, below.clone());
            }
        }
        merged.0.retain(|(key, _)| !own.0.iter().any(|(mine, _)| mine.value == key.value));
        merged.0.extend(own.0);
    }
    let matching = file.matching.as_ref().or(export.matching.as_ref());
    let confirm = file.confirm.as_ref().or(export.confirm.as_ref());
    let reconcile = file.reconcile.as_ref().or(export.reconcile.as_ref());
    let show = file.show.as_ref().unwrap_or(&export.show);
    let modify = file.modify.as_ref();
    let written =
        WrittenRequest { add: &file.add, modify, fields: &merged, matching, confirm, reconcile, show };
    if fold::known(&when.node) == Some(false) && when.text.starts_with('=') {
        let message = format!("the variant `{name}` can never apply");
        let told = Diagnostic::error(Code::NeverApplies, when.span, message).label("this is never true");
        env.tell(told.help("correct the condition, or remove the variant"));
    }
    let known = when.clone();
    env.knowing(Some(&known), |env| request(env, Some(name.to_owned()), Some(when), &written))
}

fn document_scope(name: &str, shape: ShapeId) -> Scope {
    let path = ReadPath { root: shape, slots: Vec::new(), shape: Some(shape) };
    Scope::of(name, Type::Struct(vec![shape]), vec![path])
}
