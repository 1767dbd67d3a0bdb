//! The command line as a whole.

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::cli::company::{
    archive, connect, connections, doctor, errors, finalize, history, ignore, import, load, pause, play,
    prune, read, reconcile, settings, settle, status,
};
use crate::cli::completions;
use crate::cli::editor::{fmt, lsp};
use crate::cli::exit::{self, Exit};
use crate::cli::man;
use crate::cli::options_file;
use crate::cli::rules::{
    check, diff, explain, fields, init, layers, map, new, schema, test, upgrade, validate,
};
use crate::cli::service::{connector, demo, qwc, serve, take_over, token, user};
use crate::cli::support::{case, handbook, language, uses};
use crate::cli::terminal::{Terminal, When, chain};

/// Joins Steelhead to QuickBooks Desktop by rules that you can read, change, preview and test.
#[derive(Debug, Parser)]
#[command(name = "ferrule", version, after_help = exit::HELP, max_term_width = 110)]
pub struct App {
    /// When to colour: auto (on a terminal, unless `NO_COLOR` is set), always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    color: When,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Map(map::Args),
    Diff(Box<diff::Args>),
    Explain(explain::Args),
    Uses(uses::Args),
    Handbook(handbook::Args),
    Language(language::Args),
    Case(Box<case::Args>),
    Test(test::Args),
    Validate(validate::Args),
    Init(init::Args),
    New(new::Args),
    Upgrade(upgrade::Args),
    Fmt(fmt::Args),
    Fields(fields::Args),
    Layers(layers::Args),
    Schema(schema::Args),
    Lsp(lsp::Args),
    Qwc(Box<qwc::Args>),
    Settings(settings::Args),
    Load(load::Args),
    Finalize(finalize::Args),
    Play(play::Args),
    Read(read::Args),
    Pause(pause::Args),
    Status(status::Args),
    Errors(errors::Args),
    Reconcile(Box<reconcile::Args>),
    History(history::Args),
    Connect(connect::Args),
    Connections(connections::Args),
    Archive(archive::Args),
    Settle(settle::Args),
    Ignore(ignore::Args),
    Doctor(doctor::Args),
    Prune(prune::Args),
    Move(take_over::Args),
    Import(import::Args),
    Connector(Box<connector::Args>),
    Demo(demo::Args),
    Serve(Box<serve::Args>),
    User(user::Args),
    Token(token::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// The command line, for completions and documentation.
pub fn command() -> clap::Command {
    App::command()
}

/// Runs the command that the process's arguments name.
pub fn main() -> ExitCode {
    let arguments = match options_file::with_file(&command(), std::env::args_os().collect()) {
        Ok(arguments) => arguments,
        Err(error) => {
            Terminal::new(When::Auto).error(&error.to_string());
            return Exit::Error.into();
        }
    };
    let app = match App::try_parse_from(arguments) {
        Ok(app) => app,
        Err(error) => return usage(&error),
    };
    let terminal = Terminal::new(app.color);
    match run(&app.command, terminal) {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal.error(&chain(&error));
            Exit::Error.into()
        }
    }
}

fn run(command: &Command, terminal: Terminal) -> Result<Exit> {
    match command {
        Command::Check(args) => check::run(args, terminal),
        Command::Map(args) => map::run(args, terminal),
        Command::Diff(args) => diff::run(args, terminal),
        Command::Explain(args) => explain::run(args, terminal),
        Command::Uses(args) => uses::run(args, terminal),
        Command::Handbook(args) => handbook::run(args, terminal),
        Command::Language(args) => language::run(args, terminal),
        Command::Case(args) => case::run(args, terminal),
        Command::Test(args) => test::run(args, terminal),
        Command::Validate(args) => validate::run(args, terminal),
        Command::Init(args) => init::run(args, terminal),
        Command::New(args) => new::run(args, terminal),
        Command::Upgrade(args) => upgrade::run(args, terminal),
        Command::Fmt(args) => fmt::run(args, terminal),
        Command::Fields(args) => fields::run(args, terminal),
        Command::Layers(args) => layers::run(args, terminal),
        Command::Schema(args) => schema::run(args, terminal),
        Command::Lsp(args) => lsp::run(args),
        Command::Qwc(args) => qwc::run(args, terminal),
        Command::Settings(args) => settings::run(args, terminal),
        Command::Load(args) => load::run(args, terminal),
        Command::Finalize(args) => finalize::run(args, terminal),
        Command::Play(args) => play::run(args, terminal),
        Command::Read(args) => read::run(args, terminal),
        Command::Pause(args) => pause::run(args, terminal),
        Command::Status(args) => status::run(args, terminal),
        Command::Errors(args) => errors::run(args, terminal),
        Command::Reconcile(args) => reconcile::run(args, terminal),
        Command::History(args) => history::run(args, terminal),
        Command::Connect(args) => connect::run(args, terminal),
        Command::Connections(args) => connections::run(args, terminal),
        Command::Archive(args) => archive::run(args, terminal),
        Command::Settle(args) => settle::run(args, terminal),
        Command::Ignore(args) => ignore::run(args, terminal),
        Command::Doctor(args) => doctor::run(args, terminal),
        Command::Prune(args) => prune::run(args, terminal),
        Command::Move(args) => take_over::run(args, terminal),
        Command::Import(args) => import::run(args, terminal),
        Command::Connector(args) => connector::run(args, terminal),
        Command::Demo(args) => demo::run(args, terminal),
        Command::Serve(args) => serve::run(args, terminal),
        Command::User(args) => user::run(args, terminal),
        Command::Token(args) => token::run(args, terminal),
        Command::Completions(args) => completions::run(args, terminal),
        Command::Man(args) => man::run(args, terminal),
    }
}

/// Help and versions are results; anything else is a mistake in the arguments, which is 1 and not
/// clap's 2: of `diff`, 2 says that there is something to do.
fn usage(error: &clap::Error) -> ExitCode {
    _ = error.print();
    if error.use_stderr() { Exit::Error.into() } else { Exit::Well.into() }
}
