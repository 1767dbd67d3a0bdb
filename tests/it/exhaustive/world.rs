//! A shop with two documents, the visits of its Web Connectors, and what people have changed.

use ferrule::simulator::{CompanyFile, DoubledGuids, HResult, Settings};
use ferrule::sync::stored::{DocumentKey, Store as _};
use ferrule::xml::Node;
use serde_json::json;

use super::moves::Move;
use crate::loop_support::{Break, Shop, sample};

/// Visits before all is over.
pub const VISITS: usize = 2;
/// Time between two visits: so long that all that waits may go.
const HOURS: i64 = 3;

/// How it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Nothing was sent yet.
    New,
    /// Both documents are in QuickBooks, and one was changed since.
    Known,
}

impl Begin {
    /// Both.
    pub const ALL: [Self; 2] = [Self::New, Self::Known];
}

/// How far a visit is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// It is to ask for requests.
    Asks,
    /// It has requests for QuickBooks.
    Holds(String),
    /// It has the answer.
    Answered(String),
    /// It is at its end.
    Over,
}

/// A visit.
#[derive(Clone, Debug)]
pub struct Visit {
    pub ticket: String,
    pub stage: Stage,
    /// Another one has begun: what it holds may come late, and nobody hears of it.
    pub is_overtaken: bool,
}

/// All that there is.
pub struct World {
    pub shop: Shop,
    pub visits: Vec<Visit>,
    /// How many surprises may still happen.
    pub surprises: usize,
    pub was_forgotten: bool,
    /// The phone number that somebody changed in Steelhead, and in QuickBooks.
    pub ours: Option<&'static str>,
    pub theirs: Option<&'static str>,
    /// How it came about.
    pub trail: Vec<Move>,
}

pub fn vendor_key() -> DocumentKey {
    DocumentKey { object: "vendor".to_owned(), id: "402".to_owned() }
}

pub fn bill_key() -> DocumentKey {
    DocumentKey { object: "bill".to_owned(), id: "46802".to_owned() }
}

impl World {
    pub fn new(begin: Begin, guids: DoubledGuids, surprises: usize) -> Self {
        let mut shop = Shop::new();
        shop.file = CompanyFile::new(Settings::default(), shop.clock.clone());
        shop.doubled_guids(guids);
        shop.in_quickbooks(
            "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><AccountAddRq><AccountAdd><Name>Natural Gas</Name><AccountType>Expense</AccountType><AccountNumber>6210</AccountNumber></AccountAdd></AccountAddRq></QBXMLMsgsRq></QBXML>",
        );
        shop.load_json("vendor", "402", &sample("vendors.json", 402).to_string());
        shop.change("bills.json", 46_802, |bill| {
            bill["billTerms"] = json!(null);
            bill["dimensions"] = json!([]);
        });
        shop.play(&[vendor_key(), bill_key()]);
        let (was_forgotten, ours, theirs, trail) = (false, None, None, Vec::new());
        let mut world = Self { shop, visits: Vec::new(), surprises, was_forgotten, ours, theirs, trail };
        if begin == Begin::Known {
            world.shop.visit(Break::Never);
            world.shop.clock.advance(HOURS * 3600);
            world.load_phone("937-555-0000");
        }
        world
    }

    pub fn copy(&self) -> Self {
        let (visits, trail) = (self.visits.clone(), self.trail.clone());
        Self { shop: self.shop.copy(), visits, trail, ..*self }
    }

    /// Whether both visits are over, and nothing will come late.
    pub fn is_over(&self) -> bool {
        self.visits.iter().all(|visit| visit.stage == Stage::Over || visit.is_overtaken)
    }

    /// The next visit begins. One that is under way hears nothing any more; what it holds may come late.
    pub fn begin(&mut self) {
        for visit in self.visits.iter_mut().filter(|visit| visit.stage != Stage::Over) {
            visit.is_overtaken = true;
            if !matches!(visit.stage, Stage::Holds(_)) {
                visit.stage = Stage::Over;
            }
            self.surprises = self.surprises.saturating_sub(1);
        }
        self.shop.clock.advance(HOURS * 3600);
        let ticket = self.shop.begin();
        self.visits.push(Visit { ticket, stage: Stage::Asks, is_overtaken: false });
    }

    pub fn process(&mut self, request: &str) -> Result<String, HResult> {
        self.shop.file.meanwhile(|file| {
            file.begin_session()?;
            let answer = file.process(request);
            file.end_session();
            answer
        })
    }

    pub fn edit_in_steelhead(&mut self) {
        self.surprises -= 1;
        self.ours = Some("937-555-0001");
        self.load_phone("937-555-0001");
    }

    fn load_phone(&self, phone: &str) {
        let mut vendor = sample("vendors.json", 402);
        vendor["phone"] = json!(phone);
        self.shop.load_json("vendor", "402", &vendor.to_string());
        self.shop.play(&[vendor_key()]);
    }

    pub fn edit_in_quickbooks(&mut self) {
        self.surprises -= 1;
        self.theirs = Some("937-555-0002");
        let id = self.shop.file.id_of("Vendor", "Ohio Valley Gas").unwrap().to_owned();
        assert!(self.shop.file.edit(&id, "Phone", "937-555-0002"));
    }

    pub fn vendor(&self) -> Option<&Node> {
        self.shop.file.records("Vendor").next()
    }

    /// Nothing goes wrong any more, and visits go on until all is quiet.
    pub fn after_all(&self) -> Self {
        let mut world = self.copy();
        for _ in 0..5 {
            world.shop.clock.advance(HOURS * 3600);
            world.shop.store.ask_for_read(world.shop.company).unwrap();
            let sent = world.shop.visit(Break::Never);
            world.is_true_now();
            // Whoever sends something hears of it, and reads it with the next visit.
            if !sent.iter().any(|request| request.contains("newMessageSetID")) {
                break;
            }
        }
        world
    }
}
