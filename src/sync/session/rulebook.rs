//! Compiled rule sets, and what follows from them for sessions: one for each set of optional layers that is in use.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::rules::{Compiled, Program, RuleFiles, Severity, Shelf, ShelfError, compile};
use crate::sync::stored::CompanyFile;
use crate::text::counted::counted;

use super::queries::{self, Query};

/// Rule sets that are kept compiled, besides the one without optional layers.
const MOST: usize = 64;

/// A compiled rule set, with the queries that read what it wants to know.
#[derive(Debug)]
pub struct Rulebook {
    /// The rules.
    pub program: Program,
    /// The queries of a read, in the order in which they are asked.
    pub(super) queries: Vec<Query>,
    /// Whether fields that people have added to records are asked for.
    pub(super) added_fields: bool,
}

impl Rulebook {
    /// For this rule set.
    pub fn new(program: Program) -> Self {
        let mentioned = program.mentioned();
        Self { queries: queries::of(&mentioned), added_fields: mentioned.added_fields, program }
    }
}

/// The rule books of a server: that of the rules as they are, and those with the optional layers that company files have
/// switched on. All are made from the files as they were when the server began.
#[derive(Clone, Debug)]
pub struct Rulebooks(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    base: Arc<Rulebook>,
    shelf: Shelf,
    made: Mutex<BTreeMap<Vec<String>, Arc<Rulebook>>>,
}

/// Why there are no rules for a set of layers.
#[derive(Debug, thiserror::Error)]
pub enum RulebookError {
    /// The layers are not there, or do not belong together.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The checker refuses them.
    #[error("with these optional layers the rules have {}: {first}", counted(*count, "error"))]
    Wrong {
        /// How many errors.
        count: usize,
        /// The first of them, with its place.
        first: String,
    },
}

/// Without layers that could be switched on.
impl From<Arc<Rulebook>> for Rulebooks {
    fn from(base: Arc<Rulebook>) -> Self {
        Self(Arc::new(Kept { base, shelf: Shelf::default(), made: Mutex::default() }))
    }
}

impl Rulebooks {
    /// For these rules and the optional layers beside them.
    pub fn new(program: Program, shelf: Shelf) -> Self {
        let base = Arc::new(Rulebook::new(program));
        Self(Arc::new(Kept { base, shelf, made: Mutex::default() }))
    }

    /// The rules without any layer that was switched on.
    pub fn base(&self) -> &Arc<Rulebook> {
        &self.0.base
    }

    /// The layers that can be switched on.
    pub fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }

    /// The rules of a company file.
    ///
    /// # Errors
    /// Its layers do not fit these rules: they were switched on with others.
    pub fn of(&self, file: &CompanyFile) -> Result<Arc<Rulebook>, RulebookError> {
        self.with(&file.layers)
    }

    /// The rules with these layers.
    ///
    /// # Errors
    /// The layers are not there, or the checker refuses them.
    pub fn with(&self, layers: &[String]) -> Result<Arc<Rulebook>, RulebookError> {
        if layers.is_empty() {
            return Ok(self.0.base.clone());
        }
        if let Some(known) = self.0.made.lock().get(layers) {
            return Ok(known.clone());
        }
        let book = Arc::new(Rulebook::new(with_layers(&self.0.base.program.files, &self.0.shelf, layers)?));
        let mut made = self.0.made.lock();
        if made.len() >= MOST {
            made.clear();
        }
        made.insert(layers.to_vec(), book.clone());
        Ok(book)
    }
}

/// The rules of these files with these layers.
fn with_layers(rules: &RuleFiles, shelf: &Shelf, layers: &[String]) -> Result<Program, RulebookError> {
    let Compiled { program, diagnostics, sources, .. } = compile(&shelf.with(rules, layers)?);
    program.ok_or_else(|| {
        let first = diagnostics.iter().find(|it| it.severity == Severity::Error);
        let first = first.map(|it| format!("{}: {}", sources.place(it.span), it.message));
        RulebookError::Wrong { count: Severity::Error.count(&diagnostics), first: first.unwrap_or_default() }
    })
}
