//! What is kept, in a PostgreSQL database, which any number of servers may share. `docs/postgresql.md` says why that
//! is safe.

mod address;
mod database;
mod failure;
mod migrations;
mod password;
mod pool;
mod session;
mod tls;
mod transaction;

pub use address::shown;
pub use database::{PostgresStore, tables};
