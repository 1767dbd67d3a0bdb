//! `ferrule case`: cases of what is kept show the plan that the company file shows, with other names and amounts too.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use assert_cmd::Command;
use ferrule::rules::{RuleFiles, compile};
use ferrule::snapshots::{MadeCase, RuleSets, case_of_documents, words_of_rules};
use ferrule::store::SqliteStore;
use ferrule::sync::Preview;
use ferrule::sync::stored::{DocumentKey, Store as _};

/// The demo's company file, as its story leaves it: what came of the first day is in it.
static DEMO: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let made = ferrule(&["demo", "--once", "--folder", folder.path().to_str().unwrap()]);
    assert!(made.0 == 0, "{made:?}");
    folder
});

fn database(folder: &tempfile::TempDir) -> String {
    folder.path().join("ferrule.db").to_str().unwrap().to_owned()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ferrule(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
    let done = command.current_dir(root()).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
}

/// Each document's case, with words that are kept or without.
fn cases(kept: Option<&BTreeSet<String>>) -> Vec<(DocumentKey, MadeCase)> {
    let store = SqliteStore::open(Path::new(&database(&DEMO))).unwrap();
    let company = store.company_files().unwrap()[0].id;
    let preview = Preview::load(&store, company).unwrap();
    let folders = [root().join("rules")];
    let program = compile(&RuleFiles::read(&folders).unwrap()).program.unwrap();
    let rules = RuleSets::compile(&folders, []).unwrap();
    let made = |key: &DocumentKey| {
        let wanted = BTreeSet::from([key.clone()]);
        let made = case_of_documents(&preview, (&program, &rules), &wanted, "A case.", kept);
        (key.clone(), made.unwrap_or_else(|error| panic!("{key}: {error}")))
    };
    // Every third is enough, and takes a third of the time.
    preview.keys().step_by(3).map(made).collect()
}

#[test]
fn a_case_shows_the_plan_that_the_company_file_shows() {
    let all = cases(None);
    assert!(all.len() > 10, "only {} documents", all.len());
    for (key, made) in all {
        assert!(made.difference.is_none(), "{key}: {}\n{}", made.difference.unwrap(), made.text);
    }
}

#[test]
fn names_and_amounts_are_replaced_and_decide_nothing() {
    let program = compile(&RuleFiles::read(&[root().join("rules")]).unwrap()).program.unwrap();
    let kept = words_of_rules(&program);
    let (mut all, mut with_amounts) = (0, 0);
    for (key, made) in cases(Some(&kept)) {
        assert!(made.difference.is_none(), "{key}: {}\n{}", made.difference.unwrap(), made.text);
        for name in ["Dunmore", "Whitfield", "Stanley"] {
            assert!(!made.text.contains(name) && !made.snapshot.text.contains(name), "{key}: {}", made.text);
        }
        assert!(!made.names_decide, "{key}: {}", made.text);
        all += 1;
        with_amounts += usize::from(!made.keeps_amounts);
    }
    assert!(with_amounts * 10 >= all * 9, "amounts were replaced in {with_amounts} of {all}");
}

#[test]
fn a_case_that_was_written_passes_and_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("mine/odd.yaml");
    let out = out.to_str().unwrap();
    let store = SqliteStore::open(Path::new(&database(&DEMO))).unwrap();
    let company = store.company_files().unwrap()[0].id;
    let key =
        Preview::load(&store, company).unwrap().keys().find(|key| key.object == "invoice").unwrap().clone();
    let case = ["case", &key.object, &key.id, "--anonymize", "--database", &database(&DEMO), "--out", out];
    let made = ferrule(&case);
    assert_eq!(made.0, 0, "{made:?}");
    let tested = ferrule(&["test", out]);
    assert_eq!(tested.0, 0, "{tested:?}");
    let again = ferrule(&case);
    assert!(again.0 == 1 && again.2.contains("is there already"), "{again:?}");
    let exchange = ferrule(&["case", "--exchange", "999999", "--database", &database(&DEMO)]);
    assert!(exchange.2.contains("there is no exchange #999999"), "{exchange:?}");
    let record = ferrule(&["case", "--record", "nowhere", "--database", &database(&DEMO)]);
    assert!(record.2.contains("no record of the id `nowhere`"), "{record:?}");
}

#[test]
fn cases_are_made_of_exchanges_and_of_records() {
    let database = database(&DEMO);
    let folder = tempfile::tempdir().unwrap();
    let made = |what: &[&str], name: &str| {
        let out = folder.path().join(name);
        let all = [&["case"], what, &["--database", &database, "--out", out.to_str().unwrap()]].concat();
        let made = ferrule(&all);
        assert_eq!(made.0, 0, "{made:?}");
        assert_eq!(ferrule(&["test", out.to_str().unwrap()]).0, 0);
        std::fs::read_to_string(out.with_extension("snap")).unwrap()
    };
    let store = SqliteStore::open(Path::new(&database)).unwrap();
    let company = store.company_files().unwrap()[0].id;
    let exchanges = store.history(company, None, 50).unwrap();
    let write = exchanges.iter().find(|it| it.items.iter().any(|item| item.document.is_some())).unwrap();
    let about = write.items.iter().filter(|item| item.document.is_some()).count();
    let snapshot = made(&["--exchange", &write.id.0.to_string()], "exchange.yaml");
    assert!(
        snapshot.contains(&format!("The documents of exchange #{}", write.id.0)) && about > 0,
        "{snapshot}"
    );
    let record = store.records_of(company, "CustomerRet").unwrap().remove(0);
    let snapshot = made(&["--record", &record.key.id, "--anonymize"], "record.yaml");
    assert!(snapshot.contains("Customer"), "{snapshot}");
}
