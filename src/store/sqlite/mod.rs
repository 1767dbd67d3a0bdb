//! What is kept, in one SQLite file.
//!
//! [`SqliteStore`] is the [`Store`](crate::sync::stored::Store) of [`sync`](crate::sync): one file for
//! any number of company files. Each method of the trait is one transaction; its SQL stands with the
//! noun it is about.

mod agreed;
mod backend;
mod backup;
mod commits;
mod company_files;
mod connections;
mod database;
mod decided;
mod documents;
mod durable;
mod exchanges;
mod failure;
mod flaws;
mod found;
mod health;
mod imports;
mod jobs;
mod merged;
mod open;
mod past;
mod people_and_acts;
#[cfg(test)]
mod plans;
mod records;
mod refused;
mod sessions;
mod value;

pub use database::SqliteStore;
