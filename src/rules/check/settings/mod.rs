//! Settings: declared by the rule set, set by people.

mod bounds;
mod cell;
mod declared;
mod rows;

use std::collections::BTreeMap;

use crate::document::{ShapeId, Value};
use crate::functions::filter_doubts;
use crate::language::{Spoken, say, t};

use super::types::Type;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::file::{Scope, SettingType};

use cell::Cell;
pub use declared::TableFiles;
pub use rows::{Column, MOST_ROWS, Rows, entries, rows};

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
    /// How many values it holds, and of which types.
    holds: Holds,
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

/// How many values a setting holds.
#[derive(Debug)]
enum Holds {
    /// One.
    One,
    /// A list of values of this type.
    Entries(SettingType),
    /// A table.
    Rows {
        /// Its columns.
        columns: Vec<Column>,
        /// The shape of its rows, as expressions see them.
        shape: ShapeId,
    },
}

/// Why a value is not one that a setting can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No setting has that name.
    #[error("{}{}", say!("unknown setting `{name}`", name), hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    Unknown {
        /// The name given.
        name: String,
        /// "did you mean", if a name is near.
        hint: Option<String>,
    },
    /// The setting cannot hold it.
    #[error("{}", say!("setting `{name}`: {reason}", name, reason))]
    Wrong {
        /// The setting.
        name: String,
        /// Why not.
        reason: String,
    },
}

impl Spoken for SettingError {}

impl Settings {
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

impl Setting {
    /// The value that a text stands for, or why this setting cannot hold it. Nothing is allowed where
    /// the setting has no default.
    fn accept(&self, text: Option<&str>) -> Result<Value, String> {
        let nothing = if self.is_single() { Ok(Value::Absent) } else { self.parse("") };
        let value = text.map_or(nothing, |text| self.parse(text))?;
        if self.forced && value != self.default {
            return Err(t("it is forced and cannot be changed").to_owned());
        }
        if value.is_absent() && !self.default.is_absent() {
            return Err(t("it must have a value").to_owned());
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
        match (self.kind, &self.holds) {
            (SettingType::List, _) => rows::list(text, self.cell()),
            (SettingType::Table, Holds::Rows { columns, shape }) => rows::table(text, columns, *shape),
            (_, _) => self.cell().parse(text),
        }
    }

    /// What its value, or an entry of its list, may be.
    fn cell(&self) -> Cell<'_> {
        let kind = if let Holds::Entries(kind) = self.holds { kind } else { self.kind };
        let may_be_empty = self.default.is_absent();
        Cell { kind, min: self.min, max: self.max, choices: &self.choices, may_be_empty }
    }

    /// The columns, if it is a table.
    pub fn columns(&self) -> &[Column] {
        if let Holds::Rows { columns, .. } = &self.holds { columns } else { &[] }
    }

    /// The shape of its rows, if it is a table.
    pub fn row_shape(&self) -> Option<ShapeId> {
        if let Holds::Rows { shape, .. } = self.holds { Some(shape) } else { None }
    }

    /// A value as it is kept, and as programs see it.
    pub fn json(&self, value: &Value) -> serde_json::Value {
        match self.holds {
            Holds::One => cell::json(value),
            Holds::Entries(_) | Holds::Rows { .. } => rows::kept(value, self.columns()),
        }
    }

    /// Whether it holds one value, and neither a list nor a table.
    pub fn is_single(&self) -> bool {
        matches!(self.holds, Holds::One)
    }

    /// What differs between two of its values, each a line: of lists and tables the rows that are new (`+`) and those
    /// that are gone (`-`).
    pub fn changes(&self, before: &Value, after: &Value) -> Vec<String> {
        if before == after {
            return Vec::new();
        }
        if self.is_single() {
            let text = |value| crate::functions::to_text(value).into_owned();
            return vec![format!("`{}` -> `{}`", text(before), text(after))];
        }
        let (old, new) = (rows::shown(before), rows::shown(after));
        let (gone, come): (Vec<_>, Vec<_>) = (
            old.iter().filter(|row| !new.contains(row)).map(|row| format!("- {row}")).collect(),
            new.iter().filter(|row| !old.contains(row)).map(|row| format!("+ {row}")).collect(),
        );
        if gone.is_empty() && come.is_empty() {
            vec!["other order".to_owned()]
        } else {
            [gone, come].concat()
        }
    }

    /// The type of its value in expressions.
    pub(super) fn expression_type(&self) -> Type {
        match &self.holds {
            Holds::One => self.cell().expression_type(),
            Holds::Entries(_) => Type::List(Box::new(self.cell().expression_type())),
            Holds::Rows { shape, .. } => Type::List(Box::new(Type::Struct(vec![*shape]))),
        }
    }

    /// Whether there is always a value: a default, and no way to take it away.
    pub(super) fn always_there(&self) -> bool {
        !self.default.is_absent()
    }
}
