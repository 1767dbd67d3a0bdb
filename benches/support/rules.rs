//! The default rules, compiled, and the way from a document's bytes to its request.

use std::path::Path;

use ferrule::document::{Decoder, Document, Origin, Value};
use ferrule::engine::{Context, Decision, Engine, Links, Options, Outcome};
use ferrule::qbxml::Company;
use ferrule::rules::{Program, RuleFiles, compile};

/// The default rules' files.
pub fn files() -> RuleFiles {
    RuleFiles::read(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")]).unwrap()
}

/// The default rules.
pub fn program() -> Program {
    let compiled = compile(&files());
    match compiled.program {
        Some(program) => program,
        None => panic!("the default rules do not compile: {:?}", compiled.diagnostics),
    }
}

/// All that is needed to map documents, with the settings' defaults and no QuickBooks.
pub struct Mapping<'p> {
    pub engine: Engine<'p>,
    pub decoder: Decoder,
    pub settings: Vec<Value>,
    pub company: Company,
    pub links: Links,
}

impl<'p> Mapping<'p> {
    pub fn new(program: &'p Program) -> Self {
        Self {
            engine: Engine::new(program),
            decoder: Decoder::new(&program.shapes, |shape| program.need(shape)),
            settings: program.settings.values(&std::collections::BTreeMap::default()).unwrap(),
            company: Company::unknown(),
            links: Links::default(),
        }
    }

    pub fn decode(&self, json: &[u8]) -> Document {
        let origin = Origin::default();
        match self.decoder.decode_bytes(json, &origin) {
            Ok(document) => document,
            Err(problems) => panic!("{problems:?}"),
        }
    }

    pub fn map(&self, document: &Document) -> Outcome {
        let context = Context { settings: &self.settings, company: &self.company, links: &self.links };
        self.engine.export(&document.root, context, Options::default())
    }

    /// The request's bytes.
    pub fn request(&self, json: &[u8]) -> Vec<u8> {
        match self.map(&self.decode(json)).decision {
            Decision::Create(request) => request.xml,
            other => panic!("{other:?}"),
        }
    }
}
