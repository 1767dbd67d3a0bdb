//! What is wrong with qbXML of anybody's: requests or responses, by the catalogue and its constraints.
//!
//! Our own requests are valid by the way they are made. This is for those that another program wrote.

mod constraints;
mod words;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::catalogue::{self, Version};
use crate::document::Code;
use crate::qbxml::ReadError;
use crate::qbxml::validate::{Fault, FaultKind, MOST_FAULTS, Placed, read_placed, validate};
use crate::rules::Diagnostic;
use crate::rules::source::{FileId, Sources, Span};
use crate::xml::to_utf8;

/// What there is to say of one document.
#[derive(Debug, Default)]
pub struct Judged {
    /// How many requests and responses it holds.
    pub messages: usize,
    /// What is wrong with it, in the order of its lines.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether more may be wrong with it than is told.
    pub has_more: bool,
}

/// What the reader says is cut there: it may hold a name that goes on and on.
const LONGEST: usize = 300;

/// Judges a document of qbXML, and adds it to `sources`.
pub fn judge(path: &str, document: &[u8], sources: &mut Sources) -> Judged {
    let document = match to_utf8(document) {
        Ok(document) => document,
        Err(error) => {
            let file = sources.add(path, String::from_utf8_lossy(document));
            return unreadable(file, &ReadError::Encoding { name: error.0 });
        }
    };
    let file = sources.add(path, String::from_utf8_lossy(&document));
    match read_placed(&document) {
        Ok(placed) => Judge { file, placed: &placed }.judged(),
        Err(error) => unreadable(file, &error),
    }
}

fn unreadable(file: FileId, error: &ReadError) -> Judged {
    let at = error.at().map_or(0, |at| at.offset);
    let message = words::cut(&error.without_place(), LONGEST);
    let diagnostic =
        Diagnostic::error(Code::NotQbxml, span(file, &(at..at)), message).help_if(words::mending(error));
    Judged { diagnostics: vec![diagnostic], ..Judged::default() }
}

fn span(file: FileId, bytes: &Range<usize>) -> Span {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: place(bytes.start), end: place(bytes.end) }
}

/// A document that could be read.
struct Judge<'p> {
    file: FileId,
    placed: &'p Placed,
}

impl Judge<'_> {
    fn judged(&self) -> Judged {
        let root = &self.placed.root;
        let mut diagnostics = Vec::new();
        let version = self.version(&mut diagnostics);
        let faults = validate(root, catalogue::root(), version);
        let has_more = faults.len() >= MOST_FAULTS;
        diagnostics
            .extend(faults.iter().filter(|fault| !is_told(fault, &faults)).map(|fault| self.told(fault)));
        diagnostics.extend(self.broken(&faults));
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        Judged {
            messages: root.children().iter().map(|set| set.children().len()).sum(),
            diagnostics,
            has_more,
        }
    }

    /// The version of qbXML that the document names. A request must name one, an answer need not.
    fn version(&self, diagnostics: &mut Vec<Diagnostic>) -> Version {
        let mut instructions = self.placed.instructions.iter();
        let named = instructions.find_map(|(at, text)| Some((at, text.strip_prefix("qbxml")?)));
        let Some((at, text)) = named else {
            if self.placed.root.child("QBXMLMsgsRq").is_some() {
                diagnostics.push(
                    Diagnostic::error(
                        Code::NoQbxmlVersion,
                        self.name("QBXML"),
                        "the version of qbXML is not named",
                    )
                    .help("write `<?qbxml version=\"13.0\"?>` on a line before `<QBXML>`"),
                );
            }
            return Version::NEWEST;
        };
        let quoted = text.split(['"', '\'']).nth(1).unwrap_or_default();
        let number = quoted.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        match number.parse::<Version>() {
            Ok(version) if version >= Version::FIRST && version <= Version::NEWEST => version,
            parsed => {
                let bytes = *at..*at + "<?qbxml?>".len() + text.len();
                diagnostics.push(words::version(span(self.file, &bytes), quoted, parsed.ok()));
                Version::NEWEST
            }
        }
    }

    /// Where the name of an element stands.
    fn name(&self, path: &str) -> Span {
        span(self.file, &self.placed.find(path).0)
    }

    fn told(&self, fault: &Fault) -> Diagnostic {
        let (name, inside) = self.placed.find(&fault.path);
        let is_of_value = words::is_of_value(&fault.kind) && !inside.is_empty();
        words::told(fault, span(self.file, if is_of_value { &inside } else { &name }))
    }

    /// What QuickBooks asks beyond its schema of each request that is valid.
    fn broken(&self, faults: &[Fault]) -> Vec<Diagnostic> {
        let Some(set) = self.placed.root.child("QBXMLMsgsRq") else { return Vec::new() };
        let message = |path: &str| path.split('/').nth(2).map(|step| step.trim_end_matches("[1]").to_owned());
        let with_faults: HashSet<String> = faults.iter().filter_map(|fault| message(&fault.path)).collect();
        let (mut broken, mut seen) = (Vec::new(), HashMap::<&str, usize>::new());
        for request in set.children() {
            let nth = seen.entry(&request.name).or_default();
            *nth += 1;
            let step = format!("{}[{nth}]", request.name);
            if broken.len() < MOST_FAULTS && !with_faults.contains(step.trim_end_matches("[1]")) {
                let place = |at: &str| self.name(&format!("QBXML/QBXMLMsgsRq/{step}/{at}"));
                broken.extend(request.children().iter().flat_map(|body| constraints::broken(body, &place)));
            }
        }
        broken
    }
}

/// Whether a fault is told by another one already: an element that is misspelt is missing too.
fn is_told(fault: &Fault, faults: &[Fault]) -> bool {
    let missing = match &fault.kind {
        FaultKind::Missing { child } => std::slice::from_ref(child),
        FaultKind::MissingOneOf { children } => children,
        _ => return false,
    };
    faults.iter().any(|other| {
        matches!(other.kind, FaultKind::Unknown { .. })
            && other.path.rsplit_once('/').is_some_and(|(parent, _)| parent == fault.path)
            && words::meant(other).is_some_and(|meant| missing.contains(&meant))
    })
}
