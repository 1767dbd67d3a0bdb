//! The full names of elements of lists, which say where each stands below others.

use super::kept_record::{KeptRecord, kind_of};
use super::table::Table;
use crate::catalogue::Element;
use crate::simulator::elements::{is_reference, refers, set, shape_of, text, walk_mut};
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// The names of the elements of all lists.
pub(crate) struct Names<'t> {
    table: &'t mut Table,
}

impl<'t> Names<'t> {
    /// Those in `table`.
    pub(crate) fn of(table: &'t mut Table) -> Names<'t> {
        Names { table }
    }

    /// Writes a record's new name to all that refer to it, and on to the records below it. `was` is the name
    /// it had before.
    pub(crate) fn spread(&mut self, id: &str, was: &str) {
        let Some(name) = self.table.get(id).and_then(KeptRecord::name).map(str::to_owned) else {
            return;
        };
        if name == was {
            return;
        }
        self.point(id, id, &name);
        let below = |record: &&KeptRecord| record.parent() == Some(id);
        let children: Vec<KeptRecord> = self.table.all().filter(below).cloned().collect();
        for mut child in children {
            let was = child.name().unwrap_or_default().to_owned();
            let own = text(&child.node, "Name").unwrap_or_default().to_owned();
            if let Some(element) = shape_of(&child.node) {
                rename(&mut child.node, element, &own, &format!("{name}:{own}"));
            }
            let child_id = child.id().to_owned();
            self.table.insert(child);
            self.spread(&child_id, &was);
        }
    }

    /// Makes all that refers to the record `from` refer to `to`, which is called `name`.
    pub(crate) fn point(&mut self, from: &str, to: &str, name: &str) {
        let refers = |record: &KeptRecord| refers(&record.node, from);
        self.table.change_all(refers, |record| {
            walk_mut(&mut record.node, &mut |node| {
                if is_reference(node) && text(node, "ListID") == Some(from) {
                    let parts = vec![Node::leaf("ListID", to), Node::leaf("FullName", name)];
                    node.content = Content::Children(parts);
                }
            });
        });
    }
}

/// The full name that an element called `name` has under a parent, and its level.
///
/// # Errors
/// 3090 if the name holds a colon, 3100 if another element than `own` has it.
pub(crate) fn full_name(
    table: &Table,
    kind: &str,
    name: &str,
    parent: Option<&str>,
    own: Option<&str>,
) -> Result<(String, usize), Status> {
    if name.contains(':') {
        return Err(Status::new(Reason::InvalidName, &[name]));
    }
    let parent = parent.and_then(|parent| table.get(parent));
    let full = match parent.and_then(KeptRecord::name) {
        Some(parent) => format!("{parent}:{name}"),
        None => name.to_owned(),
    };
    match table.named(kind, &full) {
        Some(other) if Some(other.id()) != own => Err(Status::new(Reason::NameInUse, &[name])),
        _ => {
            let level = full.matches(':').count();
            Ok((full, level))
        }
    }
}

/// Whether the record `id` is `above` or stands below it.
pub(crate) fn is_below(table: &Table, id: &str, above: &str) -> bool {
    let mut up = Some(id);
    while let Some(id) = up {
        if id == above {
            return true;
        }
        up = table.get(id).and_then(KeptRecord::parent);
    }
    false
}

/// Gives a record its name anew, with the level that follows from it.
pub(crate) fn rename(node: &mut Node, element: Element, name: &str, full_name: &str) {
    set(node, element, "Name", name);
    if element.child("Sublevel").is_some() {
        set(node, element, "FullName", full_name);
        set(node, element, "Sublevel", full_name.matches(':').count().to_string());
    }
    debug_assert_eq!(kind_of(node), element.name().trim_end_matches("Ret"), "a record of its own shape");
}
