//! What is kept, in one SQLite file: one file for any number of company files.

mod backup;
mod damage;
mod database;
mod durable;
mod failure;
mod open;
#[cfg(test)]
mod plans;
mod transaction;

pub use database::SqliteStore;
pub use open::tables;
