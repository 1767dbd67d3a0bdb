//! `--settings`: values that differ from the rule set's defaults.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::terminal::Terminal;
use crate::document::{Code, Value};
use crate::rules::decode::decode;
use crate::rules::diagnostic::Diagnostics;
use crate::rules::file::SettingValueFile;
use crate::rules::settings::{SettingError, Settings};
use crate::rules::source::Sources;
use crate::rules::yaml::{self, Entry, Node};
use crate::rules::{Diagnostic, Program, render};
use crate::sync::unsound;
use crate::text::counted::counted;

/// Settings of the domain and the integration.
#[derive(Clone, Debug, clap::Args)]
pub struct SettingArgs {
    /// A YAML file of settings, `name: value`; those not in it keep the rule set's defaults
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
}

impl SettingArgs {
    /// The values of all settings. What is wrong with the file is told at its place.
    pub fn values(&self, program: &Program, terminal: Terminal) -> Result<Vec<Value>> {
        let Some(path) = &self.settings else {
            return Ok(program.settings.values(&BTreeMap::new())?);
        };
        let text = read_text(path)?;
        let mut sources = Sources::default();
        let mut found = Diagnostics::default();
        let file = sources.add(path.display().to_string(), text.as_str());
        let given = match yaml::parse(file, &text, &mut found) {
            Some(node) if !node.is_null() => given(&node, &program.settings, &mut found),
            _ => BTreeMap::new(),
        };
        if found.has_errors() {
            let all = found.sorted();
            terminal.tell(&render::render(&all, &sources, terminal.err.is_on()));
            bail!("`{}` has {}", path.display(), counted(all.len(), "error"));
        }
        Ok(program.settings.values(&given)?)
    }
}

/// The values of a file; each is tried alone, so that all that is wrong is told.
fn given(node: &Node, settings: &Settings, found: &mut Diagnostics) -> BTreeMap<String, Option<String>> {
    let mut given = BTreeMap::new();
    if node.entries().is_none() {
        let message = "expected a mapping of settings, such as `custom_prefix: \"SH:\"`";
        found.push(Diagnostic::error(Code::WrongKind, node.span, message));
    }
    for entry in node.entries().unwrap_or_default() {
        let value = if entry.value.is_null() {
            None
        } else {
            match decode::<SettingValueFile>(&entry.value) {
                Ok(value) => Some(value.into_text()),
                Err(problem) => {
                    found.push(*problem);
                    continue;
                }
            }
        };
        let alone = BTreeMap::from([(entry.key.clone(), value.clone())]);
        let written = alone.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let wrong = settings.values(&alone).err().or_else(|| unsound(&BTreeMap::new(), &written).pop());
        match wrong {
            None => given.extend(alone),
            Some(error) => found.push(complaint(error, entry)),
        }
    }
    given
}

fn complaint(error: SettingError, entry: &Entry) -> Diagnostic {
    match error {
        SettingError::Unknown { name, hint } => {
            Diagnostic::error(Code::UnknownSetting, entry.key_span, format!("unknown setting `{name}`"))
                .help_if(hint)
        }
        SettingError::Wrong { name, reason } => {
            let message = format!("the setting `{name}` cannot have this value");
            Diagnostic::error(Code::SettingContradicts, entry.value.span, message).label(reason)
        }
    }
}

/// A file's text.
pub fn read_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        anyhow::anyhow!("`{}` is not UTF-8: the byte at offset {offset} is not text", path.display())
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
