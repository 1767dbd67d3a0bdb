//! The integration tests, in one binary: each further one would link everything again.

mod catalogue_api;
mod catalogue_source;
mod oracle;
