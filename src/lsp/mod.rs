//! `ferrule lsp`: a language server for the files of a rule set.
//!
//! An editor tells what is typed, and asks; what it is told comes from the checker as it is, over the files on disk with the
//! editor's buffers laid over them. Messages are those of `lsp-server` and `lsp-types`, the crates of rust-analyzer. One thread reads,
//! one works: what is asked is answered in order, and the rules are checked once all that was typed has been taken in.

mod answers;
mod complete;
mod cursor;
mod diagnostics;
mod files;
mod fixes;
mod hover;
mod known;
mod live;
mod server;
mod shown;
mod symbols;
mod view;
mod wire;
mod work;

pub use server::serve;
