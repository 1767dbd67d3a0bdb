//! Rule files. The first line of the input names the file of a small rule set that the rest takes the
//! place of; with a `+` before the name, the file of a second layer.

use std::collections::BTreeMap;

use ferrule::document::{Decoder, Origin};
use ferrule::engine::{Context, Engine, Links, Options};
use ferrule::qbxml::Company;
use ferrule::rules::files::RuleFile;
use ferrule::rules::render::render;
use ferrule::rules::{Compiled, Program, RuleFiles, Severity, compile};

use super::valid::judge;

/// Longer input tells nothing new.
const LIMIT: usize = 1 << 15;

const BASE: [(&str, &str); 9] = [
    ("customer.yaml", include_str!("../rules/customer.yaml")),
    ("invoice.yaml", include_str!("../rules/invoice.yaml")),
    ("ruleset.yaml", include_str!("../rules/ruleset.yaml")),
    ("scripts/words.rhai", include_str!("../rules/scripts/words.rhai")),
    ("settings.yaml", include_str!("../rules/settings.yaml")),
    ("shapes/customer.yaml", include_str!("../rules/shapes/customer.yaml")),
    ("shapes/invoice.yaml", include_str!("../rules/shapes/invoice.yaml")),
    ("shapes/invoiceTerms.yaml", include_str!("../rules/shapes/invoiceTerms.yaml")),
    ("terms.yaml", include_str!("../rules/terms.yaml")),
];

const DOCUMENTS: [&str; 3] = [
    r#"{"object":"customer","id":1,"name":"Ärger & Söhne","phone":"1 2","terms":{"id":3,"terms":"Net 30"},"archived":false,"address":"1 Mill Rd\nDayton, OH 45402"}"#,
    r#"{"object":"invoice","id":2,"number":77,"date":"2026-07-01","customer":{"id":1,"name":"Ärger & Söhne"},"notes":"**Thanks**","lines":[{"what":"Zinc","quantity":3,"rate":"1.25"},{"what":null,"quantity":0.5,"rate":10}]}"#,
    r#"{"object":"invoiceTerms","id":3,"terms":"Net 30","days":30}"#,
];

/// A rule set becomes a program, or there are errors; whatever is said has a place in a file; what a
/// program makes of documents is valid qbXML, or refused with a reason.
///
/// # Panics
/// If that is not so.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if text.len() > LIMIT {
        return;
    }
    let Compiled { program, diagnostics, sources, .. } = compile(&files(text));
    let is_error = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    assert_eq!(program.is_none(), is_error, "{diagnostics:?}");
    for diagnostic in &diagnostics {
        let span = diagnostic.span;
        let source = sources.get(span.file).expect("a diagnostic is about a file");
        let place = source.text.get(span.start as usize..span.end as usize);
        assert!(place.is_some(), "{diagnostic:?}");
        assert!(!diagnostic.message.is_empty() && !diagnostic.message.ends_with('.'), "{diagnostic:?}");
    }
    _ = render(&diagnostics, &sources, false);
    if let Some(program) = program {
        map(&program);
    }
}

/// The rule set, changed as the input says.
fn files(input: &str) -> RuleFiles {
    let (name, text) = input.split_once('\n').unwrap_or(("customer.yaml", input));
    let file = |name: &str, text: &str| RuleFile {
        name: name.to_owned(),
        path: format!("rules/{name}"),
        text: text.to_owned(),
    };
    let over = name.strip_prefix('+');
    let known = |name: &str| BASE.iter().find(|(known, _)| *known == name).map(|(known, _)| *known);
    let name = known(over.unwrap_or(name)).unwrap_or("customer.yaml");
    let base = BASE.iter().map(|(known, base)| {
        let is_replaced = over.is_none() && *known == name;
        file(known, if is_replaced { text } else { base })
    });
    let mut layers = vec![base.collect()];
    if over.is_some() {
        layers.push(vec![file(name, text)]);
    }
    RuleFiles { layers }
}

fn map(program: &Program) {
    let decoder = Decoder::new(&program.shapes, |shape| program.need(shape));
    let Ok(settings) = program.settings.values(&BTreeMap::default()) else { return };
    let engine = Engine::new(program);
    for json in DOCUMENTS {
        let Ok(document) = decoder.decode(json, &Origin::default()) else { continue };
        for company in [Company::unknown(), Company::empty()] {
            let context = Context { settings: &settings, company: &company, links: &Links::default() };
            let options = Options { explain: true, ..Options::default() };
            judge(&engine.export(&document.root, context, options), program.version);
        }
    }
}
