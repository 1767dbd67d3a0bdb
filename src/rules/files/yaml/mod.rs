//! YAML with places: what `serde_yaml` reads, each value with the bytes it stands at.
//!
//! `serde_yaml` says what the text means; `saphyr-parser` says where each value stands, which
//! `serde_yaml` cannot, and is asked first because it refuses deep nesting quickly.

mod causes;
mod flow;
mod node;
mod reader;

use crate::document::Code;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::{FileId, LineColumn, offset_of};

pub use node::{Entry, Kind, Node};
use reader::{Reader, point};

/// A file of more than this many bytes is not a rule file.
pub const MAX_FILE: usize = 1 << 20;

/// Reads one YAML file. What is wrong with it goes to `diagnostics`; then there is no node.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    #[cfg(test)]
    tests::count(|(places, _)| places);
    match Reader::new(file, text).read() {
        Ok((node, found)) => {
            for diagnostic in found {
                diagnostics.push(diagnostic);
            }
            agrees_with_serde_yaml(file, text, diagnostics).then_some(node)
        }
        Err(diagnostic) => {
            let diagnostic = flow::cut_before(file, text, &diagnostic)
                .unwrap_or_else(|| causes::explained(text, *diagnostic));
            diagnostics.push(diagnostic);
            None
        }
    }
}

/// `serde_yaml` is the judge of what is YAML; duplicate keys were told with a better place.
fn agrees_with_serde_yaml(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> bool {
    if !diagnostics.is_empty() {
        return true;
    }
    #[cfg(test)]
    tests::count(|(_, meaning)| meaning);
    let Err(error) = serde_yaml::from_str::<serde_yaml::Value>(text) else {
        return true;
    };
    let at = error.location().map_or(0, |location| {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (line, column) = (narrow(location.line()), narrow(location.column()));
        offset_of(text, LineColumn { line, column })
    });
    // Only numbers of more digits than fit are read by the one and refused by the other.
    let is_long = error.to_string().contains("as u128") || error.to_string().contains("as i128");
    let told = if is_long {
        let message = "a number of so many digits is not read";
        Diagnostic::error(Code::FileNotYaml, point(file, text, at), message).help("put it in quotes")
    } else {
        let told = format!("this is not YAML: {error}");
        Diagnostic::error(Code::FileNotYaml, point(file, text, at), told).help("put the value in quotes")
    };
    diagnostics.push(told);
    false
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use crate::rules::compile;
    use crate::rules::files::{RuleFile, RuleFiles};

    thread_local! {
        /// How often a text was parsed for its places, and for its meaning.
        static PARSED: RefCell<(usize, usize)> = const { RefCell::new((0, 0)) };
    }

    pub(super) fn count(which: fn(&mut (usize, usize)) -> &mut usize) {
        PARSED.with_borrow_mut(|parsed| *which(parsed) += 1);
    }

    #[test]
    fn a_text_is_parsed_once_for_its_places_and_once_for_its_meaning() {
        let file =
            |name: &str, text: &str| RuleFile { name: name.into(), path: name.into(), text: text.into() };
        let base = vec![
            file("ruleset.yaml", "name: example\nqbxml: \"13.0\"\n"),
            file("shapes/thing.yaml", "shape: thing\nfields: { id: integer! }\n"),
            // Ten mistakes, which are told one after the other.
            file(
                "thing.yaml",
                &format!(
                    "object: thing\nexport: {{ {} }}\n",
                    "wrong1: 1, wrong2: 2, wrong3: 3, wrong4: 4, wrong5: 5, wrong6: 6, wrong7: 7, wrong8: 8, wrong9: 9, wrong10: 10"
                ),
            ),
        ];
        let over = vec![file("thing.yaml", "title: Thing\n"), file("scripts/a.rhai", "fn a() { 1 }")];
        PARSED.set((0, 0));
        let compiled = compile(&RuleFiles { layers: vec![base, over] });
        assert_eq!(compiled.diagnostics.len(), 10, "{:?}", compiled.diagnostics);
        assert_eq!(PARSED.take(), (4, 4));
    }
}
