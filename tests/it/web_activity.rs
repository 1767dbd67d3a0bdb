//! Activity: everything that happened, by time.

use chrono::{TimeDelta, Utc};
use ferrule::activity::{ActivityStore as _, Cursor, Happening};
use ferrule::people::{AuditAction, NewAuditEntry, PeopleStore as _, Role};
use ferrule::sync::stored::{Commit, Ending, ExchangeItem, ExchangeKind, NewExchange, Store as _};

use crate::web_plan::{documents, load};
use crate::web_support::{Pages, open};

/// Visits with an exchange each, an hour apart, and an action for each.
fn happen(pages: &Pages, count: i64) {
    let company = pages.company("acme", "Acme");
    for index in 0..count {
        let at = Utc::now() - TimeDelta::hours(count - index);
        let session = pages.store.begin_session(company, &format!("ticket {index}"), at).unwrap().id;
        let item = ExchangeItem {
            request_id: "1".to_owned(),
            message: format!("Item{index}Query"),
            document: None,
            status_code: None,
            status_message: None,
            jobs: Vec::new(),
            follows: None,
        };
        let mut commit = Commit::new(session, at, String::new());
        commit.opened = Some(NewExchange {
            kind: ExchangeKind::Read,
            set_id: None,
            request: String::new(),
            items: vec![item],
        });
        pages.store.commit(company, &commit).unwrap();
        let mut commit = Commit::new(session, at + TimeDelta::minutes(2), String::new());
        let closed = || Ending::Failed("QuickBooks is closed".to_owned());
        commit.ending = Some(if index % 2 == 0 { Ending::Finished } else { closed() });
        pages.store.commit(company, &commit).unwrap();
        let entry = NewAuditEntry {
            at,
            domain: "acme".to_owned(),
            company: (index % 2 == 0).then_some(company),
            person: "Kim".to_owned(),
            action: AuditAction::Pause,
            about: None,
            details: format!("<script>alert(1)</script> deed-{index}"),
        };
        pages.store.note(&entry).unwrap();
    }
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let pages = open();
    happen(&pages, 60);
    let file = pages.store.company_files().unwrap().remove(0);
    let mut cursor = Cursor::NEWEST;
    let mut seen = Vec::new();
    loop {
        let events = pages.store.events(file.id, "acme", &Happening::ALL, cursor, None, 7).unwrap();
        let Some(last) = events.last() else { break };
        cursor = last.cursor();
        seen.extend(events.iter().map(ferrule::activity::Event::cursor));
    }
    assert_eq!(seen.len(), 180);
    let mut sorted = seen.clone();
    sorted.sort_by_key(|it| (std::cmp::Reverse(it.at), it.kind, std::cmp::Reverse(it.id)));
    sorted.dedup();
    assert_eq!(seen, sorted, "newest first, each once");
    let from = Utc::now() - TimeDelta::hours(10) - TimeDelta::minutes(1);
    let few =
        pages.store.events(file.id, "acme", &[Happening::Visit], Cursor::NEWEST, Some(from), 100).unwrap();
    assert_eq!(few.len(), 10);
    let none = pages.store.events(file.id, "other", &[Happening::Action], Cursor::NEWEST, None, 100).unwrap();
    assert!(none.is_empty(), "of another domain");
}

#[test]
fn what_happened_is_searched_filtered_and_paged() {
    let pages = open();
    happen(&pages, 60);
    let mut browser = pages.signed_in(Role::Viewer);
    let page = browser.get("/c/1/activity").body;
    assert!(page.contains("<svg") && page.contains("<summary>Figures"), "{page}");
    assert!(
        page.contains("deed-59") && !page.contains("deed-3<") && !page.contains("<script>alert"),
        "{page}"
    );
    let earlier = page.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let earlier = earlier.replace("&#38;", "&");
    let next = browser.get(&earlier).body;
    assert!(!next.contains("deed-59") && next.contains("deed-40"), "{next}");
    let found = browser.get("/c/1/activity?q=deed-7").body;
    assert!(found.contains("deed-7") && !found.contains("deed-8"), "{found}");
    let reads = browser.get("/c/1/activity?kind=exchange&q=read+1+list").body;
    assert!(reads.contains("Read 1 list") && !reads.contains("Item7Query"), "no names of queries: {reads}");
    let people = browser.get("/c/1/activity?kind=action").body;
    assert!(people.contains("deed-30") && !people.contains("Read 1 list"));
    let stopped = browser.get("/c/1/activity?kind=visit&q=closed").body;
    assert!(stopped.contains("QuickBooks is closed") && stopped.contains("Stopped"));
    for (query, words) in [
        ("from=yesterday", "A day is written like"),
        ("from=2026-07-02&to=2026-07-01", "The first day is after the last one"),
        ("from=1980-01-01&to=1980-01-02", "Nothing matches"),
        ("from=9999999-01-01", "A day is written like"),
        ("before=1.2.3.4&kind=none&by=hour&page=-1", "deed-59"),
    ] {
        let page = browser.get(&format!("/c/1/activity?{query}"));
        assert!(page.status == 200 && page.body.contains(words), "{query}: {}", page.body);
    }
}

