//! Records of an answer that cannot be read as they stand.

use serde::{Deserialize, Serialize};

use super::{Record, first_text};
use crate::catalogue;

/// So much of a record's text is kept, in bytes.
const MAX_RAW: usize = 64 << 10;
/// What stands for a character that could not be read.
pub const UNKNOWN: char = '\u{FFFD}';
/// The longest name, in characters, that is told.
const MAX_NAME: usize = 209;

/// A record of an answer that could not be read as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Flaw {
    /// The record's type, such as `CustomerRet`.
    pub record_type: String,
    /// Its `ListID` or `TxnID`, if that can be read.
    pub id: Option<String>,
    /// Its name or number, if that can be read.
    pub name: Option<String>,
    /// What became of it.
    pub kind: FlawKind,
    /// What is wrong with it, for people.
    pub reason: String,
    /// Its text as it came; of a very long one the beginning.
    pub raw: String,
}

/// What became of a record that could not be read as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlawKind {
    /// It was taken over, with U+FFFD in the place of characters that XML forbids.
    Characters,
    /// It holds what it cannot hold. It was set aside: nothing of it was taken over.
    Content,
    /// Its elements do not fit together. It was set aside as well.
    Broken,
}

impl FlawKind {
    /// Its name, as it is stored and printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Content => "content",
            Self::Broken => "broken",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Characters, Self::Content, Self::Broken].into_iter().find(|kind| kind.name() == name)
    }

    /// Whether nothing of it was taken over.
    pub fn is_set_aside(self) -> bool {
        self != Self::Characters
    }
}

impl Flaw {
    /// A record that was taken over, though not as it stands.
    pub(super) fn of(record: &Record, kind: FlawKind, reason: String, raw: &str) -> Self {
        let id = record.id().filter(|id| is_id(id));
        let name = record.full_name().or_else(|| record.get("RefNumber"));
        Self {
            record_type: record.name().to_owned(),
            id: id.map(str::to_owned),
            name: name.map(shown).filter(|name| !name.is_empty()),
            kind,
            reason,
            raw: bounded(raw),
        }
    }

    /// A record without the id that such a record has; nothing for any other.
    pub fn without_id(record: &Record) -> Option<Self> {
        let element = catalogue::record(record.name()).filter(|_| record.id().is_none())?;
        let id = ["ListID", "TxnID"].into_iter().find(|id| element.child(id).is_some())?;
        Some(Self::of(record, FlawKind::Content, format!("it has no {id}"), &record.to_xml()))
    }

    /// A record whose structure is broken: what stands at its beginning is as it should be, most often.
    pub(super) fn broken(record_type: &str, reason: String, raw: &str) -> Self {
        let leaves = leading_leaves(raw);
        let text = |names: &[&str]| {
            let found = names.iter().find_map(|name| leaves.iter().find(|leaf| leaf.0 == *name));
            found.map(|(_, text)| unescaped(text))
        };
        let name = text(&["FullName", "Name"]).or_else(|| first_text(raw, "RefNumber").map(unescaped));
        Self {
            record_type: record_type.to_owned(),
            id: text(&["ListID", "TxnID"]).filter(|id| is_id(id)),
            name: name.as_deref().map(shown).filter(|name| !name.is_empty()),
            kind: FlawKind::Broken,
            reason,
            raw: bounded(raw),
        }
    }

    /// What people call it: `Customer "Apex" (80000012-1767225618)`.
    pub fn label(&self) -> String {
        let kind = self.record_type.trim_end_matches("Ret");
        match (&self.name, &self.id) {
            (Some(name), Some(id)) => format!("{kind} \"{name}\" ({id})"),
            (Some(name), None) => format!("{kind} \"{name}\""),
            (None, Some(id)) => format!("{kind} {id}"),
            (None, None) => format!("{kind} without an id that can be read"),
        }
    }

    /// Whether it may be the record with this value of an element. What cannot be read may be anything.
    pub fn may_have(&self, element: &str, value: &str) -> bool {
        let leaf = element.rsplit('/').next().unwrap_or(element);
        let leaves = leading_leaves(&self.raw);
        let names: &[&str] = if leaf == "FullName" { &["FullName", "Name"] } else { &[leaf] };
        let direct = names.iter().find_map(|name| leaves.iter().find(|it| it.0 == *name)).map(|it| it.1);
        let found = direct.or_else(|| names.iter().find_map(|name| first_text(&self.raw, name)));
        match found {
            Some(text) => is_like(&unescaped(text), value),
            // An element that is not in its text may have been there all the same, if its end is not there either.
            None => {
                self.kind == FlawKind::Broken || self.kind.is_set_aside() && self.raw.len() >= MAX_RAW - 4
            }
        }
    }

