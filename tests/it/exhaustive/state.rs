//! When two states are the same: by what is kept, what is in the company file, and how far the visits are. Times
//! and the ids that follow from them count for nothing but for their order.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use ferrule::sync::stored::Store as _;
use regex::{Captures, Regex};

use super::world::{World, bill_key, vendor_key};

/// The longest that a read looks back behind the one before it.
const OVERLAP: i64 = 2 * 3600;

impl World {
    /// What tells this state from others.
    pub fn state(&self) -> u64 {
        hash(&format!("{} {}", self.surprises, self.text()))
    }

    /// The same, whatever may still happen.
    pub fn without_surprises(&self) -> u64 {
        hash(&self.text())
    }

    fn text(&self) -> String {
        let (store, company) = (&self.shop.store, self.shop.company);
        let mut text = format!("{:?} {:?} {}", self.ours, self.theirs, self.was_forgotten);
        for visit in &self.visits {
            let called = store.called(&visit.ticket).unwrap();
            let session = called.as_ref().map(|it| &it.session.state);
            let in_flight = called.as_ref().and_then(|it| it.in_flight.as_ref()).map(|it| &it.request);
            write!(text, "\n{:?} {} {session:?} {in_flight:?}", visit.stage, visit.is_overtaken).unwrap();
        }
        for key in [vendor_key(), bill_key()] {
            let standing = store.standing(company, &key).unwrap().unwrap();
            let job = standing.job.map(|job| (job.state, job.attempts, job.error.map(|error| error.code)));
            let connection = standing.connection.map(|it| (it.record_id, it.is_archived));
            write!(text, "\n{job:?} {connection:?}").unwrap();
        }
        for it in store.agreements(company).unwrap() {
            write!(text, "\n{:?}", it.agreed).unwrap();
        }
        let file = store.company_file(company).unwrap();
        write!(text, "\n{} {}", file.is_read_asked, file.last_read.is_some()).unwrap();
        for exchange in store.unanswered(company).unwrap() {
            write!(text, "\n{}", exchange.request).unwrap();
        }
        self.books(&mut text);
        alike(&text)
    }

    /// What is in the company file, and what of it is known here, or will be with the next read.
    fn books(&self, text: &mut String) {
        let (store, company) = (&self.shop.store, self.shop.company);
        let read = store.traversals(company).unwrap();
        for kind in ["Vendor", "Bill"] {
            let began = read.iter().find(|it| it.query == format!("{kind}QueryRq")).map(|it| it.began_at);
            for record in self.shop.file.records(kind) {
                let value = |name: &str| record.descend(name).and_then(|it| it.text()).unwrap_or_default();
                let changed: i64 = value("EditSequence").parse().unwrap();
                let is_new = began.is_none_or(|began| changed >= began.timestamp() - OVERLAP);
                write!(text, "\n{is_new} {}", record.to_xml()).unwrap();
            }
            for known in store.records_of(company, &format!("{kind}Ret")).unwrap() {
                write!(text, "\n{}", known.xml).unwrap();
            }
        }
        for (id, answer) in self.shop.file.kept_answers() {
            write!(text, "\n{id} {answer}").unwrap();
        }
    }
}

/// With the first, second, third ... in the place of ids and edit sequences, and without times.
fn alike(text: &str) -> String {
    static ALIKE: LazyLock<Regex> = LazyLock::new(|| {
        let time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+:.\dZ]*";
        let id = r"\b[0-9A-F]+-\d{9,}\b|\b\d{10}\b|\b[0-9a-f]{7,}-[0-9a-f]+-[0-9a-f]+\b";
        Regex::new(&format!("(?P<time>{time})|{id}")).unwrap()
    });
    let mut known: HashMap<String, usize> = HashMap::new();
    let place = |found: &Captures<'_>| {
        if found.name("time").is_some() {
            return "T".to_owned();
        }
        let next = known.len();
        format!("#{}", known.entry(found[0].to_owned()).or_insert(next))
    };
    ALIKE.replace_all(text, place).into_owned()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
