//! What became of documents that were played.

use serde::Serialize;

use crate::sync::stored::{DocumentKey, Played};

/// What became of documents that were played, as `ferrule play --json` writes it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct PlayView<'v> {
    /// Of each document.
    #[serde(flatten)]
    pub played: &'v Played,
    /// How many of those that `--all` takes are drafts, which are finalized when they are sent.
    pub drafts: usize,
    /// Not queued by `--all`, because the rules leave them out.
    pub left_out: &'v [DocumentKey],
    /// Not queued by `--all`, because a person has to decide what becomes of them.
    pub waiting: &'v [DocumentKey],
}
