//! Changing records.

use super::add::rename;
use super::books::Books;
use super::edit::{shape_of, text};
use super::merge::merge;
use super::shape::shape;
use super::status::{Reason, Status};
use super::table::{Stored, kind_of};
use super::value::settle;
use crate::catalogue::Operation;
use crate::qbxml::element::{Content, Node};

impl Books {
    /// Does what a Mod asks; gives the record's id.
    pub(super) fn modify(&mut self, operation: Operation, request: &Node) -> Result<String, Status> {
        let fields = operation.fields();
        let mut given = request.child(fields.name()).cloned().ok_or(Reason::Unsupported)?;
        settle(&mut given, fields, true);
        let field = if given.child("TxnID").is_some() { "txn id" } else { "list id" };
        let id = text(&given, "TxnID").or_else(|| text(&given, "ListID")).unwrap_or_default().to_owned();
        let old = self.existing(&id, field)?.clone();
        if old.kind() != operation.noun {
            return Err(Status::new(Reason::NotFound, &[&id]));
        }
        check_sequence(&old, text(&given, "EditSequence").unwrap_or_default())?;
        if let Content::Children(children) = &mut given.content {
            children.retain(|child| !matches!(&*child.name, "ListID" | "TxnID" | "EditSequence"));
        }
        self.resolve(&mut given, operation.noun)?;
        let element = shape_of(&old.node).ok_or(Reason::Unsupported)?;
        let sources = merge(&old.node, given, element)?;
        let mut node = shape(element, sources, self);
        if old.is_transaction() {
            self.check_open(&old.node)?;
            self.check_open(&node)?;
        } else {
            self.check_name(&old, &mut node)?;
        }
        let mut record = self.stored(node, old.created);
        self.touch(&mut record);
        let was = old.name().map(str::to_owned);
        self.enter(record.node, Some(&old))?;
        if let Some(was) = was {
            self.spread_name(&id, &was);
        }
        Ok(id)
    }

    /// Fails with 3171 if a transaction is in the closed period.
    pub(super) fn check_open(&self, node: &Node) -> Result<(), Status> {
        if self.is_closed(text(node, "TxnDate").unwrap_or_default()) {
            return Err(Status::new(Reason::ClosedPeriod, &[kind_of(node)]));
        }
        Ok(())
    }

    /// Gives a changed element of a list the full name that follows from its name and its parent.
    fn check_name(&self, old: &Stored, node: &mut Node) -> Result<(), Status> {
        let Some(name) = text(node, "Name").or_else(|| text(node, "Initial")).map(str::to_owned) else {
            return Ok(());
        };
        let parent = node.child("ParentRef").and_then(|parent| text(parent, "ListID"));
        if parent.is_some_and(|parent| self.is_below(parent, old.id())) {
            return Err(Status::new(Reason::InvalidParent, &[&name, &format!("{}s", old.kind())]));
        }
        let (full_name, _) = self.full_name(old.kind(), &name, parent, Some(old.id()))?;
        if let Some(element) = shape_of(node).filter(|_| node.child("Name").is_some()) {
            rename(node, element, &name, &full_name);
        }
        Ok(())
    }

    /// Whether the record `id` is `above` or stands below it.
    pub(super) fn is_below(&self, id: &str, above: &str) -> bool {
        let mut up = Some(id.to_owned());
        while let Some(id) = up {
            if id == above {
                return true;
            }
            let parent = self.table.get(&id).and_then(|record| text(&record.node, "ParentRef/ListID"));
            up = parent.map(str::to_owned);
        }
        false
    }

    /// Notes on a record that it is changed now.
    pub(super) fn touch(&mut self, record: &mut Stored) {
        record.modified = self.now;
        let (time, sequence) = (self.printed(self.now), self.sequence());
        if let Some(element) = shape_of(&record.node) {
            super::edit::set(&mut record.node, element, "TimeModified", time);
            super::edit::set(&mut record.node, element, "EditSequence", sequence);
        }
    }

    /// Writes a record's new name to all that refer to it, and on to the records below it.
    pub(super) fn spread_name(&mut self, id: &str, was: &str) {
        let Some(name) = self.table.get(id).and_then(Stored::name).map(str::to_owned) else {
            return;
        };
        if name == was {
            return;
        }
        self.point(id, id, &name);
        let below = |record: &&Stored| text(&record.node, "ParentRef/ListID") == Some(id);
        let children: Vec<Stored> = self.table.all().filter(below).cloned().collect();
        for mut child in children {
            let was = child.name().unwrap_or_default().to_owned();
            let own = text(&child.node, "Name").unwrap_or_default().to_owned();
            if let Some(element) = shape_of(&child.node) {
                rename(&mut child.node, element, &own, &format!("{name}:{own}"));
            }
            let child_id = child.id().to_owned();
            self.table.insert(child);
            self.spread_name(&child_id, &was);
        }
    }

    /// Makes all that refers to the record `from` refer to `to`, which is called `name`.
    pub(super) fn point(&mut self, from: &str, to: &str, name: &str) {
        let refers = |record: &Stored| super::edit::refers(&record.node, from);
        self.table.change_all(refers, |record| {
            super::edit::walk_mut(&mut record.node, &mut |node| {
                if super::edit::is_reference(node) && text(node, "ListID") == Some(from) {
                    let parts = vec![Node::leaf("ListID", to), Node::leaf("FullName", name)];
                    node.content = Content::Children(parts);
                }
            });
        });
    }
}

/// Fails with 3200 if `sequence` is not the record's.
pub(super) fn check_sequence(record: &Stored, sequence: &str) -> Result<(), Status> {
    if text(&record.node, "EditSequence") == Some(sequence) {
        return Ok(());
    }
    Err(Status::new(Reason::StaleEditSequence, &[sequence]))
}
