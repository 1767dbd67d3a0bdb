//! The pages in another language: one in which every text is wrapped. What stands outside of ⟦…⟧ is data, or the rules'
//! and the catalogue's own words.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use ferrule::people::{NewPerson, PeopleStore as _, Role, Token};
use ferrule::simulator::ManualClock;
use ferrule::store::{AnyStore, SqliteStore};
use ferrule::sync::stored::{DocumentKey, Store as _};
use regex::Regex;

use crate::loop_support::{Break, DOCUMENTS, Shop, root};
use crate::web_support::{Browser, PASSWORD, entry};
use crate::web_weight::PAGES;

/// A server that speaks a language; it ends with the test.
struct Speaking {
    _server: Server,
    browser: Browser,
    record: String,
    kept: String,
    _folder: tempfile::TempDir,
}

/// A process that ends with the test, also if that fails.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// A text with its words wrapped; places and marks stay as they are.
fn wrapped(text: &str) -> String {
    let place = Regex::new(r"\{[a-z0-9_]+\}|</?[a-z0-9]+>").unwrap();
    let mut out = String::new();
    let mut at = 0;
    let add = |out: &mut String, words: &str| {
        if words.chars().any(char::is_alphabetic) {
            out.extend(["⟦", words, "⟧"]);
        } else {
            out.push_str(words);
        }
    };
    for found in place.find_iter(text) {
        add(&mut out, &text[at..found.start()]);
        out.push_str(found.as_str());
        at = found.end();
    }
    add(&mut out, &text[at..]);
    out
}

/// The language, as a translator would write it: what `ferrule language` prints, filled in.
fn language() -> String {
    let printed = Command::new(env!("CARGO_BIN_EXE_ferrule")).arg("language").output().unwrap();
    assert!(printed.status.success());
    let printed = String::from_utf8(printed.stdout).unwrap();
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let mut english = String::new();
    let mut other = String::new();
    let mut out = String::new();
    let mut counts = false;
    for line in printed.lines() {
        counts |= line == "counts:";
        let said = line.trim();
        if let Some((_, text)) = said.strip_prefix("# ").and_then(|it| it.split_once(": ")).filter(|_| counts)
        {
            text.clone_into(&mut other);
        } else if line.starts_with("  \"") {
            english = serde_json::from_str(said.strip_suffix(':').unwrap()).unwrap();
        }
        let filled = match said {
            "language: \"\"" => "language: de".to_owned(),
            "\"\"" => format!("    {}", quoted(&wrapped(&english))),
            "one: \"\"" => format!("    one: {}", quoted(&wrapped(&english))),
            "other: \"\"" => format!("    other: {}", quoted(&wrapped(&other))),
            _ => line.to_owned(),
        };
        out.push_str(&filled);
        out.push('\n');
    }
    out
}

/// A lived-in shop, whose pages speak that language.
fn speaking(language: &str) -> Speaking {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("ferrule.db");
    let store: Arc<AnyStore> = Arc::new(SqliteStore::open(&database).unwrap().into());
    let soon = Utc::now().timestamp() - 4 * 3600;
    let mut shop = Shop::over(store.clone(), "acme", ManualClock::at(soon));
    let keys: Vec<DocumentKey> = shop.load(&DOCUMENTS);
    shop.play(&keys);
    for _ in 0..3 {
        shop.wait(TimeDelta::hours(1));
        shop.visit(Break::Never);
    }
    let record = shop.store.records_of(shop.company, "CustomerRet").unwrap().remove(0).key.id;
    let types = ["CustomerRet", "VendorRet", "ItemServiceRet", "AccountRet", "InvoiceRet", "BillRet"];
    let kept = types.map(|it| format!("{:?}", shop.store.records_of(shop.company, it).unwrap())).concat();
    let new = NewPerson { domain: "acme".to_owned(), name: "Ann".to_owned(), role: Role::Administrator };
    let invitation = Token::new().unwrap();
    store.add_person(&new, &invitation.hash(), Utc::now() + TimeDelta::hours(1), &entry()).unwrap();
    drop(shop);
    let file = folder.path().join("language.yaml");
    std::fs::write(&file, language).unwrap();
    let mut server = Server(serve(&database, &file).stdout(Stdio::piped()).spawn().unwrap());
    let mut first = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let port =
        Regex::new(r"http://localhost:(\d+)").unwrap().captures(&first).unwrap()[1].parse::<u16>().unwrap();
    let mut browser = Browser::at(([127, 0, 0, 1], port).into());
    let link = format!("/invite/{}", invitation.expose());
    browser.get(&link);
    assert_eq!(browser.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]).status, 303);
    Speaking { _server: server, browser, record, kept, _folder: folder }
}

