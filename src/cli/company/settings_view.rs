//! Settings as people and programs see them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::cli::company::settings::misfit;
use crate::rules::Program;
use crate::rules::file::{Scope, SettingType};
use crate::rules::settings::Setting;
use crate::sync::{Paint, setting_text};
use crate::text::counted::counted;

/// One setting of a company file.
#[derive(serde::Serialize)]
pub struct SettingView<'s> {
    /// Its name, as rules read it.
    pub name: &'s str,
    /// What the pages call it.
    pub label: &'s str,
    /// What it does.
    pub help: &'s str,
    /// What it holds.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What it is now.
    value: Value,
    /// What it is while nobody has set it.
    default: Value,
    /// Whether both are the same.
    pub is_default: bool,
    /// The smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    /// The largest number, or the longest text in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    /// The unit of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'s str>,
    /// What can be chosen.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    choices: &'s [String],
    /// The columns of a table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    columns: Vec<&'s str>,
    /// It cannot be changed.
    is_forced: bool,
    /// The page it stands on: `integration` or `domain`.
    scope: &'static str,
    /// Why the rules do not take what is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl<'s> SettingView<'s> {
    /// A setting of the rules, with what is kept.
    pub fn of(setting: &'s Setting, program: &Program, kept: &BTreeMap<String, Value>) -> Self {
        let given = kept.get(&setting.name);
        let default = setting.json(&setting.default);
        Self {
            name: &setting.name,
            label: &setting.label,
            help: setting.help.trim(),
            kind: kind(setting.kind),
            value: given.unwrap_or(&default).clone(),
            is_default: given.is_none_or(|given| *given == default),
            default,
            min: setting.min,
            max: setting.max,
            unit: setting.unit.as_deref(),
            choices: &setting.choices,
            columns: setting.columns().iter().map(|column| column.name.as_str()).collect(),
            is_forced: setting.forced,
            scope: match setting.scope {
                Scope::Integration => "integration",
                Scope::Domain => "domain",
            },
            problem: given.and_then(|given| misfit(program, &setting.name, given)),
        }
    }

    /// What is kept of a setting that the rules do not have.
    pub fn unknown(name: &'s str, value: &Value) -> Self {
        Self {
            name,
            label: "",
            help: "",
            kind: "unknown",
            value: value.clone(),
            default: Value::Null,
            is_default: false,
            min: None,
            max: None,
            unit: None,
            choices: &[],
            columns: Vec::new(),
            is_forced: false,
            scope: "integration",
            problem: Some(format!("the rules have no such setting; `--unset {name}` forgets it")),
        }
    }

    fn takes(&self) -> String {
        let unit = self.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
        let bounds = match (self.kind, self.min, self.max) {
            ("text" | "account" | "filter", _, Some(max)) => format!(", at most {max} characters"),
            (_, Some(min), Some(max)) => format!(", {min} to {max}{unit}"),
            (_, Some(min), None) => format!(", {min}{unit} or more"),
            (_, None, Some(max)) => format!(", at most {max}{unit}"),
            (_, None, None) => String::new(),
        };
        let what = match self.kind {
            "boolean" => "true or false".to_owned(),
            "choice" if self.choices.len() == 1 => "always the same".to_owned(),
            "choice" => format!("one of {}", self.choices.join(", ")),
            "integer" => "a whole number".to_owned(),
            "table" => format!("rows of {}", self.columns.join(", ")),
            "account" => "the name of an account in QuickBooks".to_owned(),
            other => format!("a {other}"),
        };
        if self.is_forced { "cannot be changed".to_owned() } else { format!("{what}{bounds}") }
    }
}

fn kind(kind: SettingType) -> &'static str {
    match kind {
        SettingType::Text => "text",
        SettingType::Integer => "integer",
        SettingType::Number => "number",
        SettingType::Boolean => "boolean",
        SettingType::Choice => "choice",
        SettingType::Filter => "filter",
        SettingType::Account => "account",
        SettingType::Date => "date",
        SettingType::List => "list",
        SettingType::Table => "table",
    }
}

/// All settings, one on each line; `*` before those that differ from their defaults.
pub fn list(settings: &[SettingView<'_>], company: &str, paint: Paint) -> String {
    if settings.is_empty() {
        return format!("{company}: every setting has its default\n");
    }
    let width = settings.iter().map(|setting| setting.name.len()).max().unwrap_or_default();
    let mut text = format!("{}\n", paint.strong(company));
    for setting in settings {
        let mark = if setting.is_default { " " } else { "*" };
        let default = if setting.is_default || setting.kind == "unknown" {
            String::new()
        } else {
            paint.aside(&format!("  (default {})", shown(&setting.default)))
        };
        let value = shown(&setting.value);
        let value = if setting.is_default { value } else { paint.odd(&value) };
        let problem = setting.problem.as_ref().map(|it| paint.bad(&format!("  {it}"))).unwrap_or_default();
        _ = writeln!(text, "{mark} {:width$}  {value}{default}{problem}", setting.name);
    }
    text
}

/// A setting, and what it does.
pub fn whole(setting: &SettingView<'_>, paint: Paint) -> String {
    let unit = setting.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    let mut text = format!("{} = {}", paint.strong(setting.name), shown(&setting.value));
    if !setting.value.is_null() {
        text.push_str(&unit);
    }
    match (&setting.problem, setting.is_default) {
        (Some(problem), _) => _ = writeln!(text, "  {}", paint.bad(problem)),
        (None, true) => text.push_str("  (the default)\n"),
        (None, false) => _ = writeln!(text, "  (default {})", shown(&setting.default)),
    }
    for member in setting.value.as_array().into_iter().flatten() {
        _ = writeln!(text, "    {}", row(member, &setting.columns));
    }
    if setting.kind != "unknown" {
        _ = writeln!(text, "  {}: {}", setting.label, setting.takes());
        for line in setting.help.lines() {
            _ = writeln!(text, "  {line}");
        }
    }
    text
}

/// An entry of a list, or a row of a table with its cells in the order of the columns.
fn row(member: &Value, columns: &[&str]) -> String {
    let text = |value: &Value| setting_text(value).unwrap_or_default();
    match member {
        Value::Object(cells) => {
            let cells = columns.iter().map(|column| cells.get(*column).map(text).unwrap_or_default());
            cells.collect::<Vec<_>>().join(" | ")
        }
        other => text(other),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(members) if members.iter().any(Value::is_object) => counted(members.len(), "row"),
        Value::Array(members) if members.is_empty() => "none".to_owned(),
        Value::Array(members) => members.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::String(text) => format!("\"{text}\""),
        other => setting_text(other).unwrap_or_else(|| "none".to_owned()),
    }
}