    /// Whether its text holds this, whatever the case: a mark, say.
    pub fn mentions(&self, text: &str) -> bool {
        self.raw.to_lowercase().contains(&text.to_lowercase())
    }
}

/// Whether a text is fit to be an id.
pub(super) fn is_id(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 36 && !text.contains(UNKNOWN)
}

/// Whether a text may be the value, with any character or none in the place of each that is unknown.
fn is_like(text: &str, value: &str) -> bool {
    let (text, value) = (text.trim().to_lowercase(), value.trim().to_lowercase());
    let mut parts = text.split(UNKNOWN);
    let Some(mut rest) = parts.next().and_then(|first| value.strip_prefix(first)) else { return false };
    let (mut is_exact, mut last) = (true, "");
    for part in parts {
        (is_exact, last) = (false, part);
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.is_empty() || !is_exact && value.ends_with(last)
}

/// The elements with a value at the beginning of a record, each with its text as it stands there.
fn leading_leaves(raw: &str) -> Vec<(&str, &str)> {
    let mut leaves = Vec::new();
    let Some((_, mut rest)) = raw.split_once('>') else { return leaves };
    while let Some((name, behind)) = rest.trim_start().strip_prefix('<').and_then(|tag| tag.split_once('>')) {
        let Some((text, behind)) = behind.split_once("</") else { break };
        let Some(behind) = behind.strip_prefix(name).and_then(|it| it.trim_start().strip_prefix('>')) else {
            break;
        };
        if text.contains('<') {
            break;
        }
        leaves.push((name, text));
        rest = behind;
    }
    leaves
}

/// The text that an escaped one stands for; references that stand for nothing become U+FFFD.
fn unescaped(text: &str) -> String {
    super::mend::unescaped(text).unwrap_or_else(|| text.to_owned())
}

fn shown(name: &str) -> String {
    name.trim().chars().take(MAX_NAME).collect()
}

fn bounded(raw: &str) -> String {
    let mut end = raw.len().min(MAX_RAW);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    raw.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKEN: &str =
        "<CustomerRet>\n<ListID>80-1</ListID><Name>R&amp;D&#x19;s</Name><Notes>a & b</Notes></CustomerRet>";

    #[test]
    fn a_broken_record_is_called_by_what_can_be_read() {
        let flaw = Flaw::broken("CustomerRet", String::new(), BROKEN);
        assert_eq!(flaw.label(), "Customer \"R&D\u{FFFD}s\" (80-1)");
        let flaw = Flaw::broken(
            "CustomerRet",
            String::new(),
            "<CustomerRet><ParentRef><ListID>80-2</ListID></ParentRef>",
        );
        assert_eq!(flaw.label(), "Customer without an id that can be read");
    }

    #[test]
    fn what_cannot_be_read_may_be_anything() {
        let flaw = Flaw::broken("CustomerRet", String::new(), BROKEN);
        assert!(flaw.may_have("FullName", "r&d's") && flaw.may_have("FullName", "R&Ds"));
        assert!(!flaw.may_have("FullName", "R&D"));
        assert!(flaw.may_have("RefNumber", "17"), "it may have had one");
        let bill = Record::from_xml("<BillRet><TxnID>1</TxnID><RefNumber>17</RefNumber></BillRet>").unwrap();
        let flaw = Flaw::of(&bill, FlawKind::Content, String::new(), &bill.to_xml());
        assert!(
            flaw.may_have("RefNumber", "17")
                && !flaw.may_have("RefNumber", "18")
                && !flaw.may_have("Memo", "x")
        );
    }

    #[test]
    fn a_record_without_its_id_is_flawed_and_one_that_never_has_any_is_not() {
        let flaw = |xml: &str| Flaw::without_id(&Record::from_xml(xml).unwrap()).map(|flaw| flaw.reason);
        assert_eq!(flaw("<CustomerRet><Name>A</Name></CustomerRet>").as_deref(), Some("it has no ListID"));
        assert_eq!(flaw("<InvoiceRet></InvoiceRet>").as_deref(), Some("it has no TxnID"));
        assert_eq!(flaw("<InvoiceRet><TxnID>1</TxnID></InvoiceRet>"), None);
        assert_eq!(flaw("<HostRet></HostRet>"), None);
    }

    #[test]
    fn a_mark_is_found_whatever_its_case() {
        let flaw = Flaw::broken("BillRet", String::new(), "<BillRet><ExternalGUID>{AB}</ExternalGUID>");
        assert!(flaw.mentions("{ab}") && !flaw.mentions("{ac}"));
    }
}
