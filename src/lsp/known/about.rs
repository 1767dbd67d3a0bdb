//! What there is to say of elements, settings and functions, as Markdown.

use std::fmt::Write as _;

use crate::catalogue::{Country, Element};
use crate::functions::{Function, to_text};
use crate::rules::file::SettingType;
use crate::rules::settings::Setting;

use super::scripts::ScriptFunction;

/// An element in a few words: its type and its limit.
pub fn short(element: Element) -> String {
    let kind = element.data_type().map_or("holds elements", |data_type| data_type.as_str());
    let most = element.max_length().map(|max| format!(", at most {max} characters")).unwrap_or_default();
    let needed = if element.is_required() { ", required" } else { "" };
    let again = if element.repeats() { ", repeats" } else { "" };
    format!("{kind}{most}{needed}{again}")
}

/// An element: its type, its limits, the versions and the editions that have it.
pub fn element(element: Element) -> String {
    let mut text = format!("**{}**", element.name());
    if let Some(data_type) = element.data_type() {
        _ = write!(text, ": {}", data_type.phrase());
    }
    _ = write!(text, "\n\n{}\n", short(element));
    if !element.values().is_empty() {
        let values: Vec<String> = element.values().iter().map(|value| format!("`{value}`")).collect();
        _ = writeln!(text, "\nOne of {}", values.join(", "));
    }
    let editions = [Country::US, Country::CA, Country::UK, Country::AU].map(|country| {
        let there = if country == Country::US { !element.is_abroad() } else { element.is_in(country) };
        there.then(|| country.to_string())
    });
    let editions: Vec<String> = editions.into_iter().flatten().collect();
    _ = write!(text, "\nSince qbXML {}; editions: {}", element.since(), editions.join(", "));
    let holds: Vec<&str> = element.children().map(|child| child.element.name()).collect();
    if !holds.is_empty() {
        _ = write!(text, "\n\nHolds: {}", holds.join(", "));
    }
    text
}

/// What a setting holds, as a rule file writes it.
pub fn kind(kind: SettingType) -> String {
    format!("{kind:?}").to_lowercase()
}

/// What a setting is while nobody has set it.
pub fn default(setting: &Setting) -> String {
    let text = to_text(&setting.default);
    if text.is_empty() { "none".to_owned() } else { text.into_owned() }
}

/// A setting: what people call it, what it does, what it holds.
pub fn setting(setting: &Setting) -> String {
    let mut text =
        format!("**{}**\n\n{}\n\nType: {}", setting.label, setting.help.trim(), kind(setting.kind));
    if !setting.choices.is_empty() {
        _ = write!(text, " of {}", setting.choices.join(", "));
    }
    for (word, bound) in [("from", setting.min), ("to", setting.max)] {
        if let Some(bound) = bound {
            _ = write!(text, ", {word} {bound}");
        }
    }
    if let Some(unit) = &setting.unit {
        _ = write!(text, " {unit}");
    }
    _ = write!(text, "; default: {}", default(setting));
    text
}

/// A provided function.
pub fn function(function: &Function) -> String {
    let mut text = format!("```\n{}\n```\n{}\n", function.usage(), function.about);
    for (expression, value) in function.examples {
        _ = write!(text, "\n`{expression}` gives `{value}`\n");
    }
    text
}

/// A function of a script.
pub fn script(function: &ScriptFunction<'_>) -> String {
    format!("```\n{}\n```\n{}\n\n{}", function.usage(), function.about, function.path)
}
