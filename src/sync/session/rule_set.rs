//! One rule set of a server: the rules as they are, and those with the optional layers that company files have switched on.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};

use crate::language::{Spoken, counted, say};
use crate::rules::{Compiled, Program, RuleFiles, Severity, Shelf, ShelfError, compile};
use crate::sync::stored::CompanyFile;

use super::queries::{self, Query};

/// Programs that are kept compiled, besides the one without optional layers.
const MOST: usize = 64;
/// Bytes of the hash that a fingerprint shows.
const SHOWN: usize = 16;

/// A compiled rule set, with the queries that read what it wants to know.
#[derive(Debug)]
pub struct Rulebook {
    /// The rules.
    pub program: Program,
    /// Stands for the text of their files: what was made by rules with the same was made by the same rules.
    pub fingerprint: String,
    /// The queries of a read, in the order in which they are asked.
    pub(super) queries: Vec<Query>,
    /// Whether fields that people have added to records are asked for.
    pub(super) added_fields: bool,
}

impl Rulebook {
    /// For this rule set.
    pub fn new(program: Program) -> Self {
        let mentioned = program.mentioned();
        let fingerprint = fingerprint(&program.files, &Shelf::default());
        Self { queries: queries::of(&mentioned), added_fields: mentioned.added_fields, fingerprint, program }
    }
}

/// A rule set with the layers that can be switched on over it. All is made from the files as they were when it was read.
#[derive(Debug)]
pub struct RuleSet {
    /// Stands for all its files, those of optional layers among them: two servers that have the same have the same rules.
    pub fingerprint: String,
    base: Arc<Rulebook>,
    shelf: Shelf,
    made: Mutex<BTreeMap<Vec<String>, Arc<Rulebook>>>,
}

/// Why there are no rules for a company file.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RulebookError {
    /// The layers are not there, or do not belong together.
    #[error("{}", shelf(.0))]
    Shelf(#[from] ShelfError),
    /// The checker refuses them.
    #[error("{}", say!("with these optional layers the rules have {errors}: {first}", errors = counted(*count, "error"), first))]
    Wrong {
        /// How many errors.
        count: usize,
        /// The first of them, with its place.
        first: String,
    },
    /// The rule set of its domain was refused, and there was none before.
    #[error("{0}")]
    Refused(Arc<str>),
}

impl Spoken for RulebookError {}

/// What is wrong with the layers, in the language that is spoken.
fn shelf(error: &ShelfError) -> String {
    match error {
        ShelfError::Unknown { name, hint: None } => say!("there is no optional layer `{name}`", name),
        ShelfError::Unknown { name, hint: Some(hint) } => {
            say!("there is no optional layer `{name}`; {hint}", name, hint)
        }
        ShelfError::Needs { layer, needs } => say!("{layer} needs {needs}", layer, needs),
    }
}

impl RuleSet {
    /// Of this program, and the layers beside it.
    pub fn new(program: Program, shelf: Shelf) -> Self {
        let fingerprint = fingerprint(&program.files, &shelf);
        let base = Arc::new(Rulebook::new(program));
        Self { fingerprint, base, shelf, made: Mutex::default() }
    }

    /// Of a rule book, without layers that could be switched on.
    pub(super) fn only(base: Arc<Rulebook>) -> Self {
        let shelf = Shelf::default();
        let fingerprint = fingerprint(&base.program.files, &shelf);
        Self { fingerprint, base, shelf, made: Mutex::default() }
    }

    /// The rules without any layer that was switched on.
    pub fn base(&self) -> &Arc<Rulebook> {
        &self.base
    }

    /// The layers that can be switched on.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The rules of a company file that goes by this set.
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
            return Ok(self.base.clone());
        }
        if let Some(known) = self.made.lock().get(layers) {
            return Ok(known.clone());
        }
        let book = Arc::new(Rulebook::new(with_layers(&self.base.program.files, &self.shelf, layers)?));
        let mut made = self.made.lock();
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

/// Stands for the text of all files of a rule set and of the optional layers beside it, wherever their folders lie.
pub fn fingerprint(rules: &RuleFiles, shelf: &Shelf) -> String {
    let mut hash = Sha256::new();
    // Each part goes with its length, so that no two sets give the same bytes.
    let mut add = |part: &str| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    let base = rules.layers.iter().enumerate().map(|(number, layer)| (number.to_string(), layer.as_slice()));
    let optional = shelf.layers.iter().map(|layer| (layer.name.clone(), layer.files()));
    for (layer, files) in base.chain(optional) {
        for file in files {
            for part in [&layer, &file.name, &file.text] {
                add(part);
            }
        }
    }
    hash.finalize().iter().take(SHOWN).fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}
