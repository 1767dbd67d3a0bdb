//! What most commands over a database work with: the rules, the store, and one company file in it.

use std::sync::Arc;

use anyhow::Result;

use crate::cli::rule_set::SetArgs;
use crate::cli::store_args::{StoreArgs, now};
use crate::cli::terminal::Terminal;
use crate::people::{AuditAction, AuditSubject, NewAuditEntry};
use crate::rules::Program;
use crate::store::Database;
use crate::sync::stored::{CompanyFile, DocumentKey};

/// The rules, the store, and the company file that is meant.
#[derive(Clone, Debug, clap::Args)]
pub struct CompanyArgs {
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    rules: SetArgs,
}

/// The same, opened.
pub struct Opened {
    /// The rules.
    pub program: Program,
    /// The store.
    pub store: Arc<dyn Database>,
    /// The company file.
    pub file: CompanyFile,
}

impl Opened {
    /// Notes in the audit what somebody did with documents.
    pub fn note(
        &self,
        by: &str,
        action: AuditAction,
        about: Option<&DocumentKey>,
        details: String,
    ) -> Result<()> {
        let about = about.cloned().map(AuditSubject::Document);
        self.store.note(&NewAuditEntry { about, ..entry(&self.file, by, action, details) })?;
        Ok(())
    }
}

/// An entry of the audit about what somebody does now with a company file.
pub fn entry(file: &CompanyFile, by: &str, action: AuditAction, details: String) -> NewAuditEntry {
    NewAuditEntry {
        at: now(),
        domain: file.made.domain.clone(),
        company: Some(file.id),
        person: by.to_owned(),
        action,
        about: None,
        details,
    }
}

impl CompanyArgs {
    /// Opens all of them.
    pub fn open(&self, terminal: Terminal) -> Result<Opened> {
        let (store, file) = self.store.open_company()?;
        let program = self.rules.program_for(&file, terminal)?;
        Ok(Opened { program, store, file })
    }

    /// The rules alone.
    pub fn program(&self, terminal: Terminal) -> Result<Program> {
        self.rules.of_all().program(terminal)
    }

    /// Opens the store alone. The rules are there if they can be compiled: what only reads works without them.
    pub fn open_without_rules(&self) -> Result<(Option<Program>, Arc<dyn Database>, CompanyFile)> {
        let (store, file) = self.store.open_company()?;
        let program = self.rules.compile_for(&file).ok().and_then(|compiled| compiled.program);
        Ok((program, store, file))
    }
}
