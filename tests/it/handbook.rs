//! The handbook's tables say what the code says. `FERRULE_UPDATE=1 cargo test handbook` writes them anew.

use std::fmt::Write as _;

use std::path::Path;

use ferrule::functions;
use ferrule::rules::codes;

fn table_of_functions() -> String {
    let mut text = String::from("| function | what it gives | example |\n| --- | --- | --- |\n");
    for function in functions::all() {
        let params: Vec<_> = function.params.iter().map(|param| param.name).collect();
        let (example, result) = function.examples[0];
        let cell = |text: &str| text.replace('|', "\\|").replace('\n', "\\n");
        let _ = writeln!(
            text,
            "| `{}({})` | {} | `{}` gives `{}` |",
            function.name,
            params.join(", "),
            cell(function.about),
            cell(example),
            cell(result)
        );
    }
    text
}

fn table_of_codes() -> String {
    let mut text = String::from("| code | what it tells |\n| --- | --- |\n");
    let mut group = "";
    for page in codes::all() {
        if page.group() != group {
            group = page.group();
            let _ = writeln!(text, "| | **{group}** |");
        }
        let _ = writeln!(text, "| {} | {} |", page.code, page.title.replace('|', "\\|"));
    }
    text
}

/// Changes that the cook book shows: their folders below `tests/changes`, where they are run.
const COOK_BOOK: [&str; 5] =
    ["generic-item", "surcharge", "minimum-lot", "price-per-thousand", "vendor-credit"];

fn cook_book() -> String {
    let mut text = String::new();
    for name in COOK_BOOK {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/changes").join(name);
        let case = ferrule::snapshots::Case::read(&folder.join("case.yaml")).unwrap();
        let _ = writeln!(text, "**{}**\n", case.about);
        let mut files = ferrule::rules::RuleFiles::read(&[folder.join("layer")]).unwrap().layers.remove(0);
        files.sort_by_key(|file| file.name.contains('/'));
        for file in files {
            let (kind, sign) = if file.name.starts_with("scripts/") { ("rust", "//") } else { ("yaml", "#") };
            let _ = writeln!(text, "```{kind}\n{sign} {}\n{}\n```\n", file.name, file.text.trim_end());
        }
    }
    text
}

fn generated(handbook: &str, name: &str, table: &str) -> String {
    let start = format!("<!-- generated: {name} -->\n");
    let (before, rest) = handbook.split_once(&start).expect("the marker is there");
    let (_, after) = rest.split_once("<!-- end -->").expect("the marker has its end");
    format!("{before}{start}{table}<!-- end -->{after}")
}

#[test]
fn the_handbook_says_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/README.md");
    let handbook = std::fs::read_to_string(&path).unwrap();
    let wanted = generated(&handbook, "functions", &table_of_functions());
    let wanted = generated(&wanted, "codes", &table_of_codes());
    let wanted = generated(&wanted, "cook book", &cook_book());
    if std::env::var_os("FERRULE_UPDATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    assert!(
        handbook == wanted,
        "the tables of rules/README.md are old: FERRULE_UPDATE=1 cargo test handbook writes them anew"
    );
}

/// Examples of the handbook run through the real compiler and engine.
#[test]
fn every_example_of_a_function_gives_what_it_says() {
    for function in functions::all() {
        for (expression, wanted) in function.examples {
            assert_eq!(evaluated(expression), *wanted, "{expression}");
        }
    }
}

/// The value of an expression, as text, by way of a rule set whose import writes it into a field.
fn evaluated(expression: &str) -> String {
    use ferrule::engine::{Context, Engine, Links};
    use ferrule::qbxml::{Company, Record};
    use ferrule::rules::compile;
    use ferrule::rules::files::{RuleFile, RuleFiles};

    let file = |name: &str, text: String| RuleFile { name: name.into(), path: name.into(), text };
    let quoted = serde_json::to_string(&format!("=text({expression})")).unwrap();
    let layer = vec![
        file("ruleset.yaml", "name: example\nqbxml: \"13.0\"\n".into()),
        file("shapes/thing.yaml", "shape: thing\nfields: { id: integer!, value: any }\n".into()),
        file(
            "thing.yaml",
            format!("object: thing\nimport:\n  from: [ClassRet]\n  fields: {{ value: {quoted} }}\n"),
        ),
    ];
    let compiled = compile(&RuleFiles { layers: vec![layer] });
    let program = compiled.program.unwrap_or_else(|| panic!("{expression}: {:?}", compiled.diagnostics));
    let company = Company::unknown();
    let links = Links::default();
    let context = Context { settings: &[], company: &company, links: &links };
    let import = program.objects[0].import.as_ref().unwrap();
    let record = Record::from_xml("<ClassRet><Name>x</Name></ClassRet>").unwrap().into();
    let imported = Engine::new(&program).import("thing", import, &record, context);
    let document = imported.document.unwrap_or_else(|| panic!("{expression}: {:?}", imported.reasons));
    document.get("value").and_then(|value| value.as_text()).unwrap().to_owned()
}
