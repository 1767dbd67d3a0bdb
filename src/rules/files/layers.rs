//! Layers: a later one keeps only its differences.

use super::field_file::FIELD_KEYS;
use super::yaml::{Entry, Kind, Node};
use crate::document::Code;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::suggest::did_you_mean;

/// Adds to what the layers below have, instead of replacing it.
pub(super) const APPEND: &str = "append";
/// Replaces what the layers below have, and says that it is meant.
pub(super) const REPLACE: &str = "replace";

/// What stands at a place of a file: that decides how two layers are joined there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Keys that mean what they say.
    Keys,
    /// The keys of an object's file, or of a part of it that has `fields`.
    Object,
    /// Elements of a request, each with a value or with elements of its own.
    Elements,
}

impl Place {
    /// What a file holds.
    pub fn of_file(name: &str) -> Self {
        let is_object = !name.contains('/') && !matches!(name, "ruleset.yaml" | "settings.yaml");
        if is_object { Self::Object } else { Self::Keys }
    }

    /// What stands below a key.
    fn below(self, key: &str) -> Self {
        match (self, key) {
            // What an import fills are fields of a document.
            (Self::Keys, _) | (_, "for" | "let") | (Self::Object, "import") => Self::Keys,
            (Self::Object, "fields" | "confirm") | (Self::Elements, _) => Self::Elements,
            (Self::Object, _) => Self::Object,
        }
    }
}

/// The base with the differences of a later layer: mappings merge key by key, lists whose members
/// all have an `id` merge by it, everything else is replaced. What is new comes first, because the
/// first that applies decides where order matters. What stands there in another form for the same is joined as if both
/// had one form.
pub fn merge(base: Node, over: Node, place: Place, diagnostics: &mut Diagnostics) -> Node {
    let (base, over) = if place == Place::Elements { of_one_form(base, over) } else { (base, over) };
    if place == Place::Elements && over.sole(APPEND).is_some() {
        return appended(base, over);
    }
    if place == Place::Elements && over.sole(REPLACE).is_some() {
        return over;
    }
    let over_span = over.span;
    let kind = match (base.kind, over.kind) {
        (Kind::Map(base), Kind::Map(over)) => Kind::Map(merge_maps(base, over, place, diagnostics)),
        // What a layer between has added stays, and what is said of the line is said of the base's own, the first.
        (Kind::List(mut lines), over @ Kind::Map(_)) if place == Place::Elements && !lines.is_empty() => {
            let first = lines.remove(0);
            lines.insert(0, merge(first, Node { span: over_span, kind: over }, place, diagnostics));
            Kind::List(lines)
        }
        (Kind::List(base), Kind::List(over)) if by_id(&base) && by_id(&over) => {
            Kind::List(merge_lists(base, over, place, diagnostics))
        }
        (_, over) => over,
    };
    Node { span: over_span, kind }
}

fn merge_maps(
    mut base: Vec<Entry>,
    over: Vec<Entry>,
    place: Place,
    diagnostics: &mut Diagnostics,
) -> Vec<Entry> {
    let mut new = Vec::new();
    for entry in over {
        let Some(known) = base.iter_mut().find(|known| known.key == entry.key) else {
            if place == Place::Elements && entry.value.is_null() && is_element(&entry.key) {
                diagnostics.push(nothing_to_remove(&entry, &base));
            }
            new.push(entry);
            continue;
        };
        // An id that the layers below have is theirs, wherever it is said again.
        if key_is_id(&entry, known) {
            continue;
        }
        let Entry { value: below, .. } = known.clone();
        if place == Place::Elements {
            tell_lost_lines(&below, &entry, diagnostics);
        }
        let Entry { key, key_span, value } = entry;
        // Loops belong together: those of a layer are instead of the base's, not inside them.
        let value = if key == "for" { value } else { merge(below, value, place.below(&key), diagnostics) };
        // What is told of the key is told where it was written last.
        *known = Entry { key, key_span, value };
    }
    new.extend(base);
    new
}

