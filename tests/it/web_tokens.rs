//! The page of API tokens: make, withdraw, who may not; and that the API goes by it at once.

use std::time::Duration;

use chrono::TimeDelta;
use ferrule::people::{ApiTokenStore as _, Role, Scope};

use crate::api_support::{Served, serve_over};
use crate::web_support::{Browser, Pages, location, open};

const TOKENS: &str = "/c/1/integrations/tokens";
const WITHDRAW: &str = "/c/1/integrations/tokens/withdraw";

/// Pages, an administrator, and another server with the API over the same store.
fn shop() -> (Pages, Browser, Served) {
    let pages = open();
    pages.company("acme", "Acme");
    let api = serve_over(pages.store.clone(), None, Duration::from_secs(10));
    let mut administrator = pages.signed_in(Role::Administrator);
    administrator.get(TOKENS);
    (pages, administrator, api)
}

/// The token that a page shows.
fn shown(page: &str) -> String {
    let (_, rest) = page.split_once("<code id=\"api-token\">").unwrap_or_else(|| panic!("{page}"));
    rest.split('<').next().unwrap().to_owned()
}

fn public(pages: &Pages, name: &str) -> String {
    let all = pages.store.api_tokens(Some("acme")).unwrap();
    all.into_iter().find(|token| token.name == name).unwrap().public
}

#[test]
fn a_token_is_made_shown_once_used_and_withdrawn() {
    let (pages, mut administrator, api) = shop();
    assert!(administrator.get(TOKENS).body.contains("No program has a token yet."));
    let fields = [("name", " ERP "), ("scope", "status:read"), ("scope", "documents:write"), ("days", "30")];
    let made = administrator.post(TOKENS, &fields);
    assert_eq!(made.status, 200, "{}", made.body);
    let token = shown(&made.body);
    assert!(
        made.body.contains("data-copy=\"api-token\"") && made.body.contains("only once"),
        "{}",
        made.body
    );
    let audit = "administrator of acme: add token ERP: status:read, documents:write";
    assert_eq!(pages.audit().pop().unwrap(), audit);
    let kept = pages.store.api_tokens(Some("acme")).unwrap().remove(0);
    let life = kept.expires_at.unwrap() - kept.made_at;
    assert_eq!((kept.name.as_str(), life), ("ERP", TimeDelta::days(30)));
    assert_eq!(kept.scopes.into_iter().collect::<Vec<_>>(), [Scope::ReadStatus, Scope::WriteDocuments]);
    // It is seen once, and its secret is nowhere.
    let page = administrator.get(TOKENS).body;
    assert!(page.contains("<strong>ERP</strong>") && page.contains("Never"), "{page}");
    assert!(!page.contains("ferrule_") && !page.contains(&token), "{page}");
    // The API goes by it.
    assert_eq!(api.get(&token, "company-files").status, 200);
    assert_eq!(api.get(&token, "company-files/1/errors").status, 403, "it was not allowed that");
    let page = administrator.get(TOKENS).body;
    assert!(!page.contains("Never") && page.contains("just now"), "{page}");
    let public = public(&pages, "ERP");
    assert_eq!(location(&administrator.post(WITHDRAW, &[("public", &public)])), TOKENS);
    assert!(administrator.get(TOKENS).body.contains("The token ERP is good for nothing from now on."));
    assert_eq!(api.get(&token, "company-files").status, 401);
    assert_eq!(pages.audit().pop().unwrap(), "administrator of acme: remove token ERP");
    let before = pages.audit().len();
    administrator.post(WITHDRAW, &[("public", &public)]);
    assert!(administrator.get(TOKENS).body.contains("That token is withdrawn already."));
    assert_eq!(pages.audit().len(), before, "nothing was done");
    let activity = administrator.get("/c/1/activity").body;
    assert!(
        activity.contains("made a token for the API") && activity.contains("removed a token"),
        "{activity}"
    );
    assert!(!activity.contains(&token), "{activity}");
}

