//! The rules: read, and changed in a scratch copy.

use std::time::Duration;

use ferrule::people::Role;
use ferrule::web::Cases;

use crate::loop_support::{root, rulebook};
use crate::service_wire::Reply;
use crate::web_plan::{load, planned};
use crate::web_support::{Browser, Pages, open, open_beside};

/// The file as the rule set names it.
fn path(name: &str) -> String {
    let sources = &rulebook().program.sources;
    let found = sources.iter().find(|(_, source)| source.path.ends_with(name)).unwrap();
    found.1.path.clone()
}

fn text(name: &str) -> String {
    std::fs::read_to_string(root().join("rules").join(name)).unwrap()
}

fn shop(role: Role) -> (Pages, Browser) {
    let pages = open();
    let company = pages.company("acme", "Acme");
    load(&pages, company);
    let mut browser = pages.signed_in(role);
    planned(&mut browser, "/c/1/plan");
    (pages, browser)
}

fn attempt(browser: &mut Browser, file: &str, text: &str, more: &[(&str, &str)]) -> Reply {
    let file = path(file);
    let mut fields = vec![("file", file.as_str()), ("text", text)];
    fields.extend_from_slice(more);
    browser.post("/c/1/rules/try", &fields)
}

#[test]
fn files_are_shown_with_the_line_that_was_asked_for() {
    let (_pages, mut browser) = shop(Role::Viewer);
    let page = browser.get(&format!("/c/1/rules?file={}&line=3", path("/invoice.yaml"))).body;
    assert!(page.contains("<li id=\"L3\" class=\"marked\">"), "{page}");
    assert!(page.contains("<span class=\"y-key\">export</span>") && page.contains("y-rule"));
    assert!(page.contains("customer.yaml") && page.contains("item.rhai"));
    assert!(!page.contains("Try a change"), "for administrators");
    let script = browser.get(&format!("/c/1/rules?file={}", path("/item.rhai"))).body;
    assert!(script.contains("<span class=\"y-word\">fn</span>"), "{script}");
    let rules = path("/invoice.yaml");
    let folder = rules.strip_suffix("/invoice.yaml").unwrap();
    for trick in [
        "..%2F..%2FCargo.toml".to_owned(),
        "%2Fetc%2Fpasswd".to_owned(),
        format!("{folder}/../Cargo.toml"),
        format!("{folder}/scripts/../invoice.yaml"),
        format!("{rules}%00"),
        "%3Cscript%3E".to_owned(),
    ] {
        let reply = browser.get(&format!("/c/1/rules?file={trick}"));
        assert_eq!(reply.status, 404, "{trick}");
        assert!(!reply.body.contains("<script>") && !reply.body.contains("root:"), "{trick}");
    }
    assert_eq!(browser.get("/c/1/rules?line=99999999999999999999").status, 200);
}

#[test]
fn the_page_says_which_lines_cases_try() {
    let draft = root().join("fixtures/invoice/draft.yaml");
    let pages = open_beside(Cases::new(vec![root().join("rules")], Some(draft)));
    pages.company("acme", "Acme");
    let mut browser = pages.signed_in(Role::Viewer);
    let page = browser.get(&format!("/c/1/rules?file={}", path("/invoice.yaml"))).body;
    let line = |text: &str| {
        let number = text_line("invoice.yaml", text);
        let from = page.split(&format!("<li id=\"L{number}\"")).nth(1).unwrap();
        from.split("</li>").next().unwrap().to_owned()
    };
    // A draft is what the case shows, and what it never comes to is told.
    let draft = line("finalizedAt == ()");
    assert!(draft.contains("No case: invoice: draft always holds, or is never asked"), "{draft}");
    assert!(!draft.contains("draft never holds") && !draft.contains(">tried<"), "{draft}");
    assert!(line("date: =invoice.invoicedAtAsDate").contains("</code>"));
    assert!(page.contains("Cases try ") && page.contains(" lines that decide something."), "{page}");
    // Where there are no cases, nothing is said of them.
    let (_pages, mut browser) = shop(Role::Viewer);
    let page = browser.get(&format!("/c/1/rules?file={}", path("/invoice.yaml"))).body;
    assert!(!page.contains("No case:") && !page.contains(">tried<") && !page.contains("Cases try"));
}

#[test]
fn a_line_that_cases_try_says_so() {
    let all = ["draft", "complete"].map(|name| format!("fixtures/invoice/{name}.yaml"));
    let folder = tempfile::tempdir().unwrap();
    for name in all {
        let name = root().join(name);
        std::fs::copy(&name, folder.path().join(name.file_name().unwrap())).unwrap();
    }
    let cases = Cases::new(vec![root().join("rules")], Some(folder.path().to_owned()));
    let lines = cases.lines(&path("/invoice.yaml"), "as they are");
    assert!(lines[&text_line("invoice.yaml", "finalizedAt == ()")].is_tried);
    assert!(!lines[&text_line("invoice.yaml", "total(invoice) < 0")].is_tried);
}

