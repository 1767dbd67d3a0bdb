//! A record's values taken over into a document's JSON; all else in it stays to the byte.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::str::FromStr as _;

use rust_decimal::Decimal;

use crate::document::{entries, members};
use crate::engine::ImportedValue;

/// A field of a document that QuickBooks has otherwise.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct FieldUpdate {
    /// The way to it, such as `billToAddress.address`; `contacts[+]` is a new member of a list.
    pub field: String,
    /// What the document has; nothing if it has no such field.
    pub old: Option<String>,
    /// What the record has.
    pub new: String,
}

/// Collects what is taken over.
#[derive(Debug)]
pub struct Merge<'t> {
    /// What is different.
    pub updates: Vec<FieldUpdate>,
    /// What the record said when it and the document agreed last.
    then: Option<&'t ImportedValue>,
    /// Fields of members of lists that stay: `contacts.phone`.
    own: BTreeSet<String>,
    /// Only what is empty is filled.
    fills_only: bool,
}

impl<'t> Merge<'t> {
    /// One that replaces what is there, or only fills what is empty.
    pub fn new(overwrites: bool) -> Self {
        Self { updates: Vec::new(), then: None, own: BTreeSet::new(), fills_only: !overwrites }
    }

    /// The same, knowing what the record said when it and the document agreed last: a value of a member of a
    /// list that was not the record's then is the member's own, such as a contact's phone.
    #[must_use]
    pub fn since(self, then: &'t ImportedValue) -> Self {
        Self { then: Some(then), ..self }
    }

    /// The same, where these fields of members of lists stay as they are in members that are there: `contacts.phone`.
    #[must_use]
    pub fn but(self, own: BTreeSet<String>) -> Self {
        Self { own, ..self }
    }

    /// The JSON object with these fields taken over.
    pub fn fields(&mut self, json: &str, fields: &[(String, ImportedValue)]) -> String {
        self.structure(json, fields, "")
    }

    fn structure(&mut self, json: &str, fields: &[(String, ImportedValue)], path: &str) -> String {
        let known = entries(json).unwrap_or_default();
        let mut parts: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
        for (key, raw) in &known {
            let path = below(path, key);
            let value = match fields.iter().find(|(name, _)| name == key) {
                Some((_, new)) => Cow::Owned(self.value(raw, new, &path)),
                None => Cow::Borrowed(*raw),
            };
            parts.push((Cow::Borrowed(key), value));
        }
        for (name, new) in fields.iter().filter(|(name, _)| !known.iter().any(|(key, _)| key == name)) {
            let value = self.value("null", new, &below(path, name));
            parts.push((Cow::Borrowed(name), Cow::Owned(value)));
        }
        let parts: Vec<String> =
            parts.iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
        format!("{{{}}}", parts.join(","))
    }

    fn value(&mut self, raw: &str, new: &ImportedValue, path: &str) -> String {
        match new {
            ImportedValue::Fields(fields) if raw.starts_with('{') || raw == "null" => {
                self.structure(raw, fields, path)
            }
            ImportedValue::List(new) if raw.starts_with('[') || raw == "null" => self.list(raw, new, path),
            new => {
                let (old, text) = (text_of(raw), text_of_new(new));
                if old.as_deref().is_some_and(|old| is_same(old, &text)) {
                    return raw.to_owned();
                }
                if self.fills_only && old.as_deref().is_some_and(|old| !old.trim().is_empty()) {
                    return raw.to_owned();
                }
                self.updates.push(FieldUpdate { field: path.to_owned(), old, new: text });
                json_of(new)
            }
        }
    }

    /// Whether the record had such a member before.
    fn was_left_out(&self, member: &ImportedValue, path: &str) -> bool {
        let Some(ImportedValue::List(then)) = self.then.and_then(|then| then.get(path)) else {
            return false;
        };
        then.iter().any(|then| is_member(&json_of(then), member))
    }

    /// What is new for a member, without what it never takes from the record.
    fn without_own(&self, member: &ImportedValue, path: &str) -> ImportedValue {
        let ImportedValue::Fields(fields) = member else { return member.clone() };
        let is_taken = |(name, _): &&(String, ImportedValue)| !self.own.contains(&below(path, name));
        ImportedValue::Fields(fields.iter().filter(is_taken).cloned().collect())
    }

