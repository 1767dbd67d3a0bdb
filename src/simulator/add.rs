//! Adding records.

use super::books::Books;
use super::edit::{set, text};
use super::facts::facts;
use super::shape::{Fill as _, shape};
use super::status::{Reason, Status};
use super::table::kind_of;
use super::value::settle;
use crate::catalogue::{Element, Operation, record};
use crate::qbxml::element::Node;

impl Books {
    /// Does what an Add asks; gives the new record's id.
    pub(super) fn add(&mut self, operation: Operation, request: &Node) -> Result<String, Status> {
        let fields = operation.fields();
        let mut given = request
            .child(fields.name())
            .cloned()
            .unwrap_or_else(|| Node::aggregate(fields.name(), Vec::new()));
        settle(&mut given, fields, false);
        if self.table.knows_guid(&given) {
            let guid = text(&given, "ExternalGUID").unwrap_or_default();
            return Err(Status::new(Reason::GuidInUse, &[guid]));
        }
        let shape_wanted = wanted(operation, &given).ok_or(Reason::Unsupported)?;
        let kind = shape_wanted.name().trim_end_matches("Ret");
        self.resolve(&mut given, kind)?;
        let sources = if shape_wanted.child("TxnID").is_some() {
            self.head_of_transaction(kind, &given)?
        } else {
            self.head_of_element(kind, shape_wanted, &given)?
        };
        let node = shape(shape_wanted, beneath(sources, given), self);
        self.enter(node, None)
    }

    /// What a new element of a list has by itself.
    fn head_of_element(&mut self, kind: &str, element: Element, given: &Node) -> Result<Vec<Node>, Status> {
        let name = own_name(given).ok_or_else(|| Status::new(Reason::MissingElement, &["Name"]))?;
        let parent = given.child("ParentRef").and_then(|parent| self.referred(parent, &[kind]));
        let (full_name, level) = self.full_name(kind, &name, parent.map(super::table::Stored::id), None)?;
        let id = self.list_id();
        let mut head = self.head("ListID", id);
        let name_element = facts().names.iter().rev().find(|known| element.child(known).is_some());
        if let Some(name_element) = name_element {
            head.push(Node::leaf(name_element.clone(), name));
        }
        if element.child("Sublevel").is_some() {
            head.push(Node::leaf("FullName", full_name));
            head.push(Node::leaf("Sublevel", level.to_string()));
        }
        let given_special = text(given, "SpecialAccountType");
        let account_type = given_special.and_then(|special| facts().special_accounts.get(special));
        head.extend(account_type.map(|account_type| Node::leaf("AccountType", account_type.clone())));
        if given.child("IsActive").is_none() {
            head.push(Node::leaf("IsActive", "true"));
        }
        let balance = text(given, "OpenBalance").unwrap_or("0.00").to_owned();
        head.push(Node::leaf("Balance", balance.clone()));
        head.push(Node::leaf("TotalBalance", balance));
        Ok(head)
    }

    /// The full name that an element called `name` has under a parent, and its level.
    ///
    /// Fails with 3090 if the name holds a colon and with 3100 if another element than `own` has it.
    pub(super) fn full_name(
        &self,
        kind: &str,
        name: &str,
        parent: Option<&str>,
        own: Option<&str>,
    ) -> Result<(String, usize), Status> {
        if name.contains(':') {
            return Err(Status::new(Reason::InvalidName, &[name]));
        }
        let parent = parent.and_then(|parent| self.table.get(parent));
        let full = match parent.and_then(super::table::Stored::name) {
            Some(parent) => format!("{parent}:{name}"),
            None => name.to_owned(),
        };
        match self.table.named(kind, &full) {
            Some(other) if Some(other.id()) != own => Err(Status::new(Reason::NameInUse, &[name])),
            _ => {
                let level = full.matches(':').count();
                Ok((full, level))
            }
        }
    }

