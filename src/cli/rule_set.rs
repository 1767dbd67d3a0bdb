//! `--rules`: the rule set that a command works with.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::cli::terminal::Terminal;
use crate::rules::diagnostic::Severity;
use crate::rules::domains::Domains;
use crate::rules::files::BASE;
use crate::rules::files::project::{FIXTURES, Project};
use crate::rules::{Compiled, Program, RuleFiles, Shelf, compile, render};
use crate::sync::RuleSources;
use crate::sync::session::{RuleSet, Rulebooks};
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

    /// The program; what is wrong with the rules is told.
    pub fn program(&self, terminal: Terminal) -> Result<Program> {
        program(self.compile()?, &self.name()?, terminal)
    }

    /// The optional layers that can be switched on over these rules.
    pub fn shelf(&self, rules: &RuleFiles) -> Result<Shelf> {
        Ok(Shelf::read(&self.folders()?, rules)?)
    }

    /// The rules of every company file of a server on which no domain has rules of its own.
    pub fn rulebooks(&self, terminal: Terminal) -> Result<Rulebooks> {
        let program = self.program(terminal)?;
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

/// The rule sets of company files.
#[derive(Clone, Debug, clap::Args)]
pub struct SetArgs {
    #[command(flatten)]
    all: RuleArgs,
    /// A file that says which domains go by rules of their own, and by which: `sets` and `domains`, as in the chapter
    /// "Rules for each domain". The others go by those of `--rules`
    #[arg(long, value_name = "FILE", env = "FERRULE_DOMAINS", hide_env_values = true)]
    domains: Option<PathBuf>,
}

impl SetArgs {
    /// The rules of all domains that have none of their own.
    pub fn of_all(&self) -> &RuleArgs {
        &self.all
    }

    /// The rules of the domain of a company file, without layers that are on for that alone.
    pub fn of(&self, file: &CompanyFile) -> Result<RuleArgs> {
        self.of_domain(&file.made.domain)
    }

    /// The rules of a domain.
    pub fn of_domain(&self, domain: &str) -> Result<RuleArgs> {
        let named = self.domains.as_deref().map(Domains::read).transpose()?.unwrap_or_default();
        let own = named.folders_of(domain).cloned();
        Ok(own.map_or_else(|| self.all.clone(), |rules| RuleArgs { rules }))
    }

    /// The rules of a company file, with the optional layers that are on for it, right or wrong.
    pub fn compile_for(&self, file: &CompanyFile) -> Result<Compiled> {
        let own = self.of(file)?;
        let rules = own.read()?;
        if file.layers.is_empty() {
            return Ok(compile(&rules));
        }
        Ok(compile(&own.shelf(&rules)?.with(&rules, &file.layers)?))
    }

    /// The program of those.
    pub fn program_for(&self, file: &CompanyFile, terminal: Terminal) -> Result<Program> {
        program(self.compile_for(file)?, &self.of(file)?.name()?, terminal)
    }

    /// Where the rule sets of all domains come from. What is wrong with those of all is told.
    pub fn sources(&self, terminal: Terminal) -> Result<RuleSources> {
        self.sources_of(self.all.program(terminal)?)
    }

    /// The same over a program of the rules of all domains that is compiled already.
    pub fn sources_of(&self, program: Program) -> Result<RuleSources> {
        let optional = self.all.shelf(&program.files)?;
        let set = RuleSet::new(program, optional);
        Ok(RuleSources::new(self.all.folders()?, self.domains.clone(), set))
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
