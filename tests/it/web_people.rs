//! The page of people: invite, role, new link, withdraw, unlock; and who may not.

use chrono::{TimeDelta, Utc};
use ferrule::people::{NewPerson, PeopleStore as _, Person, Role, Token};
use ferrule::sync::stored::Store as _;

use crate::web_support::{Browser, PASSWORD, Pages, entry, location, open};

const PEOPLE: &str = "/c/1/people";

fn shop() -> (Pages, Browser) {
    let pages = open();
    pages.company("acme", "Acme");
    let mut administrator = pages.signed_in(Role::Administrator);
    administrator.get(PEOPLE);
    (pages, administrator)
}

fn person(pages: &Pages, name: &str) -> Person {
    pages.store.person(name).unwrap().unwrap().0
}

/// Where what is done with somebody is sent.
fn at(pages: &Pages, name: &str, action: &str) -> String {
    format!("{PEOPLE}/{}/{action}", person(pages, name).id.0)
}

fn last_audit(pages: &Pages) -> String {
    pages.audit().pop().unwrap()
}

#[test]
fn somebody_is_invited_by_a_link_that_is_shown_once() {
    let (pages, mut administrator) = shop();
    let shown = administrator.post(&format!("{PEOPLE}/invite"), &[("name", " Pat "), ("role", "clerk")]);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let (_, rest) = shown.body.split_once("http://localhost/invite/").unwrap();
    let link = format!("/invite/{}", rest.split('<').next().unwrap());
    assert_eq!(last_audit(&pages), "administrator of acme: add person Pat, clerk");
    let page = administrator.get(PEOPLE).body;
    assert!(page.contains("Pat") && page.contains("Invited") && page.contains("link works until"), "{page}");
    assert!(!page.contains("/invite/") || !page.contains(&link), "the link is shown once");
    let mut pat = pages.browser();
    pat.get(&link);
    assert_eq!(pat.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]).status, 303);
    assert_eq!(pat.get("/c/1/integrations").status, 200);
    let page = administrator.get(PEOPLE).body;
    assert!(page.contains("Signed in") && !page.contains("Invited"), "{page}");
    // A password that was lost: a new link, and the old one is used up.
    let shown = administrator.post(&at(&pages, "pat", "link"), &[]).body;
    assert!(shown.contains("A new link for Pat") && shown.contains("/invite/"), "{shown}");
    assert_eq!(last_audit(&pages), "administrator of acme: new link Pat");
    assert_eq!(pages.browser().get(&link).status, 410);
}

#[test]
fn what_cannot_be_invited_is_told_beside_the_field() {
    let (pages, mut administrator) = shop();
    let long = "x".repeat(101);
    for (name, role, told) in [
        ("", "viewer", "A name must have 1 to 100 characters"),
        (&long, "viewer", "A name must have 1 to 100 characters"),
        ("a\u{7}b", "viewer", "A name must have 1 to 100 characters"),
        ("ADMINISTRATOR of acme", "viewer", "This name is taken"),
        ("Kim", "owner", "Please choose a role."),
        ("Kim", "", "Please choose a role."),
        ("<b>&\"", "owner", "Please choose a role."),
    ] {
        let reply = administrator.post(&format!("{PEOPLE}/invite"), &[("name", name), ("role", role)]);
        assert_eq!(reply.status, 422, "{name} {role}");
        assert!(reply.body.contains(told), "{told}: {}", reply.body);
        assert!(
            reply.body.contains("aria-invalid=\"true\"") && !reply.body.contains("<b>"),
            "{}",
            reply.body
        );
    }
    assert_eq!(pages.store.people(None).unwrap().len(), 1);
}

#[test]
fn a_role_is_changed_at_once_and_by_who_saw_it() {
    let (pages, mut administrator) = shop();
    let mut clerk = pages.signed_in(Role::Clerk);
    clerk.get("/c/1/integrations");
    let to = at(&pages, "clerk of acme", "role");
    let give =
        |browser: &mut Browser, role: &str, seen: &str| browser.post(&to, &[("role", role), ("seen", seen)]);
    assert_eq!(give(&mut administrator, "boss", "clerk").status, 400);
    assert_eq!(give(&mut administrator, "viewer", "administrator").status, 409);
    assert_eq!(location(&give(&mut administrator, "viewer", "clerk")), PEOPLE);
    assert!(administrator.get(PEOPLE).body.contains("The role of clerk of acme is now viewer."));
    assert_eq!(last_audit(&pages), "administrator of acme: change role clerk of acme: clerk -> viewer");
    assert_eq!(clerk.post("/c/1/integrations/read", &[]).status, 403);
    let before = pages.audit().len();
    assert_eq!(give(&mut administrator, "viewer", "viewer").status, 303);
    assert_eq!(pages.audit().len(), before, "nothing was done");
}

