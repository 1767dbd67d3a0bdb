//! `--rules`: the rule set that a command works with.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::cli::terminal::Terminal;
use crate::rules::diagnostic::Severity;
use crate::rules::{Compiled, Program, RuleFiles, Shelf, compile, render};
use crate::sync::session::Rulebooks;
use crate::sync::stored::CompanyFile;
use crate::text::counted::counted;

/// The rule set.
#[derive(Clone, Debug, clap::Args)]
pub struct RuleArgs {
    /// A folder of rules; repeat it for layers, base first: a later layer overrides the earlier ones
    /// by file and key
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: Vec<PathBuf>,
}

impl RuleArgs {
    /// The compiled rule set, right or wrong.
    pub fn compile(&self) -> Result<Compiled> {
        Ok(compile(&RuleFiles::read(&self.rules)?))
    }

    /// The same with the optional layers that are on for a company file.
    pub fn compile_for(&self, file: &CompanyFile) -> Result<Compiled> {
        let rules = RuleFiles::read(&self.rules)?;
        Ok(compile(&self.shelf()?.with(&rules, &file.layers)?))
    }

    /// The program; what is wrong with the rules is told.
    pub fn program(&self, terminal: Terminal) -> Result<Program> {
        program(self.compile()?, &self.name(), terminal)
    }

    /// The program with the optional layers that are on for a company file.
    pub fn program_for(&self, file: &CompanyFile, terminal: Terminal) -> Result<Program> {
        program(self.compile_for(file)?, &self.name(), terminal)
    }

    /// The optional layers that can be switched on.
    pub fn shelf(&self) -> Result<Shelf> {
        Ok(Shelf::read(&self.rules)?)
    }

    /// The rules of every company file.
    pub fn rulebooks(&self, terminal: Terminal) -> Result<Rulebooks> {
        Ok(Rulebooks::new(self.program(terminal)?, self.shelf()?))
    }

    /// The folders, for people.
    pub fn name(&self) -> String {
        let folders: Vec<String> =
            self.rules.iter().map(|folder| format!("`{}`", folder.display())).collect();
        folders.join(" + ")
    }
}

/// The program of a compiled rule set; what is wrong with it is told, warnings too only when there is
/// an error (`ferrule check` always tells them).
pub fn program(compiled: Compiled, name: &str, terminal: Terminal) -> Result<Program> {
    if let Some(program) = compiled.program {
        return Ok(program);
    }
    terminal.tell(&render::render(&compiled.diagnostics, &compiled.sources, terminal.err.is_on()));
    let errors =
        compiled.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    bail!("the rules in {name} have {}; nothing was done", counted(errors, "error"));
}
