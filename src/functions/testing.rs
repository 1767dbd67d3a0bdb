//! Values for tests.

use std::str::FromStr as _;
use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::find;
use crate::document::{Reference, ShapeId, Structure, Value};
use crate::qbxml::{Record, RecordNode};

pub(super) fn text(text: &str) -> Value {
    Value::text(text)
}

pub(super) fn number(text: &str) -> Value {
    Value::Number(Decimal::from_str(text).unwrap())
}

pub(super) fn list(members: impl IntoIterator<Item = Value>) -> Value {
    Value::List(members.into_iter().collect())
}

pub(super) fn record(xml: &str) -> Value {
    Value::Record(RecordNode::new(Arc::new(Record::from_xml(xml).unwrap())))
}

/// An element of a record that holds text.
pub(super) fn leaf(text: &str) -> Value {
    record(&format!("<Leaf>{text}</Leaf>"))
}

/// Runs a function by its name.
pub(super) fn run(name: &str, args: &[Value]) -> Result<Value, String> {
    let args: Vec<&Value> = args.iter().collect();
    (find(name).unwrap().run)(&args)
}

/// What a function gives, as text; for an error its message.
pub(super) fn shown(name: &str, args: &[Value]) -> String {
    match run(name, args) {
        Ok(value) => super::to_text(&value).into_owned(),
        Err(message) => format!("error: {message}"),
    }
}

pub(super) fn any_number() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), any::<u32>(), 0u32..=28).prop_map(|(high, low, scale)| {
        Decimal::from_i128_with_scale((i128::from(high) << 32) + i128::from(low), scale)
    })
}

/// Any value at all, of every kind, up to three levels deep.
pub(super) fn any_value() -> impl Strategy<Value = Value> {
    let single = prop_oneof![
        Just(Value::Absent),
        any::<bool>().prop_map(Value::Bool),
        any_number().prop_map(Value::Number),
        "\\PC{0,12}".prop_map(Value::text),
        ".{0,40}".prop_map(Value::text),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.+-]{0,12})?".prop_map(Value::text),
        "[-*_#a-z0-9 \\n,:/!;()\\[\\]]{0,60}".prop_map(Value::text),
        "[a-z0-9.]{0,8}".prop_map(|text| leaf(&text)),
        "[a-z]{1,8}".prop_map(|name| record(&format!(
            "<ItemServiceRet><FullName>{name}</FullName></ItemServiceRet>"
        ))),
        "[a-z]{0,8}".prop_map(|name| {
            Value::Reference(Arc::new(Reference { id: None, full_name: Some(name.into()) }))
        }),
    ];
    single.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(list),
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|slots| Value::Structure(Structure { shape: ShapeId(0), slots: slots.into() })),
            prop::collection::vec(("[a-z]{1,4}", inner), 0..4).prop_map(|entries| {
                Value::Map(Arc::new(entries.into_iter().map(|(key, value)| (key.into(), value)).collect()))
            }),
        ]
    })
}
