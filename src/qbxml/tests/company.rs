use std::fs;

use proptest::prelude::*;

use super::super::{Company, LoadError, read_responses};
use super::{document, sample};

fn company(responses: &str) -> Company {
    let mut company = Company::unknown();
    company.add_document(&document(responses)).unwrap();
    company
}

/// An answer to a query for customers.
fn customers(records: &str) -> Company {
    company(&format!("<CustomerQueryRs statusCode='0'>{records}</CustomerQueryRs>"))
}

fn names(records: &[std::sync::Arc<super::Record>]) -> Vec<&str> {
    records.iter().filter_map(|record| record.full_name()).collect()
}

const SMALL: &str = "<CustomerRet><ListID>1</ListID><Name>Zinc</Name><FullName>Hale:Zinc</FullName><IsActive>false</IsActive></CustomerRet>\
    <CustomerRet><ListID>2</ListID><Name>Größe</Name><FullName>Größe</FullName></CustomerRet>\
    <VendorRet><ListID>1</ListID><Name>HALE:ZINC</Name><TermsRef><FullName>Net 30</FullName></TermsRef></VendorRet>";

#[test]
fn names_are_found_in_any_case_and_ids_exactly() {
    let company = customers(SMALL);
    let both = ["CustomerRet", "VendorRet"];
    assert_eq!(names(&company.find(&both, "FullName", "hale:zinc")), ["Hale:Zinc", "HALE:ZINC"]);
    assert_eq!(
        names(&company.find(&["VendorRet", "CustomerRet"], "FullName", "hale:zinc")),
        ["HALE:ZINC", "Hale:Zinc"]
    );
    assert_eq!(names(&company.find(&both, "Name", "GRÖSSE")), [""; 0]);
    assert_eq!(names(&company.find(&both, "Name", "GRÖßE")), ["Größe"]);
    assert_eq!(names(&company.find(&both, "TermsRef/FullName", "net 30")), ["HALE:ZINC"]);
    assert_eq!(company.find(&both, "ListID", "1").len(), 2, "ids are unique within one list only");
    assert_eq!(company.by_id("1").unwrap().name(), "CustomerRet");
    assert!(company.by_id("3").is_none() && company.find(&[], "FullName", "Größe").is_empty());
    assert_eq!(company.holders_of_name(&["VendorRet"], "Hale:Zinc")[0].name(), "VendorRet");
    assert_eq!(company.names("CustomerRet").collect::<Vec<_>>(), [("Hale:Zinc", false), ("Größe", true)]);
    assert_eq!(company.record_types().collect::<Vec<_>>(), both);
    let upper = customers("<CustomerRet><ListID>8000A-1</ListID></CustomerRet>");
    assert!(upper.find(&both, "ListID", "8000a-1").is_empty());
}

#[test]
fn a_type_counts_as_read_when_its_query_was_answered_or_found_it() {
    let answers = company(
        "<ClassQueryRs statusCode='1'/><VendorQueryRs statusCode='3260'/>\
         <ItemQueryRs statusCode='0'><ItemServiceRet><ListID>1</ListID></ItemServiceRet></ItemQueryRs>\
         <TermsAddRs statusCode='0'><TermsRet><ListID>2</ListID></TermsRet></TermsAddRs>",
    );
    assert!(answers.was_read("ClassRet") && answers.was_read("ItemServiceRet"));
    assert!(answers.was_read("ItemGroupRet"), "a query for several types tells of those it did not find");
    assert!(!answers.was_read("VendorRet") && !answers.was_read("CustomerRet"));
    assert!(!answers.was_read("TermsRet"), "an answer to an Add says nothing about the others");
    assert!(answers.by_id("2").is_some());
    assert!(Company::empty().was_read("VendorRet") && Company::empty().is_empty());
    assert!(!Company::unknown().was_read("VendorRet"));
}

#[test]
fn of_two_versions_the_one_with_the_higher_edit_sequence_stays() {
    let version = |sequence: &str, name: &str| {
        format!(
            "<CustomerRet><ListID>1</ListID><EditSequence>{sequence}</EditSequence><Name>{name}</Name></CustomerRet>"
        )
    };
    let kept = |versions: &[(&str, &str)]| {
        let records: String = versions.iter().map(|(sequence, name)| version(sequence, name)).collect();
        let company = customers(&records);
        assert_eq!(company.len(), 1);
        names(&company.find(&["CustomerRet"], "ListID", "1"))[0].to_owned()
    };
    assert_eq!(kept(&[("99", "old"), ("100", "new")]), "new");
    assert_eq!(kept(&[("100", "new"), ("99", "old")]), "new");
    assert_eq!(kept(&[("100", "first"), ("100", "second")]), "second");
    assert_eq!(kept(&[("", "unknown"), ("1", "known")]), "known");
}

#[test]
fn a_lookup_sees_what_was_added_after_the_one_before() {
    let mut company = customers(SMALL);
    assert!(company.find(&["CustomerRet"], "Name", "New").is_empty());
    assert!(company.near(&["CustomerRet"], "Nee", 3).is_empty());
    let xml = document(
        "<CustomerAddRs statusCode='0'><CustomerRet><ListID>9</ListID><Name>New</Name></CustomerRet></CustomerAddRs>",
    );
    company.add_response(&read_responses(&xml).unwrap()[0]);
    assert_eq!(company.find(&["CustomerRet"], "Name", "new").len(), 1);
    assert_eq!(company.near(&["CustomerRet"], "Nee", 3), ["New"]);
    assert_eq!(company.records("CustomerRet").count(), 3);
}