    /// A member is known again by its first field, such as a name; others are new.
    fn list(&mut self, raw: &str, new: &[ImportedValue], path: &str) -> String {
        let mut all: Vec<String> = members(raw).unwrap_or_default().into_iter().map(str::to_owned).collect();
        for member in new {
            let known = all.iter_mut().enumerate().find(|(_, known)| is_member(known, member));
            if let Some((index, known)) = known {
                let member = self.without_own(member, path);
                let member = match self.then.map(|then| then.get(path)) {
                    Some(Some(ImportedValue::List(then))) => but_own(&member, known, then),
                    Some(_) => but_own(&member, known, &[]),
                    None => member,
                };
                *known = self.value(known, &member, &format!("{path}[{}]", index + 1));
            } else if self.was_left_out(member, path) {
                // The document had no such member when the two agreed.
            } else if !self.fills_only || all.is_empty() {
                let field = format!("{path}[+]");
                self.updates.push(FieldUpdate { field, old: None, new: text_of_new(member) });
                all.push(json_of(member));
            }
        }
        format!("[{}]", all.join(","))
    }
}

/// What is new for a member, without what is the member's own: what the record did not say of it before.
fn but_own(new: &ImportedValue, known: &str, then: &[ImportedValue]) -> ImportedValue {
    let ImportedValue::Fields(fields) = new else { return new.clone() };
    // The document had the member by itself, and the record has it since: then they agree on it.
    let Some(before) = then.iter().find(|it| is_member(known, it)) else {
        return ImportedValue::Fields(Vec::new());
    };
    let entries = entries(known).unwrap_or_default();
    let is_own = |name: &str| {
        let has = entries.iter().find(|(key, _)| key == name).and_then(|(_, raw)| text_of(raw));
        let is_there = |text: &String| !text.trim().is_empty();
        match (has.filter(is_there), before.get(name).map(text_of_new).filter(is_there)) {
            (Some(has), Some(had)) => !is_same(&has, &had),
            (None, None) => false,
            // A member may have none on purpose, such as a contact who is called at the company's number.
            _ => true,
        }
    };
    ImportedValue::Fields(fields.iter().filter(|(name, _)| !is_own(name)).cloned().collect())
}

fn is_member(raw: &str, member: &ImportedValue) -> bool {
    let ImportedValue::Fields(fields) = member else {
        return text_of(raw).is_some_and(|text| is_same(&text, &text_of_new(member)));
    };
    let Some((name, value)) = fields.first() else {
        return false;
    };
    let known = entries(raw).unwrap_or_default();
    let known = known.iter().find(|(key, _)| key == name).and_then(|(_, raw)| text_of(raw));
    known.is_some_and(|known| is_same(&known, &text_of_new(value)))
}

/// By value where both are numbers; line breaks are the same however they are written.
pub fn is_same(old: &str, new: &str) -> bool {
    let number = |text: &str| Decimal::from_str(text).ok();
    match (number(old), number(new)) {
        (Some(old), Some(new)) => old == new,
        _ => old.replace("\r\n", "\n").trim() == new.replace("\r\n", "\n").trim(),
    }
}

/// A JSON value as text; nothing for `null`.
fn text_of(raw: &str) -> Option<String> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).ok(),
        _ if raw == "null" => None,
        _ => Some(raw.to_owned()),
    }
}

fn text_of_new(value: &ImportedValue) -> String {
    match value {
        ImportedValue::Text(text) => text.clone(),
        ImportedValue::Truth(truth) => truth.to_string(),
        ImportedValue::List(members) => members.iter().map(text_of_new).collect::<Vec<_>>().join(", "),
        ImportedValue::Fields(fields) => {
            fields.iter().map(|(_, value)| text_of_new(value)).collect::<Vec<_>>().join(", ")
        }
    }
}

