//! `ferrule new`: files to begin with.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::cli::exit::Exit;
use crate::cli::rule_set::{RuleArgs, fixtures};
use crate::cli::rules::init::{snapshots, write_new};
use crate::cli::terminal::Terminal;
use crate::document::{FieldType, Shapes};
use crate::rules::Program;
use crate::rules::program::Object;
use crate::rules::scaffold::{Draft, KnownObject, Scaffold, object};

const AFTER_HELP: &str = "\
Examples:
  ferrule new object payment --message ReceivePaymentAdd
  ferrule new object deposit --message DepositAdd --rules base --rules site

What a message names by an id gets rules of its own, where there are none. An account of a certain type is more than a first draft can
say: `ferrule test` tells what is still to be written.";

/// Writes files to begin with: shape, rules and a case for one more kind of document.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What is begun.
#[derive(Debug, clap::Subcommand)]
enum What {
    /// An object: one kind of Steelhead's documents, and the message that makes records of them
    Object(ObjectArgs),
}

#[derive(Debug, clap::Args)]
struct ObjectArgs {
    /// Its name, as documents carry it, such as `payment`
    #[arg(value_name = "NAME")]
    name: String,
    /// The message that creates its records, such as `ReceivePaymentAdd`
    #[arg(long, value_name = "MESSAGE")]
    message: String,
    #[command(flatten)]
    rules: RuleArgs,
    /// Write what was made as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let What::Object(args) = &args.what;
    let program = args.rules.program(terminal)?;
    if program.object(&args.name).is_some() {
        bail!("the rules have an object `{}` already", args.name);
    }
    let layers = args.rules.folders()?;
    let layer = layers.iter().rfind(|layer| layer.is_dir());
    let layer = layer.context("no layer is a folder to write to; `ferrule init` makes one")?;
    let fixtures = fixtures()?;
    let drafts =
        object(&args.name, &args.message, Scaffold { known: &known(&program), layer, fixtures: &fixtures })?;
    write_new(&drafts)?;
    let mut written: Vec<PathBuf> = drafts.iter().map(|(path, _): &Draft| path.clone()).collect();
    written.extend(snapshots(&layers, &fixtures.join(&args.name))?);
    if args.json {
        terminal.print_json(&written)?;
    } else {
        let lines: Vec<String> = written.iter().map(|path| format!("  {}\n", path.display())).collect();
        terminal.print(&format!(
            "written:\n{}`ferrule fields {}` lists the elements that there are.\n",
            lines.concat(),
            args.message
        ))?;
    }
    Ok(Exit::Well)
}

/// The kinds of documents that the rules have.
fn known(program: &Program) -> Vec<KnownObject> {
    program.objects.iter().map(|object| known_object(object, &program.shapes)).collect()
}

fn known_object(object: &Object, shapes: &Shapes) -> KnownObject {
    let variants = object.export.iter().flat_map(|export| &export.variants);
    let needed = shapes.get(object.shape).fields.iter().filter(|field| field.required && field.name != "id");
    let sample = |ty: &FieldType| match ty {
        FieldType::Integer | FieldType::Number => "2",
        FieldType::Boolean => "true",
        FieldType::Date => "2026-03-12",
        _ => "Dunmore",
    };
    KnownObject {
        object: object.name.clone(),
        messages: variants.map(|variant| variant.add.body.name()).collect(),
        part: needed.map(|field| (field.name.clone(), sample(&field.ty))).collect(),
    }
}
