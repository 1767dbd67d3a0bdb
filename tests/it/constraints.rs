//! What QuickBooks asks beyond the schema: for each constraint of the catalogue a request that breaks it and one that does not,
//! judged by what we say before sending and by what the simulated company file does. `tests/constraints/cases.yaml` has them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use ferrule::catalogue::{self, Consequence};
use ferrule::engine::{Asked, Links};
use ferrule::qbxml::{Company, Flat, Record};
use ferrule::simulator::{Agencies, CompanyFile, ManualClock, Settings};
use ferrule::xml::Writer;
use serde_yaml::{Mapping, Value};

use crate::simulator_requests::{self, NOON, ask};

#[derive(serde::Deserialize)]
struct Cases {
    foundation: Vec<Mapping>,
    cases: BTreeMap<String, Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    before: Option<Before>,
    /// Preferences that are otherwise than in a new company file.
    #[serde(default)]
    preferences: BTreeMap<String, String>,
    /// A record as QuickBooks answered with it.
    recorded: Option<String>,
    wrong: Mapping,
    right: Mapping,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Before {
    One(Mapping),
    All(Vec<Mapping>),
}

fn cases() -> Cases {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/constraints/cases.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The message of a request and its element as qbXML.
fn message(request: &Mapping) -> (String, String) {
    let (name, fields) = request.iter().next().unwrap();
    let mut writer = Writer::new();
    write(name.as_str().unwrap(), fields, &mut writer);
    (name.as_str().unwrap().to_owned(), writer.into_string())
}

fn write(name: &str, value: &Value, writer: &mut Writer) {
    match value {
        Value::String(text) if name.ends_with("Ref") => {
            writer.open(name);
            writer.leaf("FullName", text);
            writer.close(name);
        }
        Value::String(text) => writer.leaf(name, text),
        Value::Sequence(all) => all.iter().for_each(|member| write(name, member, writer)),
        Value::Mapping(fields) => {
            writer.open(name);
            fields.iter().for_each(|(name, value)| write(name.as_str().unwrap(), value, writer));
            writer.close(name);
        }
        other => panic!("{name}: {other:?}"),
    }
}

struct Books {
    file: CompanyFile,
    /// The gaps of requests, by name.
    last: Vec<(&'static str, String)>,
}

impl Books {
    fn new(foundation: &[Mapping]) -> Self {
        let settings = Settings { agencies: Agencies::Asked, ..Settings::default() };
        let mut file = CompanyFile::new(settings, ManualClock::at(NOON));
        file.begin_session().unwrap();
        let mut books = Self { file, last: Vec::new() };
        for request in foundation {
            books.make(request);
        }
        books
    }

    fn filled(&self, xml: &str) -> String {
        self.last.iter().fold(xml.to_owned(), |xml, (gap, value)| xml.replace(gap, value))
    }

    fn ask(&mut self, request: &Mapping) -> simulator_requests::Asked {
        let (name, xml) = message(request);
        let xml = self.filled(&xml);
        ask(&mut self.file, &format!("<{name}Rq>{xml}</{name}Rq>"))
    }

    fn make(&mut self, request: &Mapping) {
        let answer = self.ask(request);
        assert_eq!(answer.code(), 0, "{request:?}: {}", answer.message());
        let first = |path: &str| answer.values(path).first().cloned().unwrap_or_default();
        let id = if first("TxnID").is_empty() { first("ListID") } else { first("TxnID") };
        let mut lines = answer.text.split("<TxnLineID>").skip(1).map(|rest| rest.split_once('<').unwrap().0);
        let mut line = || lines.next().unwrap_or_default().to_owned();
        self.last = vec![
            ("{{id}}", id),
            ("{{sequence}}", first("EditSequence")),
            ("{{line}}", line()),
            ("{{second}}", line()),
        ];
    }

    /// All that the company file has, as we would have read it.
    fn read(&mut self) -> Company {
        let mut company = Company::empty();
        let preferences = ask(&mut self.file, "<PreferencesQueryRq/>");
        company.add_document(preferences.text.as_bytes()).unwrap();
        for record in catalogue::records() {
            for node in self.file.records(record.name().trim_end_matches("Ret")) {
                let mut writer = Writer::new();
                node.write_to(&mut writer);
                company.add_record(&Arc::new(Record::from_xml(&writer.into_string()).unwrap()));
            }
        }
        company
    }

    /// The constraints that we say a request breaks, and the notes.
    fn broken(&mut self, request: &Mapping) -> Vec<(String, String)> {
        let company = self.read();
        let (_, xml) = message(request);
        let xml = self.filled(&xml);
        let body = Record::from_xml(&xml).unwrap();
        let old = body.get("TxnID").or(body.get("ListID")).and_then(|id| company.by_id(id));
        let asked = Asked { company: &company, links: &Links::default() };
        let broken = asked.broken(&Flat::read(&xml).unwrap(), old.as_deref());
        broken.into_iter().map(|it| (it.note.code, it.note.message)).collect()
    }
}

#[test]
fn each_constraint_is_told_before_sending_and_kept_by_the_company_file() {
    let Cases { foundation, cases } = cases();
    let mut told = String::new();
    for constraint in catalogue::constraints() {
        let id = &constraint.id;
        let case = cases.get(id).unwrap_or_else(|| panic!("there is no case for {id}"));
        let mut books = Books::new(&foundation);
        if let Some(recorded) = &case.recorded {
            let kind = recorded[1..].split_once("Ret>").unwrap().0;
            let document = format!(
                "<QBXML><QBXMLMsgsRs><{kind}QueryRs statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">{recorded}</{kind}QueryRs></QBXMLMsgsRs></QBXML>"
            );
            assert_eq!(books.file.load_responses(&document).unwrap(), 1);
        }
        let preferences = case.preferences.clone();
        books.file.set_settings(Settings { preferences, ..books.file.settings().clone() });
        match &case.before {
            Some(Before::One(request)) => books.make(request),
            Some(Before::All(requests)) => requests.iter().for_each(|request| books.make(request)),
            None => {}
        }
        let broken = books.broken(&case.wrong);
        let note = broken.iter().find(|(code, _)| code == id);
        let (_, message) = note.unwrap_or_else(|| panic!("{id} is not told of {:?}: {broken:?}", case.wrong));
        assert!(!message.contains(['{', '}']) && !message.contains("\"\""), "{id}: {message}");
        writeln!(told, "{id}: {message}").unwrap();
        if constraint.consequence == Consequence::Refused || id == "tax-agency" {
            let answer = books.ask(&case.wrong);
            assert!(
                [3090, 3140, 3150, 3177, 3180, 3290].contains(&answer.code()),
                "{id}: {} {}",
                answer.code(),
                answer.message()
            );
        }
        let broken = books.broken(&case.right);
        assert!(!broken.iter().any(|(code, _)| code == id), "{id}: {broken:?}");
        let answer = books.ask(&case.right);
        assert_eq!(answer.code(), 0, "{id}: {}", answer.message());
    }
    let ids: Vec<&String> = catalogue::constraints().iter().map(|constraint| &constraint.id).collect();
    assert!(cases.keys().all(|id| ids.contains(&id)), "a case is of no constraint");
    insta::with_settings!({ snapshot_path => "../constraints", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("told", told);
    });
}

/// What became of what was gathered, where it is no constraint; `docs/constraints.md` explains the words.
const VERDICTS: [&str; 9] =
    ["names", "planner", "address", "schema", "reads", "books", "rules", "state", "unsent"];

#[test]
fn everything_that_was_gathered_is_a_constraint_or_has_its_reason() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/constraints/rows.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 257);
    let ids: Vec<&str> = catalogue::constraints().iter().map(|constraint| constraint.id.as_str()).collect();
    let mut named = Vec::new();
    for row in &rows {
        let verdicts: Vec<&str> = row[3].split(',').collect();
        if VERDICTS.contains(&row[3]) {
            continue;
        }
        for id in verdicts {
            assert!(ids.contains(&id), "{row:?}: there is no constraint {id}");
            named.push(id);
        }
    }
    for id in ids {
        assert!(named.contains(&id), "{id} is of none of the rows");
    }
}
