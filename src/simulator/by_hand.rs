//! What people do in QuickBooks itself, and what tests want to see of it.

use super::books::{KeptRecord, Names, can_merge, merge_into, take_out};
use super::company_file::CompanyFile;
use super::condition::{Condition, Lasting};
use super::elements::{put, set, shape_of, text};
use crate::catalogue::Element;
use crate::xml::Node;

impl CompanyFile {
    /// How many elements a list has, or how many transactions of a kind there are: `Customer`, `Invoice`.
    pub fn count(&self, kind: &str) -> usize {
        self.books.table.count(kind)
    }

    /// The records of a list or a kind of transaction, in the order in which they were created: `*Ret`
    /// elements with all that they hold.
    pub fn records(&self, kind: &str) -> impl Iterator<Item = &Node> {
        self.books.table.of_kind(kind).map(|record| &record.node)
    }

    /// The record with this `ListID` or `TxnID`.
    pub fn record(&self, id: &str) -> Option<&Node> {
        self.books.table.get(id).map(|record| &record.node)
    }

    /// The answers that are kept for message sets, by their ids.
    pub fn kept_answers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.books.answers.all()
    }

    /// The id of the element of a list, or of one that shares its names, with this full name.
    pub fn id_of(&self, kind: &str, full_name: &str) -> Option<&str> {
        self.books.table.named(kind, full_name).map(KeptRecord::id)
    }

    /// The ids of the transactions of a kind with this reference number.
    pub fn ids_of_number(&self, kind: &str, number: &str) -> Vec<&str> {
        let transactions = self.books.table.of_kind(kind);
        transactions
            .filter(|record| text(&record.node, "RefNumber") == Some(number))
            .map(KeptRecord::id)
            .collect()
    }

    /// Changes a value of a record as a user would: its edit sequence and time change with it. `path`
    /// leads from the record, as in `BillAddress/City`. Amounts that follow from others are not
    /// calculated again. Gives whether there is such a record and such an element.
    pub fn edit(&mut self, id: &str, path: &str, value: &str) -> bool {
        self.tell_time();
        let Some(mut record) = self.books.table.get(id).cloned() else {
            return false;
        };
        let was = record.name().map(str::to_owned);
        let Some(element) = shape_of(&record.node).filter(|_| change(&mut record.node, path, value)) else {
            return false;
        };
        if path == "Name" && element.child("FullName").is_some() {
            let above = text(&record.node, "ParentRef/FullName");
            let full = above.map_or_else(|| value.to_owned(), |above| format!("{above}:{value}"));
            set(&mut record.node, element, "FullName", full);
        }
        self.books.touch(&mut record);
        self.books.table.insert(record);
        if let Some(was) = was {
            Names::of(&mut self.books.table).spread(id, &was);
        }
        true
    }

    /// Deletes a record as a user would, even one that is in use. Gives whether there was one.
    pub fn delete(&mut self, id: &str) -> bool {
        self.tell_time();
        let Some(record) = self.books.table.get(id).cloned() else {
            return false;
        };
        take_out(&mut self.books, &record);
        true
    }

    /// Merges an element of a list into another, as a user does by giving it the other's name. Gives
    /// whether there are two such elements of one list, of which the second does not stand below the
    /// first.
    pub fn merge(&mut self, from: &str, into: &str) -> bool {
        self.tell_time();
        let record = |id| self.books.table.get(id).filter(|record| !record.is_transaction()).cloned();
        match (record(from), record(into)) {
            (Some(old), Some(kept)) if can_merge(&self.books.table, &old, &kept) => {
                merge_into(&mut self.books, &old, &kept);
                true
            }
            _ => false,
        }
    }

    /// Opens a record for editing, so that nobody else can change it: see [`Condition::Locked`].
    pub fn lock(&mut self, id: &str) {
        self.inject(Condition::Locked(id.to_owned()), Lasting::UntilCleared);
    }

    /// Closes it again.
    pub fn unlock(&mut self, id: &str) {
        self.clear(&Condition::Locked(id.to_owned()));
    }

    /// Changes the path of the file on disk, as moving it would.
    pub fn move_to(&mut self, path: &str) {
        path.clone_into(&mut self.books.settings.path);
    }
}

/// Sets the value at the end of a path, if the vocabulary has it.
fn change(node: &mut Node, path: &str, value: &str) -> bool {
    let Some(element) = shape_of(node) else {
        return false;
    };
    change_within(node, element, path, value)
}

fn change_within(node: &mut Node, element: Element, path: &str, value: &str) -> bool {
    let (step, rest) = path.split_once('/').unwrap_or((path, ""));
    let Some(own) = element.child(step) else {
        return false;
    };
    if rest.is_empty() {
        put(node, element, Node::leaf(own.name(), value));
        return own.data_type().is_some();
    }
    let empty = Node::aggregate(own.name(), Vec::new());
    let mut child = node.child(step).cloned().unwrap_or(empty);
    let is_done = change_within(&mut child, own, rest, value);
    if is_done {
        put(node, element, child);
    }
    is_done
}
