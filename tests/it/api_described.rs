//! The API, as OpenAPI describes it: what is served is described, and schemathesis, which none of us wrote, finds nothing that is
//! answered otherwise.

use std::collections::BTreeSet;
use std::process::Command;

use ferrule::api::{addresses, description};
use ferrule::people::Scope;
use ferrule::simulator::ManualClock;
use serde_json::Value;

use crate::api_support::{json_of, serve};
use crate::connector_zeep::python;
use crate::loop_support::{BEGIN, Break, Shop};

#[test]
fn the_description_is_served_to_everybody_and_frozen() {
    let served = serve(None);
    let reply = served.send("GET /api/v1/openapi.json", "", b"");
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(json_of(&reply), description().unwrap());
    let said = Command::new(env!("CARGO_BIN_EXE_ferrule")).args(["schema", "api"]).output().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&said.stdout).unwrap(), description().unwrap());
    insta::assert_json_snapshot!(description().unwrap());
}

#[test]
fn what_is_served_is_described_and_what_is_described_is_served() {
    let described = description().unwrap();
    let mut all = BTreeSet::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.insert((method.to_uppercase(), path.clone()));
            let is_open = operation["security"] == serde_json::json!([{}]);
            assert_eq!(is_open, path.ends_with("openapi.json"), "{operation}");
            if !is_open {
                let scope = operation["security"][0]["token"][0].as_str().unwrap();
                assert!(Scope::named(scope).is_some(), "{operation}");
            }
        }
    }
    let table: BTreeSet<(String, String)> =
        addresses().map(|(method, path)| (method.to_string(), path.to_owned())).collect();
    assert_eq!(all, table);
    // The server itself knows each of them: whoever shows no token is asked for one.
    let server = serve(None);
    for (method, path) in &all {
        let reply = server.send(&format!("{method} {}", path.replace("{id}", "1")), "", b"");
        let open = if path.ends_with("openapi.json") { 200 } else { 401 };
        assert_eq!(reply.status, open, "{method} {path}: {reply:?}");
    }
}

/// What schemathesis is told beside the description: a company file that there is; that documents which are none are counted, and
/// keep no other out; that a document to be played may be of an object that the rules do not have.
const SETTINGS: &str = r#"
[parameters]
"path.id" = COMPANY

[[operations]]
include-operation-id = "loadDocuments"
[operations.checks.negative_data_rejection]
expected-statuses = ["200", "4xx"]

[[operations]]
include-operation-id = "playDocuments"
[operations.checks.positive_data_acceptance]
expected-statuses = ["200", "400"]
"#;

#[test]
fn schemathesis_finds_no_answer_that_is_not_as_described() {
    let served = serve(None);
    let mut shop = Shop::over(served.store.clone(), "shop", ManualClock::at(BEGIN));
    shop.load(&["customers.json", "invoices.json"]);
    shop.visit(Break::Never);
    let token = served.token("shop", "erp", &Scope::ALL, None);
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("schemathesis.toml");
    std::fs::write(&settings, SETTINGS.replace("COMPANY", &shop.company.0.to_string())).unwrap();
    let address = format!("http://{}/api/v1/openapi.json", served.service.address());
    let output = Command::new(python().with_file_name("st"))
        .arg("--config-file")
        .arg(&settings)
        .args(["run", &address, "--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", "all", "--max-examples", "10", "--generation-deterministic", "--no-color"])
        .current_dir(folder.path())
        .output()
        .expect("schemathesis is needed: run tests/run.sh");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    // It asks for all but the description itself, which it has.
    let count = addresses().count() - 1;
    assert!(said.contains(&format!("Tested: {count}")), "{said}");
}
