//! One value of a setting, or one cell of a table: what it may hold.

use std::str::FromStr;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::document::{FieldType, Value, is_date};
use crate::language::{say, t};
use crate::rules::check::types::{TextType, Type, length};
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::file::SettingType;
use crate::text::pattern::Filter;

/// What one value may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'c> {
    /// Its type; a list or a table holds cells, and is none.
    pub kind: SettingType,
    /// The smallest number.
    pub min: Option<i64>,
    /// The largest number, or the longest text in characters.
    pub max: Option<i64>,
    /// The choices.
    pub choices: &'c [String],
    /// Whether an empty text stands for no value.
    pub may_be_empty: bool,
}

impl Cell<'_> {
    /// The value that a text stands for, or why it is none that this can hold.
    pub fn parse(&self, text: &str) -> Result<Value, String> {
        match self.kind {
            SettingType::Boolean => match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                other => Err(say!("`{other}` is neither true nor false", other)),
            },
            SettingType::Integer => text
                .parse::<i64>()
                .map_err(|_| say!("`{text}` is not a whole number", text))
                .and_then(|number| self.within(Decimal::from(number))),
            SettingType::Number => Decimal::from_str(text)
                .map_err(|_| say!("`{text}` is not a number", text))
                .and_then(|number| self.within(number)),
            SettingType::Choice if self.choices.iter().any(|choice| choice == text) => Ok(Value::text(text)),
            SettingType::Choice => Err(did_you_mean(text, self.choices.iter().map(String::as_str)).map_or(
                say!("`{text}` is not one of {choices}", text, choices = self.choices.join(", ")),
                |hint| say!("`{text}` is not a choice; {hint}", text, hint),
            )),
            SettingType::Filter => Filter::parse(text).map(|_| Value::text(text)).map_err(|error| {
                say!(
                    "`{entry}` in the filter is wrong: {reason}",
                    entry = error.entry,
                    reason = t(&error.reason)
                )
            }),
            SettingType::Text | SettingType::Account => self.short_enough(text),
            SettingType::Date if text.is_empty() && self.may_be_empty => Ok(Value::Absent),
            SettingType::Date if is_date(text) => Ok(Value::text(text)),
            SettingType::Date => Err(say!("`{text}` is not a date, such as 2026-07-01", text)),
            SettingType::List | SettingType::Table => Err(t("it has several values").to_owned()),
        }
    }

    fn within(&self, number: Decimal) -> Result<Value, String> {
        match (self.min, self.max) {
            (Some(min), _) if number < Decimal::from(min) => {
                Err(say!("{number} is less than {min}", number, min))
            }
            (_, Some(max)) if number > Decimal::from(max) => {
                Err(say!("{number} is more than {max}", number, max))
            }
            _ => Ok(Value::Number(number)),
        }
    }

    fn short_enough(&self, text: &str) -> Result<Value, String> {
        let characters = i64::from(length(text));
        match self.max {
            Some(max) if characters > max => {
                Err(say!("{characters} characters, at most {max}", characters, max))
            }
            _ if text.is_empty() && self.may_be_empty => Ok(Value::Absent),
            _ => Ok(Value::text(text)),
        }
    }

    /// The type of the value in expressions.
    pub fn expression_type(&self) -> Type {
        match self.kind {
            SettingType::Boolean => Type::Bool,
            SettingType::Integer => Type::Integer,
            SettingType::Number => Type::Number,
            SettingType::Date => Type::Date,
            SettingType::Choice => Type::one_of(Arc::from(self.choices)),
            SettingType::Text | SettingType::Filter | SettingType::Account => {
                Type::Text(TextType { max: self.longest(), values: None, listed: &[] })
            }
            SettingType::List | SettingType::Table => Type::Any,
        }
    }

    /// The type of the value as a field of a row.
    pub fn field_type(&self) -> FieldType {
        match self.kind {
            SettingType::Boolean => FieldType::Boolean,
            SettingType::Integer => FieldType::Integer,
            SettingType::Number => FieldType::Number,
            SettingType::Date => FieldType::Date,
            _ => FieldType::Text { max: self.longest() },
        }
    }

    fn longest(&self) -> Option<u32> {
        self.max.and_then(|max| u32::try_from(max).ok())
    }
}

/// A value as it is kept and as programs see it.
pub(super) fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Absent => serde_json::Value::Null,
        Value::Bool(truth) => serde_json::Value::Bool(*truth),
        other => {
            let text = crate::functions::to_text(other).into_owned();
            match text.parse::<i64>() {
                Ok(number) if matches!(other, Value::Number(_)) => number.into(),
                _ => serde_json::Value::String(text),
            }
        }
    }
}
