//! What is kept, in a database that understands SQL.
//!
//! Each method of the store's traits is one transaction; its SQL stands with the noun it is about. Every
//! [`Backend`](tx::Backend) runs the same statements: they say nothing that only one database understands. Flags are 0
//! and 1, moments are milliseconds since 1970, what has no column of its own is JSON.

mod agreed;
mod backend;
mod commits;
mod company_files;
mod connections;
mod decided;
mod documents;
mod exchanges;
mod flaws;
mod found;
mod health;
mod history;
mod imports;
mod jobs;
mod merged;
mod past;
mod people_and_acts;
mod pulls;
mod records;
mod refused;
mod servers;
mod sessions;
mod tallies;
pub(super) mod transfer;
pub(super) mod tx;
mod value;
