//! Free JSON, such as custom inputs: kept as it came.

use std::sync::Arc;

use super::at::At;
use super::scalar::{free_number, unquote};
use crate::document::Code;
use crate::document::json::{MAX_DEPTH, entries, members};
use crate::document::scan::Raw;
use crate::document::{Map, Value};

/// Reads the JSON value `raw` as it is: maps with sorted keys, members that are null left out;
/// lists; text; exact numbers. None for null.
pub(super) fn any(at: &At<'_>, raw: &str, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        let message = format!("more than {MAX_DEPTH} levels of lists and structures");
        at.error(Code::DocumentTooLarge, message);
        return Some(Value::Absent);
    }
    Some(match raw.as_bytes().first()? {
        b'n' => return None,
        b't' => Value::Bool(true),
        b'f' => Value::Bool(false),
        b'"' => Value::text(unquote(at, Raw::new(raw))?.as_ref()),
        b'{' => map(at, raw, depth),
        b'[' => list(at, raw, depth),
        _ => free_number(at, raw),
    })
}

fn map(at: &At<'_>, raw: &str, depth: usize) -> Value {
    let Some(mut entries) = entries(raw) else {
        // The text has been seen to be JSON; only a key with half a surrogate pair is left.
        at.error(Code::NotJson, "not JSON: half of a surrogate pair in a key");
        return Value::Absent;
    };
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let mut map = Map::with_capacity(entries.len());
    let mut last: Option<&str> = None;
    for (key, value) in &entries {
        let here = at.key(key);
        if last == Some(key) {
            here.duplicate(Code::DuplicateKey, format!("the key `{key}` occurs twice"));
        } else if let Some(value) = any(&here, value, depth + 1) {
            map.push((Arc::from(key.as_ref()), value));
        }
        last = Some(key);
    }
    Value::Map(Arc::new(map))
}

fn list(at: &At<'_>, raw: &str, depth: usize) -> Value {
    let members = members(raw).unwrap_or_default();
    let values = members.into_iter().enumerate();
    Value::List(
        values.map(|(index, raw)| any(&at.index(index), raw, depth + 1).unwrap_or_default()).collect(),
    )
}
