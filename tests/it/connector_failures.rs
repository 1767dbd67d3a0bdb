//! What follows from an HRESULT.

use ferrule::catalogue::{Outcome, hresults};
use ferrule::connector::{CompanyFile, CompanyPath, Failure, NextStep};

fn path() -> CompanyPath {
    r"C:\books\shop.qbw".parse().unwrap()
}

fn connection(hresult: &str, tried: &CompanyFile, stored: Option<&CompanyPath>) -> Failure {
    Failure::of_connection(hresult, "A message from QuickBooks.", tried, stored)
}

#[test]
fn what_may_pass_is_tried_again_and_what_may_not_tells_the_person() {
    for (hresult, next, part) in [
        ("0x80040408", NextStep::Retry, "start QuickBooks and answer its dialogs"),
        ("0x80040414", NextStep::Retry, "close the dialog"),
        ("0X8004041b", NextStep::Retry, "Wait for the next visit"),
        (" 80040424 ", NextStep::Retry, "the next visit retries"),
        ("0x8004041A", NextStep::Stop, "tick Allow Access"),
        ("0x8004041D", NextStep::Stop, "tick Allow this application to login automatically"),
        ("0x80040420", NextStep::Stop, "answer Yes"),
        ("0x80049999", NextStep::Stop, "Ferrule does not know this code"),
        ("rubbish", NextStep::Stop, "(rubbish)"),
        ("", NextStep::Stop, "(no code)"),
    ] {
        let failure = connection(hresult, &CompanyFile::Current, None);
        assert_eq!(failure.next, next, "{hresult}");
        assert!(failure.message.contains(part), "{}", failure.message);
        assert!(failure.message.contains("A message from QuickBooks."));
        // Nothing was sent yet, so nothing was done.
        assert_eq!(failure.outcome, Outcome::NotApplied);
    }
}

#[test]
fn another_path_is_tried_only_where_there_is_one() {
    let asked = CompanyFile::Path(path());
    let current = CompanyFile::Current;
    let stored = path();
    for (hresult, tried, stored, next) in [
        ("0x8004040A", &asked, Some(&stored), NextStep::OtherPath(CompanyFile::Current)),
        ("0x8004040A", &current, Some(&stored), NextStep::Retry),
        ("0x80040416", &current, Some(&stored), NextStep::OtherPath(CompanyFile::Path(path()))),
        ("0x80040417", &current, Some(&stored), NextStep::OtherPath(CompanyFile::Path(path()))),
        ("0x80040416", &current, None, NextStep::Retry),
        ("0x80040416", &asked, Some(&stored), NextStep::Retry),
        ("0x80040408", &current, Some(&stored), NextStep::Retry),
    ] {
        assert_eq!(connection(hresult, tried, stored).next, next, "{hresult}");
    }
}

#[test]
fn a_request_that_failed_says_whether_it_was_done() {
    let of = |hresult| Failure::of_request(hresult, "").unwrap();
    let parse = of("0x80040400");
    assert_eq!((parse.next, parse.outcome), (NextStep::Stop, Outcome::NotApplied));
    assert!(parse.message.ends_with("QuickBooks gave 0x80040400 and no text."));
    let crash = of("0x80040402");
    assert_eq!((crash.next, crash.outcome), (NextStep::Retry, Outcome::Unknown));
    let unknown = of("0x80049999");
    assert_eq!((unknown.next, unknown.outcome), (NextStep::Stop, Outcome::Unknown));
    assert!(unknown.known.is_none());
    for success in ["", " ", "0x00000000", "0", "0x00040001"] {
        assert_eq!(Failure::of_request(success, ""), None, "{success}");
    }
}

#[test]
fn every_code_of_the_catalogue_has_a_next_step_and_a_message() {
    assert!(hresults().len() > 40);
    for entry in hresults() {
        let failure = Failure::of_request(&entry.code, "words").unwrap();
        assert_eq!(failure.known, Some(entry));
        let expected = if entry.retryable { NextStep::Retry } else { NextStep::Stop };
        assert_eq!(failure.next, expected);
        for part in [&entry.happened, &entry.how, &entry.code] {
            assert!(failure.message.contains(part.as_str()), "{}", failure.message);
        }
    }
}
