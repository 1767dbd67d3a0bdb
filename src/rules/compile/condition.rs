//! Why a document is not sent, or told about: conditions with their words.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::catalogue::{self, Element};
use crate::document::{Code, nearest};

use super::program::{Condition, Expr, Node, Variant};
use crate::rules::check::doubts::contradiction::{contains, never_together};
use crate::rules::check::doubts::unused;
use crate::rules::check::environment::Environment;
use crate::rules::check::fields::setting;
use crate::rules::check::fold;
use crate::rules::check::typed::Typed;
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::file::{ConditionFile, Only, Text};

/// The conditions of a list, without those that a later layer takes away.
pub fn conditions(env: &mut Environment<'_, '_>, files: &[Spanned<ConditionFile>]) -> Vec<Condition> {
    let last = files.iter().map(|file| file.value.id.span.file).max();
    let ids_below = files.iter().map(|file| &file.value.id).filter(|id| Some(id.span.file) < last);
    let below: Vec<&Text> = ids_below.collect();
    ids(env, files, &below);
    files
        .iter()
        .filter(|file| !file.value.remove)
        .filter_map(|file| one_condition(env, file, &below))
        .collect()
}

/// An id names one condition, so that a later layer can mean it; what is removed must be there.
///
/// `below` are the ids of all layers but the last that has any.
fn ids(env: &mut Environment<'_, '_>, files: &[Spanned<ConditionFile>], below: &[&Text]) {
    let mut seen = HashSet::new();
    for file in files {
        let ConditionFile { id, when, message, remove, .. } = &file.value;
        if !seen.insert(id.value.as_str()) {
            env.tell(
                Diagnostic::error(
                    Code::GivenTwice,
                    id.span,
                    format!("the id `{}` is given twice in one list", id.value),
                )
                .label("a later layer could not say which of the two it means")
                .help("give each condition its own `id`"),
            );
        }
        nearly_that(env, below, file);
        if *remove && when.is_none() && message.is_none() {
            let others =
                files.iter().filter(|other| !other.value.remove).map(|other| other.value.id.value.as_str());
            let help = did_you_mean(&id.value, others);
            let said = format!("there is no `{}` to remove", id.value);
            env.tell(Diagnostic::warning(Code::NothingToRemove, id.span, said).help_if(help));
        }
    }
}

/// Tells of an id of a layer that differs by a few letters from one of the layers below, which it was meant to change.
fn nearly_that(env: &mut Environment<'_, '_>, below: &[&Text], file: &Spanned<ConditionFile>) {
    let id = &file.value.id;
    let below = below.iter().filter(|other| other.span.file < id.span.file);
    let is_whole = file.value.when.is_some() && file.value.message.is_some();
    let near = nearest(&id.value, below.map(|other| other.value.as_str())).map(str::to_owned);
    // A word more or less makes quite another id; letters make a slip.
    let words = |id: &str| id.split('-').count();
    if let Some(near) = near.filter(|near| is_whole && words(near) == words(&id.value)) {
        let message =
            format!("`{}` is one more condition beside `{near}`, whose id is nearly the same", id.value);
        let help = format!("write `{near}` to change that one, or choose quite another id");
        env.tell(Diagnostic::warning(Code::NearlyThatId, id.span, message).help(help));
    }
}

fn one_condition(
    env: &mut Environment<'_, '_>,
    file: &Spanned<ConditionFile>,
    below: &[&Text],
) -> Option<Condition> {
    let ConditionFile { id, loops, when, message, setting, only, .. } = &file.value;
    let (Some(when), Some(message)) = (when, message) else {
        let missing = if when.is_none() { "when" } else { "message" };
        let message = format!("the key `{missing}` of `{}` is missing", id.value);
        let below = below.iter().filter(|other| other.span.file < id.span.file);
        let help = did_you_mean(&id.value, below.map(|other| other.value.as_str())).map(|near| {
            format!("a layer may leave it out only where the base has a condition of that id; {near}")
        });
        let help = help.or_else(|| Some(format!("add `{missing}: ...`")));
        env.tell(Diagnostic::error(Code::MissingKey, id.span, message).help_if(help));
        return None;
    };
    let only_create = *only == Only::Create;
    let before = env.checker.diagnostics.len();
    let (loops, when, message) = env.nested(|env| {
        let names = super::fields::names_of(loops);
        let loops = super::fields::loops(env, loops);
        let when = env.truth(when);
        let message = env.knowing(Some(&when), |env| env.message(message));
        if env.checker.diagnostics.len() == before {
            unused::loop_variables(env.checker, &env.scope, &names);
        }
        (loops, when, message)
    });
    never_or_always(env, &id.value, &when, loops.is_empty() && !only_create);
    let setting = named_setting(env, setting.as_ref());
    Some(Condition { id: id.value.clone(), loops, when, message, setting, only_create, until: None })
}

