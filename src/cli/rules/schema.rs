//! `ferrule schema`: JSON Schema for editors.

use anyhow::{Result, bail};

use crate::cli::exit::Exit;
use crate::cli::rule_set::RuleArgs;
use crate::cli::terminal::Terminal;
use crate::document;
use crate::rules::schema::{self, RuleFileKind};

/// How an editor uses a schema.
const EDITORS: &str = "\
An editor with the YAML language server (VS Code, Neovim, ...) completes and checks rule files with them:

  mkdir -p .schema
  ferrule schema rules --kind object   > .schema/object.json
  ferrule schema rules --kind ruleset  > .schema/ruleset.json
  ferrule schema rules --kind settings > .schema/settings.json
  ferrule schema rules --kind shape    > .schema/shape.json

Then either the first line of a rule file names its schema:

  # yaml-language-server: $schema=../.schema/object.json

or the editor's settings name one for all of them:

  \"yaml.schemas\": { \".schema/shape.json\": \"rules/shapes/*.yaml\" }

`ferrule schema documents` describes Steelhead's documents, by the shapes of the rule set.";

/// Writes a JSON Schema, with which an editor completes and checks files.
#[derive(Debug, clap::Args)]
#[command(after_help = EDITORS)]
pub struct Args {
    /// What the schema describes
    #[arg(value_enum, default_value = "rules")]
    what: What,
    /// Which kind of rule file
    #[arg(long, value_enum, default_value = "object")]
    kind: FileKind,
    #[command(flatten)]
    rules: RuleArgs,
    /// The schema is JSON anyway; taken because the other commands have it
    #[arg(long, hide = true)]
    json: bool,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Rule files
    Rules,
    /// Steelhead's documents, by the shapes of the rule set
    Documents,
}

/// The kinds of rule files.
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
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let schema = match args.what {
        What::Rules => schema::of(match args.kind {
            FileKind::Object => RuleFileKind::Object,
            FileKind::Ruleset => RuleFileKind::Ruleset,
            FileKind::Settings => RuleFileKind::Settings,
            FileKind::Shape => RuleFileKind::Shape,
        }),
        What::Documents if args.kind != FileKind::Object => bail!("--kind is for rule files"),
        What::Documents => document::json_schema(&args.rules.program(terminal)?.shapes),
    };
    terminal.print_json(&schema)?;
    Ok(Exit::Well)
}
