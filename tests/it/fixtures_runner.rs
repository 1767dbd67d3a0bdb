//! `ferrule test` and insta are two runners of one set of files.

use std::path::Path;

use ferrule::snapshots::{Case, RuleSets, Snapshot, Tally, Verdict, check, check_all, find};

use crate::fixtures::{cases, name, root, rules};

const CASE: &str = "\
about: A draft.
documents:
  - { object: invoice, id: 1, idInDomain: 7, lines: [] }
";

/// A folder with one case.
fn folder(case: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("invoice")).unwrap();
    std::fs::write(folder.path().join("invoice/draft.yaml"), case).unwrap();
    folder
}

fn check_in(folder: &Path) -> Verdict {
    let found = find(&[folder]).unwrap();
    let mut all = check_all(&[root().join("rules")], &found).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0).verdict
}

fn broken(case: &str) -> String {
    let folder = folder(case);
    match check_in(folder.path()) {
        Verdict::Broken(error) => {
            let told = error.to_string();
            told.replace(&format!("{}/invoice/", folder.path().display()), "")
        }
        other => panic!("{other:?}"),
    }
}

/// Insta compares `text` with what we write into a folder of its own.
fn insta_reads_ours(written: &Snapshot, text: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    written.write(&folder.path().join("case.snap")).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder.path());
    settings.set_prepend_module_to_snapshot(false);
    let compare = || settings.bind(|| insta::assert_snapshot!("case", text));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare)).is_ok()
}

#[test]
fn insta_reads_every_snapshot_as_we_do() {
    for case in cases() {
        let path = case.snapshot_path();
        let ours = Snapshot::read(&path).unwrap().unwrap();
        assert!(insta_reads_ours(&ours, &ours.text), "{}", name(&case));
        // What we would write is what is there, whoever wrote it.
        let file = std::fs::read_to_string(&path).unwrap();
        assert_eq!(ours.to_file(), file, "{}", name(&case));
    }
}

#[test]
fn all_cases_are_the_same_for_our_runner_too() {
    let cases = cases();
    let rules = rules(&cases);
    for case in &cases {
        let verdict = check(case, &rules).unwrap();
        // Nor is the head out of date: `ferrule test --accept` renews it.
        let is_same = matches!(verdict, Verdict::Same { renewed: None });
        assert!(is_same, "{}: {verdict:?}", name(case));
    }
}