fn serve(database: &Path, language: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrule"));
    command.current_dir(root()).args(["serve", "--listen", "127.0.0.1:0", "--database"]).arg(database);
    // So that a test may take an alert.
    command.arg("--private-webhooks").arg("--language").arg(language);
    command
}

/// What a page says outside of ⟦…⟧, in what stands in it and in what people read besides.
fn outside(page: &str) -> BTreeSet<String> {
    let out = |pattern: &str, text: &str| Regex::new(pattern).unwrap().replace_all(text, "").into_owned();
    let page = out(r"(?s)<(pre|code|script|style|textarea)\b.*?</(pre|code|script|style|textarea)>", page);
    let tag = Regex::new(r"(?s)<[^>]*>").unwrap();
    let read = Regex::new(r#"\b(title|placeholder|aria-label|alt|label|data-label|data-count|data-copied|data-forget)="([^"]*)""#).unwrap();
    let mut all: Vec<String> = Vec::new();
    for found in tag.find_iter(&page) {
        all.extend(read.captures_iter(found.as_str()).map(|it| it[2].to_owned()));
    }
    all.extend(tag.split(&page).map(str::to_owned));
    let whole = |text: String| {
        text.replace("&#38;", "&")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
    };
    let bare = |text: String| Regex::new(r"⟦[^⟧]*⟧").unwrap().replace_all(&whole(text), "\u{1}").into_owned();
    all.into_iter()
        .map(bare)
        .flat_map(|text| text.split('\u{1}').map(|it| it.trim().to_owned()).collect::<Vec<_>>())
        .filter(|text| text.chars().any(char::is_alphabetic))
        .collect()
}

/// What rules, documents and records say: each whole text, and all of it in a row.
struct Data {
    texts: BTreeSet<String>,
    all: String,
}

impl Data {
    fn of(shop: &Speaking) -> Self {
        let mut data = Self { texts: BTreeSet::new(), all: shop.kept.clone() };
        for folder in
            ["rules", "fixtures", "src/catalogue/data", "src/sync/stored/data", "src/rules/diagnostics"]
        {
            data.folder(&root().join(folder));
        }
        data
    }

    fn folder(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.folder(&path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                self.file(&text);
                self.texts.insert(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }

    fn file(&mut self, text: &str) {
        if let Ok(value) = serde_yaml::from_str::<serde_yaml::Value>(text) {
            self.value(&value);
        }
        self.all.push_str(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    fn value(&mut self, value: &serde_yaml::Value) {
        match value {
            // Pages show names in one kind of quotation marks.
            serde_yaml::Value::String(text) => {
                self.all.push_str(&ferrule::text::quotes::quoted(text.trim()));
                self.texts.insert(text.trim().to_owned());
            }
            serde_yaml::Value::Sequence(all) => all.iter().for_each(|it| self.value(it)),
            serde_yaml::Value::Mapping(all) => all.iter().for_each(|(key, it)| {
                self.value(key);
                self.value(it);
            }),
            _ => {}
        }
    }

    /// Whether a text is data: known as a whole, or in parts as pages put them together. A sentence may stand within another one.
    fn has(&self, text: &str) -> bool {
        let text = text.trim_matches(|c: char| c.is_whitespace() || ",.:;()·→“”\"".contains(c));
        let is_long = text.len() > 16 && text.contains(' ');
        !text.chars().any(char::is_alphabetic)
            || self.texts.contains(text)
            || (is_long && self.all.contains(text))
            || [" · ", ": ", ", ", " ("].iter().any(|mark| {
                text.split_once(mark).is_some_and(|(one, other)| self.has(one) && self.has(other))
            })
    }
}

/// What stands outside of the language and is no data is the rules' engine's, the plan's, or QuickBooks' own: the list is short, and
/// looked at whenever it changes.
#[test]
fn pages_say_nothing_but_data_past_the_language() {
    let mut shop = speaking(&language());
    let data = Data::of(&shop);
    let mut past = BTreeSet::new();
    let mut straight = BTreeSet::new();
    // There is one kind of quotation marks; behind a number they say inches.
    // And one kind of apostrophes; names have theirs.
    let mark = Regex::new(r#"(^|[^0-9])["`]|\w'(s|t|re|ve|ll|d)\b|s' "#).unwrap();
    for (_, path) in PAGES {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/c/1/{path}") };
        let path = path.replace("800000A1-1767225650", &shop.record);
        // A number may stand in the id of any record, for that has the second in it at which it was made.
        let path = path.replace("search?q=10", "search?q=in");
        let mut page = String::new();
        for _ in 0..100 {
            page = shop.browser.get(&path).body;
            if !page.contains("hx-trigger=\"load delay") {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert!(page.is_empty() || page.contains("⟦"), "{path}: {page}");
        let outside = outside(&page);
        straight
            .extend(outside.iter().filter(|text| mark.is_match(text)).map(|text| format!("{path}: {text}")));
        past.extend(outside.into_iter().filter(|text| !data.has(text)));
    }
    assert!(straight.is_empty(), "{straight:#?}\nPut these through `quoted` of src/text/quotes.rs.");
    // A list that stays as it is on another day.
    let day = Regex::new(r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]+(, [0-9]{4})?").unwrap();
    let number = Regex::new(r"[0-9][0-9,.]*").unwrap();
    let past: BTreeSet<String> =
        past.iter().map(|text| number.replace_all(&day.replace_all(text, "DAY"), "0").into_owned()).collect();
    insta::assert_snapshot!(past.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn alerts_and_files_speak_the_language_too() {
    let mut shop = speaking(&language());
    let browser = &mut shop.browser;
    for (path, from) in [
        ("/c/1/invoicing/download", "/c/1/invoicing"),
        ("/c/1/imports/download", "/c/1/imports"),
        ("/c/1/plan/download", "/c/1/plan"),
        ("/c/1/activity/download", "/c/1/activity"),
        ("/c/1/reconcile/download", "/c/1/reconcile"),
    ] {
        browser.get(from);
        // A page whose lists are not there yet has no form.
        let reply = browser.post(path, &[("from", "2026-01-01"), ("to", "2026-12-31")]);
        let heads: Vec<String> =
            reply.body.lines().next().unwrap_or_default().split(',').map(str::to_owned).collect();
        let spoken = heads.iter().filter(|head| head.contains('⟦')).count();
        // The other columns of a list are called as the rules say.
        assert!(spoken >= if from.ends_with("invoicing") { 6 } else { heads.len() }, "{path}: {heads:?}");
    }
    // What a form is refused for, by rooms that the pages stand on.
    for (path, told) in [
        ("/c/1/reconcile?from=June&to=", "is not a day; write it like 2026-06-30⟧"),
        (
            "/c/1/reconcile?from=2026-06-02&to=2026-06-01",
            "⟦the period ends on ⟧2026-06-01⟦, before it begins on ⟧",
        ),
    ] {
        let page = browser.get(path).body;
        assert!(page.contains(told), "{path}: {page}");
    }
    let (port, asked) = crate::alerts_sending::receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let url = format!("http://127.0.0.1:{port}/");
    browser.get("/c/1/alerts");
    assert_eq!(browser.post("/c/1/alerts/webhooks", &[("target", &url), ("kind", "silent")]).status, 200);
    let page = browser.get("/c/1/alerts").body;
    let id = page.split("name=\"recipient\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    browser.post("/c/1/alerts/test", &[("recipient", &id)]);
    let told = asked.join().unwrap();
    assert!(told.contains("⟦A test⟧") && told.contains("⟦This is a test: messages arrive.⟧"), "{told}");
}

#[test]
fn a_language_that_is_wrong_is_refused_with_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("de.yaml");
    std::fs::write(
        &file,
        "language: de\ntexts:\n  \"Sign in\": \"Anmelden {jetzt}\"\n  \"Sing in\": \"Anmelden\"\n",
    )
    .unwrap();
    let output = serve(&folder.path().join("ferrule.db"), &file).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(told.contains("de.yaml:3: the English text has no {jetzt}"), "{told}");
    assert!(told.contains("de.yaml:4: no page says “Sing in” (did you mean `Sign in`?)"), "{told}");
    assert!(!folder.path().join("ferrule.db").exists(), "nothing was begun");
}
