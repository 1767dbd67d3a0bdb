//! Every text of the pages is in one list, `english.yaml`: made from the source and held exact. Templates say nothing
//! past it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use ferrule::activity::FoundAs;
use ferrule::engine::{IMPORTED, SWITCHED_OFF};
use ferrule::people::{AuditArea, Role};
use ferrule::sync::stored::Ending;
use ferrule::text::counted::plural;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use regex::Regex;

use crate::loop_support::root;

/// Names are the same in every language; neither are parts of addresses words.
const NAMES: [&str; 6] = ["Ferrule", "QuickBooks", "Steelhead", "qbXML", "NDJSON", "CSV"];
/// Rooms besides the pages that tell something in the language that is spoken.
const OTHERS: [&str; 5] = ["alerts", "connector", "people", "rules", "sync"];
/// What people read of an element besides what stands in it.
const READ: [&str; 11] = [
    "title",
    "placeholder",
    "aria-label",
    "aria-description",
    "alt",
    "label",
    "content",
    "data-label",
    "data-count",
    "data-copied",
    "data-forget",
];
/// These hold no words: what a browser is told.
const SETTINGS: [&str; 3] = ["viewport", "color-scheme", "htmx-config"];

/// All texts, each with the files that have it.
#[derive(Default)]
struct Texts {
    plain: BTreeMap<String, BTreeSet<String>>,
    counts: BTreeMap<String, (String, BTreeSet<String>)>,
}

