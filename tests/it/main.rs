//! The integration tests, in one binary: each further one would link everything again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod catalogue_api;
mod catalogue_instances;
mod catalogue_lexical;
mod catalogue_mutants;
mod catalogue_proof;
mod catalogue_random;
mod catalogue_source;
mod documents;
mod documents_files;
mod documents_properties;
mod documents_shapes;
mod documents_wrong;
mod handbook;
mod ignorance;
mod oracle;
mod simulator_every;
mod simulator_requests;
