//! Walking through JSON text without building values: for positions and for what is not on the
//! fast way.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::Code;
use super::{DocumentProblem, Origin};

/// How many lists and maps may lie inside each other; `serde_json` has the same limit.
pub(super) const MAX_DEPTH: usize = 128;

/// A key of a JSON object; borrowed unless it holds escapes.
pub(super) struct Key<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The members of a JSON object in their order, each value as its text.
pub(super) struct Entries<'a>(pub(super) Vec<(Cow<'a, str>, &'a str)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    entries.push((key.0, value.get()));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// The members of the JSON object `json`; none when it is not one.
pub(crate) fn entries(json: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    serde_json::from_str::<Entries<'_>>(json).ok().map(|entries| entries.0)
}

/// The members of the JSON list `json`, each as its text; none when it is not one.
pub(crate) fn members(json: &str) -> Option<Vec<&str>> {
    let raw: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(raw.into_iter().map(RawValue::get).collect())
}

/// Where `part`, which is a piece of `whole`, begins in it, in bytes.
pub(super) fn offset_in(whole: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr()).min(whole.len())
}

/// What a JSON value is, for messages; short scalars are quoted.
pub(super) fn found(raw: &str) -> String {
    const LONGEST: usize = 40;
    let short = |raw: &str| raw.chars().count() <= LONGEST;
    match raw.as_bytes().first() {
        Some(b'{') => "a structure".to_owned(),
        Some(b'[') => "a list".to_owned(),
        Some(b'"') if short(raw) => format!("the text `{}`", raw.trim_matches('"')),
        Some(b'"') => "text".to_owned(),
        Some(b'n') => "null".to_owned(),
        Some(b't' | b'f') => format!("`{raw}`"),
        _ if short(raw) => format!("the number `{raw}`"),
        _ => "a number".to_owned(),
    }
}

/// What `serde_json` says about `text`, which begins at `origin`, as a problem of the file.
pub(crate) fn syntax_problem(error: &serde_json::Error, text: &str, origin: &Origin) -> DocumentProblem {
    let offset = error_offset(error, text);
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let (code, message) = match error.classify() {
        Category::Eof => (Code::CutOff, "the text ends in the middle of a document".to_owned()),
        _ if said.starts_with("recursion limit") => {
            (Code::DocumentTooLarge, format!("more than {MAX_DEPTH} levels of lists and structures"))
        }
        _ => (Code::NotJson, format!("not JSON: {said}")),
    };
    DocumentProblem {
        code,
        file: origin.file.clone(),
        at: Some(origin.start.advance(text.get(..offset).unwrap_or(text))),
        length: 0,
        path: String::new(),
        message,
    }
}

/// Why `text`, which begins at `origin`, is no JSON, as a problem of the file.
pub(super) fn not_json(text: &str, origin: &Origin) -> DocumentProblem {
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => syntax_problem(&error, text, origin),
        Ok(_) => DocumentProblem {
            code: Code::NotJson,
            file: origin.file.clone(),
            at: Some(origin.start),
            length: 0,
            path: String::new(),
            message: "not JSON".to_owned(),
        },
    }
}

/// `serde_json` counts lines from 1 and columns in bytes; a column of 0 is the end of the line before.
fn error_offset(error: &serde_json::Error, text: &str) -> usize {
    if error.classify() == Category::Eof {
        return text.len();
    }
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut offset = (before + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