impl Texts {
    fn of_the_source() -> Self {
        let mut texts = Self::default();
        for file in files(&root().join("src/web")) {
            let name = file.strip_prefix(root().join("src/web")).unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&file).unwrap();
            match name.rsplit_once('.').map(|(_, ending)| ending) {
                Some("html") => texts.of_template(&name, &text),
                Some("rs") if name != "words/filters.rs" => texts.of_code(&name, &text),
                _ => {}
            }
        }
        texts.of_others();
        texts.of_acts();
        texts.of_rooms_below();
        texts.of_entries("../sync/data/causes.yaml", &["title", "text", "button"]);
        texts.of_entries("../alerts/data/kinds.yaml", &["label", "help", "title"]);
        texts.of_entries("../people/data/scopes.yaml", &["label"]);
        texts
    }

    /// What other rooms tell in the language that is spoken: alerts, what waits, what keeps a document waiting.
    fn of_others(&mut self) {
        for file in OTHERS.iter().flat_map(|room| files(&root().join("src").join(room))) {
            let name = file.strip_prefix(root().join("src")).unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&file).unwrap();
            if text.contains("use crate::language::") {
                self.of_code(&format!("../{name}"), &text);
            }
        }
        for text in [IMPORTED, SWITCHED_OFF] {
            self.plain.entry(text.to_owned()).or_default().insert("../engine".to_owned());
        }
    }

    /// Words of rooms that know nothing of languages; pages show them.
    fn of_rooms_below(&mut self) {
        let roles = [Role::Viewer, Role::Clerk, Role::Administrator].map(Role::name);
        let areas = AuditArea::ALL.map(AuditArea::label);
        let found = FoundAs::ALL.map(FoundAs::name);
        for word in roles.iter().chain(&areas) {
            self.plain.entry((*word).to_owned()).or_default().insert("../people".to_owned());
        }
        for word in found {
            self.plain.entry(word.to_owned()).or_default().insert("../activity".to_owned());
        }
        let endings = [Ending::Finished, Ending::Stopped, Ending::Overtaken, Ending::Abandoned];
        for words in endings.iter().map(ToString::to_string) {
            self.plain.entry(words).or_default().insert("../sync".to_owned());
        }
        for reason in ferrule::text::pattern::REASONS {
            self.plain.entry(reason.to_owned()).or_default().insert("../text".to_owned());
        }
    }

    /// Of a list of entries in data, what pages show.
    fn of_entries(&mut self, name: &str, shown: &[&str]) {
        let text = std::fs::read_to_string(root().join("src/web").join(name)).unwrap();
        let entries: Vec<BTreeMap<String, serde_yaml::Value>> = serde_yaml::from_str(&text).unwrap();
        for text in entries.iter().flat_map(|entry| shown.iter().filter_map(|key| entry.get(*key)?.as_str()))
        {
            self.plain.entry(text.to_owned()).or_default().insert(name.to_owned());
        }
    }

    fn of_template(&mut self, name: &str, text: &str) {
        for found in pattern(r#""((?:[^"\\]|\\.)*)"\s*\|\s*(?:t|marked)\b"#).captures_iter(text) {
            self.add(name, &found[1]);
        }
        self.add_many(name, text, r"\|\s*many\(");
    }

    fn of_code(&mut self, name: &str, text: &str) {
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let code = pattern(r"(?m)^\s*//.*$").replace_all(code, "");
        for found in pattern(r#"(?:^|[^.\w])(?:t|marked|say!)\(\s*"((?:[^"\\]|\\.)*)""#).captures_iter(&code)
        {
            self.add(name, &found[1]);
        }
        self.add_many(name, &code, r"\bmany!\(");
        for noun in nouns(&code) {
            let of = (format!("{{n}} {noun}"), format!("{{n}} {}", plural(&noun)));
            self.counts.entry(of.0).or_insert((of.1, BTreeSet::new())).1.insert(name.to_owned());
        }
        if name == "ground/trouble.rs" {
            for found in pattern(r#"#\[error\("([^"{]*)"\)\]"#).captures_iter(&code) {
                self.add(name, &found[1]);
            }
        }
    }

    fn of_acts(&mut self) {
        let name = "words/data/acts.yaml";
        let text = std::fs::read_to_string(root().join("src/web").join(name)).unwrap();
        for found in pattern(r#"(?m)^  [^:#]+: "(.*)"$"#).captures_iter(&text) {
            self.add(name, &found[1]);
        }
    }

    fn add(&mut self, name: &str, literal: &str) {
        self.plain.entry(unescaped(literal)).or_default().insert(name.to_owned());
    }

    fn add_many(&mut self, name: &str, text: &str, call: &str) {
        let two = format!(r#"{call}\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)""#);
        for found in pattern(&two).captures_iter(text) {
            let (one, other) = (unescaped(&found[1]), unescaped(&found[2]));
            let kept = self.counts.entry(one).or_insert((other.clone(), BTreeSet::new()));
            assert_eq!(kept.0, other, "one text for a single thing has two for many");
            kept.1.insert(name.to_owned());
        }
    }

    fn listed(&self) -> String {
        let mut out = String::from(
            "# Every text of the pages, with the files that have it. A test makes this list from the source and holds it
# exact: `INSTA_UPDATE=always cargo test --test it web_texts` writes it anew.
texts:
",
        );
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let listed = |files: &BTreeSet<String>| files.iter().cloned().collect::<Vec<_>>().join(", ");
        for (text, files) in &self.plain {
            _ = writeln!(out, "  {}: [{}]", quoted(text), listed(files));
        }
        out.push_str("counts:\n");
        for (one, (other, files)) in &self.counts {
            _ = writeln!(
                out,
                "  {}:\n    other: {}\n    in: [{}]",
                quoted(one),
                quoted(other),
                listed(files)
            );
        }
        out
    }
}

/// A pattern, made once.
fn pattern(text: &str) -> Regex {
    static MADE: LazyLock<Mutex<BTreeMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap();
    made.entry(text.to_owned()).or_insert_with(|| Regex::new(text).unwrap()).clone()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_owned()];
    }
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

