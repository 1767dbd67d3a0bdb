//! How long pages take on the server: 50,000 records that could be imported, 20,000 documents of which
//! 1,900 are connected. And what follows a click: importing one, ignoring one, importing everything.
//!
//! ```text
//! cargo bench --bench imports
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and stops at what it cannot measure"
)]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use ferrule::connector::SessionDesk;
use ferrule::connector::service::{Service, ServiceConfig};
use ferrule::qbxml::read_responses;
use ferrule::store::SqliteStore;
use ferrule::sync::session::{Limits, Rulebook, Sessions};
use ferrule::sync::stored::{
    Commit, CompanyId, Connection, DocumentKey, NewCompanyFile, NewDocument, RecordKey, Store as _,
    StoredRecord, Traversal,
};
use ferrule::sync::version;
use ferrule::web::people::{NewAuditEntry, NewPerson, PeopleStore as _, Role, Token};
use ferrule::web::{Origin, Site, pages};
use support::{documents, records, rules};

const ITEMS: u32 = 48_080;
const CUSTOMERS: u32 = 2_000;
const CONNECTED: u32 = 1_900;
const INVOICES: u32 = 18_000;
const RUNS: usize = 40;

const PAGES: [(&str, &str); 8] = [
    ("integrations", "/c/1/integrations"),
    ("imports, 48,080 items", "/c/1/imports?object=partNumber"),
    ("the same, sorted by name", "/c/1/imports?object=partNumber&sort=0&down=1&page=300"),
    ("the same, searched", "/c/1/imports?object=partNumber&q=7+1"),
    ("the same, all verdicts", "/c/1/imports?object=partNumber&is=all&per=200"),
    ("updates of customers", "/c/1/imports?object=customer&is=update"),
    ("a record", "/c/1/records/ItemServiceRet/I40000-1767225670"),
    ("what was taken over", "/c/1/imports/taken"),
];

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("ferrule.db")).unwrap());
    let company = fill(&store);
    let rulebook = Arc::new(Rulebook::new(rules::program()));
    let config = ServiceConfig { listen: ([127, 0, 0, 1], 0).into(), ..ServiceConfig::default() };
    let sessions = Sessions::new(store.clone(), rulebook.clone(), Limits::default());
    let desk = Arc::new(SessionDesk::new(sessions, Utc::now));
    let site =
        Site::new(store.clone(), rulebook, Origin::of(&config), Utc::now, config.journal.clone()).unwrap();
    let service = Service::start_with(&config, desk, pages(&Arc::new(site))).unwrap();
    let mut browser = Browser { address: service.address(), cookie: String::new(), token: String::new() };
    browser.sign_in(&store);
    let began = Instant::now();
    browser.get("/c/1/imports");
    println!("{:<34} {:>8.1?}", "the first page of all", began.elapsed());
    for (name, path) in PAGES {
        let mut times: Vec<Duration> = (0..RUNS).map(|_| timed(|| browser.get(path)).0).collect();
        times.sort_unstable();
        let at = |percent: usize| times.get(RUNS * percent / 100).copied().unwrap_or_default();
        println!("{name:<34} {:>8.1?} median, {:>8.1?} of 95 in 100", at(50), at(95));
    }
    clicks(&mut browser);
    println!("{} connections", store.connections(company).unwrap().len());
}

/// What clicks cost, with the page that is shown then.
fn clicks(browser: &mut Browser) {
    let list = "object=partNumber";
    let page = browser.get("/c/1/imports?object=partNumber");
    let value = between(&page, "name=\"only\" value=\"", "\"").to_owned();
    for (name, path, fields) in [
        ("ignore one", "ignore", [("only", value.as_str()), ("list", list), ("seen", "")]),
        (
            "import one",
            "import",
            [
                ("only", between(&page[page.len() / 2..], "name=\"only\" value=\"", "\"")),
                ("list", list),
                ("seen", ""),
            ],
        ),
    ] {
        let (time, _) = timed(|| browser.post(&format!("/c/1/imports/{path}"), &fields));
        let (then, page) = timed(|| browser.get("/c/1/imports?object=partNumber"));
        assert!(page.contains("class=\"notice good\""), "{name}");
        println!("{name:<34} {time:>8.1?}, and the page after it {then:>8.1?}");
    }
    let page = browser.get("/c/1/imports?object=partNumber");
    let seen = between(&page, "name=\"seen\" value=\"", "\"");
    let fields = [("all", "1"), ("list", list), ("seen", seen)];
    let (time, _) = timed(|| browser.post("/c/1/imports/import", &fields));
    let (then, page) = timed(|| browser.get("/c/1/imports?object=partNumber"));
    println!("{:<34} {time:>8.1?}, and the page after it {then:>8.1?}", "import all");
    println!("{}", between(&page, "class=\"notice good\" role=\"status\">", "<"));
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let done = work();
    (began.elapsed(), done)
}

