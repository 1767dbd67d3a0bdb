//! One text for all ways of writing the same JSON.

use std::borrow::Cow;
use std::str::FromStr as _;

use rust_decimal::Decimal;

use super::json::{entries, members};

/// The JSON without layout: keys sorted, members that are `null` left out (they mean the same as
/// absent ones), numbers without zeros at their end, text with no more escapes than it needs. What is
/// not JSON stays as it is, and so does a number that no decimal can hold.
///
/// ```
/// # use ferrule::document::canonical;
/// let written = "{ \"rate\": 1.250, \"id\": 7,\n \"notes\": null, \"name\": \"\\u0041\" }";
/// assert_eq!(canonical(written), r#"{"id":7,"name":"A","rate":1.25}"#);
/// ```
pub fn canonical(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    write(json.trim_ascii(), &mut out);
    out
}

fn write(json: &str, out: &mut String) {
    match json.as_bytes().first() {
        Some(b'{') => object(json, out),
        Some(b'[') => list(json, out),
        Some(b'"') => text(json, out),
        Some(b'-' | b'0'..=b'9') => out.push_str(&number(json)),
        _ => out.push_str(json),
    }
}

fn object(json: &str, out: &mut String) {
    let Some(mut entries) = entries(json) else {
        return out.push_str(json);
    };
    // Stable: of a key that comes twice, the order counts.
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    out.push('{');
    let there = entries.iter().filter(|(_, value)| value.trim_ascii() != "null");
    for (index, (key, value)) in there.enumerate() {
        if index > 0 {
            out.push(',');
        }
        quoted(key, out);
        out.push(':');
        write(value.trim_ascii(), out);
    }
    out.push('}');
}

fn list(json: &str, out: &mut String) {
    let Some(members) = members(json) else {
        return out.push_str(json);
    };
    out.push('[');
    for (index, member) in members.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(member.trim_ascii(), out);
    }
    out.push(']');
}

fn text(json: &str, out: &mut String) {
    match serde_json::from_str::<Cow<'_, str>>(json) {
        Ok(text) => quoted(&text, out),
        Err(_) => out.push_str(json),
    }
}

fn quoted(text: &str, out: &mut String) {
    match serde_json::to_string(text) {
        Ok(quoted) => out.push_str(&quoted),
        Err(_) => out.push_str(text),
    }
}

/// Exponents stay: `1e3` and `1000` are taken for two versions, which costs a needless comparison.
fn number(json: &str) -> Cow<'_, str> {
    let is_exact = json.len() <= 28 && !json.contains(['e', 'E']);
    match Decimal::from_str(json).ok().filter(|_| is_exact) {
        Some(number) => Cow::Owned(number.normalize().to_string()),
        None => Cow::Borrowed(json),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_differs_stays_different() {
        let different = [
            "1",
            "1.1",
            "\"1\"",
            "[1]",
            "[null]",
            "{\"a\":1}",
            "{\"a\":[1]}",
            "{\"b\":1}",
            "12345678901234567890.123456789012345",
            "12345678901234567890.123456789012346",
        ];
        let all: std::collections::BTreeSet<String> = different.iter().map(|it| canonical(it)).collect();
        assert_eq!(all.len(), different.len());
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn layout_does_not_matter(id in any::<i64>(), name in ".*", rate in -1_000_000_i64..1_000_000) {
            let quoted = serde_json::to_string(&name).unwrap();
            let rate = Decimal::new(rate, 3);
            let one = format!("{{\"id\":{id},\"name\":{quoted},\"rates\":[{rate}]}}");
            let other = format!("{{\n  \"rates\": [ {} ],\n \"x\": null, \"name\" : {quoted} , \"id\": {id}\n}}", rate.normalize());
            prop_assert_eq!(canonical(&one), canonical(&other));
            prop_assert_eq!(canonical(&canonical(&one)), canonical(&one));
        }
    }
}
