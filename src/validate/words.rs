//! What is said of a fault: its code, the reason, and how to mend it.

use crate::catalogue::{self, Element, Version};
use crate::document::{Code, nearest};
use crate::qbxml::ReadError;
use crate::qbxml::validate::{Fault, FaultKind};
use crate::rules::Diagnostic;
use crate::rules::source::Span;

/// Of a longer text the beginning is shown.
const SHOWN: usize = 60;

/// A longer name is no slip of another one.
const LONGEST_NAME: usize = 60;

/// A fault at its place.
pub fn told(fault: &Fault, span: Span) -> Diagnostic {
    let (code, message) = said(fault);
    Diagnostic::error(code, span, message).label(reason(&fault.kind)).help_if(fix(fault))
}

/// Whether a fault is about what an element holds, and not about the element.
pub fn is_of_value(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::WrongType { .. }
            | FaultKind::TooLong { .. }
            | FaultKind::NotAllowed { .. }
            | FaultKind::OutOfBounds { .. }
    )
}

/// The name that an unknown element was meant to have, if one is near.
pub fn meant(fault: &Fault) -> Option<&'static str> {
    let (parent, name) = fault.path.rsplit_once('/').unwrap_or(("", &fault.path));
    let name = without_number(name);
    if name.len() > LONGEST_NAME {
        return None;
    }
    if parent.is_empty() {
        return nearest(name, ["QBXML"]);
    }
    nearest(name, element(parent)?.children().map(|child| child.element.name()))
}

/// The element of the catalogue at a path of a document.
fn element(path: &str) -> Option<Element> {
    path.split('/').skip(1).try_fold(catalogue::root(), |element, step| element.child(without_number(step)))
}

fn without_number(step: &str) -> &str {
    step.split_once('[').map_or(step, |(name, _)| name)
}

fn name_of(path: &str) -> String {
    shown(without_number(path.rsplit('/').next().unwrap_or(path)))
}

fn parent_of(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(parent, _)| name_of(parent))
}

fn shown(text: &str) -> String {
    cut(text, SHOWN)
}

/// A text as it can be shown: a longer one is cut, and nothing in it moves the cursor.
pub fn cut(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

fn said(fault: &Fault) -> (Code, String) {
    let (name, parent) = (name_of(&fault.path), parent_of(&fault.path));
    let kind = &fault.kind;
    match kind {
        FaultKind::Unknown { parent: Some(parent) } => {
            (Code::UnknownElement, format!("`{parent}` has no element `{name}`"))
        }
        FaultKind::Unknown { parent: None } => {
            (Code::UnknownElement, format!("`{name}` is not the beginning of qbXML"))
        }
        FaultKind::Missing { child } => {
            (Code::RequiredElementMissing, format!("`{child}` is missing in `{name}`"))
        }
        FaultKind::MissingOneOf { .. } => (Code::NoneOfSeveral, format!("{kind} in `{name}`")),
        FaultKind::OutOfOrder { after } => (Code::OutOfOrder, format!("`{name}` belongs before `{after}`")),
        FaultKind::TooMany { .. } => (Code::TooMany, format!("`{name}` {kind}")),
        FaultKind::Excluded { by } => {
            (Code::ExcludeEachOther, format!("`{name}` cannot stand in `{parent}` together with `{by}`"))
        }
        FaultKind::TooNew { .. } => (Code::TooNew, format!("`{name}` {kind}")),
        FaultKind::Abroad => (Code::InNoEdition, format!("{kind}: `{name}`")),
        FaultKind::NotAValue => (Code::ElementsForValue, format!("`{name}` {kind}")),
        FaultKind::NotElements => (Code::ValueForElements, format!("`{name}` {kind}")),
        FaultKind::WrongType { text, .. } => {
            (Code::DoesNotFitElement, format!("`{}` does not fit `{name}`", shown(text)))
        }
        FaultKind::TooLong { .. } => (Code::ValueTooLong, format!("`{name}` has {kind}")),
        FaultKind::NotAllowed { text, .. } => {
            (Code::NoValueOfElement, format!("`{}` is none of the values of `{name}`", shown(text)))
        }
        FaultKind::OutOfBounds { .. } => (Code::DoesNotFitElement, format!("`{name}`: {kind}")),
        FaultKind::Unwritable { .. } => (Code::NotQbxml, format!("`{name}` {kind}")),
        FaultKind::UnknownAttribute { .. }
        | FaultKind::MissingAttribute { .. }
        | FaultKind::Attribute { .. } => (Code::WrongAttribute, format!("`{name}`: {kind}")),
    }
}

/// The words beside the place.
fn reason(kind: &FaultKind) -> String {
    match kind {
        FaultKind::WrongType { data_type, .. } => data_type.phrase().to_owned(),
        FaultKind::OutOfOrder { .. } => "the order of elements is fixed".to_owned(),
        _ => String::new(),
    }
}

/// How to mend a fault.
fn fix(fault: &Fault) -> Option<String> {
    let name = name_of(&fault.path);
    Some(match &fault.kind {
        FaultKind::Unknown { .. } => match meant(fault) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if !fault.path.contains('/') => "a document of qbXML begins with `<QBXML>`".to_owned(),
            None => elsewhere(&fault.path)?,
        },
        FaultKind::Missing { child } => place_of(&fault.path, child)?,
        FaultKind::MissingOneOf { .. } => "write one of them".to_owned(),
        FaultKind::OutOfOrder { after } => format!("move `{name}` up, before the first `{after}`"),
        FaultKind::NotElements => {
            let first = element(&fault.path)?
                .children()
                .map(|child| child.element.name())
                .find(|it| *it != "ListID")?;
            format!(
                "write the value in an element of its own, such as `<{name}><{first}>...</{first}></{name}>`"
            )
        }
        FaultKind::TooMany { .. } => "take out those that are too many".to_owned(),
        FaultKind::Excluded { by } => format!("keep either `{name}` or `{by}`"),
        FaultKind::TooNew { since, .. } => {
            format!(
                "write `<?qbxml version=\"{since}\"?>` if your QuickBooks takes it, or leave `{name}` out"
            )
        }
        FaultKind::NotAllowed { text, values } => one_of(text, values),
        FaultKind::TooLong { max, .. } => format!("shorten it to {max} characters"),
        FaultKind::MissingAttribute { name: "onError" } => {
            "write `onError=\"stopOnError\"` or `onError=\"continueOnError\"` in this tag".to_owned()
        }
        FaultKind::UnknownAttribute { name: attribute } => {
            let known = element(&fault.path)?.attributes().iter().map(|known| known.name);
            format!("did you mean `{}`?", nearest(attribute, known)?)
        }
        FaultKind::Attribute { kind, .. } => match kind.as_ref() {
            FaultKind::NotAllowed { text, values } => one_of(text, values),
            _ => return None,
        },
        _ => return None,
    })
}

