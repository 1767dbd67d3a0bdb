//! What each target does with its input. `tests/it/fuzz_corpus.rs` takes the same files in, so that
//! `cargo test` runs the corpus through them.

pub mod documents;
pub mod responses;
pub mod rules;
pub mod session;
pub mod soap;
mod valid;
