//! Who is let in, and who is not.

use chrono::{TimeDelta, Utc};
use ferrule::people::{Change, IDLE, LONGEST, NewPerson, PeopleStore as _, Role, Token};

use crate::web_support::{PASSWORD, location, open, open_with};

#[test]
fn a_link_sets_a_password_once_and_signs_in() {
    let pages = open();
    pages.company("acme", "Acme");
    let link = pages.invite("pat", Role::Clerk, TimeDelta::hours(1));
    let mut browser = pages.browser();
    for _ in 0..2 {
        assert!(browser.get(&link).body.contains("Welcome, <strong>pat</strong>"));
    }
    for (password, again, problem) in [
        ("short", "short", "at least 10 characters"),
        (PASSWORD, "another one", "The two passwords differ."),
        ("my name is Pat!", "my name is Pat!", "does not contain your name"),
        (&"x".repeat(201), "", "at most 200 characters"),
        ("            ", "            ", "easy to guess"),
        ("password12", "password12", "easy to guess"),
        ("1234567890", "1234567890", "easy to guess"),
    ] {
        let reply = browser.post(&link, &[("password", password), ("again", again)]);
        assert_eq!(reply.status, 422);
        assert!(reply.body.contains(problem), "{}", reply.body);
    }
    let set = browser.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!((set.status, location(&set)), (303, "/"));
    assert_eq!(location(&browser.get("/")), "/c/1/todo");
    assert_eq!(browser.get("/c/1/todo").status, 200);
    assert_eq!(pages.browser().get(&link).status, 410);
    assert_eq!(pages.audit(), ["test: add person ", "pat: set password ", "pat: sign in "]);
}

#[test]
fn a_link_ends_with_its_time_and_with_a_newer_one() {
    let pages = open();
    let late = pages.invite("late", Role::Viewer, TimeDelta::seconds(-1));
    assert_eq!(pages.browser().get(&late).status, 410);
    assert_eq!(pages.browser().get("/invite/none").status, 410);
    let old = pages.invite("pat", Role::Viewer, TimeDelta::hours(1));
    let (pat, _) = pages.store.person("PAT").unwrap().unwrap();
    let new = Token::new().unwrap();
    let until = Utc::now() + TimeDelta::hours(1);
    assert!(pages.store.renew_link(pat.id, &new.hash(), until, &crate::web_support::entry()).unwrap());
    assert_eq!(pages.browser().get(&old).status, 410);
    assert_eq!(pages.browser().get(&format!("/invite/{}", new.expose())).status, 200);
}

#[test]
fn name_and_password_sign_in_and_out() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut first = pages.signed_in(Role::Viewer);
    let mut browser = pages.browser();
    assert_eq!(
        location(&browser.get("/c/1/integrations?visits=20")),
        "/sign-in?back=%2Fc%2F1%2Fintegrations%3Fvisits%3D20"
    );
    browser.get("/sign-in?back=/c/1/integrations");
    let wrong = browser.post("/sign-in", &[("name", "viewer of acme"), ("password", "wrong")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("The name or the password is not right."));
    let unknown = browser.post("/sign-in", &[("name", "nobody"), ("password", "wrong")]);
    assert!(unknown.body.contains("The name or the password is not right."));
    let right = browser.post(
        "/sign-in",
        &[("name", "VIEWER of acme"), ("password", PASSWORD), ("back", "/c/1/integrations")],
    );
    assert_eq!((right.status, location(&right)), (303, "/c/1/integrations"));
    browser.get("/c/1/integrations");
    let before = browser.cookies.clone();
    assert_eq!(location(&browser.post("/sign-out", &[])), "/sign-in");
    browser.cookies = before;
    assert_eq!(location(&browser.get("/")), "/sign-in");
    // Another sign-in of the same person goes on.
    assert_eq!(first.get("/c/1/integrations").status, 200);
}

#[test]
fn nobody_is_led_to_another_site() {
    let pages = open();
    pages.signed_in(Role::Viewer);
    for back in [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "/\n/evil.test",
    ] {
        let mut browser = pages.browser();
        browser.get("/sign-in");
        let reply =
            browser.post("/sign-in", &[("name", "viewer of acme"), ("password", PASSWORD), ("back", back)]);
        assert_eq!((reply.status, location(&reply)), (303, "/"), "{back}");
    }
}

#[test]
fn who_guesses_is_not_listened_to() {
    let pages = open();
    pages.signed_in(Role::Viewer);
    let mut browser = pages.browser();
    browser.get("/sign-in");
    for _ in 0..5 {
        assert!(
            browser
                .post("/sign-in", &[("name", "viewer of acme"), ("password", "x")])
                .body
                .contains("not right")
        );
    }
    let right = browser.post("/sign-in", &[("name", "Viewer of acme"), ("password", PASSWORD)]);
    assert!(right.status == 422 && right.body.contains("Too many attempts"), "{}", right.body);
}

