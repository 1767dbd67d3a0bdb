//! What values are made of: fields of structures, elements of records, members of lists. What is not there
//! is absent.

use std::borrow::Cow;
use std::iter;
use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::catalogue::DataType;
use crate::document::{ShapeId, Shapes, Structure, Value};

/// The field of a value; of every member of a list.
pub fn field<'v>(
    of: Cow<'v, Value>,
    name: &str,
    slots: &[(ShapeId, usize)],
    shapes: &Shapes,
) -> Cow<'v, Value> {
    match of {
        Cow::Borrowed(Value::Structure(structure)) => {
            slot(structure, name, slots, shapes).map_or(Cow::Owned(Value::Absent), Cow::Borrowed)
        }
        other => Cow::Owned(owned_field(other.as_ref(), name, slots, shapes)),
    }
}

fn owned_field(of: &Value, name: &str, slots: &[(ShapeId, usize)], shapes: &Shapes) -> Value {
    match of {
        Value::Structure(structure) => slot(structure, name, slots, shapes).cloned().unwrap_or_default(),
        Value::List(members) => flattened(members, name, slots, shapes),
        Value::Map(map) => map
            .iter()
            .find(|(key, _)| key.as_ref() == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default(),
        Value::Record(_) => element(of, name, None),
        _ => Value::Absent,
    }
}

/// A field of a structure that has one in it. The checker knows its slot in the shapes that it expects;
/// where it could expect nothing, the shape itself is asked by name.
pub fn slot<'s>(
    structure: &'s Structure,
    name: &str,
    slots: &[(ShapeId, usize)],
    shapes: &Shapes,
) -> Option<&'s Value> {
    let known = slots.iter().find(|(shape, _)| *shape == structure.shape).map(|(_, slot)| *slot);
    let slot = known.or_else(|| slot_by_name(structure, name, shapes))?;
    structure.slots.get(slot)
}

/// Kept apart from [`slot`], which is asked for every field of every expression and needs nothing of this.
#[cold]
#[inline(never)]
fn slot_by_name(structure: &Structure, name: &str, shapes: &Shapes) -> Option<usize> {
    shapes.get(structure.shape).slot(name)
}

fn flattened(members: &[Value], name: &str, slots: &[(ShapeId, usize)], shapes: &Shapes) -> Value {
    let of = |member| field(Cow::Borrowed(member), name, slots, shapes);
    // Counted first, so that the list is made once.
    let count = |value: Cow<'_, Value>| match value.as_ref() {
        Value::Absent => 0,
        Value::List(inner) => inner.len(),
        _ => 1,
    };
    let mut list: Arc<[Value]> =
        iter::repeat_n(Value::Absent, members.iter().map(|member| count(of(member))).sum()).collect();
    // Nobody else has it yet.
    let mut places = Arc::get_mut(&mut list).into_iter().flatten();
    for member in members {
        let value = of(member);
        match value.as_ref() {
            Value::Absent => {}
            Value::List(inner) => {
                inner.iter().zip(&mut places).for_each(|(value, place)| *place = value.clone());
            }
            _ => places.by_ref().take(1).for_each(|place| *place = value.as_ref().clone()),
        }
    }
    Value::List(list)
}

/// The field of each member of a list, with nothing where a member has none. An element of a record that may come
/// several times is alone where it comes once.
pub fn project(of: &Value, name: &str, slots: &[(ShapeId, usize)], shapes: &Shapes) -> Value {
    match of {
        Value::List(members) => {
            Value::List(members.iter().map(|member| owned_field(member, name, slots, shapes)).collect())
        }
        Value::Record(_) => Value::List([owned_field(of, name, slots, shapes)].into()),
        _ => Value::List(Arc::default()),
    }
}

/// An element of a record as its type says; several of one name as a list.
pub fn element(of: &Value, name: &str, data_type: Option<DataType>) -> Value {
    match of {
        Value::Record(node) => {
            let mut found = node.children_named(name).map(|child| typed(Value::Record(child), data_type));
            match (found.next(), found.next()) {
                (None, _) => Value::Absent,
                (Some(one), None) => one,
                (Some(first), Some(second)) => {
                    Value::List([first, second].into_iter().chain(found).collect())
                }
            }
        }
        Value::List(members) => {
            let found = members.iter().map(|member| element(member, name, data_type));
            Value::List(found.filter(|value| !value.is_absent()).collect())
        }
        _ => Value::Absent,
    }
}

pub fn typed(value: Value, data_type: Option<DataType>) -> Value {
    let Some(data_type) = data_type else { return value };
    let Some(text) = value.as_text() else {
        return Value::Absent;
    };
    match data_type {
        DataType::Bool => Value::Bool(matches!(text, "true" | "1")),
        DataType::Amount
        | DataType::Price
        | DataType::Quantity
        | DataType::Percent
        | DataType::Float
        | DataType::Integer => text.parse::<Decimal>().map_or(Value::Absent, Value::Number),
        _ => Value::text(text),
    }
}

/// A member of a list by its number, from zero; a negative one counts from the end.
pub fn member(of: &Value, index: &Value) -> Value {
    let (Value::List(members), Value::Number(index)) = (of, index) else {
        return Value::Absent;
    };
    let Some(index) = index.to_i64() else {
        return Value::Absent;
    };
    let from_start = if index < 0 { i64::try_from(members.len()).unwrap_or(i64::MAX) + index } else { index };
    usize::try_from(from_start).ok().and_then(|index| members.get(index)).cloned().unwrap_or_default()
}
