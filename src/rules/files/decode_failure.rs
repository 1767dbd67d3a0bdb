//! What serde finds wrong with a rule file, as a diagnostic.

use serde::de;

use crate::document::Code;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::{FileId, Span};
use crate::rules::diagnostics::suggest::did_you_mean;

/// What went wrong, and where once that is known.
#[derive(Debug)]
pub(super) struct DecodeFailure {
    pub(super) code: Code,
    message: String,
    pub(super) span: Option<Span>,
    help: Option<String>,
}

impl DecodeFailure {
    pub(super) fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// A value of another kind than is wanted.
    pub(super) fn wrong_kind(wanted: &str, found: &str, help: &str) -> Self {
        let message = format!("expected {wanted}, found {found}");
        Self { code: Code::WrongKind, message, span: None, help: Some(help.to_owned()) }
    }

    pub(super) fn told(self) -> Diagnostic {
        let nowhere = Span { file: FileId::default(), start: 0, end: 0 };
        Diagnostic::error(self.code, self.span.unwrap_or(nowhere), self.message).help_if(self.help)
    }
}

impl std::fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeFailure {}

impl de::Error for DecodeFailure {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self { code: Code::WrongKind, message: message.to_string(), span: None, help: None }
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match unexpected {
            de::Unexpected::Map => "a mapping".to_owned(),
            de::Unexpected::Seq => "a list".to_owned(),
            de::Unexpected::Unit => "nothing".to_owned(),
            de::Unexpected::Str(text) => format!("`{text}`"),
            other => other.to_string(),
        };
        let wanted = plain(&expected.to_string()).to_owned();
        let help = match (wanted.as_str(), &unexpected) {
            ("a list" | "a value, or a list of values or rows", de::Unexpected::Map) => {
                Some("begin each member of a list with `- `")
            }
            ("a list", de::Unexpected::Str(_)) => Some("write the members between brackets: `[a, b]`"),
            (_, de::Unexpected::Seq) => Some("take out the `- ` or the brackets, which make a list"),
            (_, de::Unexpected::Str(text)) if is_key_without_blank(text) => {
                Some("a blank follows the colon of a key: `key: value`")
            }
            ("a mapping", _) => Some("write keys with their values, indented below it"),
            _ => None,
        };
        Self {
            code: Code::WrongKind,
            message: format!("expected {wanted}, found {found}"),
            span: None,
            help: help.map(str::to_owned),
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            code: Code::MissingKey,
            message: format!("the key `{field}` is missing"),
            span: None,
            help: missing_help(field),
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let more = match expected.first() {
            Some(&"value") => ", and elements, which begin with a capital",
            Some(&"accept") => ", and a query message, which begins with a capital",
            _ => "",
        };
        let help = did_you_mean(field, expected.iter().copied())
            .or_else(|| Some(format!("the keys here are {}{more}", expected.join(", "))));
        Self { code: Code::UnknownKey, message: format!("unknown key `{field}`"), span: None, help }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let help = did_you_mean(variant, expected.iter().copied())
            .or_else(|| Some(format!("the choices are {}", expected.join(", "))));
        // A number of places where a way of rounding belongs.
        let is_number = !variant.is_empty() && variant.chars().all(|c| c.is_ascii_digit());
        let help = if is_number && expected.contains(&"half-up") {
            let way = "`round` says what becomes of a half: half-up or half-even";
            Some(format!("{way}; for so many places write `=round(x, {variant})` as the value"))
        } else {
            help
        };
        Self { code: Code::UnknownChoice, message: format!("unknown choice `{variant}`"), span: None, help }
    }
}

/// Whether a text is a key and its value, with no blank between them: YAML takes it as one text.
fn is_key_without_blank(text: &str) -> bool {
    text.split_once(':').is_some_and(|(key, value)| {
        !key.is_empty() && !value.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

/// What to add where a key is missing. What a file is for has its own words.
fn missing_help(field: &str) -> Option<String> {
    match field {
        "object" => None,
        "id" => Some("add `id: some-name`: a later layer changes or removes it by that".to_owned()),
        field => Some(format!("add `{field}: ...`")),
    }
}

/// What serde expects, in the words of YAML.
fn plain(expected: &str) -> &str {
    match expected.split(' ').next() {
        Some("struct") => "a mapping",
        Some("sequence") => "a list",
        _ => expected.strip_prefix("a sequence").map_or(expected, |_| "a list"),
    }
}
