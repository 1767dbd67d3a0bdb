//! What everybody is refused: forged forms, wrong methods, others' company files, too much at once.

use ferrule::people::Role;
use ferrule::sync::stored::Store as _;

use crate::web_support::open;

/// Every action of a company file, below `/c/1/`, and the least role for it.
const ACTIONS: &[(&str, Role)] = &[
    ("integrations/read", Role::Clerk),
    ("integrations/pause", Role::Administrator),
    ("integrations/resume", Role::Administrator),
    ("integrations/password", Role::Administrator),
    ("integrations/qwc", Role::Administrator),
    ("integrations/settings", Role::Administrator),
    ("alerts", Role::Viewer),
    ("alerts/test", Role::Viewer),
    ("alerts/webhooks", Role::Administrator),
    ("alerts/webhooks/remove", Role::Administrator),
    ("set-up/settings", Role::Administrator),
    ("domain", Role::Administrator),
    ("rules/try", Role::Administrator),
    ("rules/try/patch", Role::Administrator),
    ("people/invite", Role::Administrator),
    ("people/99/role", Role::Administrator),
    ("people/99/link", Role::Administrator),
    ("people/99/unlock", Role::Administrator),
    ("people/99/withdraw", Role::Administrator),
    ("imports/import", Role::Clerk),
    ("imports/update", Role::Clerk),
    ("imports/ignore", Role::Clerk),
    ("imports/unignore", Role::Clerk),
    ("imports/archive", Role::Clerk),
    ("imports/restore", Role::Clerk),
    ("imports/taken/download", Role::Clerk),
    ("records/VendorRet/8-1/connect", Role::Clerk),
    ("records/VendorRet/8-1/archive", Role::Clerk),
    ("invoicing/play", Role::Clerk),
    ("invoicing/play-all", Role::Clerk),
    ("invoicing/1/play", Role::Clerk),
    ("invoicing/1/connect", Role::Clerk),
    ("invoicing/1/archive", Role::Clerk),
    ("invoicing/1/restore", Role::Clerk),
    ("invoicing/1/update", Role::Clerk),
    ("invoicing/1/history/archive", Role::Clerk),
];
/// Pages of a company file.
const PAGES: [&str; 22] = [
    "",
    "/integrations",
    "/integrations/settings",
    "/alerts",
    "/set-up",
    "/integrations/visits/1",
    "/plan",
    "/plan?object=invoice&id=1",
    "/imports",
    "/imports/taken",
    "/records/VendorRet/8-1",
    "/invoicing",
    "/invoicing/1",
    "/invoicing/1/preview",
    "/invoicing/1/history",
    "/invoicing/1/connect",
    "/invoicing/play-all",
    "/activity",
    "/rules",
    "/rules/try",
    "/domain",
    "/people",
];

#[test]
fn a_form_needs_its_token_and_comes_from_our_page() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get("/c/1/integrations");
    let path = "/c/1/integrations/pause";
    let token = browser.token.clone();
    let wrong = "0".repeat(64);
    for fields in [&[][..], &[("token", "")], &[("token", &wrong)], &[("Token", &token)]] {
        assert_eq!(browser.post_plain(path, fields).status, 403, "{fields:?}");
    }
    for headers in [
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: none\r\n",
        "Origin: https://evil.test\r\n",
        "Origin: null\r\n",
    ] {
        browser.headers = headers.to_owned();
        assert_eq!(browser.post_plain(path, &[("token", &token)]).status, 403, "{headers}");
    }
    assert!(!pages.store.company_file(company).unwrap().is_paused);
    browser.headers = "Sec-Fetch-Site: same-origin\r\nOrigin: http://localhost\r\n".to_owned();
    assert_eq!(browser.post_plain(path, &[("token", &token)]).status, 303);
    assert!(pages.store.company_file(company).unwrap().is_paused);
}

#[test]
fn forms_of_others_are_no_good() {
    let pages = open();
    pages.company("acme", "Acme");
    let (mut one, mut other) = (pages.signed_in(Role::Administrator), pages.signed_in(Role::Clerk));
    one.get("/c/1/integrations");
    other.get("/c/1/integrations");
    assert_ne!(one.token, other.token);
    assert_eq!(one.post_plain("/c/1/integrations/read", &[("token", &other.token)]).status, 403);
    // Nor does a form without a sign-in do anything.
    let token = one.token.clone();
    one.cookies.clear();
    assert_eq!(one.post_plain("/c/1/integrations/read", &[("token", &token)]).status, 401);
    for path in ["/sign-in", "/invite/x"] {
        assert_eq!(pages.browser().post_plain(path, &[("name", "a"), ("password", "b")]).status, 403);
    }
}

#[test]
fn roles_do_what_they_may_and_no_more() {
    for role in Role::ALL {
        let pages = open();
        let company = pages.company("acme", "Acme");
        let mut browser = pages.signed_in(role);
        let before = pages.store.company_file(company).unwrap();
        let page = browser.get("/c/1/integrations").body;
        for &(action, needed) in ACTIONS {
            let path = format!("/c/1/{action}");
            assert_eq!(browser.post_plain(&path, &[("token", "0")]).status, 403, "{action}");
            let reply = browser.post(&path, &[]);
            if role < needed {
                assert_eq!(reply.status, 403, "{action}");
                assert!(
                    reply.body.contains(&format!("You need the role {} for this.", needed.name())),
                    "{}",
                    reply.body
                );
            } else {
                assert_ne!(reply.status, 403, "{action}");
            }
            if let Some(own) = action.strip_prefix("integrations/") {
                let is_shown = page.contains(&format!("action=\"{path}\""));
                assert_eq!(is_shown, role >= needed && !matches!(own, "resume" | "settings"), "{action}");
            }
        }
        if role == Role::Viewer {
            assert_eq!(pages.store.company_file(company).unwrap(), before);
        }
    }
}

