//! Settings: declared by the rule set, set by people.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::document::{Code, Value, is_date};
use crate::functions::filter_doubts;
use crate::text::pattern::Filter;

use super::types::{TextType, Type, length};
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::file::{Scope, SettingFile, SettingType, SettingsFile};

/// The settings of a rule set, by name.
#[derive(Debug, Default)]
pub struct Settings {
    all: Vec<Setting>,
}

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name, as expressions read it.
    pub name: String,
    /// What the page calls it.
    pub label: String,
    /// What it does.
    pub help: String,
    /// What it holds.
    pub kind: SettingType,
    /// The value while nobody has set one.
    pub default: Value,
    /// The smallest number.
    pub min: Option<i64>,
    /// The largest number, or the longest text in characters.
    pub max: Option<i64>,
    /// The choices.
    pub choices: Vec<String>,
    /// The unit of a number.
    pub unit: Option<String>,
    /// The page it stands on.
    pub scope: Scope,
    /// The heading it stands under there.
    pub group: Option<String>,
    /// Where it is declared.
    pub span: Span,
    /// It cannot be changed.
    pub forced: bool,
}

/// Why a value is not one that a setting can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No setting has that name.
    #[error("unknown setting `{name}`{}", hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    Unknown {
        /// The name given.
        name: String,
        /// "did you mean", if a name is near.
        hint: Option<String>,
    },
    /// The setting cannot hold it.
    #[error("setting `{name}`: {reason}")]
    Wrong {
        /// The setting.
        name: String,
        /// Why not.
        reason: String,
    },
}

impl Settings {
    /// The declared settings; a default that its setting cannot hold is told.
    pub fn declare(file: SettingsFile, diagnostics: &mut Diagnostics) -> Self {
        let declared = file.settings.into_iter();
        Self { all: declared.map(|(name, setting)| declare(name, setting, diagnostics)).collect() }
    }

    /// The setting of that name, with its index.
    pub fn find(&self, name: &str) -> Option<(usize, &Setting)> {
        let index = self.all.binary_search_by(|setting| setting.name.as_str().cmp(name)).ok()?;
        self.all.get(index).map(|setting| (index, setting))
    }

    /// All settings, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.all.iter()
    }

    /// The names of all settings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|setting| setting.name.as_str())
    }

    /// The values of all settings: the defaults, with these in their place.
    pub fn values(&self, given: &BTreeMap<String, Option<String>>) -> Result<Vec<Value>, SettingError> {
        let mut values: Vec<Value> = self.all.iter().map(|setting| setting.default.clone()).collect();
        for (name, text) in given {
            let Some((index, setting)) = self.find(name) else {
                return Err(SettingError::Unknown {
                    name: name.clone(),
                    hint: did_you_mean(name, self.names()),
                });
            };
            let value = setting
                .accept(text.as_deref())
                .map_err(|reason| SettingError::Wrong { name: name.clone(), reason })?;
            if let Some(place) = values.get_mut(index) {
                *place = value;
            }
        }
        Ok(values)
    }
}

fn declare(name: String, file: Spanned<SettingFile>, diagnostics: &mut Diagnostics) -> Setting {
    let Spanned { span, value: file } = file;
    let mut setting = Setting {
        name,
        label: file.label,
        help: file.help,
        kind: file.kind.value,
        default: Value::Absent,
        min: file.min,
        max: file.max,
        choices: file.choices,
        unit: file.unit,
        scope: file.scope,
        group: file.group,
        span,
        forced: file.forced,
    };
    if setting.kind == SettingType::Choice && setting.choices.is_empty() {
        diagnostics.push(
            Diagnostic::error(
                Code::SettingContradicts,
                file.kind.span,
                format!("the setting `{}` has no choices", setting.name),
            )
            .help("list them: `choices: [A, B]`"),
        );
    }
    contradicts(&setting, file.kind.span, diagnostics);
    if let Some(default) = &file.default {
        if let Some(doubt) = setting.doubt(&default.value) {
            let said = format!("the filter of `{}` means something else than it seems to", setting.name);
            diagnostics.push(Diagnostic::warning(Code::DoubtfulFilter, default.span, said).help(doubt));
        }
        match setting.parse(&default.value) {
            Ok(value) => setting.default = value,
            Err(reason) => diagnostics.push(
                Diagnostic::error(
                    Code::SettingContradicts,
                    default.span,
                    format!("the default of `{}` is not one it can have", setting.name),
                )
                .label(reason)
                .help(setting.held()),
            ),
        }
    }
    setting
}

/// Tells of bounds and choices that contradict each other.
fn contradicts(setting: &Setting, at: Span, diagnostics: &mut Diagnostics) {
    let mut tell = |message: String, help: &str| {
        diagnostics.push(Diagnostic::error(Code::SettingContradicts, at, message).help(help));
    };
    let name = &setting.name;
    if let (Some(min), Some(max)) = (setting.min, setting.max)
        && min > max
    {
        tell(format!("no value of `{name}` is at least {min} and at most {max}"), "turn the two round");
    }
    let is_number = matches!(setting.kind, SettingType::Integer | SettingType::Number);
    if setting.min.is_some() && !is_number {
        tell(format!("`min` is for numbers, and `{name}` holds none"), "take `min` out, or make it `type: integer`");
    }
    let twice = setting.choices.iter().enumerate().find(|(at, choice)| setting.choices.iter().take(*at).any(|it| it == *choice));
    if let Some((_, choice)) = twice {
        tell(format!("`{name}` has the choice `{choice}` twice"), "keep one of the two");
    }
    if !setting.choices.is_empty() && setting.kind != SettingType::Choice {
        tell(format!("`choices` are for the type `choice`, and `{name}` is of another"), "write `type: choice`, or take `choices` out");
    }
}

