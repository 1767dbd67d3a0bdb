//! Exit codes, colours and streams of the commands.

use std::io::Read as _;
use std::process::Stdio;

use assert_cmd::Command;

const PLAN: [&str; 5] =
    ["diff", "--steelhead", "fixtures/shop/documents", "--quickbooks", "fixtures/shop/quickbooks"];

fn ferrule() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn out(command: &mut Command) -> String {
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn exit_codes_tell_whether_there_is_something_to_do() {
    let code = |arguments: &[&str]| ferrule().args(PLAN).args(arguments).output().unwrap().status.code();
    assert_eq!(code(&[]), Some(2));
    assert_eq!(code(&["--id", "1031050"]), Some(1), "only a rejected invoice");
    assert_eq!(code(&["--id", "1031048"]), Some(2), "a draft, which playing finalizes");
    assert_eq!(code(&["--id", "1031049"]), Some(0), "voided before it was sent");
    assert_eq!(code(&["--against", "rules"]), Some(0));
    assert_eq!(code(&["--rules", "rules", "--rules", "tests/cmd/layer", "--against", "rules"]), Some(2));
}

#[test]
fn colour_is_for_terminals_and_for_who_asks() {
    let has_colour = |command: &mut Command| out(command).contains('\u{1b}');
    assert!(!has_colour(ferrule().args(PLAN)), "a pipe");
    assert!(has_colour(ferrule().args(PLAN).args(["--color", "always"])));
    assert!(!has_colour(ferrule().args(PLAN).args(["--color", "never"])));
    assert!(!has_colour(ferrule().args(PLAN).env("NO_COLOR", "1")));
}

#[test]
fn colour_changes_no_word() {
    let plain = out(ferrule().args(PLAN));
    let painted = out(ferrule().args(PLAN).args(["--color", "always"]));
    assert_eq!(anstream::adapter::strip_str(&painted).to_string(), plain);
}

#[test]
fn requests_are_all_that_goes_to_standard_output() {
    let qbxml = out(ferrule().args(PLAN).arg("--qbxml"));
    assert!(qbxml.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"13.0\"?>\n"));
    assert!(qbxml.ends_with("</QBXML>\n") && qbxml.is_ascii());
    let mapped = out(ferrule().args(["map", "invoice", "fixtures/shop/documents"]));
    assert!(mapped.starts_with("<?xml") && mapped.ends_with("</QBXML>\n"));
}

#[test]
fn documents_come_by_standard_input_too() {
    let document = r#"{ "object": "customer", "id": 1, "name": "Acme" }"#;
    let mapped = out(ferrule().args(["map", "customer", "-"]).write_stdin(document));
    assert!(mapped.contains("<Name>Acme</Name>"), "{mapped}");
}

/// Bills of one vendor, so many that they are mapped in several batches. The last has the number of the first.
fn bills() -> String {
    let bill = |id: usize| {
        let number = if id == 1999 { 0 } else { id };
        format!(
            concat!(
                r#"{{"object":"bill","id":{id},"idInDomain":{id},"invoiceNumber":"N-{number}","#,
                r#""invoiceDateAsDate":"2026-03-02","finalizedAt":"2026-03-02T18:00:00+00:00","#,
                r#""vendor":{{"id":401,"name":"Tri-County Chemical"}},"strange":"{padding}","lines":[{{"id":1,"#,
                r#""name":"Acid","items":[{{"id":1,"description":"Acid","quantity":1,"rate":"2.00","#,
                r#""subtotal":"2.00","expenseAccount":{{"accountNumber":"5010","name":"Chemicals"}}}}]}}]}}"#
            ),
            id = id,
            number = number,
            padding = "x".repeat(2000),
        )
    };
    (0..2000).map(bill).collect::<Vec<_>>().join("\n")
}

#[test]
fn many_documents_are_mapped_as_one_is() {
    let bills = bills();
    let map = |documents: &str, arguments: &[&str]| {
        ferrule().args(["map", "bill", "-"]).args(arguments).write_stdin(documents).output().unwrap()
    };
    let one = String::from_utf8(map(bills.lines().next().unwrap(), &[]).stdout).unwrap();
    let all = map(&bills, &[]);
    let (out, told) = (String::from_utf8(all.stdout).unwrap(), String::from_utf8(all.stderr).unwrap());
    assert_eq!(all.status.code(), Some(1));
    let lines: Vec<&str> = one.lines().collect();
    assert!(out.starts_with(&lines[..lines.len() - 2].join("\n")) && out.ends_with("</QBXML>\n"), "{told}");
    assert_eq!(out.lines().count(), 6 + 1999 * (lines.len() - 6));
    assert!(out.find("bill-7\"") < out.find("bill-1998\"") && !out.contains("bill-1999"));
    let told: Vec<&str> = told.lines().collect();
    assert!(told[0].contains("`bill` has no field `strange` (2000 times, first here)"), "{told:?}");
    let taken = "Bill 1999: Bill 0 (id 0) gets the number `N-0` in QuickBooks, and no two may have the same number there";
    assert!(told[1].contains(taken), "{told:?}");
    assert_eq!(told.len(), 2);
    let json: serde_json::Value = serde_json::from_slice(&map(&bills, &["--json"]).stdout).unwrap();
    assert_eq!(json["steps"].as_array().unwrap().len(), 2000);
    assert_eq!((&json["counts"]["create"], &json["counts"]["rejected"]), (&1999.into(), &1.into()));
}

