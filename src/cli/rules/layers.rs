//! `ferrule layers`: the optional layers that ship with the rules.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::terminal::Terminal;
use crate::rules::RuleFiles;
use crate::rules::file::LayerFile;
use crate::rules::files::{BASE, LAYER, is_layer, optional_layers};

const AFTER_HELP: &str = "\
Examples:
  ferrule layers
  ferrule check --rules rules --rules rules/optional/payment

A layer is switched on by naming its folder after that of the rules, in every command and in `ferrule serve`.";

/// Lists the optional layers that ship with the rules: what each is for, and how it is switched on.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    rules: RuleArgs,
    /// Write them as JSON
    #[arg(long)]
    json: bool,
}

/// An optional layer.
#[derive(Serialize)]
struct Layer {
    name: String,
    title: String,
    about: String,
    needs: Vec<String>,
    /// What the commands take.
    folder: String,
    /// Whether it is among the layers that `--rules` names.
    is_on: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let on = args.rules.folders()?;
    let base = on.first().map_or(Path::new(BASE), PathBuf::as_path);
    let layers = layers(&base.join("optional"), &on)?;
    if args.json {
        terminal.print_json(&layers)?;
        return Ok(Exit::Well);
    }
    let mut told = String::new();
    for layer in &layers {
        let Layer { title, about, needs, folder, is_on, .. } = layer;
        let state = if *is_on { " (on)" } else { "" };
        _ = writeln!(told, "{}{state}\n  {about}", terminal.out.strong(title));
        let below: Vec<String> = needs
            .iter()
            .map(|name| format!(" --rules {}", base.join("optional").join(name).display()))
            .collect();
        _ = writeln!(told, "  --rules {}{} --rules {folder}", base.display(), below.concat());
    }
    if layers.is_empty() {
        _ = writeln!(told, "`{}` has no optional layers", base.display());
    }
    terminal.print(&told)?;
    Ok(Exit::Well)
}

/// The layers in a folder, by name. A folder without `layer.yaml` is none of them.
fn layers(folder: &Path, on: &[PathBuf]) -> Result<Vec<Layer>> {
    let mut folders: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(_) => optional_layers().into_iter().map(|name| folder.join(name)).collect(),
    };
    folders.sort();
    folders.retain(|folder| is_layer(folder));
    folders.iter().filter_map(|folder| layer(folder, on).transpose()).collect()
}

/// A layer, whose `layer.yaml` says what it is for; nothing if it has none.
fn layer(folder: &Path, on: &[PathBuf]) -> Result<Option<Layer>> {
    let files = RuleFiles::read(&[folder])?.layers;
    let Some(file) = files.iter().flatten().find(|file| file.name == LAYER) else { return Ok(None) };
    let LayerFile { title, about, needs } = serde_yaml::from_str(&file.text)
        .with_context(|| format!("`{}` does not say what the layer is for", file.path))?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_on = on.iter().any(|on| on.components().eq(folder.components()));
    Ok(Some(Layer { name, title, about, needs, folder: folder.display().to_string(), is_on }))
}
