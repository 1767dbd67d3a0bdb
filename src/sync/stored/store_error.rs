//! Why the store did not do something.

use super::{CompanyId, DocumentKey};

/// Why the store did not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another company file has this name, or its Web Connector this user name.
    #[error("a company file with the {what} `{value}` already exists")]
    Taken {
        /// What is taken.
        what: &'static str,
        /// What it is.
        value: String,
    },
    /// Somebody who uses the pages has this name.
    #[error("a person called `{0}` already exists")]
    PersonTaken(String),
    /// A token of the domain has this name.
    #[error("a token called `{0}` already exists")]
    TokenTaken(String),
    /// The session has ended: another one began, or it was closed.
    #[error("the session has ended")]
    SessionEnded,
    /// There is no such company file.
    #[error("there is no company file {}", .0.0)]
    NoCompanyFile(CompanyId),
    /// A step of a session would send a document that a person has settled or taken out of the queue meanwhile.
    #[error(
        "a person has settled {0} by hand or taken it out of the queue by now, and nothing is sent for it"
    )]
    SettledMeanwhile(DocumentKey),
    /// A step of a session is about something that is not there.
    #[error("there is no {what} {key}")]
    Missing {
        /// What it should be.
        what: &'static str,
        /// The key that is not there.
        key: String,
    },
    /// What is stored cannot be understood.
    #[error("the store holds {0}")]
    Corrupt(String),
    /// The database was written by a newer version.
    #[error(
        "a newer version of Ferrule wrote the database: it has the tables of version {found}, and this Ferrule knows those up to version {known}; run the newer Ferrule, or restore a backup"
    )]
    Newer {
        /// The version of its tables.
        found: i64,
        /// The newest version that is known here.
        known: i64,
    },
    /// What is kept elsewhere cannot be taken over here.
    #[error("something is kept there already; it takes an empty database")]
    NotEmpty,
    /// What was taken over is not the same, in a table.
    #[error(
        "what is kept changed meanwhile (`{0}`); nothing was taken over: stop `ferrule serve` and try again"
    )]
    NotTakenOver(&'static str),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}
