//! Changes to documents: what Steelhead might send, and what it never would.

use proptest::prelude::*;
use serde_json::{Value, json};

/// A document of the shop, changed in some places.
pub fn edited() -> impl Strategy<Value = Value> {
    let count = crate::engine_shop::SHOP.documents.len();
    (0..count, prop::collection::vec((any::<prop::sample::Index>(), strange()), 0..4)).prop_map(
        |(document, edits)| {
            let mut document = crate::engine_shop::SHOP.documents[document].clone();
            for (place, value) in edits {
                let mut places = places(&document, "");
                let place = places.swap_remove(place.index(places.len()));
                set(&mut document, &place, value);
            }
            document
        },
    )
}

/// A value to stand in the place of another; nothing drops that member.
fn strange() -> impl Strategy<Value = Option<Value>> {
    let known = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(0.000_001),
        json!("6.3933979999999995"),
        json!("79228162514264337593543950335"),
        json!(""),
        json!(" \n "),
        json!("Ünïcödé “quotes” & <tags> – €"),
        json!("北京 😀"),
        json!("a bell \u{7}"),
        json!("a:b"),
        json!("2026-02-29"),
        json!("x".repeat(5000)),
        json!("**bold** [link](http://x.test) <b>html</b>\n\n# head"),
        json!([]),
        json!([null]),
        json!({}),
        json!([{ "id": 1 }]),
        json!({ "id": 1, "name": "a name of more than thirty-one characters" }),
    ];
    prop_oneof![
        3 => Just(None),
        6 => prop::sample::select(known.to_vec()).prop_map(Some),
        2 => any::<String>().prop_map(|text| Some(json!(text))),
        2 => any::<i32>().prop_map(|cents| Some(json!(format!("{}.{:02}", cents / 100, (cents % 100).abs())))),
    ]
}

/// The places of all values below a value, as JSON pointers.
fn places(value: &Value, way: &str) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(key, value)| (format!("{way}/{key}"), value)).collect()
        }
        Value::Array(members) => {
            members.iter().enumerate().map(|(index, value)| (format!("{way}/{index}"), value)).collect()
        }
        _ => Vec::new(),
    };
    let deeper = inner.iter().flat_map(|(way, value)| places(value, way));
    let mut all: Vec<String> = deeper.collect();
    all.extend(inner.into_iter().map(|(way, _)| way));
    if all.is_empty() && way.is_empty() { vec![String::new()] } else { all }
}

fn set(document: &mut Value, place: &str, value: Option<Value>) {
    let (parent, last) = place.rsplit_once('/').unwrap_or(("", ""));
    match (document.pointer_mut(parent), value) {
        (Some(Value::Object(members)), None) => _ = members.remove(last),
        (Some(Value::Array(members)), None) => _ = members.remove(last.parse().unwrap()),
        (_, Some(value)) => {
            if let Some(old) = document.pointer_mut(place) {
                *old = value;
            }
        }
        _ => {}
    }
}

/// A document as text: its keys in an order that `seed` says, and, if `foreign`, with fields in
/// between that no shape has.
pub fn written(value: &Value, seed: u64, foreign: bool) -> String {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort_by_key(|key| scrambled(key, seed));
            let mut parts: Vec<String> = Vec::new();
            for key in keys {
                if foreign {
                    parts.push(format!(r#""no{key}" : [{{"a{seed}":"\u00e9"}}, -1.5e3, null]"#));
                }
                // What a customer keeps for itself is read as it is, so nothing in it is foreign.
                let foreign = foreign && key != "customInputs";
                parts.push(format!("{}:{}", json!(key), written(&members[key], seed, foreign)));
            }
            format!("{{{}}}", parts.join(" ,\n"))
        }
        Value::Array(members) => {
            let parts: Vec<String> = members.iter().map(|member| written(member, seed, foreign)).collect();
            format!("[{}]", parts.join(", "))
        }
        single => single.to_string(),
    }
}

fn scrambled(key: &str, seed: u64) -> u64 {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    key.bytes().fold(seed, step)
}

/// Bytes with some of them replaced by others.
pub fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "", "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "-", "e9", "\u{1}", "\\ud800"
        ])
        .prop_map(|piece: &str| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..3),
    ];
    let splice = (any::<prop::sample::Index>(), 0_usize..20, piece);
    (edited(), prop::collection::vec(splice, 1..4)).prop_map(|(document, splices)| {
        let mut bytes = document.to_string().into_bytes();
        for (at, length, piece) in splices {
            let start = at.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, piece);
        }
        bytes
    })
}

/// The document as often as it has values in it, each time without another one of them.
pub fn each_without_one(document: &Value) -> impl Iterator<Item = String> {
    places(document, "").into_iter().map(|place| {
        let mut document = document.clone();
        set(&mut document, &place, None);
        document.to_string()
    })
}
