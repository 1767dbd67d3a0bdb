//! Which object a document is.

use std::borrow::Cow;

use crate::document::Code;
use crate::document::json::{Entries, entries, found, offset_in, syntax_problem};
use crate::document::{DocumentProblem, Origin};

/// The text of the value of `object`, of the JSON object `json`; it may be any member.
///
/// Usually it is the first, and then nothing else is looked at: what follows may not be JSON.
pub(in crate::document) fn object_value<'a>(
    json: &'a str,
    origin: &Origin,
) -> Result<Cow<'a, str>, DocumentProblem> {
    if let Some(first) = first_member(json) {
        return Ok(Cow::Borrowed(first));
    }
    let body = json.trim_ascii_start();
    if !body.starts_with('{') {
        return Err(no_object(json, origin));
    }
    let all: Entries<'_> =
        serde_json::from_str(json).map_err(|error| syntax_problem(&error, json, origin))?;
    let Some((_, raw)) = all.0.into_iter().find(|(key, _)| key == "object") else {
        return Err(problem(
            json,
            json.trim_ascii(),
            origin,
            "a document must say what it is: `object` is missing",
        ));
    };
    serde_json::from_str(raw).map(Cow::Owned).map_err(|_| {
        let message = format!("`object` must be the name of an object, found {}", found(raw));
        problem(json, raw, origin, message)
    })
}

/// A problem with the object's name: it stands at the value of `object`.
pub(super) fn at_object(json: &str, origin: &Origin, message: String) -> DocumentProblem {
    let raw = entries(json)
        .and_then(|entries| entries.into_iter().find(|(key, _)| key == "object"))
        .map_or_else(|| json.trim_ascii(), |(_, raw)| raw);
    problem(json, raw, origin, message)
}

/// The name, if `object` is the first member and plain text.
fn first_member(json: &str) -> Option<&str> {
    let rest = json.trim_ascii_start().strip_prefix('{')?.trim_ascii_start();
    let rest = rest.strip_prefix("\"object\"")?.trim_ascii_start();
    let rest = rest.strip_prefix(':')?.trim_ascii_start().strip_prefix('"')?;
    let (name, _) = rest.split_once('"')?;
    (!name.contains('\\')).then_some(name)
}

fn no_object(json: &str, origin: &Origin) -> DocumentProblem {
    match serde_json::from_str::<&serde_json::value::RawValue>(json) {
        Ok(raw) => {
            let message = format!("a document is a structure with `object`, found {}", found(raw.get()));
            problem(json, raw.get(), origin, message)
        }
        Err(error) => syntax_problem(&error, json, origin),
    }
}

fn problem(json: &str, raw: &str, origin: &Origin, message: impl Into<String>) -> DocumentProblem {
    let before = json.get(..offset_in(json, raw)).unwrap_or("");
    DocumentProblem {
        code: Code::NoObject,
        file: origin.file.clone(),
        at: Some(origin.start.advance(before)),
        length: raw.len(),
        path: String::new(),
        message: message.into(),
    }
}
