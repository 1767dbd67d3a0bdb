//! What a company file holds, and what lies under every request: identifiers, times, references.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Settings;
use super::condition::Conditions;
use super::iterate::Iterators;
use super::message_set::Kept;
use super::node_xml;
use super::seed::Seed;
use super::shape::Fill;
use super::table::{Stored, Table};
use crate::qbxml::element::Node;

/// All that is saved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Books {
    pub(super) settings: Settings,
    pub(super) table: Table,
    pub(super) seed: Seed,
    next_list_id: u32,
    next_id: u32,
    next_number: u64,
    last_edit: i64,
    pub(super) deleted: Vec<Deleted>,
    /// The fields that applications have defined, each as QuickBooks answers with it.
    #[serde(with = "nodes")]
    pub(super) definitions: Vec<Node>,
    #[serde(with = "node_xml")]
    pub(super) company: Node,
    #[serde(with = "node_xml")]
    pub(super) preferences: Node,
    /// The answers kept for message sets, by their ids.
    pub(super) answers: BTreeMap<String, Kept>,
    /// The present time, told anew for every message set; seconds since 1970.
    #[serde(skip)]
    pub(super) now: i64,
    #[serde(skip)]
    pub(super) iterators: Iterators,
    #[serde(skip)]
    pub(super) conditions: Conditions,
}

/// What is known of a record that was deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Deleted {
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) is_transaction: bool,
    pub(super) created: i64,
    pub(super) at: i64,
    /// The full name or the reference number.
    pub(super) name: Option<String>,
}

impl Books {
    /// Books without any record.
    pub(super) fn empty(settings: Settings, now: i64) -> Books {
        let mut seed = Seed(settings.seed);
        let mut start = || u32::try_from(seed.next() % 0x1000).unwrap_or(0) + 1;
        let (next_list_id, next_id) = (start(), start());
        Books {
            settings,
            table: Table::default(),
            seed,
            next_list_id,
            next_id,
            next_number: 1,
            last_edit: 0,
            deleted: Vec::new(),
            definitions: Vec::new(),
            company: Node::aggregate("CompanyRet", Vec::new()),
            preferences: Node::aggregate("PreferencesRet", Vec::new()),
            answers: BTreeMap::new(),
            now,
            iterators: Iterators::default(),
            conditions: Conditions::default(),
        }
    }

    /// An id for a new element of a list, such as `8000001B-1405768916`.
    pub(super) fn list_id(&mut self) -> String {
        loop {
            let id = format!("{:X}-{}", 0x8000_0000_u32.wrapping_add(self.next_list_id), self.now);
            self.next_list_id += 1;
            if self.table.get(&id).is_none() {
                return id;
            }
        }
    }

    /// An id for a new transaction or one of its lines, such as `B7-1417040299`.
    pub(super) fn transaction_id(&mut self) -> String {
        loop {
            let id = format!("{:X}-{}", self.next_id, self.now);
            self.next_id += 1;
            if self.table.get(&id).is_none() {
                return id;
            }
        }
    }

    /// The number of a new transaction.
    pub(super) fn transaction_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    /// A new edit sequence: the time of the change, but never one that was given before.
    pub(super) fn sequence(&mut self) -> String {
        self.last_edit = self.now.max(self.last_edit + 1);
        self.last_edit.to_string()
    }

    /// An instant as QuickBooks writes it.
    pub(super) fn printed(&self, instant: i64) -> String {
        self.settings.time_zone.print(instant)
    }

    /// A record made or changed now.
    pub(super) fn stored(&self, node: Node, created: i64) -> Stored {
        Stored { node, created, modified: self.now }
    }

    /// Whether a day is in the closed period.
    pub(super) fn is_closed(&self, day: &str) -> bool {
        let closing = self.settings.closing_date.as_deref();
        closing.is_some_and(|closing| !day.is_empty() && day <= closing)
    }
}

impl Fill for Books {
    fn id(&mut self) -> String {
        self.transaction_id()
    }

    fn time(&self) -> String {
        self.printed(self.now)
    }

    fn day(&self) -> String {
        self.settings.time_zone.day(self.now).to_string()
    }
}

/// Several records as they are saved.
mod nodes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::node_xml;
    use crate::qbxml::element::Node;

    #[derive(Serialize, Deserialize)]
    struct Saved(#[serde(with = "node_xml")] Node);

    pub(super) fn serialize<S: Serializer>(nodes: &[Node], serializer: S) -> Result<S::Ok, S::Error> {
        let saved: Vec<Saved> = nodes.iter().cloned().map(Saved).collect();
        saved.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Node>, D::Error> {
        let saved = Vec::<Saved>::deserialize(deserializer)?;
        Ok(saved.into_iter().map(|saved| saved.0).collect())
    }
}
