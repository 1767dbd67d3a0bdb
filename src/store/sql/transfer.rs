//! All that a store keeps, taken over into another database.

use sha2::{Digest as _, Sha256};

use super::tx::{About, Backend, Lasting, Row, Stored, Tx, Value, params};
use crate::sync::stored::StoreError;

/// All tables, each behind those that it refers to, with what tells its rows apart.
const TABLES: [(&str, &str); 38] = [
    ("company_file", "id"),
    ("document", "company, object, id"),
    ("job", "id"),
    ("session", "id"),
    ("exchange", "id"),
    ("exchange_item", "company, exchange, position"),
    ("connection", "company, object, document"),
    ("record", "place"),
    ("traversal", "company, query"),
    ("ignored", "company, record_type, id"),
    ("finalized", "company, object, document"),
    ("person", "id"),
    ("invitation", "person"),
    ("sign_in", "token"),
    ("audit", "id"),
    ("audit_document", "audit, object, document"),
    ("agreed", "company, object, document"),
    ("settled", "company, object, document"),
    ("merged", "company, object, imported"),
    ("held", "company, object, document"),
    ("reconciled", "company, night"),
    ("flaw", "company, record_type, key"),
    ("trouble", "company, subject"),
    ("apart", "company, object, document"),
    ("unfinished", "company, query"),
    ("care", "company, cause, object, subject"),
    ("found", "company, session, record_type, record"),
    ("refused_sign_in", "company, address, is_limited"),
    ("alert_recipient", "id"),
    ("alert_cause", "company, kind, subject"),
    ("alert_told", "company, kind, subject, recipient"),
    ("alert_message", "id"),
    ("attempt", "counter"),
    ("acquaintance", "who"),
    ("shared_secret", "name"),
    ("pull", "company"),
    ("api_token", "public"),
    ("server", "id"),
];

/// As many rows go at a time.
const PORTION: usize = 500;

/// A table, and its columns in one order for both databases.
struct Table {
    name: &'static str,
    key: &'static str,
    columns: Vec<String>,
}

/// Takes everything over, as a whole or not at all, and compares it row by row before it counts. Gives how many rows
/// there are.
///
/// # Errors
/// [`StoreError::NotEmpty`], if something is kept there already; [`StoreError::NotTakenOver`], if what is kept is not
/// the same afterwards: somebody wrote meanwhile.
pub(in crate::store) fn take_over(from: &impl Backend, to: &impl Backend) -> Stored<usize> {
    to.write(About::People, Lasting::Now, |target| {
        let tables =
            TABLES.iter().map(|(name, key)| Table::of(to, target, name, key)).collect::<Stored<Vec<_>>>()?;
        for table in &tables {
            if target.exists(&format!("SELECT 1 FROM {} LIMIT 1", table.name), params![])? {
                return Err(StoreError::NotEmpty);
            }
        }
        from.read(|source| tables.iter().try_for_each(|table| table.copy(source, target)))?;
        to.settle_keys(target)?;
        from.read(|source| {
            let rows = tables.iter().map(|table| table.compare(source, target));
            Ok(rows.collect::<Stored<Vec<_>>>()?.into_iter().sum())
        })
    })
}

impl Table {
    fn of<B: Backend>(_: &B, tx: &dyn Tx, name: &'static str, key: &'static str) -> Stored<Self> {
        Ok(Self { name, key, columns: tx.rows(B::COLUMNS, params![name], |row| row.get(0))? })
    }

    fn copy(&self, source: &dyn Tx, target: &dyn Tx) -> Stored<()> {
        let places: Vec<String> = (1..=self.columns.len()).map(|place| format!("?{place}")).collect();
        let (name, columns, places) = (self.name, self.columns.join(", "), places.join(", "));
        let insert = format!("INSERT INTO {name} ({columns}) VALUES ({places})");
        let mut portion = Vec::with_capacity(PORTION);
        self.each(source, &mut |row| {
            portion.push(row);
            if portion.len() == PORTION { add(target, &insert, &mut portion) } else { Ok(()) }
        })?;
        add(target, &insert, &mut portion)
    }

    /// The rows in the order of their key.
    fn each(&self, tx: &dyn Tx, each: &mut dyn FnMut(Vec<Value<'static>>) -> Stored<()>) -> Stored<()> {
        let sql = format!("SELECT {} FROM {} ORDER BY {}", self.columns.join(", "), self.name, self.key);
        let values = |row: &dyn Row| -> Stored<Vec<_>> {
            (0..self.columns.len()).map(|column| row.value(column).map(Value::owned)).collect()
        };
        tx.each(&sql, params![], &mut |row| each(values(row)?))
    }

    /// How many rows there are, if they are the same.
    fn compare(&self, source: &dyn Tx, target: &dyn Tx) -> Stored<usize> {
        let [there, here] = [source, target].map(|tx| {
            let mut rows = Vec::new();
            self.each(tx, &mut |row| {
                rows.push(Sha256::digest(format!("{row:?}")));
                Ok(())
            })?;
            Ok::<_, StoreError>(rows)
        });
        let (there, here) = (there?, here?);
        if there == here { Ok(here.len()) } else { Err(StoreError::NotTakenOver(self.name)) }
    }
}

fn add(target: &dyn Tx, insert: &str, portion: &mut Vec<Vec<Value<'static>>>) -> Stored<()> {
    target.for_all(insert, portion.drain(..), |row, run| {
        run(&row.iter().map(|value| value as &dyn super::tx::ToValue).collect::<Vec<_>>())
    })?;
    Ok(())
}
