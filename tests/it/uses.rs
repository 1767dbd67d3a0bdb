//! Who uses what: the index that the checker keeps of every name, and `ferrule uses`.

use std::path::Path;
use std::sync::LazyLock;

use assert_cmd::Command;
use ferrule::rules::source::Span;
use ferrule::rules::uses::{Kind, Thing};
use ferrule::rules::{Compiled, Program, RuleFiles, compile};

static PROGRAM: LazyLock<Program> = LazyLock::new(|| compiled("rules").program.unwrap());

fn compiled(folder: &str) -> Compiled {
    compile(&RuleFiles::read(&[Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)]).unwrap())
}

fn named(name: &str) -> &'static Thing {
    let found: Vec<&Thing> = PROGRAM.uses.named(name).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0]
}

fn text(span: Span) -> &'static str {
    let source = PROGRAM.sources.get(span.file).unwrap();
    &source.text[span.start as usize..span.end as usize]
}

/// Every place of a thing names it by its last step, so that an editor may change the word there.
#[test]
fn every_place_is_that_of_the_name() {
    let mut places = 0;
    for thing in &PROGRAM.uses.things {
        let last = thing.name.rsplit('.').next().unwrap();
        for span in thing.defined.iter().chain(&thing.used) {
            assert_eq!(
                text(*span).trim_matches(['"', '\'']),
                last,
                "{} at {}",
                thing.name,
                PROGRAM.sources.place(*span)
            );
            places += 1;
        }
    }
    assert!(places > 1_000, "only {places} places");
}

/// A name in the text of a rule or a script is in the index: nothing is forgotten.
#[test]
fn every_setting_that_the_files_name_is_in_the_index() {
    let mut mentions = 0;
    for (file, source) in PROGRAM.sources.iter() {
        let is_rule = !source.path.contains("settings.yaml");
        let named =
            |at: usize| source.text[at + "settings.".len()..].starts_with(|c: char| c.is_ascii_lowercase());
        for (at, _) in source.text.match_indices("settings.").filter(|(at, _)| is_rule && named(*at)) {
            let line = source.line(at).2;
            if line.trim_start().starts_with(['#', '/'])
                || line[..line.find("settings.").unwrap()].contains(" #")
            {
                continue;
            }
            let offset = u32::try_from(at + "settings.".len()).unwrap();
            let found: Vec<_> =
                PROGRAM.uses.at(file, offset).filter(|thing| thing.kind == Kind::Setting).collect();
            assert_eq!(found.len(), 1, "{}: {line}", source.path);
            mentions += 1;
        }
    }
    assert!(mentions > 60, "only {mentions} mentions");
}

#[test]
fn a_name_means_what_it_means_where_it_stands() {
    let line = |span: &Span| PROGRAM.sources.line(*span);
    let invoices = &named("invoice.lines.items").used;
    assert!(invoices.iter().any(|span| line(span).contains("invoice.yaml")), "{invoices:?}");
    assert!(!invoices.iter().any(|span| line(span).contains("/bill.yaml")), "{invoices:?}");
    assert!(named("settings.start_date").defined.is_some());
    assert!(named("InvoiceAdd.TxnDate").defined.is_none());
    assert!(!named("round").used.is_empty());
}

#[test]
fn the_command_tells_who_uses_a_name() {
    let ferrule = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("uses").args(arguments).assert()
    };
    let shown = ferrule(&["invoice.customer.name", "--json"]).success();
    let shown: serde_json::Value = serde_json::from_slice(&shown.get_output().stdout).unwrap();
    assert_eq!(shown[0]["name"], "customer.name");
    assert_eq!(shown[0]["kind"], "field");
    let told = String::from_utf8(ferrule(&["start_dat"]).failure().get_output().stderr.clone()).unwrap();
    assert!(told.contains("did you mean `start_date`?"), "{told}");
    let told = String::from_utf8(ferrule(&["start_date"]).success().get_output().stdout.clone()).unwrap();
    assert!(told.starts_with("settings.start_date  (a setting, rules/settings.yaml:"), "{told}");
}

/// What an expression reads, what each function is given and gives, and what the script's statements do.
#[test]
fn explain_tells_step_by_step_how_values_came_about() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    write("rules/ruleset.yaml", "name: A\nqbxml: \"13.0\"\n");
    write("rules/settings.yaml", "settings:\n  sign: { label: Sign, type: text, default: X }\n");
    write("rules/shapes/thing.yaml", "shape: thing\nfields: { id: integer!, names: [ { name: text } ] }\n");
    write(
        "rules/thing.yaml",
        "object: thing\nexport:\n  skip:\n    - { id: empty, when: =count(thing.names) == 0, message: Empty. }\n  add: ClassAdd\n  fields:\n    Name: { value: \"=joined(thing.names.name, settings.sign)\", overflow: truncate }\n",
    );
    write(
        "rules/scripts/a.rhai",
        "fn joined(names, sign) {\n  let all = sign;\n  for name in names {\n    all += upper(name);\n  }\n  all\n}\n",
    );
    let documents =
        write("thing.json", r#"{ "object": "thing", "id": 1, "names": [{ "name": "a" }, { "name": "b" }] }"#);
    let rules = folder.path().join("rules");
    let explain = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
        command.args(["explain", "thing", &documents, "--step", "--rules"]).arg(&rules).args(more);
        let done = command.output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap().replace(folder.path().to_str().unwrap(), "FOLDER")
    };
    insta::assert_snapshot!(explain(&[]));
    let json: serde_json::Value = serde_json::from_str(&explain(&["--json"])).unwrap();
    let steps = json[0]["steps"].as_array().unwrap();
    let name = steps.iter().find(|step| step["expression"].as_str().unwrap().contains("joined")).unwrap();
    assert_eq!(name["value"], "\"XAB\"");
    assert_eq!(name["called"][0][1], "\"XAB\"", "what the function gave");
    let inside = name["inside"].as_array().unwrap();
    assert!(
        inside
            .iter()
            .any(|it| it["does"] == "upper(\"b\")" && it["value"] == "\"B\"" && it["within"] == "joined"),
        "{inside:#?}"
    );
}
