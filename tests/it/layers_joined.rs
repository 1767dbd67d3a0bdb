//! How a layer is laid over the base: lines are added, loops are replaced, short and long forms are the same; and what
//! `ferrule check` says of files that are not read.

use std::path::Path;
use std::process::Output;

use ferrule::rules::files::RuleFile;
use ferrule::rules::program::{Content, FieldOp, Program};
use ferrule::rules::{RuleFiles, compile};

fn rules() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

/// The default rules with a layer over them; nothing may be told of it.
fn with(layers: &[&str]) -> Program {
    let mut all = RuleFiles::read(&[rules()]).unwrap().layers;
    for (number, text) in layers.iter().enumerate() {
        let path = format!("site{number}/invoice.yaml");
        all.push(vec![RuleFile { name: "invoice.yaml".into(), path, text: (*text).to_owned() }]);
    }
    let compiled = compile(&RuleFiles { layers: all });
    assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
    compiled.program.unwrap()
}

fn elements<'p>(program: &'p Program, variant: Option<&str>, name: &str) -> Vec<&'p FieldOp> {
    let export = program.object("invoice").unwrap().export.as_ref().unwrap();
    let variant = export.variants.iter().find(|it| it.name.as_deref() == variant).unwrap();
    variant.add.fields.iter().filter(|op| op.element.name() == name).collect()
}

#[test]
fn lines_are_added_to_those_of_the_base() {
    let line = "{ ItemRef/FullName: Surcharge, Desc: no amount }";
    let forms = [
        format!("export:\n  fields:\n    InvoiceLineAdd: {{ append: [ {line} ] }}\n"),
        format!("export:\n  fields:\n    InvoiceLineAdd:\n      append: {line}\n"),
    ];
    for form in &forms {
        let program = with(&[form]);
        let lines = elements(&program, None, "InvoiceLineAdd");
        assert_eq!(lines.iter().map(|op| op.loops.is_empty()).collect::<Vec<_>>(), [false, true], "{form}");
    }
    let twice = with(&[&forms[0], &forms[1]]);
    assert_eq!(elements(&twice, None, "InvoiceLineAdd").len(), 3);
    let replaced = with(&[&format!("export:\n  fields:\n    InvoiceLineAdd: {{ replace: [ {line} ] }}\n")]);
    assert_eq!(elements(&replaced, None, "InvoiceLineAdd").len(), 1);
}

#[test]
fn what_a_later_layer_says_of_the_line_is_said_of_the_base_s_own() {
    let added = "export:\n  fields:\n    InvoiceLineAdd: { append: { ItemRef/FullName: Surcharge, Desc: no amount } }\n";
    let changed = "export:\n  fields:\n    InvoiceLineAdd: { Other1: Rack }\n";
    let texts = |layers: &[&str]| {
        let program = with(layers);
        let lines = elements(&program, None, "InvoiceLineAdd");
        let inside = |op: &&FieldOp| match &op.content {
            Content::Aggregate { fields, .. } => {
                fields.iter().map(|op| op.element.name().to_owned()).collect()
            }
            _ => Vec::new(),
        };
        lines.iter().map(inside).collect::<Vec<_>>()
    };
    let lines = texts(&[added, changed]);
    assert_eq!(lines, texts(&[changed, added]));
    assert_eq!(
        lines.iter().map(|line| line.contains(&"Other1".to_owned())).collect::<Vec<_>>(),
        [true, false]
    );
    assert!(lines[0].contains(&"Quantity".to_owned()));
}

