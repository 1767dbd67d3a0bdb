//! Every code has a page, and every code of rule files is brought about by a seeded mistake.

use std::collections::BTreeSet;
use std::path::Path;

use ferrule::document::Code;
use ferrule::rules::codes;

/// All code of a folder, but for the table of codes.
fn collect(folder: &Path, found: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("document/code.rs")
        {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push_str(text.split("#[cfg(test)]\nmod tests").next().unwrap());
        }
    }
}

#[test]
fn every_code_has_a_page_of_its_title_and_every_page_a_code() {
    let pages: Vec<_> = codes::all().iter().map(|page| (page.code, page.title.as_str())).collect();
    let all: Vec<_> = Code::ALL.iter().map(|code| (*code, code.about())).collect();
    assert_eq!(pages, all);
}

#[test]
fn every_code_is_told_somewhere() {
    let mut source = String::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut source);
    let words: BTreeSet<&str> = source.split(|c: char| !c.is_ascii_alphanumeric() && c != ':').collect();
    let untold: Vec<_> =
        Code::ALL.iter().filter(|code| !words.contains(format!("Code::{code:?}").as_str())).collect();
    assert!(untold.is_empty(), "{untold:?}");
}

#[test]
fn every_code_of_rule_files_is_brought_about_by_a_seeded_mistake() {
    let cases = super::case::all();
    let expected = cases.iter().flat_map(|(_, cases)| cases).flat_map(|case| &case.expect);
    let seeded: BTreeSet<&str> = expected.map(|expected| expected.code.as_str()).collect();
    // Those of files that are no rules are brought about by the tests of `ferrule validate`.
    let of_qbxml = Code::NotQbxml..=Code::AskedBeyond;
    let of_rules = Code::ALL.iter().filter(|code| **code < Code::NotJson && !of_qbxml.contains(code));
    let missing: Vec<_> = of_rules.filter(|code| !seeded.contains(code.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn pages_are_complete_and_fit_a_terminal() {
    for page in codes::all() {
        let parts = [&page.title, &page.meaning, &page.example, &page.fix];
        assert!(parts.iter().all(|part| !part.trim().is_empty()), "{}", page.code);
        assert!(!page.group().is_empty(), "{}", page.code);
        let text = page.to_text();
        let wide = text.lines().find(|line| line.chars().count() > 80 && !line.starts_with(' '));
        assert_eq!(wide, None, "{}", page.code);
    }
}

const PAGE: &str = "\
R304: an element that comes only once is given several times (qbXML)

The element does not repeat, so it takes neither a list nor a loop.

For example:

    Contact: [Ann, Bob]

How to mend it:

Give it one value. `join(list, \", \")` makes one text of several, `first(list)`
takes the first.
";

#[test]
fn a_page_reads_as_text() {
    assert_eq!(codes::page("r304").unwrap().to_text(), PAGE);
}