/// The setting that a message speaks of, as `setting` beside it names it.
pub fn named_setting(env: &mut Environment<'_, '_>, name: Option<&Text>) -> Option<Arc<str>> {
    let name = name?;
    // As an expression would ask for it: it is known then where the setting is used, and told if there is none.
    let typed = setting(env.checker, &name.value, name.span);
    matches!(typed.node, Node::Setting(_)).then(|| Arc::from(name.value.as_str()))
}

/// What the records must become that conditions wait for; `variants` are the requests that make them. Without them
/// nothing can be waited for here.
pub fn until(
    env: &mut Environment<'_, '_>,
    files: &[Spanned<ConditionFile>],
    conditions: &mut [Condition],
    variants: Option<&[Variant]>,
) {
    for file in files.iter().map(|file| &file.value).filter(|file| !file.remove) {
        let Some(until) = &file.until else { continue };
        let Some(variants) = variants.filter(|_| file.loops.0.is_empty()) else {
            env.tell(
                Diagnostic::error(Code::UnknownKey, until.span, "unknown key `until`").help(
                    "only conditions of `skip` under `export` wait for something, and only without `for`",
                ),
            );
            continue;
        };
        let condition = conditions.iter().find(|it| it.id == file.id.value);
        let records = possible(condition.map(|it| &it.when.node), variants);
        let until = env.nested(|env| {
            env.scope.push("record", Typed::variable(Type::Record(records)));
            env.checker.of_every_record = true;
            let until = env.truth(until);
            env.checker.of_every_record = false;
            until
        });
        if let Some(condition) = conditions.iter_mut().find(|it| it.id == file.id.value) {
            condition.until = Some(until);
        }
    }
}

/// The records that documents for which a condition holds can become. A variant whose own condition it excludes makes none of
/// them; one whose condition it contains makes all of them.
fn possible(when: Option<&Node>, variants: &[Variant]) -> Vec<Element> {
    let mut found = Vec::new();
    for variant in variants {
        let own = variant.when.as_ref().map(|when| &when.node);
        let excluded = own.zip(when).is_some_and(|(own, when)| never_together(&[own.clone(), when.clone()]));
        if !excluded {
            found.extend(catalogue::record(variant.record));
        }
        if own.zip(when).is_some_and(|(own, when)| contains(when, own)) {
            break;
        }
    }
    found
}

/// A condition that is known before anything runs decides nothing.
fn never_or_always(env: &mut Environment<'_, '_>, id: &str, when: &Expr, for_all: bool) {
    match fold::known(&when.node) {
        Some(false) => env.tell(
            Diagnostic::error(Code::NeverApplies, when.span, format!("`{id}` can never apply"))
                .label("this is never true")
                .help("correct the condition, or remove it: a later layer writes `remove: true`"),
        ),
        Some(true) if for_all => env.tell(
            Diagnostic::warning(Code::AlwaysApplies, when.span, format!("`{id}` applies to every document"))
                .label("this is always true")
                .help("correct the condition, or take it out"),
        ),
        _ => {}
    }
}

/// A reject that an earlier skip or reject of the same words leaves nothing to.
pub fn never_reached(env: &mut Environment<'_, '_>, skip: &[Condition], reject: &[Condition]) {
    let always =
        |it: &&Condition| fold::known(&it.when.node) == Some(true) && it.loops.is_empty() && !it.only_create;
    let always = skip.iter().find(always);
    let mut seen: HashMap<(&str, usize), &Condition> = HashMap::new();
    for (index, condition) in skip.iter().chain(reject).enumerate() {
        let key = (&*condition.when.text, condition.loops.len());
        if let Some(other) = seen.get(&key).copied().or(always.filter(|_| index >= skip.len())) {
            let message = format!("`{}` can never apply: `{}` comes before it", condition.id, other.id);
            // What a layer has put before it is the layer's mistake.
            let of_layer = other.when.span.file > condition.when.span.file;
            let (at, help) = if of_layer {
                (
                    other.when.span,
                    format!("to change `{0}`, give this condition its id: `id: {0}`", condition.id),
                )
            } else {
                (condition.when.span, "take one of the two out, or correct its condition".to_owned())
            };
            env.tell(Diagnostic::error(Code::NeverApplies, at, message).help(help));
        }
        if !condition.only_create {
            seen.entry(key).or_insert(condition);
        }
    }
}
