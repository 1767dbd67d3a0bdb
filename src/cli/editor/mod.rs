//! Commands for whoever writes rules: an editor, and the form of files.

pub(in crate::cli) mod fmt;
pub(in crate::cli) mod lsp;
