//! The behaviour lives in the rules: the rooms that interpret them know no object of Steelhead and no
//! message or record of QuickBooks by name. Tests and examples in comments aside.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ferrule::catalogue;

const ROOMS: [&str; 7] = ["catalogue", "document", "functions", "qbxml", "rules", "engine", "sync"];

fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" && name != "generate" {
            source_files(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") && !name.starts_with("testing") {
            files.push(path);
        }
    }
}

/// The code of a file without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

fn words(code: &str) -> BTreeSet<String> {
    code.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect()
}

fn names_of_messages() -> BTreeSet<String> {
    let operations = catalogue::operations().flat_map(|operation| {
        let body = operation.body.map(ferrule::catalogue::Element::name);
        [Some(operation.request.name()), Some(operation.response.name()), body]
    });
    let records = catalogue::records().map(|record| Some(record.name()));
    operations.chain(records).flatten().map(str::to_owned).collect()
}

/// The names of the objects, as code would spell them: `partNumber` is also `part_number`.
fn names_of_objects() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/shapes");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let names: BTreeSet<String> =
        files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert!(names.contains("invoice") && names.len() >= 10);
    // A setting may name an account; a product is also what multiplying gives.
    names.into_iter().filter(|name| !matches!(name.as_str(), "account" | "product" | "dimension")).collect()
}

/// Messages about the program, the company file itself, its preferences, and what is gone: sessions speak them
/// whatever the rules are.
const OF_THE_PROTOCOL: [&str; 8] = [
    "HostQueryRq",
    "ListDeletedQueryRq",
    "TxnDeletedQueryRq",
    "ListDeletedRet",
    "TxnDeletedRet",
    "CompanyRet",
    "PreferencesRet",
    "DataExtRet",
];

#[test]
fn the_interpreter_does_not_know_what_an_invoice_is() {
    let messages = names_of_messages();
    let objects = names_of_objects();
    let mut files = Vec::new();
    for room in ROOMS {
        source_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room), &mut files);
    }
    assert!(files.len() > 60);
    let mut found = Vec::new();
    for file in files {
        let is_session = file.to_string_lossy().contains("src/sync/session/");
        for word in words(&code(&std::fs::read_to_string(&file).unwrap())) {
            let singular = word.strip_suffix('s').unwrap_or(&word).to_lowercase();
            let is_object = objects.iter().any(|object| object.to_lowercase() == singular);
            if is_session && OF_THE_PROTOCOL.contains(&word.as_str()) {
                continue;
            }
            if messages.contains(&word) || is_object {
                found.push(format!("{}: {word}", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// What pages show of documents is said by the rules too.
#[test]
fn pages_know_no_object_by_name() {
    let objects = names_of_objects();
    let mut files = Vec::new();
    source_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"), &mut files);
    assert!(files.len() > 50);
    let mut found = Vec::new();
    for file in files {
        for word in words(&code(&std::fs::read_to_string(&file).unwrap())) {
            let singular = word.strip_suffix('s').unwrap_or(&word).to_lowercase();
            if objects.iter().any(|object| object.to_lowercase() == singular) {
                found.push(format!("{}: {word}", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
