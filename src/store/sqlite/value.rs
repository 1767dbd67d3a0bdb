//! How values of Rust are written into columns, and read from them.

use chrono::DateTime;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::alerts::{AlertKind, RecipientId};
use crate::engine::Wish;
use crate::people::{AuditAction, PersonId, Role};
use crate::sync::stored::{CompanyId, ExchangeId, ExchangeKind, JobId, JobState, Moment, SessionId};

macro_rules! keys {
    ($($key:ty),*) => {$(
        impl ToSql for $key {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for $key {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    )*};
}

keys!(CompanyId, ExchangeId, JobId, PersonId, RecipientId, SessionId);

macro_rules! names {
    ($($named:ty),*) => {$(
        impl ToSql for $named {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.name().to_sql()
            }
        }

        impl FromSql for $named {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let name = value.as_str()?;
                Self::named(name).ok_or_else(|| unknown(name))
            }
        }
    )*};
}

names!(AlertKind, AuditAction, ExchangeKind, JobState, Role);

/// What a person wants sent, as it is numbered in the database.
const WISHES: [Wish; 3] = [Wish::Nothing, Wish::Everything, Wish::Decided];

impl ToSql for Wish {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let number = WISHES.iter().position(|wish| wish == self).unwrap_or_default();
        Ok(i64::try_from(number).unwrap_or_default().into())
    }
}

impl FromSql for Wish {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        let wish = usize::try_from(number).ok().and_then(|number| WISHES.get(number));
        wish.copied().ok_or_else(|| strange(format!("the wish {number}, which is none")))
    }
}

/// A moment, as milliseconds since 1970. What is finer is cut off.
#[derive(Clone, Copy)]
pub(super) struct Millis(pub Moment);

impl Millis {
    /// The moment as it will be read again.
    pub(super) fn kept(moment: Moment) -> Moment {
        DateTime::from_timestamp_millis(moment.timestamp_millis()).unwrap_or(moment)
    }
}

impl ToSql for Millis {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.timestamp_millis().into())
    }
}

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let millis = value.as_i64()?;
        let moment = DateTime::from_timestamp_millis(millis);
        moment.map(Self).ok_or_else(|| strange(format!("the moment {millis}, which is not a time")))
    }
}

/// A value that is written as JSON.
pub(super) struct Json<T>(pub T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(Into::into).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let read = serde_json::from_str(value.as_str()?);
        read.map(Self).map_err(|error| strange(format!("JSON that cannot be understood: {error}")))
    }
}

/// Something stored that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Strange(String);

/// A word that stands for nothing, in that column.
pub(super) fn unknown_word(column: usize, word: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(unknown(word)))
}

fn unknown(word: &str) -> FromSqlError {
    strange(format!("the unknown word `{word}`"))
}

fn strange(what: String) -> FromSqlError {
    FromSqlError::Other(Box::new(Strange(what)))
}