fn merge_lists(
    mut base: Vec<Node>,
    over: Vec<Node>,
    place: Place,
    diagnostics: &mut Diagnostics,
) -> Vec<Node> {
    let mut new = Vec::new();
    for node in over {
        match base.iter_mut().find(|known| id(known) == id(&node)) {
            Some(known) => *known = merge(known.clone(), node, place, diagnostics),
            None => new.push(node),
        }
    }
    new.extend(base);
    new
}

/// A value alone is short for `{ value: ... }`: where one layer writes the one and one the other, both become the long form.
fn of_one_form(base: Node, over: Node) -> (Node, Node) {
    if base.is_value() && over.is_treated() {
        return (long_form(base), over);
    }
    if over.is_value() && base.is_treated() {
        return (base, long_form(over));
    }
    (base, over)
}

fn long_form(value: Node) -> Node {
    let span = value.span;
    Node { span, kind: Kind::Map(vec![Entry { key: "value".to_owned(), key_span: span, value }]) }
}

/// The base's values, and those of `append` after them.
fn appended(base: Node, over: Node) -> Node {
    let span = over.span;
    let mut all = match base.kind {
        Kind::List(members) => members,
        _ if base.is_null() => Vec::new(),
        kind => vec![Node { span: base.span, kind }],
    };
    match over.into_sole() {
        Some(Node { kind: Kind::List(members), .. }) => all.extend(members),
        added => all.extend(added),
    }
    Node { span, kind: Kind::List(all) }
}

/// A list in the place of elements of the base: what the base wrote would be gone without a word.
fn tell_lost_lines(base: &Node, over: &Entry, diagnostics: &mut Diagnostics) {
    let lost = match &base.kind {
        Kind::List(members) => members.len(),
        Kind::Map(entries) => usize::from(entries.iter().any(|entry| is_element(&entry.key))),
        Kind::Scalar { .. } => 0,
    };
    if lost == 0 || !matches!(over.value.kind, Kind::List(_)) {
        return;
    }
    let key = &over.key;
    let message = format!("this list replaces all that the layers below write for {key}");
    let help = format!(
        "to add to them, write `{key}: {{ {APPEND}: [...] }}`; if they are to go, write `{key}: {{ {REPLACE}: [...] }}`"
    );
    diagnostics.push(Diagnostic::warning(Code::LinesLost, over.key_span, message).help(help));
}

fn key_is_id(entry: &Entry, known: &Entry) -> bool {
    entry.key == "id" && entry.value.scalar().is_some() && entry.value.scalar() == known.value.scalar()
}

fn nothing_to_remove(entry: &Entry, base: &[Entry]) -> Diagnostic {
    let message = format!("the layers below do not write {}, so there is nothing to remove", entry.key);
    let help = did_you_mean(&entry.key, base.iter().map(|known| known.key.as_str()))
        .unwrap_or_else(|| "take it out".to_owned());
    Diagnostic::warning(Code::NothingToRemove, entry.key_span, message).help(help)
}

fn is_element(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_uppercase())
}

impl Node {
    /// Whether it is a single value that is there.
    fn is_value(&self) -> bool {
        matches!(self.kind, Kind::Scalar { .. }) && !self.is_null()
    }

    /// Whether it says how a value is treated: `value`, `overflow` and the like, and no elements.
    fn is_treated(&self) -> bool {
        let treats = |entry: &Entry| {
            !matches!(entry.key.as_str(), "fields" | APPEND | REPLACE)
                && FIELD_KEYS.contains(&entry.key.as_str())
        };
        self.entries().is_some_and(|entries| !entries.is_empty() && entries.iter().all(treats))
    }

    /// The value of a key, if it is the only one.
    fn sole(&self, key: &str) -> Option<&Self> {
        match self.entries()? {
            [only] if only.key == key => Some(&only.value),
            _ => None,
        }
    }

    /// The value of the only key.
    fn into_sole(self) -> Option<Self> {
        match self.kind {
            Kind::Map(entries) => entries.into_iter().next().map(|entry| entry.value),
            _ => None,
        }
    }
}

fn by_id(list: &[Node]) -> bool {
    list.iter().all(|node| id(node).is_some())
}

fn id(node: &Node) -> Option<&str> {
    node.get("id")?.scalar()
}
