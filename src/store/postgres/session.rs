//! One connection to PostgreSQL. It is looked after by the thread that uses it, while it does.

use std::collections::HashMap;

use futures_util::future::try_join_all;
use futures_util::{TryStreamExt as _, pin_mut};
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::task::block_in_place;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, NoTls, Row, Statement};

use super::address::Address;
use super::failure::Failure;
use super::tls;
use crate::store::sql::tx::{Stored, Value};

/// Whoever waits for another one's lock gives up before a person does. One who dies while it has a lock loses it. What
/// is confirmed is on the disk, also where the server is told that it need not be.
const SETTINGS: &str = "SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '30s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// A connection, with the statements that it has compiled.
pub(super) struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
    /// Only taken out when it ends.
    runtime: Option<Runtime>,
}

impl Session {
    /// A new connection.
    pub(super) fn connect(address: &Address) -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::Unreachable(error.to_string()))?;
        let client = wait(&runtime, client(address))?;
        let session = Self { client, statements: HashMap::new(), runtime: Some(runtime) };
        session.batch(SETTINGS)?;
        Ok(session)
    }

    /// Runs statements that give nothing.
    pub(super) fn batch(&self, sql: &str) -> Result<(), Failure> {
        Ok(wait(self.runtime()?, self.client.batch_execute(sql))?)
    }

    /// Runs a statement; hands on its rows, and gives how many it made, changed or deleted.
    pub(super) fn run(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row) -> Stored<()>,
    ) -> Stored<u64> {
        let statement = self.prepared(sql)?;
        wait(self.runtime()?, async {
            let rows = self.client.query_raw(&statement, values).await.map_err(Failure::from)?;
            pin_mut!(rows);
            while let Some(row) = rows.try_next().await.map_err(Failure::from)? {
                each(&row)?;
            }
            Ok(rows.rows_affected().unwrap_or_default())
        })
    }

    /// Runs a statement with one set of values after the other, without waiting for an answer in between.
    pub(super) fn run_all(&mut self, sql: &str, all: &[Vec<Value<'_>>]) -> Result<u64, Failure> {
        let statement = self.prepared(sql)?;
        let answers = try_join_all(all.iter().map(|values| self.client.execute_raw(&statement, values)));
        Ok(wait(self.runtime()?, answers)?.into_iter().sum())
    }

    /// What a statement without values gives, as text.
    pub(super) fn ask(&mut self, sql: &str) -> Result<String, Failure> {
        let row = wait(self.runtime()?, self.client.query_one(sql, &[]))?;
        Ok(row.try_get(0)?)
    }

    /// Does something else with the connection.
    pub(super) fn with<T>(&mut self, work: impl AsyncFnOnce(&mut Client) -> T) -> Result<T, Failure> {
        let runtime = self.runtime.as_ref().ok_or(Failure::Entangled)?;
        Ok(wait(runtime, work(&mut self.client)))
    }

    /// PostgreSQL's places for values are `$1`, `$2` ...
    fn prepared(&mut self, sql: &str) -> Result<Statement, Failure> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = wait(self.runtime()?, self.client.prepare(&sql.replace('?', "$")))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn runtime(&self) -> Result<&Runtime, Failure> {
        self.runtime.as_ref().ok_or(Failure::Entangled)
    }
}

/// Wherever it ends, it waits for nothing.
impl Drop for Session {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Waits for it on this thread. Where the thread is one that drives the service's connections, others are driven by
/// another thread meanwhile.
fn wait<T>(runtime: &Runtime, work: impl Future<Output = T>) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(|| runtime.block_on(work)),
        _ => runtime.block_on(work),
    }
}

async fn client(address: &Address) -> Result<Client, Failure> {
    let failed = |error: tokio_postgres::Error| Failure::connecting(&error);
    if address.config.get_ssl_mode() == SslMode::Disable {
        let (client, connection) = address.config.connect(NoTls).await.map_err(failed)?;
        drop(tokio::spawn(connection));
        return Ok(client);
    }
    let tls = tls::connector(address.authorities.as_deref())?;
    let (client, connection) = address.config.connect(tls).await.map_err(failed)?;
    drop(tokio::spawn(connection));
    Ok(client)
}
