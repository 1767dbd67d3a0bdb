//! Which servers run over the database.

use super::tx::{About, Backend, Lasting, Row, Stored, params};
use super::value::Json;
use crate::sync::stored::{Moment, Server, ServerRules, ServerStore};

const COLUMNS: &str = "id, name, version, seen_at, mark";

impl<B: Backend> ServerStore for B {
    fn note_server(&self, server: &Server, rules: &ServerRules, gone: Moment) -> Stored<()> {
        // Each server writes its own row: nobody has to wait for anybody.
        self.write(About::Attempts, Lasting::Soon, |tx| {
            let Server { id, name, version, seen_at, mark } = server;
            let sql = "DELETE FROM server WHERE (name = ?1 AND id <> ?2) OR seen_at < ?3";
            tx.execute(sql, params![name, id, gone])?;
            // The rules of many domains are long, and mostly they are there already.
            let sql = "UPDATE server SET seen_at = ?2 WHERE id = ?1 AND mark = ?3";
            if tx.execute(sql, params![id, seen_at, mark])? > 0 {
                return Ok(());
            }
            let sql =
                "INSERT INTO server (id, name, version, seen_at, mark, rules) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                       ON CONFLICT (id) DO UPDATE
                       SET seen_at = excluded.seen_at, mark = excluded.mark, rules = excluded.rules";
            tx.execute(sql, params![id, name, version, seen_at, mark, Json(rules)]).map(drop)
        })
    }

    fn forget_server(&self, id: &str) -> Stored<()> {
        self.write(About::Attempts, Lasting::Soon, |tx| {
            tx.execute("DELETE FROM server WHERE id = ?1", params![id]).map(drop)
        })
    }

    fn servers(&self, since: Moment) -> Stored<Vec<Server>> {
        self.read(|tx| {
            let sql = format!("SELECT {COLUMNS} FROM server WHERE seen_at >= ?1 ORDER BY name, id");
            tx.rows(&sql, params![since], read)
        })
    }

    fn servers_with_rules(&self, since: Moment) -> Stored<Vec<(Server, ServerRules)>> {
        self.read(|tx| {
            let sql = format!("SELECT {COLUMNS}, rules FROM server WHERE seen_at >= ?1 ORDER BY name, id");
            tx.rows(&sql, params![since], |row| {
                let Json(rules) = row.get(5)?;
                Ok((read(row)?, rules))
            })
        })
    }
}

fn read(row: &dyn Row) -> Stored<Server> {
    Ok(Server {
        id: row.get(0)?,
        name: row.get(1)?,
        version: row.get(2)?,
        seen_at: row.get(3)?,
        mark: row.get(4)?,
    })
}
