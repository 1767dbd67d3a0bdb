//! Lists, ready to be shown.

use std::sync::Arc;

use crate::sync::session::Rulebook;
use crate::sync::stored::Store;

/// Lists of each company file.
pub struct Views {
    _store: Arc<dyn Store>,
    _rules: Arc<Rulebook>,
}

impl Views {
    /// Lists from that store, by these rules.
    pub fn new(store: Arc<dyn Store>, rules: Arc<Rulebook>) -> Self {
        Self { _store: store, _rules: rules }
    }
}
