//! Every code has a page, and every code of rule files is brought about by a seeded mistake.

use std::collections::BTreeSet;
use std::path::Path;

use ferrule::rules::codes;

/// All `"R301"` in the code of a folder.
fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            found.extend(code.split('"').filter(|part| is_code(part)).map(str::to_owned));
        }
    }
}

fn is_code(text: &str) -> bool {
    text.len() == 4 && text.starts_with('R') && text.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

fn in_source() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: BTreeSet<String> = codes::all().iter().map(|page| page.code.clone()).collect();
    assert_eq!(pages, in_source());
    assert_eq!(pages.len(), codes::all().len(), "a code has two pages");
}

#[test]
fn every_code_of_rule_files_is_brought_about_by_a_seeded_mistake() {
    let cases = super::case::all();
    let seeded: BTreeSet<&str> =
        cases.iter().flat_map(|(_, case)| &case.expect).map(|expected| expected.code.as_str()).collect();
    let missing: Vec<_> = in_source()
        .into_iter()
        .filter(|code| !code.starts_with("R6") && !seeded.contains(code.as_str()))
        .collect();
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
