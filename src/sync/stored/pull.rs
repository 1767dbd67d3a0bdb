//! How far documents are taken over from Steelhead's API.

use serde::Serialize;

use super::Moment;

/// How far the documents of a company file are taken over from Steelhead's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Pull {
    /// When something was last heard of it.
    pub at: Moment,
    /// When the last one was done.
    pub done_at: Option<Moment>,
    /// When the last one began that read everything and was done.
    pub full_at: Option<Moment>,
    /// Reading everything, where that is not done.
    pub unfinished: Option<Place>,
    /// How many documents came with the one that is on, or with the last one.
    pub documents: usize,
    /// How many of them were new or had changed.
    pub changed: usize,
}

/// How far reading everything has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Place {
    /// When it began.
    pub began_at: Moment,
    /// The object that is being read.
    pub object: String,
    /// Behind which document; nothing: from the beginning.
    #[serde(skip)]
    pub cursor: Option<String>,
}

impl Pull {
    /// One of which nothing is known.
    pub fn new(at: Moment) -> Self {
        Self { at, done_at: None, full_at: None, unfinished: None, documents: 0, changed: 0 }
    }
}
