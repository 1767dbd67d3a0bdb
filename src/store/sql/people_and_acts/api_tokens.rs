//! Tokens of the HTTP API.

use std::collections::BTreeSet;

use super::audit;
use crate::people::{ApiToken, ApiTokenStore, NewAuditEntry, Scope};
use crate::store::sql::tx::{About, Backend, Lasting, Row, Stored, params};
use crate::store::sql::value::{Json, unknown_word};
use crate::sync::stored::{Moment, StoreError};

const COLUMNS: &str = "public, domain, name, scopes, made_at, expires_at, used_at";

impl<B: Backend> ApiTokenStore for B {
    fn add_api_token(&self, token: &ApiToken, hash: &str, entry: &NewAuditEntry) -> Stored<()> {
        self.write(About::People, Lasting::Now, |tx| {
            let sql = "SELECT 1 FROM api_token WHERE domain = ?1 AND lower(name) = lower(?2)";
            if tx.exists(sql, params![token.domain, token.name])? {
                return Err(StoreError::TokenTaken(token.name.clone()));
            }
            let ApiToken { public, domain, name, scopes, made_at, expires_at, .. } = token;
            let scopes: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
            let sql = "INSERT INTO api_token (public, domain, name, scopes, secret_hash, made_at, expires_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            tx.execute(sql, params![public, domain, name, Json(scopes), hash, made_at, expires_at])?;
            audit::note(tx, entry)
        })
    }

    fn api_tokens(&self, domain: Option<&str>) -> Stored<Vec<ApiToken>> {
        self.read(|tx| {
            let sql = format!(
                "SELECT {COLUMNS} FROM api_token WHERE domain = ?1 OR ?1 IS NULL ORDER BY domain, lower(name)"
            );
            tx.rows(&sql, params![domain], read)
        })
    }

    fn api_token(&self, public: &str) -> Stored<Option<(ApiToken, String)>> {
        self.read(|tx| {
            let sql = format!("SELECT {COLUMNS}, secret_hash FROM api_token WHERE public = ?1");
            tx.row(&sql, params![public], |row| Ok((read(row)?, row.get(7)?)))
        })
    }

    fn remove_api_token(&self, domain: &str, name: &str, entry: &NewAuditEntry) -> Stored<bool> {
        self.write(About::People, Lasting::Now, |tx| {
            let sql = "DELETE FROM api_token WHERE domain = ?1 AND lower(name) = lower(?2)";
            let is_there = tx.execute(sql, params![domain, name])? > 0;
            if is_there {
                audit::note(tx, entry)?;
            }
            Ok(is_there)
        })
    }

    fn note_api_token_used(&self, public: &str, now: Moment) -> Stored<()> {
        self.write(About::People, Lasting::Soon, |tx| {
            let sql = "UPDATE api_token SET used_at = ?2 WHERE public = ?1";
            tx.execute(sql, params![public, now]).map(drop)
        })
    }
}

fn read(row: &dyn Row) -> Stored<ApiToken> {
    let Json(names): Json<Vec<String>> = row.get(3)?;
    let scopes = names.iter().map(|name| Scope::named(name).ok_or_else(|| unknown_word(name)));
    Ok(ApiToken {
        public: row.get(0)?,
        domain: row.get(1)?,
        name: row.get(2)?,
        scopes: scopes.collect::<Stored<BTreeSet<_>>>()?,
        made_at: row.get(4)?,
        expires_at: row.get::<Option<Moment>>(5)?,
        used_at: row.get::<Option<Moment>>(6)?,
    })
}