#[test]
fn near_misses_come_best_first() {
    let record = |name: &str| format!("<CustomerRet><Name>{name}</Name></CustomerRet>");
    let records: String = [
        "Hale Fastners Inc",
        "HALE  fasteners inc",
        "Plating:Hale Fasteners Inc",
        "Hall Fasteners Ink",
        "Midwest",
    ]
    .iter()
    .map(|name| record(name))
    .collect();
    let company = customers(&records);
    let near = |limit| company.near(&["CustomerRet", "CustomerRet"], "Hale Fasteners Inc", limit);
    assert_eq!(
        near(9),
        ["HALE  fasteners inc", "Hale Fastners Inc", "Plating:Hale Fasteners Inc", "Hall Fasteners Ink"]
    );
    assert_eq!(near(2).len(), 2);
    assert!(company.near(&["VendorRet"], "Hale", 5).is_empty());
    assert!(company.near(&["CustomerRet"], "", 5).is_empty());
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn saved_answers_are_loaded_from_files_and_folders() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["customers.xml", "accounts.xml"] {
        fs::copy(sample(file), folder.path().join(file)).unwrap();
    }
    fs::write(folder.path().join("notes.txt"), "not read").unwrap();
    let company = Company::load([folder.path().to_owned(), sample("vendors.xml")]).unwrap();
    assert_eq!(company.len(), 146 + 116 + 54);
    assert_eq!(
        names(&company.find(&["CustomerRet"], "FullName", "abercrombie, KRISTY")),
        ["Abercrombie, Kristy"]
    );
    assert_eq!(company.near(&["VendorRet"], "A Chung Limited", 1), ["A Cheung Limited"]);
    assert!(company.was_read("AccountRet") && !company.was_read("ClassRet"));

    let broken = folder.path().join("broken.xml");
    fs::write(&broken, "<QBXML>").unwrap();
    assert!(matches!(Company::load([&broken]), Err(LoadError::Document { path, .. }) if path == broken));
    assert!(matches!(Company::load(["no/such/file"]), Err(LoadError::File { .. })));
}

#[test]
fn companies_can_be_shared_between_threads() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    let company = customers(SMALL);
    is_shared(&company);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(company.find(&["CustomerRet"], "Name", "zinc").len(), 1));
        }
    });
}

proptest! {
    #![proptest_config(crate::testing::config())]

    #[test]
    fn a_lookup_finds_what_a_search_through_all_records_finds(
        names in prop::collection::vec("[a-cA-C]{1,2}", 0..30), wanted in "[a-cA-C]{1,2}"
    ) {
        let record = |name| format!("<CustomerRet><Name>{name}</Name></CustomerRet>");
        let records: Vec<_> = names.iter().map(record).collect();
        let company = customers(&records.concat());
        let found = company.find(&["CustomerRet"], "FullName", &wanted);
        let expected: Vec<_> = names.iter().filter(|name| name.eq_ignore_ascii_case(&wanted)).collect();
        prop_assert_eq!(super::company::names(&found), expected);
    }

    #[test]
    fn a_lookup_finds_the_same_whatever_was_looked_up_before(
        versions in prop::collection::vec((0..60_u32, 0..4_u32, "[a-cA-C]"), 0..200)
    ) {
        let mut company = customers("");
        for (id, sequence, name) in versions {
            company.add_response(&read_responses(&document(&format!(
                "<CustomerAddRs statusCode='0'><CustomerRet><ListID>{id}</ListID>\
                 <EditSequence>{sequence}</EditSequence><Name>{name}</Name></CustomerRet></CustomerAddRs>"
            ))).unwrap()[0]);
            for wanted in ["a", "b", "c"] {
                let is_wanted = |record: &&std::sync::Arc<super::Record>| {
                    record.get("Name").is_some_and(|name| name.eq_ignore_ascii_case(wanted))
                };
                let expected: Vec<_> = company.records("CustomerRet").filter(is_wanted).cloned().collect();
                prop_assert_eq!(company.find(&["CustomerRet"], "Name", wanted), expected);
            }
        }
    }

    #[test]
    fn no_name_within_reach_is_overlooked(
        names in prop::collection::btree_set("[a-d]{1,9}", 0..20), wanted in "[a-d]{1,9}"
    ) {
        let record = |name| format!("<CustomerRet><Name>{name}</Name></CustomerRet>");
        let records: Vec<_> = names.iter().map(record).collect();
        let tolerance = (wanted.len() / 3).max(1);
        let distance = |name: &&String| strsim::osa_distance(name, &wanted);
        let mut expected: Vec<_> = names.iter().filter(|name| distance(name) <= tolerance).collect();
        expected.sort_by_key(distance);
        let company = customers(&records.concat());
        let near = company.near(&["CustomerRet"], &wanted, 99);
        prop_assert_eq!(near.iter().collect::<Vec<_>>(), expected);
    }
}
