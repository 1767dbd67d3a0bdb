//! Records of QuickBooks, as a search finds them.

use std::cmp::Ordering;

use crate::language::t;
use crate::qbxml::{NodeRef, Record};
use crate::sync::stored::RecordKey;
use crate::text::order::as_people_count;
use crate::web::listing::Row;

/// A search looks through about so much of a record, in bytes.
const LONGEST_SEARCH: usize = 1024;

/// A record, whatever it is.
#[derive(Clone, Debug)]
pub struct RecordRow {
    /// Which record.
    pub key: RecordKey,
    /// What people call it.
    pub name: String,
    /// What it is about, in a line.
    pub about: String,
    /// What a search looks through: a line for each value.
    search: String,
}

impl RecordRow {
    /// A record that was read. What has no id, such as the preferences of the company file, nobody looks for.
    pub fn of(record: &Record) -> Option<Self> {
        record.id()?;
        let key = RecordKey::of(record)?;
        let mut search = String::new();
        add_values(record.root(), &mut search);
        search.push_str(&key.id.to_lowercase());
        Some(Self { name: record.called().unwrap_or_default().to_owned(), about: about(record), search, key })
    }
}

/// What a record is about, in a line: whose it is, when, and the money.
pub fn about(record: &Record) -> String {
    let about = ["TxnDate", "AmountDue", "Subtotal", "IsActive"].map(|path| record.get(path));
    let party = record.root().children().find_map(|child| child.get("FullName"));
    let party = party.filter(|_| record.full_name().is_none());
    let [date, due, total, is_active] = about;
    let inactive = is_active.filter(|active| *active == "false").map(|_| t("inactive"));
    let about = [party, date, due.or(total), inactive].into_iter().flatten();
    about.collect::<Vec<_>>().join(", ")
}

/// All that people may look for. Ids, moments and marks say nothing to them.
fn add_values(node: NodeRef<'_>, search: &mut String) {
    for child in node.children() {
        if search.len() > LONGEST_SEARCH {
            return;
        }
        let name = child.name();
        match child.text() {
            None => add_values(child, search),
            Some("true" | "false") => {}
            Some(_) if name.ends_with("ID") || name.starts_with("Time") || name == "EditSequence" => {}
            Some(text) => {
                search.push_str(&text.to_lowercase());
                search.push('\n');
            }
        }
    }
}

impl Row for RecordRow {
    fn search(&self) -> &str {
        &self.search
    }

    fn word(&self) -> &str {
        &self.key.record_type
    }

    fn in_order(&self, other: &Self, _: usize) -> Ordering {
        as_people_count(&self.name, &other.name)
    }
}
