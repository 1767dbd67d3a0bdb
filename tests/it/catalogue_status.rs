//! What the catalogue says of codes, against the collected facts.

use std::collections::BTreeSet;

use ferrule::catalogue::{self, Evidence, Outcome, Severity, StatusCode, Who, mentioned};

/// The rows of a table of facts.
fn rows(name: &str) -> Vec<Vec<String>> {
    let text = crate::oracle::text(name);
    let rows = text.lines().filter(|line| !line.starts_with("code\t") && !line.starts_with("hresult\t"));
    rows.map(|row| row.split('\t').map(str::to_owned).collect()).collect()
}

/// The best of the tags of a fact, such as `A,B` or `M (uncertain)`.
fn evidence(tags: &str) -> Evidence {
    let tags: BTreeSet<_> =
        tags.split(',').map(|tag| tag.trim().split([' ', '(']).next().unwrap().to_owned()).collect();
    let known = [
        ("B", Evidence::Recorded),
        ("A", Evidence::Intuit),
        ("C", Evidence::Copied),
        ("B2", Evidence::SecondHand),
        ("M", Evidence::Recalled),
        ("none", Evidence::Unknown),
    ];
    known.into_iter().find(|(tag, _)| tags.contains(*tag)).unwrap().1
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn every_status_code_is_explained() {
    let rows = rows("facts/status_codes.tsv");
    let codes: Vec<_> = rows.iter().map(|row| row[0].as_str()).collect();
    let ours: Vec<_> = catalogue::status_codes().iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(ours, codes);
    for row in rows {
        let first = row[0].split(['-', ',']).next().unwrap().parse().unwrap();
        let last = row[0].split(['-', ',']).next_back().unwrap().parse().unwrap();
        let entry = catalogue::status(first).unwrap();
        assert_eq!((entry.code.as_str(), catalogue::status(last)), (row[0].as_str(), Some(entry)));
        assert_eq!(entry.evidence, evidence(&row[3]), "{}", row[0]);
        let severity = match row[1].as_str() {
            "Info" => Severity::Info,
            "Warn" => Severity::Warn,
            _ => Severity::Error,
        };
        assert_eq!(entry.severity, severity, "{}", row[0]);
        // All that failed was not done, unless the code leaves it open.
        assert!(severity != Severity::Error || entry.outcome != Outcome::Applied, "{}", row[0]);
    }
    assert_eq!(catalogue::status(2041), None);
    assert_eq!(catalogue::status(3491), None);
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn every_hresult_is_explained() {
    let rows = rows("facts/hresults.tsv");
    assert_eq!(rows.len(), catalogue::hresults().len());
    for row in rows {
        let entry = catalogue::hresult(row[0].as_str()).unwrap();
        assert_eq!(entry.code, row[0]);
        assert_eq!(entry.evidence, evidence(&row[2]), "{}", row[0]);
    }
    let parse = catalogue::hresult(0x8004_0400).unwrap();
    assert_eq!((parse.outcome, parse.retryable), (Outcome::NotApplied, false));
    for text in ["0x80040400", "80040400", " 0X80040400 ", "0x8004040"] {
        assert_eq!(catalogue::hresult(text).is_some(), text != "0x8004040", "{text}");
    }
    assert_eq!(catalogue::hresult("0x8004040a"), catalogue::hresult(0x8004_040A));
    assert_eq!(catalogue::hresult(""), None);
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn every_web_connector_code_is_explained() {
    let rows = rows("facts/qbwc_error_codes.tsv");
    let codes: Vec<_> = rows.iter().map(|row| row[0].as_str()).collect();
    let ours = catalogue::web_connector_codes();
    assert_eq!(ours.iter().map(|entry| entry.code.as_str()).collect::<Vec<_>>(), codes);
    assert!(ours.iter().all(|entry| catalogue::web_connector_code(&entry.code) == Some(entry)));
    let duplicate = catalogue::web_connector_code("1039");
    assert_eq!(duplicate, catalogue::web_connector_code("QBWC1039"));
    assert!(duplicate.is_some());
    assert_eq!(catalogue::web_connector_code("QBWC9999"), None);
}

/// The reader of an error gets whole sentences, and the words of ours that are meant for it.
#[test]
fn every_explanation_is_whole() {
    let all = [catalogue::status_codes(), catalogue::hresults(), catalogue::web_connector_codes()];
    for StatusCode { code, happened, cause, how, who, retryable, outcome, .. } in all.into_iter().flatten() {
        for text in [happened, cause, how] {
            let begins = text.starts_with(|letter: char| letter.is_uppercase() || "`0".contains(letter));
            assert!(begins && text.ends_with('.') && text.len() > 10, "{code}: {text}");
            assert!(!text.contains('\n') && !text.contains("  "), "{code}: {text}");
        }
        assert!(happened != cause && cause != how, "{code}");
        // Nobody can mend what will not mend itself, unless it is none or nothing is known.
        let hopeless = *who == Who::Nobody && !retryable && *outcome == Outcome::NotApplied;
        assert!(!hopeless || ["2000-2040", "0x80040426"].contains(&code.as_str()), "{code}");
    }
}

#[test]
fn the_codes_that_recovery_hangs_on() {
    let outcome = |code| catalogue::status(code).map(|entry| (entry.outcome, entry.retryable));
    assert_eq!(outcome(0), Some((Outcome::Applied, false)));
    assert_eq!(outcome(550), Some((Outcome::Applied, false)));
    assert_eq!(outcome(1000), Some((Outcome::Unknown, true)));
    assert_eq!(outcome(3100), Some((Outcome::NotApplied, false)));
    assert_eq!(outcome(3175), Some((Outcome::NotApplied, true)));
    assert_eq!(outcome(3200), Some((Outcome::NotApplied, true)));
    assert_eq!(outcome(3231), Some((Outcome::NotApplied, true)));
    assert_eq!(outcome(9002), Some((Outcome::Unknown, false)));
}

#[test]
fn the_first_code_in_a_text_is_found() {
    let found = |text| mentioned(text).map(|known| known.code.as_str());
    assert_eq!(found("QuickBooks said (0x80040401): no."), Some("0x80040401"));
    assert_eq!(found("It was QBWC1039, then 0x80040401."), Some("QBWC1039"));
    for text in ["", "no code", "80040401", "0x0", "3100", "QBWC", "0x80040401a"] {
        assert_eq!(found(text), None, "{text}");
    }
}