fn json_of(value: &ImportedValue) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ImportedValue {
        ImportedValue::Text(text.to_owned())
    }

    fn fields(all: &[(&str, ImportedValue)]) -> Vec<(String, ImportedValue)> {
        all.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn only_what_differs_is_taken_over_and_numbers_stay_as_they_are() {
        let json = r#"{"id":7,"price":1.250,"rate":6.3933979999999995,"phone":null,"address":{"address":"a\r\nb","x":1}}"#;
        let new = fields(&[
            ("price", text("1.25")),
            ("phone", text("555")),
            ("address", ImportedValue::Fields(fields(&[("address", text("a\nb"))]))),
            ("taxable", ImportedValue::Truth(true)),
        ]);
        let mut merge = Merge::new(true);
        assert_eq!(
            merge.fields(json, &new),
            r#"{"id":7,"price":1.250,"rate":6.3933979999999995,"phone":"555","address":{"address":"a\r\nb","x":1},"taxable":true}"#
        );
        let told: Vec<_> =
            merge.updates.iter().map(|it| (it.field.as_str(), it.old.as_deref(), it.new.as_str())).collect();
        assert_eq!(told, [("phone", None, "555"), ("taxable", None, "true")]);
    }

    #[test]
    fn what_is_there_stays_where_only_what_is_empty_is_filled() {
        let json = r#"{"name":"Ana","phone":"","email":null,"contacts":[{"name":"Lee"}]}"#;
        let lee = |name: &str| ImportedValue::Fields(fields(&[("name", text(name)), ("phone", text("3"))]));
        let new = fields(&[
            ("name", text("Max")),
            ("phone", text("1")),
            ("email", text("a@b")),
            ("contacts", ImportedValue::List(vec![lee("Lee"), lee("Max")])),
        ]);
        let mut merge = Merge::new(false);
        assert_eq!(
            merge.fields(json, &new),
            r#"{"name":"Ana","phone":"1","email":"a@b","contacts":[{"name":"Lee","phone":"3"}]}"#
        );
        assert_eq!(merge.updates.len(), 3);
    }

    #[test]
    fn what_a_member_has_of_its_own_or_has_not_stays() {
        let json = r#"{"phone":"1","contacts":[{"name":"Lee","phone":"7"},{"name":"Ana"},{"name":"Max","phone":"1"}]}"#;
        let all = |phone: &str| {
            let contact =
                |name: &str| ImportedValue::Fields(fields(&[("name", text(name)), ("phone", text(phone))]));
            let contacts = ImportedValue::List(["Lee", "Ana", "Max"].map(contact).into());
            fields(&[("phone", text(phone)), ("contacts", contacts)])
        };
        let then = ImportedValue::Fields(all("1"));
        let mut merge = Merge::new(true).since(&then);
        assert_eq!(
            merge.fields(json, &all("2")),
            r#"{"phone":"2","contacts":[{"name":"Lee","phone":"7"},{"name":"Ana"},{"name":"Max","phone":"2"}]}"#
        );
        let told: Vec<_> = merge.updates.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(told, ["phone", "contacts[3].phone"]);
    }

    #[test]
    fn a_contact_keeps_its_phone_though_it_is_the_companys() {
        let json = r#"{"phone":"1","contacts":[{"name":"Max","phone":"1","title":"Mr"}]}"#;
        let all = |phone: &str, title: &str| {
            let max = fields(&[("name", text("Max")), ("phone", text(phone)), ("title", text(title))]);
            fields(&[
                ("phone", text(phone)),
                ("contacts", ImportedValue::List(vec![ImportedValue::Fields(max)])),
            ])
        };
        let then = ImportedValue::Fields(all("1", "Mr"));
        let mut merge = Merge::new(true).since(&then).but(BTreeSet::from(["contacts.phone".to_owned()]));
        assert_eq!(
            merge.fields(json, &all("2", "Dr")),
            r#"{"phone":"2","contacts":[{"name":"Max","phone":"1","title":"Dr"}]}"#
        );
    }

    #[test]
    fn a_member_is_known_again_by_its_first_field() {
        let json = r#"{"contacts":[{"name":"Ana","phone":"1"},{"name":"Lee","phone":"2"}]}"#;
        let contact = |name: &str, phone: &str| {
            ImportedValue::Fields(fields(&[("name", text(name)), ("phone", text(phone))]))
        };
        let mut merge = Merge::new(true);
        let new =
            fields(&[("contacts", ImportedValue::List(vec![contact("Lee", "3"), contact("Max", "4")]))]);
        assert_eq!(
            merge.fields(json, &new),
            r#"{"contacts":[{"name":"Ana","phone":"1"},{"name":"Lee","phone":"3"},{"name":"Max","phone":"4"}]}"#
        );
        let told: Vec<_> = merge.updates.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(told, ["contacts[2].phone", "contacts[+]"]);
    }
}
