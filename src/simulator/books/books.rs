//! All that a company file keeps, with its identifiers and its time.

use serde::{Deserialize, Serialize};

use super::definitions::Definitions;
use super::deleted::Deletions;
use super::iterators::Iterators;
use super::kept_answers::KeptAnswers;
use super::kept_record::{KeptRecord, kind_of};
use super::seed::Seed;
use super::table::Table;
use crate::simulator::condition::Conditions;
use crate::simulator::elements::saved;
use crate::simulator::elements::{Fill, set, shape_of, text};
use crate::simulator::settings::{DoubledGuids, Settings};
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// All that is saved, and what lasts as long as a session beside it.
///
/// Saved files live longer than this program: a field that is renamed needs its old name for serde.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Books {
    pub(crate) settings: Settings,
    pub(crate) table: Table,
    pub(crate) seed: Seed,
    next_list_id: u32,
    next_id: u32,
    next_number: u64,
    last_edit: i64,
    pub(crate) deleted: Deletions,
    /// The fields that applications have defined.
    pub(crate) definitions: Definitions,
    #[serde(with = "saved")]
    pub(crate) company: Node,
    #[serde(with = "saved")]
    pub(crate) preferences: Node,
    pub(crate) answers: KeptAnswers,
    /// The present time, told anew for every message set; seconds since 1970.
    #[serde(skip)]
    pub(crate) now: i64,
    #[serde(skip)]
    pub(crate) iterators: Iterators,
    #[serde(skip)]
    pub(crate) conditions: Conditions,
}

impl Books {
    /// Books without any record.
    pub(crate) fn empty(settings: Settings, now: i64) -> Books {
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
            deleted: Deletions::default(),
            definitions: Definitions::default(),
            company: Node::aggregate("CompanyRet", Vec::new()),
            preferences: Node::aggregate("PreferencesRet", Vec::new()),
            answers: KeptAnswers::default(),
            now,
            iterators: Iterators::default(),
            conditions: Conditions::default(),
        }
    }

    /// An id for a new element of a list, such as `8000001B-1405768916`.
    pub(crate) fn list_id(&mut self) -> String {
        loop {
            let id = format!("{:X}-{}", 0x8000_0000_u32.wrapping_add(self.next_list_id), self.now);
            self.next_list_id += 1;
            // Recorded records bring their own ids, so a new one may be taken already.
            if self.table.get(&id).is_none() {
                return id;
            }
        }
    }

    /// An id for a new transaction or one of its lines, such as `B7-1417040299`.
    pub(crate) fn transaction_id(&mut self) -> String {
        loop {
            let id = format!("{:X}-{}", self.next_id, self.now);
            self.next_id += 1;
            if self.table.get(&id).is_none() {
                return id;
            }
        }
    }

    /// The number of a new transaction.
    pub(crate) fn transaction_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    /// A new edit sequence: the time of the change, but never one that was given before.
    pub(crate) fn sequence(&mut self) -> String {
        self.last_edit = self.now.max(self.last_edit + 1);
        self.last_edit.to_string()
    }

    /// An instant as QuickBooks writes it.
    pub(crate) fn printed(&self, instant: i64) -> String {
        self.settings.time_zone.print(instant)
    }

    /// Whether a new record is refused for its `ExternalGUID`.
    pub(crate) fn refuses_guid(&self, given: &Node) -> bool {
        match self.settings.doubled_guids {
            DoubledGuids::Taken => false,
            DoubledGuids::Refused => self.table.has_guid(given),
            DoubledGuids::RefusedForEver => self.table.has_had_guid(given),
        }
    }

    /// A record made or changed now.
    pub(crate) fn kept(&self, node: Node, created: i64) -> KeptRecord {
        KeptRecord { node, created, modified: self.now }
    }

    /// Notes on a record that it is changed now.
    pub(crate) fn touch(&mut self, record: &mut KeptRecord) {
        record.modified = self.now;
        let (time, sequence) = (self.printed(self.now), self.sequence());
        if let Some(element) = shape_of(&record.node) {
            set(&mut record.node, element, "TimeModified", time);
            set(&mut record.node, element, "EditSequence", sequence);
        }
    }

    /// Fails with 3171 if a transaction is in the closed period.
    pub(crate) fn check_open(&self, transaction: &Node) -> Result<(), Status> {
        self.check_day(text(transaction, "TxnDate").unwrap_or_default(), kind_of(transaction))
    }

    /// Fails with 3171 if a day, on which there is to be a transaction of this kind, is in the closed period.
    pub(crate) fn check_day(&self, day: &str, kind: &str) -> Result<(), Status> {
        let closing = self.settings.closing_date.as_deref();
        if closing.is_some_and(|closing| !day.is_empty() && day <= closing) {
            return Err(Status::new(Reason::ClosedPeriod, &[kind]));
        }
        Ok(())
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