#[test]
fn what_people_did_is_filtered_by_what_it_is_about() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Viewer);
    for action in [
        AuditAction::DoublePlay,
        AuditAction::IgnoreRecords,
        AuditAction::Connect,
        AuditAction::ChangeDomainSettings,
        AuditAction::ChangeRole,
    ] {
        let entry = NewAuditEntry {
            at: Utc::now(),
            domain: "acme".to_owned(),
            company: Some(company),
            person: "Kim".to_owned(),
            action,
            about: None,
            details: String::new(),
        };
        pages.store.note(&entry).unwrap();
    }
    for (area, action) in [
        ("plays", "played all that was not done"),
        ("imports", "ignored documents"),
        ("connections", "connected documents"),
        ("settings", "changed settings of the domain"),
        ("people", "changed somebody’s role"),
    ] {
        let page = browser.get(&format!("/c/1/activity?kind={area}")).body;
        assert!(page.contains(&format!("<div>Kim {action}")), "{area}: {page}");
        assert_eq!(page.matches("<div>Kim ").count(), 1, "{area}: {page}");
        assert!(page.contains(&format!("value=\"{area}\" selected")));
    }
}

#[test]
fn days_are_those_of_the_domain() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let settings = serde_json::json!({ "time_zone": "America/New_York" });
    pages.store.set_settings(company, &serde_json::from_value(settings).unwrap()).unwrap();
    // Late in the evening of the 1st in New York.
    let at = "2026-07-02T02:30:00Z".parse().unwrap();
    pages.store.begin_session(company, "ticket", at).unwrap();
    let mut browser = pages.signed_in(Role::Viewer);
    let page = browser.get("/c/1/activity?from=2026-07-01&to=2026-07-01").body;
    assert!(page.contains("2026-07-01 22:30 EDT"), "{page}");
    assert!(browser.get("/c/1/activity?from=2026-07-02&to=2026-07-02").body.contains("Nothing matches"));
}

#[test]
fn ends_of_jobs_are_there_with_their_reason() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    load(&pages, company);
    let now = Utc::now();
    let keys: Vec<_> =
        documents().into_iter().map(|it| it.key).filter(|it| it.object == "invoice").take(1).collect();
    pages.store.play(company, &keys, now).unwrap();
    let session = pages.store.begin_session(company, "ticket", now).unwrap().id;
    let job = pages.store.due_jobs(company, now, 1).unwrap().remove(0).id;
    let mut browser = pages.signed_in(Role::Viewer);
    assert!(
        !browser.get("/c/1/activity?kind=job").body.contains("refused by QuickBooks"),
        "it has no end yet"
    );
    let mut commit = Commit::new(session, now, String::new());
    let error = serde_json::json!({ "code": "3120", "happened": "the object is gone", "cause": "", "who": "clerk",
        "how": "", "retryable": false, "outcome": "not applied" });
    let error = serde_json::from_value(error).unwrap();
    commit.jobs = vec![ferrule::sync::stored::JobChange {
        job,
        state: ferrule::sync::stored::JobState::Failed,
        error: Some(error),
        next_try: None,
        is_attempt: false,
    }];
    pages.store.commit(company, &commit).unwrap();
    let page = browser.get("/c/1/activity?kind=job&q=3120").body;
    let link = format!("<a href=\"/c/1/invoicing/{}\">", keys[0].id);
    assert!(page.contains(&link) && page.contains("the object is gone"), "{page}");
    assert!(page.contains("</a> refused by QuickBooks") && !page.contains(&keys[0].to_string()), "{page}");
}
