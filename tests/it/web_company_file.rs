//! The first company file of a domain, and further ones, from the pages.

use ferrule::people::Role;
use ferrule::sync::stored::Store as _;

use crate::web_support::open;

const NEW: &str = "/company-files/new";

#[test]
fn the_first_company_file_is_set_up_and_its_password_is_shown_once() {
    let pages = open();
    let mut browser = pages.signed_in(Role::Administrator);
    let home = browser.get("/").body;
    assert!(home.contains("No company file yet") && home.contains(NEW), "{home}");
    assert!(browser.get(NEW).body.contains("Set up the first company file"));
    let fields = [("name", " Acme Plating "), ("user_name", ""), ("path", r"C:\books\acme.qbw")];
    let reply = browser.post(NEW, &fields);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let secret = reply.body.split("<code id=\"password\">").nth(1).unwrap();
    let secret = secret.split('<').next().unwrap();
    let file = pages.store.company_files().unwrap().remove(0);
    let made = &file.made;
    assert_eq!((&*made.domain, &*made.name, &*made.user_name), ("acme", "Acme Plating", "acme"));
    assert_eq!(made.path.as_deref(), Some(r"C:\books\acme.qbw"));
    assert!(secret.len() == 27 && made.password_hash.starts_with("$hmac-sha256$"), "{secret}");
    assert!(
        reply.body.contains("href=\"/c/1/set-up\"") && reply.body.contains("data-copy=\"password\""),
        "{}",
        reply.body
    );
    let audit = pages.audit();
    assert!(audit.contains(&"administrator of acme: add company file Acme Plating".to_owned()), "{audit:?}");
    assert!(!audit.concat().contains(secret));
    browser.get("/c/1/integrations");
    let qwc = browser.post("/c/1/integrations/qwc", &[]);
    assert!(qwc.body.contains("<UserName>acme</UserName>"), "{}", qwc.body);
    // Another one: its user has another name.
    assert!(browser.get("/c/1/domain").body.contains(NEW));
    let again = browser.post(NEW, &[("name", "Second"), ("user_name", "")]);
    assert!(again.status == 422 && again.body.contains("This name is taken"), "{}", again.body);
    assert_eq!(browser.post(NEW, &[("name", "Second"), ("user_name", "acme-2")]).status, 200);
    assert!(browser.get("/").body.contains("Second"));
}

#[test]
fn what_is_wrong_is_told_beside_its_field_and_nothing_is_kept() {
    let pages = open();
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get(NEW);
    let long = "x".repeat(101);
    for (name, user, path, told) in [
        ("", "", "", "The name must have 1 to 100 characters"),
        (long.as_str(), "", "", "The name must have 1 to 100 characters"),
        ("Acme", &long, "", "The user name must have 1 to 100 characters"),
        ("Acme", "a\u{7}", "", "The user name must have 1 to 100 characters"),
        ("Acme", "", "acme.qbw", "is not a full path on the QuickBooks computer"),
        ("<script>alert(1)</script>", "", "nowhere", "is not a full path"),
    ] {
        let reply = browser.post(NEW, &[("name", name), ("user_name", user), ("path", path)]);
        assert_eq!(reply.status, 422, "{told}");
        assert!(reply.body.contains(told) && !reply.body.contains("<script>alert"), "{}", reply.body);
        assert!(!reply.body.contains("class=\"secret\""));
    }
    let all = browser.post(NEW, &[("name", ""), ("user_name", &long), ("path", "nowhere")]).body;
    assert_eq!(all.matches("class=\"problem\"").count(), 3, "all at once: {all}");
    assert!(pages.store.company_files().unwrap().is_empty());
    pages.company("acme", "Acme");
    let taken = browser.post(NEW, &[("name", "Acme"), ("user_name", "Acme-user"), ("path", "nowhere")]).body;
    assert_eq!(taken.matches("This name is taken").count(), 2, "{taken}");
    assert!(taken.contains("is not a full path"), "{taken}");
}

#[test]
fn only_administrators_add_company_files() {
    for role in [Role::Viewer, Role::Clerk] {
        let pages = open();
        let mut browser = pages.signed_in(role);
        let home = browser.get("/").body;
        assert!(home.contains("An administrator of your domain") && !home.contains(NEW), "{home}");
        assert_eq!(browser.get(NEW).status, 403);
        let reply = browser.post(NEW, &[("name", "Acme")]);
        assert!(reply.status == 403 && reply.body.contains("You need the role administrator for this."));
        assert!(pages.store.company_files().unwrap().is_empty());
    }
    let pages = open();
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get(NEW);
    assert_eq!(browser.post_plain(NEW, &[("token", "0"), ("name", "Acme")]).status, 403);
    assert!(pages.store.company_files().unwrap().is_empty());
}