/// The number of the line of a rule file in which a text stands first.
fn text_line(file: &str, wanted: &str) -> u32 {
    let found = text(file).lines().position(|line| line.contains(wanted)).unwrap();
    u32::try_from(found + 1).unwrap()
}

#[test]
fn only_administrators_try_changes() {
    for role in [Role::Viewer, Role::Clerk] {
        let (_pages, mut browser) = shop(role);
        browser.get("/c/1/rules");
        assert_eq!(browser.get("/c/1/rules/try").status, 403);
        assert_eq!(attempt(&mut browser, "/invoice.yaml", "x", &[]).status, 403);
        let fields = [("file", path("/invoice.yaml")), ("text", "x".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(browser.post("/c/1/rules/try/patch", &fields).status, 403);
    }
    let (_pages, mut browser) = shop(Role::Administrator);
    for action in ["try", "try/patch"] {
        let fields = [("file", "x"), ("text", "x"), ("token", "forged")];
        assert_eq!(browser.post_plain(&format!("/c/1/rules/{action}"), &fields).status, 403, "{action}");
    }
}

#[test]
fn a_change_is_checked_and_shown_in_one_document_and_in_all() {
    let (pages, mut browser) = shop(Role::Administrator);
    let before = text("invoice.yaml");
    let page = browser.get(&format!("/c/1/rules/try?file={}", path("/invoice.yaml"))).body;
    assert!(page.contains("<textarea") && page.contains("object: invoice"), "{page}");
    let line = before.lines().find(|line| line.trim_start().starts_with("Memo:")).unwrap();
    let indent = line.len() - line.trim_start().len();
    let after = before.replacen(line, &format!("{}Memo: Thank you", " ".repeat(indent)), 1);
    // A browser sends every line end as two characters.
    let sent = after.replace('\n', "\r\n");
    let reply = attempt(&mut browser, "/invoice.yaml", &sent, &[("object", "invoice"), ("do", "all")]);
    assert_eq!(reply.status, 200);
    let page = reply.body;
    assert!(!page.contains("These rules cannot be used"), "{page}");
    assert!(page.contains("<code>Memo</code>") && page.contains("<ins>Thank you</ins>"), "{page}");
    assert!(page.contains("&#60;Memo&#62;Thank you&#60;/Memo&#62;"), "the qbXML: {page}");
    assert!(page.contains("would be sent differently") && page.contains("requests change: Memo"), "{page}");
    let fields = [("file", path("/invoice.yaml")), ("text", sent.clone())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let patch = browser.post("/c/1/rules/try/patch", &fields);
    assert!(patch.head.contains("filename=\"invoice.yaml.patch\""), "{}", patch.head);
    let changed: Vec<&str> = patch.body.lines().filter(|line| line.starts_with(['+', '-'])).collect();
    assert_eq!(changed.len(), 4, "{}", patch.body);
    assert_eq!(text("invoice.yaml"), before, "nothing is saved");
    let same = attempt(&mut browser, "/invoice.yaml", &before, &[]).body;
    assert!(
        same.contains("The text is the same as in the file")
            && same.contains("Nothing changes for this document"),
        "{same}"
    );
    assert!(pages.audit().iter().any(|it| it.contains("download a patch")));
}

#[test]
fn a_script_gets_the_findings_alone() {
    let (_pages, mut browser) = shop(Role::Administrator);
    browser.get("/c/1/rules/try");
    browser.headers = "HX-Request: true\r\n".to_owned();
    let wrong = text("invoice.yaml").replace("TxnDate:", "TxnDat:");
    let reply = attempt(&mut browser, "/invoice.yaml", &wrong, &[]);
    assert_eq!(reply.status, 200, "so that a script puts it in place");
    assert!(!reply.body.contains("<textarea") && reply.body.contains("did you mean"), "{}", reply.body);
    assert!(reply.body.contains("These rules cannot be used") && reply.body.contains("invoice.yaml:"));
}

#[test]
fn hostile_text_is_an_answer_and_not_a_failure() {
    let (_pages, mut browser) = shop(Role::Administrator);
    browser.get("/c/1/rules/try");
    for wrong in [
        "",
        "\0",
        "a: [b: {",
        "- - - - -",
        "%YAML 9\n--- !!x &a [*a]",
        "<script>alert(1)</script>",
        &"[".repeat(20_000),
        &format!("a: &a [x]\nb: {}", "[*a]".repeat(2000)),
        "object: invoice\nexport:\n  when: ='\"><script>alert(1)</script>'",
    ] {
        for file in ["/invoice.yaml", "/ruleset.yaml", "/settings.yaml", "/item.rhai", "/shapes/invoice.yaml"]
        {
            let reply = attempt(&mut browser, file, wrong, &[("object", "<b>"), ("id", "<u>")]);
            assert_eq!(reply.status, 200, "{file} {wrong:.40}");
            for markup in ["<script>alert", "<b>", "<u>"] {
                assert!(!reply.body.contains(markup), "{file} {wrong:.40}");
            }
        }
    }
    let long = attempt(&mut browser, "/invoice.yaml", &"# a\n".repeat(70_000), &[]);
    assert!(long.status == 200 && long.body.contains("longer than"), "{}", long.status);
    assert_eq!(attempt(&mut browser, "/invoice.yaml", &"x".repeat(1 << 20), &[]).status, 413);
    assert_eq!(browser.post("/c/1/rules/try", &[("file", "../Cargo.toml"), ("text", "x")]).status, 404);
    assert_eq!(browser.post("/c/1/rules/try", &[("text", "x")]).status, 400);
}

#[test]
fn a_script_without_end_is_stopped_whatever_its_rules_allow() {
    let (_pages, mut browser) = shop(Role::Administrator);
    browser.get("/c/1/rules/try");
    let body = "    settings.custom_prefix + document.idInDomain\n";
    let script = text("scripts/document.rhai");
    assert!(script.contains(body));
    // Ten loops in each other over ten numbers: ten thousand million rounds.
    let loops: Vec<String> = ('a'..='j').map(|name| format!("for {name} in all {{ ")).collect();
    let endless = format!(
        "    let all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];\n    let sum = 0;\n    {}sum += j; {}\n{body}",
        loops.concat(),
        "}".repeat(10)
    );
    let script = script.replacen(body, &endless, 1);
    // Without an end it would not answer at all.
    let reply = attempt(&mut browser, "/document.rhai", &script, &[("do", "all")]);
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("it runs for too long"), "{}", reply.body);
}

/// Rules that would go on for minutes: each condition of an invoice goes over many numbers, and each turn does sums of its own.
fn slow(invoice: &str) -> String {
    let numbers: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let numbers = format!("[{}]", numbers.join(", "));
    let one = |n: usize| {
        format!(
            "    - {{ id: slow-{n}, for: {{ a: '={numbers}', b: '={numbers}' }}, when: '=count(unique({numbers})) + a + b < {n} - 1', message: m }}\n"
        )
    };
    let all: String = (0..100).map(one).collect();
    invoice.replacen("  warn:\n", &format!("  warn:\n{all}"), 1)
}

#[test]
fn rules_that_would_go_on_for_minutes_are_stopped_and_the_page_says_so() {
    let (_pages, mut browser) = shop(Role::Administrator);
    browser.get("/c/1/rules/try");
    let reply = attempt(&mut browser, "/invoice.yaml", &slow(&text("invoice.yaml")), &[("do", "all")]);
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("stopped after 2 seconds"), "{}", reply.body);
}

/// So many checks run at once as people may leave here: were they not stopped, the next one would find no place.
#[test]
fn rules_that_would_go_on_are_stopped_too_when_their_reader_has_gone() {
    let (pages, mut browser) = shop(Role::Administrator);
    browser.get("/c/1/rules/try");
    let (file, slow) = (path("/invoice.yaml"), slow(&text("invoice.yaml")));
    let form = [("file", file.as_str()), ("text", slow.as_str()), ("do", "all")];
    let left: Vec<_> = (0..2).map(|_| browser.post_only("/c/1/rules/try", &form)).collect();
    // Both have begun once there is no room for a third.
    while pages.site.trials.enter_within(Duration::ZERO).is_some() {
        std::thread::sleep(Duration::from_millis(1));
    }
    drop(left);
    let reply = attempt(&mut browser, "/invoice.yaml", &text("invoice.yaml"), &[]);
    assert!(reply.body.contains("The text is the same as in the file"), "{}", reply.body);
}

/// A name in the rules leads to all that use it, and these lead back; so does an element of a request that is shown.
#[test]
fn names_and_elements_lead_to_who_uses_them() {
    let (_pages, mut browser) = shop(Role::Viewer);
    let page = browser.get(&format!("/c/1/rules?file={}", path("/invoice.yaml"))).body;
    let link = "<a class=\"y-rule named\" href=\"/c/1/rules?uses=settings.start_date\">start_date</a>";
    assert!(page.contains(link), "{page}");
    let page = browser.get("/c/1/rules?uses=settings.start_date").body;
    assert!(page.contains("Who uses <code>settings.start_date</code>"), "{page}");
    assert!(
        page.contains(&format!("Declared in <a href=\"/c/1/rules?file={}", encoded(&path("/settings.yaml"))))
    );
    assert!(
        page.contains(&format!("<a href=\"/c/1/rules?file={}", encoded(&path("/invoice.yaml")))),
        "{page}"
    );
    assert!(page.contains("class=\"marked\""), "its place in the file that is shown");
    let nothing = browser.get("/c/1/rules?uses=%3Cscript%3E").body;
    assert!(!nothing.contains("Who uses") && !nothing.contains("<script>alert"), "{nothing}");
    let plan = browser.get("/c/1/plan?object=invoice&id=1031042").body;
    let element = "<a class=\"x-tag\" href=\"/c/1/rules?uses=InvoiceAdd.TxnDate\">TxnDate</a>";
    assert!(plan.contains(element), "{plan}");
}

fn encoded(path: &str) -> String {
    form_urlencoded::byte_serialize(path.as_bytes()).collect()
}
