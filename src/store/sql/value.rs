//! How values of Rust are written into columns, and read from them.

use chrono::DateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::tx::{FromValue, Stored, ToValue, Value};
use crate::activity::FoundAs;
use crate::alerts::{AlertKind, RecipientId};
use crate::engine::Wish;
use crate::people::{AuditAction, PersonId, Role};
use crate::sync::stored::{
    CompanyId, ExchangeId, ExchangeKind, JobId, JobState, Moment, SessionId, StoreError,
};

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl ToValue for $integer {
            /// What no column can hold is more than there can be of anything: limits, counts.
            fn to_value(&self) -> Stored<Value<'_>> {
                Ok(Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX)))
            }
        }

        impl FromValue for $integer {
            fn from_value(value: Value<'_>) -> Stored<Self> {
                let number = integer(&value)?;
                number.try_into().map_err(|_| strange(format!("the number {number}, which is out of bounds")))
            }
        }
    )*};
}

integers!(i32, i64, u8, u32, usize);

macro_rules! keys {
    ($($key:ty),*) => {$(
        impl ToValue for $key {
            fn to_value(&self) -> Stored<Value<'_>> {
                Ok(Value::Integer(self.0))
            }
        }

        impl FromValue for $key {
            fn from_value(value: Value<'_>) -> Stored<Self> {
                integer(&value).map(Self)
            }
        }
    )*};
}

keys!(CompanyId, ExchangeId, JobId, PersonId, RecipientId, SessionId);

macro_rules! names {
    ($($named:ty),*) => {$(
        impl ToValue for $named {
            fn to_value(&self) -> Stored<Value<'_>> {
                self.name().to_value()
            }
        }

        impl FromValue for $named {
            fn from_value(value: Value<'_>) -> Stored<Self> {
                let name = text(&value)?;
                Self::named(name).ok_or_else(|| unknown_word(name))
            }
        }
    )*};
}

names!(AlertKind, AuditAction, ExchangeKind, FoundAs, JobState, Role);

impl ToValue for str {
    fn to_value(&self) -> Stored<Value<'_>> {
        Ok(Value::Text(self.into()))
    }
}

impl ToValue for String {
    fn to_value(&self) -> Stored<Value<'_>> {
        self.as_str().to_value()
    }
}

impl FromValue for String {
    fn from_value(value: Value<'_>) -> Stored<Self> {
        match value {
            Value::Text(text) => Ok(text.into_owned()),
            other => Err(other_kind(&other, "a text")),
        }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Stored<Value<'_>> {
        Ok(Value::Integer((*self).into()))
    }
}

impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Stored<Self> {
        integer(&value).map(|number| number != 0)
    }
}

/// What is finer than a millisecond is cut off.
impl ToValue for Moment {
    fn to_value(&self) -> Stored<Value<'_>> {
        Ok(Value::Integer(self.timestamp_millis()))
    }
}

impl FromValue for Moment {
    fn from_value(value: Value<'_>) -> Stored<Self> {
        let millis = integer(&value)?;
        DateTime::from_timestamp_millis(millis)
            .ok_or_else(|| strange(format!("the moment {millis}, which is not a time")))
    }
}

/// The moment as it will be read again.
pub(super) fn kept(moment: Moment) -> Moment {
    DateTime::from_timestamp_millis(moment.timestamp_millis()).unwrap_or(moment)
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Stored<Value<'_>> {
        Ok(match self {
            Value::Null => Value::Null,
            Value::Integer(number) => Value::Integer(*number),
            Value::Text(text) => Value::Text(text.as_ref().into()),
        })
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Stored<Value<'_>> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Stored<Value<'_>> {
        self.as_ref().map_or(Ok(Value::Null), T::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Stored<Self> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// What a person wants sent, as it is numbered in the database.
const WISHES: [Wish; 3] = [Wish::Nothing, Wish::Everything, Wish::Decided];

impl ToValue for Wish {
    fn to_value(&self) -> Stored<Value<'_>> {
        let number = WISHES.iter().position(|wish| wish == self).unwrap_or_default();
        Ok(Value::Integer(i64::try_from(number).unwrap_or_default()))
    }
}

impl FromValue for Wish {
    fn from_value(value: Value<'_>) -> Stored<Self> {
        let number = integer(&value)?;
        let wish = usize::try_from(number).ok().and_then(|number| WISHES.get(number));
        wish.copied().ok_or_else(|| strange(format!("the wish {number}, which is none")))
    }
}

/// A value that is written as JSON.
pub(super) struct Json<T>(pub T);

impl<T: Serialize> ToValue for Json<T> {
    fn to_value(&self) -> Stored<Value<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(|text| Value::Text(text.into())).map_err(|error| StoreError::Database(error.into()))
    }
}

impl<T: DeserializeOwned> FromValue for Json<T> {
    fn from_value(value: Value<'_>) -> Stored<Self> {
        let read = serde_json::from_str(text(&value)?);
        read.map(Self).map_err(|error| strange(format!("JSON that cannot be understood: {error}")))
    }
}

fn integer(value: &Value<'_>) -> Stored<i64> {
    match value {
        Value::Integer(number) => Ok(*number),
        other => Err(other_kind(other, "a number")),
    }
}

fn text<'v>(value: &'v Value<'_>) -> Stored<&'v str> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(other_kind(other, "a text")),
    }
}

fn other_kind(found: &Value<'_>, wanted: &str) -> StoreError {
    let found = match found {
        Value::Null => "nothing",
        Value::Integer(_) => "a number",
        Value::Text(_) => "a text",
    };
    strange(format!("{found} where {wanted} belongs"))
}

/// A word that stands for nothing.
pub(super) fn unknown_word(word: &str) -> StoreError {
    strange(format!("the unknown word `{word}`"))
}

fn strange(what: String) -> StoreError {
    StoreError::Corrupt(what)
}
