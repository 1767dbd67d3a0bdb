//! What a request would change in a record.

use rust_decimal::Decimal;

use super::NodeRef;
use super::index::fold_case;

/// One element as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The element's name in the request.
    pub name: String,
    /// A leaf's text; `None` for an element that holds elements.
    pub text: Option<String>,
    /// The elements inside.
    pub children: Vec<Wanted>,
}

impl Wanted {
    /// An element with text.
    pub fn leaf(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: Some(text.into()), children: Vec::new() }
    }

    /// An element that holds elements.
    pub fn group(name: impl Into<String>, children: Vec<Wanted>) -> Self {
        Self { name: name.into(), text: None, children }
    }

    /// What a request that is already written wants.
    pub fn from_node(node: NodeRef<'_>) -> Self {
        match node.text() {
            Some(text) => Self::leaf(node.name(), text),
            None => Self::group(node.name(), node.children().map(Self::from_node).collect()),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.children.iter().find(|child| child.name == name)?.text.as_deref()
    }

    /// True for an element that points to another record by id or full name.
    fn is_reference(&self) -> bool {
        !self.children.is_empty()
            && self.children.iter().all(|child| matches!(&*child.name, "ListID" | "FullName"))
    }
}

/// The element by which `QuickBooks` knows a line of a transaction.
pub const LINE_ID: &str = "TxnLineID";

/// How two values of an element are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compare {
    /// Character by character; only CR LF and LF are the same.
    #[default]
    Exact,
    /// Money: by value, so `1.5` is `1.50`.
    Amount,
    /// Prices, quantities, percentages: by value.
    Number,
    /// A day: `2026-1-5` is `2026-01-05`.
    Date,
    /// `true` is `1`, `false` is `0`.
    Bool,
    /// Without regard to case.
    NoCase,
    /// An address as it is printed: `QuickBooks` keeps one text, and takes it apart again itself.
    Printed,
}

impl Compare {
    /// True if the two texts are the same value. Text that is no such value is compared exactly.
    pub fn is_same(self, a: &str, b: &str) -> bool {
        if a == b {
            return true;
        }
        let by_value = match self {
            Self::Exact => None,
            Self::Amount | Self::Number => number(a).zip(number(b)).map(|(a, b)| a == b),
            Self::Date => day(a).zip(day(b)).map(|(a, b)| a == b),
            Self::Bool => truth(a).zip(truth(b)).map(|(a, b)| a == b),
            Self::NoCase => Some(fold_case(a) == fold_case(b)),
            Self::Printed => Some(words(a).eq(words(b))),
        };
        by_value.unwrap_or_else(|| a.replace("\r\n", "\n") == b.replace("\r\n", "\n"))
    }
}

/// The words of an address, whatever lines and commas are between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| it == ',' || it.is_whitespace()).filter(|word| !word.is_empty())
}

fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).ok()
}

fn day(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.trim().splitn(3, '-').map(|part| part.parse().ok());
    Some([parts.next()??, parts.next()??, parts.next()??])
}

fn truth(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// One difference between what is wanted and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The element's path below the record; repeated elements are numbered from 1 (`Line[2]/Desc`).
    pub path: String,
    /// What is there; `None` if the element is missing.
    pub before: Option<String>,
    /// What is wanted; `None` if the element shall go.
    pub after: Option<String>,
}

/// What has to change in `record` to become what is wanted, in the order of the request.
///
/// Only what is wanted is compared: an element that `wanted` does not mention stays as it is, with
/// one exception. Elements whose name ends in `Add` or `Mod` (the lines of a transaction, `...Ret`
/// in the record) stand for all of their kind: a line that the record has beyond them is a change to nothing. Lines
/// with a `TxnLineID` are compared with the line of that id, and say nothing of others.
///
/// `kind` says how the element at a path is compared; the path has no numbers (`Line/Desc`). An aggregate is
/// compared leaf by leaf, unless it is [printed](Compare::Printed): then as a whole. A missing
/// element counts as empty, and one that is wanted empty shall go. A reference is the same if the `ListID` is, or else the `FullName`
/// whatever its case, and is reported as one change.
///
/// ```
/// # use ferrule::qbxml::{Compare, Record, Wanted, changes};
/// let record = Record::from_xml("<ItemRet><Price>1.50</Price><Desc>old</Desc></ItemRet>")?;
/// let wanted = Wanted::group("ItemMod", vec![Wanted::leaf("Price", "1.5"), Wanted::leaf("Desc", "new")]);
/// let kind = |path: &str| if path == "Price" { Compare::Number } else { Compare::Exact };
/// let changes = changes(&wanted, record.root(), &kind);
/// assert_eq!(changes.len(), 1);
/// assert_eq!((changes[0].path.as_str(), changes[0].after.as_deref()), ("Desc", Some("new")));
/// # Ok::<(), ferrule::qbxml::ReadError>(())
/// ```
pub fn changes(wanted: &Wanted, record: NodeRef<'_>, kind: &dyn Fn(&str) -> Compare) -> Vec<Change> {
    let mut comparison = Comparison { kind, changes: Vec::new() };
    comparison.children(wanted, Some(record), &Path::default());
    comparison.changes
}

/// A path as the caller knows it, and with numbers for people.
#[derive(Debug, Clone, Default)]
struct Path {
    plain: String,
    shown: String,
}

impl Path {
    fn join(&self, name: &str, number: Option<usize>) -> Self {
        let join = |path: &str| {
            if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
        };
        let mut shown = join(&self.shown);
        if let Some(number) = number {
            shown = format!("{shown}[{number}]");
        }
        Self { plain: join(&self.plain), shown }
    }
}

