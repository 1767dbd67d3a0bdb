//! What pages tell people to do: a button or a link, never a command of the terminal. The button goes by a field of the
//! error, never by its words.

use ferrule::catalogue::{hresults, status_codes, web_connector_codes};
use ferrule::people::Role;
use ferrule::rules::codes;
use ferrule::simulator::ManualClock;
use ferrule::sync::stored::{
    Commit, DocumentKey, Ending, JobChange, JobError, JobReason, JobState, Store as _,
};
use serde_json::Value;

use crate::loop_support::{DOCUMENTS, Shop, root};
use crate::simulator_requests::document;
use crate::web_support::{Browser, Pages, open};

fn key(object: &str, id: u64) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_string() }
}

/// A shop of which an invoice has the number of another one in QuickBooks, and a customer nearly the name of one.
fn shop() -> (Pages, Shop) {
    let pages = open();
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(chrono::Utc::now().timestamp()));
    let twin = "<CustomerAddRq><CustomerAdd><Name>Nadir  Metals</Name></CustomerAdd></CustomerAddRq>";
    shop.in_quickbooks(&document(twin));
    shop.load(&DOCUMENTS);
    let customer = r#"{"object":"customer","id":7001,"idInDomain":7001,"name":"Nadir Metals"}"#;
    shop.load_json("customer", "7001", customer);
    shop.play(&[key("invoice", 1_031_043), key("invoice", 1_031_051), key("customer", 7001)]);
    shop.visit(crate::loop_support::Break::Never);
    (pages, shop)
}

/// The page of an invoice once its job has this error.
fn with_error(clerk: &mut Browser, shop: &mut Shop, id: u64, error: JobError) -> String {
    let ticket = shop.begin();
    let session = shop.store.session(&ticket).unwrap().unwrap().id;
    let mut commit = Commit::new(session, shop.now(), String::new());
    let (job, state) = (shop.job(&key("invoice", id)).id, JobState::Rejected);
    commit.jobs.push(JobChange { job, state, error: Some(error), next_try: None, is_attempt: true });
    commit.ending = Some(Ending::Finished);
    shop.store.commit(shop.company, &commit).unwrap();
    clerk.get(&format!("/c/1/invoicing/{id}")).body
}

#[test]
fn the_button_to_a_setting_goes_by_what_the_rules_name_and_not_by_words() {
    let (pages, mut shop) = shop();
    let error = shop.job(&key("invoice", 1_031_043)).error.unwrap();
    assert_eq!(error.named_setting.as_deref(), Some("custom_prefix"), "{error:?}");
    assert_eq!(error.setting, None, "it has a value, so nothing is missing");
    let mut clerk = pages.signed_in(Role::Clerk);
    let body = clerk.get("/c/1/invoicing/1031043").body;
    let button = "href=\"/c/1/integrations/settings#custom_prefix\">Open the settings</a>";
    assert!(body.contains(button), "{body}");
    // Words that name a setting make no button.
    let words = "Let the setting Income Account for New Part Numbers send it, or change it in the settings.";
    let said = JobReason::Rejected.error(&[("messages", words)]);
    let body = with_error(&mut clerk, &mut shop, 1_031_051, said.clone());
    assert!(body.contains("Let the setting Income Account"), "{body}");
    assert!(!body.contains("Open the settings"), "{body}");
    // A setting of the whole domain is on the domain's page.
    let program = crate::loop_support::program();
    let of_domain =
        program.settings.iter().find(|it| it.scope == ferrule::rules::file::Scope::Domain).unwrap();
    let named = JobError { named_setting: Some(of_domain.name.clone()), ..said };
    let body = with_error(&mut clerk, &mut shop, 1_031_051, named);
    assert!(
        body.contains(&format!("href=\"/c/1/domain#{}\">Open the settings</a>", of_domain.name)),
        "{body}"
    );
}

/// What of a text names a command of the terminal.
fn commands(text: &str) -> Vec<&str> {
    let parts = text.split(['`', '>']).filter(|part| part.starts_with("ferrule "));
    parts.map(|part| part.split(['`', '<']).next().unwrap_or(part)).collect()
}

