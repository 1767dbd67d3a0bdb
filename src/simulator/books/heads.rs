//! What QuickBooks adds to a new record: its id, its times, its numbers, and the name that it goes by.

use super::books::Books;
use super::kept_record::KeptRecord;
use super::names::full_name;
use super::payments::auto_applied;
use crate::catalogue::Element;
use crate::simulator::elements::{Fill as _, text};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// What QuickBooks adds to a new element of a list.
///
/// # Errors
/// 3150 if it has no name; what [`full_name`] fails with.
pub(crate) fn head_of_element(
    books: &mut Books,
    kind: &str,
    element: Element,
    given: &Node,
) -> Result<Vec<Node>, Status> {
    let name = own_name(given).ok_or_else(|| Status::new(Reason::MissingElement, &["Name"]))?;
    let parent = given.child("ParentRef").and_then(|parent| books.table.referred(parent, &[kind]));
    let (full_name, level) = full_name(&books.table, kind, &name, parent.map(KeptRecord::id), None)?;
    let id = books.list_id();
    let mut head = common_head(books, "ListID", id);
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
    head.extend(books.home_currency(element, given));
    let balance = text(given, "OpenBalance").unwrap_or("0.00").to_owned();
    head.push(Node::leaf("Balance", balance.clone()));
    head.push(Node::leaf("TotalBalance", balance));
    Ok(head)
}

/// What QuickBooks adds to a new transaction.
///
/// # Errors
/// 3171 if its day is in the closed period.
pub(crate) fn head_of_transaction(books: &mut Books, kind: &str, given: &Node) -> Result<Vec<Node>, Status> {
    let day = text(given, "TxnDate").map_or_else(|| books.day(), str::to_owned);
    books.check_day(&day, kind)?;
    let id = books.transaction_id();
    let mut head = common_head(books, "TxnID", id);
    head.push(Node::leaf("TxnNumber", books.transaction_number().to_string()));
    head.push(Node::leaf("TxnDate", day));
    if given.child("RefNumber").is_none() && facts().numbered.iter().any(|known| known == kind) {
        head.push(Node::leaf("RefNumber", next_reference(books, kind)));
    }
    if text(given, "IsAutoApply") == Some("true") {
        head.extend(auto_applied(&books.table, given));
    }
    Ok(head)
}

fn common_head(books: &mut Books, id_name: &'static str, id: String) -> Vec<Node> {
    vec![
        Node::leaf(id_name, id),
        Node::leaf("TimeCreated", books.printed(books.now)),
        Node::leaf("TimeModified", books.printed(books.now)),
        Node::leaf("EditSequence", books.sequence()),
    ]
}

/// The number after the greatest of a kind of transaction.
fn next_reference(books: &Books, kind: &str) -> String {
    let greatest = books.table.greatest_number(kind).unwrap_or(0);
    greatest.saturating_add(1).to_string()
}

/// The head of a record, then what was given but for what the head has.
pub(crate) fn beneath(mut head: Vec<Node>, given: Node) -> Vec<Node> {
    if let Content::Children(children) = given.content {
        let known: Vec<String> = head.iter().map(|node| node.name.to_string()).collect();
        head.extend(children.into_iter().filter(|child| !known.iter().any(|name| *name == child.name)));
    }
    head
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