#[test]
fn what_cannot_be_made_is_told_beside_the_field() {
    let (pages, mut administrator, _api) = shop();
    administrator.post(TOKENS, &[("name", "erp"), ("scope", "plan:read"), ("days", "")]);
    assert_eq!(pages.store.api_tokens(None).unwrap()[0].expires_at, None);
    let long = "x".repeat(101);
    for (name, scope, days, told) in [
        ("", "status:read", "", "A name must have 1 to 100 characters"),
        (&long, "status:read", "", "A name must have 1 to 100 characters"),
        ("a\u{202e}b", "status:read", "", "A name must have 1 to 100 characters"),
        ("ERP", "status:read", "", "A token has this name already."),
        ("other", "", "30", "Choose what the program may do."),
        ("other", "all", "30", "Choose what the program may do."),
        ("other", "status:read", "0", "Choose how long the token is good."),
        ("other", "status:read", "99999999", "Choose how long the token is good."),
        ("<b>&\"", "", "", "Choose what the program may do."),
    ] {
        let fields = [("name", name), ("scope", scope), ("days", days)];
        let reply = administrator.post(TOKENS, &fields);
        assert_eq!(reply.status, 422, "{fields:?}");
        assert!(reply.body.contains(told) && !reply.body.contains("<b>"), "{told}: {}", reply.body);
        assert!(!reply.body.contains("ferrule_"), "{}", reply.body);
        if scope == "status:read" {
            assert!(
                reply.body.contains("value=\"status:read\" checked"),
                "what was chosen stays: {}",
                reply.body
            );
        }
    }
    assert_eq!(pages.store.api_tokens(None).unwrap().len(), 1);
    for number in 1..100 {
        let name = format!("program {number}");
        let reply = administrator.post(TOKENS, &[("name", &name), ("scope", "plan:read"), ("days", "365")]);
        assert_eq!(reply.status, 200, "{number}");
    }
    let reply = administrator.post(TOKENS, &[("name", "more"), ("scope", "plan:read"), ("days", "365")]);
    assert!(reply.status == 422 && reply.body.contains("There are 100 tokens already."), "{}", reply.body);
}

#[test]
fn one_that_is_over_is_told_and_another_one_of_its_name_stays() {
    let (pages, mut administrator, api) = shop();
    let old = api.token("acme", "old", &[Scope::ReadStatus], Some(TimeDelta::minutes(-1)));
    assert_eq!(api.get(&old, "company-files").status, 401);
    let page = administrator.get(TOKENS).body;
    assert!(page.contains("Expired"), "{page}");
    // It is withdrawn elsewhere, and a new one has its name, while the page is open.
    let seen = public(&pages, "old");
    administrator.post(WITHDRAW, &[("public", &seen)]);
    let new = api.token("acme", "old", &[Scope::ReadStatus], None);
    administrator.post(WITHDRAW, &[("public", &seen)]);
    assert_eq!(api.get(&new, "company-files").status, 200);
}

#[test]
fn tokens_are_for_administrators_of_their_domain() {
    let (pages, mut administrator, api) = shop();
    let others = api.token("other", "secret program", &Scope::ALL, None);
    let page = administrator.get(TOKENS).body;
    assert!(!page.contains("secret program"), "{page}");
    let foreign = pages.store.api_tokens(Some("other")).unwrap().remove(0).public;
    administrator.post(WITHDRAW, &[("public", &foreign)]);
    assert_eq!(api.get(&others, "company-files").status, 200, "another domain's token stays");
    let form = [("name", "erp"), ("scope", "status:read"), ("days", "")];
    let of_other = format!("/c/{}/integrations/tokens", api.other.0);
    assert_eq!(administrator.post(&of_other, &form).status, 404);
    assert_eq!(administrator.get(WITHDRAW).status, 405);
    for path in [TOKENS, WITHDRAW] {
        assert_eq!(administrator.post_plain(path, &[("token", "0")]).status, 403, "{path}: no form of ours");
    }
    assert!(administrator.get("/c/1/integrations").body.contains(TOKENS));
    for role in [Role::Viewer, Role::Clerk] {
        let mut browser = pages.signed_in(role);
        assert!(!browser.get("/c/1/integrations").body.contains(TOKENS));
        assert_eq!(browser.get(TOKENS).status, 403);
        for path in [TOKENS, WITHDRAW] {
            assert_eq!(browser.post(path, &form).status, 403, "{path}");
        }
    }
    assert!(pages.store.api_tokens(Some("acme")).unwrap().is_empty());
}
