//! Transactions on a SQLite file. Statements stay compiled.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Transaction};

use crate::store::sql::tx::{Row, Sets, Stored, ToValue, Tx, Value};
use crate::sync::stored::StoreError;

impl Tx for Transaction<'_> {
    fn execute(&self, sql: &str, values: &[&dyn ToValue]) -> Stored<usize> {
        Ok(bound(self, sql, values)?.raw_execute()?)
    }

    fn execute_all(&self, sql: &str, sets: &mut Sets<'_>) -> Stored<usize> {
        let mut statement = self.prepare_cached(sql)?;
        let mut changed = 0;
        sets(&mut |values| {
            bind(&mut statement, values)?;
            changed += statement.raw_execute()?;
            Ok(())
        })?;
        Ok(changed)
    }

    fn each(
        &self,
        sql: &str,
        values: &[&dyn ToValue],
        each: &mut dyn FnMut(&dyn Row) -> Stored<()>,
    ) -> Stored<()> {
        let mut statement = bound(self, sql, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        Ok(())
    }
}

fn bound<'t>(tx: &'t Transaction<'_>, sql: &str, values: &[&dyn ToValue]) -> Stored<CachedStatement<'t>> {
    let mut statement = tx.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    Ok(statement)
}

fn bind(statement: &mut CachedStatement<'_>, values: &[&dyn ToValue]) -> Stored<()> {
    for (value, place) in values.iter().zip(1..) {
        statement.raw_bind_parameter(place, value.to_value()?)?;
    }
    Ok(())
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

impl Row for rusqlite::Row<'_> {
    fn value(&self, column: usize) -> Stored<Value<'_>> {
        match self.get_ref(column)? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(number) => Ok(Value::Integer(number)),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Ok(Value::Text(text.into())),
                Err(_) => Err(StoreError::Corrupt("a text that is no text".to_owned())),
            },
            other => Err(StoreError::Corrupt(format!("a value of the type {}", other.data_type()))),
        }
    }
}
