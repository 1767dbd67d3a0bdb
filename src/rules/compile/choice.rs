//! What an aggregate must hold, and what in it excludes each other.

use crate::catalogue::Element;
use crate::document::Code;

use super::fields::{WholeElement, required_names};
use super::program::{Exclusive, FieldOp};
use crate::rules::check::environment::Environment;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;

/// Tells which required elements have no rule.
pub fn required(
    env: &mut Environment<'_, '_>,
    whole: WholeElement,
    given: &[&str],
    removed: &[(&str, Span)],
) {
    let WholeElement { element: parent, at } = whole;
    for name in required_names(parent) {
        if !given.contains(&name) {
            let message = format!("{} needs {name}", parent.name());
            let taken_away = removed.iter().find(|(removed, _)| *removed == name).map(|(_, at)| *at);
            let help = match taken_away {
                Some(_) => format!("give `{name}` a value, or leave it to the layers below"),
                None => format!("add `{name}: ...` to it"),
            };
            let at = taken_away.unwrap_or(at);
            env.tell(Diagnostic::error(Code::RequiredElementMissing, at, message).help(help));
        }
    }
    let mut told = Vec::new();
    for choice in parent.children().filter_map(|child| child.choice) {
        if choice.min() == 0 || told.contains(&choice) {
            continue;
        }
        told.push(choice);
        let branches: Vec<_> = parent
            .children()
            .filter(|child| child.choice == Some(choice))
            .map(|child| child.element.name())
            .collect();
        if !branches.iter().any(|name| given.contains(name)) {
            let message = format!("{} needs one of {}", parent.name(), branches.join(", "));
            let help = "add one of them";
            env.tell(Diagnostic::error(Code::NoneOfSeveral, at, message).help(help));
        }
    }
}

/// Branches of a choice: two that are always there are an error; where conditions decide, the
/// engine looks.
pub fn exclusive(env: &mut Environment<'_, '_>, parent: Element, found: &mut [(usize, Span, FieldOp)]) {
    let places: Vec<_> = parent.children().collect();
    let mut groups: Vec<(crate::catalogue::Choice, Vec<(usize, usize)>)> = Vec::new();
    for (index, (_, _, op)) in found.iter().enumerate() {
        let Some(child) = places.iter().find(|child| child.element == op.element) else {
            continue;
        };
        let Some(choice) = child.choice.filter(|choice| choice.max() == Some(1)) else {
            continue;
        };
        match groups.iter_mut().find(|(known, _)| *known == choice) {
            Some((_, members)) => members.push((index, child.branch)),
            None => groups.push((choice, vec![(index, child.branch)])),
        }
    }
    for (number, (_, mut members)) in groups.into_iter().enumerate() {
        // The later one in the file is one too many.
        members.sort_by_key(|(index, _)| found.get(*index).map(|(_, span, _)| *span));
        one_branch(env, number, &members, found);
    }
}

fn one_branch(
    env: &mut Environment<'_, '_>,
    number: usize,
    members: &[(usize, usize)],
    found: &mut [(usize, Span, FieldOp)],
) {
    let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let mut always: Option<(usize, &'static str)> = None;
    for (index, branch) in members {
        let Some((_, span, op)) = found.get_mut(*index) else {
            continue;
        };
        op.group = Some(Exclusive { choice: narrow(number), branch: narrow(*branch) });
        let name = op.element.name();
        match always {
            Some((other, first)) if other != *branch && op.when.is_none() => {
                let message = format!("{name} and {first} exclude each other");
                let help = "keep one of them, or give each a `when`";
                env.tell(Diagnostic::error(Code::ExcludeEachOther, *span, message).help(help));
            }
            None if op.when.is_none() => always = Some((*branch, name)),
            _ => {}
        }
    }
}