#[test]
fn a_variant_adds_lines_to_those_it_inherits() {
    let program = with(&["\
export:
  variants:
    rush:
      when: =invoice.notes == \"rush\"
      inherit: true
      add: InvoiceAdd
      fields:
        InvoiceLineAdd: { append: { ItemRef/FullName: Rush, Desc: no amount } }
"]);
    assert_eq!(elements(&program, Some("rush"), "InvoiceLineAdd").len(), 2);
    assert_eq!(elements(&program, None, "InvoiceLineAdd").len(), 1);
}

#[test]
fn a_value_alone_is_short_for_the_long_form() {
    // The base writes `ShipDate: =...`.
    let program = with(&["export:\n  fields:\n    ShipDate: { when: =invoice.shipVia != () }\n"]);
    let [ship_date] = elements(&program, None, "ShipDate")[..] else { panic!() };
    let Content::Leaf(leaf) = &ship_date.content else { panic!() };
    assert_eq!(&*leaf.value.text, "=invoice.shipDateAsDate");
    assert!(ship_date.when.is_some());
    // The base writes `Memo: { value: =..., overflow: truncate }`.
    let long = with(&["export:\n  fields:\n    Memo: { value: =invoice.notes }\n"]);
    let short = with(&["export:\n  fields:\n    Memo: =invoice.notes\n"]);
    for program in [long, short] {
        let [memo] = elements(&program, None, "Memo")[..] else { panic!() };
        let Content::Leaf(leaf) = &memo.content else { panic!() };
        assert_eq!(&*leaf.value.text, "=invoice.notes");
        assert!(leaf.overflow.is_some());
    }
}

#[test]
fn loops_of_a_layer_are_instead_of_those_of_the_base() {
    let program = with(&["\
export:
  fields:
    InvoiceLineAdd:
      for: { item: =invoice.lines.items, line: \"=[first(invoice.lines)]\" }
"]);
    let [line] = elements(&program, None, "InvoiceLineAdd")[..] else { panic!() };
    let texts: Vec<&str> = line.loops.iter().map(|list| &*list.text).collect();
    assert_eq!(texts[..2], ["=invoice.lines.items", "=[first(invoice.lines)]"]);
}

#[test]
fn null_takes_an_element_away() {
    let program = with(&["export:\n  fields:\n    Memo: null\n"]);
    assert!(elements(&program, None, "Memo").is_empty());
}

fn check(layer: &Path, more: &[&str]) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("ferrule").unwrap();
    command.args(["check", "--rules"]).arg(rules()).arg("--rules").arg(layer).args(more).output().unwrap()
}

#[test]
fn strict_counts_warnings_as_errors() {
    let layer = tempfile::tempdir().unwrap();
    std::fs::write(layer.path().join("customer.yaml"), "title: Client\n").unwrap();
    assert_eq!(check(layer.path(), &["--strict"]).status.code(), Some(0));
    std::fs::write(layer.path().join("invoice.yml"), "title: Bill\n").unwrap();
    std::fs::create_dir(layer.path().join("more")).unwrap();
    std::fs::write(layer.path().join("more/invoice.yaml"), "title: Bill\n").unwrap();
    assert_eq!(check(layer.path(), &[]).status.code(), Some(0));
    let strict = check(layer.path(), &["--strict", "--json"]);
    assert_eq!(strict.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&strict.stdout).unwrap();
    let codes: Vec<_> =
        report["diagnostics"].as_array().unwrap().iter().map(|it| it["code"].clone()).collect();
    assert_eq!(codes, ["R108", "R108"]);
}

/// The layers that ship, as the command lists them.
fn shipped(more: &[&str]) -> Vec<serde_json::Value> {
    let mut command = assert_cmd::Command::cargo_bin("ferrule").unwrap();
    let listed = command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["layers", "--json"])
        .args(more)
        .output()
        .unwrap();
    assert_eq!(listed.status.code(), Some(0), "{listed:?}");
    serde_json::from_slice(&listed.stdout).unwrap()
}

#[test]
fn the_rules_that_ship_are_clean_under_strict() {
    for layer in shipped(&[]) {
        let mut command = assert_cmd::Command::cargo_bin("ferrule").unwrap();
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["check", "--strict", "--rules", "rules"]);
        for below in layer["needs"].as_array().unwrap() {
            command.arg("--rules").arg(rules().join("optional").join(below.as_str().unwrap()));
        }
        let checked = command.arg("--rules").arg(layer["folder"].as_str().unwrap()).output().unwrap();
        assert_eq!(checked.status.code(), Some(0), "{layer}: {}", String::from_utf8_lossy(&checked.stderr));
    }
}

#[test]
fn every_layer_that_ships_is_listed_with_what_it_is_for() {
    let listed = shipped(&["--rules", "rules", "--rules", "rules/optional/void"]);
    let names: Vec<_> = listed.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
    let mut there: Vec<_> = std::fs::read_dir(rules().join("optional"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    assert_eq!(names, there);
    for layer in &listed {
        assert!(layer["about"].as_str().unwrap().ends_with('.') && layer["title"] != "", "{layer}");
        assert_eq!(layer["is_on"], layer["name"] == "void", "{layer}");
        let known = |below: &serde_json::Value| names.iter().any(|name| below == name);
        assert!(layer["needs"].as_array().unwrap().iter().all(known), "{layer}");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(rules().join("ruleset.yaml"), folder.path().join("ruleset.yaml")).unwrap();
    let none = shipped(&["--rules", folder.path().to_str().unwrap()]);
    assert!(none.is_empty());
}

#[test]
fn all_layers_that_ship_fit_together_in_any_order() {
    let mut names: Vec<String> =
        shipped(&[]).iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
    // A receipt stands over orders.
    names.retain(|name| name != "item_receipt");
    for _ in 0..2 {
        let layers = names.iter().map(String::as_str).chain(["item_receipt"]);
        let folders = std::iter::once(rules()).chain(layers.map(|name| rules().join("optional").join(name)));
        let compiled = compile(&RuleFiles::read(&folders.collect::<Vec<_>>()).unwrap());
        assert!(compiled.diagnostics.is_empty(), "{names:?} {:#?}", compiled.diagnostics);
        names.reverse();
    }
}

#[test]
fn what_a_layer_says_of_itself_is_checked() {
    let layer = tempfile::tempdir().unwrap();
    std::fs::write(layer.path().join("layer.yaml"), "title: Site\nabuot: Ours.\n").unwrap();
    let checked = check(layer.path(), &["--json"]);
    let report: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(
        (report["diagnostics"][0]["code"].as_str(), checked.status.code()),
        (Some("R111"), Some(1)),
        "{report}"
    );
}

#[test]
fn a_file_in_another_encoding_has_a_code_and_a_line() {
    let layer = tempfile::tempdir().unwrap();
    std::fs::write(layer.path().join("customer.yaml"), b"title: x\nlabel: Gr\xf6\xdfe\n").unwrap();
    let checked = check(layer.path(), &["--json"]);
    assert_eq!(checked.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    let first = &report["diagnostics"][0];
    assert_eq!(
        (first["code"].as_str(), first["line"].as_u64(), first["column"].as_u64()),
        (Some("R107"), Some(2), Some(10))
    );
}