struct Comparison<'a> {
    kind: &'a dyn Fn(&str) -> Compare,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    fn children(&mut self, wanted: &Wanted, node: Option<NodeRef<'_>>, path: &Path) {
        for (position, child) in wanted.children.iter().enumerate() {
            let same_name = |other: &&Wanted| other.name == child.name;
            let nth = wanted.children.iter().take(position).filter(same_name).count();
            let total = wanted.children.iter().filter(same_name).count();
            let there: Vec<_> = node.map(|node| counterparts(node, &child.name)).unwrap_or_default();
            // A line is compared with the same line, wherever it stands.
            let id = child.get(LINE_ID).filter(|_| there.iter().any(|line| line.get(LINE_ID).is_some()));
            let own = match id {
                Some(_) => there.iter().find(|line| line.get(LINE_ID) == id).copied(),
                None => there.get(nth).copied(),
            };
            let is_repeated = total > 1 || stands_for_all(&child.name) && there.len() > 1;
            let child_path = path.join(&child.name, is_repeated.then_some(nth + 1));
            if child.text.is_none() && (self.kind)(&child_path.plain) == Compare::Printed {
                self.printed(child, node, &child_path);
                continue;
            }
            self.element(child, own, &child_path);
            if nth + 1 == total && id.is_none() && stands_for_all(&child.name) {
                for (index, extra) in there.iter().enumerate().skip(total) {
                    let path = path.join(&child.name, Some(index + 1));
                    self.push(&path, Some(summary(*extra)), None);
                }
            }
        }
    }

    fn element(&mut self, wanted: &Wanted, node: Option<NodeRef<'_>>, path: &Path) {
        if wanted.is_reference() {
            self.reference(wanted, node, path);
        } else if let Some(text) = &wanted.text {
            let before = node.and_then(NodeRef::text);
            if !(self.kind)(&path.plain).is_same(before.unwrap_or_default(), text) {
                // An empty element is how a request takes a value away.
                let after = Some(text.clone()).filter(|text| !text.is_empty());
                self.push(path, before.map(str::to_owned), after);
            }
        } else {
            self.children(wanted, node, path);
        }
    }

    /// An address. Beside the one that was taken apart, records have it as it is printed.
    fn printed(&mut self, wanted: &Wanted, node: Option<NodeRef<'_>>, path: &Path) {
        let printed = node.and_then(|node| node.child(&format!("{}Block", wanted.name)));
        let there = printed.or_else(|| node.and_then(|node| node.child(&wanted.name)));
        let parts = wanted.children.iter().map(|part| (part.name.as_str(), part.text.as_deref()));
        let after = as_printed(parts);
        let before = there.map(|there| as_printed(there.children().map(|part| (part.name(), part.text()))));
        if !Compare::Printed.is_same(before.as_deref().unwrap_or_default(), &after) {
            let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
            self.push(path, filled(before), filled(Some(after)));
        }
    }

    fn reference(&mut self, wanted: &Wanted, node: Option<NodeRef<'_>>, path: &Path) {
        let there = |name| node.and_then(|node| node.get(name));
        let is_same = match (wanted.get("ListID"), there("ListID")) {
            (Some(wanted), Some(there)) => wanted == there,
            _ => match (wanted.get("FullName"), there("FullName")) {
                (Some(wanted), Some(there)) => Compare::NoCase.is_same(wanted, there),
                (wanted, there) => {
                    wanted.unwrap_or_default().is_empty() && there.unwrap_or_default().is_empty()
                }
            },
        };
        if !is_same {
            let before = there("FullName").or_else(|| there("ListID")).map(str::to_owned);
            let after = wanted.get("FullName").or_else(|| wanted.get("ListID")).map(str::to_owned);
            self.push(path, before, after);
        }
    }

    fn push(&mut self, path: &Path, before: Option<String>, after: Option<String>) {
        self.changes.push(Change { path: path.shown.clone(), before, after });
    }
}

/// An address in one line. City, state and postal code make one line of it; a note is not printed.
pub fn as_printed<'p>(parts: impl Iterator<Item = (&'p str, Option<&'p str>)>) -> String {
    let parts: Vec<(&str, &str)> = parts
        .filter(|(name, _)| *name != "Note")
        .filter_map(|(name, text)| Some((name, text.map(str::trim).filter(|text| !text.is_empty())?)))
        .collect();
    let mut printed = String::new();
    for (index, (name, text)) in parts.iter().enumerate() {
        let is_after_state =
            *name == "PostalCode" && index > 0 && parts.get(index - 1).is_some_and(|it| it.0 == "State");
        let between = if printed.is_empty() {
            ""
        } else if is_after_state {
            " "
        } else {
            ", "
        };
        printed.push_str(between);
        printed.push_str(text);
    }
    printed
}

/// The record's elements that a request's element of this name is about.
fn counterparts<'a>(node: NodeRef<'a>, name: &str) -> Vec<NodeRef<'a>> {
    let Some(stem) = request_stem(name) else { return node.children_named(name).collect() };
    // What was sent before may have been another message.
    let names = ["Ret", "Mod", "Add"].map(|ending| format!("{stem}{ending}"));
    let is_it = |child: &NodeRef<'_>| names.iter().any(|name| name == child.name());
    node.children().filter(is_it).collect()
}

fn request_stem(name: &str) -> Option<&str> {
    name.strip_suffix("Add").or_else(|| name.strip_suffix("Mod"))
}

fn stands_for_all(name: &str) -> bool {
    request_stem(name).is_some()
}

/// A record's element in one line: its leaves' texts without ids.
fn summary(node: NodeRef<'_>) -> String {
    if let Some(text) = node.text() {
        return text.to_owned();
    }
    let children = node.children().filter(|child| !child.name().ends_with("ID"));
    let texts: Vec<_> = children.map(summary).filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}