    /// What a new transaction has by itself.
    fn head_of_transaction(&mut self, kind: &str, given: &Node) -> Result<Vec<Node>, Status> {
        let day = text(given, "TxnDate").map_or_else(|| self.day(), str::to_owned);
        if self.is_closed(&day) {
            return Err(Status::new(Reason::ClosedPeriod, &[kind]));
        }
        let id = self.transaction_id();
        let mut head = self.head("TxnID", id);
        head.push(Node::leaf("TxnNumber", self.transaction_number().to_string()));
        head.push(Node::leaf("TxnDate", day));
        if given.child("RefNumber").is_none() && facts().numbered.iter().any(|known| known == kind) {
            head.push(Node::leaf("RefNumber", self.next_reference(kind)));
        }
        if text(given, "IsAutoApply") == Some("true") {
            head.extend(self.auto_applied(given));
        }
        Ok(head)
    }

    fn head(&mut self, id_name: &'static str, id: String) -> Vec<Node> {
        vec![
            Node::leaf(id_name, id),
            Node::leaf("TimeCreated", self.printed(self.now)),
            Node::leaf("TimeModified", self.printed(self.now)),
            Node::leaf("EditSequence", self.sequence()),
        ]
    }

    /// The number after the greatest of a kind of transaction.
    fn next_reference(&self, kind: &str) -> String {
        let greatest = self.table.greatest_number(kind).unwrap_or(0);
        greatest.saturating_add(1).to_string()
    }

    /// Makes a record that requests cannot make; for what a new company file holds.
    pub(super) fn found(&mut self, kind: &str, mut given: Node) -> Result<String, Status> {
        let element = record(&format!("{kind}Ret")).ok_or(Reason::Unsupported)?;
        settle(&mut given, element, false);
        let head = self.head_of_element(kind, element, &given)?;
        let node = shape(element, beneath(head, given), self);
        self.enter(node, None)
    }
}

/// The head of a record, then what was given but for what the head has.
fn beneath(mut head: Vec<Node>, given: Node) -> Vec<Node> {
    if let crate::qbxml::element::Content::Children(children) = given.content {
        let known: Vec<String> = head.iter().map(|node| node.name.to_string()).collect();
        head.extend(children.into_iter().filter(|child| !known.iter().any(|name| *name == child.name)));
    }
    head
}

/// The shape of the record that an Add makes.
fn wanted(operation: Operation, given: &Node) -> Option<Element> {
    let mut records = operation
        .response
        .children()
        .map(|child| child.element)
        .filter(|element| element.name().ends_with("Ret"));
    let special = text(given, "SpecialItemType").and_then(|special| facts().special_items.get(special));
    match special {
        Some(kind) => records.find(|element| element.name().strip_suffix("Ret") == Some(kind)),
        None => records.next(),
    }
    // The query's shape is the fullest.
    .and_then(|element| record(element.name()))
}

/// The name that a request gives, outright or in parts, or that comes with something special.
fn own_name(given: &Node) -> Option<String> {
    let facts = facts();
    let outright = facts.names.iter().find_map(|name| text(given, name)).map(str::to_owned);
    let composed = || {
        let parts: Vec<_> = facts.composed.iter().filter_map(|part| text(given, part)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let special = || {
        let special = text(given, "SpecialAccountType").or_else(|| text(given, "SpecialItemType"))?;
        Some(spaced(special))
    };
    // A note has no name; its text stands in for one in messages, not among the names.
    outright.or_else(composed).or_else(special).or_else(|| text(given, "Notes").map(|_| String::new()))
}

/// `AccountsReceivable` as `Accounts Receivable`.
fn spaced(word: &str) -> String {
    let mut spaced = String::new();
    for letter in word.chars() {
        if letter.is_uppercase() && !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push(letter);
    }
    spaced
}

/// Gives a record its name anew, with the level that follows from it.
pub(super) fn rename(node: &mut Node, element: Element, name: &str, full_name: &str) {
    set(node, element, "Name", name);
    if element.child("Sublevel").is_some() {
        set(node, element, "FullName", full_name);
        set(node, element, "Sublevel", full_name.matches(':').count().to_string());
    }
    debug_assert_eq!(kind_of(node), element.name().trim_end_matches("Ret"), "a record of its own shape");
}
