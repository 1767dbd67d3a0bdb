//! What PostgreSQL's errors mean, in words. Values of columns are never in them, nor is the password.

use std::error::Error;
use std::path::PathBuf;

use crate::sync::stored::StoreError;

/// Why PostgreSQL did not do something.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(
        "this is not the address of a PostgreSQL database; it looks like `postgres://USER@HOST:5432/DATABASE`, where signs such as `@`, `/` and `?` in a name or password are written as `%40`, `%2F` and `%3F`"
    )]
    Address,
    #[error(
        "`sslmode` is `verify-full`, for a connection that is encrypted to a server that is the right one, or `disable`"
    )]
    Mode,
    #[error("the certificates in `{}` cannot be read: {_1}", .0.display())]
    Authorities(PathBuf, String),
    #[error("encrypted connections cannot be made: {0}")]
    Tls(String),
    #[error("PostgreSQL cannot be reached: {0}")]
    Unreachable(String),
    #[error(
        "the database is encoded in {0}; `createdb --encoding=UTF8 --template=template0` makes one that can be used"
    )]
    Encoding(String),
    #[error("PostgreSQL says: {0}")]
    Said(String),
    #[error("the connection to PostgreSQL was lost: {0}")]
    Lost(String),
    #[error("all {0} connections to PostgreSQL are in use")]
    Busy(usize),
    #[error(
        "a PostgreSQL database is copied with PostgreSQL's own `pg_dump`, as in `pg_dump --format=custom --file=COPY DATABASE`"
    )]
    NoCopy,
    #[error("PostgreSQL gave a value of the type {0}, which is not known here")]
    Type(String),
    #[error("one statement began while another one gave rows")]
    Entangled,
    #[error("{0}")]
    Migration(String),
}

impl Failure {
    /// Why no connection was made.
    pub(super) fn connecting(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) => Self::Said(said.message().to_owned()),
            None => Self::Unreachable(cause(error)),
        }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) if !is_farewell(said.code().code()) => Self::Said(said.message().to_owned()),
            _ => Self::Lost(cause(&error)),
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::Database(Box::new(failure))
    }
}

/// What a server says that ends a connection: it is stopped or starts, or is no longer the one that writes.
fn is_farewell(code: &str) -> bool {
    code.starts_with("57P") || code == "25006"
}

/// What lies at the bottom of an error.
fn cause(error: &tokio_postgres::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(deeper) = last.source() {
        last = deeper;
    }
    last.to_string()
}