#[test]
fn a_company_file_of_others_is_not_there() {
    let pages = open();
    pages.company("acme", "Acme");
    pages.company("other", "Secret Shop");
    let mut browser = pages.signed_in(Role::Administrator);
    let pages_of = |id: &str| PAGES.map(|page| format!("/c/{id}{page}"));
    let none = browser.get("/c/99/integrations");
    for id in ["2", "99", "-1", "x", "1%2F..%2F2", "9223372036854775808"] {
        for path in pages_of(id) {
            let reply = browser.get(&path);
            assert_eq!(reply.status, 404, "{path}");
            assert!(!reply.body.contains("Secret"), "{path}");
            assert_eq!(reply.body, none.body, "{path}");
        }
        for (action, _) in ACTIONS {
            assert_eq!(browser.post(&format!("/c/{id}/{action}"), &[]).status, 404, "{id} {action}");
        }
        assert_eq!(browser.get(&format!("/live/{id}")).status, 404, "{id}");
    }
    assert!(!browser.get("/c/1/integrations").body.contains("Secret"));
}

#[test]
fn wrong_methods_and_paths_are_told() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    assert_eq!(browser.get("/c/1/integrations/pause").status, 405);
    assert_eq!(browser.post("/c/1/integrations", &[]).status, 405);
    assert_eq!(browser.send("DELETE /c/1/integrations", "").status, 405);
    for path in ["/nothing", "/c/1/nothing/at/all", "/assets/0/style.css"] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
    assert_eq!(pages.browser().send("HEAD /c/1/integrations", "").status, 303);
    // The Web Connector's own address stays as it was.
    assert_eq!(browser.get("/qbwc").status, 200);
    assert_eq!(browser.get("/healthz").body, "ok\n");
}

#[test]
fn too_much_is_refused() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Administrator);
    browser.get("/c/1/integrations/settings");
    let big = "x".repeat((1 << 20) + 1);
    assert_eq!(browser.post("/c/1/integrations/settings", &[("custom_prefix", &big)]).status, 413);
    let mut visitor = pages.browser();
    visitor.get("/sign-in");
    assert_eq!(visitor.post("/sign-in", &[("name", &big[..10_000])]).status, 413);
}

#[test]
fn every_answer_has_the_headers() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Viewer);
    let page = browser.get("/c/1/integrations");
    let style = page.body.split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let style = format!("/assets/{style}");
    for path in [
        "/c/1/integrations",
        "/nothing",
        "/sign-in",
        &style,
        "/qbwc",
        "/qbwc?wsdl",
        "/qbwc/nothing",
        "/healthz",
    ] {
        let head = browser.get(path).head;
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            "x-content-type-options: nosniff",
            "x-frame-options: DENY",
            "referrer-policy: same-origin",
        ] {
            assert!(head.contains(header), "{path}: {head}");
        }
        let cached = if path.starts_with("/assets") { "max-age=31536000, immutable" } else { "no-store" };
        assert!(head.contains(cached), "{path}: {head}");
        assert!(!head.contains("strict-transport-security"));
    }
    assert!(!page.body.contains("style=\"") && !page.body.contains("onclick"));
    assert!(!page.head.contains("location: "), "{}", page.head);
}

/// Waits for something in a stream of news.
pub fn read_until(stream: &mut std::net::TcpStream, seen: &mut String, what: &str) {
    let mut piece = [0; 4096];
    while !seen.contains(what) {
        let length = std::io::Read::read(stream, &mut piece).unwrap();
        assert_ne!(length, 0, "{seen}");
        seen.push_str(&String::from_utf8_lossy(&piece[..length]));
    }
}

/// What happened between a page and its stream is no less news than what happens later.
#[test]
fn news_begin_with_what_the_page_had_not_seen() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Viewer);
    let page = browser.get("/c/1/integrations").body;
    let path = page.split("data-live=\"").nth(1).unwrap().split('"').next().unwrap();
    pages.store.ask_for_read(company).unwrap();
    let cookie: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", cookie.join("; "));
    let mut stream = std::net::TcpStream::connect(pages.service.address()).unwrap();
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    read_until(&mut stream, &mut String::new(), "event: changed");
}

#[test]
fn news_come_to_who_may_see_them() {
    let pages = open();
    let company = pages.company("acme", "Acme");
    let browser = pages.signed_in(Role::Viewer);
    let cookie: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = format!("GET /live/1 HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n", cookie.join("; "));
    let mut stream = std::net::TcpStream::connect(pages.service.address()).unwrap();
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut seen = String::new();
    read_until(&mut stream, &mut seen, "text/event-stream");
    pages.store.ask_for_read(company).unwrap();
    read_until(&mut stream, &mut seen, "event: changed");
    // Stopping does not wait for those who wait for news.
    let began = std::time::Instant::now();
    pages.service.stop().unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn what_nobody_sees_is_shown() {
    let pages = open();
    pages.company("acme", "Ac\u{202E}me");
    let page = pages.signed_in(Role::Viewer).get("/c/1/integrations").body;
    assert!(
        page.contains("<p class=\"switch one\">Ac[U+202E]me</p>") && !page.contains('\u{202E}'),
        "{page}"
    );
}