impl Setting {
    /// What it can hold, in words.
    fn held(&self) -> String {
        let bounds = match (self.min, self.max) {
            (Some(min), Some(max)) => format!(" from {min} to {max}"),
            (Some(min), None) => format!(" of at least {min}"),
            (None, Some(max)) => format!(" of at most {max}"),
            (None, None) => String::new(),
        };
        match self.kind {
            SettingType::Boolean => "write `true` or `false`".to_owned(),
            SettingType::Integer => format!("write a whole number{bounds}"),
            SettingType::Number => format!("write a number{bounds}, such as `1.5`"),
            SettingType::Choice => format!("write one of {}", self.choices.join(", ")),
            SettingType::Date => "write a day as `2026-07-01`, or `null` for none".to_owned(),
            SettingType::Filter => "entries have semicolons between them: `Service; Parts:*`".to_owned(),
            SettingType::Text | SettingType::Account => format!("write a text{bounds} characters"),
        }
    }

    /// The value that a text stands for, or why this setting cannot hold it. Nothing is allowed where
    /// the setting has no default.
    fn accept(&self, text: Option<&str>) -> Result<Value, String> {
        let value = text.map_or(Ok(Value::Absent), |text| self.parse(text))?;
        if self.forced && value != self.default {
            return Err("it is forced and cannot be changed".to_owned());
        }
        if value.is_absent() && !self.default.is_absent() {
            return Err("it must have a value".to_owned());
        }
        Ok(value)
    }

    /// What somebody who types this value probably means instead. The value can be kept all the same: one that was kept
    /// before anybody doubted it goes on to count.
    pub fn doubt(&self, text: &str) -> Option<String> {
        if self.kind != SettingType::Filter {
            return None;
        }
        let doubts: Vec<String> = filter_doubts(text).iter().map(ToString::to_string).collect();
        (!doubts.is_empty()).then(|| doubts.join("; "))
    }

    fn parse(&self, text: &str) -> Result<Value, String> {
        match self.kind {
            SettingType::Boolean => match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                other => Err(format!("`{other}` is neither true nor false")),
            },
            SettingType::Integer => text
                .parse::<i64>()
                .map_err(|_| format!("`{text}` is not a whole number"))
                .and_then(|number| self.within(Decimal::from(number))),
            SettingType::Number => Decimal::from_str(text)
                .map_err(|_| format!("`{text}` is not a number"))
                .and_then(|number| self.within(number)),
            SettingType::Choice if self.choices.iter().any(|choice| choice == text) => Ok(Value::text(text)),
            SettingType::Choice => Err(did_you_mean(text, self.choices.iter().map(String::as_str))
                .map_or(format!("`{text}` is not one of {}", self.choices.join(", ")), |hint| {
                    format!("`{text}` is not a choice; {hint}")
                })),
            SettingType::Filter => {
                Filter::parse(text).map(|_| Value::text(text)).map_err(|error| error.to_string())
            }
            SettingType::Text | SettingType::Account => self.short_enough(text),
            SettingType::Date if text.is_empty() && self.default.is_absent() => Ok(Value::Absent),
            SettingType::Date if is_date(text) => Ok(Value::text(text)),
            SettingType::Date => Err(format!("`{text}` is not a date, such as 2026-07-01")),
        }
    }

    fn within(&self, number: Decimal) -> Result<Value, String> {
        match (self.min, self.max) {
            (Some(min), _) if number < Decimal::from(min) => Err(format!("{number} is less than {min}")),
            (_, Some(max)) if number > Decimal::from(max) => Err(format!("{number} is more than {max}")),
            _ => Ok(Value::Number(number)),
        }
    }

    fn short_enough(&self, text: &str) -> Result<Value, String> {
        let characters = i64::from(length(text));
        match self.max {
            Some(max) if characters > max => Err(format!("{characters} characters, at most {max}")),
            _ if text.is_empty() && self.default.is_absent() => Ok(Value::Absent),
            _ => Ok(Value::text(text)),
        }
    }

    /// The type of its value in expressions.
    pub(super) fn expression_type(&self) -> Type {
        match self.kind {
            SettingType::Boolean => Type::Bool,
            SettingType::Integer => Type::Integer,
            SettingType::Number => Type::Number,
            SettingType::Date => Type::Date,
            SettingType::Choice => Type::one_of(Arc::from(self.choices.clone())),
            SettingType::Text | SettingType::Filter | SettingType::Account => {
                Type::Text(TextType { max: self.max.and_then(|max| u32::try_from(max).ok()), values: None, listed: &[] })
            }
        }
    }

    /// Whether there is always a value: a default, and no way to take it away.
    pub(super) fn always_there(&self) -> bool {
        !self.default.is_absent()
    }
}
