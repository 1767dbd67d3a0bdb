//! A file with options: what would stand on the command line of a service, and can be looked through before it counts.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_yaml::{Mapping, Value};

use crate::document::nearest;

/// The option that names the file; it cannot stand in the file.
const CONFIG: &str = "config";

/// Options that say what one run of the command is to do. They have no place in a file.
const OF_ONE_RUN: [&str; 3] = [CONFIG, "check", "help"];

/// Why a file of options cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// It cannot be read.
    #[error("cannot read `{file}`: {error}", file = .0.display(), error = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// It is no YAML, or not a list of options with their values.
    #[error("`{file}` is no list of options: {reason}; write `option: value`, each in a line of its own", file = .0.display(), reason = .1)]
    Shapeless(PathBuf, String),
    /// One option in it is wrong.
    #[error("{file}:{line}: {wrong}", file = .0.display(), line = .1, wrong = .2)]
    Wrong(PathBuf, usize, WrongOption),
}

/// What is wrong with one option of a file.
#[derive(Debug, thiserror::Error)]
pub enum WrongOption {
    /// There is no option of this name.
    #[error("there is no option `{name}`{}", hint.as_ref().map(|it| format!("; did you mean `{it}`?")).unwrap_or_default())]
    Unknown {
        /// What was written.
        name: String,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// It is one that is either on or off.
    #[error("`{0}` is `true` or `false`")]
    NoSwitch(String),
    /// It has several values, and takes one.
    #[error("`{0}` takes one value, not several")]
    Several(String),
    /// Its value is no text, number or list of them.
    #[error("the value of `{0}` is a text, a number, or a list of them")]
    NoText(String),
}

/// The arguments, and behind them those of the file that `--config` names, if it is there. What the command line or the
/// environment says counts more than the file.
///
/// # Errors
/// The file cannot be read, or has something that is no option of the command.
pub fn with_file(command: &Command, mut arguments: Vec<OsString>) -> Result<Vec<OsString>, OptionsError> {
    // What is wrong on the command line is told later, when all is together.
    let given = command.clone().ignore_errors(true).try_get_matches_from(&arguments);
    let Ok(given) = given else { return Ok(arguments) };
    let Some((name, given)) = given.subcommand() else { return Ok(arguments) };
    let Some(of_command) = command.find_subcommand(name) else { return Ok(arguments) };
    if !of_command.get_arguments().any(|argument| argument.get_long() == Some(CONFIG)) {
        return Ok(arguments);
    }
    if let Some(file) = given.get_one::<PathBuf>(CONFIG) {
        arguments.extend(read(file, of_command, given)?);
    }
    Ok(arguments)
}

fn read(file: &Path, command: &Command, given: &ArgMatches) -> Result<Vec<OsString>, OptionsError> {
    let text =
        std::fs::read_to_string(file).map_err(|error| OptionsError::Unreadable(file.to_owned(), error))?;
    let shapeless = |error: serde_yaml::Error| OptionsError::Shapeless(file.to_owned(), error.to_string());
    // A file in which everything is commented out says nothing.
    let options: Option<Mapping> = serde_yaml::from_str(&text).map_err(shapeless)?;
    let mut arguments = Vec::new();
    for (name, value) in options.iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        let wrong = |wrong| OptionsError::Wrong(file.to_owned(), line_of(&text, name), wrong);
        let option = option(command, name).map_err(wrong)?;
        let is_given = matches!(
            given.value_source(option.get_id().as_str()),
            Some(ValueSource::CommandLine | ValueSource::EnvVariable)
        );
        let said = said(option, name, value).map_err(wrong)?;
        arguments.extend(if is_given { Vec::new() } else { said });
    }
    Ok(arguments)
}

fn option<'c>(command: &'c Command, name: &str) -> Result<&'c Arg, WrongOption> {
    let may_stand = |argument: &&Arg| argument.get_long().is_some_and(|long| !OF_ONE_RUN.contains(&long));
    let all: Vec<&Arg> = command.get_arguments().filter(may_stand).collect();
    all.iter().find(|argument| argument.get_long() == Some(name)).copied().ok_or_else(|| {
        let names: HashSet<&str> = all.iter().filter_map(|argument| argument.get_long()).collect();
        WrongOption::Unknown { name: name.to_owned(), hint: nearest(name, names).map(str::to_owned) }
    })
}