#[test]
fn the_last_administrator_stays() {
    let (pages, mut administrator) = shop();
    let me = "administrator of acme";
    // Who never set a password is none to count on, and neither is another domain's.
    pages.invite("Kim", Role::Administrator, TimeDelta::hours(1));
    let page = administrator.get(PEOPLE).body;
    let form = format!("action=\"{}\"", at(&pages, me, "withdraw"));
    assert!(!page.contains(&form), "{page}");
    for (action, fields) in
        [("withdraw", vec![]), ("role", vec![("role", "viewer"), ("seen", "administrator")])]
    {
        let reply = administrator.post(&at(&pages, me, action), &fields);
        assert_eq!(reply.status, 409, "{}", reply.body);
        assert!(reply.body.contains("The domain has no other administrator"), "{}", reply.body);
    }
    assert_eq!(person(&pages, me).role, Role::Administrator);
    let link = Token::new().unwrap();
    let kim = person(&pages, "Kim").id;
    pages.store.renew_link(kim, &link.hash(), Utc::now() + TimeDelta::hours(1), &entry()).unwrap();
    let link = format!("/invite/{}", link.expose());
    let mut other = pages.browser();
    other.get(&link);
    other.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(administrator.post(&at(&pages, me, "withdraw"), &[]).status, 303);
    assert_eq!(location(&administrator.get(PEOPLE)), "/sign-in?back=%2Fc%2F1%2Fpeople");
}

#[test]
fn who_is_withdrawn_is_out_at_once() {
    let (pages, mut administrator) = shop();
    let mut viewer = pages.signed_in(Role::Viewer);
    assert_eq!(viewer.get("/c/1/integrations").status, 200);
    let to = at(&pages, "viewer of acme", "withdraw");
    assert_eq!(location(&administrator.post(&to, &[])), PEOPLE);
    assert!(administrator.get(PEOPLE).body.contains("viewer of acme can no longer sign in."));
    assert_eq!(last_audit(&pages), "administrator of acme: remove person viewer of acme");
    assert_eq!(viewer.get("/c/1/integrations").status, 303);
    assert_eq!(administrator.post(&to, &[]).status, 404, "nobody is there any more");
}

#[test]
fn who_is_locked_out_is_let_in_again() {
    let (pages, mut administrator) = shop();
    pages.signed_in(Role::Viewer);
    let mut browser = pages.browser();
    let mut tries = |password: &str| {
        browser.get("/sign-in");
        browser.post("/sign-in", &[("name", "Viewer of acme"), ("password", password)])
    };
    for _ in 0..5 {
        tries("wrong");
    }
    assert!(!administrator.get(PEOPLE).body.contains("Locked out"), "none was refused yet");
    assert!(tries(PASSWORD).body.contains("Too many attempts"));
    let page = administrator.get(PEOPLE).body;
    assert!(page.contains("Locked out") && page.contains("last tried"), "{page}");
    assert_eq!(location(&administrator.post(&at(&pages, "viewer of acme", "unlock"), &[])), PEOPLE);
    assert_eq!(last_audit(&pages), "administrator of acme: unlock person viewer of acme");
    assert!(!administrator.get(PEOPLE).body.contains("Locked out"));
    assert_eq!(tries(PASSWORD).status, 303);
}

#[test]
fn people_are_for_administrators_of_their_domain() {
    let (pages, mut administrator) = shop();
    let secret = NewPerson { domain: "other".to_owned(), name: "Secret Sam".to_owned(), role: Role::Clerk };
    let link = Token::new().unwrap();
    let sam = pages.store.add_person(&secret, &link.hash(), Utc::now(), &entry()).unwrap();
    pages.company("other", "Other");
    assert!(!administrator.get(PEOPLE).body.contains("Secret"));
    let own = person(&pages, "administrator of acme").id.0;
    let actions = ["role", "link", "unlock", "withdraw"];
    for id in [sam.0.to_string(), "99".to_owned(), "-1".to_owned(), "x".to_owned()] {
        for action in actions {
            let fields = [("role", "viewer"), ("seen", "clerk")];
            let reply = administrator.post(&format!("{PEOPLE}/{id}/{action}"), &fields);
            assert_eq!(reply.status, 404, "{id} {action}");
            assert!(!reply.body.contains("Secret"), "{}", reply.body);
        }
    }
    let paths = || {
        let own = actions.map(|action| format!("{PEOPLE}/{own}/{action}"));
        std::iter::once(format!("{PEOPLE}/invite")).chain(own)
    };
    for path in paths() {
        assert_eq!(administrator.get(&path).status, 405, "{path}");
        assert_eq!(administrator.post_plain(&path, &[("token", "0")]).status, 403, "{path}");
        assert_eq!(administrator.post(&path.replace("/c/1/", "/c/2/"), &[]).status, 404, "{path}");
    }
    for role in [Role::Viewer, Role::Clerk] {
        let mut browser = pages.signed_in(role);
        let page = browser.get("/c/1/integrations").body;
        assert!(!page.contains(PEOPLE), "{page}");
        assert_eq!(browser.get(PEOPLE).status, 403);
        for path in paths() {
            let reply = browser.post(&path, &[("role", "administrator"), ("seen", role.name())]);
            assert_eq!(reply.status, 403, "{path}");
            assert!(reply.body.contains("You need the role administrator for this."), "{}", reply.body);
        }
    }
    let (sam, _) = pages.store.person("secret sam").unwrap().unwrap();
    assert_eq!((sam.role, pages.store.company_files().unwrap().len()), (Role::Clerk, 2));
}
