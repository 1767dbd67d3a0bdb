//! What commands over files work with: the rules, the settings, and QuickBooks as far as it is known.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::cli::company::setting_args::SettingArgs;
use crate::cli::rules::quickbooks;
use crate::cli::terminal::Terminal;
use crate::document::{Value, nearest};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::rules::program::Object;
use crate::sync::PlanInputs;

/// What commands over files work with.
pub struct Workbench {
    /// The rules.
    pub program: Program,
    /// The settings' values.
    pub settings: Vec<Value>,
    /// QuickBooks, as far as it is known.
    pub company: Company,
}

impl Workbench {
    /// Reads what the arguments name. Without responses of QuickBooks, `otherwise` says what is known of it.
    pub fn open(
        program: Program,
        settings: &SettingArgs,
        quickbooks: &[PathBuf],
        otherwise: fn() -> Company,
        terminal: Terminal,
    ) -> Result<Self> {
        let settings = settings.values(&program, terminal)?;
        let company = quickbooks::load(quickbooks, terminal)?.unwrap_or_else(otherwise);
        Ok(Self { program, settings, company })
    }

    /// By what documents are planned.
    pub fn inputs(&self) -> PlanInputs<'_> {
        PlanInputs::new(&self.program, &self.settings, &self.company)
    }
}

/// An object that has export rules.
pub fn exported<'p>(program: &'p Program, name: &str) -> Result<&'p Object> {
    let all = program.objects.iter().filter(|object| object.export.is_some());
    let names: Vec<&str> = all.map(|object| object.name.as_str()).collect();
    let known = names.join(", ");
    match program.object(name) {
        Some(found) if found.export.is_some() => return Ok(found),
        Some(_) => bail!("the rules only import `{name}`; exported are {known}"),
        None => {}
    }
    match nearest(name, names.iter().copied()) {
        Some(near) => bail!("no object is called `{name}`; did you mean `{near}`? There are {known}"),
        None => bail!("no object is called `{name}`; there are {known}"),
    }
}
