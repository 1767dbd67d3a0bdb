//! Taking over what a real company file has answered.

use thiserror::Error;

use super::CompanyFile;
use super::books::Books;
use super::edit::{is_reference, text, walk};
use super::facts::facts;
use super::read::read;
use super::shape::{Fill as _, shape};
use super::table::{Stored, id_of};
use super::time_zone::Bound;
use crate::catalogue::record;
use crate::qbxml::element::Node;

/// A document that holds no responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is no document of qbXML responses")]
pub struct NotResponses;

impl CompanyFile {
    /// Takes over the records of recorded responses as they are, whatever the schema says of them;
    /// gives their number. Lists that they refer to and that are not there get an element for each
    /// reference. What the document says about the company takes the place of what was known.
    ///
    /// # Errors
    /// If the document is no document of responses.
    pub fn load_responses(&mut self, document: &str) -> Result<usize, NotResponses> {
        self.tell_time();
        let document = read(document).map_err(|_| NotResponses)?;
        let set = document.root.child("QBXMLMsgsRs").ok_or(NotResponses)?;
        let records: Vec<&Node> = set.children().iter().flat_map(Node::children).collect();
        for record in &records {
            match &*record.name {
                "CompanyRet" => self.books.company = (*record).clone(),
                "PreferencesRet" => self.books.preferences = (*record).clone(),
                _ if !id_of(record).is_empty() && record.child("EditSequence").is_some() => {
                    self.books.take(record);
                }
                _ => {}
            }
        }
        for record in &records {
            walk(record, &mut |node| {
                if is_reference(node) {
                    self.books.take_reference(node);
                }
            });
        }
        Ok(records.len())
    }
}

impl Books {
    /// Takes a recorded record over.
    fn take(&mut self, node: &Node) {
        let zone = self.settings.time_zone;
        let time = |name: &str| text(node, name).and_then(|text| zone.read(text, Bound::From));
        // The edit sequence is the true time of the last change; the printed one may be an hour off.
        let sequence = text(node, "EditSequence").and_then(|text| text.parse().ok());
        let record = Stored {
            node: node.clone(),
            created: time("TimeCreated").unwrap_or(self.now),
            modified: sequence.or_else(|| time("TimeModified")).unwrap_or(self.now),
        };
        self.give_way(record.id(), record.kind(), record.name());
        self.table.insert(record);
    }

    /// An element of a list that was founded and has the name of a recorded one gets its id.
    fn give_way(&mut self, id: &str, kind: &str, name: Option<&str>) {
        let Some(name) = name else { return };
        let founded = self.table.named(kind, name).filter(|record| record.id() != id).cloned();
        if let Some(founded) = founded {
            self.point(founded.id(), id, name);
            self.table.remove(founded.id());
        }
    }

    /// Makes sure that a recorded reference leads somewhere.
    fn take_reference(&mut self, reference: &Node) {
        let Some(target) = facts().target(&reference.name) else {
            return;
        };
        let (Some(id), Some(name)) = (text(reference, "ListID"), text(reference, "FullName")) else {
            return;
        };
        if self.table.get(id).is_some() {
            return;
        }
        let known = target.kinds.iter().find_map(|kind| self.table.named(kind, name)).cloned();
        let mut record = match known {
            Some(known) => known,
            None => match self.stub(target.kinds.first().map_or("", String::as_str), name) {
                Some(stub) => stub,
                None => return,
            },
        };
        let was = record.id().to_owned();
        self.table.remove(&was);
        if let Some(element) = record_shape(&record) {
            super::edit::set(&mut record.node, element, "ListID", id);
        }
        self.table.insert(record);
        self.point(&was, id, name);
    }

    /// An element of a list of which only the name is known.
    fn stub(&mut self, kind: &str, name: &str) -> Option<Stored> {
        let element = record(&format!("{kind}Ret"))?;
        let time = self.time();
        let own = name.rsplit(':').next().unwrap_or(name);
        let sources = vec![
            Node::leaf("ListID", self.list_id()),
            Node::leaf("TimeCreated", time.clone()),
            Node::leaf("TimeModified", time),
            Node::leaf("EditSequence", self.sequence()),
            Node::leaf("Name", own),
            Node::leaf("Initial", own),
            Node::leaf("FullName", name),
            Node::leaf("IsActive", "true"),
            Node::leaf("Sublevel", name.matches(':').count().to_string()),
        ];
        let node = shape(element, sources, self);
        Some(self.stored(node, self.now))
    }
}

fn record_shape(record: &Stored) -> Option<crate::catalogue::Element> {
    super::edit::shape_of(&record.node)
}