#[test]
fn a_sign_in_ends_by_itself() {
    let pages = open();
    pages.signed_in(Role::Viewer);
    let (person, hash) = pages.store.person("viewer of acme").unwrap().unwrap();
    assert!(hash.unwrap().starts_with("$argon2id$"));
    let (token, began) = (Token::new().unwrap().hash(), Utc::now());
    pages.store.sign_in(person.id, &token, began).unwrap();
    let is_in = |later| pages.store.signed_in(&token, began + later).unwrap().is_some();
    let second = TimeDelta::seconds(1);
    assert!(is_in(IDLE - second) && !is_in(IDLE));
    for hours in (2..=12).step_by(2) {
        pages.store.note_active(&token, began + TimeDelta::hours(hours)).unwrap();
    }
    pages.store.note_active(&token, began + LONGEST - second).unwrap();
    assert!(is_in(LONGEST - second) && !is_in(LONGEST));
}

#[test]
fn who_is_removed_is_out_at_once() {
    let pages = open();
    let mut browser = pages.signed_in(Role::Viewer);
    let (person, _) = pages.store.person("viewer of acme").unwrap().unwrap();
    let remove = || pages.store.remove_person(person.id, &crate::web_support::entry()).unwrap();
    assert_eq!((remove(), remove()), (Change::Made, Change::NoSuchPerson));
    assert_eq!(location(&browser.get("/")), "/sign-in");
}

#[test]
fn behind_https_cookies_are_bound_to_the_host() {
    let pages = open_with(|origin| origin.is_secure = true);
    let link = pages.invite("pat", Role::Clerk, TimeDelta::hours(1));
    let mut browser = pages.browser();
    browser.get(&link);
    let set = browser.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]);
    let cookie = set.head.lines().find(|line| line.starts_with("set-cookie: __Host-ferrule=")).unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert!(set.head.contains("strict-transport-security: max-age=31536000"), "{}", set.head);
}

#[test]
fn people_change_their_own_password_and_other_browsers_are_out() {
    const NEW: &str = "zinc bath number four";
    let pages = open();
    pages.company("acme", "Acme");
    let (mut here, mut elsewhere) = (pages.signed_in(Role::Viewer), pages.browser());
    elsewhere.get("/sign-in");
    elsewhere.post("/sign-in", &[("name", "viewer of acme"), ("password", PASSWORD)]);
    assert!(here.get("/password").body.contains("Present password"));
    for (present, password, again, problem) in [
        ("a wrong one", NEW, NEW, "Your present password is not right."),
        (PASSWORD, "password12", "password12", "easy to guess"),
        (PASSWORD, NEW, "another", "The two passwords differ."),
    ] {
        let reply = here.post("/password", &[("present", present), ("password", password), ("again", again)]);
        assert_eq!(reply.status, 422);
        assert!(reply.body.contains(problem), "{}", reply.body);
    }
    let (person, _) = pages.store.person("viewer of acme").unwrap().unwrap();
    let link = Token::new().unwrap();
    let until = Utc::now() + TimeDelta::hours(1);
    pages.store.renew_link(person.id, &link.hash(), until, &crate::web_support::entry()).unwrap();
    let set = here.post("/password", &[("present", PASSWORD), ("password", NEW), ("again", NEW)]);
    assert_eq!((set.status, location(&set)), (303, "/"));
    assert!(pages.store.invited(&link.hash(), Utc::now()).unwrap().is_none());
    assert_eq!(here.get("/c/1/integrations").status, 200);
    assert_eq!(location(&elsewhere.get("/c/1/integrations")), "/sign-in?back=%2Fc%2F1%2Fintegrations");
    // So many attempts count as guesses.
    let mut administrator = pages.signed_in(Role::Administrator);
    administrator.get("/c/1/people");
    let unlock = format!("/c/1/people/{}/unlock", person.id.0);
    assert_eq!(administrator.post(&unlock, &[]).status, 303);
    for (password, status) in [(PASSWORD, 422), (NEW, 303)] {
        elsewhere.get("/sign-in");
        let reply = elsewhere.post("/sign-in", &[("name", "viewer of acme"), ("password", password)]);
        assert_eq!(reply.status, status);
    }
}

#[test]
fn names_are_such_as_people_can_read() {
    let domain = || "acme".to_owned();
    for name in ["pa\u{200B}t", "\u{202E}tap", "\u{2800}", "--", "a\nb", " "] {
        assert!(NewPerson::called(name, Role::Viewer, domain()).is_err(), "{name:?}");
    }
    for name in ["Pat", "José Ñ.", "שלום", "4"] {
        assert!(NewPerson::called(name, Role::Viewer, domain()).is_ok(), "{name:?}");
    }
}
