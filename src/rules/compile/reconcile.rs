//! What is compared when a period is reconciled, and what is shown of a record: `reconcile` and `show`.

use crate::catalogue::{self, DataType, Element};
use crate::document::Code;

use super::confirm::{element_at, leaf_at};
use super::program::{Confirm, Content, FieldOp, Reconcile, Show};
use crate::rules::check::environment::Environment;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::file::{Named, ReconcileFile, Text};

const KEY: &str = "reconcile";

/// What is compared of records of that type. Steelhead's side is what `given` gives: the elements of the request,
/// and what is confirmed.
pub fn reconcile(
    env: &mut Environment<'_, '_>,
    file: &ReconcileFile,
    record: &str,
    given: (&[FieldOp], &[Confirm]),
) -> Option<Reconcile> {
    let record = catalogue::record(record)?;
    let (fields, confirmed) = given;
    let date = leaf_at(env, record, &file.date, KEY);
    fits(env, &file.date, date, DataType::Date);
    let number = file.number.as_ref().and_then(|path| leaf_at(env, record, path, KEY));
    let party = reference(env, record, &file.party);
    for path in [Some(&file.date), file.number.as_ref(), Some(&file.party)].into_iter().flatten() {
        is_filled(env, path, fields);
    }
    let mut amount_at = |path: &Text| {
        let element = leaf_at(env, record, path, KEY);
        fits(env, path, element, DataType::Amount);
        element.map(|_| path.value.clone())
    };
    let amount = amount_at(&file.amount);
    let tax = file.tax.as_ref().and_then(&mut amount_at);
    let open = file.open.as_ref().and_then(&mut amount_at);
    if amount.is_some() {
        is_confirmed(env, &file.amount, confirmed);
    }
    let currency = file.currency.as_ref().and_then(|path| reference(env, record, path));
    Some(Reconcile {
        date: date?.name(),
        number: number.map(Element::name),
        party: party?.name(),
        amount: amount?,
        tax,
        currency: currency.map(Element::name),
        open,
        sign: file.sign,
    })
}

/// What is shown of records of that type.
pub fn show(env: &mut Environment<'_, '_>, file: &Named<String>, record: &str) -> Vec<Show> {
    let Some(record) = catalogue::record(record) else { return Vec::new() };
    let shown = |(label, path): &(Text, Text)| {
        let element = leaf_at(env, record, path, "show")?;
        let data_type = element.data_type()?;
        Some(Show { label: label.value.clone(), path: path.value.clone(), data_type })
    };
    file.0.iter().filter_map(shown).collect()
}

/// An element that refers to another record.
fn reference(env: &mut Environment<'_, '_>, record: Element, path: &Text) -> Option<Element> {
    let element = element_at(env, record, path, KEY)?;
    if element.child("FullName").is_none() {
        let message = format!("{} does not refer to another record", path.value);
        env.tell(Diagnostic::error(Code::NotReconciled, path.span, message));
        return None;
    }
    Some(element)
}

fn fits(env: &mut Environment<'_, '_>, path: &Text, element: Option<Element>, wanted: DataType) {
    let Some(found) = element.and_then(Element::data_type).filter(|found| *found != wanted) else { return };
    let message = format!("{} holds: {}; this must be: {}", path.value, found.phrase(), wanted.phrase());
    env.tell(Diagnostic::error(Code::NotReconciled, path.span, message));
}

/// Whether the request fills an element, once.
fn is_filled(env: &mut Environment<'_, '_>, path: &Text, fields: &[FieldOp]) {
    let is_one = |op: &&FieldOp| op.loops.is_empty() && !matches!(op.content, Content::Aggregate { .. });
    if fields.iter().filter(is_one).any(|op| op.element.name() == path.value) {
        return;
    }
    let message = format!("the `fields` of the request give no `{}`", path.value);
    let help = did_you_mean(&path.value, fields.iter().filter(is_one).map(|op| op.element.name()));
    env.tell(Diagnostic::error(Code::NotReconciled, path.span, message).help_if(help));
}

fn is_confirmed(env: &mut Environment<'_, '_>, path: &Text, confirmed: &[Confirm]) {
    if confirmed.iter().any(|confirm| confirm.path == path.value) {
        return;
    }
    let message = format!("`confirm` does not say what {} must be", path.value);
    let help = format!("add `{}: =...` to `confirm`", path.value);
    env.tell(Diagnostic::error(Code::NotReconciled, path.span, message).help(help));
}
