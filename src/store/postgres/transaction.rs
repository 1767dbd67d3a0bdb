//! Transactions in PostgreSQL. Statements stay compiled.

use std::borrow::Cow;
use std::cell::{RefCell, RefMut};
use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::failure::Failure;
use super::pool::Lent;
use crate::store::sql::tx::{Row, Sets, Stored, ToValue, Tx, Value};

/// PostgreSQL has no text with the character NUL, which QuickBooks may send: it is written as this character, which no
/// text has, and a letter; and so is this character itself.
const ESCAPE: char = '\u{FDD0}';

/// A transaction that has begun.
pub(super) struct Transaction<'p>(pub RefCell<Lent<'p>>);

impl<'p> Transaction<'p> {
    fn lent(&self) -> Result<RefMut<'_, Lent<'p>>, Failure> {
        self.0.try_borrow_mut().map_err(|_| Failure::Entangled)
    }
}

impl Tx for Transaction<'_> {
    fn execute(&self, sql: &str, values: &[&dyn ToValue]) -> Stored<usize> {
        let changed = self.lent()?.session_mut()?.run(sql, &written(values)?, &mut |_| Ok(()))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn execute_all(&self, sql: &str, sets: &mut Sets<'_>) -> Stored<usize> {
        let mut all = Vec::new();
        sets(&mut |values| {
            all.push(written(values)?.into_iter().map(Value::owned).collect());
            Ok(())
        })?;
        let changed = self.lent()?.session_mut()?.run_all(sql, &all)?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn each(
        &self,
        sql: &str,
        values: &[&dyn ToValue],
        each: &mut dyn FnMut(&dyn Row) -> Stored<()>,
    ) -> Stored<()> {
        self.lent()?.session_mut()?.run(sql, &written(values)?, &mut |row| each(row))?;
        Ok(())
    }
}

fn written<'v>(values: &'v [&dyn ToValue]) -> Stored<Vec<Value<'v>>> {
    values.iter().copied().map(ToValue::to_value).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Value::Integer(number) => number.to_sql(&Type::INT8, out),
            Value::Text(text) => escaped(text).as_ref().to_sql(&Type::TEXT, out),
        }
    }

    /// A flag or a number goes into any column of numbers, which are all of eight bytes. What is compared with a number in
    /// the statement itself has four.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Row for tokio_postgres::Row {
    fn value(&self, column: usize) -> Stored<Value<'_>> {
        let kind = self.columns()[column].type_();
        let value = match *kind {
            Type::INT8 => got::<i64>(self, column)?.map(Value::Integer),
            Type::INT4 => got::<i32>(self, column)?.map(|number| Value::Integer(number.into())),
            Type::BOOL => got::<bool>(self, column)?.map(|flag| Value::Integer(flag.into())),
            Type::TEXT => got::<&str>(self, column)?.map(|text| Value::Text(unescaped(text))),
            _ => return Err(Failure::Type(kind.name().to_owned()).into()),
        };
        Ok(value.unwrap_or(Value::Null))
    }
}

fn got<'r, T: FromSql<'r>>(row: &'r tokio_postgres::Row, column: usize) -> Result<Option<T>, Failure> {
    Ok(row.try_get(column)?)
}

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return text.into();
    }
    text.replace(ESCAPE, "\u{FDD0}e").replace('\0', "\u{FDD0}0").into()
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(ESCAPE) {
        return text.into();
    }
    text.replace("\u{FDD0}0", "\0").replace("\u{FDD0}e", "\u{FDD0}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in ["", "plain", "a\0b", "\u{FDD0}", "\u{FDD0}0", "\u{FDD0}e\0", "\0\u{FDD0}\u{FDD0}0e"] {
            let written = escaped(text);
            assert!(!written.contains('\0'));
            assert_eq!(unescaped(&written), text);
        }
    }
}
