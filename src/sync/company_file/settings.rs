//! Settings as they are kept with a company file: those that differ from the rule set's defaults.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::document::Value;
use crate::functions::to_text;
use crate::rules::Program;
use crate::rules::settings::SettingError;
use crate::sync::stored::{CompanyFile, StoreError};

/// The setting that says how often the Web Connector is to come, in minutes.
const IMPORT_EVERY: &str = "import_every";
/// Minutes between two visits where no rule set says otherwise.
const USUAL: i64 = 10;
/// A week.
const LONGEST: i64 = 10_080;

/// What is kept of a company file cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The settings that are stored do not fit the rules.
    #[error("the settings of the company file: {0}")]
    Settings(#[from] SettingError),
}

/// The values of all settings for a company file.
///
/// # Errors
/// What is kept does not fit the rule set.
pub fn settings(program: &Program, file: &CompanyFile) -> Result<Vec<Value>, SettingError> {
    let given = file.settings.iter().map(|(name, value)| (name.clone(), setting_text(value))).collect();
    program.settings.values(&given)
}

/// Those of the values that differ from the rule set's defaults, as they are kept. `values` stand in
/// the order of the program's settings.
pub fn differing(program: &Program, values: &[Value]) -> BTreeMap<String, serde_json::Value> {
    let all = program.settings.iter().zip(values);
    let given = all.filter(|(setting, value)| setting.default != **value);
    given.map(|(setting, value)| (setting.name.clone(), setting.json(value))).collect()
}

/// How often the Web Connector is expected: "Import Every" of the company file, else the rule set's
/// default, else 10 minutes; at least a minute, at most a week.
pub fn import_every(program: Option<&Program>, file: &CompanyFile) -> TimeDelta {
    let minutes = text_setting(program, file, IMPORT_EVERY).and_then(|text| text.parse().ok());
    TimeDelta::minutes(minutes.unwrap_or(USUAL).clamp(1, LONGEST))
}

/// A setting of a company file as text: what was set, else the rule set's default.
pub(in crate::sync) fn text_setting(
    program: Option<&Program>,
    file: &CompanyFile,
    name: &str,
) -> Option<String> {
    let set = file.settings.get(name).and_then(setting_text);
    let default = || {
        let (_, setting) = program?.settings.find(name)?;
        Some(to_text(&setting.default).into_owned())
    };
    set.or_else(default)
}

/// What is kept as a setting's value, as text; nothing for none.
pub fn setting_text(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
