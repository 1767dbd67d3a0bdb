//! The shop of `fixtures/shop` under the default rules: documents to change, and what becomes of them.

use std::sync::LazyLock;

use ferrule::catalogue;
use ferrule::document::{Decoder, DocumentProblem, Origin, Value};
use ferrule::engine::{Context, Decision, Engine, Links, Options, Outcome};
use ferrule::qbxml::validate::validate;
use ferrule::qbxml::{Company, Record};
use ferrule::rules::{Program, RuleFiles, compile};
use ferrule::xml::Node;

use crate::fixtures::root;
use crate::fixtures_valid::node;

/// The default rules and what they are run against.
pub struct Shop {
    pub program: Program,
    pub decoder: Decoder,
    settings: Vec<Value>,
    /// Nothing is known of QuickBooks, or what the shop's books say.
    companies: [Company; 2],
    /// All documents of the shop.
    pub documents: Vec<serde_json::Value>,
}

/// Made once for all properties.
pub static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let files = RuleFiles::read(&[root().join("rules")]).unwrap();
    let program = compile(&files).program.unwrap();
    let books = Company::load(&[root().join("fixtures/shop/quickbooks")]).unwrap();
    let documents = ferrule::steelhead::read(&root().join("fixtures/shop/documents")).unwrap();
    Shop {
        decoder: Decoder::new(&program.shapes, |shape| program.need(shape)),
        settings: program.settings.values(&std::collections::BTreeMap::default()).unwrap(),
        companies: [Company::unknown(), books],
        documents: documents.iter().map(|raw| serde_json::from_str(raw.json()).unwrap()).collect(),
        program,
    }
});

impl Shop {
    /// What becomes of a document, with books or without.
    pub fn outcome(&self, json: &[u8], books: bool) -> Result<Outcome, Vec<DocumentProblem>> {
        let document = self.decoder.decode_bytes(json, &Origin::default())?;
        let company = &self.companies[usize::from(books)];
        let context = Context { settings: &self.settings, company, links: &Links::default() };
        let options = Options { explain: true, ..Options::default() };
        Ok(Engine::new(&self.program).export(&document.root, context, options))
    }

    /// What is wrong with an outcome: a request that QuickBooks would not take, a rejection without a
    /// reason. Nothing is wrong with a document that was refused with a reason.
    pub fn wrong(&self, outcome: &Result<Outcome, Vec<DocumentProblem>>) -> Vec<String> {
        match outcome {
            Err(problems) if problems.is_empty() => vec!["refused without a reason".to_owned()],
            Err(_) => Vec::new(),
            Ok(Outcome { decision: Decision::Reject(notes), .. }) => {
                let is_said = !notes.is_empty() && notes.iter().all(|note| !note.message.trim().is_empty());
                (!is_said).then(|| format!("rejected without a reason: {notes:?}")).into_iter().collect()
            }
            Ok(outcome) => self.faults(outcome),
        }
    }

    fn faults(&self, outcome: &Outcome) -> Vec<String> {
        let Some(request) = outcome.request() else { return Vec::new() };
        let element = catalogue::request(&format!("{}Rq", request.message)).unwrap();
        let whole = Node::aggregate(element.name(), vec![node(body(&request.xml).root())]);
        let faults = validate(&whole, element, self.program.version);
        let mut wrong: Vec<String> = faults.iter().map(ToString::to_string).collect();
        wrong.extend((!request.xml.is_ascii()).then(|| "not plain ASCII".to_owned()));
        wrong
    }
}

/// A request's message, read again.
pub fn body(xml: &[u8]) -> Record {
    Record::from_xml(std::str::from_utf8(xml).unwrap()).unwrap()
}
