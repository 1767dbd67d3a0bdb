//! What a setting says of its own values: that its bounds and choices do not contradict each other, and what it can
//! hold in words.

use super::Setting;
use super::cell::Cell;
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::Span;
use crate::rules::files::file::SettingType;

/// Tells of bounds and choices that contradict each other: those of a setting, or of a column; `what` says which.
pub(super) fn contradicts(what: &str, name: &str, cell: Cell<'_>, at: Span, diagnostics: &mut Diagnostics) {
    let mut tell = |message: String, help: &str| {
        diagnostics.push(Diagnostic::error(Code::SettingContradicts, at, message).help(help));
    };
    let Cell { kind, min, max, choices, .. } = cell;
    if kind == SettingType::Choice && choices.is_empty() {
        tell(format!("the {what} `{name}` has no choices"), "list them: `choices: [A, B]`");
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        tell(format!("no value of `{name}` is at least {min} and at most {max}"), "turn the two round");
    }
    if min.is_some() && !matches!(kind, SettingType::Integer | SettingType::Number) {
        let help = "take `min` out, or make it `type: integer`";
        tell(format!("`min` is for numbers, and `{name}` holds none"), help);
    }
    if max.is_some() && matches!(kind, SettingType::Boolean | SettingType::Choice | SettingType::Date) {
        let help = "take `max` out";
        tell(format!("`max` is for numbers and texts, and `{name}` holds none"), help);
    }
    let twice =
        choices.iter().enumerate().find(|(at, choice)| choices.iter().take(*at).any(|it| it == *choice));
    if let Some((_, choice)) = twice {
        tell(format!("`{name}` has the choice `{choice}` twice"), "keep one of the two");
    }
    if !choices.is_empty() && kind != SettingType::Choice {
        let help = "write `type: choice`, or take `choices` out";
        tell(format!("`choices` are for the type `choice`, and `{name}` is of another"), help);
    }
}

impl Setting {
    /// What it can hold, in words.
    pub(super) fn held(&self) -> String {
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
            SettingType::List => "write a list of such values".to_owned(),
            SettingType::Table => "write rows with a value for each column".to_owned(),
        }
    }
}
