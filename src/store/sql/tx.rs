//! What the statements of this room need of a database: transactions, rows, values.

use std::borrow::Cow;

use crate::sync::stored::{CompanyId, StoreError};

/// What the store gives.
pub(in crate::store) type Stored<T> = Result<T, StoreError>;

/// A value in a column. Flags are 0 and 1, moments are milliseconds.
#[derive(Debug)]
pub(in crate::store) enum Value<'v> {
    /// Nothing.
    Null,
    /// A number.
    Integer(i64),
    /// A text.
    Text(Cow<'v, str>),
}

impl Value<'_> {
    /// The same for longer.
    pub(in crate::store) fn owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Integer(number) => Value::Integer(number),
            Value::Text(text) => Value::Text(text.into_owned().into()),
        }
    }
}

/// What can be written into a column.
pub(in crate::store) trait ToValue {
    /// As it is written.
    fn to_value(&self) -> Stored<Value<'_>>;
}

/// What can be read from a column.
pub(in crate::store) trait FromValue: Sized {
    /// As it was read.
    fn from_value(value: Value<'_>) -> Stored<Self>;
}

/// A row that was found.
pub(in crate::store) trait Row {
    /// The value in that column.
    fn value(&self, column: usize) -> Stored<Value<'_>>;
}

impl dyn Row + '_ {
    pub(super) fn get<T: FromValue>(&self, column: usize) -> Stored<T> {
        T::from_value(self.value(column)?)
    }
}

/// Hands on the sets of values of a statement, one by one.
pub(in crate::store) type Sets<'s> =
    dyn FnMut(&mut dyn FnMut(&[&dyn ToValue]) -> Stored<()>) -> Stored<()> + 's;

/// A transaction. The places of values in a statement are `?1`, `?2` ...
pub(in crate::store) trait Tx {
    /// Runs a statement; gives how many rows it made, changed or deleted.
    fn execute(&self, sql: &str, values: &[&dyn ToValue]) -> Stored<usize>;

    /// Runs a statement with each set of values, in their order; gives how many rows it made, changed or deleted in all.
    fn execute_all(&self, sql: &str, sets: &mut Sets<'_>) -> Stored<usize>;

    /// Hands on the rows that a statement gives, one by one. No other statement may be run meanwhile.
    fn each(
        &self,
        sql: &str,
        values: &[&dyn ToValue],
        each: &mut dyn FnMut(&dyn Row) -> Stored<()>,
    ) -> Stored<()>;
}

impl dyn Tx + '_ {
    /// Runs a statement for each of them; gives how many rows it made, changed or deleted in all.
    pub(super) fn for_all<T>(
        &self,
        sql: &str,
        all: impl IntoIterator<Item = T>,
        run: impl Fn(T, &mut dyn FnMut(&[&dyn ToValue]) -> Stored<()>) -> Stored<()>,
    ) -> Stored<usize> {
        let mut all = all.into_iter();
        self.execute_all(sql, &mut |with| all.try_for_each(|it| run(it, with)))
    }

    /// What is read from the rows that a statement gives.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        values: &[&dyn ToValue],
        mut read: impl FnMut(&dyn Row) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, values, &mut |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// What is read from the row that a statement gives, if it gives one.
    pub(super) fn row<T>(
        &self,
        sql: &str,
        values: &[&dyn ToValue],
        read: impl Fn(&dyn Row) -> Stored<T>,
    ) -> Stored<Option<T>> {
        let mut found = None;
        self.each(sql, values, &mut |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Whether a statement gives any row.
    pub(super) fn exists(&self, sql: &str, values: &[&dyn ToValue]) -> Stored<bool> {
        Ok(self.row(sql, values, |_| Ok(()))?.is_some())
    }

    /// Adds a row; gives its key, by which the statement must end: `RETURNING id`.
    pub(super) fn add<K: FromValue>(&self, sql: &str, values: &[&dyn ToValue]) -> Stored<K> {
        let key = self.row(sql, values, |row| row.get(0))?;
        key.ok_or_else(|| StoreError::Corrupt("a row that was added and has no key".to_owned()))
    }
}

/// The values of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$(&$value as &dyn $crate::store::sql::tx::ToValue),*] as &[_] };
}
pub(super) use params;

/// What a use-case writes. Whatever it writes, it does so alone, but for attempts: of two use-cases that write about the same, the
/// second one sees all that the first one did.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum About {
    /// What belongs to one company file.
    File(CompanyId),
    /// People, and which company files there are.
    People,
    /// What each statement changes by itself: nobody is kept waiting but for the same row.
    Attempts,
}

/// When what is written is on the disk, whatever happens to the power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Lasting {
    /// Before the use-case returns.
    Now,
    /// With the next one that is kept at once, or when the database sees to it.
    Soon,
}

/// A database.
pub(in crate::store) trait Backend: Send + Sync {
    /// What gives the names of the columns of the table `?1`.
    const COLUMNS: &str;

    /// Does one use-case that reads: all of it sees the same moment of the store.
    fn read<T>(&self, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T>;

    /// Does one use-case that writes: as a whole, or not at all.
    fn write<T>(&self, about: About, lasting: Lasting, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T>;

    /// Does one use-case that writes what belongs to a company file.
    fn change<T>(&self, company: CompanyId, work: impl FnOnce(&dyn Tx) -> Stored<T>) -> Stored<T> {
        self.write(About::File(company), Lasting::Now, work)
    }

    /// The newest version of the tables that is known here.
    fn known_version(&self) -> i64;

    /// What is wrong with the database itself.
    fn damage(&self) -> Stored<Vec<String>>;

    /// Sees to it that the keys of new rows are greater than those of the rows that were added with a key.
    fn settle_keys(&self, tx: &dyn Tx) -> Stored<()>;

    /// Writes a copy of everything into a new file.
    fn back_up(&self, path: &std::path::Path) -> Stored<()>;
}
