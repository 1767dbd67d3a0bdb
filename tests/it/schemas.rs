//! The schemas that `ferrule schema` gives, judged by a validator that none of us wrote: they accept every file that ships, and
//! refuse what is misspelt.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ferrule::rules::schema::RuleFileKind;
use serde_json::{Value, json};

use crate::connector_zeep::python;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the validator has against each instance.
fn complaints(schema: &Value, instances: &[Value]) -> Vec<Option<String>> {
    let mut child = Command::new(python())
        .arg(root().join("tests/it/schemas.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let given = json!({ "schema": schema, "instances": instances }).to_string();
    child.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn schema(kind: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(["schema", "rules", "--kind", kind])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A file as an editor sees it.
fn read(path: &Path) -> Value {
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The YAML files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
    found
}

/// The kind of a rule file.
fn kind(path: &Path) -> &'static str {
    let name = path.file_name().unwrap().to_str().unwrap();
    let within = if path.parent().unwrap().ends_with("shapes") { "shapes/" } else { "" };
    match RuleFileKind::of_file(&format!("{within}{name}")).unwrap() {
        RuleFileKind::Object => "object",
        RuleFileKind::Ruleset => "ruleset",
        RuleFileKind::Settings => "settings",
        RuleFileKind::Shape => "shape",
        RuleFileKind::Layer => "layer",
    }
}

/// The files that ship, of one kind.
fn shipped(wanted: &str) -> Vec<(PathBuf, Value)> {
    let folder = if wanted == "case" { "fixtures" } else { "rules" };
    let is_wanted =
        |path: &PathBuf| if wanted == "case" { is_case(path.as_path()) } else { kind(path) == wanted };
    let all = files(&root().join(folder)).into_iter().filter(is_wanted);
    all.map(|path| (path.clone(), read(&path))).collect()
}

/// A case has a snapshot beside it.
fn is_case(path: &Path) -> bool {
    path.with_extension("snap").is_file()
}

#[test]
fn every_shipped_file_is_accepted() {
    for (kind, least) in
        [("object", 15), ("ruleset", 1), ("settings", 5), ("shape", 10), ("layer", 8), ("case", 100)]
    {
        let (paths, instances): (Vec<_>, Vec<_>) = shipped(kind).into_iter().unzip();
        assert!(instances.len() >= least, "{kind}: {}", instances.len());
        for (path, complaint) in paths.iter().zip(complaints(&schema(kind), &instances)) {
            assert_eq!(complaint, None, "{}", path.display());
        }
    }
}

/// Every element that a shipped file names, misspelt in turn; and every other key.
#[test]
fn every_misspelt_key_is_refused() {
    for kind in ["object", "ruleset", "settings", "shape", "layer", "case"] {
        let mut wrong = Vec::new();
        for (path, instance) in shipped(kind).into_iter().take(25) {
            misspelt(&instance, kind, &mut Vec::new(), &mut |way, mutant| {
                wrong.push((format!("{}: {}", path.display(), way.join(" > ")), mutant));
            });
        }
        assert!(wrong.len() > 10 || kind == "ruleset" || kind == "shape", "{kind}: {}", wrong.len());
        let (names, instances): (Vec<_>, Vec<_>) = wrong.into_iter().unzip();
        let accepted: Vec<_> = complaints(&schema(kind), &instances)
            .into_iter()
            .zip(&names)
            .filter(|(complaint, _)| complaint.is_none())
            .map(|(_, name)| name)
            .collect();
        assert!(
            accepted.is_empty(),
            "{kind}: of {} mutants {} pass: {accepted:#?}",
            names.len(),
            accepted.len()
        );
    }
}

/// Gives `instance` with one key misspelt, for each key that is not the file's own to choose.
fn misspelt(instance: &Value, kind: &str, way: &mut Vec<String>, give: &mut dyn FnMut(&[String], Value)) {
    visit(instance, way, &mut |way, key| {
        let is_free = is_free(kind, way);
        if !is_free {
            let path: Vec<String> = way.iter().cloned().chain([key.to_owned()]).collect();
            give(&path, renamed(instance, way, key));
        }
    });
}

fn visit(value: &Value, way: &mut Vec<String>, give: &mut dyn FnMut(&[String], &str)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                give(way, key);
                way.push(key.clone());
                visit(inner, way, give);
                way.pop();
            }
        }
        Value::Array(all) => {
            for (number, inner) in all.iter().enumerate() {
                way.push(number.to_string());
                visit(inner, way, give);
                way.pop();
            }
        }
        _ => {}
    }
}

/// Whether the keys there are names that the file chooses, or fields of documents.
fn is_free(kind: &str, way: &[String]) -> bool {
    let has = |word: &str| way.iter().any(|step| step == word);
    let ends = |word: &str| way.last().is_some_and(|last| last == word);
    match kind {
        "shape" => has("fields"),
        "settings" => ends("settings") || ends("columns") || has("default"),
        "case" => has("documents") || ends("settings") || ends("agreed"),
        "object" => {
            ends("for") || ends("let") || ends("variants") || ends("show") || (has("import") && has("fields"))
        }
        _ => false,
    }
}

/// A value with the key at the end of a way misspelt.
fn renamed(value: &Value, way: &[String], key: &str) -> Value {
    let mut mutant = value.clone();
    let mut place = &mut mutant;
    for step in way {
        place = match place {
            Value::Array(all) => &mut all[step.parse::<usize>().unwrap()],
            other => &mut other[step.as_str()],
        };
    }
    let map = place.as_object_mut().unwrap();
    let inner = map.remove(key).unwrap();
    map.insert(format!("{key}x"), inner);
    mutant
}

/// A word that is none of an element's is refused as well; an expression is not.
#[test]
fn a_misspelt_value_is_refused() {
    let file = |value: &str| json!({ "object": "customer", "export": { "add": "CustomerAdd", "fields": { "JobStatus": value } } });
    let instances = [file("Awarded"), file("=customer.status"), file("Awardd")];
    let told = complaints(&schema("object"), &instances);
    assert_eq!(told.iter().map(Option::is_none).collect::<Vec<_>>(), [true, true, false]);
}
