//! `ferrule settings`: shows and changes the settings of a company file.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::cli::company::opened::{CompanyArgs, Opened};
use crate::cli::company::setting_args::read_text;
use crate::cli::company::settings_view::{SettingView, list, whole};
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::rules::Program;
use crate::rules::file::SettingType;
use crate::rules::settings::SettingError;
use crate::sync::stored::CompanyFile;
use crate::sync::{differing, setting_text, unsound};

const AFTER_HELP: &str = "\
Examples:
  ferrule settings                                          all of them
  ferrule settings custom_prefix                            one, and what it does
  ferrule settings custom_prefix=LP- send_sales_tax=false   sets two
  ferrule settings --unset custom_prefix                    back to its default
  ferrule settings class_by_group=@classes.csv              the rows of a table, from a spreadsheet's file

The command makes all changes or none: it first checks each against rules/settings.yaml. `ferrule diff` shows what they \
change in the plan. The .qwc file also says how often the Web Connector comes: `ferrule qwc --again` writes that file anew.";

/// Shows the settings of a company file, and changes them.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    /// `NAME` shows a setting with what it does, `NAME=VALUE` sets it, `NAME=` empties it, `NAME=@FILE` takes the
    /// entries of a list or the rows of a table from a file: one on each line, or CSV
    #[arg(value_name = "NAME[=VALUE]")]
    settings: Vec<String>,
    /// Go back to the default of a setting; repeatable
    #[arg(long, value_name = "NAME")]
    unset: Vec<String>,
    /// Show only those that differ from their defaults
    #[arg(long, conflicts_with_all = ["settings", "unset"])]
    changed: bool,
    #[command(flatten)]
    company: CompanyArgs,
    /// Write the settings as JSON
    #[arg(long)]
    json: bool,
}

/// Settings as they are kept, by name.
type Kept = BTreeMap<String, serde_json::Value>;

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let Opened { program, store, mut file } = args.company.open(terminal)?;
    let named = args.named()?;
    let before = file.settings.clone();
    file.settings = args.changed(&program, &before, terminal)?;
    if file.settings != before {
        store.set_settings(file.id, &file.settings)?;
    }
    let shown: Vec<SettingView<'_>> = views(&program, &file)
        .filter(|view| named.is_empty() || named.contains(&view.name))
        .filter(|view| !args.changed || !view.is_default)
        .collect();
    let is_unsound = shown.iter().any(|view| view.problem.is_some());
    if args.json {
        terminal.print_json(&shown)?;
    } else if named.is_empty() {
        terminal.print(&list(&shown, &file.made.name, terminal.out))?;
    } else {
        let told: Vec<String> = shown.iter().map(|view| whole(view, terminal.out)).collect();
        terminal.print(&told.join("\n"))?;
    }
    Ok(if is_unsound { Exit::Error } else { Exit::Well })
}

/// All settings, and what is kept of settings that the rules do not have.
fn views<'v>(program: &'v Program, file: &'v CompanyFile) -> impl Iterator<Item = SettingView<'v>> {
    let declared = program.settings.iter().map(|setting| SettingView::of(setting, program, &file.settings));
    let unknown = file.settings.iter().filter(|(name, _)| program.settings.find(name).is_none());
    declared.chain(unknown.map(|(name, value)| SettingView::unknown(name, value)))
}

impl Args {
    /// The settings that are shown or changed. None is there twice.
    fn named(&self) -> Result<Vec<&str>> {
        let mut named: Vec<&str> = Vec::new();
        for name in
            self.settings.iter().map(|given| parsed(given).0).chain(self.unset.iter().map(String::as_str))
        {
            if named.contains(&name) {
                bail!("the setting `{name}` is given twice");
            }
            named.push(name);
        }
        Ok(named)
    }

    /// The settings with all changes. What is wrong with any is told, and then nothing is changed.
    fn changed(&self, program: &Program, before: &Kept, terminal: Terminal) -> Result<Kept> {
        let mut kept = before.clone();
        let mut wrong = Vec::new();
        for name in &self.unset {
            if kept.remove(name).is_none() {
                wrong.extend(unknown(program, name));
            }
        }
        for (name, value) in self.settings.iter().map(|given| parsed(given)) {
            match value {
                Some(value) => match set(program, &mut kept, name, value) {
                    Ok(()) => {}
                    Err(error) => wrong.push(error),
                },
                None if kept.contains_key(name) => {}
                None => wrong.extend(unknown(program, name)),
            }
        }
        wrong.extend(unsound(before, &kept));
        if wrong.is_empty() {
            return Ok(kept);
        }
        let last = if self.changes() { None } else { wrong.pop() };
        for error in &wrong {
            terminal.error(&error.to_string());
        }
        bail!(last.map_or_else(|| "nothing was changed".to_owned(), |error| error.to_string()))
    }

    fn changes(&self) -> bool {
        !self.unset.is_empty() || self.settings.iter().any(|given| parsed(given).1.is_some())
    }
}

/// A name, and the value that it is to have: `Some("")` is none.
fn parsed(given: &str) -> (&str, Option<&str>) {
    given.split_once('=').map_or((given.trim(), None), |(name, value)| (name.trim(), Some(value)))
}

fn set(program: &Program, kept: &mut Kept, name: &str, value: &str) -> Result<(), SettingError> {
    let setting = program.settings.find(name).map(|(_, setting)| setting);
    // A text may be empty; anything else is not there then.
    let is_text = setting.is_some_and(|setting| setting.kind == SettingType::Text);
    let value = match value.strip_prefix('@') {
        Some(path) if setting.is_some_and(|setting| !setting.is_single()) => {
            let wrong = |error: anyhow::Error| SettingError::Wrong {
                name: name.to_owned(),
                reason: error.to_string(),
            };
            read_text(path.as_ref()).map_err(wrong)?
        }
        _ => value.to_owned(),
    };
    if let Some(reason) = setting.and_then(|setting| setting.doubt(&value)) {
        return Err(SettingError::Wrong { name: name.to_owned(), reason });
    }
    let given = Some(value).filter(|value| is_text || !value.is_empty());
    let values = program.settings.values(&BTreeMap::from([(name.to_owned(), given)]))?;
    kept.remove(name);
    kept.extend(differing(program, &values));
    Ok(())
}

fn unknown(program: &Program, name: &str) -> Option<SettingError> {
    program.settings.values(&BTreeMap::from([(name.to_owned(), None)])).err().filter(is_unknown)
}

fn is_unknown(error: &SettingError) -> bool {
    matches!(error, SettingError::Unknown { .. })
}

/// Why what is kept does not fit the rules.
pub fn misfit(program: &Program, name: &str, value: &serde_json::Value) -> Option<String> {
    match program.settings.values(&BTreeMap::from([(name.to_owned(), setting_text(value))])) {
        Ok(_) => {
            let kept = BTreeMap::from([(name.to_owned(), value.clone())]);
            unsound(&BTreeMap::new(), &kept).pop().map(reason)
        }
        Err(error) => Some(reason(error)),
    }
}

fn reason(error: SettingError) -> String {
    match error {
        SettingError::Wrong { reason, .. } => reason,
        SettingError::Unknown { .. } => error.to_string(),
    }
}
