//! `ferrule schema`: JSON Schema for editors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum as _;
use serde::Serialize;
use serde_json::{Value, json};

use crate::api;
use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::terminal::Terminal;
use crate::document;
use crate::rules::files::is_layer;
use crate::rules::schema::{self, RuleFileKind};
use crate::text::counted::counted;

/// How an editor uses a schema.
const EDITORS: &str = "\
An editor with the YAML language server (VS Code with the extension YAML, Neovim, Helix) completes and checks files with them:

  ferrule schema --into .schema

writes them all, and says which lines to put into .vscode/settings.json. Or the first line of a file names its schema:

  # yaml-language-server: $schema=../.schema/object.json

`ferrule schema documents` describes Steelhead's documents, by the shapes of the rule set. `ferrule schema api` describes the \
HTTP API as OpenAPI does.";

/// Writes a JSON Schema, with which an editor completes and checks files.
#[derive(Debug, clap::Args)]
#[command(after_help = EDITORS)]
pub struct Args {
    /// What the schema describes
    #[arg(value_enum, default_value = "rules")]
    what: What,
    /// Which kind of file
    #[arg(long, value_enum, default_value = "object")]
    kind: FileKind,
    /// Write those of all kinds of files into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["what", "kind"])]
    into: Option<PathBuf>,
    #[command(flatten)]
    rules: RuleArgs,
    /// The schema is JSON anyway; taken because the other commands have it
    #[arg(long, hide = true)]
    json: bool,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Rule files and cases
    Rules,
    /// Steelhead's documents, by the shapes of the rule set
    Documents,
    /// The HTTP API of `ferrule serve`, as OpenAPI does
    Api,
}

/// The kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FileKind {
    /// The rules of one object, such as rules/invoice.yaml
    Object,
    /// rules/ruleset.yaml
    Ruleset,
    /// rules/settings.yaml
    Settings,
    /// The shape of one object, such as rules/shapes/invoice.yaml
    Shape,
    /// The layer.yaml of a layer
    Layer,
    /// A case, such as fixtures/invoice/basic.yaml
    Case,
}

impl FileKind {
    /// The kind of rule file; nothing for a case.
    fn of_rules(self) -> Option<RuleFileKind> {
        Some(match self {
            Self::Object => RuleFileKind::Object,
            Self::Ruleset => RuleFileKind::Ruleset,
            Self::Settings => RuleFileKind::Settings,
            Self::Shape => RuleFileKind::Shape,
            Self::Layer => RuleFileKind::Layer,
            Self::Case => return None,
        })
    }
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let schema = match (&args.into, args.what) {
        (Some(folder), _) => return write_all(folder, args, terminal),
        (None, What::Rules) => schema_of(args.kind, &known(args)?),
        (None, What::Documents | What::Api) if args.kind != FileKind::Object => {
            bail!("--kind is for rule files and cases")
        }
        (None, What::Api) => api::description()?,
        (None, What::Documents) => document::json_schema(&args.rules.program(terminal)?.shapes),
    };
    terminal.print_json(&schema)?;
    Ok(Exit::Well)
}

fn schema_of(kind: FileKind, known: &[(String, &'static str)]) -> Value {
    let known: Vec<schema::Known<'_>> = known.iter().map(|(object, add)| (object.as_str(), *add)).collect();
    kind.of_rules().map_or_else(schema::of_case, |kind| schema::of(kind, &known))
}

/// The objects of the rule set with the message that creates their records. Rules that are not there, or are wrong, are
/// no hindrance: an editor is for setting them right.
fn known(args: &Args) -> Result<Vec<(String, &'static str)>> {
    if args.kind != FileKind::Object || !args.rules.folders()?.iter().all(|folder| is_layer(folder)) {
        return Ok(Vec::new());
    }
    let objects = args.rules.compile()?.program.map(|program| program.objects).unwrap_or_default();
    let with_message = objects.iter().filter_map(|object| {
        let add = object.export.as_ref()?.variants.last()?.add.body.name();
        Some((object.name.clone(), add))
    });
    Ok(with_message.collect())
}

/// What `--into` did.
#[derive(Debug, Serialize)]
struct Report {
    /// The files that were written.
    written: Vec<String>,
    /// What goes into the settings of VS Code: each schema with the files that it is for.
    #[serde(rename = "yaml.schemas")]
    schemas: BTreeMap<String, Vec<String>>,
}

fn write_all(folder: &Path, args: &Args, terminal: Terminal) -> Result<Exit> {
    let known = known(args)?;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let mut report = Report { written: Vec::new(), schemas: BTreeMap::new() };
    for kind in FileKind::value_variants() {
        let name = kind.to_possible_value().map(|value| format!("{}.json", value.get_name()));
        let path = folder.join(name.unwrap_or_default());
        let text = serde_json::to_string(&schema_of(*kind, &known))?;
        std::fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
        let path = path.display().to_string();
        let files = files_of(*kind, args)?;
        if !files.is_empty() {
            report.schemas.insert(path.clone(), files);
        }
        report.written.push(path);
    }
    if args.json {
        terminal.print_json(&report)?;
    } else {
        let lines = serde_json::to_string_pretty(&json!({ "yaml.schemas": report.schemas }))?;
        let written = counted(report.written.len(), "schema");
        terminal.print(&format!(
            "{written} written to `{}`. For VS Code, .vscode/settings.json:\n\n{lines}\n",
            folder.display()
        ))?;
    }
    Ok(Exit::Well)
}

/// The files of the rule set that a schema is for, each by its own path: an editor's patterns would take too many.
fn files_of(kind: FileKind, args: &Args) -> Result<Vec<String>> {
    let Some(wanted) = kind.of_rules() else { return Ok(vec!["fixtures/*.yaml".to_owned()]) };
    if !args.rules.folders()?.iter().all(|folder| is_layer(folder)) {
        return Ok(Vec::new());
    }
    let layers = args.rules.read()?.layers;
    let files = layers.iter().flatten().filter(|file| RuleFileKind::of_file(&file.name) == Some(wanted));
    Ok(files.map(|file| file.path.clone()).collect())
}
