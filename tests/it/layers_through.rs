//! Every optional layer from one end to the other: a document is loaded and played on its page, the simulated Web
//! Connector comes over HTTP, QuickBooks holds the money, and the pages say so. `tests/layers` has a case for each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use chrono::Utc;
use ferrule::people::Role;
use ferrule::secrets::hash_password;
use ferrule::simulator::{Application, Ending, Http, ManualClock, Unwatched, WebConnector};
use ferrule::sync::stored::{DocumentKey, JobState, Store as _};
use serde::Deserialize;
use serde_json::Value;

use crate::loop_references::with_layers;
use crate::loop_support::{Shop, root};
use crate::web_support::{Browser, PASSWORD, Pages, open_joined};

/// A document's way through a layer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    layers: Vec<String>,
    #[serde(default)]
    settings: BTreeMap<String, Value>,
    /// What somebody enters in QuickBooks first.
    #[serde(default)]
    in_quickbooks: Vec<String>,
    /// The last one is played.
    documents: Vec<Value>,
    /// Its page.
    page: String,
    /// What its record holds once the Web Connector was there.
    held: BTreeMap<String, String>,
    /// What other records hold then.
    #[serde(default)]
    beside: Vec<Beside>,
    /// The document as it is later, and what its record holds once that is played.
    changed: Option<Changed>,
    /// What its list shows in the end.
    list: Vec<String>,
    /// What its own page shows then.
    document: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    document: Value,
    held: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beside {
    kind: String,
    number: String,
    path: String,
    is: String,
}

fn cases() -> Vec<(String, Case)> {
    let mut files: Vec<PathBuf> =
        root().join("tests/layers").read_dir().unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    let read = |file: PathBuf| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(file).unwrap();
        let case = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, case)
    };
    files.into_iter().map(read).collect()
}

/// A shop whose service and pages run, and the Web Connector that visits it.
struct House {
    name: String,
    pages: Pages,
    shop: Shop,
    browser: Browser,
    connector: WebConnector<Http>,
    page: String,
}

impl House {
    fn of(name: &str, case: &Case) -> Self {
        let layers: Vec<&str> = case.layers.iter().map(String::as_str).collect();
        let rules = with_layers(&layers);
        let pages = open_joined(rules.clone());
        let clock = ManualClock::at(Utc::now().timestamp());
        let mut shop = Shop::over(pages.store.clone(), "acme", clock.clone());
        shop.rules = rules;
        shop.restart();
        shop.store.set_password_hash(shop.company, &hash_password(&PASSWORD.into()).unwrap()).unwrap();
        shop.store.set_settings(shop.company, &case.settings).unwrap();
        shop.load(&[
            "customers.json",
            "vendors.json",
            "part_numbers.ndjson",
            "products.ndjson",
            "terms.ndjson",
        ]);
        for request in &case.in_quickbooks {
            let answer = shop.in_quickbooks(&format!(
                "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\">{request}</QBXMLMsgsRq></QBXML>"
            ));
            assert!(answer.contains("statusCode=\"0\""), "{name}: {answer}");
        }
        let application = Application::at(pages.service.url(), "acme");
        let connector = WebConnector::new(application, PASSWORD.into(), Http::default(), clock);
        let browser = pages.signed_in(Role::Administrator);
        let page = format!("/c/{}/{}", shop.company.0, case.page);
        Self { name: name.to_owned(), pages, shop, browser, connector, page }
    }

    fn load(&self, document: &Value) -> DocumentKey {
        let object = document["object"].as_str().unwrap();
        self.shop.load_json(object, &document["id"].to_string(), &document.to_string())
    }

    fn shows(&mut self, path: &str, words: &[&str]) {
        let mut reply = self.browser.get(path);
        // A plan is worked out beside.
        while reply.body.contains("hx-trigger=\"load delay:1s\"") {
            std::thread::sleep(Duration::from_millis(20));
            reply = self.browser.get(path);
        }
        assert_eq!(reply.status, 200, "{} {path}", self.name);
        for word in words {
            let word = word.replace('&', "&#38;");
            assert!(reply.body.contains(&word), "{} {path} shows no `{word}`: {}", self.name, reply.body);
        }
    }

