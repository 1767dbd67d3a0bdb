//! The integration tests, in one binary: each further one would link everything again.

mod catalogue_api;
mod catalogue_instances;
mod catalogue_lexical;
mod catalogue_mutants;
mod catalogue_proof;
mod catalogue_source;
mod oracle;