fn without_technical(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("<details") {
        text.push_str(before);
        let (inside, after) = after.split_once("</details>").unwrap_or((after, ""));
        if !inside.contains("<summary>Technical") {
            text.push_str(inside);
        }
        rest = after;
    }
    text + rest
}

#[test]
fn no_page_tells_a_person_to_run_a_command() {
    let (pages, shop) = shop();
    let mut all: Vec<(String, String)> = Vec::new();
    for code in status_codes().iter().chain(hresults()).chain(web_connector_codes()) {
        all.push((code.code.clone(), [&*code.happened, &*code.cause, &*code.how].join(" ")));
    }
    // What documents are told by. Codes of rule files are for who writes these.
    for page in codes::all().iter().filter(|page| page.code.as_str().starts_with("R6")) {
        all.push((page.code.to_string(), format!("{} {}", page.meaning, page.fix)));
    }
    for file in
        ["sync/stored/data/job_reasons.yaml", "connector/log/data/causes.yaml", "sync/data/causes.yaml"]
    {
        let text = std::fs::read_to_string(root().join("src").join(file)).unwrap();
        let entries: Vec<serde_json::Map<String, Value>> = serde_yaml::from_str(&text).unwrap();
        for mut entry in entries {
            entry.remove("command");
            all.push((file.to_owned(), Value::Object(entry).to_string()));
        }
    }
    let english = std::fs::read_to_string(root().join("src/language/data/english.yaml")).unwrap();
    all.push(("english.yaml".to_owned(), english.lines().filter(|line| !line.starts_with('#')).collect()));
    let mut clerk = pages.signed_in(Role::Clerk);
    let documents = ["/c/1/invoicing/1031043", "/c/1/customers/7001", "/c/1/customers/7001/connect"];
    for path in ["/c/1/todo", "/c/1/errors", "/c/1/plan", "/errors/R644?company=1"].iter().chain(&documents) {
        let page = clerk.get(path);
        assert_eq!(page.status, 200, "{path}");
        all.push(((*path).to_owned(), without_technical(&page.body)));
    }
    assert!(all.len() > 150, "{}", all.len());
    for (of, text) in &all {
        assert_eq!(commands(text), Vec::<&str>::new(), "{of}");
    }
    // The command is not lost: it is a field of its own, for the terminal.
    let error = shop.job(&key("customer", 7001)).error.unwrap();
    let command = error.command.unwrap();
    assert!(command.contains("`ferrule connect customer 7001 CustomerRet "), "{command}");
    assert!(command.contains("`ferrule connect customer 7001 --new`"), "{command}");
    assert!(error.happened.contains("connect the two on the customer's page"), "{}", error.happened);
}

/// A message that tells of a setting leads to it: its condition names the setting, so that the page has the button.
#[test]
fn what_tells_of_the_start_date_leads_to_it() {
    let mut seen = 0;
    for file in rule_files(&root().join("rules")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        told_of(&value, &mut |message, setting| {
            if message.contains("the Start Date in the settings") {
                assert_eq!(setting, Some("start_date"), "{}: {message}", file.display());
                seen += 1;
            }
        });
    }
    assert_eq!(seen, 9);
}

/// The rule files below a folder.
fn rule_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let files = |path: std::path::PathBuf| match path.extension() {
        _ if path.is_dir() => rule_files(&path),
        Some(ending) if ending == "yaml" => vec![path],
        _ => Vec::new(),
    };
    all.flat_map(files).collect()
}

/// Every message in rules, with the setting that its condition names.
fn told_of(value: &serde_yaml::Value, told: &mut dyn FnMut(&str, Option<&str>)) {
    if let Some(message) = value.get("message").and_then(|it| it.as_str()) {
        told(message, value.get("setting").and_then(|it| it.as_str()));
    }
    match value {
        serde_yaml::Value::Sequence(all) => all.iter().for_each(|it| told_of(it, told)),
        serde_yaml::Value::Mapping(all) => all.iter().for_each(|(_, it)| told_of(it, told)),
        _ => {}
    }
}