#[test]
fn the_data_of_a_mapping_is_laid_out_as_the_data_of_a_plan() {
    let mapped = out(ferrule().args(["map", "bill", "fixtures/shop/documents", "--json"]));
    let data: serde_json::Value = serde_json::from_str(&mapped).unwrap();
    let again = serde_json::to_string_pretty(&data).unwrap();
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&mapped), sorted(&again), "the order of keys aside, the same lines");
}

#[test]
fn the_same_input_gives_the_same_output() {
    let first = out(ferrule().args(PLAN).arg("--json"));
    let second = out(ferrule().args(PLAN).arg("--json").env("RAYON_NUM_THREADS", "1"));
    assert_eq!(first, second);
}

#[test]
fn who_stops_reading_is_no_error() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(PLAN)
        .arg("--json")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert_eq!(told, "");
}

#[test]
fn every_kind_of_schema_is_json() {
    for kind in ["object", "ruleset", "settings", "shape"] {
        let schema = out(ferrule().args(["schema", "rules", "--kind", kind]));
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert!(schema.get("properties").is_some(), "{kind}");
    }
    let documents: serde_json::Value =
        serde_json::from_str(&out(ferrule().args(["schema", "documents"]))).unwrap();
    let invoice = documents.pointer("/$defs/invoice/properties/customer").unwrap();
    assert!(invoice.to_string().contains("#/$defs/customer"), "{invoice}");
}

#[test]
fn rules_of_a_revision_are_those_of_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.test"];
        let done = std::process::Command::new("git")
            .arg("-C")
            .arg(folder.path())
            .args(identity)
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    copy("rules".as_ref(), &folder.path().join("rules"));
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "Rules"]);
    let settings = folder.path().join("rules/settings.yaml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replace("default: \"SH:\"", "default: \"N-\"")).unwrap();
    let rules = folder.path().join("rules");
    let compare = |revision: &str| {
        let mut command = ferrule();
        command.args(PLAN).arg("--rules").arg(&rules).args(["--against", revision]);
        command.output().unwrap()
    };
    let compared = compare("HEAD");
    let text = String::from_utf8(compared.stdout).unwrap();
    assert_eq!(compared.status.code(), Some(2), "{text}");
    assert!(text.contains("RefNumber  SH:1042 -> N-1042"), "{text}");
    git(&["commit", "-q", "-a", "-m", "Another prefix"]);
    assert_eq!(compare("HEAD").status.code(), Some(0));
    assert_eq!(compare("HEAD~1").status.code(), Some(2));
    assert_eq!(compare("HEAD~9").status.code(), Some(1));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The requests of a plan, as `--json` shows them.
fn requests(command: &mut Command) -> Vec<String> {
    let plan: serde_json::Value = serde_json::from_str(&out(command)).unwrap();
    let steps = plan["steps"].as_array().unwrap().iter();
    let requests = steps.filter_map(|step| step.pointer("/request/qbxml"));
    requests.map(|request| request.as_str().unwrap().replace('\n', "&#10;")).collect()
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn every_request_is_valid_under_intuits_schema() {
    let mut all = requests(ferrule().args(PLAN).arg("--json"));
    for object in ["invoice", "bill", "customer", "vendor", "partNumber", "product"] {
        all.extend(requests(ferrule().args(["map", object, "fixtures/shop/documents", "--json"])));
    }
    assert!(all.len() > 50, "{}", all.len());
    let schema = crate::oracle::path("oracle/xsd130/qbxmlops130.xsd");
    let before = "<QBXML><QBXMLMsgsRq onError=\"continueOnError\">";
    let complaints = crate::oracle::judge(&schema, (before, "</QBXMLMsgsRq></QBXML>"), &all);
    for (request, complaint) in all.iter().zip(complaints) {
        assert_eq!(complaint, None, "{request}");
    }
}

#[test]
fn what_is_shown_as_requests_is_what_is_shown_as_data() {
    let qbxml = out(ferrule().args(PLAN).arg("--qbxml"));
    let pretty: String = qbxml.lines().map(str::trim).collect();
    for request in requests(ferrule().args(PLAN).arg("--json")) {
        let lines: String = request.replace("&#10;", "\n").lines().map(str::trim).collect();
        assert!(pretty.contains(&lines), "{request}");
    }
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = out(ferrule().args(["completions", shell]));
        for command in ["check", "map", "diff", "explain", "fields", "schema"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
}

#[test]
fn every_code_is_explained() {
    for page in ferrule::rules::codes::all() {
        let text = out(ferrule().args(["explain", page.code.as_str()]));
        assert_eq!(text.trim_end(), page.to_text().trim_end());
        assert!(text.starts_with(&format!("{}: {}", page.code, page.title)), "{text}");
    }
    let json = out(ferrule().args(["explain", "r301", "--json"]));
    let page: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(page["code"], "R301");
    assert_eq!(page["fix"], ferrule::rules::codes::page("R301").unwrap().fix.as_str());
    ferrule().args(["explain", "R999"]).assert().code(1);
}