/// The nouns that are counted by name: the last argument of each call.
fn nouns(code: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (start, call) in code.match_indices("counted(") {
        let rest = &code[start + call.len()..];
        let mut depth = 1;
        let end = rest.find(|c| {
            depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
            depth == 0
        });
        let inside = rest[..end.unwrap_or(0)].trim_end().trim_end_matches(',');
        if let Some(found) = pattern(r#",\s*"([^"]*)"$"#).captures(inside) {
            all.push(found[1].to_owned());
        }
    }
    let named = pattern(r#"\bnoun\("([^"]*)"\)"#);
    all.extend(named.captures_iter(code).map(|found| found[1].to_owned()));
    all
}

fn unescaped(literal: &str) -> String {
    literal.replace("\\\"", "\"").replace("\\\\", "\\")
}

#[test]
fn the_list_has_every_text_of_the_pages_and_no_other() {
    let path = root().join("src/language/data/english.yaml");
    let made = Texts::of_the_source().listed();
    if std::env::var("INSTA_UPDATE").is_ok_and(|it| it == "always") {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let is_told = kept == made;
    assert!(is_told, "english.yaml is not what the source says: write it anew with INSTA_UPDATE=always");
}

/// Marks that a text may have are those that a page knows; its places are written as such.
#[test]
fn texts_have_only_marks_that_pages_know() {
    let texts = Texts::of_the_source();
    let known = ["strong", "code", "i", "kbd", "out", "del", "ins", "br", "hidden", "soft", "figure", "a"];
    let all = texts.plain.keys().chain(texts.counts.keys()).chain(texts.counts.values().map(|it| &it.0));
    for text in all {
        for found in pattern(r"</?([a-z]+)>").captures_iter(text) {
            assert!(known.contains(&&found[1]), "{text}");
        }
        assert!(!pattern(r"<[a-z]+ ").is_match(text), "{text}");
    }
}

/// A text in a template and its values name each other.
#[test]
fn every_place_of_a_template_has_its_value() {
    let call = r#""((?:[^"\\]|\\.)*)"\s*\|\s*t\b((?:\|(?:put|put_html|link)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)"#;
    let mut seen = 0;
    for file in files(&root().join("src/web/templates")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for found in pattern(call).captures_iter(&text) {
            let has: BTreeSet<String> =
                pattern(r"\{([a-z0-9_]+)\}").captures_iter(&found[1]).map(|it| it[1].to_owned()).collect();
            let given: BTreeSet<String> = pattern(r#"\|put(?:_html)?\("([a-z0-9_]+)""#)
                .captures_iter(&found[2])
                .map(|it| it[1].to_owned())
                .collect();
            // A script fills what the page leaves open.
            let is_open = text[..found.get(0).unwrap().start()].ends_with("data-forget=\"{{ ")
                || text[..found.get(0).unwrap().start()].ends_with("data-count=\"{{ ");
            assert!(has == given || is_open, "{}: {}", file.display(), &found[0]);
            assert_eq!(
                (found[1].contains("<a>") || found[1].contains("<out>")),
                found[2].contains("|link("),
                "{}: {}",
                file.display(),
                &found[0]
            );
            seen += usize::from(!has.is_empty());
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn templates_say_nothing_past_the_list() {
    let mut past = Vec::new();
    for file in files(&root().join("src/web/templates")) {
        let text = std::fs::read_to_string(&file).unwrap();
        past.extend(said_past(&text).into_iter().map(|it| format!("{}: {it}", file.display())));
    }
    assert!(past.is_empty(), "{past:#?}\nPut these through `t`: {{{{ \"…\"|t }}}}.");
    let found = said_past(
        "<p class=\"soft\" title=\"Hi {{ name }}\">Two {{ n }}<b>{% if x %}Ferrule{% endif %}</b><img alt=\"\">",
    );
    assert_eq!(found, ["Hi ", "Two "], "what is past the list is found");
}

/// Words of a template that stand in it as they are.
fn said_past(template: &str) -> Vec<String> {
    let bare = pattern(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}").replace_all(template, "\u{1}");
    let tag = pattern(r"(?s)<[a-z!/][^>]*>");
    let has_words = |text: &str| {
        let mut text = pattern(r"&\w+;").replace_all(text, "").into_owned();
        for name in NAMES {
            text = text.replace(name, "");
        }
        text.chars().any(char::is_alphabetic)
    };
    let mut past = Vec::new();
    for found in tag.find_iter(&bare) {
        if SETTINGS.iter().any(|name| found.as_str().contains(&format!("name=\"{name}\""))) {
            continue;
        }
        for attribute in pattern(r#"([a-z-]+)="([^"]*)""#).captures_iter(found.as_str()) {
            let is_button = &attribute[1] == "value" && found.as_str().contains("type=\"submit\"");
            if (READ.contains(&&attribute[1]) || is_button) && has_words(&attribute[2]) {
                past.push(attribute[2].replace('\u{1}', ""));
            }
        }
    }
    let texts = tag.replace_all(&bare, "\u{2}");
    past.extend(texts.split(['\u{1}', '\u{2}']).filter(|text| has_words(text)).map(str::to_owned));
    past
}

/// What hands a text to the language: functions, and macros with `!`.
const SPEAKS: [&str; 6] = ["t", "marked", "say", "many", "counted", "noun"];
/// Calls whose texts are told to who runs the server.
const UNSEEN: [&str; 4] = ["warn", "error", "info", "expect"];
/// Names of qbXML and parts of them, and a class of the style sheet.
const ELEMENTS: [&str; 20] = [
    "AccountNumber",
    "AccountRef",
    "AccountRet",
    "AccountType",
    "Add",
    "AmountDue",
    "Block",
    "EditSequence",
    "FullName",
    "IsActive",
    "ListID",
    "Mod",
    "Ref",
    "Ret",
    "Subtotal",
    "Time",
    "TimeModified",
    "TxnDate",
    "{}Block",
    "number money",
];
/// What the audit keeps of a deed: it is written once, for all who read it later, whatever language the server speaks then.
const KEPT: [&str; 6] = [
    ", instead of {} {}",
    "from the queue: {}",
    "the plan as it was shown: {} queued",
    "{field} becomes {after} (QuickBooks has {before})",
    "{field} stays {before} (Steelhead has {after})",
    "{}: {them} dated before {before}",
];
/// What browsers and the log are told.
const TO_PROGRAMS: [&str; 4] = [
    "it broke down",
    "public, max-age=31536000, immutable",
    "the plan is not ready yet",
    "too many pages wait for news",
];

/// A text in the code of the pages that does not go through the language is found, whatever room it stands in.
#[test]
fn code_says_nothing_past_the_list() {
    let mut past = Vec::new();
    let others = [
        "alerts/digest.rs",
        "alerts/message.rs",
        "alerts/raise.rs",
        "alerts/send/webhook.rs",
        "rules/check/settings/cell.rs",
        "rules/check/settings/rows.rs",
        "sync/reconcile/transaction.rs",
        "sync/reconcile/ledger.rs",
        "sync/waiting",
        "sync/why.rs",
    ];
    for file in ["web"].iter().chain(&others).flat_map(|room| files(&root().join("src").join(room))) {
        if file.extension().is_none_or(|it| it != "rs") || file.ends_with("words/filters.rs") {
            continue;
        }
        let said = said_by(&std::fs::read_to_string(&file).unwrap());
        past.extend(said.into_iter().map(|it| format!("{}: {it}", file.display())));
    }
    assert!(past.is_empty(), "{past:#?}\nPut these through `t`, `say!` or `many!`.");
    let code = "fn f() { g(\"Two words\"); t(\"Two words\"); format!(\"<b>Done</b> {x}\"); say!(\"A {b}\", b = \"One more\"); }
                #[doc = \"Of a function\"] mod tests { const A: &str = \"Not these\"; }";
    assert_eq!(said_by(code), ["Two words", "<b>Done</b> {x}"], "what is past the list is found");
}

/// An error that a page shows is one that speaks the language, and all that it says is on the list. What this cannot see: what
/// another program says (a mail server, the network, a CSV file that cannot be read), and where a document breaks its shape: that is
/// told as commands tell it, with its code.
#[test]
fn errors_that_pages_show_go_through_the_list() {
    let past = |code: &str| {
        let attribute = r#"#\[error\(\s*("(?:[^"\\]|\\.)*")"#;
        let said = pattern(attribute).captures_iter(code).map(|it| it[1].to_owned()).collect::<Vec<_>>();
        said.into_iter()
            .filter(|text| pattern(r"\{[^}]*\}").replace_all(text, "").chars().any(char::is_alphabetic))
            .collect::<Vec<_>>()
    };
    let mut wrong = Vec::new();
    let mut spoken = 0;
    for file in files(&root().join("src")).iter().filter(|it| it.extension().is_some_and(|it| it == "rs")) {
        let code = std::fs::read_to_string(file).unwrap();
        let name = file.strip_prefix(root().join("src")).unwrap().to_string_lossy().into_owned();
        if code.contains("impl Spoken for ") {
            spoken += 1;
            wrong.extend(past(&code).into_iter().map(|it| format!("{name}: {it} goes past the list")));
        }
        if name.starts_with("web/") && !BEHIND.contains(&name.as_str()) {
            let shown =
                shown_by(&code).into_iter().filter(|it| !LET_BE.contains(&(name.as_str(), it.as_str())));
            wrong.extend(shown.map(|it| format!("{name}: `{it}` may be in English: `told(&error)`")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(spoken > 8, "{spoken}");
    assert_eq!(
        past("#[error(\"no {x}\")] #[error(\"{0}\")] #[error(\"{}\", say!(\"no {x}\", x))]"),
        ["\"no {x}\""]
    );
    let shows =
        "f(why.to_string()); say!(\"{error}\", error); say!(\"{a}: {error}\", a = 1, error); key.to_string()";
    assert_eq!(
        shown_by(shows),
        ["why.to_string()", "say!(\"{error}\", error)", "say!(\"{a}: {error}\", a = 1, error)"]
    );
}

/// Where errors become what the log is told, or are told in the language already.
const BEHIND: [&str; 3] = ["web/ground/trouble.rs", "web/server/serve.rs", "web/views/background.rs"];

/// What is told already, and where a file of documents is no JSON.
const LET_BE: [(&str, &str); 2] = [
    (
        "web/pages/rules/attempt.rs",
        "say!(\"The saved settings do not fit these rules: {problem}.\", problem)",
    ),
    ("web/pages/set_up/actions.rs", "problem.to_string()"),
];

/// Where code of the pages shows an error without asking whether it speaks the language.
fn shown_by(code: &str) -> Vec<String> {
    let named = "(?:error|why|problem|refused|other|asked|changed|cause)";
    let shown = pattern(&format!(r#"\b{named}\.to_string\(\)|say!\("[^"]*"(?:, [^;()]*)?, {named}\)"#));
    shown.find_iter(code).map(|it| it.as_str().to_owned()).collect()
}

/// What code says past the list.
fn said_by(code: &str) -> Vec<String> {
    let mut said = Vec::new();
    literals(code.parse().unwrap(), true, &mut said);
    let known = [&NAMES[..], &ELEMENTS, &KEPT, &TO_PROGRAMS];
    said.retain(|it| !known.iter().any(|known| known.contains(&it.as_str())));
    said
}

/// The texts of code that do not stand in a call of what speaks; `counts` says whether those at this level do not.
fn literals(tokens: TokenStream, counts: bool, said: &mut Vec<String>) {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in all.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).and_then(|at| all.get(at)).map(ToString::to_string);
        let before = [1, 2].map(|back| before(back).unwrap_or_default());
        let before = before.each_ref().map(String::as_str);
        match token {
            TokenTree::Literal(text) if counts => {
                let text = text.to_string();
                let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map(unescaped);
                said.extend(text.filter(|text| is_said(text)));
            }
            TokenTree::Group(group) => {
                // An attribute, a test, and what only the log has.
                let name = if before[0] == "!" { before[1] } else { before[0] };
                if name == "#" || before == ["tests", "mod"] || UNSEEN.contains(&name) {
                    continue;
                }
                let speaks = group.delimiter() == Delimiter::Parenthesis && SPEAKS.contains(&name);
                literals(group.stream(), !speaks, said);
            }
            _ => {}
        }
    }
}

/// Whether a text of code looks like one that people read.
fn is_said(text: &str) -> bool {
    let bare = pattern(r"<[^>]*>|\{[^}]*\}|&[a-z]+;|\\[a-z]").replace_all(text, " ");
    let is_sentence = pattern(r"[A-Za-z]{2,}[,.:]? [A-Za-z]").is_match(&bare);
    let is_word = pattern(r"^\s*[A-Z][a-z]+[^/_:=]*$").is_match(&bare);
    is_sentence || is_word
}