    /// The document is played on its page, and the Web Connector comes.
    fn play(&mut self, key: &DocumentKey) {
        let page = self.page.clone();
        self.shows(&page, &[]);
        assert_eq!(self.browser.post(&format!("{page}/play"), &[]).status, 303, "{}", self.name);
        self.visit();
        let job = self.shop.job(key);
        assert_eq!((job.state, job.error), (JobState::Done, None), "{}", self.name);
    }

    fn visit(&mut self) {
        let update = self.connector.update(&mut self.shop.file, &mut Unwatched);
        assert!(matches!(update.ending, Ending::Complete | Ending::NoWork), "{}: {update:?}", self.name);
    }

    /// What the record of a document holds in QuickBooks.
    fn holds(&self, key: &DocumentKey, held: &BTreeMap<String, String>) {
        let connections = self.shop.store.connections(self.shop.company).unwrap();
        let own = connections.iter().find(|it| it.document == *key).unwrap();
        let record = self.shop.file.record(&own.record_id).unwrap();
        for (path, value) in held {
            let there = record.descend(path).and_then(|it| it.text());
            assert_eq!(there, Some(value.as_str()), "{} {path}: {record:#?}", self.name);
        }
    }

    fn holds_beside(&self, beside: &Beside) {
        let ids = self.shop.file.ids_of_number(&beside.kind, &beside.number);
        let [id] = ids[..] else { panic!("{}: {ids:?}", self.name) };
        let there = self.shop.file.record(id).and_then(|it| it.descend(&beside.path)?.text());
        assert_eq!(there, Some(beside.is.as_str()), "{} {}", self.name, beside.path);
    }
}

fn goes_through(name: &str, case: &Case) {
    let mut house = House::of(name, case);
    let keys: Vec<DocumentKey> = case.documents.iter().map(|it| house.load(it)).collect();
    let key = keys.last().unwrap();
    house.visit();
    let plan = format!("/c/1/plan?object={}", key.object);
    house.shows(&plan, &["Create"]);
    house.play(key);
    house.holds(key, &case.held);
    case.beside.iter().for_each(|beside| house.holds_beside(beside));
    if let Some(changed) = &case.changed {
        house.load(&changed.document);
        house.play(key);
        house.holds(key, &changed.held);
    }
    let (page, list) = (house.page.clone(), house.page.rsplit_once('/').unwrap().0.to_owned());
    let words = |words: &[String]| words.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let (in_list, on_page) = (words(&case.list), words(&case.document));
    house.shows(&list, &in_list.lines().collect::<Vec<_>>());
    assert!(!house.browser.get(&list).body.contains("Differs"), "{name}");
    house.shows(&page, &on_page.lines().chain(["Connected"]).collect::<Vec<_>>());
    house.shows(&format!("{page}/history"), &["History"]);
    house.shows(&plan, &["Plan"]);
    house.shows("/c/1/imports", &["Imports"]);
    // Everything is as it should be: the next visit writes nothing.
    let before = house.shop.file.revision();
    house.play(key);
    assert_eq!(house.shop.file.revision(), before, "{name} was sent twice");
    house.pages.service.stop().unwrap();
}

#[test]
fn every_layer_goes_from_steelhead_to_quickbooks_and_its_pages() {
    let cases = cases();
    std::thread::scope(|scope| {
        for (name, case) in &cases {
            scope.spawn(move || goes_through(name, case));
        }
    });
}

#[test]
fn every_layer_has_a_case() {
    let mut layers: Vec<String> = root()
        .join("rules/optional")
        .read_dir()
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    layers.sort();
    let mut tried: Vec<String> = cases().into_iter().filter_map(|(_, mut case)| case.layers.pop()).collect();
    tried.sort();
    tried.dedup();
    assert_eq!(tried, layers);
}