#[test]
fn a_case_is_new_then_the_same_then_different_then_accepted() {
    let folder = folder(CASE);
    let Verdict::New { fresh } = check_in(folder.path()) else {
        panic!("there is no snapshot yet");
    };
    fresh.accept().unwrap();
    assert!(matches!(check_in(folder.path()), Verdict::Same { .. }));
    let snapshot = std::fs::read_to_string(folder.path().join("invoice/draft.snap")).unwrap();
    insta::assert_snapshot!(snapshot, @r#"
    ---
    description: "A draft."
    ---
    - not sent: Invoice 7
      reason draft: The invoice is a draft. Finalize it, or press play beside it, which finalizes it and sends it.

    Plan: 0 to create, 0 to change, 0 to connect, 0 rejected, 0 unchanged, 1 not sent.
    "#);

    let other = CASE.replace("idInDomain: 7", "idInDomain: 8");
    std::fs::write(folder.path().join("invoice/draft.yaml"), other).unwrap();
    // As insta leaves it when a test fails.
    std::fs::write(folder.path().join("invoice/draft.snap.new"), "").unwrap();
    let Verdict::Different { diff, fresh } = check_in(folder.path()) else {
        panic!("the label is another");
    };
    assert!(diff.contains("\n-- not sent: Invoice 7\n+- not sent: Invoice 8\n"), "{diff}");
    fresh.accept().unwrap();
    assert!(matches!(check_in(folder.path()), Verdict::Same { .. }));
    let left: Vec<_> = std::fs::read_dir(folder.path().join("invoice")).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn what_insta_wrote_into_the_head_stays() {
    let file = "---\nsource: tests/it/fixtures.rs\ndescription: Old.\n---\nbefore\n\n\n";
    let snapshot = Snapshot::parse(file).unwrap();
    assert_eq!(snapshot.text, "before");
    let written = snapshot.replaced("after\r\nthat\n", "New.").to_file();
    assert_eq!(written, "---\nsource: tests/it/fixtures.rs\ndescription: \"New.\"\n---\nafter\nthat\n");
    assert_eq!(Snapshot::parse("no head\n"), None);
}

#[test]
fn mistakes_in_a_case_are_told_with_their_place() {
    let told = [
        broken("about: x\nsetings: {}\n"),
        broken("about: x\n"),
        broken("documents: []\n"),
        broken("about: x\ndocuments: 5\n"),
        broken("about: x\ndocuments: [\n"),
        broken("about: x\nsettings: { custom_prefx: A }\ndocuments: []\n"),
        broken("about: x\nsettings: { import_every: 0 }\ndocuments: []\n"),
        broken("about: x\nquickbooks: { CustomrRet: [] }\n"),
        broken("about: x\nquickbooks:\n  CustomerRet:\n    - { Nam: A }\n"),
        broken("about: x\nquickbooks:\n  CustomerRet:\n    - { Name: { A: 1 } }\n"),
        broken("about: x\nquickbooks: { CustomerRet: { Name: A } }\n"),
        broken("about: x\ndocuments: []\nconnections: [ { object: invoce, id: 1, id_in_quickbooks: 2 } ]\n"),
        broken("about: x\nabout: y\ndocuments: []\n"),
        broken("about: x\nrules: [ optional/none ]\ndocuments: []\n")
            .replace(&root().join("rules").display().to_string(), "rules"),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    draft.yaml:2:1: unknown key `setings`; did you mean `settings`?
    draft.yaml:1:1: a case has `documents`, `quickbooks` or both
    draft.yaml:1:1: the key `about` is missing; add `about: ...`
    draft.yaml:2:12: expected a list of documents
    draft.yaml:2:12: this is not YAML: this `[` is not closed
    draft.yaml:2:13: unknown setting `custom_prefx`; did you mean `custom_prefix`?
    draft.yaml:2:13: setting `import_every`: 0 is less than 1
    draft.yaml:2:15: `CustomrRet` is no record type; did you mean `CustomerRet`?
    draft.yaml:4:9: `Nam` is no element of CustomerRet; did you mean `Name`?
    draft.yaml:4:15: expected a value for Name, found a mapping
    draft.yaml:2:28: expected a list of records, found a mapping
    draft.yaml:3:26: no object is called `invoce`; did you mean `invoice`?
    draft.yaml:2:1: the key `about` is given twice; only one of the two would count; remove one of them, or merge the two
    no layer `optional/none` below `rules`
    ");
}

#[test]
fn a_json_file_of_documents_is_a_case() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.json");
    let json = r#"[{"object":"product","id":1,"name":"A"},{"object":"product","id":2,"name":"B"}]"#;
    std::fs::write(&path, json).unwrap();
    let case = Case::read(&path).unwrap();
    assert_eq!(case.documents.as_ref().unwrap().len(), 2);
    let rules = RuleSets::compile(&[root().join("rules")], []).unwrap();
    assert!(matches!(check(&case, &rules).unwrap(), Verdict::New { .. }));
}

#[test]
fn records_are_as_they_are_written() {
    let yaml = "\
about: x
quickbooks:
  StandardTermsRet:
    - { ListID: 1-1, Name: 0010, DiscountPct: 2.50, IsActive: true }
  InvoiceRet:
    - TxnID: 5-5
      InvoiceLineRet: [ { Desc: a }, { Desc: \"\" } ]
";
    let case = Case::parse(Path::new("case.yaml"), yaml).unwrap();
    let company = case.company;
    let xml = |kind: &str| company.records(kind).next().unwrap().to_xml();
    assert_eq!(
        xml("StandardTermsRet"),
        "<StandardTermsRet><ListID>1-1</ListID><Name>0010</Name><DiscountPct>2.50</DiscountPct>\
         <IsActive>true</IsActive></StandardTermsRet>"
    );
    assert_eq!(
        xml("InvoiceRet"),
        "<InvoiceRet><TxnID>5-5</TxnID><InvoiceLineRet><Desc>a</Desc></InvoiceLineRet>\
         <InvoiceLineRet><Desc></Desc></InvoiceLineRet></InvoiceRet>"
    );
    // Terms are one list of two types: who reads one has read the other.
    assert!(company.was_read("DateDrivenTermsRet") && !company.was_read("CustomerRet"));
}

#[test]
fn what_is_known_of_quickbooks() {
    let known = |quickbooks: &str| {
        let yaml = format!("about: x\ndocuments: []\n{quickbooks}");
        Case::parse(Path::new("case.yaml"), &yaml).unwrap().company
    };
    assert!(!known("").is_known());
    assert!(known("quickbooks: {}\n").was_read("CustomerRet"));
    assert!(!known("quickbooks: { ClassRet: [] }\n").was_read("CustomerRet"));
}

#[test]
fn a_tally_tells_how_many_came_out_how() {
    let tally = Tally { same: 218, different: 1, new: 1, unmet: 0, broken: 0 };
    assert_eq!(tally.to_string(), "220 cases: 218 same, 1 different, 1 new");
    assert!(!tally.is_clean());
}
