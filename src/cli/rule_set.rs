//! `--rules`: the rule set that a command works with.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::cli::terminal::Terminal;
use crate::rules::diagnostic::Severity;
use crate::rules::{Compiled, Program, RuleFiles, compile, render};
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

    /// The program; what is wrong with the rules is told.
    pub fn program(&self, terminal: Terminal) -> Result<Program> {
        program(self.compile()?, &self.name(), terminal)
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
