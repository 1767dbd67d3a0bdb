//! `/c/{company}/integrations/settings`: the integration's settings, as the rule set declares them.

use std::collections::BTreeMap;

use askama::Template;

use crate::document::Value;
use crate::functions::to_text;
use crate::rules::file::{Scope, SettingType};
use crate::rules::settings::{Setting, SettingError, Settings};
use crate::sync::stored::CompanyFile;
use crate::sync::{Window, differing, settings, version};
use crate::web::answer::{Done, Page};
use crate::web::fields::Fields;
use crate::web::shell::Shell;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::when::counted;

/// The longest text of a setting, in characters, whatever the rules say.
const LONGEST: usize = 4_000;

#[derive(Template)]
#[template(path = "settings.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct SettingsPage<'v> {
    shell: Shell,
    back: String,
    action: String,
    seen: String,
    may_save: bool,
    problems: usize,
    groups: Vec<Group<'v>>,
}

/// Settings under one heading.
struct Group<'v> {
    title: &'v str,
    fields: Vec<Field<'v>>,
}

/// A setting with its value.
struct Field<'v> {
    setting: &'v Setting,
    /// The kind of control: `boolean`, `number`, `choice`, `long` or `text`.
    control: &'static str,
    text: String,
    default: String,
    problem: Option<String>,
    is_changed: bool,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let values = settings(visit.program(), file).map_err(Trouble::failed)?;
    let texts = |setting: &Setting, value: &Value| (text(setting, value), None);
    render(visit, file, &values, texts)
}

/// Keeps what the form says, or shows what is wrong with it.
pub fn save(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    if visit.form.get("seen") != seen(file) {
        let words = "somebody else changed these settings while you were at it; nothing was saved";
        return Err(Trouble::Conflict(words.to_owned()));
    }
    let before = settings(visit.program(), file).map_err(Trouble::failed)?;
    let (values, mut problems) = given(&visit.program().settings, &before, &visit.form);
    let kept = differing(visit.program(), &values);
    let after = CompanyFile { settings: kept, ..file.clone() };
    if let Err(error) = Window::of(Some(visit.program()), &after) {
        problems.entry(error.setting().to_owned()).or_insert(error.to_string());
    }
    if !problems.is_empty() {
        let texts = |setting: &Setting, value: &Value| {
            let written = written(setting, &visit.form).filter(|_| !setting.forced);
            let text = written.unwrap_or_else(|| text(setting, value));
            (text, problems.get(&setting.name).cloned())
        };
        return Ok(render(visit, file, &before, texts)?.again());
    }
    let changed = changes(visit, &before, &values);
    let to = super::integrations::path(file) + "/settings";
    if changed.is_empty() {
        return Ok(Done::nothing(to, "Nothing was different; nothing was saved."));
    }
    visit.site.store.set_settings(file.id, &after.settings)?;
    let words = format!("Saved: {} changed.", counted(changed.len(), "setting"));
    Ok(Done::go("change settings", changed.join("; "), to, words))
}

fn changes(visit: &Visit, before: &[Value], after: &[Value]) -> Vec<String> {
    let all = visit.program().settings.iter().zip(before.iter().zip(after));
    let changed = all.filter(|(_, (before, after))| before != after);
    changed
        .map(|(setting, (before, after))| {
            format!("{}: `{}` -> `{}`", setting.name, to_text(before), to_text(after))
        })
        .collect()
}

/// All values with those of the form in their places, and what is wrong with the others.
fn given(all: &Settings, before: &[Value], form: &Fields) -> (Vec<Value>, BTreeMap<String, String>) {
    let mut values = before.to_vec();
    let mut problems = BTreeMap::new();
    for (index, setting) in all.iter().enumerate().filter(|(_, setting)| is_here(setting)) {
        if setting.forced {
            continue;
        }
        let Some(text) = written(setting, form) else { continue };
        match value(all, setting, index, &text) {
            Ok(value) => values.get_mut(index).into_iter().for_each(|place| *place = value.clone()),
            Err(problem) => _ = problems.insert(setting.name.clone(), problem),
        }
    }
    (values, problems)
}

fn value(all: &Settings, setting: &Setting, index: usize, text: &str) -> Result<Value, String> {
    if text.chars().count() > LONGEST {
        return Err(format!("more than {LONGEST} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("it has a character that nobody can see, such as a line break".to_owned());
    }
    let is_none = text.is_empty() && setting.default.is_absent();
    let text = (!is_none).then(|| text.to_owned());
    match all.values(&BTreeMap::from([(setting.name.clone(), text)])) {
        Ok(values) => Ok(values.get(index).cloned().unwrap_or_default()),
        Err(SettingError::Wrong { reason, .. }) => Err(reason),
        Err(error) => Err(error.to_string()),
    }
}

/// What the form says of a setting; nothing if it has no such field.
fn written(setting: &Setting, form: &Fields) -> Option<String> {
    if setting.kind == SettingType::Boolean {
        let is_on = form.all(&setting.name).any(|value| value == "true");
        return Some(is_on.to_string());
    }
    form.raw(&setting.name).map(|text| text.trim().to_owned())
}

fn render(
    visit: &Visit,
    file: &CompanyFile,
    values: &[Value],
    texts: impl Fn(&Setting, &Value) -> (String, Option<String>),
) -> Result<Page, Trouble> {
    let mut here: Vec<_> =
        visit.program().settings.iter().zip(values).filter(|(it, _)| is_here(it)).collect();
    here.sort_by_key(|(setting, _)| setting.span);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (setting, value) in here {
        let (text, problem) = texts(setting, value);
        let field = Field {
            setting,
            control: control(setting),
            text,
            default: self::text(setting, &setting.default),
            problem,
            is_changed: *value != setting.default,
        };
        let title = setting.group.as_deref().unwrap_or("Other");
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.fields.push(field),
            None => groups.push(Group { title, fields: vec![field] }),
        }
    }
    let back = super::integrations::path(file);
    let page = SettingsPage {
        shell: visit.shell("Settings", Some(file)),
        action: format!("{back}/settings"),
        back,
        seen: seen(file),
        may_save: visit.may(crate::web::people::Role::Administrator),
        problems: groups.iter().flat_map(|group| &group.fields).filter(|it| it.problem.is_some()).count(),
        groups,
    };
    visit.show(&page, &page.as_inside())
}

fn is_here(setting: &Setting) -> bool {
    setting.scope == Scope::Integration
}

fn control(setting: &Setting) -> &'static str {
    match setting.kind {
        SettingType::Boolean => "boolean",
        SettingType::Integer => "number",
        SettingType::Choice => "choice",
        SettingType::Filter => "filter",
        SettingType::Number | SettingType::Text | SettingType::Account => "text",
    }
}

fn text(setting: &Setting, value: &Value) -> String {
    match (setting.kind, value) {
        (SettingType::Boolean, Value::Bool(is_on)) => is_on.to_string(),
        (_, value) => to_text(value).into_owned(),
    }
}

/// Stands for the settings as the form showed them.
fn seen(file: &CompanyFile) -> String {
    let json = serde_json::to_string(&file.settings).unwrap_or_default();
    version(&json)
}
