//! Steelhead documents: a file of them, cut up, decoded and mapped by the default rules.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::LazyLock;

use ferrule::document::{Decoder, DocumentProblem, Origin, Value, canonical, unknown_fields};
use ferrule::engine::{Context, Engine, Links, Options};
use ferrule::qbxml::Company;
use ferrule::rules::{Program, RuleFiles, compile};
use ferrule::steelhead::{Chunks, RawDocument, split, yaml_to_json};
use ferrule::sync::new_document;

use super::valid::judge;

/// Longer input tells nothing new.
const LIMIT: usize = 1 << 16;

struct Shop {
    program: Program,
    needed: Decoder,
    whole: Decoder,
    settings: Vec<Value>,
    companies: [Company; 2],
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let root = match env!("CARGO_MANIFEST_DIR") {
        dir if dir.ends_with("fuzz") => Path::new(dir).join(".."),
        dir => Path::new(dir).to_owned(),
    };
    let files = RuleFiles::read(&[root.join("rules")]).expect("the default rules are there");
    let program = compile(&files).program.expect("the default rules compile");
    let books = Company::load(&[root.join("fixtures/shop/quickbooks")]).expect("the shop is there");
    Shop {
        needed: Decoder::new(&program.shapes, |shape| program.need(shape)),
        whole: Decoder::whole(&program.shapes),
        settings: program.settings.values(&std::collections::BTreeMap::default()).expect("the defaults fit"),
        companies: [Company::unknown(), books],
        program,
    }
});

/// A file is cut into documents that are JSON, or refused at a place in it; what a document becomes is
/// valid, or refused with a reason; a version does not depend on the layout.
///
/// # Panics
/// If that is not so.
pub fn run(data: &[u8]) {
    if data.len() > LIMIT {
        return;
    }
    let whole = split("file.json", data.to_vec());
    pieces(data, whole.as_deref());
    match whole {
        Ok(documents) => {
            for document in documents {
                let at = document.origin().start.offset;
                assert_eq!(data.get(at..at + document.json().len()), Some(document.json().as_bytes()));
                one(document.json(), &document.origin(), data);
            }
        }
        Err(problem) => within(data, &problem),
    }
    if let Ok(text) = std::str::from_utf8(data) {
        yaml(text);
    }
}

/// Read piece by piece, the same documents come.
fn pieces(data: &[u8], whole: Result<&[RawDocument], &DocumentProblem>) {
    let mut all = Vec::new();
    for chunk in Chunks::read("file.json", Bytes(Cursor::new(data.to_vec()))) {
        match chunk {
            Ok(documents) => all.extend(documents),
            Err(problem) => return assert_eq!(whole.err(), Some(&problem)),
        }
    }
    let told = |all: &[RawDocument]| -> Vec<(String, Origin)> {
        all.iter().map(|document| (document.json().to_owned(), document.origin())).collect()
    };
    assert_eq!(whole.map(told), Ok(told(&all)));
}

/// One byte at a time.
struct Bytes(Cursor<Vec<u8>>);

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let end = buffer.len().min(1);
        self.0.read(buffer.get_mut(..end).unwrap_or_default())
    }
}

/// One document.
fn one(json: &str, origin: &Origin, data: &[u8]) {
    let shop = &*SHOP;
    assert_eq!(canonical(&canonical(json)), canonical(json));
    for problem in unknown_fields(json, &shop.program.shapes, origin) {
        within(data, &problem);
    }
    let whole = shop.whole.decode(json, origin);
    let document = match shop.needed.decode(json, origin) {
        Ok(document) => document,
        Err(problems) => {
            assert!(!problems.is_empty() && whole.is_err(), "{problems:?}");
            for problem in problems.iter().chain(&whole.unwrap_err()) {
                within(data, problem);
            }
            return;
        }
    };
    if let Some(new) = new_document(&shop.program, &document.root, json) {
        assert_eq!(new.version, ferrule::sync::version(&canonical(json)));
    }
    let engine = Engine::new(&shop.program);
    for company in &shop.companies {
        let context = Context { settings: &shop.settings, company, links: &Links::default() };
        let options = Options { explain: true, ..Options::default() };
        judge(&engine.export(&document.root, context, options), shop.program.version);
    }
}

/// What is wrong lies in the file.
fn within(data: &[u8], problem: &DocumentProblem) {
    assert!(!problem.message.is_empty());
    if let Some(at) = problem.at {
        assert!(at.offset + problem.length <= data.len(), "{problem}");
        let before = data.get(..at.offset).unwrap_or(data);
        assert_eq!(at.line, before.split(|byte| *byte == b'\n').count(), "{problem}");
    }
}

/// A fixture's YAML becomes JSON or is refused.
fn yaml(text: &str) {
    match yaml_to_json(text) {
        Ok(json) => {
            let parsed: Result<Box<serde_json::value::RawValue>, _> = serde_json::from_str(&json);
            let is_deep = |error: serde_json::Error| error.to_string().contains("recursion limit");
            assert!(parsed.map_or_else(is_deep, |_| true), "{json}");
        }
        Err(problem) => within(text.as_bytes(), &problem),
    }
}