/// The option as the command line has it.
fn said(option: &Arg, name: &str, value: &Value) -> Result<Vec<OsString>, WrongOption> {
    if matches!(option.get_action(), ArgAction::SetTrue) {
        let is_on = value.as_bool().ok_or_else(|| WrongOption::NoSwitch(name.to_owned()))?;
        return Ok(if is_on { vec![format!("--{name}").into()] } else { Vec::new() });
    }
    let one = |value: &Value| match value {
        Value::String(text) => Ok(format!("--{name}={text}").into()),
        Value::Number(number) => Ok(format!("--{name}={number}").into()),
        _ => Err(WrongOption::NoText(name.to_owned())),
    };
    match value {
        Value::Sequence(_) if !matches!(option.get_action(), ArgAction::Append) => {
            Err(WrongOption::Several(name.to_owned()))
        }
        Value::Sequence(values) => values.iter().map(one).collect(),
        single => one(single).map(|it| vec![it]),
    }
}

/// The line that an option stands in, from 1.
fn line_of(text: &str, name: &str) -> usize {
    let is_it = |line: &str| {
        let line = line.trim_start().trim_start_matches(['"', '\'']);
        line.strip_prefix(name).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    };
    text.lines().position(is_it).map_or(1, |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> Command {
        let serve = Command::new("serve").args([
            Arg::new("config").long("config").value_parser(clap::value_parser!(PathBuf)),
            Arg::new("listen").long("listen"),
            Arg::new("batch").long("batch"),
            Arg::new("no_pages").long("no-pages").action(ArgAction::SetTrue),
            Arg::new("rules").long("rules").action(ArgAction::Append),
        ]);
        Command::new("ferrule").subcommand(serve)
    }

    fn of(text: &str, arguments: &[&str]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("serve.yaml");
        std::fs::write(&file, text).unwrap();
        let all = ["ferrule", "serve", "--config"].map(OsString::from).into_iter().chain([file.into()]);
        let all: Vec<OsString> = all.chain(arguments.iter().map(OsString::from)).collect();
        let count = all.len();
        let told = |error: OptionsError| {
            let told = error.to_string();
            told.replace(&folder.path().display().to_string(), "")
        };
        let all = with_file(&command(), all).map_err(told)?;
        Ok(all[count..].iter().map(|it| it.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn options_of_a_file_stand_behind_those_of_the_command_line() {
        let text =
            "# Ours\nlisten: 0.0.0.0:8443\nbatch: 5\nno-pages: true\nrules: [base, /etc/ferrule/rules]\n";
        let all = [
            "--listen=0.0.0.0:8443",
            "--batch=5",
            "--no-pages",
            "--rules=base",
            "--rules=/etc/ferrule/rules",
        ];
        assert_eq!(of(text, &[]).unwrap(), all);
        assert_eq!(
            of(text, &["--listen", "127.0.0.1:1", "--rules", "x"]).unwrap(),
            ["--batch=5", "--no-pages"]
        );
        assert_eq!(of("no-pages: false\n", &[]).unwrap(), [""; 0]);
        assert_eq!(of("# nothing: yet\n", &[]).unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |text| of(text, &[]).unwrap_err();
        assert_eq!(
            told("batch: 5\nlistn: x\n"),
            "/serve.yaml:2: there is no option `listn`; did you mean `listen`?"
        );
        assert_eq!(told("config: x\n"), "/serve.yaml:1: there is no option `config`");
        assert_eq!(told("\nno-pages: perhaps\n"), "/serve.yaml:2: `no-pages` is `true` or `false`");
        assert_eq!(told("listen: [a, b]\n"), "/serve.yaml:1: `listen` takes one value, not several");
        assert_eq!(
            told("listen: {a: b}\n"),
            "/serve.yaml:1: the value of `listen` is a text, a number, or a list of them"
        );
        assert!(told("just words\n").starts_with("`/serve.yaml` is no list of options: "));
        assert!(told("batch: 5\nbatch: 6\n").contains("duplicate"), "{}", told("batch: 5\nbatch: 6\n"));
    }
}