fn fill(store: &SqliteStore) -> CompanyId {
    let company = store.add_company_file(&company_file()).unwrap();
    let settings = serde_json::json!({ "items_into_part_numbers_filter": "Service" });
    store.set_settings(company, &serde_json::from_value(settings).unwrap()).unwrap();
    let session = store.begin_session(company, "ticket", Utc::now()).unwrap();
    let mut commit = Commit::new(session.id, Utc::now(), String::new());
    for file in records::lists(ITEMS) {
        let responses = read_responses(file.as_bytes()).unwrap();
        let all = responses.iter().flat_map(|response| &response.records);
        commit.records.extend(all.map(|record| StoredRecord {
            key: RecordKey { record_type: record.name().to_owned(), id: record.id().unwrap().to_owned() },
            edit_sequence: record.get("EditSequence").unwrap_or_default().to_owned(),
            xml: record.to_xml(),
        }));
    }
    let query = |query: &str| Traversal { query: query.to_owned(), began_at: Utc::now() };
    commit.traversals = ["CustomerQueryRq", "ItemQueryRq"].map(query).to_vec();
    commit.is_read = true;
    commit.ending = Some("Finished.".to_owned());
    commit.connections = (0..CONNECTED).map(connection).collect();
    println!("{} records", commit.records.len());
    store.commit(company, &commit).unwrap();
    let customers = (0..CUSTOMERS).map(|it| document("customer", it, documents::customer(it)));
    let invoices = (1..=INVOICES).map(|it| document("invoice", 1_000_000 + it, documents::invoice(it, 5)));
    let all: Vec<NewDocument> = customers.chain(invoices).collect();
    println!("{} documents", all.len());
    store.load(company, &all, Utc::now()).unwrap();
    company
}

fn document(object: &str, id: u32, json: String) -> NewDocument {
    let key = DocumentKey { object: object.to_owned(), id: id.to_string() };
    NewDocument { key, version: version(&json), json }
}

fn connection(number: u32) -> Connection {
    Connection {
        document: DocumentKey { object: "customer".to_owned(), id: number.to_string() },
        record_type: "CustomerRet".to_owned(),
        record_id: format!("C{number}-1767225650"),
        connected_at: Utc::now(),
        is_archived: false,
    }
}

fn company_file() -> NewCompanyFile {
    let [name, text] = ["acme", "x"].map(str::to_owned);
    NewCompanyFile {
        domain: name.clone(),
        user_name: name.clone(),
        name,
        password_hash: text.clone(),
        owner_id: text.clone(),
        file_id: text,
        path: None,
    }
}

struct Browser {
    address: SocketAddr,
    cookie: String,
    token: String,
}

impl Browser {
    fn sign_in(&mut self, store: &SqliteStore) {
        let link = Token::new().unwrap();
        let entry = NewAuditEntry {
            at: Utc::now(),
            domain: "acme".to_owned(),
            company: None,
            person: "bench".to_owned(),
            action: "add person".to_owned(),
            details: String::new(),
        };
        let new = NewPerson { domain: "acme".to_owned(), name: "clerk".to_owned(), role: Role::Clerk };
        store.add_person(&new, &link.hash(), Utc::now() + TimeDelta::hours(1), &entry).unwrap();
        let path = format!("/invite/{}", link.expose());
        self.get(&path);
        self.post(&path, &[("password", "a long enough secret"), ("again", "a long enough secret")]);
    }

    fn get(&mut self, path: &str) -> String {
        self.send("GET", path, "")
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("token", &self.token).extend_pairs(fields);
        self.send("POST", path, &body.finish())
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            self.cookie,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200") || reply.starts_with("HTTP/1.1 303"), "{path}: {reply}");
        for line in reply.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let (cookie, rest) = line.split_once(';').unwrap();
            let name = cookie.split('=').next().unwrap();
            let mut all: Vec<&str> = self.cookie.split("; ").filter(|it| !it.starts_with(name)).collect();
            if !rest.contains("Max-Age=0") {
                all.push(cookie);
            }
            self.cookie = all.join("; ");
        }
        if reply.contains("name=\"token\" value=\"") {
            between(&reply, "name=\"token\" value=\"", "\"").clone_into(&mut self.token);
        }
        reply
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split_once(before).map_or("", |(_, rest)| rest).split(after).next().unwrap_or_default()
}
