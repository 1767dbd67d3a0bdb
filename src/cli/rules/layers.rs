//! `ferrule layers`: the optional layers that ship with the rules.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::cli::company::setting_args::read_text;
use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::terminal::Terminal;
use crate::rules::file::LayerFile;

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
    let base = args.rules.rules.first().map_or(Path::new("rules"), PathBuf::as_path);
    let layers = layers(&base.join("optional"), &args.rules.rules)?;
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
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.sort();
    folders.retain(|folder| folder.join("layer.yaml").is_file());
    folders.iter().map(|folder| layer(folder, on)).collect()
}

fn layer(folder: &Path, on: &[PathBuf]) -> Result<Layer> {
    let path = folder.join("layer.yaml");
    let file: LayerFile = serde_yaml::from_str(&read_text(&path)?)
        .with_context(|| format!("`{}` does not say what the layer is for", path.display()))?;
    let LayerFile { title, about, needs } = file;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_on = on.iter().any(|on| on.components().eq(folder.components()));
    Ok(Layer { name, title, about, needs, folder: folder.display().to_string(), is_on })
}
