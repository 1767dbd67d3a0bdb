//! `ferrule layers`: the optional layers that ship with the rules, and switching them on and off.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use crate::cli::company::opened::entry;
use crate::cli::exit::Exit;
use crate::cli::rule_set::SetArgs;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;
use crate::people::AuditAction;
use crate::rules::OptionalLayer;
use crate::rules::files::BASE;
use crate::sync::{connected_of, switch_layers};

const AFTER_HELP: &str = "\
Examples:
  ferrule layers
  ferrule layers --on payment
  ferrule layers --on purchase_order --on item_receipt --company \"Lakeside Plating\"
  ferrule layers --off payment
  ferrule check --rules rules --rules rules/optional/payment

A layer is on for one company file, from its next visit on; a visit that is under way ends by the rules with which it \
began. Nothing is switched if the rules with these layers have an error. To have a layer on for every company file, name \
its folder after that of the rules, in every command and in `ferrule serve`.";

/// Lists the optional layers that ship with the rules: what each is for, and for which company files it is on. Switches
/// them on and off.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(flatten)]
    rules: SetArgs,
    #[command(flatten)]
    store: StoreArgs,
    /// Switch a layer on for a company file; repeatable
    #[arg(long, value_name = "LAYER")]
    on: Vec<String>,
    /// Switch a layer off; repeatable. Documents of it stay as they are on both sides, and are sent no more
    #[arg(long, value_name = "LAYER")]
    off: Vec<String>,
    /// Who says so; for the list of what people did
    #[arg(long, value_name = "NAME", default_value = "Somebody at the command line")]
    by: String,
    /// Write them as JSON
    #[arg(long)]
    json: bool,
}

/// An optional layer.
#[derive(Serialize)]
struct Layer<'l> {
    name: &'l str,
    title: &'l str,
    about: &'l str,
    needs: &'l [String],
    /// What the commands take.
    folder: String,
    /// Whether it is among the layers that `--rules` names.
    is_on: bool,
    /// The company files for which it is on.
    on_for: &'l [String],
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    if !args.on.is_empty() || !args.off.is_empty() {
        return switch(args, terminal);
    }
    let rules = args.rules.of_all();
    let shelf = rules.shelf(&rules.read()?)?;
    let on = rules.folders()?;
    let base = on.first().map_or(Path::new(BASE), PathBuf::as_path);
    let on_for = args.on_for()?;
    let on_for = |layer: &OptionalLayer| on_for.get(&layer.name).map_or(&[][..], Vec::as_slice);
    let layers: Vec<Layer<'_>> = shelf.layers.iter().map(|layer| Layer::of(layer, on_for(layer))).collect();
    if args.json {
        terminal.print_json(&layers)?;
        return Ok(Exit::Well);
    }
    let mut told = String::new();
    for layer in &layers {
        let Layer { title, about, needs, folder, .. } = layer;
        _ = writeln!(told, "{}{}\n  {about}", terminal.out.strong(title), layer.state());
        let below: Vec<String> = needs
            .iter()
            .filter_map(|name| Some(format!(" --rules {}", shelf.get(name)?.folder.display())))
            .collect();
        _ = writeln!(told, "  --rules {}{} --rules {folder}", base.display(), below.concat());
    }
    if layers.is_empty() {
        _ = writeln!(told, "`{}` has no optional layers", base.display());
    }
    terminal.print(&told)?;
    Ok(Exit::Well)
}

/// Switches layers, and says so.
fn switch(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (store, file) = args.store.open_company()?;
    let set = args.rules.of(&file)?.rulebooks(terminal)?.of_domain(&file.made.domain)?;
    let on = args.on.iter().map(|name| (name.clone(), true));
    let changes: Vec<_> = on.chain(args.off.iter().map(|name| (name.clone(), false))).collect();
    let switched = switch_layers(store.as_ref(), &set, &file, &changes)?;
    if switched.is_empty() {
        terminal.print("all of it is so already\n")?;
        return Ok(Exit::Well);
    }
    let details = switched.join("; ");
    store.note(&entry(&file, &args.by, AuditAction::SwitchLayers, details.clone()))?;
    terminal.print(&format!("{}: {details}\n", file.made.name))?;
    let connected = connected_of(store.as_ref(), &file, &set.shelf().layers)?;
    for (name, count) in connected.iter().filter(|(name, _)| args.off.contains(name)) {
        terminal.print(&format!(
            "{name}: documents with a record in QuickBooks: {count}; they stay as they are on both sides, and nothing is sent for them\n"
        ))?;
    }
    Ok(Exit::Well)
}

impl Args {
    /// The company files for which each layer is on; none where there is no database yet.
    fn on_for(&self) -> Result<BTreeMap<String, Vec<String>>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if !self.store.database.exists() {
            return Ok(all);
        }
        let store = self.store.open()?;
        for file in self.store.company_files(store.as_ref())? {
            for layer in file.layers {
                all.entry(layer).or_default().push(file.made.name.clone());
            }
        }
        Ok(all)
    }
}

impl<'l> Layer<'l> {
    fn of(layer: &'l OptionalLayer, on_for: &'l [String]) -> Self {
        Self {
            name: &layer.name,
            title: &layer.about.title,
            about: &layer.about.about,
            needs: &layer.about.needs,
            folder: layer.folder.display().to_string(),
            is_on: layer.is_given,
            on_for,
        }
    }

    fn state(&self) -> String {
        match self.on_for {
            _ if self.is_on => " (on)".to_owned(),
            [] => String::new(),
            files => format!(" (on for {})", files.join(", ")),
        }
    }
}
