//! `ferrule init`, `new` and `upgrade`: files to begin with, which are right at once.

use std::path::Path;
use std::process::{Command, Output};

use ferrule::catalogue::{Kind, operations};
use ferrule::rules::scaffold::{Scaffold, object};
use ferrule::rules::{RuleFiles, compile, render};
use ferrule::snapshots::{Verdict, check_all};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ferrule")).args(arguments).current_dir(folder).output().unwrap()
}

fn well(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    well(folder.path(), &["init"]);
    folder
}

#[test]
fn a_shop_s_repository_is_right_at_once_and_grows() {
    let folder = repository();
    let at = folder.path();
    its_own_checks_are_green(at);
    assert_eq!(well(at, &["test"]), "1 case: 1 same\n");
    well(at, &["new", "object", "payment", "--message", "ReceivePaymentAdd"]);
    its_own_checks_are_green(at);
    assert_eq!(well(at, &["test"]), "2 cases: 2 same\n");
    let said = refused(at, &["new", "object", "payment", "--message", "ReceivePaymentAdd"]);
    assert!(said.contains("already"), "{said}");
    let said = refused(at, &["new", "object", "deposit", "--message", "DepositAd"]);
    assert!(said.contains("did you mean `DepositAdd`?"), "{said}");
    let said = refused(at, &["new", "object", "Deposit", "--message", "DepositAdd"]);
    assert!(said.contains("small letter"), "{said}");
    assert!(refused(at, &["init"]).contains("already"));
}

/// What the repository's file for continuous integration runs.
pub fn its_own_checks_are_green(repository: &Path) {
    let file = std::fs::read_to_string(repository.join(".github/workflows/rules.yml")).unwrap();
    let commands = file.lines().filter_map(|line| line.split_once("./ferrule ").map(|(_, command)| command));
    let commands: Vec<&str> = commands.collect();
    assert!(commands.len() >= 4, "{file}");
    for command in commands {
        well(repository, &command.split(' ').collect::<Vec<_>>());
    }
}

/// Whatever the message, what is written compiles without a finding, and its case creates a record.
#[test]
fn an_object_of_any_message_is_right_at_once() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for add in operations().filter(|it| it.kind == Kind::Add && it.body.is_some()) {
        let folder = tempfile::tempdir().unwrap();
        let (layer, fixtures) = (folder.path().join("site"), folder.path().join("fixtures"));
        let drafts =
            object("thing", add.name, Scaffold { known: &[], layer: &layer, fixtures: &fixtures }).unwrap();
        std::fs::create_dir_all(&layer).unwrap();
        std::fs::write(layer.join("ruleset.yaml"), "name: A\nqbxml: \"13.0\"\n").unwrap();
        for (path, text) in &drafts {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let compiled = compile(&RuleFiles::read(&[&layer]).unwrap());
        let told = render::render(&compiled.diagnostics, &compiled.sources, false);
        if !compiled.diagnostics.is_empty() {
            wrong.push(format!("{}: {told}", add.name));
            continue;
        }
        let all = check_all(&[&layer], &[fixtures.join("thing/first.yaml")]).unwrap();
        let Verdict::New { fresh } = &all[0].verdict else { panic!("{}: {:?}", add.name, all[0].verdict) };
        if !fresh.snapshot.text.contains("Plan: 1 to create") {
            wrong.push(format!("{}: {}", add.name, fresh.snapshot.text));
        }
        seen += 1;
    }
    assert_eq!(wrong, [""; 0]);
    assert!(seen > 50, "{seen}");
}

#[test]
fn the_project_file_is_read_and_told_of_when_it_is_wrong() {
    let folder = repository();
    let at = folder.path();
    let with = |text: &str| std::fs::write(at.join("ferrule.yaml"), text).unwrap();
    with("layers: [base, site]\nqbxml: \"99.0\"\n");
    let output = run(at, &["check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("ferrule.yaml:2:8") && said.contains("R303"), "{said}");
    with("layers: [base, site]\nfixture: x\n");
    assert!(refused(at, &["check"]).contains("fixture"));
    with("layers: []\n");
    assert!(refused(at, &["check"]).contains("names no layers"));
    with("layers: [base, sight]\n");
    assert!(refused(at, &["check"]).contains("sight"));
    with("layers: [base, base/optional/payment, site]\nfixtures: cases\n");
    well(at, &["check", "--strict"]);
    assert!(refused(at, &["test"]).contains("cases"));
}

#[test]
fn a_newer_base_is_told_with_what_sits_on_it() {
    let folder = repository();
    let at = folder.path();
    assert!(well(at, &["upgrade"]).contains("has not changed"));
    let old = at.join(".ferrule/base/settings.yaml");
    let text = std::fs::read_to_string(&old).unwrap();
    assert!(text.contains("default: \"SH:\""));
    std::fs::write(&old, text.replace("default: \"SH:\"", "default: \"OLD:\"")).unwrap();
    let invoice = at.join(".ferrule/base/invoice.yaml");
    let text = std::fs::read_to_string(&invoice).unwrap();
    std::fs::write(&invoice, text.replacen("title: Invoice", "title: Bill of sale", 1)).unwrap();
    let said = well(at, &["upgrade"]);
    assert!(said.contains("settings.yaml: settings.custom_prefix.default\n  - OLD:\n  + SH:\n"), "{said}");
    assert!(said.contains("your layer says something here: site/settings.yaml:4"), "{said}");
    assert!(said.contains("2 places of the base changed, 1 of them beneath your layers."), "{said}");
    well(at, &["upgrade", "--accept"]);
    assert!(well(at, &["upgrade"]).contains("has not changed"));
    std::fs::remove_dir_all(at.join(".ferrule")).unwrap();
    assert!(refused(at, &["upgrade"]).contains("missing"));
    assert!(refused(tempfile::tempdir().unwrap().path(), &["upgrade"]).contains("ferrule init"));
}

/// A repository's own layer is compared with what git has of it; the base is that of the program.
#[test]
fn a_change_is_compared_with_the_last_commit() {
    let folder = repository();
    let at = folder.path();
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        assert!(
            Command::new("git").args(who).args(arguments).current_dir(at).output().unwrap().status.success()
        );
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "Begin"]);
    let settings = at.join("site/settings.yaml");
    let text = std::fs::read_to_string(&settings).unwrap().replace("S-", "T-");
    std::fs::write(settings, text).unwrap();
    let output = run(at, &["diff", "--against", "HEAD"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("S-1 -> T-1"), "{said}");
    let case = run(at, &["diff", "--against", "HEAD", "--corpus", "fixtures/begin/our-prefix.yaml"]);
    assert!(String::from_utf8_lossy(&case.stdout).contains("S-1 -> T-1"));
}
