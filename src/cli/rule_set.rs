//! `--rules`: the rule set that a command works with.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::cli::terminal::Terminal;
use crate::rules::diagnostic::Severity;
use crate::rules::files::BASE;
use crate::rules::files::project::{FIXTURES, Project};
use crate::rules::{Compiled, Program, RuleFiles, Shelf, compile, render};
use crate::sync::session::Rulebooks;
use crate::sync::stored::CompanyFile;
use crate::text::counted::counted;

/// The folder of rules, where nothing names any.
const FOLDER: &str = "rules";

/// The folder of cases: that of `ferrule.yaml`, or `fixtures`.
pub fn fixtures() -> Result<PathBuf> {
    let named = Project::here()?.and_then(|project| project.fixtures);
    Ok(named.unwrap_or_else(|| PathBuf::from(FIXTURES)))
}

/// The rule set.
#[derive(Clone, Debug, clap::Args)]
pub struct RuleArgs {
    /// A folder of rules; repeat it for layers, base first: a later layer overrides the earlier ones
    /// by file and key. Without it: the layers that `ferrule.yaml` names, else the folder `rules`, else the rules that
    /// ship, which `base` names
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

impl RuleArgs {
    /// The compiled rule set, right or wrong.
    pub fn compile(&self) -> Result<Compiled> {
        Ok(compile(&self.read()?))
    }

    /// The files of all layers.
    pub fn read(&self) -> Result<RuleFiles> {
        Ok(RuleFiles::read(&self.folders()?)?)
    }

    /// The layers, base first.
    pub fn folders(&self) -> Result<Vec<PathBuf>> {
        if !self.rules.is_empty() {
            return Ok(self.rules.clone());
        }
        if let Some(project) = Project::here()? {
            return Ok(project.folders());
        }
        let folder = if Path::new(FOLDER).is_dir() { FOLDER } else { BASE };
        Ok(vec![PathBuf::from(folder)])
    }

    /// The same with the optional layers that are on for a company file.
    pub fn compile_for(&self, file: &CompanyFile) -> Result<Compiled> {
        let rules = self.read()?;
        if file.layers.is_empty() {
            return Ok(compile(&rules));
        }
        Ok(compile(&self.shelf(&rules)?.with(&rules, &file.layers)?))
    }

    /// The program; what is wrong with the rules is told.
    pub fn program(&self, terminal: Terminal) -> Result<Program> {
        program(self.compile()?, &self.name()?, terminal)
    }

    /// The program with the optional layers that are on for a company file.
    pub fn program_for(&self, file: &CompanyFile, terminal: Terminal) -> Result<Program> {
        program(self.compile_for(file)?, &self.name()?, terminal)
    }

    /// The optional layers that can be switched on over these rules.
    pub fn shelf(&self, rules: &RuleFiles) -> Result<Shelf> {
        Ok(Shelf::read(&self.folders()?, rules)?)
    }

    /// The rules of every company file.
    pub fn rulebooks(&self, terminal: Terminal) -> Result<Rulebooks> {
        self.rulebooks_of(self.program(terminal)?)
    }

    /// The same over a program that is compiled already.
    pub fn rulebooks_of(&self, program: Program) -> Result<Rulebooks> {
        let layers = self.shelf(&program.files)?;
        Ok(Rulebooks::new(program, layers))
    }

    /// The folders, for people.
    pub fn name(&self) -> Result<String> {
        let folders = self.folders()?;
        let names: Vec<String> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
        Ok(names.join(" + "))
    }
}

/// The program of a compiled rule set; what is wrong with it is told, warnings too only when there is
/// an error (`ferrule check` always tells them).
pub fn program(compiled: Compiled, name: &str, terminal: Terminal) -> Result<Program> {
    if let Some(program) = compiled.program {
        return Ok(program);
    }
    terminal.tell(&render::render(&compiled.diagnostics, &compiled.sources, terminal.err.is_on()));
    let errors = Severity::Error.count(&compiled.diagnostics);
    bail!("the rules in {name} have {}; nothing was done", counted(errors, "error"));
}