/// Where an element stands that is not known here, if there is one place for it near by: inside a sibling, or further out.
fn elsewhere(path: &str) -> Option<String> {
    let (parent, name) = path.rsplit_once('/')?;
    let (element, name) = (element(parent)?, without_number(name));
    let inner = element.children().find(|child| child.element.child(name).is_some());
    if let Some(inner) = inner {
        return Some(format!("`{name}` stands inside `{}`", inner.element.name()));
    }
    let (outer, _) = parent.rsplit_once('/')?;
    let outer = self::element(outer).filter(|outer| outer.child(name).is_some())?;
    Some(format!("`{name}` stands one level further out, in `{}`", outer.name()))
}

/// After which of its siblings a missing element stands.
fn place_of(path: &str, child: &str) -> Option<String> {
    let parent = element(path)?;
    let before = parent.rank(child)?.checked_sub(1).and_then(|rank| parent.children().nth(rank));
    Some(match before {
        Some(before) => format!(
            "write it behind `{}`, or behind the last element that comes before that",
            before.element.name()
        ),
        None => format!("write it as the first element of `{}`", parent.name()),
    })
}

fn one_of(text: &str, values: &[&'static str]) -> String {
    let near = if text.len() > LONGEST_NAME { None } else { nearest(text.trim(), values.iter().copied()) };
    if let Some(near) = near {
        return format!("did you mean `{near}`?");
    }
    let mut all: Vec<String> = values.iter().take(12).map(|value| format!("`{value}`")).collect();
    all.extend((values.len() > 12).then(|| "…".to_owned()));
    format!("write one of {}", all.join(", "))
}

/// A version of qbXML that the catalogue does not describe.
pub fn version(span: Span, named: &str, parsed: Option<Version>) -> Diagnostic {
    let help = "write `<?qbxml version=\"13.0\"?>`: QuickBooks 2014 and all later ones take it";
    let newest = Version::NEWEST;
    match parsed {
        Some(version) if version > newest => Diagnostic::warning(
            Code::NoQbxmlVersion,
            span,
            format!("qbXML {version} is not known here; the document is judged by {newest}"),
        ),
        _ => Diagnostic::error(
            Code::NoQbxmlVersion,
            span,
            format!("`{}` is no version of qbXML", shown(named)),
        ),
    }
    .help(help)
}

/// How to mend a document that cannot be read.
pub fn mending(error: &ReadError) -> Option<String> {
    Some(
        match error {
            ReadError::Empty => "a document of qbXML has one `<QBXML>` with everything in it",
            ReadError::CutOff { .. } => {
                "the file was not written to its end: get it anew, or close the element"
            }
            ReadError::Doctype { .. } => "take the `<!DOCTYPE ...>` out: qbXML needs none",
            ReadError::Entity { .. } => "write `&amp;` for an ampersand, and other characters as they are",
            ReadError::Forbidden { .. } => "take the character out",
            ReadError::TooManyElements { .. } => "cut the document into several",
            ReadError::AfterEnd { .. } => {
                "a document ends with its `</QBXML>`: cut off what follows, or make files of both"
            }
            ReadError::Text { .. } => {
                "text stands in an element of its own; an ampersand or `<` in it is written `&amp;` or `&lt;`"
            }
            _ => return None,
        }
        .to_owned(),
    )
}
