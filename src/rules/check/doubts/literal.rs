//! A literal that looks like an expression: the `=` was forgotten, or `${}` stands outside of one.

use crate::rules::check::calls::is_function;
use crate::rules::check::checker::Checker;
use crate::rules::check::scope::Scope;
use crate::rules::check::types::Type;

/// What to write instead, if a literal was probably meant to be an expression.
pub fn forgotten_sign(checker: &Checker<'_>, scope: &Scope, text: &str) -> Option<String> {
    let meant = text.trim();
    if let Some(expression) = meant.strip_prefix('=') {
        return Some(format!(
            "the `=` of an expression comes first, without a blank before it: `={expression}`"
        ));
    }
    if text.contains("${") {
        let inner = meant.trim_matches('`');
        return Some(format!("`${{}}` counts only inside an expression: write `` =`{inner}` ``"));
    }
    if meant.len() > 2 && meant.starts_with('`') && meant.ends_with('`') {
        return Some(format!("an expression begins with `=`: write `={meant}`"));
    }
    if begins_like_one(checker, scope, meant) || holds_operator(text) {
        return Some(format!("an expression begins with `=`: write `={meant}`"));
    }
    let path = named_path(checker, scope, text)?;
    Some(if path == meant.trim_matches(['{', '}', '$', '%', ' ']) {
        format!("an expression begins with `=`: write `={path}`")
    } else {
        format!("to put it into the text, write an expression: `` =`... ${{{path}}} ...` ``")
    })
}

/// What to write instead, if a text within an expression was probably meant to be worked out: `${}` between double quotes, a
/// path in braces of another language, or nothing but a path.
pub fn forgotten_braces(checker: &Checker<'_>, scope: &Scope, text: &str) -> Option<String> {
    if text.contains("${") {
        return Some(format!("`${{}}` counts between backticks only: write `` `{text}` ``"));
    }
    let path = named_path(checker, scope, text)?;
    if path == text {
        return Some(format!("take the quotes away: `{path}`"));
    }
    let before = text.split_once(path).map_or("", |(before, _)| before);
    let is_meant = before.ends_with(['$', '{']) || before.ends_with("$(");
    is_meant.then(|| format!("write `${{{path}}}` in a text between backticks"))
}

/// Whether it begins with a variable and a dot, or is a call.
fn begins_like_one(checker: &Checker<'_>, scope: &Scope, text: &str) -> bool {
    let word = word_at(text);
    let Some(next) = text.get(word.len()..).and_then(|rest| rest.chars().next()) else { return false };
    match next {
        '.' => {
            let field = text.get(word.len() + 1..).unwrap_or_default();
            is_variable(scope, word) && field.starts_with(|c: char| c.is_alphabetic())
        }
        '(' => is_function(checker, word) && text.ends_with(')'),
        _ => false,
    }
}

/// Whether something stands in it that only expressions have.
fn holds_operator(text: &str) -> bool {
    [" ?? ", " == ()", " != ()", " && ", " || "].iter().any(|operator| text.contains(operator))
}

/// The first path of a variable and a field that it has.
fn named_path<'t>(checker: &Checker<'_>, scope: &Scope, text: &'t str) -> Option<&'t str> {
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let word = word_at(rest);
        if word.is_empty() {
            start += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let field = rest.get(word.len()..).and_then(|rest| rest.strip_prefix('.')).map_or("", word_at);
        let stands_alone = !text.get(..start).is_some_and(|before| before.ends_with(['/', '.', '@', '-']));
        if !field.is_empty() && stands_alone && has_field(checker, scope, word, field) {
            let path = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
            return rest.get(..path.unwrap_or(rest.len())).map(|path| path.trim_end_matches('.'));
        }
        start += word.len();
    }
    None
}

fn word_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn is_variable(scope: &Scope, word: &str) -> bool {
    matches!(word, "settings" | "fields") || scope.find(word).is_some()
}

fn has_field(checker: &Checker<'_>, scope: &Scope, variable: &str, field: &str) -> bool {
    match scope.find(variable) {
        Some(found) => type_has(checker, &found.ty, field),
        None => variable == "settings" && checker.settings.find(field).is_some(),
    }
}

fn type_has(checker: &Checker<'_>, ty: &Type, field: &str) -> bool {
    match ty {
        Type::Struct(shapes) => shapes.iter().any(|shape| checker.shapes.get(*shape).slot(field).is_some()),
        Type::Record(elements) => elements.iter().any(|element| element.child(field).is_some()),
        Type::List(member) => type_has(checker, member, field),
        Type::Map(keys) => keys.contains(&field),
        _ => false,
    }
}
