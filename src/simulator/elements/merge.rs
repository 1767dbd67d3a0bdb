//! What a record holds once a modification is applied to it.
//!
//! What a modification names replaces what was there; what it names as empty is taken away; the rest
//! stays. Of lines, those of a table that are not named are removed once any is named.

use super::edit::text;
use super::shape::counterpart;
use super::value::is_empty;
use crate::catalogue::Element;
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// The elements of the record `old` of the shape `element` after the modification `given`.
///
/// Fails with 3120 for a line that is not there and with 3290 for lines in another order than theirs.
pub(crate) fn merge(old: &Node, given: Node, element: Element) -> Result<Vec<Node>, Status> {
    let Content::Children(parts) = given.content else {
        return Ok(old.children().to_vec());
    };
    let mut kept = old.children().to_vec();
    let (mut lines, mut replaced) = (Vec::new(), Vec::new());
    for part in parts {
        if let Some(tables) = facts().clears.get(&*part.name) {
            if part.text() == Some("true") {
                kept.retain(|child| !tables.iter().any(|table| *table == child.name));
            }
            continue;
        }
        if part.child("TxnLineID").is_some() {
            lines.push(part);
            continue;
        }
        match counterpart(element, &part.name) {
            Some(own) => {
                exclude(&mut kept, own, element);
                replace(&mut kept, part, own, &mut replaced)?;
            }
            // Aggregates that only group elements give what they hold.
            None if !part.name.ends_with("Ref") => {
                let inner = Node { name: element.name().into(), ..part };
                kept = merge(&Node::aggregate(element.name(), kept), inner, element)?;
            }
            None => {}
        }
    }
    merge_lines(&mut kept, lines, element)?;
    Ok(kept)
}

/// Puts `part`, which becomes `own`, in the place of what is there; `replaced` has the names for which
/// that was done before, for the first of several takes away those that were there and the others
/// join it.
fn replace(
    kept: &mut Vec<Node>,
    part: Node,
    own: Element,
    replaced: &mut Vec<&'static str>,
) -> Result<(), Status> {
    if own.repeats() && !own.name().ends_with("Ref") {
        // Contacts and notes are told apart by their ids; those not named stay.
        let keys = ["ListID", "NoteID"].into_iter();
        let mut keys = keys.filter_map(|key| Some((key, text(&part, key)?.to_owned())));
        if let Some((key, id)) = keys.find(|(key, _)| own.child(key).is_some()) {
            let same = |child: &&mut Node| child.name == own.name() && text(child, key) == Some(&id);
            let child = kept.iter_mut().find(same);
            let child = child.ok_or_else(|| Status::new(Reason::NotFound, &[&id]))?;
            *child = Node::aggregate(own.name(), merge(child, part, own)?);
            return Ok(());
        }
    }
    let is_partial = part.name.ends_with("Mod") && own.data_type().is_none() && !own.repeats();
    let before = kept.iter().find(|child| child.name == own.name()).cloned().filter(|_| is_partial);
    if !replaced.contains(&own.name()) {
        kept.retain(|child| child.name != own.name());
        replaced.push(own.name());
    }
    if is_empty(&part) {
        return Ok(());
    }
    let content = match before {
        Some(before) => Content::Children(merge(&before, part, own)?),
        None => part.content,
    };
    kept.push(Node { content, ..Node::leaf(own.name(), "") });
    Ok(())
}

/// Takes away what cannot stand beside `own`: the other branches of its choice.
fn exclude(kept: &mut Vec<Node>, own: Element, element: Element) {
    let find = |name: &str| element.children().find(|child| child.element.name() == name);
    let Some(own) = find(own.name()).filter(|own| own.choice.is_some_and(|choice| choice.max() == Some(1)))
    else {
        return;
    };
    kept.retain(|child| {
        find(&child.name).is_none_or(|child| child.choice != own.choice || child.branch == own.branch)
    });
}

/// Puts the lines named in the place of all lines of their tables.
fn merge_lines(kept: &mut Vec<Node>, lines: Vec<Node>, element: Element) -> Result<(), Status> {
    let old: Vec<Node> = kept.clone();
    let mut tables = Vec::new();
    let mut merged = Vec::new();
    let mut reached = 0;
    for line in lines {
        let id = text(&line, "TxnLineID").unwrap_or_default().to_owned();
        let stored = old.iter().position(|child| text(child, "TxnLineID") == Some(&id));
        let own = match stored.and_then(|place| old.get(place)) {
            Some(stored) => element.child(&stored.name),
            None => new_line(&line, element),
        };
        let Some(own) = own else { continue };
        let table = table_of(own, element);
        if !tables.contains(&table) {
            // Each table has its own order.
            reached = 0;
            tables.push(table);
        }
        match stored.and_then(|place| Some((place, old.get(place)?))) {
            Some((place, stored)) => {
                if place < reached {
                    return Err(Status::new(Reason::WrongOrder, &[&id]));
                }
                reached = place + 1;
                merged.push(Node::aggregate(own.name(), merge_line(stored, line, own)?));
            }
            None if id == "-1" || id.is_empty() => merged.push(fresh(line, own)),
            None => return Err(Status::new(Reason::NotFound, &[&id])),
        }
    }
    kept.retain(|child| {
        let own = element.child(&child.name);
        own.is_none_or(|own| own.child("TxnLineID").is_none() || !tables.contains(&table_of(own, element)))
    });
    kept.extend(merged);
    Ok(())
}

/// Which table of lines an element belongs to: the choice it stands in, or itself.
fn table_of(own: Element, element: Element) -> (Option<crate::catalogue::Choice>, &'static str) {
    let choice = element.children().find(|child| child.element == own).and_then(|child| child.choice);
    (choice, if choice.is_some() { "" } else { own.name() })
}

/// The element that a new line becomes.
fn new_line(line: &Node, element: Element) -> Option<Element> {
    // Journal entries tell by a word which side a line is on.
    let side = text(line, "JournalLineType").map(|side| format!("Journal{side}Line"));
    side.and_then(|side| element.child(&side)).or_else(|| counterpart(element, &line.name))
}

fn fresh(mut line: Node, own: Element) -> Node {
    if let Content::Children(children) = &mut line.content {
        children.retain(|child| child.name != "TxnLineID" && !is_empty(child));
    }
    Node { content: line.content, ..Node::leaf(own.name(), "") }
}

/// A line changed. An amount follows a new quantity or rate, and a rate a new amount, unless both are
/// given.
fn merge_line(stored: &Node, line: Node, own: Element) -> Result<Vec<Node>, Status> {
    const RATES: [&str; 3] = ["Rate", "Cost", "RatePercent"];
    let names = |name: &str| line.child(name).is_some();
    let rate_given = RATES.into_iter().any(names);
    let quantity_given = names("Quantity");
    let amount_given = names("Amount");
    let item_given = names("ItemRef");
    let mut stored = stored.clone();
    if let Content::Children(children) = &mut stored.content {
        children.retain(|child| match &*child.name {
            "Amount" => amount_given || !(rate_given || quantity_given || item_given),
            "Rate" | "Cost" | "RatePercent" => rate_given || !(amount_given || item_given),
            "Desc" => !item_given,
            _ => true,
        });
    }
    merge(&stored, line, own)
}
