//! Settings, functions and variables that nothing asks for.

use crate::document::Code;
use crate::rules::check::checker::Checker;
use crate::rules::check::language::script::ScriptFunction;
use crate::rules::check::language::term::{Statement, TermKind, mentions};
use crate::rules::check::scope::Scope;
use crate::rules::check::uses::{Means, key_of};
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::{FileId, Span};
use crate::rules::files::file::SettingType;

/// Settings that Ferrule itself reads, and those that Steelhead's own page has.
const READ_BY_FERRULE: [&str; 6] =
    ["import_every", "sync_hours", "sync_days", "reconcile_at", "time_zone", "extra_logging"];

/// Tells of the settings and functions of the last layer that no rule asks for. The base's are its own affair: a layer
/// may have taken away what used them.
///
/// Where something is wrong, what used them may be among it, so nothing is told of them.
pub fn tell(checker: &mut Checker<'_>, last: FileId) {
    if checker.diagnostics.has_errors() || checker.unread.objects || checker.unread.functions {
        return;
    }
    let mut found = Vec::new();
    let asked_for = checker.uses.asked_for();
    let settings = checker.settings.iter().enumerate();
    for (index, setting) in settings.filter(|(_, setting)| setting.span.file >= last) {
        let name = setting.name.as_str();
        let beside_account = name.strip_suffix("_type").and_then(|name| checker.settings.find(name));
        let is_beside = beside_account.is_some_and(|(_, setting)| setting.kind == SettingType::Account);
        if READ_BY_FERRULE.contains(&name) || is_beside || asked_for.contains(&Means::Setting(index)) {
            continue;
        }
        found.push((
            key_of(checker.sources, setting),
            format!("no rule reads the setting `{name}`"),
            format!("read it as `settings.{name}`, or remove it"),
        ));
    }
    for function in checker.functions.values().filter(|function| function.span.file >= last) {
        let name = function.name.as_str();
        if !asked_for.contains(&Means::Function(name.to_owned())) {
            let help = format!("call it as `{}`, or remove it", function.usage());
            found.push((function.span, format!("no rule calls the function `{name}`"), help));
        }
    }
    for (span, message, help) in found {
        checker.tell(Diagnostic::warning(Code::NeverUsed, span, message).help(help));
    }
}

/// Tells of the variables of loops, from a mark on, that nothing has asked for.
pub fn loop_variables(checker: &mut Checker<'_>, scope: &Scope, names: &[(&str, Span)]) {
    if checker.is_too_much {
        return;
    }
    for (name, span) in names {
        if !name.starts_with('_') && scope.is_unused(name) {
            let message = format!("nothing asks for `{name}`");
            let help = "use it, or take it out: as it is, the same comes once for every member";
            checker.tell(Diagnostic::warning(Code::NeverUsed, *span, message).help(help));
        }
    }
}

/// Tells of the variables of a function that it never reads.
pub fn variables(checker: &mut Checker<'_>, function: &ScriptFunction) {
    inside(checker, function, &function.body);
}

fn inside(checker: &mut Checker<'_>, function: &ScriptFunction, statements: &[Statement]) {
    for (index, statement) in statements.iter().enumerate() {
        let rest = statements.get(index + 1..).unwrap_or_default();
        match statement {
            Statement::Let(name, value) if !mentions(rest, name) && !name.starts_with('_') => {
                let message = format!("nothing asks for `{name}`");
                let told = Diagnostic::warning(Code::NeverUsed, function.origin.span_at(value.at), message);
                checker.tell(told.help("use it, or remove it"));
            }
            Statement::If(_, yes, no) => {
                inside(checker, function, yes);
                inside(checker, function, no);
            }
            Statement::For(_, _, body) => inside(checker, function, body),
            Statement::Value(term) => {
                if let TermKind::Block(body) = &term.kind {
                    inside(checker, function, body);
                }
            }
            _ => {}
        }
    }
}
