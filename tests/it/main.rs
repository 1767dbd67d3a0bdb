//! The integration tests, in one binary: each further one would link everything again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, also in the functions that tests share"
)]

mod catalogue_api;
mod catalogue_instances;
mod catalogue_lexical;
mod catalogue_mutants;
mod catalogue_proof;
mod catalogue_random;
mod catalogue_source;
mod catalogue_status;
mod catalogue_validate;
mod oracle;
