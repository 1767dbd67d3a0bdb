//! The commands that README and handbook name are commands: run where they can be, else by their options.

use std::collections::BTreeSet;
use std::path::Path;

use assert_cmd::Command;

fn ferrule() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Every `ferrule ...` between backticks, and every line of a shell that begins so, without `ferrule`.
fn commands(text: &str) -> BTreeSet<String> {
    let spans = text.split('`').skip(1).step_by(2).flat_map(|span| span.split("&&"));
    let lines = text.lines().map(|line| line.trim_start_matches("$ "));
    let named = spans.chain(lines).filter_map(|it| {
        it.trim().strip_prefix("ferrule ").or_else(|| it.trim().strip_prefix("cargo run -- "))
    });
    named.map(|command| command.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn all() -> BTreeSet<String> {
    commands(&read("README.md")).into_iter().chain(commands(&read("rules/README.md"))).collect()
}

#[test]
fn every_command_that_is_named_exists_with_its_options() {
    let all = all();
    assert!(all.len() >= 10, "{all:?}");
    for command in all {
        let mut words = command.split(' ');
        let name = words.next().unwrap();
        let help = ferrule().args([name, "--help"]).output().unwrap();
        assert!(help.status.success(), "`ferrule {command}`: no such command");
        let help = String::from_utf8(help.stdout).unwrap();
        for option in words.filter(|word| word.starts_with("--")) {
            let is_known = help.split([' ', '\n', ',']).any(|word| word == option);
            assert!(is_known, "`ferrule {command}`: {name} has no option {option}");
        }
    }
}

#[test]
fn the_commands_that_need_nothing_else_run() {
    let all = all();
    for (command, code) in [
        ("check", 0),
        ("test", 0),
        ("explain R301", 0),
        ("explain 3140", 0),
        ("schema rules", 0),
        ("diff --steelhead fixtures/shop/documents --quickbooks fixtures/shop/quickbooks", 2),
    ] {
        assert!(all.contains(command), "no page names `ferrule {command}` any longer: {all:?}");
        ferrule().args(command.split(' ')).assert().code(code);
    }
}

/// The rule that the README tells to change is there as it is quoted.
#[test]
fn the_rule_to_change_is_quoted_as_it_is() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("Open `rules/invoice.yaml`. `").unwrap();
    let (rule, _) = rest.split_once('`').unwrap();
    assert!(read("rules/invoice.yaml").lines().any(|line| line.trim() == rule), "{rule}");
}

#[test]
fn the_crash_matrix_is_shown_as_it_was_measured() {
    assert!(read("README.md").contains(read("tests/it/crash_matrix.md").trim()));
}
